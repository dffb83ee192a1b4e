"""A disk that is full when a result is all but done: a sentence, and no file that lacks what it should say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from osgeo import gdal
from result_service import BUILDINGS

from mapflow_dock.jobs.results.conversion import ConversionPlan
from mapflow_dock.layers.gdal_errors import ConversionError
from mapflow_dock.layers.results.conversion import convert
from mapflow_dock.layers.results.formats import GEOPACKAGE
from mapflow_dock.layers.results.kept import read_kept, sign
from mapflow_dock.layers.workspace import open_workspace

PAGE = 4096  # bytes, as SQLite has them
LONG = "x" * 400_000
SERVER = "https://a.example/rest"


@pytest.fixture
def fill():
    """Lets no GeoPackage grow beyond that many bytes: SQLite then says what it says of a full disk."""

    def fill(size):
        gdal.SetConfigOption("OGR_SQLITE_PRAGMA", f"max_page_count={size // PAGE + 1}")

    yield fill
    gdal.SetConfigOption("OGR_SQLITE_PRAGMA", None)


def test_a_file_that_cannot_say_what_it_is_is_none(tmp_path, fill, processing):
    source = tmp_path / "result.geojson"
    source.write_bytes(BUILDINGS)
    (table,) = convert(source, tmp_path, "buildings", GEOPACKAGE, lambda _share: True).tables
    fill(table.path.stat().st_size)
    with pytest.raises(ConversionError) as failed:
        sign([table], processing(description=LONG), SERVER, datetime.now(UTC))
    assert failed.value.sentence.startswith(f"There is not enough room in {tmp_path}: the disk is full")
    assert read_kept(table.path) is None


@pytest.mark.parametrize("what", ["style", "metadata"])
def test_a_result_that_is_not_whole_does_not_arrive(tmp_path, fill, processing, what):
    made = processing(description=LONG if what == "metadata" else "")
    workspace = open_workspace(tmp_path / "results")
    source = workspace / "result.geojson"
    source.write_bytes(BUILDINGS)
    plan = ConversionPlan(
        source=source,
        workspace=workspace,
        folder=tmp_path / "results",
        stem="old_town",
        layer_name="buildings",
        output=GEOPACKAGE,
        overwrite=False,
        style=lambda _table: f"<qgis>{LONG if what == 'style' else ''}</qgis>",
        sign=lambda tables: sign(tables, made, SERVER, datetime.now(UTC)),
    )
    fill(len(LONG) // 2)
    with pytest.raises(ConversionError) as failed:
        plan.carry_out(lambda _share: True)
    assert "the disk is full" in failed.value.sentence
    assert list((tmp_path / "results").iterdir()) == [], "nothing of it is left"
