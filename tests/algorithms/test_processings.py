"""*Wait for processings*, *Download result*, *List processings* and *Delete processings*."""

from __future__ import annotations

import json

import pytest
from algorithm_runs import get, result_of
from fault_proxy import Answer
from osgeo import ogr
from qgis.core import QgsApplication, QgsAuthMethodConfig, QgsProcessingException
from result_service import PROCESSING_ID, collection, feature
from result_service import square as box

SEVERAL = collection(
    *(feature(box(37 + i / 100, 55), id=i, object_type="buildings", class_id="101") for i in range(4)),
    *(feature(box(37 + i / 100, 56), id=i, object_type="forest", height=7.5) for i in range(3)),
    *(
        feature(
            {"type": "LineString", "coordinates": [[37, 57], [37.1, 57 + i / 10]]}, id=i, object_type="roads"
        )
        for i in range(2)
    ),
)


@pytest.fixture
def fixed(serve, server):
    """A service whose one processing has a result of our own; what is to be given to find it."""
    record = {"id": PROCESSING_ID, "name": "Town", "status": "OK", "workflowDef": {"name": "[multi] All"}}
    kind = {"Content-Type": "application/json"}

    def make(body):
        serve(body)
        server.route(
            "GET", f"/processings/{PROCESSING_ID}/v2", Answer(200, json.dumps(record).encode(), kind)
        )
        config = QgsAuthMethodConfig("Basic")
        config.setName("mine")
        config.setConfig("username", "a")
        config.setConfig("password", "b")
        QgsApplication.authManager().storeAuthenticationConfig(config)
        return {"AUTHCFG": config.id(), "SERVER": server.url}

    return make


@pytest.fixture
def started(run, sandbox, square):
    """Start a processing and do not wait; returns its id."""

    def start(**more):
        wish = {"INPUT": square(), "MODEL": "Buildings", "PROVIDER": sandbox.provider, "ZOOM": 18, **more}
        told = run("runmodel", ALLOW_SPENDING=True, WAIT=False, REUSE=False, **wish)
        return told.outcome["PROCESSING_ID"]

    return start


@pytest.mark.both_dialects
def test_several_are_waited_for_listed_downloaded_and_deleted(run, signed_in, started, tmp_path):
    ids = [started(), started(ZOOM=17)]
    waited = run("waitforprocessings", PROCESSINGS=",".join(ids), OUTPUT="memory:")
    assert waited.outcome["COUNT"] == 2
    assert waited.outcome["FAILED"] == 0
    assert {row["status"] for row in waited.rows("OUTPUT")} == {"OK"}
    assert waited.feedback.steps == sorted(waited.feedback.steps)

    rows = {row["id"]: row for row in run("listprocessings", STATUS="ok", OUTPUT="memory:").rows("OUTPUT")}
    for each in ids:
        said = get(signed_in, f"/processings/{each}/v2")
        assert rows[each]["name"] == said["name"]
        assert rows[each]["cost"] == said["cost"]
        assert rows[each]["area_km2"] == pytest.approx(said.get("aoiArea", said.get("area")) / 1e6)
        assert rows[each]["run_key"] == said["meta"]["runKey"]

    path = tmp_path / "one.geojson"
    got = run("downloadresult", PROCESSING=ids[0], RESULT=str(path))
    said = result_of(signed_in, ids[0])
    assert got.outcome["COUNT"] == len(said["features"]) > 0
    assert ogr.Open(str(path)).GetLayer(0).GetFeatureCount() == len(said["features"])

    with pytest.raises(QgsProcessingException, match=r"would delete .* Set Allow deleting"):
        run("deleteprocessings", PROCESSINGS=ids)
    assert run("deleteprocessings", PROCESSINGS=ids, ALLOW_DELETING=True).outcome["COUNT"] == 2
    left = {row["id"] for row in run("listprocessings", OUTPUT="memory:").rows("OUTPUT")}
    assert not left & set(ids)
    assert run("deleteprocessings", PROCESSINGS=ids, ALLOW_DELETING=True).outcome["COUNT"] == 0


def test_what_runs_has_no_result_yet_and_what_is_gone_is_said(run, sandbox, started, signed_in):
    each = started()
    with pytest.raises(QgsProcessingException, match="still running"):
        run("downloadresult", PROCESSING=each, RESULT="TEMPORARY_OUTPUT")
    with pytest.raises(QgsProcessingException, match=r"no processing .* may have been deleted"):
        run("downloadresult", PROCESSING="00000000-0000-4000-8000-000000000000", RESULT="TEMPORARY_OUTPUT")
    run("waitforprocessings", PROCESSINGS=each)
    running = run("listprocessings", STATUS="IN_PROGRESS", OUTPUT="memory:").rows("OUTPUT")
    assert each not in {row["id"] for row in running}


def test_a_result_of_another_ending_or_status_is_refused(run, signed_in, started, tmp_path):
    each = started()
    run("waitforprocessings", PROCESSINGS=each)
    with pytest.raises(QgsProcessingException, match=r"saved as one of: .gpkg"):
        run("downloadresult", PROCESSING=each, RESULT=str(tmp_path / "a.xlsx"))
    with pytest.raises(QgsProcessingException, match="no status “DONE”"):
        run("listprocessings", STATUS="DONE", OUTPUT="memory:")


@pytest.mark.parametrize("moment", ["“", "Downloading"])
def test_waiting_and_downloading_stop_at_once(run_in_task, signed_in, started, tmp_path, moment):
    each = started()
    name = "waitforprocessings" if moment == "“" else "downloadresult"
    given = (
        {"PROCESSINGS": each} if moment == "“" else {"PROCESSING": each, "RESULT": str(tmp_path / "a.gpkg")}
    )
    if moment != "“":
        run_in_task("waitforprocessings", PROCESSINGS=each)
    told = run_in_task(name, cancel_at=moment, **given)
    assert told.stopped_after < 1
    assert [entry.name for entry in tmp_path.iterdir()] == []


def test_objects_of_several_types_have_layers_of_their_own(run, fixed, tmp_path):
    path = tmp_path / "all.gpkg"
    told = run(
        "downloadresult", PROCESSING=PROCESSING_ID, RESULT=str(path), OUTPUT="memory:", **fixed(SEVERAL)
    )
    file = ogr.Open(str(path))
    layers = [file.GetLayer(index) for index in range(file.GetLayerCount())]
    tables = [layer for layer in layers if layer.GetName() != "layer_styles"]
    assert sorted(table.GetFeatureCount() for table in tables) == [2, 3, 4]
    assert len(told.outcome["RESULT_LAYERS"]) == 3
    assert told.outcome["COUNT"] == 9
    # one layer of features has one sort of geometry: the buildings and the forest, without the roads
    assert sorted(row["object_type"] for row in told.rows("OUTPUT")) == ["buildings"] * 4 + ["forest"] * 3
    assert told.feedback.told("warning")[-1].startswith("2 objects have another type of geometry")


def test_a_result_of_nothing_is_an_empty_layer(run, fixed, tmp_path):
    told = run("downloadresult", PROCESSING=PROCESSING_ID, OUTPUT="memory:", **fixed(collection()))
    assert told.outcome["COUNT"] == 0
    assert told.layer("OUTPUT").featureCount() == 0
