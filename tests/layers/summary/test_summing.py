"""What a result sums up to: of all of it, of the map, of the selection; from its file, and as QGIS has it."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from osgeo import ogr
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeature,
    QgsGeometry,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorLayerJoinInfo,
)
from summed_layers import ONE, SIDE, WGS84, classes, go_on, square, summed, written

from mapflow_dock.layers.results.layers import AREA_M2, OBJECT_TYPE
from mapflow_dock.layers.styles.kinds import Kind
from mapflow_dock.layers.summary import source
from mapflow_dock.layers.summary.facts import Ground, Measure
from mapflow_dock.layers.summary.source import Scope, request_of
from mapflow_dock.layers.summary.summing import MOST_CLASSES, sum_up


@pytest.fixture
def houses(tmp_path, qgis_app):
    """Nine squares in a row, a third of a kind each: apartment buildings, houses, industrial buildings."""
    rows = [(square(i * 2 * SIDE), str(101 + i % 3)) for i in range(9)]
    return written(tmp_path / "houses.gpkg", rows)


def test_number_area_and_classes(houses):
    [layer] = summed(houses).layers
    assert layer.kind is Kind.BUILDINGS
    assert layer.totals.count == 9
    assert layer.totals.area_m2 == pytest.approx(9 * ONE, rel=1e-6)
    assert layer.totals.length_m == 0
    assert [(each.code, each.title, each.totals.count) for each in layer.classes] == [
        ("101", "Apartment building", 3),
        ("102", "House", 3),
        ("103", "Industrial building", 3),
    ]
    assert layer.classes[1].totals.area_m2 == pytest.approx(3 * ONE, rel=1e-6)


def test_density_is_told_by_the_area_that_was_processed(houses):
    houses.setCustomProperty(AREA_M2, 3_000_000.0)
    found = summed(houses)
    assert (found.ground, found.ground_m2, found.density(9)) == (Ground.PROCESSING, 3_000_000.0, 3.0)


def test_density_is_told_by_the_box_around_the_result_where_the_area_is_not_known(houses):
    found = summed(houses)
    assert found.ground is Ground.BOX
    assert found.ground_m2 == pytest.approx(17 * ONE, rel=1e-6)


def test_of_the_map_what_lies_across_its_edge_is_cut(houses):
    """The map begins in the middle of the second square and ends in the gap after the fourth."""
    found = summed(houses, scope=Scope.EXTENT, view=(2.5 * SIDE, -1, 7.5 * SIDE, 1))
    [layer] = found.layers
    assert layer.totals.count == 3
    assert layer.crossing == 1
    assert layer.totals.area_m2 == pytest.approx(2.5 * ONE, rel=1e-6)
    assert classes(layer) == {"101": 1, "102": 1, "103": 1}
    assert layer.distribution(Measure.AREA).least == pytest.approx(ONE, rel=1e-6), "of whole objects"
    assert found.ground is Ground.VIEW
    assert found.ground_m2 == pytest.approx(5 * ONE, rel=1e-6)


def test_of_a_map_that_shows_all_of_the_result_density_is_told_by_the_processed_area(houses):
    houses.setCustomProperty(AREA_M2, 3_000_000.0)
    found = summed(houses, scope=Scope.EXTENT, view=(-1, -1, 1, 1))
    assert (found.ground, found.layers[0].totals.count, found.layers[0].crossing) == (Ground.PROCESSING, 9, 0)


def test_a_file_without_an_index_is_read_all_the_same(houses, tmp_path):
    with closing(sqlite3.connect(tmp_path / "houses.gpkg")) as data:
        data.execute("DROP TABLE rtree_buildings_geom")
        data.commit()
    [layer] = summed(houses, scope=Scope.EXTENT, view=(2.5 * SIDE, -1, 7.5 * SIDE, 1)).layers
    assert layer.totals.count == 3
    assert layer.totals.area_m2 == pytest.approx(2.5 * ONE, rel=1e-6)


def test_what_only_touches_the_map_is_not_on_it(houses):
    [layer] = summed(houses, scope=Scope.EXTENT, view=(SIDE, -1, 3 * SIDE, 1)).layers
    assert (layer.totals.count, layer.crossing) == (1, 0)
    assert layer.totals.length_m == 0


def test_a_map_that_shows_nothing_of_it(houses):
    found = summed(houses, scope=Scope.EXTENT, view=(10, 10, 11, 11))
    assert found.count == 0
    assert found.layers[0].distributions == ()


def test_a_map_that_is_turned(houses):
    """A square that stands on its corner, in the middle of which is the fifth building."""
    middle = 8.5 * SIDE
    ring = [
        (middle - 2 * SIDE, SIDE / 2),
        (middle, -1.5 * SIDE),
        (middle + 2 * SIDE, SIDE / 2),
        (middle, 2.5 * SIDE),
    ]
    wkt = ", ".join(f"{x} {y}" for x, y in [*ring, ring[0]])
    view = QgsGeometry.fromWkt(f"Polygon(({wkt}))")
    [layer] = sum_up(request_of([houses], Scope.EXTENT, view, WGS84), go_on).layers
    wanted = [view.intersection(QgsGeometry.fromWkt(square(i * 2 * SIDE))).area() for i in range(9)]
    assert layer.totals.count == sum(area > 0 for area in wanted) == 3
    assert layer.totals.area_m2 == pytest.approx(sum(wanted) / SIDE**2 * ONE, rel=1e-6)


def test_a_map_in_metres(houses):
    mercator = QgsCoordinateReferenceSystem("EPSG:3857")
    metres = 111319.49079327358  # of a degree, in that system
    view = QgsGeometry.fromRect(QgsRectangle(2.5 * SIDE * metres, -9e4, 7.5 * SIDE * metres, 9e4))
    [layer] = sum_up(request_of([houses], Scope.EXTENT, view, mercator), go_on).layers
    assert layer.totals.area_m2 == pytest.approx(2.5 * ONE, rel=1e-6)


def test_of_the_selection(houses):
    houses.selectByIds([1, 2, 9])
    found = summed(houses, scope=Scope.SELECTION)
    assert classes(found.layers[0]) == {"101": 1, "102": 1, "103": 1}
    assert found.layers[0].totals.area_m2 == pytest.approx(3 * ONE, rel=1e-6)
    assert (found.ground, found.density(3)) == (Ground.NONE, None)


def test_of_a_large_selection(houses, monkeypatch):
    """Its ids are not read in QGIS's own thread."""
    monkeypatch.setattr(source, "MOST_IDS", 2)
    houses.selectByIds([1, 2, 9])
    [asked] = request_of([houses], Scope.SELECTION).sources
    assert (asked.chosen, asked.path) == (None, None)
    [layer] = summed(houses, scope=Scope.SELECTION).layers
    assert classes(layer) == {"101": 1, "102": 1, "103": 1}
    assert layer.totals.area_m2 == pytest.approx(3 * ONE, rel=1e-6)
    houses.startEditing()
    houses.deleteFeature(1)
    houses.changeAttributeValue(2, houses.fields().lookupField("class_id"), "105")
    houses.selectByIds([2, 3, 9])
    assert classes(summed(houses, scope=Scope.SELECTION).layers[0]) == {"105": 1, "103": 2}
    houses.rollBack()


def test_of_no_selection(houses):
    assert summed(houses, scope=Scope.SELECTION).count == 0


def test_edits_that_are_not_saved_count(houses):
    assert houses.startEditing()
    houses.deleteFeature(1)
    houses.changeAttributeValue(2, houses.fields().lookupField("class_id"), "105")
    houses.changeGeometry(3, QgsGeometry.fromWkt(square(0, side=2 * SIDE)))
    fresh = QgsFeature(houses.fields())
    fresh.setAttribute("class_id", None)
    fresh.setGeometry(QgsGeometry.fromWkt(square(1)))
    assert houses.addFeature(fresh)
    [layer] = summed(houses).layers
    assert classes(layer) == {"101": 2, "102": 2, "103": 3, "105": 1, None: 1}
    assert layer.totals.area_m2 == pytest.approx(12 * ONE, rel=1e-5)
    houses.selectByIds([(houses.selectedFeatureIds() and 0) or fresh.id(), 3])
    assert summed(houses, scope=Scope.SELECTION).count == 2
    houses.rollBack()
    assert summed(houses).count == 9


@pytest.mark.parametrize(
    "condition",
    ["class_id = '102'", "class_id = '102' AND ST_MinX(geom) > -1", "\"class_id\" IN ('102') OR 0"],
)
def test_a_filter_counts(houses, condition):
    """Also one that SQLite by itself does not know."""
    assert houses.setSubsetString(condition)
    [layer] = summed(houses).layers
    assert classes(layer) == {"102": 3}
    assert summed(houses, scope=Scope.EXTENT, view=(-1, -1, 3.5 * SIDE, 1)).count == 1


def test_fields_of_joins_and_virtual_fields(houses, tmp_path):
    """A class that another table says is one that QGIS shows, and the file has not."""
    table = written(
        tmp_path / "joined.gpkg",
        [(None, "1", 7.5), (None, "2", None)],
        "names",
        ogr.wkbNone,
        (("k", ogr.OFTString), ("height", ogr.OFTReal)),
    )
    join = QgsVectorLayerJoinInfo()
    join.setJoinLayer(table)
    join.setJoinFieldName("k")
    join.setTargetFieldName("fid")
    join.setPrefix("")
    houses.addJoin(join)
    [layer] = summed(houses).layers
    assert layer.totals.count == 9
    height = layer.distribution(Measure.HEIGHT)
    assert (height.known, height.mean) == (1, 7.5)


def test_classes_as_the_service_writes_them(tmp_path):
    rows = [
        (square(i), value) for i, value in enumerate(["00m-04m", "10m-99m", "04m-10m", "10m-99m", None, ""])
    ]
    [layer] = summed(written(tmp_path / "f.gpkg", rows, "forest")).layers
    assert layer.kind is Kind.FOREST
    assert [(each.code, each.title, each.totals.count) for each in layer.classes] == [
        ("00m-04m", "Up to 4 m high", 1),
        ("04m-10m", "4 to 10 m high", 1),
        ("10m-99m", "Over 10 m high", 2),
        (None, "Not classified", 2),
    ]


def test_classes_that_are_numbers_and_others(tmp_path):
    fields = (("class_id", ogr.OFTReal),)
    [layer] = summed(
        written(tmp_path / "n.gpkg", [(square(i), 101 + i % 2) for i in range(4)], fields=fields)
    ).layers
    assert classes(layer) == {"101": 2, "102": 2}


@pytest.mark.parametrize("is_edited", [False, True])
def test_classes_that_are_yes_and_no(tmp_path, is_edited):
    layer = written(
        tmp_path / "y.gpkg", [(square(i), i % 2) for i in range(3)], fields=(("class", ogr.OFTInteger),)
    )
    with closing(sqlite3.connect(tmp_path / "y.gpkg")) as data:
        data.execute("PRAGMA writable_schema = 1")
        data.execute(
            "UPDATE sqlite_master SET sql = replace(sql, 'MEDIUMINT', 'BOOLEAN') WHERE name = 'buildings'"
        )
        data.commit()
    layer = QgsVectorLayer(f"{tmp_path / 'y.gpkg'}|layername=buildings", "y", "ogr")
    if is_edited:
        layer.startEditing()
        layer.deleteFeature(3)
    [found] = summed(layer).layers
    assert classes(found) == ({"false": 1, "true": 1} if is_edited else {"false": 2, "true": 1})
    layer.rollBack()


def test_names_of_classes_and_tables_in_any_script(tmp_path):
    rows = [
        (square(i), value) for i, value in enumerate(["жилой дом", "住宅", 'o"clock', "it's", "жилой дом"])
    ]
    [layer] = summed(written(tmp_path / "из ума #1 %.gpkg", rows, 'дома "новые"')).layers
    assert classes(layer) == {"жилой дом": 2, "住宅": 1, 'o"clock': 1, "it's": 1}


def test_many_classes_are_told_as_one(tmp_path):
    rows = [(square(i * 0.01), f"c{i % 40}") for i in range(80)] + [
        (square(i * 0.01, 1), "c7") for i in range(9)
    ]
    [layer] = summed(written(tmp_path / "m.gpkg", rows)).layers
    assert len(layer.classes) == MOST_CLASSES + 1
    assert layer.classes[-1].is_rest
    assert classes(layer)["c7"] == 11
    assert sum(each.totals.count for each in layer.classes) == layer.totals.count == 89


def test_heights_that_are_missing_or_text(tmp_path):
    fields = (("class_id", ogr.OFTString), ("height", ogr.OFTString))
    rows = [(square(i), "101", value) for i, value in enumerate(["3", "4.5", None, "tall", "", "12"])]
    [layer] = summed(written(tmp_path / "h.gpkg", rows, fields=fields)).layers
    height = layer.distribution(Measure.HEIGHT)
    assert (height.known, height.least, height.median, height.greatest, height.mean) == (3, 3, 4.5, 12, 6.5)


def test_roads_that_are_lines_and_roads_that_are_polygons(tmp_path):
    lines = written(tmp_path / "l.gpkg", [("LINESTRING(0 0, 0.01 0)", None)], "roads")
    strip = "POLYGON((0 1, 0.01 1, 0.01 1.00005, 0 1.00005, 0 1))"
    ribbons = written(tmp_path / "p.gpkg", [(strip, None)], "roads_polygons")
    one, other = summed(lines, ribbons).layers
    assert (one.kind, other.kind) == (Kind.ROADS, Kind.ROADS)
    assert one.totals.length_m == pytest.approx(1113.194908, rel=1e-6)
    assert other.totals.length_m == pytest.approx(1113.03, rel=1e-3)
    assert (one.is_length_estimated, other.is_length_estimated) == (False, True)
    assert one.classes == ()


def test_geometries_of_several_types_in_one_layer(tmp_path):
    rows = [
        (square(0), "a"),
        ("LINESTRING(0 0, 0.01 0)", "a"),
        ("POINT(5 5)", "b"),
        (None, "b"),
        ("POLYGON EMPTY", "b"),
    ]
    [layer] = summed(written(tmp_path / "x.gpkg", rows)).layers
    assert layer.totals.count == 5
    assert layer.totals.area_m2 == pytest.approx(ONE, rel=1e-6)
    assert layer.totals.length_m == pytest.approx(1113.194908, rel=1e-6)
    assert layer.placeless == 2


def test_a_type_of_objects_tells_what_they_are(tmp_path):
    layer = written(tmp_path / "t.gpkg", [(square(0), None)], "generic_waterbodies")
    layer.setCustomProperty(OBJECT_TYPE, "waterbodies")
    assert summed(layer).layers[0].kind is Kind.WATER


def test_a_layer_in_another_system_is_measured_on_the_ground(tmp_path):
    """The same square in Web Mercator, which stretches it, and in the metres of UTM."""
    for epsg in (3857, 32631):
        geometry = QgsGeometry.fromWkt(square(3.0, 55.0))
        system = QgsCoordinateReferenceSystem(f"EPSG:{epsg}")
        geometry.transform(QgsCoordinateTransform(WGS84, system, QgsProject.instance()))
        layer = written(tmp_path / f"{epsg}.gpkg", [(geometry.asWkt(9), "101")], epsg=epsg)
        [found] = summed(layer).layers
        assert found.totals.area_m2 == pytest.approx(7123.964383, rel=1e-6)
        [half] = summed(layer, scope=Scope.EXTENT, view=(3.0, 54, 3.0005, 56)).layers
        assert half.totals.area_m2 == pytest.approx(7123.964383 / 2, rel=1e-5)


def test_what_the_service_says_of_areas_is_kept_beside(tmp_path):
    fields = (("class_id", ogr.OFTString), ("area", ogr.OFTInteger))
    told = written(tmp_path / "a.gpkg", [(square(i), "101", 5_000) for i in range(2)], fields=fields)
    partly = written(
        tmp_path / "b.gpkg", [(square(i), "101", [5_000, None][i]) for i in range(2)], fields=fields
    )
    assert summed(told).layers[0].told_area_m2 == 10_000
    assert summed(told).layers[0].totals.area_m2 == pytest.approx(2 * ONE, rel=1e-6)
    assert summed(partly).layers[0].told_area_m2 is None
