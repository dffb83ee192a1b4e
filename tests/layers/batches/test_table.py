"""The state table says what became of each part, survives a kill at any moment, and is a layer all the while."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from osgeo import ogr
from qgis.core import QgsGeometry

from mapflow_dock.layers.batches.rows import PartRow, PartState
from mapflow_dock.layers.batches.table import StateTable, create, layer, plan_of
from mapflow_dock.layers.gdal_errors import ConversionError

SQUARE = "MULTIPOLYGON(((37 55,37.1 55,37.1 55.05,37 55.05,37 55)))"


def part(number, **values):
    standard = {
        "source_id": str(number),
        "name": f"Part {number} “é”",
        "key": f"key {number}",
        "client_id": f"client {number}",
        "geometry": QgsGeometry.fromWkt(SQUARE),
        "core": QgsGeometry.fromWkt("POLYGON((37 55,37.1 55,37.1 55.05,37 55))"),
        "area_m2": 1234.5,
        "attributes": {"name": "Süd", "code": 7, "nothing": None},
        "planned": datetime(2026, 2, 10, 10, 30, 1, 250_000, UTC),
    }
    return PartRow(number, **{**standard, **values})


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "state.gpkg"
    create(path, "plan a", [part(1), part(2), part(3)])
    return path


def test_what_is_written_is_read(path):
    table = StateTable(path)
    changed = part(
        2,
        state=PartState.RUNNING,
        processing_id="p",
        cost=17.5,
        estimate=18.0,
        percent=40,
        message="It runs.",
        attempts=2,
        started=datetime(2026, 2, 11, tzinfo=UTC),
    )
    table.write([changed])
    table.close()
    rows = StateTable(path).rows()
    assert rows == [part(1), changed, part(3)]
    assert rows[0].geometry.asWkt(6) == QgsGeometry.fromWkt(SQUARE).asWkt(6)
    assert rows[0].core.asWkt(3) == part(1).core.asWkt(3)


def test_it_is_a_layer_while_it_is_written(path):
    table = StateTable(path)
    shown = layer(path)
    assert shown.isValid()
    assert shown.crs().authid() == "EPSG:4326"
    assert shown.extent().xMaximum() == pytest.approx(37.1)
    for state in (PartState.STARTING, PartState.RUNNING, PartState.FINISHED):
        table.write([part(1, state=state, ended=datetime(2026, 2, 11, tzinfo=UTC))])
        shown.reload()
        feature = next(shown.getFeatures())
        assert (feature["state"], feature["source_id"]) == (state.value, "1")
    assert feature["ended"].toUTC().toString("yyyy-MM-dd") == "2026-02-11"
    assert feature.geometry().area() == pytest.approx(0.005)
    table.close()


def test_other_programs_read_it(path):
    opened = ogr.Open(str(path))
    assert [opened.GetLayer(n).GetName() for n in range(opened.GetLayerCount())] == ["parts"]
    assert [row["state"] for row in opened.GetLayer(0)] == ["waiting"] * 3


def test_it_knows_which_batch_it_is_of(path, tmp_path):
    assert plan_of(path) == "plan a"
    assert plan_of(tmp_path / "missing.gpkg") is None
    (tmp_path / "other.gpkg").write_bytes(b"no database at all, but something of a user's" * 20)
    with pytest.raises(ConversionError, match=r"other\.gpkg"):
        plan_of(tmp_path / "other.gpkg")


def test_a_folder_that_cannot_be_written_to_is_told_in_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConversionError, match="state table"):
        create(tmp_path / "file" / "state.gpkg", "plan", [part(1)])


WRITER = """
import sys
sys.path.insert(0, sys.argv[2])
from dataclasses import replace
from pathlib import Path
from mapflow_dock.layers.batches.table import StateTable
table = StateTable(Path(sys.argv[1]))
row = table.rows()[0]
for number in range(100_000):
    table.write([replace(row, attempts=number)])
    print(number, flush=True)
"""


def test_what_was_written_outlives_a_kill(path):
    """What the process has told of is in the table, and the table is whole."""
    folder = next(each for each in sys.path if each.endswith("build/import"))
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), folder], stdout=subprocess.PIPE, text=True
    )
    said = [int(process.stdout.readline()) for _each in range(20)][-1]
    os.kill(process.pid, signal.SIGKILL)
    said = max([said, *map(int, process.stdout.read().split())])
    process.wait()
    rows = StateTable(path).rows()
    assert rows[0].attempts in {said, said + 1}
    assert [replace(row, attempts=0) for row in rows] == [part(1), part(2), part(3)]
