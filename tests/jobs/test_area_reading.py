"""Areas from polygon layers: the same whether they are read at once or in a task."""

from __future__ import annotations

import numpy as np
import pytest
from qgis.core import (
    QgsCoordinateTransformContext,
    QgsGeometry,
    QgsLineString,
    QgsPolygon,
    QgsVectorLayer,
    QgsVectorLayerUtils,
)

from mapflow_dock.jobs.area_reading import AreaReading, polygons_of_layer
from mapflow_dock.layers.areas.area import Area

CONTEXT = QgsCoordinateTransformContext()
WAIT = 20_000


def area_from_layer(layer, selected_only, context, max_features=1000):
    found = polygons_of_layer(layer, selected_only, context, max_features)
    return found if isinstance(found, Area) else found.area()


def squares(count: int) -> list[str]:
    return [f"POLYGON(({x} 0,{x}.5 0,{x}.5 1,{x} 1,{x} 0))" for x in range(count)]


def layer_of(*wkts: str, kind: str = "Polygon", crs: str = "EPSG:4326") -> QgsVectorLayer:
    layer = QgsVectorLayer(f"{kind}?crs={crs}", "parcels", "memory")
    features = [QgsVectorLayerUtils.createFeature(layer, QgsGeometry.fromWkt(wkt)) for wkt in wkts]
    assert layer.dataProvider().addFeatures(features)[0]
    return layer


def test_a_layer_gives_its_features_or_the_selected_ones(qgis_app):
    layer = layer_of("POLYGON((0 0,1 0,1 1,0 0))", "POLYGON((5 5,6 5,6 6,5 5))")
    assert area_from_layer(layer, False, CONTEXT).parts == 2
    assert "selected" in area_from_layer(layer, True, CONTEXT).problems[0].sentence
    layer.select(next(layer.getFeatures()).id())
    assert area_from_layer(layer, True, CONTEXT).parts == 1


def test_layers_that_cannot_be_an_area_are_refused_with_their_name(qgis_app):
    assert "“parcels”" in area_from_layer(layer_of(kind="Point"), False, CONTEXT).problems[0].sentence
    assert "no polygons" in area_from_layer(layer_of(), False, CONTEXT).problems[0].sentence
    broken = QgsVectorLayer("/nowhere.gpkg", "gone", "ogr")
    assert "cannot be read" in area_from_layer(broken, False, CONTEXT).problems[0].sentence
    many = layer_of(*(f"POLYGON(({x} 0,{x}.5 0,{x}.5 1,{x} 0))" for x in range(12)))
    assert "more than 10" in area_from_layer(many, False, CONTEXT, max_features=10).problems[0].sentence


@pytest.fixture
def reading(qgis_app):
    reading = AreaReading()
    reading.told = []
    reading.done.connect(reading.told.append)
    yield reading
    reading.stop()


def test_a_few_polygons_are_read_at_once(reading):
    found = reading.read(layer_of(*squares(5)), False, CONTEXT, 1e13)
    assert found.parts == 5
    assert not reading.is_reading


def circle(vertices: int) -> str:
    angles = np.linspace(0, 2 * np.pi, vertices)
    ring = QgsLineString(np.cos(angles).tolist(), np.sin(angles).tolist())
    ring.close()
    return QgsGeometry(QgsPolygon(ring)).asWkt()


@pytest.mark.parametrize(("wkts", "parts"), [(squares(60), 60), ([circle(12_000)], 1)], ids=["many", "long"])
def test_what_takes_its_time_is_read_in_a_task_edits_included(reading, qtbot, wkts, parts):
    layer = layer_of(*wkts)
    layer.startEditing()
    layer.addFeature(
        QgsVectorLayerUtils.createFeature(layer, QgsGeometry.fromWkt("POLYGON((5 5,6 5,6 6,5 5))"))
    )
    meanwhile = reading.read(layer, False, CONTEXT, 1e13)
    assert not meanwhile.is_usable
    assert "being read" in meanwhile.problems[0].sentence
    qtbot.waitUntil(lambda: bool(reading.told), timeout=WAIT)
    assert reading.told[0].is_usable
    assert reading.told[0].parts == parts + 1
    assert not reading.is_reading


def test_only_the_last_of_several_readings_is_told(reading, qtbot):
    for count in (60, 70, 80):
        reading.read(layer_of(*squares(count)), False, CONTEXT, 1e13)
    qtbot.waitUntil(lambda: bool(reading.told), timeout=WAIT)
    qtbot.wait(100)
    assert [found.parts for found in reading.told] == [80]


def test_a_reading_that_is_not_wanted_any_more_tells_nothing(reading, qtbot):
    reading.read(layer_of(*squares(60)), False, CONTEXT, 1e13)
    reading.stop()
    qtbot.wait(200)
    assert reading.told == []


def test_no_more_polygons_are_pulled_than_are_allowed(reading):
    many = polygons_of_layer(layer_of(*squares(120)), False, CONTEXT, max_features=100)
    assert "more than 100 polygons" in many.area().problems[0].sentence
