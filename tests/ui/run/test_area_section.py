"""The Area part of the form, on a real canvas with real layers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.gui import QgsMapCanvas, QgsMapToolPan, QgsRubberBand
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtGui import QColor

from mapflow_dock.layers.styles.kinds import Kind
from mapflow_dock.ui.run.area_section import AreaSection

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
SQUARE = "POLYGON((37.60 55.75, 37.61 55.75, 37.61 55.76, 37.60 55.76, 37.60 55.75))"
FAR_SQUARE = "POLYGON((37.70 55.75, 37.71 55.75, 37.71 55.76, 37.70 55.76, 37.70 55.75))"
BOW_TIE = "POLYGON((37.60 55.75, 37.61 55.76, 37.61 55.75, 37.60 55.76, 37.60 55.75))"


@pytest.fixture
def canvas(qgis_app, qgis_new_project, qtbot):
    canvas = QgsMapCanvas()
    canvas.resize(400, 300)
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    qtbot.addWidget(canvas)
    canvas.show()
    qtbot.waitExposed(canvas)
    canvas.setExtent(QgsRectangle(4_180_000, 7_500_000, 4_184_000, 7_503_000))
    yield canvas
    canvas.unsetMapTool(canvas.mapTool())


@pytest.fixture
def section(canvas, qgis_iface, qtbot):
    section = AreaSection(canvas, qgis_iface)
    qtbot.addWidget(section)
    section.news = []
    section.changed.connect(lambda: section.news.append(section.area))
    section.show()
    section.set_band_visible(True)
    yield section
    section.detach()


def polygon_layer(*wkts: str, name: str = "fields") -> QgsVectorLayer:
    layer = QgsVectorLayer("MultiPolygon?crs=EPSG:4326", name, "memory")
    for wkt in wkts:
        feature = QgsFeature()
        feature.setGeometry(QgsGeometry.fromWkt(wkt))
        layer.dataProvider().addFeature(feature)
    QgsProject.instance().addMapLayer(layer)
    return layer


def bands(canvas) -> list[QgsRubberBand]:
    return [item for item in canvas.scene().items() if isinstance(item, QgsRubberBand)]


def draw(qtbot, canvas, *points):
    for x, y in points:
        qtbot.mouseClick(canvas.viewport(), LEFT, pos=QPoint(x, y))
    qtbot.mouseClick(canvas.viewport(), RIGHT, pos=QPoint(5, 5))


def test_at_first_there_is_no_area_and_it_says_how_to_get_one(section):
    polygon_layer(SQUARE)
    assert section.area is None
    assert section.areaLayerCombo.currentText() == "No Layer"
    assert "draw on the map" in section.areaLabel.text()
    assert not section.clearAreaButton.isEnabled()
    assert not section.selectedOnlyCheck.isEnabled()
    assert section.fixAreaButton.isHidden()


def test_only_polygon_layers_are_offered(section):
    polygon_layer(SQUARE)
    QgsProject.instance().addMapLayer(QgsVectorLayer("Point?crs=EPSG:4326", "wells", "memory"))
    combo = section.areaLayerCombo
    assert [combo.itemText(row) for row in range(combo.count())] == ["No Layer", "fields"]


def test_a_layer_gives_area_and_parts(section):
    section.areaLayerCombo.setLayer(polygon_layer(SQUARE, FAR_SQUARE))
    assert section.area.parts == 2
    assert section.area.area_m2 == pytest.approx(1.4e6, rel=0.02)
    assert section.areaLabel.text() == "1.4\u00a0km² · 2 parts"
    assert len(section.news) == 1
    section.areaLayerCombo.setLayer(polygon_layer(SQUARE))
    assert section.area.parts == 1
    assert "part" not in section.areaLabel.text()


def test_selected_features_only_follows_the_selection_and_counts_it(section):
    layer = polygon_layer(SQUARE, FAR_SQUARE)
    section.areaLayerCombo.setLayer(layer)
    assert not section.selectedOnlyCheck.isEnabled()

    layer.selectByIds([1])
    assert section.selectedOnlyCheck.isEnabled()
    assert "(1)" in section.selectedOnlyCheck.text()
    assert section.area.parts == 2, "nobody asked for the selection yet"
    section.selectedOnlyCheck.click()
    assert section.area.parts == 1
    assert section.area.geometry.boundingBox().xMaximum() == pytest.approx(37.61)

    layer.selectByIds([2])
    assert section.area.geometry.boundingBox().xMinimum() == pytest.approx(37.70)
    layer.removeSelection()
    assert not section.area.is_usable
    assert "(0)" in section.selectedOnlyCheck.text()
    assert section.selectedOnlyCheck.isEnabled(), "it must be possible to switch it off again"
    section.selectedOnlyCheck.click()
    assert section.area.parts == 2


def test_edits_undo_and_filters_of_the_layer_are_followed(section, qtbot):
    layer = polygon_layer(SQUARE, FAR_SQUARE)
    section.areaLayerCombo.setLayer(layer)
    layer.startEditing()
    layer.deleteFeature(2)
    qtbot.waitUntil(lambda: section.area.parts == 1)
    layer.undoStack().undo()
    qtbot.waitUntil(lambda: section.area.parts == 2)
    layer.rollBack()
    layer.setSubsetString("$id = 1")
    layer.dataProvider().deleteFeatures([2])
    layer.triggerRepaint()
    layer.dataChanged.emit()
    qtbot.waitUntil(lambda: section.area.parts == 1)


def test_an_edit_that_leaves_the_area_as_it_was_is_no_news(section, qtbot):
    layer = polygon_layer(SQUARE)
    section.areaLayerCombo.setLayer(layer)
    with qtbot.waitSignal(section._chosen._followed.edited):
        layer.dataChanged.emit()
    assert len(section.news) == 1


def test_a_removed_layer_takes_its_area_along_and_no_other_layer_slips_in(section):
    layer = polygon_layer(SQUARE, name="a fields")
    polygon_layer(FAR_SQUARE, name="b other")
    polygon_layer(FAR_SQUARE, name="0 first")
    section.areaLayerCombo.setLayer(layer)
    QgsProject.instance().removeMapLayer(layer.id())
    assert section.area is None
    assert section.areaLayerCombo.currentLayer() is None
    assert section.areaLayerCombo.currentText() == "No Layer"
    assert section.news[1:] == [None]
    assert "“a fields” was removed" in section.areaLabel.text()


def test_layers_coming_and_going_do_not_disturb_the_chosen_one(section):
    layer = polygon_layer(SQUARE)
    other = polygon_layer(FAR_SQUARE, name="a before it")
    section.areaLayerCombo.setLayer(layer)
    QgsProject.instance().removeMapLayer(other.id())
    polygon_layer(FAR_SQUARE, name="another")
    assert section.areaLayerCombo.currentLayer() is layer
    assert len(section.news) == 1


def test_a_new_project_clears_the_area(section, canvas, qtbot):
    section.areaLayerCombo.setLayer(polygon_layer(SQUARE))
    QgsProject.instance().clear()
    assert section.area is None
    section.mapExtentButton.click()
    assert section.area is not None
    QgsProject.instance().clear()
    assert section.area is None
    assert not bands(canvas)


def test_a_drawing_becomes_the_area_in_place_of_the_layer(section, canvas, qtbot):
    section.areaLayerCombo.setLayer(polygon_layer(SQUARE))
    pan = QgsMapToolPan(canvas)
    canvas.setMapTool(pan)
    qtbot.mouseClick(section.drawPolygonButton, LEFT)
    assert section.drawPolygonButton.isChecked()
    draw(qtbot, canvas, (50, 50), (250, 60), (150, 200))

    assert canvas.mapTool() is pan
    assert not section.drawPolygonButton.isChecked()
    assert section.areaLayerCombo.currentLayer() is None
    assert section.areaLayerCombo.currentText() == "No Layer"
    assert section.area.is_usable
    assert section.areaLabel.text().startswith("Drawn on the map · ")
    (band,) = bands(canvas)
    assert band.asGeometry().area() > 0


def test_while_drawing_it_says_what_clicks_and_keys_do(section, canvas, qtbot):
    news = []
    section.drawing_changed.connect(lambda: news.append(section.is_drawing))
    before = section.areaLabel.text()
    qtbot.mouseClick(section.drawPolygonButton, LEFT)
    assert "Esc cancels" in section.areaLabel.text()
    qtbot.mouseClick(section.drawRectangleButton, LEFT)
    assert section.areaLabel.text().startswith("Drag a rectangle")
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert section.areaLabel.text() == before
    assert news[0] is True
    assert news[-1] is False


def test_the_check_for_selected_features_is_there_along_with_a_layer(section):
    assert section.selectedOnlyCheck.isHidden()
    section.areaLayerCombo.setLayer(polygon_layer(SQUARE))
    assert section.selectedOnlyCheck.isVisible()
    section.clear()
    assert section.selectedOnlyCheck.isHidden()


def test_the_area_hides_nothing_of_what_lies_in_it_and_is_told_from_results(section, canvas):
    section.mapExtentButton.click()
    (band,) = bands(canvas)
    assert band.fillColor().alpha() <= 10
    styles = (Path(__file__).resolve().parents[3] / "layers" / "styles").glob("*.qml")
    colours = [
        QColor(*(int(part) for part in found.split(",")))
        for style in styles
        for found in re.findall(
            r'value="(\d+,\d+,\d+),\d+" type="QString" name="\w*color"', style.read_text("utf-8")
        )
    ]
    colours += [QColor(kind.colour) for kind in Kind]
    assert len(colours) > 5
    hue = band.strokeColor().hsvHue()
    vivid = [colour for colour in colours if colour.hsvSaturationF() > 0.5]
    assert all(abs(hue - colour.hsvHue()) >= 25 for colour in vivid)


def test_pressing_the_draw_button_again_gives_up(section, canvas, qtbot):
    pan = QgsMapToolPan(canvas)
    canvas.setMapTool(pan)
    qtbot.mouseClick(section.drawRectangleButton, LEFT)
    assert canvas.mapTool() is not pan
    qtbot.mouseClick(section.drawRectangleButton, LEFT)
    assert canvas.mapTool() is pan
    assert not section.drawRectangleButton.isChecked()
    assert section.area is None


def test_the_other_draw_button_takes_over(section, canvas, qtbot):
    pan = QgsMapToolPan(canvas)
    canvas.setMapTool(pan)
    qtbot.mouseClick(section.drawPolygonButton, LEFT)
    qtbot.mouseClick(section.drawRectangleButton, LEFT)
    assert (section.drawPolygonButton.isChecked(), section.drawRectangleButton.isChecked()) == (False, True)
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.mapTool() is pan
    assert not section.drawRectangleButton.isChecked()


def test_a_second_drawing_works_like_the_first(section, canvas, qtbot):
    for shift in (0, 40):
        qtbot.mouseClick(section.drawPolygonButton, LEFT)
        draw(qtbot, canvas, (50 + shift, 50), (250, 60), (150, 200))
    assert len(section.news) == 2
    assert len(bands(canvas)) == 1


def test_a_self_crossing_drawing_is_fixed_only_on_the_users_word(section, canvas, qtbot):
    qtbot.mouseClick(section.drawPolygonButton, LEFT)
    draw(qtbot, canvas, (50, 50), (250, 200), (250, 50), (50, 200))
    assert not section.area.is_usable
    assert "crosses" in section.areaProblemsLabel.text()
    assert section.fixAreaButton.isVisible()

    qtbot.mouseClick(section.fixAreaButton, LEFT)
    assert section.area.is_usable
    assert section.area.parts == 2
    assert section.areaProblemsLabel.isHidden()
    assert section.fixAreaButton.isHidden()


def test_fixing_the_area_of_a_layer_leaves_the_layer_alone(section, qtbot):
    layer = polygon_layer(BOW_TIE)
    section.areaLayerCombo.setLayer(layer)
    assert section.fixAreaButton.isVisible()
    qtbot.mouseClick(section.fixAreaButton, LEFT)
    assert section.area.is_usable
    assert not next(layer.getFeatures()).geometry().isGeosValid()
    assert section.areaLayerCombo.currentLayer() is layer


@pytest.mark.parametrize("rotation", [0, 35])
def test_map_extent_is_what_the_canvas_shows(section, canvas, rotation):
    canvas.setRotation(rotation)
    section.mapExtentButton.click()
    corners = [QgsPointXY(corner) for corner in canvas.mapSettings().visiblePolygon()]
    shown = QgsGeometry.fromPolygonXY([[*corners, corners[0]]])
    centre = QgsGeometry.fromPointXY(QgsPointXY(canvas.center()))
    (band,) = bands(canvas)
    outline = band.asGeometry()
    assert outline.contains(centre)
    assert outline.area() == pytest.approx(shown.area(), rel=0.001)
    assert outline.symDifference(shown).area() / shown.area() < 0.01


def test_clear_forgets_layer_and_drawing(section, canvas, qtbot):
    section.areaLayerCombo.setLayer(polygon_layer(SQUARE))
    qtbot.mouseClick(section.clearAreaButton, LEFT)
    assert section.area is None
    assert section.areaLayerCombo.currentLayer() is None
    assert section.areaLayerCombo.currentText() == "No Layer"
    section.mapExtentButton.click()
    qtbot.mouseClick(section.clearAreaButton, LEFT)
    assert section.area is None
    assert not bands(canvas)


@pytest.mark.parametrize("authid", ["EPSG:4326", "EPSG:32637", "EPSG:3035"])
def test_the_band_lies_where_the_area_is_in_any_map_crs(section, canvas, authid):
    section.areaLayerCombo.setLayer(polygon_layer(SQUARE))
    new = QgsCoordinateReferenceSystem(authid)
    canvas.setDestinationCrs(new)
    expected = QgsGeometry.fromWkt(SQUARE)
    there = QgsCoordinateTransform(QgsCoordinateReferenceSystem("EPSG:4326"), new, QgsProject.instance())
    expected.transform(there)
    (band,) = bands(canvas)
    assert band.asGeometry().symDifference(expected).area() < 1e-3 * expected.area()
    assert band.asGeometry().type() == QgsWkbTypes.GeometryType.PolygonGeometry


def test_the_band_shows_only_while_it_may(section, canvas):
    section.mapExtentButton.click()
    section.set_band_visible(False)
    assert not bands(canvas)
    section.set_band_visible(True)
    assert len(bands(canvas)) == 1


def test_closing_mid_drawing_leaves_nothing_and_opening_goes_on(section, canvas, qtbot):
    layer = polygon_layer(SQUARE, FAR_SQUARE)
    section.areaLayerCombo.setLayer(layer)
    pan = QgsMapToolPan(canvas)
    canvas.setMapTool(pan)
    project = QgsProject.instance()
    listeners = project.receivers(project.cleared), project.receivers(project.layersWillBeRemoved)
    qtbot.mouseClick(section.drawPolygonButton, LEFT)
    qtbot.mouseClick(canvas.viewport(), LEFT, pos=QPoint(40, 40))
    section.detach()
    section.detach()
    assert canvas.mapTool() is pan
    assert not bands(canvas)
    assert not section.drawPolygonButton.isChecked()
    after = project.receivers(project.cleared), project.receivers(project.layersWillBeRemoved)
    assert after == (listeners[0] - 2, listeners[1] - 1)

    layer.dataProvider().deleteFeatures([2])
    section.attach()
    assert section.area.parts == 1
    assert len(bands(canvas)) == 1


def test_a_layer_removed_while_closed_is_noticed_on_opening(section):
    layer = polygon_layer(SQUARE)
    section.areaLayerCombo.setLayer(layer)
    section.detach()
    QgsProject.instance().removeMapLayer(layer.id())
    section.attach()
    assert section.area is None


def test_a_layer_of_many_polygons_is_read_beside_the_form(section, qtbot):
    wkts = [SQUARE.replace("37.6", f"{x}.6") for x in range(60)]
    section.areaLayerCombo.setLayer(polygon_layer(*wkts))
    assert not section.area.is_usable
    assert "being read" in section.areaProblemsLabel.text()
    qtbot.waitUntil(lambda: section.area.is_usable, timeout=20_000)
    assert section.area.parts == 60
    assert section.areaProblemsLabel.isHidden()


def test_what_one_limit_refused_is_worked_out_for_a_larger_one(section):
    section.set_limit(1e6)
    crs = QgsCoordinateReferenceSystem("EPSG:3857")
    box = "POLYGON((4180000 7500000,4184000 7500000,4184000 7503000,4180000 7503000,4180000 7500000))"
    section.use_ground(QgsGeometry.fromWkt(box), crs, "Image")
    assert "your account allows 1\u00a0km²" in section.areaProblemsLabel.text()
    section.set_limit(1e9)
    assert section.area.is_usable
    assert section.areaLabel.text().startswith("Image")
    section.areaLayerCombo.setLayer(polygon_layer(SQUARE))
    section.set_limit(1e3)
    section.areaLayerCombo.currentLayer().dataChanged.emit()
    section.clear()
    assert section.area is None
    section.set_limit(1e9)
    assert section.area is None
