"""Results as files: every format opens again with what was sent; a former file is replaced whole or kept."""

from __future__ import annotations

import itertools
import json

import pytest
from osgeo import gdal
from qgis.core import QgsVectorLayer
from result_service import BUILDINGS, MIXED, PROCESSING_ID, collection, feature, square

from mapflow_dock.jobs.results.export import ExportFormat, ResultExport

WAIT = 20_000


@pytest.fixture
def export(qtbot, client, project, processing):
    """Save the result to `path`; returns ("completed", paths) or ("failed", sentence, detail)."""

    def export(path, export_format):
        job = ResultExport(client, processing(), path, export_format, project)
        outcome = []
        job.succeeded.connect(lambda result: outcome.append(("completed", result.paths)))
        job.failed.connect(lambda error: outcome.append(("failed", error.sentence, error.detail)))
        job.start()
        assert not outcome
        qtbot.waitUntil(lambda: bool(outcome), timeout=WAIT)
        return outcome[0]

    return export


def names(folder):
    return sorted(entry.name for entry in folder.iterdir())


def rows(path, layer=None):
    opened = gdal.OpenEx(str(path), gdal.OF_VECTOR)
    found = opened.GetLayerByName(layer) if layer else opened.GetLayer(0)
    return [json.loads(row.ExportToJson()) for row in found]


@pytest.mark.parametrize("export_format", list(ExportFormat))
def test_each_format_opens_again_with_all_that_was_sent(serve, export, tmp_path, export_format):
    serve(collection(*(feature(square(37 + i / 100, 55), имя=f"дом {i}", height=i / 2) for i in range(5))))
    path = tmp_path / f"my result{export_format.suffix}"
    assert export(path, export_format) == ("completed", (path,))
    found = rows(path)
    assert len(found) == 5
    assert sorted(found[0]["properties"]) == ["height", "имя"]
    assert {row["properties"]["имя"] for row in found} == {f"дом {i}" for i in range(5)}
    assert {row["geometry"]["type"] for row in found} <= {"Polygon", "MultiPolygon"}
    assert QgsVectorLayer(str(path), "x", "ogr").crs().authid() in {"EPSG:4326", "OGC:CRS84"}
    assert not [name for name in names(tmp_path) if name.startswith(".")]


WHOLE = collection(*(feature(square(37 + i / 100, 55), a=i) for i in range(50)))


@pytest.mark.parametrize(
    "body",
    [
        b'{"message": "not ready", "code": "BUSY"}',
        b'["a"]',
        b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>",
        b"<html><body>Welcome</body></html>",
        b"Out of order",
        WHOLE[: len(WHOLE) // 2],
        WHOLE[:-1],
        b"\x1f\x8b\x08\x00compressed",
    ],
)
@pytest.mark.parametrize("export_format", [ExportFormat.GEOPACKAGE, ExportFormat.GEOJSON])
def test_what_is_no_result_is_an_error_and_leaves_nothing(serve, export, tmp_path, body, export_format):
    serve(body)
    path = tmp_path / f"result{export_format.suffix}"
    path.write_text("former")
    kind, sentence, _detail = export(path, export_format)
    assert kind == "failed"
    assert "result" in sentence or "Check the server address" in sentence
    assert names(tmp_path) == [path.name]
    assert path.read_text() == "former"


def test_geojson_is_as_the_standard_says(serve, export, tmp_path):
    clockwise = square(37, 55)
    clockwise["coordinates"][0].reverse()
    serve(collection(feature(clockwise, a=1)))
    export(tmp_path / "result.geojson", ExportFormat.GEOJSON)
    written = json.loads((tmp_path / "result.geojson").read_text(encoding="utf-8"))
    assert "crs" not in written
    ring = written["features"][0]["geometry"]["coordinates"][0]
    if isinstance(ring[0][0], list):
        ring = ring[0]
    doubled = sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring))
    assert doubled > 0


def test_a_shapefile_is_split_by_geometry_and_says_its_encoding(serve, export, tmp_path):
    serve(MIXED)
    kind, paths = export(tmp_path / "town.shp", ExportFormat.SHAPEFILE)
    assert kind == "completed"
    assert [path.name for path in paths] == ["town_polygons.shp", "town_lines.shp", "town_points.shp"]
    for path in paths:
        assert path.with_suffix(".cpg").read_text().strip() == "UTF-8"
        assert len(rows(path)) == 1


def test_long_attribute_names_stay_apart_in_a_shapefile(serve, export, tmp_path):
    serve(collection(feature(square(37, 55), building_height=1, building_heading=2)))
    export(tmp_path / "town.shp", ExportFormat.SHAPEFILE)
    properties = rows(tmp_path / "town.shp")[0]["properties"]
    assert sorted(properties.values()) == [1, 2]
    assert all(len(name) <= 10 for name in properties)


@pytest.mark.parametrize("export_format", list(ExportFormat))
# the conversion itself uses the last two names
@pytest.mark.parametrize("name", ["town", "stage", "result"])
def test_several_geometry_types_are_all_kept(serve, export, tmp_path, export_format, name):
    serve(MIXED)
    _kind, paths = export(tmp_path / f"{name}{export_format.suffix}", export_format)
    types = set()
    for path in paths:
        opened = gdal.OpenEx(str(path), gdal.OF_VECTOR)
        for index in range(opened.GetLayerCount()):
            layer = opened.GetLayer(index)
            if layer.GetName() != "layer_styles":
                types |= {row.GetGeometryRef().GetGeometryName().removeprefix("MULTI") for row in layer}
    assert types == {"POLYGON", "LINESTRING", "POINT"}


@pytest.mark.parametrize("export_format", list(ExportFormat))
def test_a_result_of_nothing_is_an_empty_file_that_opens(serve, export, tmp_path, export_format):
    serve(collection())
    kind, paths = export(tmp_path / f"none{export_format.suffix}", export_format)
    assert kind == "completed"
    assert rows(paths[0]) == []


@pytest.mark.parametrize("export_format", list(ExportFormat))
def test_a_former_file_is_replaced_whole(serve, export, tmp_path, export_format):
    path = tmp_path / f"town{export_format.suffix}"
    serve(BUILDINGS)
    export(path, export_format)
    before = names(tmp_path)
    serve(collection(feature(square(38, 56), class_id="7")))
    assert export(path, export_format) == ("completed", (path,))
    assert [row["properties"]["class_id"] for row in rows(path)] == ["7"]
    assert names(tmp_path) == before


@pytest.mark.parametrize("body", [BUILDINGS[:-50], b"<html>"], ids=["cut short", "no json"])
def test_a_former_file_stays_when_the_new_one_fails(serve, export, tmp_path, body):
    path = tmp_path / "town.shp"
    serve(BUILDINGS)
    export(path, ExportFormat.SHAPEFILE)
    before = {entry.name: entry.read_bytes() for entry in tmp_path.iterdir()}
    serve(body)
    assert export(path, ExportFormat.SHAPEFILE)[0] == "failed"
    assert {entry.name: entry.read_bytes() for entry in tmp_path.iterdir()} == before


def test_a_file_open_in_the_project_is_not_written_under_it(serve, server, export, project, tmp_path):
    path = tmp_path / "town.fgb"
    serve(BUILDINGS)
    export(path, ExportFormat.FLATGEOBUF)
    project.addMapLayer(QgsVectorLayer(str(path), "open", "ogr"))
    kind, sentence, _detail = export(path, ExportFormat.FLATGEOBUF)
    assert kind == "failed"
    assert "town.fgb" in sentence
    assert server.count(path="/result") == 1


@pytest.mark.parametrize("file_name", ["town.shp", "town.dbf"])
def test_files_open_in_the_project_are_not_written_under_it(
    serve, server, export, project, tmp_path, file_name
):
    path = tmp_path / "town.shp"
    serve(BUILDINGS)
    export(path, ExportFormat.SHAPEFILE)
    project.addMapLayer(QgsVectorLayer(str(tmp_path / file_name), "open", "ogr"))
    assert export(path, ExportFormat.SHAPEFILE)[0] == "failed"
    assert server.count(path="/result") == 1


def test_files_nobody_was_asked_about_are_not_replaced(serve, export, project, tmp_path):
    serve(MIXED)
    export(tmp_path / "town.shp", ExportFormat.SHAPEFILE)
    before = {entry.name: entry.read_bytes() for entry in tmp_path.iterdir()}
    project.addMapLayer(QgsVectorLayer(str(tmp_path / "town_lines.shp"), "open", "ogr"))
    kind, paths = export(tmp_path / "town.shp", ExportFormat.SHAPEFILE)
    assert kind == "completed"
    assert [path.name for path in paths] == ["town_polygons_2.shp", "town_lines_2.shp", "town_points_2.shp"]
    assert {name: (tmp_path / name).read_bytes() for name in before} == before


def test_a_table_that_would_become_part_of_a_shapefile_is_not_replaced(serve, export, tmp_path):
    (tmp_path / "town.dbf").write_bytes(b"a table of its own")
    serve(BUILDINGS)
    kind, (path,) = export(tmp_path / "town.shp", ExportFormat.SHAPEFILE)
    assert kind == "completed"
    assert path.name == "town_2.shp"
    assert (tmp_path / "town.dbf").read_bytes() == b"a table of its own"


def test_an_obstacle_in_the_place_of_the_file_leaves_everything_as_it_was(serve, export, tmp_path):
    serve(BUILDINGS)
    (tmp_path / "town.shp").write_text("former")
    (tmp_path / "town.dbf").mkdir()
    (tmp_path / "town.dbf" / "kept").write_text("kept")
    kind, *_told = export(tmp_path / "town.shp", ExportFormat.SHAPEFILE)
    assert kind == "failed"
    assert names(tmp_path) == ["town.dbf", "town.shp"]
    assert (tmp_path / "town.shp").read_text() == "former"
    assert names(tmp_path / "town.dbf") == ["kept"]


def test_cancelling_leaves_nothing(serve, server, client, processing, project, qtbot, tmp_path):
    serve(BUILDINGS)
    server.add(path="/result", hold=True)
    job = ResultExport(client, processing(), tmp_path / "town.gpkg", ExportFormat.GEOPACKAGE)
    told = []
    job.succeeded.connect(told.append)
    job.failed.connect(lambda *_: told.append("failed"))
    job.start()
    qtbot.waitUntil(lambda: server.count(path=f"/processings/{PROCESSING_ID}/result") == 1, timeout=WAIT)
    job.cancel()
    assert names(tmp_path) == []
    server.release()
    qtbot.wait(50)
    assert told == []


def test_formats_have_a_title_and_a_suffix():
    assert [(one.title, one.suffix) for one in ExportFormat] == [
        ("GeoPackage", ".gpkg"),
        ("GeoJSON", ".geojson"),
        ("FlatGeobuf", ".fgb"),
        ("ESRI Shapefile", ".shp"),
    ]
