"""GET /user/status in both dialects."""

from __future__ import annotations

import re

import pytest

from mapflow_sandbox.detect.catalog import MODELS


def test_the_deployed_service_answers_flat(sandbox, api):
    said = api.ask("GET", "/user/status")
    assert said["email"] == sandbox.email
    assert said["billingType"] == "CREDITS"
    assert said["remainingCredits"] <= 5000
    assert said["searchAreaLimit"] == 100_000_000
    assert "aoiAreaLimit" not in said, "it is told with a project"
    assert said["maxAoisPerProcessing"] == 10
    assert said["reviewWorkflowEnabled"] is False
    assert "user" not in said
    provider = next(each for each in said["dataProviders"] if each["name"] == sandbox.provider)
    assert provider["price"] == [
        {"zoom": 17, "priceSqKm": 1},
        {"zoom": 18, "priceSqKm": 2},
        {"zoom": 19, "priceSqKm": 4},
    ]
    assert provider["previewUrl"].endswith(f"/providers/{sandbox.provider}/tiles/{{z}}/{{x}}/{{y}}.png")
    assert provider["previewUrlMaxZoom"] == 19


@pytest.mark.dialect("reference")
def test_the_reference_s_answer_is_nested(sandbox, api):
    said = api.ask("GET", "/user/status")
    assert set(said) == {"user", "models"}
    assert set(said["user"]) == {"id", "email", "credits"}
    assert said["user"]["email"] == sandbox.email
    for model in said["models"]:
        assert set(model) == {"id", "name", "pricePerSqKm", "blocks"}


@pytest.mark.both_dialects
def test_models_are_told_with_their_prices_and_steps(api):
    models = {model["name"]: model for model in api.ask("GET", "/user/status")["models"]}
    assert list(models) == [
        "🏠 Buildings", "🏠 Buildings (Aerial)", "🌲 Forest", "🚗 Roads", "🏗️ Construction",
    ]  # fmt: skip
    optional = {
        name: {block["name"] for block in model["blocks"] if block["optional"]}
        for name, model in models.items()
    }
    assert optional == {
        "🏠 Buildings": {"Simplification", "Classification", "Heights"},
        "🏠 Buildings (Aerial)": {"Simplification"},
        "🌲 Forest": {"Heights"},
        "🚗 Roads": set(),
        "🏗️ Construction": set(),
    }
    blocks = {block["name"]: block for block in models["🏠 Buildings"]["blocks"]}
    assert (blocks["Classification"]["price"], blocks["Heights"]["price"]) == (2, 10)
    assert [model["pricePerSqKm"] for model in models.values()] == [15, 25, 8, 10, 12]


def test_models_say_what_zooms_they_need(api):
    models = api.ask("GET", "/user/status")["models"]
    for model, spec in zip(models, MODELS, strict=True):
        xyz = model["requirements"]["sources"]["xyz"]
        assert xyz["required"] == {"min_zoom": spec.min_zoom, "max_zoom": spec.max_zoom}
        assert spec.min_zoom <= xyz["recommended"]["min_zoom"] <= spec.max_zoom
        defaults = {block["name"]: block["defaultEnabled"] for block in model["blocks"] if block["optional"]}
        paid = [block["name"] for block in model["blocks"] if block["optional"] and block["price"] > 0]
        assert not any(defaults[name] for name in paid), "nobody pays for what they did not switch on"
    zooms = {spec.key: (spec.min_zoom, spec.max_zoom) for spec in MODELS}
    assert zooms == {
        "buildings": (17, 19), "buildings_aerial": (19, 20), "forest": (18, 20), "roads": (17, 18),
        "construction": (17, 18),
    }  # fmt: skip


@pytest.mark.both_dialects
def test_the_command_line_sets_credits_and_limits(sandbox, connect):
    own = sandbox.start(credits=12.5, area_limit_km2=2, max_aois=3)
    assert connect(own).credits == 12.5
    if own.dialect == "deployed":
        assert connect(own).ask("GET", "/user/status")["maxAoisPerProcessing"] == 3
        assert connect(own).ask("GET", "/projects/default")["user"]["aoiAreaLimit"] == 2_000_000


@pytest.mark.both_dialects
def test_addresses_in_answers_are_those_the_client_itself_uses(sandbox, connect):
    api = connect(sandbox)
    by_name = sandbox.url.replace("127.0.0.1", "localhost")
    if sandbox.dialect == "deployed":
        said = api.ask("GET", f"{by_name}/user/status")
        assert said["dataProviders"][0]["previewUrl"].startswith(by_name)
    tiles = api.ask("GET", f"{by_name}/providers/{sandbox.provider}/tiles/tilejson.json")["tiles"]
    assert tiles[0].startswith(by_name)


@pytest.mark.both_dialects
def test_the_version_is_plain_text_that_needs_no_sign_in(sandbox, connect):
    answer = connect(sandbox, "").get("/version")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert re.fullmatch(r"\d+\.\d+\.\d+", answer.text)
