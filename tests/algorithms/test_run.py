"""*Run model* and *Estimate cost*: what is asked of the service, what may be spent, what comes of it."""

from __future__ import annotations

import json
import math

import pytest
from algorithm_runs import get, result_of
from osgeo import ogr
from qgis.core import QgsProcessingException, QgsProject, QgsVectorLayer

MODEL = "Buildings"


@pytest.fixture
def wish(sandbox, square):
    """What to run, cheap and quick."""

    def make(**more):
        wanted = {"INPUT": square(), "MODEL": MODEL, "PROVIDER": sandbox.provider, "ZOOM": 18}
        return {**wanted, **more}

    return make


def spent(sandbox):
    said = get(sandbox, "/user/status")
    return said.get("remainingCredits", said.get("user", {}).get("credits"))


@pytest.fixture
def own(sandbox, sandboxes):
    """A sandbox of this test alone, and its login as the remembered one."""
    from mapflow_dock.api.login import store
    from mapflow_dock.api.login.credential import read_pasted

    def start(**options):
        brief = sandbox.start(**options)
        store.remember(read_pasted(brief.basic), brief.url)
        return brief

    return start


def processings(sandbox):
    project = get(sandbox, "/projects/default")["id"]
    return get(sandbox, f"/projects/{project}/processings/v2")


@pytest.mark.both_dialects
def test_a_model_is_run_and_its_result_is_what_the_service_has(run, signed_in, wish, tmp_path):
    path = tmp_path / "found.gpkg"
    before = spent(signed_in)
    told = run(
        "runmodel",
        **wish(ALLOW_SPENDING=True, RESULT=str(path), OUTPUT="memory:", NAME="'My town'", REUSE=False),
    )
    record = get(signed_in, f"/processings/{told.outcome['PROCESSING_ID']}/v2")
    assert record["name"] == "My town"
    assert record["status"] == "OK"
    assert told.outcome["COST"] == record["cost"] == before - spent(signed_in)
    assert not told.outcome["WAS_REUSED"]
    said = result_of(signed_in, record["id"])
    assert said["features"]
    assert told.outcome["COUNT"] == len(said["features"])
    file = ogr.Open(str(path))
    layers = [file.GetLayer(index) for index in range(file.GetLayerCount())]
    counts = [layer.GetFeatureCount() for layer in layers if layer.GetName() != "layer_styles"]
    assert sum(counts) == len(said["features"])
    layer = told.layer("OUTPUT")
    assert layer.featureCount() == len(said["features"])
    ids = sorted(str(each["properties"]["id"]) for each in said["features"])
    assert sorted(str(row["id"]) for row in layer.getFeatures()) == ids


def test_nothing_is_spent_unless_it_is_allowed(run, own, wish):
    brief = own()
    before = spent(brief)
    cost = run("estimatecost", **wish()).outcome["COST"]
    assert cost > 0
    with pytest.raises(QgsProcessingException, match=f"would cost {cost:g}.credit.*Set Allow spending"):
        run("runmodel", **wish())
    assert spent(brief) == before
    assert processings(brief) == []


def test_no_more_is_spent_than_the_budget(run, own, wish):
    brief = own()
    cost = run("estimatecost", **wish()).outcome["COST"]
    with pytest.raises(QgsProcessingException, match=r"at most .* may be spent"):
        run("runmodel", **wish(ALLOW_SPENDING=True, MAX_CREDITS=cost - 1))
    assert processings(brief) == []
    told = run("runmodel", **wish(ALLOW_SPENDING=True, MAX_CREDITS=cost, WAIT=False))
    assert [each["id"] for each in processings(brief)] == [told.outcome["PROCESSING_ID"]]


def test_what_the_account_cannot_pay_is_not_started(run, own, wish):
    brief = own(credits=0)
    with pytest.raises(QgsProcessingException, match="your account has 0"):
        run("runmodel", **wish(ALLOW_SPENDING=True))
    assert processings(brief) == []


@pytest.mark.both_dialects
def test_run_again_the_same_is_found_and_paid_once(run, sandbox, own, wish):
    brief = own(dialect=sandbox.dialect)
    first = run("runmodel", **wish(ALLOW_SPENDING=True))
    paid = spent(brief)
    again = run("runmodel", **wish(RESULT="TEMPORARY_OUTPUT"))
    assert again.outcome["PROCESSING_ID"] == first.outcome["PROCESSING_ID"]
    assert again.outcome["WAS_REUSED"]
    assert again.outcome["COST"] == 0
    assert spent(brief) == paid
    assert len(processings(brief)) == 1
    other = run("runmodel", **wish(ALLOW_SPENDING=True, REUSE=False, WAIT=False))
    assert other.outcome["PROCESSING_ID"] != first.outcome["PROCESSING_ID"]
    assert spent(brief) < paid


def test_another_area_model_or_imagery_is_not_the_same(run, own, wish, square):
    brief = own()
    run("runmodel", **wish(ALLOW_SPENDING=True, WAIT=False))
    for other in ({"ZOOM": 17}, {"INPUT": square((0.003, 0))}, {"STEPS": "none"}):
        run("runmodel", **wish(ALLOW_SPENDING=True, WAIT=False, **other))
    assert len({each["id"] for each in processings(brief)}) == 4


def test_the_estimate_is_the_service_s_and_the_area_is_measured(run, signed_in, wish):
    told = run("estimatecost", **wish())
    box = wish()["INPUT"].extent()
    latitude = math.radians(box.center().y())
    squared = 6378137.0**2, 6356752.314245**2
    bend = squared[0] * math.cos(latitude) ** 2 + squared[1] * math.sin(latitude) ** 2
    # the curvatures of the ellipsoid along and across the meridian
    height = squared[0] * squared[1] / bend**1.5 * math.radians(box.height())
    width = squared[0] / math.sqrt(bend) * math.cos(latitude) * math.radians(box.width())
    assert told.outcome["AREA"] == pytest.approx(height * width / 1e6, rel=1e-5)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"MODEL": "Unicorns"}, "no model “Unicorns” in this project. Choose one of: .*Buildings"),
        ({"PROVIDER": "Nobody"}, "no provider “Nobody” of imagery. Choose one of: "),
        ({"STEPS": "Magic"}, "no optional step “Magic”. Choose one of: "),
        ({"PROJECT": "Nowhere"}, "no project “Nowhere” in your account. Choose one of: "),
        ({"ZOOM": 5}, "does not work at zoom 5"),
        ({"NAME": "My town"}, "gives no name .* stands in quotes"),
        ({"PROVIDER": "", "MOSAIC": "None such"}, "no mosaic “None such”"),
        ({"MOSAIC": "Some"}, "Several sources of imagery are named"),
        ({"PROVIDER": "", "OWN_SOURCE": "None such"}, "no source “None such” under My Sources"),
        (
            {"PROVIDER": "", "OWN_SOURCE": "https://a:b@tiles.example/{z}/{x}/{y}"},
            "holds a login or a key, and QGIS's history would keep it",
        ),
    ],
)
def test_what_is_not_there_is_named_and_nothing_is_started(run, signed_in, wish, given, sentence):
    before = len(processings(signed_in))
    with pytest.raises(QgsProcessingException, match=sentence):
        run("runmodel", **wish(ALLOW_SPENDING=True, **given))
    assert len(processings(signed_in)) == before


def test_a_model_is_known_by_its_id_and_by_its_name(run, signed_in, wish):
    project = get(signed_in, "/projects/default")
    model = next(each for each in project["workflowDefs"] if MODEL in each["name"])
    costs = {
        run("estimatecost", **wish(MODEL=each)).outcome["COST"]
        for each in (model["id"], model["name"], MODEL.lower())
    }
    assert len(costs) == 1


def test_it_runs_beside_the_main_thread_and_adds_its_layers_there(
    run_in_task, signed_in, wish, tmp_path, monkeypatch
):
    from qgis.PyQt.QtCore import QThread

    told = run_in_task("runmodel", **wish(ALLOW_SPENDING=True, RESULT=str(tmp_path / "found.gpkg")))
    assert told.is_whole, told.feedback.lines
    assert QThread.currentThread() not in told.feedback.threads
    wanted = told.context.layersToLoadOnCompletion()
    assert wanted
    assert not QgsProject.instance().mapLayersByName("Buildings")
    from processing.gui import Postprocessing
    from qgis.core import QgsApplication

    algorithm = QgsApplication.processingRegistry().algorithmById("mapflow:runmodel")
    monkeypatch.setattr(Postprocessing, "iface", None, raising=False)  # there is no window in this test
    Postprocessing.handleAlgorithmResults(algorithm, told.context, told.feedback, parameters={})
    added = [
        layer
        for layer in QgsProject.instance().mapLayers().values()
        if layer.customProperty("mapflow_dock/processing_id") == told.outcome["PROCESSING_ID"]
    ]
    assert len(added) == len(wanted)
    assert all(isinstance(layer, QgsVectorLayer) and layer.isValid() for layer in added)
    assert added[0].renderer().type() in {"categorizedSymbol", "singleSymbol"}


@pytest.mark.parametrize("moment", ["Reading the area", "Asking what", "Starting the", "“"])
def test_cancelling_ends_it_at_once(run_in_task, own, wish, moment):
    brief = own(workers=1)
    told = run_in_task("runmodel", cancel_at=moment, **wish(ALLOW_SPENDING=True))
    assert told.outcome == {}
    assert told.stopped_after < 1
    if moment == "“":
        assert len(processings(brief)) == 1, "it goes on in the service, and the next run finds it"


def test_broken_outlines_are_mended_when_that_is_wished(run, signed_in, wish, square):
    from qgis.core import QgsGeometry

    layer = square()
    x, y = layer.extent().xMinimum(), layer.extent().yMinimum()
    bow = f"POLYGON(({x} {y},{x + 0.002} {y + 0.002},{x + 0.002} {y},{x} {y + 0.002},{x} {y}))"
    layer.dataProvider().changeGeometryValues({next(layer.getFeatures()).id(): QgsGeometry.fromWkt(bow)})
    with pytest.raises(QgsProcessingException, match=r"crosses or touches itself.*Set Fix broken outlines"):
        run("estimatecost", **wish(INPUT=layer))
    assert run("estimatecost", **wish(INPUT=layer, FIX_OUTLINES=True)).outcome["COST"] > 0


def test_the_history_line_is_python_that_says_all(run, signed_in, wish):
    from qgis.core import QgsApplication, QgsProcessingContext

    algorithm = QgsApplication.processingRegistry().algorithmById("mapflow:runmodel")
    context = QgsProcessingContext()
    given = wish(NAME="'Town'", ALLOW_SPENDING=True)
    line = algorithm.asPythonCommand({**given, "INPUT": given["INPUT"].source()}, context)
    names = {}
    exec(f"import processing\nsaid = {line.replace('processing.run', '')}", names)
    assert names["said"][0] == "mapflow:runmodel"
    assert names["said"][1]["MODEL"] == MODEL
    assert json.dumps(names["said"][1])


@pytest.mark.parametrize(
    ("steps", "enabled"),
    [
        ("", {"Simplification"}),
        ("none", set()),
        ("classification", {"Classification"}),
        ("Height estimation; Simplification", {"Heights", "Simplification"}),
    ],
)
def test_steps_are_those_named_or_the_free_ones_that_are_advised(run, signed_in, wish, steps, enabled):
    told = run("runmodel", **wish(ALLOW_SPENDING=True, WAIT=False, REUSE=False, STEPS=steps))
    said = get(signed_in, f"/processings/{told.outcome['PROCESSING_ID']}/v2")
    assert {block["name"] for block in said["blocks"] if block["enabled"]} == enabled
