"""Files and layers come in by drag and drop, by the file dialog and by a layer's menu; leaving asks first."""

from __future__ import annotations

import pytest
from qgis.core import QgsLayerTreeModel, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from qgis.PyQt.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from qgis.PyQt.QtWidgets import QApplication, QFileDialog, QLineEdit, QMessageBox, QWidget

from mapflow_dock.jobs.uploads.batch import UploadTarget
from mapflow_dock.jobs.uploads.stage import Stage
from mapflow_dock.text.quantities import size_text
from mapflow_dock.ui.uploads.leaving import UploadExitBlocker, UploadLeaving
from mapflow_dock.ui.uploads.ways import UploadDrops, UploadFiles

COPY, LEFT, NO_KEYS = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def dropped(*paths):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


@pytest.fixture
def page(qtbot):
    page = QWidget()
    page.resize(340, 400)
    qtbot.addWidget(page)
    page.show()
    page.taken = []

    def target_at(place):
        return UploadTarget("m1", "Fields & more") if place.y() > 200 else UploadTarget()

    drops = UploadDrops(page, target_at)
    drops.dropped.connect(lambda *told: page.taken.append(told))
    page.hint = drops.hint
    return page


def drag(page, mime, place):
    """Drag over the page; returns whether it may be dropped there."""
    enter = QDragEnterEvent(place, COPY | Qt.DropAction.MoveAction, mime, LEFT, NO_KEYS)
    QApplication.sendEvent(page, enter)
    if not enter.isAccepted():
        return False
    move = QDragMoveEvent(place, COPY | Qt.DropAction.MoveAction, mime, LEFT, NO_KEYS)
    QApplication.sendEvent(page, move)
    return move.isAccepted()


def drop(page, mime, place):
    event = QDropEvent(QPointF(place), COPY | Qt.DropAction.MoveAction, mime, LEFT, NO_KEYS)
    QApplication.sendEvent(page, event)
    return event


def test_dropping_says_where_it_goes_and_goes_there(page, rasters):
    paths = rasters("a.tif", "б.tif")
    mime = dropped(*paths)
    assert drag(page, mime, QPoint(10, 10))
    assert page.hint.isVisible()
    assert "new mosaic" in page.hint.text
    assert drag(page, mime, QPoint(10, 300))
    assert "“Fields & more”" in page.hint.text
    event = drop(page, mime, QPoint(10, 300))
    assert event.isAccepted()
    assert event.dropAction() == COPY, "a dragged layer stays in its panel"
    assert not page.hint.isVisible()
    ((sources, refused, target),) = page.taken
    assert [source.path for source in sources] == paths
    assert refused == []
    assert target.mosaic_id == "m1"


def test_the_hint_is_seen_whatever_the_theme_s_style_sheet_says(page, rasters):
    page.setStyleSheet("QWidget { background: #323232; color: #aaaaaa; border: none }")
    drag(page, dropped(*rasters("a.tif")), QPoint(10, 10))
    picture = page.grab().toImage()
    highlight = page.hint.palette().highlight().color().rgb()
    assert picture.pixel(1, picture.height() // 2) == highlight, "the frame"
    assert picture.pixel(12, picture.height() - 14) == highlight, "the band under the words"


def test_leaving_without_dropping_takes_nothing(page, rasters):
    drag(page, dropped(*rasters("a.tif")), QPoint(10, 10))
    QApplication.sendEvent(page, QDragLeaveEvent())
    assert not page.hint.isVisible()
    assert page.taken == []


def test_what_is_no_raster_cannot_be_dropped(page):
    text = QMimeData()
    text.setText("hello")
    assert not drag(page, text, QPoint(10, 10))
    assert not page.hint.isVisible()


def test_the_hint_covers_the_page_as_it_grows(page, rasters):
    drag(page, dropped(*rasters("a.tif")), QPoint(10, 10))
    page.resize(420, 500)
    QApplication.sendPostedEvents(page, QEvent.Type.Resize)
    assert page.hint.geometry() == page.rect()


def test_a_layer_is_dragged_from_the_layer_panel(page, rasters):
    project = QgsProject.instance()
    project.addMapLayer(QgsRasterLayer(str(rasters("a.tif")[0]), "Aerial"))
    tree = QgsLayerTreeModel(project.layerTreeRoot())
    mime = tree.mimeData([tree.index(0, 0)])
    assert drag(page, mime, QPoint(10, 10))
    drop(page, mime, QPoint(10, 10))
    ((sources, _refused, target),) = page.taken
    assert [source.name for source in sources] == ["Aerial"]
    assert target.is_new


def test_files_are_chosen_in_a_dialog(panel, rasters, qtbot, tmp_path):
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    paths = rasters("a.tif", "b.tif")
    ways = UploadFiles(panel)
    taken = []
    ways.chosen.connect(lambda *told: taken.append(told))
    ways.ask(UploadTarget("m1", "Fields"))
    dialog = panel.findChild(QFileDialog, "uploadFilesDialog")
    assert "*.jp2" in ";;".join(dialog.nameFilters())
    edit = dialog.findChild(QLineEdit, "fileNameEdit")
    edit.setText(" ".join(f'"{path}"' for path in paths))
    dialog.accept()
    qtbot.waitUntil(lambda: bool(taken))
    ((sources, _refused, target),) = taken
    assert [source.path for source in sources] == paths
    assert target.name == "Fields"
    ways.ask(UploadTarget())
    again = panel.findChildren(QFileDialog, "uploadFilesDialog")[-1]
    assert again.directory().absolutePath() == str(paths[0].parent), "where the last ones came from"
    ways.close()


@pytest.fixture
def leaving(panel):
    leaving = UploadLeaving(panel.queue.uploads, panel)
    yield leaving
    leaving.close()


@pytest.fixture
def under_way(service, rasters, upload, user):
    key = service.make_mosaic("Fields")
    service.add(verb="POST", path=f"{key}/image", hold=True)
    upload(rasters("a.tif"), "Fields", key)
    user.wait_for(Stage.PROCESSING)
    return key


def click(box, role):
    (button,) = [each for each in box.buttons() if box.buttonRole(each) == role]
    button.click()


def test_signing_out_asks_while_something_is_under_way(leaving, under_way, panel, qtbot, tmp_path):
    gone = []
    leaving.before_sign_out(lambda: gone.append(True))
    box = panel.findChild(QMessageBox, "leaveUploadsQuestion")
    assert "An upload is under way" in box.text()
    size = size_text((tmp_path / "rasters" / "a.tif").stat().st_size)
    assert box.informativeText() == f"{size} that were sent of them are lost; images that have arrived stay."
    click(box, QMessageBox.ButtonRole.RejectRole)
    assert gone == []
    leaving.before_sign_out(lambda: gone.append(True))
    boxes = [each for each in panel.findChildren(QMessageBox, "leaveUploadsQuestion") if each.isVisible()]
    click(boxes[-1], QMessageBox.ButtonRole.DestructiveRole)
    assert gone == [True]


def test_signing_out_asks_nothing_when_nothing_runs(leaving):
    gone = []
    leaving.before_sign_out(lambda: gone.append(True))
    assert gone == [True]


@pytest.mark.parametrize(
    ("role", "may_quit"),
    [(QMessageBox.ButtonRole.DestructiveRole, True), (QMessageBox.ButtonRole.RejectRole, False)],
)
def test_quitting_qgis_asks_while_something_is_under_way(leaving, under_way, role, may_quit):
    blocker = UploadExitBlocker(leaving.may_quit)

    def answer():
        box = QApplication.activeModalWidget()
        if box is not None:
            timer.stop()
            click(box, role)

    timer = QTimer()
    timer.timeout.connect(answer)
    timer.start(20)
    assert blocker.allowExit() is may_quit


def test_quitting_qgis_asks_nothing_when_nothing_runs(leaving):
    assert UploadExitBlocker(leaving.may_quit).allowExit()
