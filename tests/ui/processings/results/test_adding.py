"""Results on the map: delivered, styled, zoomed to; failures that can be tried again; cancelling leaves nothing."""

from __future__ import annotations

import threading

import pytest
from processings_service import CUT, SOUTH, WEST, features, record, square
from qgis.core import (
    Qgis,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import Qt

from mapflow_dock.ui.processings.list.cells import Column
from mapflow_dock.ui.processings.list.model import ProcessingRole
from mapflow_dock.ui.widgets.canvas import zoom_to

LEFT = Qt.MouseButton.LeftButton
PATIENCE_MS = 30_000
RESULT = "GET /processings/id-1/result"
AREAS = "GET /processings/id-1/aois"


def layers():
    return [
        layer for layer in QgsProject.instance().mapLayers().values() if isinstance(layer, QgsVectorLayer)
    ]


def add(page, key="id-1"):
    page.list.choose(key)
    page.addResultButton.click()


def in_canvas(canvas, x, y):
    crs = QgsCoordinateReferenceSystem("EPSG:4326")
    to_canvas = QgsCoordinateTransform(crs, canvas.mapSettings().destinationCrs(), QgsProject.instance())
    return canvas.extent().contains(to_canvas.transform(QgsPointXY(x, y)))


def hold(service):
    """Let the service answer for the result only when the gate is opened."""
    gate = threading.Event()
    service.answers[RESULT] = lambda _body: features() if gate.wait(20) else CUT
    return gate


def test_the_button_brings_a_styled_layer_in_a_group_and_zooms(listed, canvas, results, qtbot):
    page = listed(record(1, name="Harbour"))
    with qtbot.waitSignal(page.results.adding.added, timeout=PATIENCE_MS):
        add(page)
    (layer,) = layers()
    assert layer.featureCount() == 3
    assert layer.crs().authid() == "EPSG:4326"
    assert str(results) in layer.source()
    assert [group.name() for group in QgsProject.instance().layerTreeRoot().findGroups(True)] == [
        "Mapflow",
        "Harbour",
    ]
    assert in_canvas(canvas, WEST + 0.0025, SOUTH + 0.0005)
    assert canvas.extent().width() < 2_000  # metres
    assert [notice.text for notice in page.notices] == ["“Harbour” is on the map: 3 objects."]
    assert not page.transferBox.isVisible()


@pytest.mark.parametrize("how", ["enter", "double click"])
def test_keys_and_double_click_add_too(listed, qtbot, how):
    page = listed(record(1))
    page.list.choose("id-1")
    view = page.processingsView
    with qtbot.waitSignal(page.results.adding.added, timeout=PATIENCE_MS):
        if how == "enter":
            view.setFocus()
            qtbot.keyClick(view, Qt.Key.Key_Return)
        else:
            place = view.visualRect(view.currentIndex()).center()
            qtbot.mouseClick(view.viewport(), LEFT, pos=place)
            qtbot.mouseDClick(view.viewport(), LEFT, pos=place)
    assert len(layers()) == 1


def test_while_it_comes_row_and_strip_show_it_and_it_comes_once(listed, service, qtbot):
    page = listed(record(1))
    gate = hold(service)
    add(page)
    status = page.model.index_of("id-1", Column.STATUS)
    qtbot.waitUntil(
        lambda: status.data(int(ProcessingRole.TRANSFER)) is not None and page.transferBox.isVisible()
    )
    assert "Processing 1" in page.transferLabel.toolTip()
    assert not page.addResultButton.isEnabled()
    page.results.adding.add([page.model.processing("id-1")])
    assert page.results.transfers.count() == 1
    with qtbot.waitSignal(page.results.adding.added, timeout=PATIENCE_MS):
        gate.set()
    assert status.data(int(ProcessingRole.TRANSFER)) is None
    assert page.addResultButton.isEnabled()
    assert len(service.bodies(RESULT)) == 1
    assert len(layers()) == 1


def test_cancel_leaves_nothing(listed, service, results, qtbot):
    page = listed(record(1))
    gate = hold(service)
    add(page)
    qtbot.waitUntil(lambda: bool(service.bodies(RESULT)))
    qtbot.mouseClick(page.cancelTransferButton, LEFT)
    gate.set()
    assert not page.transferBox.isVisible()
    assert page.model.index_of("id-1", Column.STATUS).data(int(ProcessingRole.TRANSFER)) is None
    assert layers() == []
    assert QgsProject.instance().layerTreeRoot().children() == []
    qtbot.waitUntil(lambda: list(results.iterdir()) == [])
    assert page.notices == []


def test_a_failure_is_a_sentence_and_is_tried_again(listed, service, qtbot):
    page = listed(record(1))
    service.answers[RESULT] = (404, {"message": "The result is not there"})
    add(page)
    qtbot.waitUntil(lambda: bool(page.notices), timeout=PATIENCE_MS)
    notice = page.notices[0]
    assert "“Processing 1” could not be added." in notice.text
    assert notice.level == Qgis.MessageLevel.Warning
    assert notice.action == "Try Again"
    assert not page.transferBox.isVisible()
    del service.answers[RESULT]
    with qtbot.waitSignal(page.results.adding.added, timeout=PATIENCE_MS):
        notice.on_action()
    assert len(layers()) == 1


def test_nothing_found_is_said(listed, service, canvas, qtbot):
    page = listed(record(1))
    service.answers[RESULT] = features(0)
    before = QgsRectangle(canvas.extent())
    add(page)
    qtbot.waitUntil(lambda: bool(page.notices), timeout=PATIENCE_MS)
    assert "nothing was found" in page.notices[0].text
    assert canvas.extent() == before


@pytest.mark.parametrize(
    ("status", "words"), [("IN_PROGRESS", "not ready yet"), ("CANCELLED", "no result to add")]
)
def test_what_is_not_ready_says_why(listed, service, qtbot, status, words):
    page = listed(record(1, status=status))
    page.list.choose("id-1")
    assert not page.addResultButton.isEnabled()
    page.results.adding.add(page.list.chosen())
    assert words in page.notices[0].text
    assert not service.bodies(RESULT)


def part(key, status):
    return {"id": key, "status": status, "area": 5e5, "geometry": square(WEST, SOUTH)}


def test_of_a_failed_processing_what_is_ready_is_added(listed, service, qtbot):
    page = listed(record(1, name="Harbour", status="FAILED"))
    service.answers[AREAS] = [part("a1", "FAILED"), part("a2", "OK")]
    page.list.choose("id-1")
    assert page.commands.actions.add.text() == "&Add What Is Ready to Map"
    with qtbot.waitSignal(page.results.adding.added, timeout=PATIENCE_MS):
        page.addResultButton.click()
        page.addResultButton.click()
    assert len(service.bodies(AREAS)) == 1
    assert [layer.featureCount() for layer in layers()] == [3]
    assert page.notices[-1].text == "What is ready of “Harbour” is on the map. Objects: 3."


def test_a_failed_processing_of_which_nothing_is_ready_says_so(listed, service, qtbot):
    page = listed(record(1, name="Harbour", status="FAILED"))
    service.answers[AREAS] = [part("a1", "FAILED")]
    add(page)
    qtbot.waitUntil(lambda: bool(page.notices), timeout=PATIENCE_MS)
    assert "“Harbour” failed, and no part of it is ready" in page.notices[0].text
    assert not page.addResultButton.isEnabled(), "now it is known that there is nothing"
    assert "no part of it is ready" in page.addResultButton.toolTip()
    assert not service.bodies(RESULT)


def test_a_service_that_knows_no_parts_is_asked_for_the_result(listed, service, qtbot):
    page = listed(record(1, status="FAILED"))
    service.answers[AREAS] = (404, {"message": "No such thing"})
    with qtbot.waitSignal(page.results.adding.added, timeout=PATIENCE_MS):
        add(page)
    assert len(layers()) == 1


def test_parts_that_cannot_be_asked_about_are_a_sentence(listed, service, qtbot):
    page = listed(record(1, status="FAILED"))
    service.answers[AREAS] = (401, {"message": "no"})
    add(page)
    qtbot.waitUntil(lambda: bool(page.notices) or page.listed.project is None, timeout=PATIENCE_MS)
    assert layers() == []


def test_another_qgis_project_does_not_get_what_was_only_asked_about(listed, service, qtbot):
    page = listed(record(1, status="FAILED"))
    gate = threading.Event()
    service.answers[AREAS] = lambda _body: [part("a1", "OK")] if gate.wait(20) else CUT
    add(page)
    qtbot.waitUntil(lambda: bool(service.bodies(AREAS)))
    QgsProject.instance().clear()
    gate.set()
    qtbot.wait(200)
    assert page.results.transfers.count() == 0
    assert not service.bodies(RESULT)


def test_another_qgis_project_does_not_get_the_result(listed, service, qtbot):
    page = listed(record(1), record(2), record(3))
    gate = hold(service)
    page.results.adding.add(page.model.processings())
    qtbot.waitUntil(lambda: bool(service.bodies(RESULT)))
    QgsProject.instance().clear()
    gate.set()
    assert page.results.transfers.count() == 0
    assert "was closed" in page.notices[-1].text
    assert layers() == []


def test_closing_the_page_stops_what_is_coming(listed, service, results, qtbot):
    page = listed(record(1))
    gate = hold(service)
    add(page)
    qtbot.waitUntil(lambda: bool(service.bodies(RESULT)))
    page.close()
    gate.set()
    assert page.results.transfers.count() == 0
    assert layers() == []
    qtbot.waitUntil(lambda: list(results.iterdir()) == [])


def test_a_deleted_one_is_not_added(listed, service, qtbot):
    page = listed(record(1))
    gate = hold(service)
    add(page)
    qtbot.waitUntil(lambda: bool(service.bodies(RESULT)))
    page.commands.changes.delete([page.model.processing("id-1")])
    assert page.model.rowCount() == 0, "at once"
    qtbot.waitUntil(lambda: page.results.transfers.count() == 0)
    gate.set()


@pytest.mark.parametrize("authid", ["EPSG:4326", "EPSG:3857", "EPSG:32637", "EPSG:2154"])
def test_zooming_follows_the_crs_of_the_canvas(canvas, authid):
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem(authid))
    box = QgsRectangle(2.0, 46.0, 2.1, 46.1)
    assert zoom_to(canvas, box, QgsCoordinateReferenceSystem("EPSG:4326"))
    assert in_canvas(canvas, 2.05, 46.05)


def test_degrees_are_not_shown_as_those_of_another_celestial_body(canvas):
    moon = 'GEOGCS["Moon",DATUM["M",SPHEROID["M",1737400,0]],PRIMEM["M",0],UNIT["degree",0.0174532925199433]]'
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem.fromWkt(moon))
    before = QgsRectangle(canvas.extent())
    assert not zoom_to(canvas, QgsRectangle(2.0, 46.0, 2.1, 46.1), QgsCoordinateReferenceSystem("EPSG:4326"))
    assert canvas.extent() == before


def test_a_single_point_is_shown_with_something_around_it(canvas):
    assert zoom_to(canvas, QgsRectangle(2, 46, 2, 46), QgsCoordinateReferenceSystem("EPSG:4326"))
    assert 50 < canvas.extent().height() < 1_000  # metres


def test_a_worldwide_or_empty_extent_moves_nothing(canvas):
    before = QgsRectangle(canvas.extent())
    degrees = QgsCoordinateReferenceSystem("EPSG:4326")
    assert not zoom_to(canvas, QgsRectangle(-180, -80, 180, 80), degrees)
    assert not zoom_to(canvas, QgsRectangle(), degrees)
    assert not zoom_to(canvas, QgsRectangle(0, 0, float("inf"), 1), degrees)
    assert canvas.extent() == before
