"""*Run model for many areas*: divided, cut, within its budget, merged, and safe to repeat."""

from __future__ import annotations

import json

import pytest
from algorithm_runs import get
from batches.service import ledger, objects, write_areas
from fault_proxy import Answer, FaultProxy
from osgeo import ogr
from qgis.core import QgsProcessingException, QgsProject, QgsVectorLayer

from mapflow_dock.api.login import store
from mapflow_dock.api.login.credential import read_pasted
from mapflow_dock.layers.batches.rows import PartState

LIMIT_KM2 = 0.1
MANY = "runmodelformanyareas"


@pytest.fixture
def own(sandbox, sandboxes):
    """A sandbox of this test alone, and its login as the remembered one."""

    def start(**options):
        brief = sandbox.start(dialect=sandbox.dialect, **options)
        assert store.remember(read_pasted(brief.basic), brief.url) is not None
        return brief

    return start


@pytest.fixture
def wish(sandbox, tmp_path):
    """Fields, of which each `large`th is beyond a small limit."""

    def make(count=3, large=100, **more):
        path = write_areas(tmp_path / "fields.geojson", sandbox.bbox, count, large)
        layer = QgsVectorLayer(str(path), "Fields", "ogr")
        QgsProject.instance().addMapLayer(layer)
        wanted = {
            "INPUT": layer,
            "MODEL": "Buildings",
            "PROVIDER": sandbox.provider,
            "ZOOM": 17,
            "STATE": str(tmp_path / "state.gpkg"),
            "RESULT": str(tmp_path / "found.gpkg"),
        }
        return {**wanted, **more}

    return make


def processings(sandbox):
    project = get(sandbox, "/projects/default")["id"]
    return get(sandbox, f"/projects/{project}/processings/v2")


def parts(path):
    """The state table as another library reads it."""
    opened = ogr.Open(str(path))
    return [each.items() for each in opened.GetLayerByName("parts")]


@pytest.mark.both_dialects
def test_each_feature_is_run_and_the_result_has_its_attributes(run, own, wish, tmp_path):
    brief = own()
    told = run(MANY, **wish(ALLOW_SPENDING=True, OUTPUT="memory:"))
    said = ledger(brief.url, brief.basic)
    assert said.count == 3
    assert said.names == tuple(sorted(each["name"] for each in parts(tmp_path / "state.gpkg")))
    assert (told.outcome["PARTS"], told.outcome["FINISHED"], told.outcome["FAILED"]) == (3, 3, 0)
    assert told.outcome["COST"] == said.cost
    held = objects(tmp_path / "found.gpkg")
    assert told.outcome["COUNT"] == len(held) == told.layer("OUTPUT").featureCount() > 10
    assert {json.loads(values)["name"] for _shape, values in held} == {f"Field {i}" for i in range(3)}
    assert sum(row["cost"] for row in parts(tmp_path / "state.gpkg")) == said.cost
    assert "3 of 3 parts are finished" in " ".join(told.feedback.told("info"))


def test_what_is_not_allowed_to_spend_is_told_what_it_would_cost(run, own, wish, tmp_path):
    brief = own()
    with pytest.raises(QgsProcessingException, match=r"would cost .*Set Allow spending") as refused:
        run(MANY, **wish())
    assert ledger(brief.url, brief.basic).count == 0
    estimated = sum(row["estimate"] for row in parts(tmp_path / "state.gpkg"))
    assert f"{estimated:g}" in str(refused.value).replace(",", "")
    assert {row["state"] for row in parts(tmp_path / "state.gpkg")} == {"waiting"}
    told = run(MANY, **wish(ALLOW_SPENDING=True))
    assert told.outcome["COST"] == estimated == ledger(brief.url, brief.basic).cost


@pytest.mark.both_dialects
def test_run_again_it_spends_nothing_and_needs_no_leave_to(run, own, wish, tmp_path):
    brief = own()
    first = run(MANY, **wish(ALLOW_SPENDING=True))
    paid, held = ledger(brief.url, brief.basic), objects(tmp_path / "found.gpkg")
    again = run(MANY, **wish())
    elsewhere = run(
        MANY, **wish(STATE=str(tmp_path / "other.gpkg"), RESULT=str(tmp_path / "other_found.gpkg"))
    )
    assert ledger(brief.url, brief.basic) == paid
    assert again.outcome["COST"] == elsewhere.outcome["COST"] == first.outcome["COST"]
    assert objects(tmp_path / "found.gpkg") == objects(tmp_path / "other_found.gpkg") == held


def test_no_more_is_spent_than_the_budget_and_the_rest_follows(run, own, wish, tmp_path):
    brief = own()
    each = run("estimatecost", **{**wish(count=1), "INPUT": wish(count=1)["INPUT"]}).outcome["COST"]
    told = run(MANY, **wish(ALLOW_SPENDING=True, MAX_CREDITS=2 * each, AT_ONCE=3))
    assert (told.outcome["FINISHED"], told.outcome["FAILED"]) == (2, 1)
    assert ledger(brief.url, brief.basic).cost == told.outcome["COST"] == 2 * each
    assert told.outcome["ESTIMATE"] == each
    assert any("budget of" in text for text in told.feedback.told("warning"))
    assert sorted(row["state"] for row in parts(tmp_path / "state.gpkg")) == [
        "beyond the budget",
        "finished",
        "finished",
    ]
    told = run(MANY, **wish(ALLOW_SPENDING=True, MAX_CREDITS=3 * each))
    assert told.outcome["FINISHED"] == 3
    assert ledger(brief.url, brief.basic).cost == 3 * each


def test_a_budget_beyond_the_account_is_refused_before_anything_starts(run, own, wish):
    brief = own(credits=1)
    with pytest.raises(QgsProcessingException, match="your account has 1"):
        run(MANY, **wish(ALLOW_SPENDING=True))
    assert ledger(brief.url, brief.basic).count == 0


def test_a_large_area_is_cut_and_its_objects_are_whole(run, own, wish, tmp_path):
    brief = own(area_limit_km2=LIMIT_KM2)
    told = run(MANY, **wish(count=2, large=2, ALLOW_SPENDING=True))
    said = ledger(brief.url, brief.basic)
    assert said.count == told.outcome["PARTS"] > 2
    names = [row["name"] for row in parts(tmp_path / "state.gpkg")]
    assert any(name.endswith(f"Buildings: Fields 1, part 1 of {len(names) - 1}") for name in names)
    assert len(objects(tmp_path / "found.gpkg")) == told.outcome["COUNT"]


def test_features_are_one_area_by_an_attribute_or_all(run, own, wish, tmp_path):
    brief = own()
    fields = wish(count=4)["INPUT"]
    path = tmp_path / "sorted.geojson"
    told = json.loads((tmp_path / "fields.geojson").read_text())
    for number, feature in enumerate(told["features"]):
        feature["properties"]["owner"] = "Ann" if number % 2 else "Bob"
    path.write_text(json.dumps(told))
    layer = QgsVectorLayer(str(path), "Sorted", "ogr")
    QgsProject.instance().addMapLayer(layer)
    assert fields.isValid()
    by_owner = wish(
        INPUT=layer, DIVISION=1, ATTRIBUTE="owner", ALLOW_SPENDING=True, NAME="'Land of ' || owner"
    )
    assert run(MANY, **by_owner).outcome["PARTS"] == 2
    assert ledger(brief.url, brief.basic).names == ("Land of Ann", "Land of Bob")
    owners = {json.loads(values)["owner"] for _shape, values in objects(tmp_path / "found.gpkg")}
    assert owners == {"Ann", "Bob"}
    whole = {**by_owner, "DIVISION": 2, "NAME": "'All'", "STATE": str(tmp_path / "all.gpkg")}
    assert run(MANY, **whole).outcome["PARTS"] == 1
    with pytest.raises(QgsProcessingException, match="Choose the attribute"):
        run(MANY, **{**by_owner, "ATTRIBUTE": "nobody"})


def test_the_table_of_another_batch_is_left_alone(run, own, wish, tmp_path):
    brief = own()
    with pytest.raises(QgsProcessingException, match="Set Allow spending"):
        run(MANY, **wish())
    with pytest.raises(QgsProcessingException, match="state table of another batch"):
        run(MANY, **wish(count=2, ALLOW_SPENDING=True))
    for place in (str(tmp_path / "state.shp"), "memory:"):
        with pytest.raises(QgsProcessingException, match=r"ends with \.gpkg"):
            run(MANY, **wish(STATE=place, ALLOW_SPENDING=True))
    assert ledger(brief.url, brief.basic).count == 0


def test_the_table_opens_as_a_layer_and_the_result_is_styled(run_in_task, own, wish, tmp_path, monkeypatch):
    from processing.gui import Postprocessing
    from qgis.core import QgsApplication, QgsProcessingOutputLayerDefinition

    own()
    state = QgsProcessingOutputLayerDefinition(str(tmp_path / "state.gpkg"), QgsProject.instance())
    told = run_in_task(MANY, **wish(ALLOW_SPENDING=True, STATE=state))
    assert told.is_whole, told.feedback.lines
    algorithm = QgsApplication.processingRegistry().algorithmById(f"mapflow:{MANY}")
    monkeypatch.setattr(Postprocessing, "iface", None, raising=False)  # there is no window in this test
    Postprocessing.handleAlgorithmResults(algorithm, told.context, told.feedback, parameters={})
    layers = {layer.source().split("|")[0]: layer for layer in QgsProject.instance().mapLayers().values()}
    table = layers[str(tmp_path / "state.gpkg")]
    assert table.isValid()
    assert [row["state"] for row in table.getFeatures()] == ["finished"] * 3
    legend = {each.value(): each.label() for each in table.renderer().categories()}
    assert table.renderer().classAttribute() == "state"
    assert set(legend) == {state.value for state in PartState}
    assert legend["finished"] == "Finished"
    found = layers[str(tmp_path / "found.gpkg")]
    assert found.name().endswith("Buildings: Fields")
    assert found.featureCount() == told.outcome["COUNT"]
    assert found.renderer().type() in {"categorizedSymbol", "singleSymbol"}


@pytest.mark.parametrize("moment", ["Reading the areas", "Asking what the parts cost", "“"])
def test_cancelling_ends_it_at_once_and_the_next_run_goes_on(run, run_in_task, own, wish, moment):
    brief = own()
    told = run_in_task(MANY, cancel_at=moment, **wish(ALLOW_SPENDING=True, AT_ONCE=1))
    assert told.outcome == {}
    assert told.stopped_after < 1
    assert ledger(brief.url, brief.basic).count == (1 if moment == "“" else 0)
    told = run(MANY, **wish(ALLOW_SPENDING=True))
    assert told.outcome["FINISHED"] == ledger(brief.url, brief.basic).count == 3


@pytest.mark.parametrize(("billing", "says"), [("NONE", ""), ("AREA", "would use .*km².*Set Allow spending")])
def test_who_pays_by_area_is_asked_and_who_pays_nothing_is_not(run, own, wish, billing, says):
    brief = own()
    told = {**get(brief, "/user/status"), "billingType": billing}
    with FaultProxy(brief.url) as proxy:
        proxy.route("GET", "/user/status", lambda _asked: Answer.of(told))
        assert store.remember(read_pasted(brief.basic), proxy.url) is not None
        if says:
            with pytest.raises(QgsProcessingException, match=says):
                run(MANY, **wish())
        else:
            assert run(MANY, **wish()).outcome["FINISHED"] == 3
    assert ledger(brief.url, brief.basic).count == (0 if says else 3)
