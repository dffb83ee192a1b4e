"""What can be done with imagery on the page: names, tags, new mosaics, deleting, downloads; by mouse and by key."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from fault_proxy import Answer
from imagery_service import MIB, image, mosaic
from qgis.core import QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QMessageBox, QPushButton

from mapflow_dock.api.imagery_records import Image, Preparation
from mapflow_dock.jobs.imagery.downloads import file_name
from mapflow_dock.jobs.imagery.downloads import placed as _placed
from mapflow_dock.ui.my_imagery.choice import Choice
from mapflow_dock.ui.my_imagery.mosaic_dialog import MosaicDialog, TagsDialog, read_tags, tags_problem
from mapflow_dock.ui.my_imagery.tree.model import Role

LEFT = Qt.MouseButton.LeftButton
DEFERRED_DELETE = 52  # QEvent::DeferredDelete


def action(page, name):
    return next(one for one in page.imageryView.actions() if one.objectName() == name)


def press(page, qtbot, key, modifier=Qt.KeyboardModifier.NoModifier):
    page.activateWindow()
    page.imageryView.setFocus()
    qtbot.keyClick(page.imageryView, key, modifier)


def question(page):
    boxes = [box for box in page.findChildren(QMessageBox) if box.isVisible()]
    return boxes[-1] if boxes else None


def answer(page, qtbot, name="goOnButton"):
    qtbot.waitUntil(lambda: question(page) is not None)
    box = question(page)
    button = box.findChild(QPushButton, name) or box.button(QMessageBox.StandardButton.Cancel)
    qtbot.mouseClick(button, LEFT)
    QApplication.sendPostedEvents(None, DEFERRED_DELETE)


def enabled(page):
    return {one.objectName() for one in page.imageryView.actions() if one.isEnabled()}


# what is offered


def test_what_is_offered_depends_on_what_is_chosen(page):
    always = {"newMosaicAction", "refreshImageryAction"}
    assert enabled(page) == always
    page.list.choose(["m1"])
    assert {"useImageryAction", "editTagsAction", "renameImageryAction", "deleteImageryAction"} <= enabled(
        page
    )
    assert "downloadImageAction" not in enabled(page)
    page.list.choose(["a"])
    assert {"useImageryAction", "downloadImageAction", "imageryDetailsAction"} <= enabled(page)
    assert "editTagsAction" not in enabled(page)
    page.list.choose(["a", "m2"])
    assert "useImageryAction" not in enabled(page)
    assert "one mosaic" in page.useImageryButton.toolTip()
    assert not page.useImageryButton.isEnabled()
    assert "deleteImageryAction" in enabled(page)


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({"state": "PENDING"}, {"useImageryAction", "previewImageryAction", "downloadImageAction"}),
        ({"state": "FAILED"}, {"useImageryAction", "previewImageryAction", "downloadImageAction"}),
        ({"available_for_download": False}, {"downloadImageAction"}),
    ],
)
def test_what_an_image_cannot_do_is_not_offered(page, service, loading, qtbot, values, missing):
    service.images["m1"][0].update(values)
    loading.refresh()
    page.list.choose(["a"])
    qtbot.waitUntil(lambda: not missing & enabled(page))
    assert "deleteImageryAction" in enabled(page)


def test_an_image_of_a_chosen_mosaic_is_part_of_it(page):
    page.list.choose(["m1", "a", "z"])
    choice = page.choice()
    assert ([one.id for one in choice.mosaics], [one.id for one in choice.images]) == (["m1"], [])
    page.list.choose(["b", "a"])
    assert page.choice().mosaic_id == "m1"
    assert Choice().is_empty


# names


def test_f2_renames_a_mosaic_and_an_image(page, service, qtbot):
    for key, typed in (("m1", "Съёмка & co, +1"), ("a", "новый 100%.tif")):
        page.list.choose([key])
        press(page, qtbot, Qt.Key.Key_F2)
        editor = page.imageryView.findChild(QLineEdit, "imageryNameEdit")
        editor.selectAll()
        editor.insert(typed)
        qtbot.keyClick(editor, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda typed=typed, key=key: page.tree.index_of(key).data() == typed)
        QApplication.sendPostedEvents(None, DEFERRED_DELETE)
    qtbot.waitUntil(lambda: service.count("PUT") == 2)
    qtbot.waitUntil(lambda: service.images["m1"][0]["filename"] == "новый 100%.tif")
    assert service.named("m1")["name"] == "Съёмка & co, +1"
    assert service.count("GET", "/preview/l") == 0  # the Enter that ends the typing is not the list's


def test_a_name_the_service_refuses_is_taken_back(page, service, qtbot):
    service.add(verb="PUT", times=9, answer=Answer.of({"detail": "too long"}, 422))
    page.tree.rename_asked.emit(page.tree.mosaic("m1"), "Other")
    assert page.tree.mosaic("m1").name == "Other"
    qtbot.waitUntil(lambda: page.tree.mosaic("m1").name == "Mosaic m1")
    assert "“Mosaic m1” could not be renamed" in page.notices[-1].text


# tags


def test_tags_are_edited_one_in_each_line(page, service, qtbot):
    page.list.choose(["m1"])
    action(page, "editTagsAction").trigger()
    dialog = page.findChild(TagsDialog)
    dialog.tags_edit.setPlainText("  лес & поле, 2024 \n\n a+b\nlast\nlast")
    qtbot.mouseClick(dialog.buttons.button(dialog.buttons.StandardButton.Save), LEFT)
    qtbot.waitUntil(lambda: service.named("m1")["tags"] == ["лес & поле, 2024", "a+b", "last"])
    assert page.tree.mosaic("m1").tags == ("лес & поле, 2024", "a+b", "last")
    assert page.tagCombo.findData("a+b") > 0


def test_the_tags_of_several_are_changed_together(page, service, loading, qtbot):
    service.named("m1")["tags"] = ["shared", "mine", "old"]
    service.named("m2")["tags"] = ["old", "yours", "shared"]
    loading.refresh()
    qtbot.waitUntil(lambda: page.tree.mosaic("m2").tags != ())
    page.list.choose(["m1", "m2"])
    action(page, "editTagsAction").trigger()
    dialog = page.findChild(TagsDialog)
    assert dialog.tags_edit.toPlainText() == "shared\nold"
    dialog.tags_edit.setPlainText("shared\nnew")
    qtbot.mouseClick(dialog.buttons.button(dialog.buttons.StandardButton.Save), LEFT)
    qtbot.waitUntil(lambda: service.named("m2")["tags"] == ["shared", "new", "yours"])
    qtbot.waitUntil(lambda: service.named("m1")["tags"] == ["shared", "new", "mine"])


def test_tags_that_cannot_be_are_said_in_the_dialog(page, qtbot):
    page.list.choose(["m1"])
    action(page, "editTagsAction").trigger()
    dialog = page.findChild(TagsDialog)
    dialog.tags_edit.setPlainText("x" * 300)
    qtbot.mouseClick(dialog.buttons.button(dialog.buttons.StandardButton.Save), LEFT)
    assert "too long" in dialog.message.text()
    assert dialog.isVisible()
    assert "too many" in tags_problem(read_tags("\n".join(map(str, range(200)))))


# new mosaics


def open_new(page, qtbot):
    qtbot.mouseClick(page.newMosaicButton, LEFT)
    qtbot.waitUntil(lambda: page.findChild(MosaicDialog) is not None)
    return page.findChild(MosaicDialog)


def test_a_mosaic_is_made_listed_and_chosen(page, service, qtbot):
    page.imageryFilterEdit.setText("m2")
    dialog = open_new(page, qtbot)
    ok = dialog.mosaicButtons.button(dialog.mosaicButtons.StandardButton.Ok)
    qtbot.mouseClick(ok, LEFT)
    assert "Give the mosaic a name" in dialog.mosaicMessage.text()
    dialog.mosaicNameEdit.setText("  Лето & осень, 🌲  ")
    dialog.mosaicTagsEdit.setPlainText("a,b\nc")
    qtbot.mouseClick(ok, LEFT)
    qtbot.waitUntil(lambda: [one.name for one in page.list.chosen()] == ["Лето & осень, 🌲"])
    assert service.matching("POST", "/rasters/mosaic")[0].json == {
        "name": "Лето & осень, 🌲",
        "tags": ["a,b", "c"],
    }


def test_what_was_typed_stays_when_the_service_refuses(page, service, qtbot):
    service.add(verb="POST", answer=Answer.of({"detail": {"code": "MemoryLimitExceeded"}}, 413))
    dialog = open_new(page, qtbot)
    dialog.mosaicNameEdit.setText("Fresh")
    qtbot.keyClick(dialog.mosaicNameEdit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "not enough storage" in dialog.mosaicMessage.text())
    assert dialog.mosaicNameEdit.text() == "Fresh"
    dialog.reject()
    assert page.tree.rowCount() == 2


# deleting


def test_delete_says_how_much_goes_with_a_mosaic(page, service, qtbot):
    page.list.choose(["m1"])
    press(page, qtbot, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: question(page) is not None)
    assert question(page).text() == "Delete the mosaic “Mosaic m1”?"
    assert "3 images (3 MiB) will be deleted." in question(page).informativeText()
    answer(page, qtbot)
    qtbot.waitUntil(lambda: [one["id"] for one in service.mosaics] == ["m2"])
    qtbot.waitUntil(lambda: page.tree.rowCount() == 1)


def test_a_mosaic_nobody_has_opened_is_counted_first(page, service, qtbot):
    page.list.choose(["m2"])
    service.add(verb="GET", path="/m2/image", hold=True)
    press(page, qtbot, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: page.tree.index_of("m2").data(int(Role.DOING)) is not None)
    assert question(page) is None
    service.release()
    qtbot.waitUntil(lambda: question(page) is not None)
    assert "1 image (1 MiB) will be deleted." in question(page).informativeText()
    answer(page, qtbot, "")
    assert len(service.mosaics) == 2


def test_what_cannot_be_counted_is_not_deleted(page, service, qtbot):
    page.list.choose(["m2"])
    service.add(verb="GET", path="/m2/image", times=9, answer=Answer.of({"detail": "boom"}, 500))
    press(page, qtbot, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: bool(page.notices))
    assert question(page) is None
    assert page.tree.index_of("m2").data(int(Role.DOING)) is None


def test_many_are_deleted_in_one_go(page, service, qtbot):
    page.list.choose(["a", "c", "m2"])
    qtbot.mouseClick(page.deleteImageryButton, LEFT)
    qtbot.waitUntil(lambda: question(page) is not None)
    box = question(page)
    assert box.text() == "Delete 1 mosaic and 2 single images?"
    assert all(
        part in box.informativeText()
        for part in ("• Mosaic m2", "• a.tif", "• c.tif", "3 images (3 MiB) will be deleted.")
    )
    answer(page, qtbot)
    qtbot.waitUntil(
        lambda: [one["id"] for one in service.images["m1"]] == ["b"] and len(service.mosaics) == 1
    )
    qtbot.waitUntil(lambda: page.tree.mosaic("m1").image_count == 1)
    qtbot.waitUntil(lambda: service.count("GET", "/rasters/memory") >= 2)


def test_what_could_not_be_deleted_is_told_at_the_end_and_can_be_tried_again(page, service, qtbot):
    service.add(
        verb="DELETE", path="/image/b", times=1, answer=Answer.of({"detail": {"code": "AccessDenied"}}, 403)
    )
    page.list.choose(["a", "b", "c"])
    press(page, qtbot, Qt.Key.Key_Delete)
    answer(page, qtbot)
    qtbot.waitUntil(lambda: bool(page.notices))
    assert [one.name for one in page.tree.images("m1")] == ["b.tif"]
    assert "“b.tif” could not be deleted" in page.notices[-1].text
    page.notices[-1].on_action()
    qtbot.waitUntil(lambda: not page.tree.images("m1"))


def test_what_someone_else_has_deleted_is_gone_all_the_same(page, service, qtbot):
    service.images["m1"] = service.images["m1"][1:]
    page.list.choose(["a"])
    press(page, qtbot, Qt.Key.Key_Delete)
    answer(page, qtbot)
    qtbot.waitUntil(lambda: len(page.tree.images("m1")) == 2)
    assert page.notices == []


def test_an_answer_older_than_a_deletion_brings_nothing_back(page, service, loading, qtbot):
    """The lists were made before the image and the mosaic were deleted, and arrive after."""
    old = {
        "/rasters/mosaic": Answer.of(list(service.mosaics)),
        "/m1/image": Answer.of(list(service.images["m1"])),
        "/rasters/mosaic/m2": Answer.of(service.mosaics[1]),
    }
    page.list.choose(["a", "m2"])
    press(page, qtbot, Qt.Key.Key_Delete)
    answer(page, qtbot)
    qtbot.waitUntil(lambda: page.tree.image("a") is None and page.tree.mosaic("m2") is None)
    for path, told in old.items():
        service.add(verb="GET", path=path, answer=told)
    loading.refresh()
    loading.mosaic_changed("m2")
    qtbot.waitUntil(lambda: not service.rules or all(rule.times == 0 for rule in service.rules))
    qtbot.waitUntil(lambda: not (loading.is_asking or loading.images.is_asking or loading._fetching))
    assert [one.id for one in page.tree.mosaics()] == ["m1"]
    assert [one.id for one in page.tree.images("m1")] == ["b", "c"]


def test_a_deletion_whose_answer_was_lost_is_looked_for(page, service, qtbot):
    service.add(verb="DELETE", path="/image/a", drop_after=True)
    page.list.choose(["a"])
    press(page, qtbot, Qt.Key.Key_Delete)
    answer(page, qtbot)
    qtbot.waitUntil(lambda: len(page.tree.images("m1")) == 2)
    assert service.count("DELETE") == 1


def test_delete_in_the_filter_box_deletes_no_imagery(page, qtbot):
    page.list.choose(["m1"])
    page.imageryFilterEdit.setText("mosaic")
    page.imageryFilterEdit.setFocus()
    qtbot.keyClick(page.imageryFilterEdit, Qt.Key.Key_Delete)
    assert question(page) is None


def test_an_open_question_goes_with_the_login(page, session, qtbot):
    page.list.choose(["m1"])
    press(page, qtbot, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: question(page) is not None)
    session.sign_out()
    QApplication.sendPostedEvents(None, DEFERRED_DELETE)
    assert question(page) is None


# details


def test_details_can_be_read_and_ids_copied(page, qtbot):
    page.list.choose(["a"])
    press(page, qtbot, Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    dialog = page.findChild(QDialog, "MapflowDetailsDialog")
    text = dialog.text_view.toPlainText()
    assert all(part in text for part in ("a.tif", "1 MiB", "EPSG:32637", "ID: a"))
    dialog.reject()
    page.list.choose(["a", "c"])
    action(page, "copyImageryIdAction").trigger()
    assert QApplication.clipboard().text() == "a\nc"


def test_why_an_image_failed_is_asked_for_and_kept(page, service, loading, qtbot):
    service.images["m1"][0]["state"] = "FAILED"
    service.statuses["a"] = {
        "preprocessing_status": "FAILED",
        "preprocessing_error": "no <b>overviews</b>",
        "data_available": False,
    }
    loading.refresh()
    qtbot.waitUntil(lambda: page.tree.image("a").preparation is Preparation.FAILED)
    page.list.choose(["a"])
    action(page, "imageryDetailsAction").trigger()
    text = page.findChild(QDialog, "MapflowDetailsDialog").text_view.toPlainText
    assert "Asking the service why" in text()
    qtbot.waitUntil(lambda: "What the service says: no <b>overviews</b>" in text())
    assert "Asking" not in text()
    loading.refresh()
    qtbot.waitUntil(lambda: not loading.is_asking and not loading.images.is_asking)
    tip = page.tree.index_of("a").data(Qt.ItemDataRole.ToolTipRole)
    assert "no &lt;b&gt;overviews" in tip
    assert service.count("GET", "/a/status") == 1


def test_a_service_that_does_not_say_why_an_image_failed(page, service, loading, qtbot):
    service.images["m1"][0]["state"] = "FAILED"
    loading.refresh()
    qtbot.waitUntil(lambda: page.tree.image("a").preparation is Preparation.FAILED)
    page.list.choose(["a"])
    action(page, "imageryDetailsAction").trigger()
    text = page.findChild(QDialog, "MapflowDetailsDialog").text_view.toPlainText
    qtbot.waitUntil(lambda: "Asking" not in text())
    assert "could not prepare it" in text()


def test_the_menu_key_opens_the_menu(page, qtbot):
    page.list.choose(["a"])
    page.imageryView.customContextMenuRequested.emit(page.imageryView.rect().center())
    menu = page._actions.menu
    qtbot.waitUntil(menu.isVisible)
    assert action(page, "useImageryAction") in menu.actions()
    menu.close()


# downloads

CONTENT = os.urandom(600_000)


def choose_file(page, qtbot, path):
    dialog = page.findChild(QFileDialog, "downloadImagesDialog")
    dialog.fileSelected.emit(str(path))
    dialog.reject()


def test_an_original_is_downloaded_with_progress(page, service, qtbot, tmp_path):
    service.files["a"] = CONTENT
    page.list.choose(["a"])
    action(page, "downloadImageAction").trigger()
    seen = []
    page.tree.dataChanged.connect(lambda first, *_rest: seen.append(first.data(int(Role.DOING))))
    choose_file(page, qtbot, tmp_path / "scene.tif")
    qtbot.waitUntil(lambda: bool(page.notices))
    assert (tmp_path / "scene.tif").read_bytes() == CONTENT
    assert "was downloaded to" in page.notices[-1].text
    fractions = [doing.fraction for doing in seen if doing is not None]
    assert max(fractions) == 1.0
    assert seen[-1] is None
    assert service.matching("GET", "/bucket/a")[0].authorization == ""


def test_several_go_into_a_folder_and_overwrite_nothing(page, service, qtbot, tmp_path):
    service.files = {"a": b"aaa", "b": b"bbb"}
    service.images["m1"][1]["filename"] = "a.tif"
    page._loading.refresh()
    qtbot.waitUntil(lambda: page.tree.image("b").name == "a.tif")
    (tmp_path / "a.tif").write_text("mine")
    page.list.choose(["a", "b"])
    action(page, "downloadImageAction").trigger()
    choose_file(page, qtbot, tmp_path)
    qtbot.waitUntil(lambda: len(page.notices) == 2)
    assert (tmp_path / "a.tif").read_text() == "mine"
    assert {(tmp_path / "a (2).tif").read_bytes(), (tmp_path / "a (3).tif").read_bytes()} == {b"aaa", b"bbb"}


def test_two_downloads_never_write_the_same_file(page, service, qtbot, tmp_path):
    """Neither is there yet when the second is asked for; the first is still on its way."""
    service.files = {"a": b"aaa", "b": b"bbb"}
    service.images["m1"][1]["filename"] = "a.tif"
    page._loading.refresh()
    qtbot.waitUntil(lambda: page.tree.image("b").name == "a.tif")
    service.add(path="/download", times=2, hold=True)
    for key in ("a", "b"):
        page.list.choose([key])
        action(page, "downloadImageAction").trigger()
        choose_file(page, qtbot, tmp_path / "a.tif")
        QApplication.sendPostedEvents(None, DEFERRED_DELETE)
    assert _placed(tmp_path, [page.tree.image("a")], page._downloads._taken()).keys() == {
        tmp_path / "a (3).tif"
    }
    service.release()
    qtbot.waitUntil(lambda: len(page.notices) == 2)
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*.tif*")} == {
        "a.tif": b"aaa",
        "a (2).tif": b"bbb",
    }


def test_a_download_that_fails_can_be_tried_again(page, service, qtbot, tmp_path):
    page.list.choose(["a"])
    action(page, "downloadImageAction").trigger()
    choose_file(page, qtbot, tmp_path / "scene.tif")
    qtbot.waitUntil(lambda: bool(page.notices))
    assert "could not be downloaded" in page.notices[-1].text
    assert list(tmp_path.glob("scene*")) == []
    service.files["a"] = CONTENT
    page.notices[-1].on_action()
    qtbot.waitUntil(lambda: len(page.notices) == 2)
    assert (tmp_path / "scene.tif").read_bytes() == CONTENT


def test_a_download_can_be_cancelled(page, service, qtbot, tmp_path):
    service.files["a"] = CONTENT
    service.add(path="/bucket/a", hold=True)
    page.list.choose(["a"])
    assert not action(page, "cancelDownloadAction").isVisible()
    action(page, "downloadImageAction").trigger()
    choose_file(page, qtbot, tmp_path / "scene.tif")
    qtbot.waitUntil(lambda: service.count("GET", "/bucket/a") == 1)
    action(page, "cancelDownloadAction").trigger()
    assert not page._downloads.is_under_way("a")
    assert page.tree.index_of("a").data(int(Role.DOING)) is None
    assert list(tmp_path.glob("scene*")) == []


def test_downloads_end_with_the_login(page, service, session, qtbot, tmp_path):
    service.add(path="/download", times=9, hold=True)
    page.list.choose(["a", "b", "c"])
    action(page, "downloadImageAction").trigger()
    choose_file(page, qtbot, tmp_path)
    qtbot.waitUntil(lambda: service.count("GET", "/download") == 2)
    session.sign_out()
    assert not any(page._downloads.is_under_way(key) for key in "abc")


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("scene.tif", "scene.tif"),
        ("../../etc/pass.tif", "etc pass.tif"),
        ('a<b>:"c"', "a b c.tif"),
        ("...", "image.tif"),
        ("Снимок №1.TIFF", "Снимок №1.TIFF"),
    ],
)
def test_a_name_of_the_server_is_no_path(name, file):
    assert file_name(Image("i", name)) == file
    assert _placed(Path("/folder"), [Image("i", name)]).keys() == {Path("/folder") / file}


def test_a_mosaic_of_many_images_counts_bytes_of_all(page, service, qtbot):
    service.mosaics.append(mosaic("m3", status_summary={"total": 1_234}, sizeInBytes=5 * 1024 * MIB))
    page._loading.refresh()
    qtbot.waitUntil(lambda: page.tree.mosaic("m3") is not None)
    page.list.choose(["m3"])
    press(page, qtbot, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: question(page) is not None)
    assert "1,234 images (5 GiB) will be deleted." in question(page).informativeText()
    assert service.count("GET", "/m3/image") == 0
    answer(page, qtbot, "")


def test_a_download_is_offered_to_the_map(page, service, qtbot, tmp_path, qgis_new_project):
    from osgeo import gdal, osr

    path = tmp_path / "made.tif"
    made = gdal.GetDriverByName("GTiff").Create(str(path), 4, 4, 1, gdal.GDT_Byte)
    system = osr.SpatialReference()
    system.ImportFromEPSG(32637)
    made.SetProjection(system.ExportToWkt())
    made.SetGeoTransform((400_000, 1, 0, 6_100_000, 0, -1))
    made = None
    service.files["a"] = path.read_bytes()
    page.list.choose(["a"])
    action(page, "downloadImageAction").trigger()
    choose_file(page, qtbot, tmp_path / "scene.tif")
    qtbot.waitUntil(lambda: bool(page.notices))
    page.notices[-1].on_action()
    assert [layer.name() for layer in QgsProject.instance().mapLayers().values()] == ["scene"]
    assert image("x")["id"] == "x"
