"""Drawing on a real canvas with simulated mouse and keys."""

from __future__ import annotations

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsDistanceArea,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsSnappingConfig,
    QgsTolerance,
    QgsVectorLayer,
)
from qgis.gui import QgsMapCanvas, QgsMapCanvasSnappingUtils, QgsMapTool, QgsMapToolPan, QgsRubberBand
from qgis.PyQt.QtCore import QEvent, QPoint, QPointF, Qt
from qgis.PyQt.QtGui import QKeyEvent, QMouseEvent
from qgis.PyQt.QtWidgets import QApplication, QLabel

from mapflow_dock.ui.map_tools.canvas_loan import CanvasLoan
from mapflow_dock.ui.map_tools.polygon_tool import PolygonTool
from mapflow_dock.ui.map_tools.rectangle_tool import RectangleTool

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
DEFERRED_DELETE = 52  # QEvent::DeferredDelete
WEB = QgsCoordinateReferenceSystem("EPSG:3857")


@pytest.fixture
def canvas(qgis_app, qtbot):
    canvas = QgsMapCanvas()
    canvas.resize(400, 300)
    canvas.setDestinationCrs(WEB)
    qtbot.addWidget(canvas)
    canvas.show()
    qtbot.waitExposed(canvas)
    canvas.setExtent(QgsRectangle(4_180_000, 7_500_000, 4_184_000, 7_503_000))
    yield canvas
    canvas.unsetMapTool(canvas.mapTool())


@pytest.fixture
def pan(canvas):
    tool = QgsMapToolPan(canvas)
    canvas.setMapTool(tool)
    return tool


@pytest.fixture
def loan(canvas):
    loan = CanvasLoan(canvas)
    loan.areas = []
    loan.reasons = []
    loan.texts = []
    loan.drawn.connect(lambda geometry, crs: loan.areas.append((geometry, crs)))
    loan.ended.connect(loan.reasons.append)
    loan.hinted.connect(loan.texts.append)
    loan.open()
    yield loan
    loan.close()


def click(qtbot, canvas, x, y, button=LEFT):
    qtbot.mouseMove(canvas.viewport(), QPoint(x, y))
    qtbot.mouseClick(canvas.viewport(), button, pos=QPoint(x, y))


def drag_to(canvas, x, y):
    """Move with the left button held, which QTest's own mouseMove cannot."""
    where = QPointF(x, y)
    move = QMouseEvent(
        QEvent.Type.MouseMove, where, Qt.MouseButton.NoButton, LEFT, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(canvas.viewport(), move)


def at(canvas, x, y) -> QgsPointXY:
    return canvas.getCoordinateTransform().toMapCoordinates(x, y)


def ring(geometry: QgsGeometry) -> list[QgsPointXY]:
    return geometry.asPolygon()[0]


def bands(canvas) -> list[QgsRubberBand]:
    return [item for item in canvas.scene().items() if isinstance(item, QgsRubberBand)]


def draw_triangle(qtbot, canvas):
    for x, y in ((50, 50), (250, 60), (150, 200)):
        click(qtbot, canvas, x, y)


@pytest.mark.parametrize("end", ["right-click", "enter", "keypad-enter", "double-click"])
def test_a_polygon_ends_in_each_promised_way_and_the_former_tool_comes_back(qtbot, canvas, pan, loan, end):
    loan.start(PolygonTool(canvas))
    draw_triangle(qtbot, canvas)
    centre = canvas.center()
    if end == "right-click":
        click(qtbot, canvas, 300, 250, RIGHT)
    elif end == "enter":
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
    elif end == "keypad-enter":
        qtbot.keyClick(canvas, Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    else:
        # what follows the first click of a real double-click, which draw_triangle made
        qtbot.mouseDClick(canvas.viewport(), LEFT, pos=QPoint(150, 200))
        qtbot.mouseRelease(canvas.viewport(), LEFT, pos=QPoint(150, 200))

    ((geometry, crs),) = loan.areas
    expected = [at(canvas, 50, 50), at(canvas, 250, 60), at(canvas, 150, 200), at(canvas, 50, 50)]
    assert ring(geometry) == expected
    assert crs == WEB
    assert canvas.mapTool() is pan
    assert canvas.center() == centre, "the tool that came back took one of the drawing's clicks"
    assert loan.reasons == [""]
    assert not bands(canvas)


def test_backspace_and_delete_take_back_one_corner_each(qtbot, canvas, pan, loan):
    loan.start(PolygonTool(canvas))
    draw_triangle(qtbot, canvas)
    click(qtbot, canvas, 300, 280)
    click(qtbot, canvas, 310, 290)
    qtbot.keyClick(canvas, Qt.Key.Key_Backspace)
    qtbot.keyClick(canvas, Qt.Key.Key_Delete)
    qtbot.keyClick(canvas, Qt.Key.Key_Return)

    assert ring(loan.areas[0][0])[:-1] == [at(canvas, 50, 50), at(canvas, 250, 60), at(canvas, 150, 200)]


def test_taking_back_every_corner_leaves_the_tool_ready_for_a_new_one(qtbot, canvas, pan, loan):
    loan.start(PolygonTool(canvas))
    click(qtbot, canvas, 10, 10)
    for _ in range(3):
        qtbot.keyClick(canvas, Qt.Key.Key_Backspace)
    draw_triangle(qtbot, canvas)
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert len(ring(loan.areas[0][0])) == 4


def test_escape_gives_up_and_hands_over_nothing(qtbot, canvas, pan, loan):
    loan.start(PolygonTool(canvas))
    draw_triangle(qtbot, canvas)
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert loan.areas == []
    assert loan.reasons == [""]
    assert canvas.mapTool() is pan
    assert not bands(canvas)


def test_too_few_corners_keep_the_drawing_and_say_what_to_do(qtbot, canvas, pan, loan):
    loan.start(PolygonTool(canvas))
    click(qtbot, canvas, 50, 50)
    click(qtbot, canvas, 80, 80)
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert loan.is_drawing
    assert loan.areas == []
    assert "corners" in loan.texts[-1]


@pytest.mark.parametrize("tool", [PolygonTool, RectangleTool])
def test_what_the_keys_do_is_known_while_drawing_and_the_status_bar_gets_few_words(
    qtbot, canvas, pan, loan, tool
):
    assert loan.keys == ""
    loan.start(tool(canvas))
    assert "Esc cancels" in loan.keys
    assert "Backspace" in loan.keys
    click(qtbot, canvas, 50, 50)
    qtbot.mouseMove(canvas.viewport(), QPoint(250, 200))
    assert all(len(text) <= 30 for text in loan.texts)
    loan.cancel()
    assert loan.keys == ""


def test_right_click_before_the_first_corner_gives_up(qtbot, canvas, pan, loan):
    loan.start(PolygonTool(canvas))
    click(qtbot, canvas, 50, 50, RIGHT)
    assert not loan.is_drawing
    assert canvas.mapTool() is pan


@pytest.mark.parametrize("key", [Qt.Key.Key_Backspace, Qt.Key.Key_Delete])
def test_qgis_does_not_delete_the_selected_features_at_the_keys_of_the_drawing(qtbot, canvas, pan, loan, key):
    """QGIS deletes them at these keys when the event comes back from the map tool accepted."""
    would_delete = []
    canvas.keyPressed.connect(lambda event: would_delete.append(event.isAccepted()))
    qtbot.keyClick(canvas, key)
    assert would_delete == [True], "the test cannot tell"
    loan.start(PolygonTool(canvas))
    click(qtbot, canvas, 50, 50)
    qtbot.keyClick(canvas, key)
    assert not any(would_delete[1:])


def test_delete_is_claimed_before_a_shortcut_of_the_window_gets_it(qtbot, canvas, pan, loan):
    def claimed(key) -> bool:
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
        event.ignore()
        QApplication.sendEvent(canvas, event)
        return event.isAccepted()

    assert not claimed(Qt.Key.Key_Delete)
    loan.start(PolygonTool(canvas))
    assert claimed(Qt.Key.Key_Delete)
    assert not claimed(Qt.Key.Key_F5)
    loan.cancel()
    assert not claimed(Qt.Key.Key_Delete)


def test_the_area_is_told_live_and_ellipsoidal(qtbot, canvas, pan, loan):
    loan.start(PolygonTool(canvas))
    click(qtbot, canvas, 50, 50)
    click(qtbot, canvas, 250, 50)
    qtbot.mouseMove(canvas.viewport(), QPoint(250, 200))

    measure = QgsDistanceArea()
    measure.setSourceCrs(WEB, QgsProject.instance().transformContext())
    measure.setEllipsoid("EPSG:7030")
    corners = [at(canvas, 50, 50), at(canvas, 250, 50), at(canvas, 250, 200)]
    square_km = measure.measureArea(QgsGeometry.fromPolygonXY([corners])) / 1e6
    planar = QgsGeometry.fromPolygonXY([corners]).area() / 1e6
    assert abs(planar - square_km) > 0.5, "the test cannot tell the ellipsoid from the plane"
    tip = canvas.viewport().findChild(QLabel, "drawingTip")
    assert tip.isVisible()
    assert tip.text() == f"{square_km:.2f}\u00a0km²"
    assert canvas.viewport().rect().contains(tip.geometry())
    loan.cancel()
    assert loan.texts[-1] == ""


def test_the_tip_stays_inside_the_canvas_at_its_edge(qtbot, canvas, pan, loan):
    loan.start(PolygonTool(canvas))
    click(qtbot, canvas, 50, 50)
    click(qtbot, canvas, 250, 50)
    qtbot.mouseMove(canvas.viewport(), QPoint(398, 298))
    tip = canvas.viewport().findChild(QLabel, "drawingTip")
    assert canvas.viewport().rect().contains(tip.geometry())


def test_a_rectangle_by_dragging(qtbot, canvas, pan, loan):
    loan.start(RectangleTool(canvas))
    qtbot.mousePress(canvas.viewport(), LEFT, pos=QPoint(60, 40))
    drag_to(canvas, 200, 150)
    assert bands(canvas)[0].asGeometry().boundingBox().width() > 0
    qtbot.mouseRelease(canvas.viewport(), LEFT, pos=QPoint(260, 190))
    (geometry, _crs) = loan.areas[0]
    assert geometry.boundingBox() == QgsRectangle(at(canvas, 60, 40), at(canvas, 260, 190))
    assert geometry.area() == pytest.approx(geometry.boundingBox().area())
    assert canvas.mapTool() is pan


def test_a_rectangle_by_two_clicks(qtbot, canvas, pan, loan):
    loan.start(RectangleTool(canvas))
    click(qtbot, canvas, 60, 40)
    assert loan.areas == []
    click(qtbot, canvas, 260, 190)
    assert loan.areas[0][0].boundingBox() == QgsRectangle(at(canvas, 60, 40), at(canvas, 260, 190))


def test_backspace_moves_the_first_corner_of_a_rectangle(qtbot, canvas, pan, loan):
    loan.start(RectangleTool(canvas))
    click(qtbot, canvas, 10, 10)
    qtbot.keyClick(canvas, Qt.Key.Key_Backspace)
    click(qtbot, canvas, 60, 40)
    click(qtbot, canvas, 260, 190)
    assert loan.areas[0][0].boundingBox() == QgsRectangle(at(canvas, 60, 40), at(canvas, 260, 190))


def test_a_rectangle_runs_along_a_rotated_canvas(qtbot, canvas, pan, loan):
    canvas.setRotation(30)
    loan.start(RectangleTool(canvas))
    click(qtbot, canvas, 100, 80)
    click(qtbot, canvas, 260, 190)
    to_pixels = canvas.getCoordinateTransform().transform()
    corners = [to_pixels.map(corner.toQPointF()) for corner in ring(loan.areas[0][0])[:-1]]
    assert [(round(c.x()), round(c.y())) for c in corners] == [(100, 80), (260, 80), (260, 190), (100, 190)]


def test_a_polygon_on_a_rotated_canvas_keeps_its_corners(qtbot, canvas, pan, loan):
    canvas.setRotation(-45)
    loan.start(PolygonTool(canvas))
    draw_triangle(qtbot, canvas)
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    assert ring(loan.areas[0][0])[:-1] == [at(canvas, 50, 50), at(canvas, 250, 60), at(canvas, 150, 200)]


@pytest.mark.parametrize("authid", ["EPSG:4326", "EPSG:32637", "EPSG:3035"])
def test_corners_follow_a_change_of_the_map_crs_mid_drawing(qtbot, canvas, pan, loan, authid):
    loan.start(PolygonTool(canvas))
    click(qtbot, canvas, 50, 50)
    click(qtbot, canvas, 250, 60)
    before = [at(canvas, 50, 50), at(canvas, 250, 60)]
    new = QgsCoordinateReferenceSystem(authid)
    canvas.setDestinationCrs(new)
    canvas.waitWhileRendering()
    click(qtbot, canvas, 150, 200)
    third = at(canvas, 150, 200)
    qtbot.keyClick(canvas, Qt.Key.Key_Return)

    ((geometry, crs),) = loan.areas
    there = QgsCoordinateTransform(WEB, new, QgsProject.instance())
    assert crs == new
    assert ring(geometry)[:-1] == [*(there.transform(corner) for corner in before), third]


MOON = (
    'GEOGCS["Moon",DATUM["Moon",SPHEROID["Moon",1737400,0]],PRIMEM["M",0],UNIT["degree",0.0174532925199433]]'
)


@pytest.mark.parametrize("new", ["", MOON], ids=["none", "Moon"])
def test_corners_are_not_taken_for_those_of_a_system_no_way_leads_to(qtbot, canvas, pan, loan, new):
    loan.start(PolygonTool(canvas))
    click(qtbot, canvas, 50, 50)
    click(qtbot, canvas, 250, 60)
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem.fromWkt(new))
    assert loan.areas == []
    assert "does not fit the map's new coordinate reference system" in loan.reasons[0]
    assert not bands(canvas)


def test_a_map_without_a_crs_is_said_instead_of_drawn_on(canvas, pan, loan):
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem())
    loan.start(PolygonTool(canvas))
    assert "coordinate reference system" in loan.reasons[0]
    assert canvas.mapTool() is pan


def test_another_tool_chosen_by_the_user_stays(qtbot, canvas, pan, loan):
    loan.start(PolygonTool(canvas))
    draw_triangle(qtbot, canvas)
    other = QgsMapToolPan(canvas)
    canvas.setMapTool(other)
    assert canvas.mapTool() is other
    assert not loan.is_drawing
    assert loan.areas == []
    assert loan.reasons == [""]
    assert not bands(canvas)


def test_a_new_project_ends_the_drawing(canvas, pan, loan):
    loan.start(PolygonTool(canvas))
    QgsProject.instance().clear()
    assert canvas.mapTool() is pan
    assert not loan.is_drawing


def test_changing_from_polygon_to_rectangle_still_gives_the_first_tool_back(qtbot, canvas, pan, loan):
    loan.start(PolygonTool(canvas))
    loan.start(RectangleTool(canvas))
    assert isinstance(canvas.mapTool(), RectangleTool)
    assert loan.is_drawing
    loan.cancel()
    assert canvas.mapTool() is pan


def test_a_former_tool_that_is_gone_by_then_is_not_given_back(qtbot, canvas, loan):
    former = QgsMapToolPan(canvas)
    canvas.setMapTool(former)
    loan.start(PolygonTool(canvas))
    former.deleteLater()
    QApplication.sendPostedEvents(former, DEFERRED_DELETE)
    loan.cancel()
    assert canvas.mapTool() is None


def test_closing_mid_drawing_leaves_nothing_on_the_canvas(qtbot, canvas, pan):
    items = len(canvas.scene().items())
    tools = len(canvas.findChildren(QgsMapTool))
    loan = CanvasLoan(canvas)
    loan.open()
    loan.start(PolygonTool(canvas))
    draw_triangle(qtbot, canvas)
    loan.close()
    QApplication.sendPostedEvents(None, DEFERRED_DELETE)
    assert canvas.mapTool() is pan
    assert not bands(canvas)
    assert len(canvas.scene().items()) == items
    assert len(canvas.findChildren(QgsMapTool)) == tools
    assert canvas.viewport().findChild(QLabel, "drawingTip") is None
    assert loan.receivers(loan.ended) == 0


def test_corners_snap_to_a_layer_when_snapping_is_on(qtbot, canvas, pan, loan, qgis_new_project):
    layer = QgsVectorLayer("Polygon?crs=EPSG:3857", "fields", "memory")
    feature = QgsFeature()
    vertex = at(canvas, 103, 103)
    feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(vertex, at(canvas, 300, 250))))
    layer.dataProvider().addFeature(feature)
    QgsProject.instance().addMapLayer(layer)
    canvas.setLayers([layer])
    canvas.waitWhileRendering()
    utils = QgsMapCanvasSnappingUtils(canvas)
    config = QgsSnappingConfig(QgsProject.instance())
    config.setEnabled(True)
    config.setMode(QgsSnappingConfig.SnappingMode.AllLayers)
    config.setTypeFlag(QgsSnappingConfig.SnappingTypes.VertexFlag)
    config.setTolerance(12)
    config.setUnits(QgsTolerance.UnitType.Pixels)
    utils.setConfig(config)
    canvas.setSnappingUtils(utils)
    qtbot.waitUntil(lambda: utils.snapToMap(QPoint(100, 100)).isValid())  # its index is built in a thread

    items = len(canvas.scene().items())
    loan.start(PolygonTool(canvas))
    click(qtbot, canvas, 100, 100)
    assert len(canvas.scene().items()) == items + 2, "the outline, and the mark of the snapped corner"
    click(qtbot, canvas, 350, 20)
    click(qtbot, canvas, 380, 200)
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    first = ring(loan.areas[0][0])[0]
    assert first.distance(vertex) < 1e-6
    assert len(canvas.scene().items()) == items
    canvas.setSnappingUtils(None)
