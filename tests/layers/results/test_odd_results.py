"""Results as no standard has them: what can be read arrives, what cannot is told, and nothing is taken for another."""

from __future__ import annotations

import json

import pytest
from osgeo import gdal
from qgis.core import QgsExpression, QgsVectorLayer

from mapflow_dock.jobs.results.export import ExportFormat
from mapflow_dock.layers.gdal_errors import ConversionError
from mapflow_dock.layers.results.conversion import convert
from mapflow_dock.layers.results.losses import losses, lost_in_tables, told_afterwards
from mapflow_dock.layers.styles.classes import class_expression, class_text
from mapflow_dock.layers.styles.kinds import Kind
from mapflow_dock.layers.styles.renderers import table_renderer

OF_TABLES = [each for each in ExportFormat if each is not ExportFormat.GEOJSON]
GEOPACKAGE = ExportFormat.GEOPACKAGE


def go_on(_fraction):
    return True


def square(west=37.0, south=55.0, size=0.001):
    east, north = west + size, south + size
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def feature(geometry, **properties):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def text_of(*features, **members):
    return json.dumps({"type": "FeatureCollection", **members, "features": features}, ensure_ascii=False)


def saved(folder, content, export_format=GEOPACKAGE):
    """The conversion of a result of that text or those bytes."""
    source = folder / "result.geojson"
    source.write_bytes(content if isinstance(content, bytes) else content.encode())
    target = folder / export_format.name
    target.mkdir()
    return convert(source, target, "town", export_format.value, go_on)


def rows(made):
    """Attributes and the outline of each object, as OGR reads them again."""
    read = []
    for table in made.tables:
        opened = gdal.OpenEx(str(table.path), gdal.OF_VECTOR)
        layer = opened.GetLayerByName(table.name) or opened.GetLayer(0)
        read += [json.loads(row.ExportToJson()) for row in layer]
    return read


def told(made, export_format):
    before = [loss.sentence for loss in losses(made.found, export_format.value)]
    return before, " ".join(told_afterwards(made, export_format.title))


SITE = {"type": "Polygon", "coordinates": square(4e5, 6e6, 10)["coordinates"]}
SITE_IN_DEGREES = (37.4692954, 54.1383733, 37.4694518, 54.1384651)  # by pyproj, from EPSG:32637


@pytest.mark.parametrize("export_format", list(ExportFormat))
@pytest.mark.parametrize(
    "crs",
    [
        {"type": "name", "properties": {"name": "EPSG:32637"}},
        {"type": "name", "properties": {"name": "http://www.opengis.net/def/crs/EPSG/0/32637"}},
        {"type": "EPSG", "properties": {"code": 32637}},
        {"type": "OGC", "properties": {"urn": "urn:ogc:def:crs:EPSG::32637"}},
        "EPSG:32637",
    ],
)
def test_a_result_lies_where_it_says_in_whichever_way(tmp_path, crs, export_format):
    made = saved(tmp_path, text_of(feature(SITE, a=1), crs=crs), export_format)
    layer = QgsVectorLayer(str(made.tables[0].path), "x", "ogr")
    is_geojson = export_format is ExportFormat.GEOJSON
    assert layer.crs().authid() == ("EPSG:4326" if is_geojson else "EPSG:32637")
    box = layer.extent()
    west, south, east, north = SITE_IN_DEGREES if is_geojson else (4e5, 6e6, 400010, 6000010)
    assert (box.xMinimum(), box.yMinimum()) == pytest.approx((west, south), abs=1e-6)
    assert (box.xMaximum(), box.yMaximum()) == pytest.approx((east, north), abs=1e-6)


@pytest.mark.parametrize("export_format", list(ExportFormat))
def test_a_system_is_never_fetched_from_an_address_in_the_result(tmp_path, server, export_format):
    address = f"{server.url}/system"
    for crs in (
        {"type": "name", "properties": {"name": address}},
        {"type": "name", "properties": {"name": f"/vsicurl/{address}"}},
        {"type": "link", "properties": {"href": address, "type": "proj4"}},
    ):
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        with pytest.raises(ConversionError, match="which is not known here"):
            saved(folder, text_of(feature(SITE), crs=crs), export_format)
    assert server.asked == []


@pytest.mark.parametrize("export_format", list(ExportFormat))
def test_coordinates_that_are_no_degrees_are_told_before_and_after(tmp_path, export_format):
    before, after = told(saved(tmp_path, text_of(feature(SITE)), export_format), export_format)
    assert any("lie nowhere on the Earth" in sentence for sentence in before)
    assert "lie nowhere on the Earth" in after


def test_a_site_grid_cannot_become_geojson_and_the_sentence_says_why(tmp_path):
    crs = {"type": "name", "properties": {"name": 'LOCAL_CS["site",UNIT["metre",1]]'}}
    with pytest.raises(
        ConversionError, match="no way leads to longitude and latitude, and a GeoJSON file holds"
    ):
        saved(tmp_path, text_of(feature(SITE), crs=crs), ExportFormat.GEOJSON)


@pytest.mark.parametrize("export_format", list(ExportFormat))
@pytest.mark.parametrize(
    "content",
    [
        text_of(feature(square(), a=1)) + "\n" + text_of(feature(square(38), a=2)),
        json.dumps(feature(square(), a=1)) + "\n" + json.dumps(feature(square(38), a=2)),
        text_of(feature(square(), a=1)) + " " * (1 << 19) + "x",
    ],
    ids=["two collections", "object a line", "far behind"],
)
def test_what_follows_behind_the_end_is_no_secret_loss(tmp_path, content, export_format):
    with pytest.raises(ConversionError, match="follows after its end"):
        saved(tmp_path, content, export_format)


@pytest.mark.parametrize("export_format", list(ExportFormat))
def test_spaces_at_the_end_and_line_breaks_within_a_text_do_no_harm(tmp_path, export_format):
    content = text_of(feature(square(), a="x\ty")).replace("\\t", "\t") + "\n" * (1 << 19)
    assert rows(saved(tmp_path, content, export_format))[0]["properties"] == {"a": "x\ty"}


@pytest.mark.parametrize("export_format", list(ExportFormat))
def test_text_that_is_not_in_utf_8_is_told(tmp_path, export_format):
    content = text_of(feature(square(), a="Straße", b="x")).encode("latin-1")
    made = saved(tmp_path, content, export_format)
    before, after = told(made, export_format)
    assert any("not in UTF-8" in sentence for sentence in before)
    assert "not in UTF-8" in after
    assert rows(made)[0]["properties"] == {"a": "Stra\ufffde", "b": "x"}


@pytest.mark.parametrize("export_format", list(ExportFormat))
@pytest.mark.parametrize("letter", ["ß", "дом", "北"])
def test_letters_cut_by_the_reading_in_pieces_are_whole(tmp_path, letter, export_format):
    content = text_of(*(feature(square(37 + n / 1e4), a=n, b=letter * 30) for n in range(2000)))
    made = saved(tmp_path, content, export_format)
    assert not made.found.is_damaged
    assert {row["properties"]["b"] for row in rows(made)} == {letter * 30}


def test_a_number_beyond_all_others_stays_a_number_in_geojson(tmp_path):
    content = text_of(feature(square(), a=1.5, b='Infinity, "-Infinity"', c=[float("inf")]))
    saved(tmp_path, content.replace("[Infinity]", "[1e400, -1e400]"), ExportFormat.GEOJSON)
    written = (tmp_path / "GEOJSON" / "town.geojson").read_text("utf-8")

    def refuse(name):
        raise ValueError(name)

    (row,) = json.loads(written, parse_constant=refuse)["features"]
    assert row["properties"] == {
        "a": 1.5,
        "b": 'Infinity, "-Infinity"',
        "c": [float("inf"), -float("inf")],
    }


def test_an_object_by_itself_stands_once_in_a_collection(tmp_path):
    saved(tmp_path, json.dumps(feature(square(), a=1)), ExportFormat.GEOJSON)
    written = json.loads((tmp_path / "GEOJSON" / "town.geojson").read_text("utf-8"))
    assert sorted(written) == ["features", "type"]


@pytest.mark.parametrize("export_format", OF_TABLES)
@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "MultiPolygon", "coordinates": square()["coordinates"]},
        {"type": "Polygon", "coordinates": [square()["coordinates"]]},
        {"type": "MultiPolygon", "coordinates": [square()["coordinates"], [[["x", 1]]]]},
        {"type": "Circle", "coordinates": [37, 55], "radius": 3},
    ],
)
def test_one_outline_of_another_depth_or_type_costs_no_other(tmp_path, geometry, export_format):
    made = saved(tmp_path, text_of(feature(geometry, a=1), feature(square(), a=2)), export_format)
    assert made.without_place == 1
    assert "cannot be read" in told(made, export_format)[1] or made.left_out == 1
    assert {row["properties"]["a"] for row in rows(made) if row["geometry"]} == {2}


@pytest.mark.parametrize("export_format", OF_TABLES)
@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "GeometryCollection", "geometries": [{"type": "Polygon", "coordinates": []}]},
        {"type": "MultiPolygon", "coordinates": [[[]]]},
        {"type": "Polygon", "coordinates": [[]]},
    ],
)
def test_an_outline_of_nothing_costs_no_other(tmp_path, geometry, export_format):
    made = saved(tmp_path, text_of(feature(geometry, a=1), feature(square(), a=2)), export_format)
    assert (made.nowhere, made.without_place) == (1, 0)
    assert made.count == (2 if export_format.value.keeps_placeless else 1)


@pytest.mark.parametrize("export_format", OF_TABLES)
def test_a_part_of_a_collection_that_cannot_be_read_is_told(tmp_path, export_format):
    parts = [square(), {"type": "Circle", "coordinates": [1, 2]}]
    both = {"type": "GeometryCollection", "geometries": parts}
    made = saved(tmp_path, text_of(feature(both, a=1), feature(square(38), a=2)), export_format)
    assert made.count == 2
    assert (
        told(made, export_format)[1] == "Of 1 object, a part of the outline cannot be read, and is missing."
    )


def test_a_collection_stays_whole_where_there_are_no_layers_for_its_types(tmp_path):
    point = {"type": "Point", "coordinates": [1, 2]}
    both = {"type": "GeometryCollection", "geometries": [square(), point]}
    made = saved(tmp_path, text_of(feature(both, a=1), feature(point, a=2)), ExportFormat.FLATGEOBUF)
    found = {row["properties"]["a"]: row["geometry"] for row in rows(made)}
    assert [part["type"] for part in found[1]["geometries"]] == ["Polygon", "Point"]


@pytest.mark.parametrize("export_format", OF_TABLES)
def test_heights_are_told_wherever_the_first_one_stands(tmp_path, export_format):
    line = {"type": "LineString", "coordinates": [[1, 2], [3, 4, 5]]}
    made = saved(tmp_path, text_of(feature(line), feature(square())), export_format)
    assert "Heights of outlines are left out." in told(made, export_format)[0]
    assert QgsVectorLayer(str(made.tables[0].path), "x", "ogr").crs().authid() == "EPSG:4326"


def test_what_no_table_keeps_is_told_of_a_layer_on_the_map(tmp_path):
    odd = {**feature({"type": "Point", "coordinates": [1, 2, 3]}, a="x\0"), "score": 1}
    sentences = [loss.sentence for loss in lost_in_tables(saved(tmp_path, text_of(odd)).found)]
    assert sentences == [
        "Characters that no text in a file can have are replaced: a.",
        "What stands beside the attributes of the objects is left out: score.",
        "Heights of outlines are left out.",
    ]


@pytest.mark.parametrize("name", ["a ", "a:b", ":", " ", "\ra", "a\n", "a\t"], ids=ascii)
def test_a_name_a_shapefile_cannot_have_is_told(tmp_path, name):
    made = saved(tmp_path, text_of(feature(square(), a=1, **{name: 2})), ExportFormat.SHAPEFILE)
    free = made.found.names(10)[name]
    assert rows(made)[0]["properties"] == {"a": 1, free: 2}
    assert [loss.columns for loss in losses(made.found, ExportFormat.SHAPEFILE.value)] == [(name,)]


VALUES = [
    [1e6, 2e6, 5e5],
    [1e15, 2e15, 1e16],
    [101, 102.0],
    ["101.0", "1e+06", "1.5e3", "1e99"],
    [0.1, 1e-7, 1 / 3, 123456.789],
    [2**60 + 1, 2**53 + 3],
    [True, False],
    ["2024-05-06", "2024-05-07"],
    ["x" * 300, "a\\b", "it's", " y "],
]


@pytest.mark.parametrize("values", VALUES, ids=str)
def test_each_object_is_drawn_as_its_class(qgis_app, tmp_path, values):
    content = text_of(*(feature(square(37 + n), class_id=value) for n, value in enumerate(values)))
    (table,) = saved(tmp_path, content).tables
    layer = QgsVectorLayer(str(table.path), "x", "ogr")
    renderer = table_renderer(table, Kind.BUILDINGS)
    context = layer.createExpressionContext()
    drawn = set()
    for row in layer.getFeatures():
        context.setFeature(row)
        drawn.add(QgsExpression(class_expression("class_id")).evaluate(context))
    assert drawn == {class_text(value) for value in values} == set(table.classes)
    told = [each.value() for each in renderer.categories() if each.value() is not None]
    assert drawn == {value for each in told for value in (each if isinstance(each, list) else [each])}


def test_lists_make_no_legend_that_fits_nothing(tmp_path):
    content = text_of(*(feature(square(37 + n), class_id=value) for n, value in enumerate([["a"], ["b"]])))
    assert saved(tmp_path, content).tables[0].classes == ()


@pytest.mark.parametrize("export_format", list(ExportFormat))
@pytest.mark.parametrize("letter", ["\U0001d800", "\U00010000", "\U0001f3e0", "\U0010ffff"], ids=ascii)
def test_letters_written_as_two_escapes_arrive(tmp_path, letter, export_format):
    features = [feature(square(37), a=letter), feature(square(38), a="x")]
    content = json.dumps({"type": "FeatureCollection", "features": features})
    made = saved(tmp_path, content, export_format)
    assert {row["properties"]["a"] for row in rows(made)} == {letter, "x"}


def test_an_escape_cut_by_the_reading_in_pieces_is_seen(tmp_path):
    start = '{"type": "FeatureCollection", "features": ['
    for place in range(1, 7):
        first = json.dumps(feature(square(), a="", b=""))
        filler = " " * ((1 << 18) - len(start) - first.index('"", "b"') - 1 - place)
        text = start + filler + first.replace('"", "b": ""', '"\\u0000", "b": ""') + "]}"
        assert text.encode().index(b"\\u0000") + place == 1 << 18
        folder = tmp_path / str(place)
        folder.mkdir()
        made = saved(folder, text)
        assert made.found.columns["a"].has_unwritable
        assert rows(made)[0]["properties"]["a"] == "\ufffd"
