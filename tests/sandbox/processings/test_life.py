"""The life of a processing: started, followed, paid for once, its result fetched, renamed, listed, deleted."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
import shapely
from shapely.geometry import shape

pytestmark = pytest.mark.both_dialects
IN_REFERENCE = {
    "id",
    "name",
    "status",
    "percentCompleted",
    "area",
    "cost",
    "vectorLayer",
    "created",
    "updated",
}
IN_DEPLOYED = {
    "id", "name", "description", "projectId", "vectorLayer", "rasterLayer", "workflowDef", "aoiCount", "aoiArea",
    "area", "cost", "status", "reviewStatus", "rating", "percentCompleted", "params", "blocks", "meta", "messages",
    "created", "updated", "currentRevision", "resultRasterLayer",
}  # fmt: skip


SORT_TOKENS = (
    "SCENARIO", "NAME", "PROJECT", "EMAIL", "CREATED", "STATUS", "PROGRESS", "COMPLETED", "COST", "AREA", "PROVIDER",
)  # fmt: skip


@pytest.fixture
def done(api, square):
    """A processing that has ended well."""
    processing_id = api.start(square(0.06), name="Middle of the town")
    ended = api.ended(processing_id)
    assert ended["status"] == "OK"
    return ended


def test_from_start_to_result(api, square):
    area = square(0.1)
    before = api.credits
    started = api.ask("POST", "/processings/v2", json=api.order(area, meta={"mine": "yes"}))
    assert (started["status"], started["percentCompleted"], started["cost"]) == ("IN_PROGRESS", 0, 17)
    assert api.credits == before - 17

    done = api.ended(started["id"])
    assert (done["status"], done["percentCompleted"], done["cost"]) == ("OK", 100, 17)
    assert api.credits == before - 17
    assert done["meta"] == {"mine": "yes"}
    assert done["area"] == pytest.approx(40_000, rel=0.02)
    assert done["messages"] == []

    answer = api.get(f"/processings/{done['id']}/result")
    assert answer.headers["content-type"] == "application/geo+json"
    assert int(answer.headers["content-length"]) == len(answer.content)
    features = answer.json()["features"]
    assert len(features) > 5
    wanted = shape(area).buffer(1e-5)
    for feature in features:
        outline = shape(feature["geometry"])
        assert outline.is_valid
        assert outline.exterior.is_ccw
        assert wanted.contains(outline)
        about = feature["properties"]
        assert about["object_type"] == "buildings"
        assert about["id"] == feature["id"]
        assert isinstance(about["area"], int)
        assert about["area"] > 0
        assert about["shape_type"] in {"rectangle", "polygon"}
        assert 0 < about["simplification_confidence_score"] <= 1
        assert date.fromisoformat(about["processing_date"]) <= datetime.now(UTC).date()
        assert "class_id" not in about, "classes were not paid for"
        numbers = shapely.get_coordinates(outline)
        assert (numbers == numbers.round(8)).all()


def test_the_shape_is_the_dialects(api, done):
    if api.sandbox.dialect == "deployed":
        assert set(done) == IN_DEPLOYED
        assert done["aoiArea"] == done["area"]
        assert "🏠 Buildings" in done["workflowDef"]["name"]
        source = done["params"]["sourceParams"]
        assert set(source) == {"dataProvider", "myImagery", "imagerySearch", "userDefined"}
        assert [kind for kind, values in source.items() if values is not None] == ["dataProvider"]
        assert done["rasterLayer"]["tileUrl"].endswith(f"/rest/imagery/{done['id']}/{{z}}/{{x}}/{{y}}.png")
        assert done["vectorLayer"]["tileJsonUrl"].endswith(f"/rest/layers/{done['id']}/tilejson.json")
        assert {block["name"]: block["enabled"] for block in done["blocks"]}["Simplification"] is True
        assert "." in done["created"]
    else:
        assert set(done) >= IN_REFERENCE
        assert None not in done.values()
        assert set(done["vectorLayer"]) == {"id", "tileUrl"}
        assert list(done["params"]["sourceParams"]) == ["dataProvider"]
        assert done["created"].endswith("Z")
        assert "." not in done["created"]
    assert done["vectorLayer"]["tileUrl"].startswith(f"{api.sandbox.url}/layers/{done['id']}/")


def test_a_zoom_that_was_not_asked_for_is_shown_as_such(api, square):
    order = api.order(square(0.02))
    del order["params"]["sourceParams"]["dataProvider"]["zoom"]
    started = api.ask("POST", "/processings/v2", json=order)
    assert started["cost"] == 16  # the service chooses zoom 17
    assert started["params"]["sourceParams"]["dataProvider"]["zoom"] is None
    assert api.ended(started["id"])["status"] == "OK"


def test_the_model_can_be_named_instead_of_its_id(api, square):
    order = {**api.order(square(0.02)), "wdId": None, "wdName": "🏠 Buildings"}
    assert api.ended(api.ask("POST", "/processings/v2", json=order)["id"])["status"] == "OK"


@pytest.mark.parametrize(
    ("model", "kind"), [("Forest", "forest"), ("Roads", "roads"), ("Construction", "construction")]
)
def test_every_model_finds_its_objects(api, square, model, kind):
    processing_id = api.start(square(0.2, east=-0.38, north=0.39), model)
    assert api.ended(processing_id)["status"] == "OK"
    features = api.ask("GET", f"/processings/{processing_id}/result")["features"]
    assert {feature["properties"]["object_type"] for feature in features} == {kind}


def test_classification_is_in_the_result_when_it_was_paid_for(api, square):
    blocks = [{"name": "Classification", "enabled": True}]
    processing_id = api.start(square(0.06), blocks=blocks)
    assert api.ended(processing_id)["cost"] == 19
    features = api.ask("GET", f"/processings/{processing_id}/result")["features"]
    assert {feature["properties"]["class_id"] for feature in features} <= {"101", "102", "103", "105"}


def test_what_is_not_finished_has_no_result(api, square):
    processing_id = api.start(square(0.3), "Forest")
    said = api.refused("GET", f"/processings/{processing_id}/result")
    assert "IN_PROGRESS" in said["message"]
    api.ask("DELETE", f"/processings/{processing_id}")


def test_percentages_only_grow_and_end_at_a_hundred(api, square):
    processing_id = api.start(square(0.35), "Forest")
    seen = [0]

    def watch(processing):
        seen.append(processing["percentCompleted"])
        return processing["status"] == "OK"

    api.until(processing_id, watch)
    assert seen == sorted(seen)
    assert seen[-1] == 100
    assert any(0 < percent < 100 for percent in seen)


def test_a_processing_can_be_renamed_described_and_moved(api, done):
    project = api.ask("POST", "/projects", json={"name": "Elsewhere"})["id"]
    path = f"/processings/{done['id']}"
    assert api.ask("PUT", path, json={"name": "  Old town "})["name"] == "Old town"
    changed = api.ask("PUT", f"{path}/v2", json={"description": "the middle", "projectId": project})
    assert (changed["name"], changed["description"]) == ("Old town", "the middle")
    assert changed["projectId"] == project
    there = api.ask("GET", f"/projects/{project}/processings/v2")
    assert [one["id"] for one in there] == [done["id"]]
    assert done["id"] not in [one["id"] for one in api.ask("GET", f"/projects/{api.project}/processings/v2")]
    assert done["id"] in [one["id"] for one in api.ask("GET", "/processings/v2")]


def test_lists_show_the_newest_first_and_say_the_same_as_the_processing_alone(api, done, square):
    later = api.start(square(0.02), name="Later")
    api.ended(later)
    for path in ("/processings/v2", f"/projects/{api.project}/processings/v2"):
        listed = api.ask("GET", path)
        ids = [one["id"] for one in listed]
        assert ids.index(later) < ids.index(done["id"])
        assert next(one for one in listed if one["id"] == done["id"]) == done


def test_pages_of_a_project(api, square):
    project = api.ask("POST", "/projects", json={"name": "Paged"})["id"]
    for name in ("Alpha one", "beta one", "Gamma two"):
        api.ended(api.start(square(0.02), name=name, projectId=project))

    def page(**asked):
        answer = api.ask("POST", f"/projects/{project}/processings/v2/page", json=asked)
        assert answer["count"] == len(answer["results"])
        return [one["name"] for one in answer["results"]], answer["total"]

    assert page() == (["Gamma two", "beta one", "Alpha one"], 3)
    assert page(sortBy="NAME", sortOrder="ASC") == (["Alpha one", "beta one", "Gamma two"], 3)
    assert page(limit=1, offset=1, sortBy="CREATED", sortOrder="ASC") == (["beta one"], 3)
    assert page(terms="ONE", sortBy="NAME", sortOrder="DESC") == (["beta one", "Alpha one"], 2)
    assert page(terms=["one", "alpha"]) == (["Alpha one"], 1)
    assert page(terms="%") == ([], 0)
    for sort in SORT_TOKENS:
        assert page(sortBy=sort)[1] == 3
    assert page(sortBy="COMPLETED", sortOrder="ASC")[0] == ["Alpha one", "beta one", "Gamma two"]
    api.refused("POST", f"/projects/{project}/processings/v2/page", json={"sortBy": "COLOUR"})


def test_a_deleted_processing_is_gone_with_its_result(api, done):
    before = api.credits
    results = api.sandbox.process.data_path / "results" / done["id"]
    assert list(results.iterdir())
    api.ask("DELETE", f"/processings/{done['id']}")
    assert api.refused("GET", f"/processings/{done['id']}/v2", status=404)["code"] == "NOT_FOUND"
    assert api.refused("GET", f"/processings/{done['id']}/result", status=404)["code"] == "NOT_FOUND"
    assert done["id"] not in [one["id"] for one in api.ask("GET", "/processings/v2")]
    assert not results.exists()
    assert api.credits == before  # what was delivered stays paid for


def test_the_stored_result_is_what_is_downloaded(api, done):
    (aoi,) = api.ask("GET", f"/processings/{done['id']}/aois")
    path = api.sandbox.process.data_path / "results" / done["id"] / f"{aoi['id']}.geojson"
    assert json.loads(path.read_text(encoding="utf-8")) == api.ask("GET", f"/processings/{done['id']}/result")
