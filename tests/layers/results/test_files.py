"""File names that are safe everywhere, files moved in all or none, and files that cannot be written."""

from __future__ import annotations

import json

import pytest

from mapflow_dock.layers.gdal_errors import ConversionError
from mapflow_dock.layers.results.conversion import convert
from mapflow_dock.layers.results.files import free_path, move_in, safe_stem
from mapflow_dock.layers.results.formats import GEOPACKAGE
from mapflow_dock.layers.workspace import open_workspace


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Old town", "Old_town_3fa85f64"),
        ("../../etc/passwd", "etc_passwd_3fa85f64"),
        ("C:\\Windows\\x", "C_Windows_x_3fa85f64"),
        ("CON", "result_CON_3fa85f64"),
        ("", "result_3fa85f64"),
        ("...", "result_3fa85f64"),
        ("北京 🏠", "北京_3fa85f64"),
        ("x" * 500, "x" * 60 + "_3fa85f64"),
    ],
)
def test_a_name_becomes_a_plain_file_name(name, stem):
    assert safe_stem(name, "3fa85f64-5717-4562") == stem


def test_an_id_that_is_a_path_is_no_path():
    assert safe_stem("a", "../../x") == "a_x"


def test_a_taken_name_gets_a_number(tmp_path):
    assert free_path(tmp_path, "a", ".gpkg").name == "a.gpkg"
    (tmp_path / "a.gpkg").touch()
    (tmp_path / "a_2.gpkg").touch()
    assert free_path(tmp_path, "a", ".gpkg").name == "a_3.gpkg"


def test_moving_in_is_all_or_none(tmp_path):
    workspace = open_workspace(tmp_path)
    for name in ("new.shp", "new.dbf"):
        (workspace / name).write_text("new")
    (tmp_path / "old.shp").write_text("old")
    (tmp_path / "old.sbn").write_text("index")
    finished = {
        workspace / "new.shp": tmp_path / "old.shp",
        workspace / "new.dbf": tmp_path / "missing folder" / "old.dbf",
    }
    with pytest.raises(FileNotFoundError):
        move_in(finished, [tmp_path / "old.sbn"], workspace)
    assert (tmp_path / "old.shp").read_text() == "old"
    assert (tmp_path / "old.sbn").read_text() == "index"


def test_what_belonged_to_the_former_file_goes_with_it(tmp_path):
    workspace = open_workspace(tmp_path)
    (workspace / "a.shp").write_text("new")
    (tmp_path / "a.shp").write_text("old")
    (tmp_path / "a.sbn").write_text("index of the old one")
    move_in({workspace / "a.shp": tmp_path / "a.shp"}, [tmp_path / "a.sbn"], workspace)
    assert (tmp_path / "a.shp").read_text() == "new"
    assert not (tmp_path / "a.sbn").exists()


def test_what_gdal_cannot_write_is_told_with_its_reason(tmp_path):
    (tmp_path / "town.gpkg").mkdir()
    source = tmp_path / "result.geojson"
    place = {"type": "Point", "coordinates": [1, 2]}
    features = [{"type": "Feature", "properties": {"a": 1}, "geometry": place}]
    source.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    with pytest.raises(ConversionError) as failure:
        convert(source, tmp_path, "town", GEOPACKAGE, lambda _fraction: True)
    assert failure.value.sentence.startswith("The result could not be written")
    assert "town.gpkg" in failure.value.detail
    assert sorted(each.name for each in tmp_path.iterdir()) == ["result.geojson", "town.gpkg"]
