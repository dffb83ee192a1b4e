"""POST /processing/cost/v2: what a processing would cost, and what is refused before it is asked for."""

from __future__ import annotations

import uuid

import pytest

from mapflow_sandbox.detect.catalog import MODELS

pytestmark = pytest.mark.both_dialects
COST = "/processing/cost/v2"


def question(api, provider=None, zoom=18, **more):
    source = {"dataProvider": {"providerName": provider or api.sandbox.provider, "zoom": zoom}}
    return {"wdId": api.model(), "params": {"sourceParams": source}, **more}


def cost(api, **more):
    return float(api.ask("POST", COST, json=question(api, **more)))


def test_the_first_square_kilometre_counts_whole(api, square):
    assert cost(api, geometry=square(0.05)) == 17  # 15 for the model, 2 for the imagery


def test_more_than_a_square_kilometre_is_billed_by_its_area(api):
    assert cost(api, areaSqKm=1.5) == 23 + 3


def test_the_answer_is_a_bare_number(api):
    assert api.post(COST, json=question(api, areaSqKm=1)).text == "17"


def test_optional_blocks_and_zoom_change_the_price(api):
    assert cost(api, areaSqKm=1, blocks=[{"name": "Classification", "enabled": True}]) == 19
    assert cost(api, areaSqKm=1, blocks=[{"name": "Simplification", "enabled": False}]) == 17
    assert cost(api, areaSqKm=1, zoom=17) == 16
    assert cost(api, areaSqKm=1, zoom=19) == 19
    assert cost(api, areaSqKm=1, zoom="18") == 17


@pytest.mark.parametrize("model", [spec.key for spec in MODELS])
def test_an_automatic_zoom_is_one_the_model_reads_and_costs_no_more_than_the_best(api, model):
    (spec,) = [one for one in MODELS if one.key == model]

    def price(**zoom):
        source = {"dataProvider": {"providerName": api.sandbox.provider, **zoom}}
        asked = {"wdId": spec.id, "areaSqKm": 1, "params": {"sourceParams": source}}
        return api.ask("POST", COST, json=asked)

    chosen = price(zoom=None)
    assert price() == chosen
    assert chosen == price(zoom=max(spec.min_zoom, spec.best_zoom - 1)) <= price(zoom=spec.best_zoom)


def test_the_automatic_zoom_of_buildings_costs_less_than_the_best(api):
    assert cost(api, areaSqKm=1, zoom=None) == 16


def test_without_imagery_it_is_the_models_price(api):
    assert float(api.ask("POST", COST, json={"wdId": api.model(), "areaSqKm": 2})) == 30


def test_a_geometry_wins_over_a_number(api, square):
    assert cost(api, geometry=square(0.05), areaSqKm=50) == 17


def test_an_unknown_model_is_not_found(api):
    nobody = str(uuid.uuid4())
    said = api.refused("POST", COST, 404, json={**question(api, areaSqKm=1), "wdId": nobody})
    assert said["code"] == "NOT_FOUND"
    assert said["message"] == f"Entity WorkflowDef with id={nobody} not found."
    assert said["params"] is None


def test_too_large_an_area_is_refused_with_figures_in_square_metres(sandbox, connect, square):
    small = connect(sandbox.start(area_limit_km2=0.01))
    for given in ({"geometry": square(0.2)}, {"areaSqKm": 0.02}):
        said = small.refused("POST", COST, json=question(small, **given))
        assert said["code"] == "TOO_LARGE_PROCESSING"
        assert said["params"]["aoiAreaLimit"] == "10000"
        assert float(said["params"]["area"]) > 10_000


def test_less_than_the_provider_sells_is_refused(api, square):
    ask = question(api, provider="sandbox_overview", zoom=17, geometry=square(0.05))
    said = api.refused("POST", COST, json=ask)
    assert said["code"] == "ProviderMinAreaError"
    assert said["params"]["providerName"] == "sandbox_overview"
    assert said["params"]["providerMinArea"] == "50000"
    assert 9_000 < float(said["params"]["aoiArea"]) < 11_000


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"wdId": None}, "wdId"),
        ({"areaSqKm": None}, "geometry or areaSqKm"),
        ({"areaSqKm": -1}, "areaSqKm"),
        ({"areaSqKm": "much"}, "areaSqKm"),
        ({"blocks": [{"name": "Chimneys", "enabled": True}]}, "no block Chimneys"),
        ({"blocks": [{"name": "Segmentation", "enabled": False}]}, "cannot be left out"),
        ({"params": {"sourceParams": {}}}, "needs one of"),
        (
            {"params": {"sourceParams": {"dataProvider": {"providerName": "nobody"}}}},
            "no data provider nobody",
        ),
        ({"params": {"sourceParams": {"dataProvider": {"providerName": "mapbox", "zoom": 18.5}}}}, "zoom"),
        ({"geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}}, "not closed"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_the_reason(api, change, said):
    refused = api.refused("POST", COST, json={**question(api, areaSqKm=1), **change})
    assert said in refused["message"]


def test_nothing_is_spent_by_asking(api):
    before = api.credits
    cost(api, areaSqKm=80)
    assert api.credits == before


@pytest.mark.parametrize("path", [COST, "/processing/cost"])
@pytest.mark.parametrize("area", [0, -1.1e253, 1e300])
def test_an_area_that_cannot_be_is_refused(api, path, area):
    api.refused("POST", path, 400, json={"wdId": api.model("Buildings"), "areaSqKm": area})
