"""Uploads on the My Imagery page itself: dropped on a mosaic they go into it, elsewhere they make a new one."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from qgis.core import QgsRasterLayer
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from qgis.PyQt.QtGui import QDragEnterEvent, QDropEvent
from qgis.PyQt.QtWidgets import QApplication, QFileDialog, QMessageBox

from mapflow_dock.jobs.uploads.stage import Stage
from mapflow_dock.layers.footprints.outlines import pixel_metres
from mapflow_dock.ui.my_imagery.loading import ImageryLoading
from mapflow_dock.ui.my_imagery.page import MyImageryPage
from mapflow_dock.ui.my_imagery.tree.model import ImageryTree
from mapflow_dock.ui.uploads.wiring import Uploads

COPY, LEFT, NO_KEYS = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
DONE = Stage.DONE


@pytest.fixture
def page(qtbot, session, main_bar, temporary, service):
    canvas = QgsMapCanvas()
    qtbot.addWidget(canvas)
    service.make_mosaic("Fields")
    loading = ImageryLoading(session, ImageryTree(pixel_metres))
    page = MyImageryPage(session, loading, canvas)
    page.uploads = Uploads(session, SimpleNamespace(messageBar=lambda: main_bar), page)
    page.said = []
    page.uploads.notice.connect(lambda notice: page.said.append(notice.text))
    qtbot.addWidget(page)
    page.resize(340, 600)
    page.show()
    qtbot.waitUntil(lambda: page.tree.rowCount() == 1)
    qtbot.waitUntil(page.imageryView.isVisible)
    yield page
    page.uploads.close()
    page.close()
    loading.close()


@pytest.fixture
def panel(page):
    page.uploads.panel.is_in_view = True
    return page.uploads.panel


def drop(page, paths, place):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    QApplication.sendEvent(page, QDragEnterEvent(place, COPY, mime, LEFT, NO_KEYS))
    QApplication.sendEvent(page, QDropEvent(QPointF(place), COPY, mime, LEFT, NO_KEYS))


def on_mosaic(page, row=0):
    view = page.imageryView
    return view.mapTo(page, view.viewport().mapTo(view, view.visualRect(view.model().index(row, 0)).center()))


def test_dropped_on_a_mosaic_they_go_into_it_and_are_shown_there(page, service, user, rasters, qtbot):
    drop(page, rasters("a.tif", "b.tif"), on_mosaic(page))
    assert user.wait_over() == [DONE, DONE]
    (key,) = service.mosaics
    assert sorted(service.names(key)) == ["a.tif", "b.tif"]
    qtbot.waitUntil(lambda: {image.name for image in page.tree.known.images(key)} == {"a.tif", "b.tif"})
    assert page.said == [], "the tree shows them"


def test_dropped_elsewhere_they_make_a_mosaic_that_is_shown(page, service, user, rasters, qtbot):
    drop(page, rasters("town.tif"), QPoint(170, 590))
    dialog = user.dialog()
    assert dialog.mosaicNameEdit.text() == "town"
    dialog.upload_button.click()
    assert user.wait_over() == [DONE]
    assert service.names_of("town") == [["town.tif"]]
    qtbot.waitUntil(lambda: page.tree.rowCount() == 2)


def test_the_button_asks_for_files_for_the_chosen_mosaic(page, service, user, rasters, qtbot):
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    page.imageryView.setCurrentIndex(page.imageryView.model().index(0, 0))
    page.uploadButton.click()
    dialog = page.findChild(QFileDialog, "uploadFilesDialog")
    dialog.selectFile(str(rasters("a.tif")[0]))
    dialog.accept()
    assert user.wait_over() == [DONE]
    assert service.names_of("Fields") == [["a.tif"]]


def test_layers_come_from_elsewhere_in_qgis(page, service, user, rasters, qtbot):
    layer = QgsRasterLayer(str(rasters("a.tif")[0]), "Aerial")
    with qtbot.waitSignal(page.uploads.show_wanted):
        page.uploads.take_layers([layer])
    user.go_on()
    assert user.wait_over() == [DONE]
    assert service.names_of("Aerial") == [["a.tif"]]


def test_closing_takes_everything_back(page, service, user, rasters):
    service.add(verb="POST", path="/image", hold=True)
    drop(page, rasters("a.tif"), on_mosaic(page))
    user.wait_for(Stage.PROCESSING)
    page.uploads.leaving.before_sign_out(lambda: None)
    page.uploads.close()
    assert user.stages() == []
    assert not any(box.isVisible() for box in page.findChildren(QMessageBox))
    service.release()


@pytest.fixture
def preparing(page, panel, service, user, rasters, qtbot):
    """An image on its way in a mosaic of a service that tells of it; returns the mosaic's id."""
    service.has_status = True
    service.steps["a.tif"] = "PENDING"
    panel.queue.awaited.pauses.first_ms = page._loading.images.pauses.first_ms = 60_000
    drop(page, rasters("a.tif"), on_mosaic(page))
    user.wait_for(Stage.PREPARING)
    (key,) = service.mosaics
    qtbot.waitUntil(lambda: [one.name for one in page.tree.known.images(key)] == ["a.tif"])
    return key


def test_what_is_being_prepared_is_seen_in_the_tree_at_once(preparing, page):
    (image,) = page.tree.known.images(preparing)
    assert image.is_queued


def test_the_list_and_the_tree_agree_whoever_learns_of_it_first(preparing, page, panel, service, user, qtbot):
    service.steps["a.tif"] = "FAILED"
    page._loading.images.ask(preparing)
    assert user.wait_over() == [Stage.FAILED]
    assert page.tree.known.images(preparing)[0].is_failed


def test_a_mosaic_that_was_closed_meanwhile_stays_closed(preparing, page, panel, service, user, qtbot):
    view = page.imageryView
    view.collapse(view.model().index(0, 0))
    del service.steps["a.tif"]
    panel.queue.awaited.pauses.over.emit()
    assert user.wait_over() == [DONE]
    qtbot.waitUntil(lambda: page.tree.known.images(preparing)[0].is_usable)
    assert not view.isExpanded(view.model().index(0, 0))
