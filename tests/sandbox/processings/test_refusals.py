"""What does not get started, and why; and what starts, but fails for the imagery it is to read."""

from __future__ import annotations

import uuid

import pytest

pytestmark = pytest.mark.both_dialects
START = "/processings/v2"


def source(**params):
    return {"params": {"sourceParams": params}}


@pytest.mark.parametrize(
    ("change", "status", "code", "said"),
    [
        ({"name": None}, 400, "BAD_REQUEST", "name"),
        ({"name": "   "}, 400, "BAD_REQUEST", "name"),
        ({"name": "x" * 256}, 400, "BAD_REQUEST", "name"),
        ({"projectId": "mine"}, 400, "BAD_REQUEST", "projectId"),
        ({"projectId": str(uuid.uuid4())}, 404, "NOT_FOUND", "Project"),
        ({"wdId": None}, 400, "BAD_REQUEST", "wdId or wdName"),
        ({"geometry": None}, 400, "BAD_REQUEST", "geometry"),
        ({"geometry": {"type": "Point", "coordinates": [0, 0]}}, 400, "geometry.Invalid", "MultiPolygon"),
        ({"params": None}, 400, "BAD_REQUEST", "params"),
        ({"params": {}}, 400, "BAD_REQUEST", "sourceParams"),
        (source(), 400, "BAD_REQUEST", "needs one of"),
        (source(dataProvider={"providerName": "nobody"}), 400, "BAD_REQUEST", "no data provider nobody"),
        (source(dataProvider={"providerName": "mapbox", "zoom": "near"}), 400, "BAD_REQUEST", "zoom"),
        (source(dataProvider={"providerName": "mapbox", "zoom": 99}), 400, "BAD_REQUEST", "zoom"),
        (
            source(imagerySearch={"dataProvider": "mapbox", "imageIds": ["a"]}),
            400,
            "BAD_REQUEST",
            "no such image",
        ),
        (
            source(imagerySearch={"dataProvider": "sandbox_archive", "imageIds": ["sandbox-c-20231021"]}),
            400,
            "BAD_REQUEST",
            "has to be ordered",
        ),
        (
            source(userDefined={"sourceType": "WMS", "url": "https://example.org/"}),
            400,
            "source-validator.SourceTypeIsNotAllowed",
            "sourceType",
        ),
        (
            source(userDefined={"sourceType": "XYZ", "url": "nowhere"}),
            400,
            "source-validator.UrlMustBeLink",
            "no link",
        ),
        (
            source(dataProvider={"providerName": "mapbox"}, myImagery={"imageIds": ["a"]}),
            400,
            "BAD_REQUEST",
            "needs one of",
        ),
        ({"blocks": [{"name": "Chimneys", "enabled": True}]}, 400, "BAD_REQUEST", "Chimneys"),
        ({"meta": "mine"}, 400, "BAD_REQUEST", "meta"),
    ],
)
def test_what_is_refused_costs_nothing(api, square, change, status, code, said):
    before = api.credits
    listed = len(api.ask("GET", START))
    refused = api.refused("POST", START, status, json={**api.order(square()), **change})
    assert refused["code"] == code
    assert said in refused["message"]
    assert api.credits == before
    assert len(api.ask("GET", START)) == listed


def test_an_unknown_model_is_not_found(api, square):
    for more in ({"wdId": str(uuid.uuid4())}, {"wdId": None, "wdName": "🚀 Rockets"}):
        said = api.refused("POST", START, 404, json={**api.order(square()), **more})
        assert said["code"] == "NOT_FOUND"


def test_too_large_an_area(sandbox, connect, square):
    small = connect(sandbox.start(area_limit_km2=0.01))
    refused = small.refused("POST", START, json=small.order(square(0.2)))
    assert refused["code"] == "TOO_LARGE_PROCESSING"
    assert refused["params"]["aoiAreaLimit"] == "10000"
    assert float(refused["params"]["area"]) == pytest.approx(160_000, rel=0.02)
    assert small.credits == 5000


def test_too_many_parts(sandbox, connect, square, several):
    few = connect(sandbox.start(max_aois=2))
    parts = [square(0.02, east=share) for share in (0, 0.1, 0.2)]
    refused = few.refused("POST", START, json=few.order(several(*parts)))
    assert "at most 2" in refused["message"]


def test_less_than_the_provider_sells(api, square):
    order = {
        **api.order(square(0.05)),
        **source(dataProvider={"providerName": "sandbox_overview", "zoom": 17}),
    }
    assert api.refused("POST", START, json=order)["code"] == "ProviderMinAreaError"


def test_no_credits(sandbox, connect, square):
    poor = connect(sandbox.start(credits=16))
    refused = poor.refused("POST", START, json=poor.order(square()))
    assert "enough credits" in refused["message"]
    assert poor.credits == 16
    assert poor.ask("GET", START) == []


def test_no_imagery_in_the_area_fails_with_the_services_code_and_is_not_paid_for(api, square):
    before = api.credits
    ended = api.ended(api.start(square(east=3)))
    assert ended["status"] == "FAILED"
    assert ended["messages"] == [{"code": "source-validator.NoDataInAOI", "parameters": {}}]
    assert ended["cost"] == 17, "it is shown what it would have cost"
    assert api.credits == before


@pytest.mark.parametrize(
    ("model", "zoom", "provider", "code", "parameters"),
    [
        ("Roads", 19, "mapbox", "TooHighZoom", {"max_zoom": "18", "actual_zoom": "19"}),
        ("Forest", 17, "mapbox", "TooLowZoom", {"min_zoom": "18", "actual_zoom": "17"}),
        ("Forest", 20, "mapbox", "TooHighZoom", {"max_zoom": "19", "actual_zoom": "20"}),
        ("Aerial", 18, "mapbox", "TooLowZoom", {"min_zoom": "19", "actual_zoom": "18"}),
        ("Construction", 19, "mapbox", "TooHighZoom", {"max_zoom": "18", "actual_zoom": "19"}),
        ("Buildings", 18, "sandbox_overview", "TooHighZoom", {"max_zoom": "17", "actual_zoom": "18"}),
    ],
)
def test_a_zoom_the_model_or_the_imagery_does_not_have(api, square, model, zoom, provider, code, parameters):
    before = api.credits
    order = {
        **api.order(square(0.15), model),
        **source(dataProvider={"providerName": provider, "zoom": zoom}),
    }
    ended = api.ended(api.ask("POST", START, json=order)["id"])
    assert ended["status"] == "FAILED"
    assert ended["messages"] == [{"code": f"source-validator.{code}", "parameters": parameters}]
    assert api.credits == before


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/processings/{}/v2"),
        ("PUT", "/processings/{}"),
        ("PUT", "/processings/{}/v2"),
        ("POST", "/processings/{}/restart"),
        ("POST", "/processings/{}/restart/v2"),
        ("DELETE", "/processings/{}"),
        ("GET", "/processings/{}/result"),
        ("GET", "/processings/{}/aois"),
        ("GET", "/projects/{}/processings/v2"),
        ("POST", "/projects/{}/processings/v2/page"),
    ],
)
def test_what_is_not_there_is_not_found(api, connect, method, path):
    body = {"json": {}} if method in {"PUT", "POST"} and "restart" not in path else {}
    unknown = path.format(uuid.uuid4())
    assert api.refused(method, unknown, 404, **body)["code"] == "NOT_FOUND"
    assert api.refused(method, path.format("nonsense"), **body)["code"] == "BAD_REQUEST"
    stranger = connect(api.sandbox, "Basic bm9ib2R5Om5vdGhpbmc=")
    assert stranger.refused(method, unknown, 401, **body)["code"] == "AUTHENTICATION_ERROR"
