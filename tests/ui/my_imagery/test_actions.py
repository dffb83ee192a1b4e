"""What can be done with imagery on the page: names, tags, new mosaics, details; by mouse and by key."""

from __future__ import annotations

import pytest
from fault_proxy import Answer
from page_reading import DEFERRED_DELETE, LEFT, action, enabled, press
from qgis.PyQt.QtCore import QRect, Qt
from qgis.PyQt.QtGui import QFontMetrics
from qgis.PyQt.QtWidgets import QApplication, QDialog, QLineEdit

from mapflow_dock.api.imagery_records import Preparation
from mapflow_dock.ui.my_imagery.choice import Choice
from mapflow_dock.ui.my_imagery.mosaic_dialog import MosaicDialog, TagsDialog, read_tags, tags_problem
from mapflow_dock.ui.widgets.rows.painting import small_font

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
    choice = page.list.choice()
    assert ([one.id for one in choice.mosaics], [one.id for one in choice.images]) == (["m1"], [])
    page.list.choose(["b", "a"])
    assert page.list.choice().mosaic_id == "m1"
    assert Choice().is_empty


# names


def test_the_field_for_a_name_lies_beside_the_picture_and_above_the_second_line(page, qtbot):
    tree = page.imageryView
    for key in ("m1", "a"):
        page.list.choose([key])
        page._commands._edit_name()
        editor = tree.findChild(QLineEdit, "imageryNameEdit")
        row = tree.visualRect(page.list._index_of(key))
        picture = QRect(row.left(), row.top(), row.height(), row.height())
        below = QFontMetrics(small_font(tree.font())).height()
        assert not editor.geometry().intersects(picture)
        assert editor.geometry().bottom() <= row.bottom() - below
        qtbot.keyClick(editor, Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: tree.findChild(QLineEdit, "imageryNameEdit") is None)


def test_a_name_that_cannot_be_is_told_of_when_another_row_is_chosen(page, service, qtbot):
    tree = page.imageryView
    page.list.choose(["m1"])
    page._commands._edit_name()
    tree.findChild(QLineEdit, "imageryNameEdit").setText("x" * 256)
    page.list.choose(["m2"])
    assert page.notices[-1].text == "The name was not changed. Too long by 1 character."
    assert service.count("PUT", "/mosaic") == 0


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
    page.tree.rename_asked.emit(page.tree.known.mosaic("m1"), "Other")
    assert page.tree.known.mosaic("m1").name == "Other"
    qtbot.waitUntil(lambda: page.tree.known.mosaic("m1").name == "Mosaic m1")
    assert "“Mosaic m1” could not be renamed" in page.notices[-1].text


# tags


def test_tags_are_edited_one_in_each_line(page, service, qtbot):
    page.list.choose(["m1"])
    action(page, "editTagsAction").trigger()
    dialog = page.findChild(TagsDialog)
    dialog.tags_edit.setPlainText("  лес & поле, 2024 \n\n a+b\nlast\nlast")
    qtbot.mouseClick(dialog.buttons.button(dialog.buttons.StandardButton.Save), LEFT)
    qtbot.waitUntil(lambda: service.named("m1")["tags"] == ["лес & поле, 2024", "a+b", "last"])
    assert page.tree.known.mosaic("m1").tags == ("лес & поле, 2024", "a+b", "last")
    assert page.tagCombo.findData("a+b") > 0


def test_the_tags_of_several_are_changed_together(page, service, loading, qtbot):
    service.named("m1")["tags"] = ["shared", "mine", "old"]
    service.named("m2")["tags"] = ["old", "yours", "shared"]
    loading.refresh()
    qtbot.waitUntil(lambda: page.tree.known.mosaic("m2").tags != ())
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


# details


def test_details_can_be_read_and_ids_copied(page, qtbot):
    page.list.choose(["a"])
    press(page, qtbot, Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    dialog = page.findChild(QDialog, "MapflowDetailsDialog")
    text = dialog.table.text
    assert all(part in text for part in ("a.tif", "1\u00a0MiB", "EPSG:32637", "ID: a"))
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
    qtbot.waitUntil(lambda: page.tree.known.image("a").preparation is Preparation.FAILED)
    page.list.choose(["a"])
    action(page, "imageryDetailsAction").trigger()
    table = page.findChild(QDialog, "MapflowDetailsDialog").table
    assert "Asking the service why" in table.text
    qtbot.waitUntil(lambda: "What the service says: no <b>overviews</b>" in table.text)
    assert "Asking" not in table.text
    loading.refresh()
    qtbot.waitUntil(lambda: not loading.is_asking and not loading.images.is_asking)
    tip = page.tree.index_of("a").data(Qt.ItemDataRole.ToolTipRole)
    assert "no &lt;b&gt;overviews" in tip
    assert service.count("GET", "/a/status") == 1


def test_a_service_that_does_not_say_why_an_image_failed(page, service, loading, qtbot):
    service.images["m1"][0]["state"] = "FAILED"
    loading.refresh()
    qtbot.waitUntil(lambda: page.tree.known.image("a").preparation is Preparation.FAILED)
    page.list.choose(["a"])
    action(page, "imageryDetailsAction").trigger()
    table = page.findChild(QDialog, "MapflowDetailsDialog").table
    qtbot.waitUntil(lambda: "Asking" not in table.text)
    assert "could not prepare it" in table.text


def test_the_menu_key_opens_the_menu(page, qtbot):
    page.list.choose(["a"])
    page.imageryView.customContextMenuRequested.emit(page.imageryView.rect().center())
    menu = page._actions.menu
    qtbot.waitUntil(menu.isVisible)
    assert action(page, "useImageryAction") in menu.actions()
    menu.close()
