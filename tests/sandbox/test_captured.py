"""The deployed dialect against what the deployed service itself answered: methods, statuses, keys and types.

`captured/exchanges.json` holds the captured exchanges without their values. What the sandbox does otherwise is listed
in DELIBERATE with the reason; a difference that is not in the list fails, and so does one that is there no more.
"""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import pytest

CAPTURED = json.loads((Path(__file__).parent / "captured" / "exchanges.json").read_text(encoding="utf-8"))
EXCHANGES = {exchange["name"]: exchange for exchange in CAPTURED["exchanges"]}

_NO_RASTER = "of what failed as a whole, the sandbox has no picture"
_GRANULES = "the captured account has no model that takes Sentinel-2 imagery, and the sandbox has one"
_TAKES_GRANULES = "workflowDefs[].requirements.sources.sentinel_l2a"
DELIBERATE = {
    "user_status": {"extra models[].requirements.sources.sentinel_l2a": _GRANULES},
    "user_status_v2": {"extra models[].requirements.sources.sentinel_l2a": _GRANULES},
    "login_projects_default": {f"extra {_TAKES_GRANULES}": _GRANULES},
    "project_detail": {f"extra {_TAKES_GRANULES}": _GRANULES},
    "projects_page": {f"extra results[].{_TAKES_GRANULES}": _GRANULES},
    "template_processings": {"status 404": "planned searches are not in the sandbox yet"},
    "image_detail": {"extra rasterLayer": "an image can be looked at alone, as a mosaic can"},
    "mosaic_images": {"extra [].rasterLayer": "an image can be looked at alone, as a mosaic can"},
    "processing_detail_failed": {"null resultRasterLayer": _NO_RASTER},
    "processings_page_failed": {"null results[].resultRasterLayer": _NO_RASTER},
}


def kind(value):
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    return {dict: "object", list: "array"}.get(type(value), "number")


def alternatives(shape):
    """What a captured shape allows: names of types, objects and arrays."""
    if isinstance(shape, dict) and set(shape) == {"one of"}:
        return [one for each in shape["one of"] for one in alternatives(each)]
    if isinstance(shape, str) and shape.startswith("@"):
        return alternatives(CAPTURED["shapes"][shape[1:]])
    return shape.split("|") if isinstance(shape, str) else [shape]


def differences(shape, value, where=""):
    """How `value` differs from a captured shape, each difference as a word and a place."""
    allowed = alternatives(shape)
    if "anything" in allowed or kind(value) in allowed:
        return set()
    objects = [one for one in allowed if isinstance(one, dict)]
    arrays = [one for one in allowed if isinstance(one, list)]
    if isinstance(value, dict) and objects:
        return _of_object(objects[0], value, f"{where}." if where else "")
    if isinstance(value, list) and arrays:
        return {found for each in value for found in differences(arrays[0][0], each, f"{where}[]")}
    return {f"{kind(value)} {where}"}


def _of_object(expected, value, prefix):
    found = {f"missing {prefix}{key}" for key in expected.keys() - value.keys()}
    found |= {f"extra {prefix}{key}" for key in value.keys() - expected.keys()}
    for key in expected.keys() & value.keys():
        found |= differences(expected[key], value[key], prefix + key)
    return found


@pytest.fixture
def asked(sandbox, connect, square, geotiff):
    """The client of a sandbox of its own, and path and body of each captured request, about things that are there."""
    api = connect(sandbox.start())
    known = furnish(api, square, geotiff)
    cost = {
        "name": "captured",
        "description": "",
        "projectId": known["project"],
        "wdId": api.model(),
        "geometry": square(0.05),
        "params": {"sourceParams": {"dataProvider": {"providerName": "Mapbox", "zoom": "17"}}},
        "meta": {"source-app": "qgis"},
        "blocks": [],
    }
    page = {"limit": 20, "offset": 0}
    image, mosaic = f"/rasters/image/{known['image']}", f"/rasters/mosaic/{known['mosaic']}"
    of_project = "/projects/{}/processings/v2/page"
    return api, {
        "image_detail": (image, None),
        "login_projects_default": ("/projects/default", None),
        "mosaic_detail": (mosaic, None),
        "mosaic_detail_v2": (f"/rasters/mosaic/{known['empty']}", None),
        "mosaic_images": (f"{mosaic}/image", None),
        "mosaic_images_v2_empty": (f"/rasters/mosaic/{known['empty']}/image", None),
        "mosaics": ("/rasters/mosaic", None),
        "mosaics_v2_scrubbed": ("/rasters/mosaic", None),
        "processing_aois": (f"/processings/{known['done']}/aois", None),
        "processing_cost": ("/processing/cost/v2", cost),
        "processing_cost_rejected": ("/processing/cost/v2", {**cost, "wdId": str(uuid.uuid4())}),
        "processing_cost_rejected_v2": ("/processing/cost/v2", {}),
        "processing_cost_v2_badreq": ("/processing/cost/v2", {"geometry": cost["geometry"]}),
        "processing_detail": (f"/processings/{known['done']}/v2", None),
        "processing_detail_failed": (f"/processings/{known['failed']}/v2", None),
        "processings_page": (of_project.format(known["default"]), page),
        "processings_page_failed": (of_project.format(known["troubled"]), page),
        "processings_page_v2_empty": (of_project.format(known["project"]), page),
        "project_detail": (f"/projects/{known['project']}", None),
        "projects_page": (
            "/projects/page",
            {**page, "sortBy": "UPDATED", "sortOrder": "DESC", "filter": "untouched"},
        ),
        "rasters_memory": ("/rasters/memory", None),
        "search_meta_rejected": ("/catalog/meta", {}),
        "template_processings": (f"/processings/template/{uuid.uuid4()}/processings", None),
        "user_status": ("/user/status", None),
        "user_status_v2": ("/user/status", None),
        "version": ("/version", None),
    }


def furnish(api, square, geotiff):
    """Fill a server with what the captured one had: a result, a failure over one's own image, mosaics, projects."""
    default = api.project
    api.ask("PUT", f"/projects/{default}", json={"description": ""})
    troubled = api.ask("POST", "/projects", json={"name": "Troubled"})["id"]
    mosaic = api.mosaic()
    image = api.upload(mosaic, geotiff(pixel=0.02))["id"]
    west, south, east, north = _bounds(api.ask("GET", f"/rasters/image/{image}")["footprint"])
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    too_fine = {
        "projectId": troubled,
        "params": {"sourceParams": {"myImagery": {"imageIds": [image]}}},
    }
    automatic = {"dataProvider": {"providerName": api.sandbox.provider, "zoom": None}}
    known = {
        "default": default,
        "project": api.ask("POST", "/projects", json={"name": "untouched"})["id"],
        "troubled": troubled,
        "mosaic": mosaic,
        "empty": api.mosaic("Nothing in it"),
        "image": image,
        "done": api.start(square(0.02), zoom=18),
        "automatic": api.start(square(0.02), params={"sourceParams": automatic}),
        "failed": api.start({"type": "Polygon", "coordinates": [ring]}, **too_fine),
    }
    for name, status in (("done", "OK"), ("automatic", "OK"), ("failed", "FAILED")):
        assert api.ended(known[name])["status"] == status
    return known


def _bounds(footprint):
    pairs = footprint[footprint.index("((") + 2 : footprint.index("))")].split(",")
    xs, ys = zip(*(map(float, pair.split()) for pair in pairs), strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def found_in(exchange, answer):
    """How an answer differs from the captured one."""
    if answer.status_code != exchange["status"]:
        return {f"status {answer.status_code}"}
    if exchange["body"] == "text":
        return set() if answer.headers["content-type"].startswith("text/plain") else {"not plain text"}
    return differences(exchange["body"], answer.json())


def test_every_answer_has_the_captured_status_keys_and_types(asked, subtests):
    api, requests = asked
    assert requests.keys() == EXCHANGES.keys() >= DELIBERATE.keys()
    assert len(EXCHANGES) == 26
    for name, (path, body) in requests.items():
        exchange = EXCHANGES[name]
        with subtests.test(name):
            answer = api.request(exchange["method"], path, json=body)
            assert found_in(exchange, answer) == set(DELIBERATE.get(name, {}))

    failed = api.ask("GET", requests["processing_detail_failed"][0])
    assert failed["cost"] == 15
    for layer in ("vectorLayer", "rasterLayer"):
        assert api.get(failed[layer]["tileUrl"].format(z=1, x=1, y=0)).status_code == 200
        assert api.ask("GET", failed[layer]["tileJsonUrl"])["tiles"] == [failed[layer]["tileUrl"]]
    assert api.credits == 5000 - 17 - 16, "it is not paid for"


def test_an_unlike_answer_is_told_apart():
    shape = {
        "id": "string",
        "tags": ["string"],
        "size": "null|number",
        "layer": {"one of": [{"url": "string"}, "null"]},
    }
    good = {"id": "a", "tags": ["b"], "size": None, "layer": {"url": "c"}}
    assert differences(shape, good) == set()
    assert differences(shape, {**good, "layer": None}) == set()
    assert differences(shape, {**good, "id": 1, "tags": [2], "more": 3}) == {
        "number id",
        "number tags[]",
        "extra more",
    }
    assert differences(shape, {"id": None, "tags": [], "layer": {}}) == {
        "null id",
        "missing size",
        "missing layer.url",
    }
