"""Before anything is sent, all that is wrong with all files is shown in one place, with what can be done about each."""

from __future__ import annotations

import pytest
from osgeo import gdal
from qgis.core import QgsRasterLayer
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtWidgets import QComboBox, QDialogButtonBox, QMessageBox, QPushButton
from rasters import UTM, write_raster

from mapflow_dock.jobs.uploads.batch import UploadTarget
from mapflow_dock.jobs.uploads.stage import Stage
from mapflow_dock.layers.rasters.facts import is_same_system
from mapflow_dock.layers.rasters.source import sources_of_layers
from mapflow_dock.ui.uploads.leaving import UploadLeaving
from mapflow_dock.ui.uploads.review import Role

DONE, FAILED, LEFT_OUT, UNDECIDED = Stage.DONE, Stage.FAILED, Stage.LEFT_OUT, Stage.UNDECIDED


@pytest.fixture
def mixed(tmp_path):
    """One sound file, one to convert, one with a choice, and one nothing can be done about."""
    return [
        write_raster(tmp_path / "sound.tif"),
        write_raster(tmp_path / "picture.png", driver="PNG"),
        write_raster(tmp_path / "deep.tif", dtype="uint16", values=(0, 3000)),
        write_raster(tmp_path / "nowhere.tif", epsg=None),
    ]


def told(dialog):
    model = dialog.model
    # as a screen reader hears it
    return [model.data(model.index(row), 11) for row in range(model.rowCount())]


def decisions(dialog):
    model = dialog.model
    return [model.data(model.index(row), int(Role.DECISION)).value for row in range(model.rowCount())]


def opened(service, name, tmp_path):
    """An image as it arrived, by the name it has in the service."""
    (image,) = [each for images in service.images.values() for each in images if each["filename"] == name]
    path = tmp_path / f"arrived-{name}"
    path.write_bytes(service.bodies[image["id"]])
    return gdal.Open(str(path))


def test_everything_is_shown_and_the_best_is_proposed(service, mixed, upload, user):
    upload(mixed, "Fields")
    dialog = user.dialog()
    assert user.stages() == [UNDECIDED] * 4
    assert dialog.targetLabel.text().startswith(
        "3 files need a look before they are uploaded; nothing is wrong with the other one."
    )
    heard = told(dialog)
    assert heard[0].startswith("sound.tif, Nothing is wrong with it")
    assert "format PNG" in heard[1]
    assert "UInt16" in heard[2]
    assert "coordinate reference system" in heard[3]
    assert decisions(dialog) == ["as it is", "convert", "convert", "leave out"]
    assert dialog.upload_button.text() == "&Upload 3 Files"
    assert service.count("POST") == 0


def test_what_the_button_does_not_count_is_told_above_it(mixed, upload, user):
    """Title and button had "3 of 4" of different files, which was read as one number."""
    upload(mixed, "Fields")
    dialog = user.dialog()
    steps = (
        ((), "3 Files", "1 file is left out."),
        ((1,), "2 Files", "2 files are left out."),
        ((0, 2), "Nothing", "4 files are left out."),
    )
    for rows, goes, stays in steps:
        for row in rows:
            dialog.reviewView.setCurrentIndex(dialog.model.index(row))
            dialog.leaveOutButton.click()
        assert dialog.upload_button.text() == f"&Upload {goes}"
        assert dialog.storageLabel.text().startswith(stays)
        assert " of " not in dialog.targetLabel.text().split(";")[0]


def test_what_was_proposed_is_done(service, mixed, upload, user, tmp_path, temporary):
    upload(mixed, "Fields")
    user.go_on()
    assert user.wait_over() == [DONE, DONE, DONE, LEFT_OUT]
    assert sorted(service.names_of("Fields")[0]) == ["deep.tif", "picture.tif", "sound.tif"]
    deep = opened(service, "deep.tif", tmp_path)
    assert deep.GetRasterBand(1).DataType == gdal.GDT_Byte
    assert opened(service, "picture.tif", tmp_path).GetDriver().ShortName == "GTiff"
    user.wait(lambda: list(temporary.iterdir()) == [])


def test_each_file_can_be_decided_by_itself(service, mixed, upload, user, tmp_path):
    upload(mixed, "Fields")
    dialog = user.dialog()
    dialog.reviewView.setCurrentIndex(dialog.model.index(2))
    assert dialog.decisionLabel.text() == "1 chosen:"
    assert dialog.asItIsButton.isEnabled()
    dialog.asItIsButton.click()
    dialog.reviewView.setCurrentIndex(dialog.model.index(1))
    assert not dialog.asItIsButton.isEnabled(), "the service takes no PNG"
    dialog.leaveOutButton.click()
    dialog.reviewView.setCurrentIndex(dialog.model.index(3))
    assert not dialog.convertButton.isEnabled(), "nobody knows where it lies"
    user.go_on()
    assert user.wait_over() == [DONE, LEFT_OUT, DONE, LEFT_OUT]
    deep = opened(service, "deep.tif", tmp_path)
    assert deep.GetRasterBand(1).DataType == gdal.GDT_UInt16


def test_the_choice_of_a_file_is_a_combo_box_in_its_row(service, mixed, upload, user, qtbot):
    upload(mixed, "Fields")
    dialog = user.dialog()
    view, deep = dialog.reviewView, dialog.model.index(2)
    right = view.visualRect(deep).topRight() + QPoint(-30, 14)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=right)
    qtbot.waitUntil(lambda: view.findChild(QComboBox, "decisionCombo") is not None)
    combo = view.findChild(QComboBox, "decisionCombo")
    qtbot.waitUntil(combo.view().isVisible)
    assert [combo.itemText(row) for row in range(combo.count())] == ["Send as It Is", "Convert", "Leave Out"]
    assert combo.currentText() == "Convert"
    qtbot.keyClick(combo.view(), Qt.Key.Key_Up)
    qtbot.keyClick(combo.view(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: decisions(dialog)[2] == "as it is")
    assert decisions(dialog) == ["as it is", "convert", "as it is", "leave out"]
    nowhere = dialog.model.index(3)
    assert not nowhere.flags() & Qt.ItemFlag.ItemIsEditable, "there is nothing to choose"


def test_cancelled_none_of_it_is_uploaded_or_kept_in_the_list(service, mixed, upload, user, panel):
    upload(mixed, "Fields")
    dialog = user.dialog()
    dialog.buttonBox.button(QDialogButtonBox.StandardButton.Cancel).click()
    user.wait(lambda: panel.questions.dialog is None)
    assert user.stages() == []
    assert not panel.decideButton.isVisible()
    assert service.count("POST") == 0


@pytest.mark.parametrize("how", ["button", "escape"])
def test_decided_later_all_of_it_waits(service, mixed, upload, user, panel, qtbot, how):
    upload(mixed, "Fields")
    dialog = user.dialog()
    if how == "button":
        qtbot.mouseClick(dialog.findChild(QPushButton, "decideLaterButton"), Qt.MouseButton.LeftButton)
    else:
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    user.wait(lambda: panel.questions.dialog is None)
    assert user.stages() == [UNDECIDED] * 4
    assert panel.decideButton.isVisible()


def test_all_files_can_be_decided_at_once(service, mixed, upload, user):
    upload(mixed, "Fields")
    dialog = user.dialog()
    assert dialog.decisionLabel.text() == "All files:"
    dialog.asItIsButton.click()
    assert decisions(dialog) == ["as it is", "convert", "as it is", "leave out"], "as far as that can be"
    dialog.leaveOutButton.click()
    assert set(decisions(dialog)) == {"leave out"}
    assert dialog.upload_button.text() == "&Upload Nothing"


def test_a_conversion_makes_a_file_match_its_mosaic(service, tmp_path, upload, user):
    key = service.make_mosaic("Fields")
    service.grid = {"crs": "EPSG:32638", "count": 3, "pixel_size": [1.0, 1.0]}
    service.put_image(key, "there.tif")
    upload([write_raster(tmp_path / "a.tif", width=200, height=200)], "Fields", key)
    dialog = user.dialog()
    assert "It goes into the mosaic “Fields”" in dialog.targetLabel.text()
    assert not dialog.newMosaicBox.isVisible()
    assert f"EPSG:{UTM}" in told(dialog)[0]
    user.go_on()
    assert user.wait_over() == [DONE]
    arrived = opened(service, "a.tif", tmp_path)
    assert is_same_system(arrived.GetProjection(), "EPSG:32638")
    assert arrived.RasterCount == 3
    assert arrived.GetGeoTransform()[1] == 1.0


def test_a_layer_arrives_as_it_is_shown(service, tmp_path, panel, user):
    layer = QgsRasterLayer(
        str(write_raster(tmp_path / "a.tif", dtype="float32", values=(0, 1))), "Höhe & Farbe"
    )
    enhancement = layer.renderer().redContrastEnhancement()
    enhancement.setMinimumValue(0.5)
    enhancement.setMaximumValue(1.0)
    panel.upload(*sources_of_layers([layer]), UploadTarget())
    assert user.dialog().mosaicNameEdit.text() == "Höhe & Farbe"
    user.go_on()
    assert user.wait_over() == [DONE]
    arrived = opened(service, "Höhe & Farbe.tif", tmp_path)
    red = arrived.GetRasterBand(1).ReadAsArray()[0]
    assert red[0] == 0
    assert red[20] == 0
    assert red[-1] == 255


def test_closing_decides_nothing_and_it_can_be_opened_again(service, mixed, upload, user, panel):
    upload(mixed, "Fields")
    user.dialog().reject()
    user.wait(lambda: panel.questions.dialog is None)
    assert user.stages() == [UNDECIDED] * 4
    assert "format PNG" in user.rows()["picture.png"].sentence
    assert panel.decideButton.isVisible()
    panel.decideButton.click()
    user.go_on()
    assert user.wait_over() == [DONE, DONE, DONE, LEFT_OUT]
    assert not panel.decideButton.isVisible()


def test_it_opens_with_whole_rows(rasters, upload, user, qtbot):
    upload(rasters(*(f"{number}.tif" for number in range(9))), "Fields")
    dialog = user.dialog()
    view = dialog.reviewView
    heights = [view.sizeHintForRow(row) for row in range(9)]
    whole = [sum(heights[:count]) for count in range(1, 10)]
    qtbot.waitUntil(lambda: view.viewport().height() in whole)
    assert whole.index(view.viewport().height()) >= 1, "more than one of them"


def test_signing_out_asks_about_files_that_wait_for_a_decision(mixed, upload, user, panel, qtbot):
    upload(mixed, "Fields")
    user.dialog().reject()
    user.wait(lambda: user.stages() == [UNDECIDED] * 4)
    leaving, gone = UploadLeaving(panel.queue.uploads, panel), []
    leaving.before_sign_out(lambda: gone.append(True))
    (box,) = [each for each in panel.findChildren(QMessageBox) if each.isVisible()]
    assert box.text() == "4 files wait for your decision. Sign out and take them out of the list?"
    (stay,) = [each for each in box.buttons() if box.buttonRole(each) == QMessageBox.ButtonRole.RejectRole]
    stay.click()
    assert gone == []
    assert user.stages() == [UNDECIDED] * 4
    leaving.close()


def test_two_batches_are_asked_about_one_after_the_other(service, rasters, upload, user):
    upload(rasters("a.tif"), "First")
    upload(rasters("b.tif"), "Second")
    user.wait(lambda: user.stages() == [UNDECIDED] * 2)
    first = user.dialog()
    assert first.mosaicNameEdit.text() in {"First", "Second"}
    first.upload_button.click()
    user.wait(lambda: user.dialog() is not first)
    user.go_on()
    assert user.wait_over() == [DONE, DONE]
    assert service.names_of("First") == [["a.tif"]]
    assert service.names_of("Second") == [["b.tif"]]


def test_a_mosaic_without_a_name_is_not_made(service, rasters, upload, user):
    upload(rasters("a.tif"))
    dialog = user.dialog()
    dialog.mosaicNameEdit.setText("   ")
    assert not dialog.upload_button.isEnabled()
    dialog.mosaicNameEdit.setText("Fields")
    assert dialog.upload_button.isEnabled()


def test_a_conversion_that_fails_says_why_and_the_rest_goes_on(service, tmp_path, upload, user, temporary):
    damaged = write_raster(
        tmp_path / "damaged.tif",
        dtype="float32",
        width=600,
        height=600,
        options=["COMPRESS=DEFLATE", "TILED=YES"],
    )
    content = damaged.read_bytes()
    damaged.write_bytes(content[: len(content) // 2] + bytes(len(content) - len(content) // 2))
    upload([damaged, write_raster(tmp_path / "b.tif")], "Fields")
    user.go_on()
    assert user.wait_over() == [FAILED, DONE]
    assert "could not be converted" in user.rows()["damaged.tif"].sentence
    user.wait(lambda: list(temporary.iterdir()) == [])


def test_a_converted_file_that_is_still_too_big_is_not_sent(service, tmp_path, upload, user):
    import numpy as np

    path = write_raster(tmp_path / "a.tif", dtype="float32", width=300, height=300)
    noisy = gdal.Open(str(path), gdal.GA_Update)
    noise = np.random.default_rng(1)
    for number in (1, 2, 3):
        noisy.GetRasterBand(number).WriteArray(noise.random((300, 300)))
    noisy = None
    service.storage.update(memoryFree=100_000)
    upload([path], "Fields")
    dialog = user.dialog()
    assert "may need up to" in dialog.storageLabel.text()
    user.go_on()
    assert user.wait_over() == [FAILED]
    assert "Your storage has" in user.rows()["a.tif"].sentence
    assert service.count("POST", "/image") == 0


def test_sentences_are_shown_in_full_at_every_width(service, mixed, upload, user):
    upload(mixed, "Fields")
    dialog = user.dialog()
    heights = {}
    for width in (480, 900):
        dialog.resize(width, 500)
        user.qtbot.waitUntil(lambda width=width: dialog.reviewView.width() <= width)
        option = dialog.reviewView.viewOptions() if hasattr(dialog.reviewView, "viewOptions") else None
        delegate = dialog.reviewView.itemDelegate()
        heights[width] = delegate.sizeHint(option, dialog.model.index(3)).height()
    assert heights[480] > heights[900]


def test_a_file_s_choice_stands_at_the_other_side_where_one_reads_from_the_right(
    service, mixed, upload, user, qtbot
):
    upload(mixed, "Fields")
    dialog = user.dialog()
    view, deep = dialog.reviewView, dialog.model.index(2)
    view.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    left = view.visualRect(deep).topLeft() + QPoint(30, 14)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=left)
    qtbot.waitUntil(lambda: view.findChild(QComboBox, "decisionCombo") is not None)
    combo = view.findChild(QComboBox, "decisionCombo")
    assert combo.geometry().right() < view.viewport().width() / 2
    qtbot.waitUntil(combo.view().isVisible)
    qtbot.keyClick(combo.view(), Qt.Key.Key_Escape)
    user.go_on()
