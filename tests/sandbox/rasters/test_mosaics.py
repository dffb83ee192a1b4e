"""Data API, "Mosaics": made, listed, changed, deleted, each account its own."""

from __future__ import annotations

import re
import uuid

import pytest

pytestmark = pytest.mark.both_dialects

NAME = "Съёмка №2, «луг & лес» 🌲"
TAGS = ["spring 2024", "a&b=c", "one, two", "тег", "👨‍👩‍👧"]
OTHER = "other@example.org"
TIMES = {
    "deployed": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z",
    "reference": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
}


def found(api, tags=()):
    mosaics = api.ask("GET", "/rasters/mosaic", params={"tags": list(tags)})
    return {mosaic["name"] for mosaic in mosaics}


def test_a_new_mosaic_is_answered_as_it_was_asked_for(api):
    made = api.ask("POST", "/rasters/mosaic", json={"name": NAME, "tags": TAGS})
    assert set(made) == {"id", "name", "tags", "created_at"}
    assert (made["name"], made["tags"]) == (NAME, TAGS)
    assert uuid.UUID(made["id"])
    assert re.fullmatch(TIMES[api.sandbox.dialect], made["created_at"])


def test_a_mosaic_needs_no_tags(api):
    for more in ({}, {"tags": None}, {"tags": []}):
        assert api.ask("POST", "/rasters/mosaic", json={"name": "Plain", **more})["tags"] == []


def test_an_empty_mosaic_in_the_shape_of_the_dialect(api):
    mosaic = api.ask("GET", f"/rasters/mosaic/{api.mosaic()}")
    if api.sandbox.dialect == "reference":
        assert set(mosaic) == {"id", "name", "tags", "created_at", "image_count"}
        assert mosaic["image_count"] == 0
        return
    assert "image_count" not in mosaic
    assert mosaic["footprint"] == "MULTIPOLYGON EMPTY"
    assert mosaic["sizeInBytes"] == 0
    assert mosaic["rasterLayer"] == {"tileUrl": "", "tileJsonUrl": ""}
    counts = {"total": 0, "ready": 0, "pending": 0, "in_progress": 0, "failed": 0, "loading": 0}
    assert mosaic["status_summary"] == counts


def test_a_mosaic_with_images_tells_of_them(api, geotiff):
    mosaic_id = api.mosaic()
    paths = [geotiff("west.tif"), geotiff("east.tif", origin=(500_100.0, 6_180_000.0))]
    for path in paths:
        api.upload(mosaic_id, path)
    mosaic = api.ask("GET", f"/rasters/mosaic/{mosaic_id}")
    if api.sandbox.dialect == "reference":
        assert mosaic["image_count"] == 2
        return
    assert mosaic["sizeInBytes"] == sum(path.stat().st_size for path in paths)
    assert (mosaic["status_summary"]["total"], mosaic["status_summary"]["ready"]) == (2, 2)
    assert mosaic["footprint"].startswith("MULTIPOLYGON (((")
    assert mosaic["footprint"].count("((") == 2
    assert "{z}/{x}/{y}" in mosaic["rasterLayer"]["tileUrl"]


def test_the_list_holds_what_one_by_one_is_answered(api, geotiff):
    mosaic_id = api.mosaic()
    api.upload(mosaic_id, geotiff())
    (listed,) = [one for one in api.ask("GET", "/rasters/mosaic") if one["id"] == mosaic_id]
    assert listed == api.ask("GET", f"/rasters/mosaic/{mosaic_id}")


def test_the_list_can_be_narrowed_by_tags(sandbox, connect):
    api = connect(sandbox.start())
    api.mosaic("Both", tags=TAGS)
    api.mosaic("One", tags=TAGS[1:2])
    api.mosaic("None")
    assert found(api) == {"Both", "One", "None"}
    assert found(api, TAGS[1:2]) == {"Both", "One"}
    assert found(api, TAGS[1:4]) == {"Both"}
    assert found(api, ["nobody's"]) == set()


def test_what_a_change_does_not_name_stays(api):
    mosaic_id = api.mosaic("Before", tags=["kept"])
    path = f"/rasters/mosaic/{mosaic_id}"
    assert api.ask("PUT", path, json={"name": NAME})["tags"] == ["kept"]
    changed = api.ask("PUT", path, json={"tags": TAGS, "name": None})
    assert (changed["name"], changed["tags"]) == (NAME, TAGS)
    assert api.ask("GET", path) == changed
    assert api.ask("PUT", path, json={"tags": []})["tags"] == []


def test_deleting_a_mosaic_takes_its_images_and_files(sandbox, connect, geotiff):
    own = sandbox.start()
    api = connect(own)
    kept = api.upload(api.mosaic("Kept"), geotiff("kept.tif"))
    mosaic_id = api.mosaic("Goes")
    image = api.upload(mosaic_id, geotiff("goes.tif"))
    folder = own.process.data_path / "images"
    assert {each.name for each in folder.iterdir()} == {kept["id"], image["id"]}
    api.ask("DELETE", f"/rasters/mosaic/{mosaic_id}")
    for path in (f"/rasters/mosaic/{mosaic_id}", f"/rasters/image/{image['id']}"):
        assert api.ask("GET", path, 404)["detail"]["code"] == "ItemNotFound"
    assert {each.name for each in folder.iterdir()} == {kept["id"]}
    assert found(api) == {"Kept"}


def test_another_account_finds_nothing(sandbox, connect, sign_in, geotiff):
    own = sandbox.start(account=OTHER)
    api, other = connect(own), sign_in(own, OTHER)
    mosaic_id = api.mosaic("Mine")
    api.upload(mosaic_id, geotiff())
    path = f"/rasters/mosaic/{mosaic_id}"
    assert other.ask("GET", "/rasters/mosaic") == []
    for method, where, options in (
        ("GET", path, {}),
        ("PUT", path, {"json": {"name": "Theirs"}}),
        ("DELETE", path, {}),
        ("GET", f"{path}/image", {}),
        ("POST", f"{path}/image", {"files": {"file": ("a.tif", geotiff().read_bytes())}}),
    ):
        said = other.ask(method, where, 404, **options)["detail"]
        assert said["code"] == "ItemNotFound"
        assert said["parameters"] == {"instance_type": "Mosaic", "uid": mosaic_id}
    assert api.ask("GET", path)["name"] == "Mine"
    assert len(api.images(mosaic_id)) == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "  "},
        {"name": "x" * 256},
        {"name": "x", "tags": [""]},
        {"name": "x", "tags": "y"},
    ],
)
def test_a_request_that_is_not_as_documented_is_answered_with_a_list(api, body):
    errors = api.ask("POST", "/rasters/mosaic", 422, json=body)["detail"]
    assert errors
    assert all(set(error) == {"loc", "msg", "type"} for error in errors)
    assert errors[0]["loc"][0] == "body"


def test_an_id_that_is_none_is_answered_with_a_list(api):
    (error,) = api.ask("GET", "/rasters/mosaic/none", 422)["detail"]
    assert error["loc"] == ["path", "mosaic_id"]


def test_without_signing_in_there_is_nothing(sandbox, connect):
    nobody = connect(sandbox, "")
    for path in ("/rasters/mosaic", f"/rasters/mosaic/{uuid.uuid4()}", "/rasters/memory"):
        answer = nobody.get(path)
        assert answer.status_code == 401
        assert answer.json() == {"detail": "Wrong login/password."}
        assert "WWW-Authenticate" in answer.headers
