"""Results as files: in every format each object and each value arrives as it came, or its loss is told before."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from osgeo import gdal, ogr

from mapflow_dock.jobs.results.export import ExportFormat
from mapflow_dock.layers.gdal_errors import ConversionError
from mapflow_dock.layers.results.conversion import convert
from mapflow_dock.layers.results.losses import keeps_more, losses, told_afterwards
from mapflow_dock.layers.results.rewriting import as_text, id_name
from mapflow_dock.layers.results.survey import survey

PHASES = (Phase.generate, Phase.shrink)  # the tracing of another one and callbacks of GDAL do not go together
KEY = "k"  # tells the objects apart
FORMATS = list(ExportFormat)
OF_TABLES = [each for each in FORMATS if each is not ExportFormat.GEOJSON]


def go_on(_fraction):
    return True


def square(west=37.0, south=55.0, size=0.001):
    east, north = west + size, south + size
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def feature(geometry, feature_id=None, **properties):
    made = {"type": "Feature", "properties": properties, "geometry": geometry}
    return made if feature_id is None else {"id": feature_id, **made}


def saved(folder, features, export_format, **members):
    """The conversion, the survey and what OGR reads again: attributes by name, and the geometry, of each object."""
    source = folder / "result.geojson"
    source.write_text(json.dumps({"type": "FeatureCollection", **members, "features": features}), "utf-8")
    target = folder / export_format.name
    target.mkdir()
    made = convert(source, target, "town", export_format.value, go_on)
    found = survey(source, go_on)
    rows = []
    for table in made.tables:
        opened = gdal.OpenEx(str(table.path), gdal.OF_VECTOR)
        layer = opened.GetLayerByName(table.name) or opened.GetLayer(0)
        for row in layer:
            values = {field: stored(row, field) for field in row.keys()}  # noqa: SIM118 - a row is no dictionary
            place = row.GetGeometryRef()
            rows.append((values, None if place is None else place.Clone(), row.GetFID()))
    return made, found, rows


def stored(row, field):
    """A value as it was written; GDAL itself tells a date in a way of its own."""
    place = row.GetFieldIndex(field)
    if row.GetFieldDefnRef(place).GetType() == ogr.OFTDate and row.IsFieldSetAndNotNull(place):
        return "{:04}-{:02}-{:02}".format(*row.GetFieldAsDateTime(place)[:3])
    return row.GetField(field)


def positions(geometry):
    """All positions, whatever the order of rings and parts."""
    if geometry is None:
        return set()
    flat = set()
    stack = [geometry]
    while stack:
        each = stack.pop()
        stack.extend(each.GetGeometryRef(index) for index in range(each.GetGeometryCount()))
        flat |= {(x, y) for x, y, *_z in each.GetPoints() or ()} if each.GetGeometryCount() == 0 else set()
    return flat


names = st.one_of(
    st.sampled_from(
        ["class_id", "Area", "area", "fid", "geom", "id", "имя_дома", "a b", "building_height", "ogc_fid"]
    ),
    st.text(st.characters(codec="ascii", min_codepoint=32), min_size=1, max_size=12),
)
texts = st.one_of(
    st.sampled_from(
        ["10:31:22", "2024-05-06", "2024-05-06T07:08:09+03:00", "101", "true", "null", '{"k": 1}', "дом"]
    ),
    st.text(max_size=8),
    st.text("я", min_size=120, max_size=140),
)
values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    texts,
    st.lists(st.one_of(st.integers(), st.text("ab", max_size=2)), max_size=2),
    st.dictionaries(st.text("ab", min_size=1, max_size=2), st.integers(-5, 2**65), max_size=2),
)
typed = st.one_of(st.integers(-(2**63), 2**63 - 1), texts, st.booleans(), st.floats(-1e6, 1e6))
degree = st.floats(-80, 80).map(lambda number: round(number, 7))
geometries = st.one_of(
    st.none(),
    st.builds(square, degree, degree),
    st.builds(lambda x, y: {"type": "Point", "coordinates": [x, y]}, degree, degree),
    st.builds(lambda x, y: {"type": "LineString", "coordinates": [[x, y], [x + 1, y + 1]]}, degree, degree),
)


@st.composite
def collections(draw):
    columns = draw(st.lists(names, max_size=4, unique=True))
    of_column = {name: draw(st.sampled_from([values, typed])) for name in columns if name.lower() != KEY}
    places = draw(st.sampled_from([geometries, st.builds(square, degree, degree)]))
    return [
        feature(draw(places), **{KEY: number, **{name: draw(of_column[name]) for name in of_column}})
        for number in range(draw(st.integers(1, 4)))
    ]


def is_kept(value, stored, column):
    """Whether a file has a value; text stands for what is of several types, and for lists."""
    if column.becomes_text:
        return stored == as_text(value)
    if isinstance(value, (list, dict)):
        return json.loads(stored) == value
    return stored == value


@pytest.mark.parametrize("export_format", OF_TABLES)
@settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=PHASES
)
@given(features=collections())
def test_every_object_and_value_arrives_or_its_loss_is_told(qgis_app, export_format, features):
    with tempfile.TemporaryDirectory() as folder:
        made, found, rows = saved(Path(folder), features, export_format)
        told = {name for loss in losses(found, export_format.value) for name in loss.columns}
        free = found.names(export_format.value.longest_name)
        by_key = {values[KEY]: (values, place) for values, place, _fid in rows}
        is_dropped = not export_format.value.keeps_placeless
        expected = [one for one in features if one["geometry"] or not is_dropped]
        assert made.count == len(expected) == len(rows)
        assert sorted(by_key) == [one["properties"][KEY] for one in expected]
        sentences = [loss.sentence for loss in losses(found, export_format.value)]
        if len(expected) < len(features):
            assert f"Objects without a place are left out: {len(features) - len(expected)}." in sentences
        for one in expected:
            stored, place = by_key[one["properties"][KEY]]
            wanted = one["geometry"] and ogr.CreateGeometryFromJson(json.dumps(one["geometry"]))
            assert positions(place) == positions(wanted)
            for name, value in one["properties"].items():
                column = found.columns[name]
                is_there = free[name] in stored and is_kept(value, stored[free[name]], column)
                assert is_there or name in told, (name, value, stored)


@settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=PHASES
)
@given(features=collections())
def test_geojson_keeps_everything_as_it_came(qgis_app, features):
    with tempfile.TemporaryDirectory() as folder:
        saved(Path(folder), features, ExportFormat.GEOJSON)
        written = json.loads((Path(folder) / "GEOJSON" / "town.geojson").read_text("utf-8"))
        assert [one["properties"] for one in written["features"]] == [one["properties"] for one in features]
        assert [one["geometry"] for one in written["features"]] == [one["geometry"] for one in features]


def only(rows, name):
    """The values of an attribute, in the order of the attribute `a`: a spatial index has one of its own."""
    return [values[name] for values, _place, _fid in sorted(rows, key=lambda row: str(row[0].get("a")))]


PLACELESS = [each for each in OF_TABLES if each.value.keeps_placeless]


@pytest.mark.parametrize("export_format", OF_TABLES)
@pytest.mark.parametrize(
    ("values", "stored"),
    [
        ([{"k": 1}, "plain"], ['{"k": 1}', "plain"]),
        ([True, 5], ["true", "5"]),
        ([2**64, -1], [str(2**64), "-1"]),
        ([2**60 + 1, 0.5], [str(2**60 + 1), "0.5"]),
        ([2**54 + 1, None], [2**54 + 1, None]),
        (["10:31:22", "23:59:60"], ["10:31:22", "23:59:60"]),
        (["2024-05-06", "2024/05/06"], ["2024-05-06", "2024/05/06"]),
        (["2024-05-06T07:08:09+03:00", None], ["2024-05-06T07:08:09+03:00", None]),
        (["007", "1e5"], ["007", "1e5"]),
    ],
)
def test_values_that_gdal_would_take_for_something_else(tmp_path, export_format, values, stored):
    features = [feature(square(37 + place), a=place, v=value) for place, value in enumerate(values)]
    _made, _found, rows = saved(tmp_path, features, export_format)
    assert only(rows, "v") == stored


@pytest.mark.parametrize("export_format", PLACELESS)
@pytest.mark.parametrize("places", [(square(), None), (None, square()), (None, None)])
def test_objects_without_a_place_stay(tmp_path, export_format, places):
    made, _found, rows = saved(
        tmp_path, [feature(place, a=n) for n, place in enumerate(places)], export_format
    )
    assert made.count == 2
    assert sorted(only(rows, "a")) == [0, 1]
    assert {values["a"] for values, place, _fid in rows if place} == {
        n for n, place in enumerate(places) if place
    }


@pytest.mark.parametrize("export_format", PLACELESS)
def test_objects_without_a_place_stay_among_several_types_of_geometry(tmp_path, export_format):
    point = {"type": "Point", "coordinates": [1, 2]}
    features = [feature(None, a=0), feature(point, a=1), feature(square(), a=2), feature(None, a=3)]
    _made, _found, rows = saved(tmp_path, features, export_format)
    assert sorted(only(rows, "a")) == [0, 1, 2, 3]


@pytest.mark.parametrize("export_format", OF_TABLES)
@pytest.mark.parametrize("coordinates", [[["a", 1]], [[[0, 0], [1, "x"], [1, 1], [0, 0]]], None])
def test_an_outline_that_cannot_be_read_costs_neither_its_object_nor_the_others(
    tmp_path, export_format, coordinates
):
    broken = {"type": "Polygon", "coordinates": coordinates}
    made, _found, rows = saved(tmp_path, [feature(broken, a=1), feature(square(), a=2)], export_format)
    kept = [1, 2] if export_format.value.keeps_placeless else [2]
    assert sorted(only(rows, "a")) == kept
    assert (made.without_place, made.left_out) == (1, 2 - len(kept))


def test_a_polygon_that_crosses_itself_at_the_antimeridian_is_saved_as_geojson(tmp_path):
    bow = [[[179.9, 0], [180.1, 0.1], [180.1, 0], [179.9, 0.1], [179.9, 0]]]
    features = [feature({"type": "Polygon", "coordinates": bow}, a=1), feature(square(), a=2)]
    made, _found, rows = saved(tmp_path, features, ExportFormat.GEOJSON)
    assert made.count == 2
    assert only(rows, "a") == [1, 2]


@pytest.mark.parametrize("export_format", OF_TABLES)
@pytest.mark.parametrize(
    ("ids", "own", "name", "stored"),
    [
        ([7, 7], [{}, {}], "id", [7, 7]),
        (["x", "y"], [{}, {}], "id", ["x", "y"]),
        (["x", 7], [{}, {}], "id", ["x", "7"]),
        (["x", "y"], [{"id": 1}, {"id": 2}], "feature_id", ["x", "y"]),
        ([1, 2], [{"id": 1}, {"id": 2}], "id", [1, 2]),
    ],
)
def test_ids_of_objects_are_kept(tmp_path, export_format, ids, own, name, stored):
    features = [feature(square(37 + n), feature_id, a=n, **own[n]) for n, feature_id in enumerate(ids)]
    _made, found, rows = saved(tmp_path, features, export_format)
    assert only(rows, name) == stored
    assert found.ids == "same" or id_name(found) == name


@pytest.mark.parametrize("export_format", FORMATS)
def test_a_crs_nobody_knows_is_passed_over_where_the_coordinates_are_degrees(tmp_path, export_format):
    crs = {"type": "name", "properties": {"name": "EPSG:999999"}}
    made, _found, rows = saved(tmp_path, [feature(square(), a=1)], export_format, crs=crs)
    assert "EPSG:999999: its coordinates were taken for" in "".join(told_afterwards(made, "x"))
    ((_values, place, _fid),) = rows
    assert place.GetEnvelope() == pytest.approx((37, 37.001, 55, 55.001))
    assert place.GetSpatialReference().GetAuthorityCode(None) in {"4326", "CRS84"}


@pytest.mark.parametrize("export_format", FORMATS)
def test_a_crs_nobody_knows_is_told_where_they_are_not(tmp_path, export_format):
    crs = {"type": "name", "properties": {"name": "EPSG:999999"}}
    with pytest.raises(ConversionError, match="EPSG:999999"):
        saved(tmp_path, [feature(square(4e5, 6e6))], export_format, crs=crs)


def test_a_collection_of_geometries_leaves_other_objects_whole(tmp_path):
    both = {"type": "GeometryCollection", "geometries": [square(), {"type": "Point", "coordinates": [1, 2]}]}
    several = {"type": "MultiPolygon", "coordinates": [square(38)["coordinates"], square(39)["coordinates"]]}
    made, found, rows = saved(tmp_path, [feature(both, a=1), feature(several, a=2)], ExportFormat.GEOPACKAGE)
    assert sorted(only(rows, "a")) == [1, 1, 2]
    assert [table.count for table in made.tables] == [2, 1]
    assert any(
        "several types of geometry" in loss.sentence for loss in losses(found, ExportFormat.GEOPACKAGE.value)
    )


def test_deep_and_strange_properties_cost_nothing(tmp_path):
    deep = 1
    for _level in range(60):
        deep = [deep]
    features = [
        feature(square(), deep=deep, a=1),
        {"type": "Feature", "geometry": square(), "properties": None},
    ]
    _made, _found, rows = saved(tmp_path, features, ExportFormat.GEOPACKAGE)
    assert sorted(only(rows, "a"), key=str) == [1, None]
    assert json.loads(next(text for text in only(rows, "deep") if text)) == deep


@pytest.mark.parametrize(
    "start",
    ['{"esriGeometryType": "x",', '{"objects": {"type": "Topology"},', '{"name": "FeatureCollection",'],
)
def test_what_gdal_takes_for_another_format_by_its_first_words_is_read(tmp_path, start):
    source = tmp_path / "result.json"
    rest = json.dumps({"features": [feature(square(), a=1)], "type": "FeatureCollection"})[1:]
    source.write_text(f"\ufeff{start}{' ' * 9000}{rest}", "utf-8")
    made = convert(source, tmp_path, "town", ExportFormat.GEOPACKAGE.value, go_on)
    assert made.count == 1


def test_several_types_of_objects_become_a_table_each_in_files(tmp_path):
    line = {"type": "LineString", "coordinates": [[37, 55], [38, 56]]}
    features = [
        feature(square(37), object_type="buildings", class_id="103"),
        feature(square(38), object_type="roads"),
        feature(line, object_type="roads"),
        feature(square(39), object_type="it's"),
        feature(square(40), object_type=None),
        feature(square(41), object_type="buildings", class_id="101"),
    ]
    made, _found, _rows = saved(tmp_path, features, ExportFormat.GEOPACKAGE)
    told = {
        table.name: (table.object_type, table.family.name, table.count, table.classes)
        for table in made.tables
    }
    assert told == {
        "town_buildings": ("buildings", "POLYGONS", 2, ("101", "103")),
        "town_it_s": ("it's", "POLYGONS", 1, ()),
        "town_roads_polygons": ("roads", "POLYGONS", 1, ()),
        "town_roads_lines": ("roads", "LINES", 1, ()),
        "town_other": ("", "POLYGONS", 1, ()),
    }


@pytest.mark.parametrize("export_format", FORMATS)
@pytest.mark.parametrize(
    "odd", ["a\0b", "\ud800", 'it\'s "x"', "<b>\u202e</b>", "x" * 300, "я" * 200], ids=ascii
)
def test_types_of_objects_may_be_called_anything(tmp_path, export_format, odd):
    features = [
        feature(square(37), object_type=odd, a=0),
        feature(square(38), object_type="roads", a=1),
        feature(square(39), object_type=odd, a=2),
    ]
    made, _found, rows = saved(tmp_path, features, export_format)
    assert only(rows, "a") == [0, 1, 2]
    several = export_format in (ExportFormat.GEOPACKAGE, ExportFormat.SHAPEFILE)
    assert sorted(table.count for table in made.tables) == ([1, 2] if several else [3])


DAYS = ["2024-05-06", "0987-02-28", None]


@pytest.mark.parametrize(
    ("values", "is_date"),
    [
        (DAYS, True),
        ([*DAYS, "2023-02-29"], False),
        ([*DAYS, "2024/05/06"], False),
        ([*DAYS, "2024-5-06"], False),
        ([*DAYS, ""], False),
        ([*DAYS, "２０２４-05-06"], False),
        ([*DAYS, 5], False),
        ([*DAYS, "2024-05-06T00:00:00Z"], False),
        ([None, None], False),
    ],
)
@pytest.mark.parametrize("places", [[square()], [square(), {"type": "Point", "coordinates": [1, 2]}]])
def test_days_are_dates_in_a_geopackage_and_the_same_text(tmp_path, values, is_date, places):
    # many enough that not every one is looked at as closely as the first
    features = [feature(places[n % len(places)], a=n, Day=value, day="x") for n, value in enumerate(values)]
    made, found, rows = saved(tmp_path, features, ExportFormat.GEOPACKAGE)
    name = found.names()["Day"]
    expected = [as_text(value) for value in values] if found.columns["Day"].becomes_text else values
    assert only(rows, name) == expected
    for table in made.tables:
        with sqlite3.connect(table.path) as base:
            types = {row[1]: row[2] for row in base.execute(f'PRAGMA table_info("{table.name}")')}
            in_file = {row[0] for row in base.execute(f'SELECT "{name}" FROM "{table.name}"')}
        assert types[name] == ("DATE" if is_date else types[found.names()["day"]])
        assert in_file <= set(expected)


@pytest.mark.parametrize(
    ("count", "text", "is_written", "words"),
    [
        (255, "x", True, ""),
        (300, "x", True, "Programs other than QGIS may read only the first 255 attributes of 300."),
        (258, "x" * 254, True, "first 255 attributes of 258"),
        (259, "x" * 254, False, "The 259 attributes are too many, or too long: the file cannot be written."),
        (900, "x", False, "The 900 attributes are too many"),
    ],
)
def test_more_attributes_than_a_shapefile_can_have_are_not_lost_in_silence(
    tmp_path, count, text, is_written, words
):
    features = [feature(square(), **{f"a{number}": text for number in range(count)})]
    if is_written:
        _made, found, rows = saved(tmp_path, features, ExportFormat.SHAPEFILE)
        assert list(rows[0][0].values()) == [text] * count
    else:
        with pytest.raises(ConversionError, match=f"cannot hold the {count} attributes"):
            saved(tmp_path, features, ExportFormat.SHAPEFILE)
        found = survey(tmp_path / "result.geojson", go_on)
    told = [loss.sentence for loss in losses(found, ExportFormat.SHAPEFILE.value)]
    assert any(words in sentence for sentence in told) or told == [] == list(words)
    made, _found, rows = saved(tmp_path, features, ExportFormat.GEOPACKAGE)
    assert made.count == 1
    assert [rows[0][0][f"a{number}"] for number in range(count)] == [text] * count


def test_what_a_shapefile_loses_is_told_with_what_keeps_it(tmp_path):
    features = [
        feature(
            square(),
            long_attribute_name=1,
            text="y" * 300,
            big=1234567890123456789,
            when="2024-05-06",
            fine=1e-20,
        )
    ]
    _made, found, _rows = saved(tmp_path, features, ExportFormat.SHAPEFILE)
    told = {
        name: loss.sentence for loss in losses(found, ExportFormat.SHAPEFILE.value) for name in loss.columns
    }
    assert sorted(told) == ["big", "fine", "long_attribute_name", "text"]
    outputs = [each.value for each in FORMATS]
    assert ExportFormat.GEOPACKAGE.value in keeps_more(found, ExportFormat.SHAPEFILE.value, outputs)
    assert losses(found, ExportFormat.GEOPACKAGE.value) == ()
