"""The results of a batch's parts arrive in one file, or nothing does."""

from __future__ import annotations

import pytest
from osgeo import ogr
from qgis.core import QgsGeometry
from result_service import collection, feature, geojson_answer, square

from mapflow_dock.jobs.batches.results import BatchResult
from mapflow_dock.jobs.results.making import Destination
from mapflow_dock.layers.batches.rows import PartRow, PartState
from mapflow_dock.layers.results.formats import GEOPACKAGE


def part(number, west, state=PartState.FINISHED, **values):
    ground = QgsGeometry.fromWkt(
        f"POLYGON(({west} 55,{west + 0.1} 55,{west + 0.1} 55.1,{west} 55.1,{west} 55))"
    )
    return PartRow(
        number=number,
        name=f"Part {number}",
        key=str(number),
        client_id="",
        geometry=ground,
        core=ground,
        area_m2=1.0,
        state=state,
        **{"source_id": "a", "processing_id": f"id-{number}", "attributes": {"name": "North"}, **values},
    )


@pytest.fixture
def run(client, tmp_path, qtbot):
    def run(parts):
        wanted = Destination(tmp_path / "out", "batch", "objects", GEOPACKAGE, overwrite=False)
        job = BatchResult(client, parts, "🏠 Buildings", wanted, "Roofs")
        told = []
        job.succeeded.connect(lambda made: told.append(("succeeded", made)))
        job.failed.connect(lambda error: told.append(("failed", error)))
        with qtbot.waitSignal(job.finished, timeout=30_000):
            job.start()
        return (*told[0], job.merged)

    return run


def test_they_are_merged_into_one_layer(server, run, tmp_path):
    """A house over the seam at 37.1 is one; each has the attributes of its source."""
    left = collection(feature(square(37.05, 55.05), id=1), feature(square(37.099, 55.02), id=2))
    right = collection(feature(square(37.1, 55.02), id=1))
    server.route("GET", "/processings/id-1/result", geojson_answer(left))
    server.route("GET", "/processings/id-2/result", geojson_answer(right))
    kind, made, merged = run([part(1, 37.0), part(2, 37.1), part(3, 37.2, PartState.FAILED)])
    assert (kind, made.count, merged.united) == ("succeeded", 2, 1)
    opened = ogr.Open(str(tmp_path / "out" / "batch.gpkg"))
    rows = [(row["name"], row["id"], round(row.GetGeometryRef().Area(), 9)) for row in opened.GetLayer(0)]
    assert sorted(rows) == [("North", 1, 1e-6), ("North", 2, 2e-6)]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["batch.gpkg"]


def test_a_processing_of_two_features_is_downloaded_once_and_is_of_both(server, run, tmp_path):
    found = collection(feature(square(37.05, 55.05), id=1))
    server.route("GET", "/processings/id-1/result", geojson_answer(found))
    both = [part(1, 37.0), part(2, 37.0, processing_id="id-1", source_id="b", attributes={"name": "South"})]
    _kind, made, _merged = run(both)
    assert made.count == 2
    assert server.count("GET", "/result") == 1


def test_where_one_cannot_be_had_nothing_is_left(server, run, tmp_path):
    server.route("GET", "/processings/id-1/result", geojson_answer(collection()))
    kind, error, _merged = run([part(1, 37.0), part(2, 37.1)])
    assert kind == "failed"
    assert error.cause.status == 404
    assert list((tmp_path / "out").iterdir()) == []


def test_without_a_finished_part_there_is_no_result(run, tmp_path):
    kind, error, _merged = run([part(1, 37.0, PartState.RUNNING)])
    assert kind == "failed"
    assert "no result yet" in error.sentence
    assert list((tmp_path / "out").iterdir()) == []
