"""Further ways to an area, and what is said where there is no map to choose one on."""

from __future__ import annotations

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeature,
    QgsGeometry,
    QgsLayoutItemMap,
    QgsPrintLayout,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.gui import QgsRubberBand
from qgis.PyQt.QtCore import QPointF
from qgis.PyQt.QtWidgets import QApplication
from rasters import write_raster

from mapflow_dock.ui.run.area_section import AreaSection

BOW_TIE = "POLYGON((37.60 55.75, 37.61 55.76, 37.61 55.75, 37.60 55.76, 37.60 55.75))"


@pytest.fixture
def section(canvas, qgis_iface, qtbot):
    section = AreaSection(canvas, qgis_iface)
    qtbot.addWidget(section)
    section.show()
    section.set_band_visible(True)
    yield section
    section.detach()


def more(section):
    section._more.menu.aboutToShow.emit()
    return section._more


def pick(menu, text):
    (action,) = [each for each in menu.actions() if each.text() == text]
    action.trigger()


def paste(section, text):
    QApplication.clipboard().setText(text)
    more(section).paste_action.trigger()


def test_the_menu_names_what_there_is(section):
    assert not more(section).layer_menu.menuAction().isEnabled()
    assert not section._more.layout_menu.menuAction().isEnabled()
    for action in section._more.menu.actions():
        assert not action.icon().isNull(), action.text()


def test_the_extent_of_a_raster_layer_is_the_area(section, tmp_path):
    path = tmp_path / "a & b.tif"
    write_raster(path, width=100, height=100, pixel=10, origin=(400_000, 6_181_000), epsg=32637)
    layer = QgsRasterLayer(str(path), "a & b")
    QgsProject.instance().addMapLayer(layer)
    pick(more(section).layer_menu, layer.name().replace("&", "&&"))
    assert section.area.area_m2 == pytest.approx(1e6, rel=2e-3)
    assert section.areaLabel.text().startswith(f"Extent of “{layer.name()}” · 1\u00a0km²")


def test_the_map_of_a_layout_is_the_area(section):
    layout = QgsPrintLayout(QgsProject.instance())
    layout.initializeDefaults()
    layout.setName("Sheet")
    item = QgsLayoutItemMap(layout)
    item.attemptMove(item.positionWithUnits())
    item.setRect(0, 0, 100, 100)
    item.setCrs(QgsCoordinateReferenceSystem("EPSG:32637"))
    item.setExtent(QgsRectangle(400_000, 6_180_000, 401_000, 6_181_000))
    item.setMapRotation(30)
    layout.addLayoutItem(item)
    QgsProject.instance().layoutManager().addLayout(layout)
    (entry,) = more(section).layout_menu.actions()
    assert entry.text().startswith("Sheet · ")
    entry.trigger()
    assert section.area.area_m2 == pytest.approx(1e6, rel=2e-2)
    corners = QgsGeometry.fromQPolygonF(item.visibleExtentPolygon())
    assert corners.boundingBox().width() > 1300, "the map is turned"
    assert "Sheet" in section.areaLabel.text()


def test_a_pasted_polygon_is_the_area_and_anything_else_leaves_the_one_there_is(section):
    paste(section, BOW_TIE.replace("37.61 55.76, 37.61 55.75", "37.61 55.75, 37.61 55.76"))
    assert section.area.is_usable
    assert section.areaLabel.text().startswith("Pasted · ")
    before = section.area
    paste(section, "nothing of the kind")
    assert section.area is before
    assert "no polygon that can be read" in section.areaLabel.text()


@pytest.mark.parametrize("is_left_meanwhile", [False, True])
def test_many_pasted_polygons_do_not_hold_up_qgis(section, qtbot, is_left_meanwhile):
    squares = ", ".join(
        f"(({x} 10, {x + 0.0001:.4f} 10, {x + 0.0001:.4f} 10.0001, {x} 10))"
        for x in (round(number / 1000, 3) for number in range(700))
    )
    paste(section, f"MULTIPOLYGON({squares})")
    assert "is being read" in section.areaProblemsLabel.text(), "in a task"
    if is_left_meanwhile:
        section.detach()
        section.attach()
    qtbot.waitUntil(lambda: section.area.parts == 700, timeout=20_000)
    assert section.area.is_usable
    assert section.areaLabel.text().startswith("Pasted · ")


def test_a_pasted_area_beyond_the_globe_is_not_called_drawn(section):
    paste(section, "POLYGON((0 60, 10 60, 10 90, 500 90, 500 60, 0 60))")
    assert not section.area.is_usable
    assert "drawn" not in section.areaProblemsLabel.text()


def marks(canvas):
    bands = [item for item in canvas.scene().items() if isinstance(item, QgsRubberBand)]
    return [band for band in bands if band.icon() == QgsRubberBand.IconType.ICON_X]


def test_a_crossing_is_marked_on_the_map_and_what_the_fix_changed_stays_visible(section, canvas):
    paste(section, BOW_TIE)
    (mark,) = marks(canvas)
    place = mark.asGeometry().boundingBox().center()
    middle = QgsGeometry.fromWkt("POINT(37.605 55.755)")
    assert QPointF(place.x(), place.y()) != QPointF(0, 0)
    there = QgsGeometry.fromPointXY(place)
    transform_to_degrees(there, canvas)
    assert there.distance(middle) < 1e-6
    section.fixAreaButton.click()
    assert marks(canvas) == []
    bands = [item for item in canvas.scene().items() if isinstance(item, QgsRubberBand)]
    assert len(bands) == 2, "the area, and how it was"
    assert "dotted line is how it was" in section.areaLabel.text()
    section.clear()
    assert not [item for item in canvas.scene().items() if isinstance(item, QgsRubberBand)]


def transform_to_degrees(geometry, canvas):
    crs = canvas.mapSettings().destinationCrs()
    target = QgsCoordinateReferenceSystem("EPSG:4326")
    geometry.transform(QgsCoordinateTransform(crs, target, QgsProject.instance()))


def test_without_a_map_it_says_so_and_offers_to_make_one(section, canvas, qtbot):
    assert section.areaLabel.text() == "The map is empty."
    assert section.showImageryButton.isVisible()
    canvas.hide()
    assert section.areaLabel.text() == "QGIS shows no map to draw on."
    assert not section.drawPolygonButton.isEnabled()
    with qtbot.waitSignal(section.imagery_wanted):
        section.showImageryButton.click()
    canvas.show()
    assert section.drawPolygonButton.isEnabled()
    QgsProject.instance().addMapLayer(QgsVectorLayer("MultiPolygon?crs=EPSG:4326", "fields", "memory"))
    assert not section.showImageryButton.isVisible()
    assert "draw on the map" in section.areaLabel.text()


def test_what_the_map_of_a_new_project_shows_is_no_place(section, canvas):
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    canvas.setExtent(QgsRectangle(-4000, -4000, 4000, 4000))
    section.mapExtentButton.click()
    assert section.area.problems[0].sentence.startswith("The map is empty and shows no place.")
    assert section.showImageryButton.isVisible()
    QgsProject.instance().addMapLayer(QgsVectorLayer("MultiPolygon?crs=EPSG:4326", "fields", "memory"))
    assert section.area is None, "the map is not empty any more, so that is no reason"
    assert "no place" not in section.areaLabel.text()
    section.mapExtentButton.click()
    assert "beyond the globe" in section.area.problems[0].sentence
    assert not section.showImageryButton.isVisible()


@pytest.mark.parametrize("kind", ["Point", "LineString"])
def test_layers_that_enclose_nothing_are_told_why_they_are_not_offered(section, kind):
    QgsProject.instance().addMapLayer(QgsVectorLayer(f"{kind}?crs=EPSG:4326", "wells", "memory"))
    assert "lines or points, which enclose no area" in section.areaLabel.text()


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (1e6, "The map shows far more than can be processed: zoom in."),
        (20e6, "km²; your account allows 20\u00a0km² in one processing. Zoom in."),
    ],
)
def test_a_map_extent_that_is_too_large_is_said_plainly(section, canvas, limit, words):
    section.set_limit(limit)
    canvas.setExtent(QgsRectangle(4_180_000, 7_500_000, 4_210_000, 7_520_000))
    section.mapExtentButton.click()
    assert section.areaProblemsLabel.text().endswith(words)
    assert section.areaLabel.text() == "Map extent", "its size in figures tells nobody anything"


def test_a_layer_of_too_many_polygons_names_the_limit_of_the_account(section, qtbot):
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326", "plots", "memory")
    features = []
    for index in range(1001):
        feature = QgsFeature()
        west = index * 0.001
        feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(west, 1, west + 0.0005, 1.0005)))
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    QgsProject.instance().addMapLayer(layer)
    section.set_limit(1e9, 10)
    section.areaLayerCombo.setLayer(layer)
    qtbot.waitUntil(lambda: "allows 10 separate parts" in section.areaProblemsLabel.text())
