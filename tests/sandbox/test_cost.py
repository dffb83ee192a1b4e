"""POST /processing/cost/v2: what a processing would cost, and what is refused before it is asked for."""

from __future__ import annotations

import uuid

import pytest

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


def test_the_shape_of_the_answer_is_the_dialects(api):
    answer = api.post(COST, json=question(api, areaSqKm=1))
    assert answer.text == {"deployed": '"17"', "reference": "17"}[api.sandbox.dialect]


def test_optional_blocks_and_zoom_change_the_price(api):
    assert cost(api, areaSqKm=1, blocks=[{"name": "Classification", "enabled": True}]) == 19
    assert cost(api, areaSqKm=1, blocks=[{"name": "Simplification", "enabled": False}]) == 17
    assert cost(api, areaSqKm=1, zoom=17) == 16
    assert cost(api, areaSqKm=1, zoom=19) == 19


def test_without_imagery_it_is_the_models_price(api):
    assert float(api.ask("POST", COST, json={"wdId": api.model(), "areaSqKm": 2})) == 30


def test_a_geometry_wins_over_a_number(api, square):
    assert cost(api, geometry=square(0.05), areaSqKm=50) == 17


def test_an_unknown_model_is_told_in_plain_text(api):
    answer = api.post(COST, json={**question(api, areaSqKm=1), "wdId": str(uuid.uuid4())})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/plain")


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
        ({"blocks": [{"name": "Heights", "enabled": True}]}, "no block Heights"),
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
