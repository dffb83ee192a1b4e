"""How far images are: the status of a mosaic, images that stay on their way or fail, and what is cleared and linked."""

from __future__ import annotations

import uuid

import pytest

ZERO = {"total": 0, "ready": 0, "pending": 0, "in_progress": 0, "failed": 0, "loading": 0}
KEYS = {
    "image_id",
    "filename",
    "preprocessing_status",
    "preprocessing_error",
    "data_available",
    "uploaded_at",
}


@pytest.fixture
def stuck(sandbox, connect, geotiff):
    """A client of a sandbox, and a mosaic with an image in each state."""
    patterns = {"pending_images": "wait*", "in_progress_images": "run*", "failing_images": "fail*"}
    api = connect(sandbox.start(**patterns))
    mosaic_id = api.mosaic()
    for name in ("fine.tif", "wait.tif", "run.tif", "fail.tif"):
        with geotiff(name).open("rb") as stream:
            api.ask("POST", f"/rasters/mosaic/{mosaic_id}/image", files={"file": (name, stream)})
    return api, mosaic_id


def status_of(api, mosaic_id):
    return api.ask("GET", f"/rasters/mosaic/{mosaic_id}/status")


@pytest.mark.both_dialects
def test_the_status_of_a_mosaic_tells_of_every_image(stuck):
    api, mosaic_id = stuck
    status = status_of(api, mosaic_id)
    assert status["mosaic_id"] == mosaic_id
    assert {key: status[key] for key in ZERO} == {
        **ZERO, "total": 4, "ready": 1, "pending": 1, "in_progress": 1, "failed": 1,
    }  # fmt: skip
    assert all(set(image) == KEYS for image in status["images"])
    assert [(image["filename"], image["preprocessing_status"]) for image in status["images"]] == [
        ("fine.tif", "COMPLETED"),
        ("wait.tif", "PENDING"),
        ("run.tif", "IN_PROGRESS"),
        ("fail.tif", "FAILED"),
    ]
    assert [image["data_available"] for image in status["images"]] == [True, False, False, False]
    *others, failed = status["images"]
    assert failed["preprocessing_error"]
    assert {image["preprocessing_error"] for image in others} == {None}
    for image in status["images"]:
        alone = api.ask("GET", f"/rasters/image/{image['image_id']}/status")
        assert alone == {key: image[key] for key in alone}
    listed = [image["filename"] for image in api.images(mosaic_id)]
    assert (
        listed
        == {"deployed": ["fine.tif"], "reference": ["fine.tif", "wait.tif", "run.tif", "fail.tif"]}[
            api.sandbox.dialect
        ]
    )
    if api.sandbox.dialect == "deployed":
        summary = api.ask("GET", f"/rasters/mosaic/{mosaic_id}")["status_summary"]
        assert summary == {key: status[key] for key in ZERO}


def test_failed_images_are_cleared_and_the_others_wait_for_the_next_server(stuck, connect):
    api, mosaic_id = stuck
    path = f"/rasters/mosaic/{mosaic_id}/failed"
    api.ask("DELETE", path)
    assert [image["filename"] for image in status_of(api, mosaic_id)["images"]] == [
        "fine.tif", "wait.tif", "run.tif",
    ]  # fmt: skip
    folders = {folder.name for folder in (api.sandbox.process.data_path / "images").iterdir()}
    assert folders == {image["image_id"] for image in status_of(api, mosaic_id)["images"]}
    api.ask("DELETE", path)
    nobody = uuid.uuid4()
    for method, where in (("GET", "status"), ("DELETE", "failed")):
        said = api.ask(method, f"/rasters/mosaic/{nobody}/{where}", 404)["detail"]
        assert said["code"] == "ItemNotFound"

    process = api.sandbox.process
    process.stop()
    process._options.pop("pending_images")
    later = connect(type(api.sandbox)(**{**vars(api.sandbox), **vars(process.start())}))
    (waiting,) = [each for each in status_of(later, mosaic_id)["images"] if each["filename"] == "wait.tif"]
    assert later.prepared(waiting["image_id"])["preprocessing_status"] == "COMPLETED"
    (running,) = [each for each in status_of(later, mosaic_id)["images"] if each["filename"] == "run.tif"]
    assert running["preprocessing_status"] == "IN_PROGRESS"


def test_an_image_is_linked_from_an_address(api, geotiff):
    image = api.upload(api.mosaic(), geotiff("Feld 7.tif"))
    link = api.ask("GET", f"/rasters/image/{image['id']}/download")["download_url"]
    mosaic_id = api.mosaic()
    path = f"/rasters/mosaic/{mosaic_id}/link-image"
    assert api.ask("POST", path, json={"url": link})["mosaic_id"] == mosaic_id
    (linked,) = api.images(mosaic_id)
    assert linked["checksum"] == image["checksum"]
    assert linked["state"] == "READY"


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "s3://bucket/a.tif", "nothing", "http://", "http://[", "http://127.0.0.1:1/a.tif"],
)
def test_an_address_without_an_image_is_refused(api, url):
    mosaic_id = api.mosaic()
    assert api.ask("POST", f"/rasters/mosaic/{mosaic_id}/link-image", 400, json={"url": url})["detail"]
    assert status_of(api, mosaic_id)["total"] == 0


def test_what_is_linked_is_checked_as_an_upload_is(sandbox, connect, geotiff):
    api = connect(sandbox.start(max_upload_bytes=20_000))
    mosaic_id, version = api.mosaic(), f"{sandbox.url}/version"
    path = f"/rasters/mosaic/{mosaic_id}/link-image"
    assert api.ask("POST", path, 400, json={"url": version})["detail"]["code"] == "FileOpenError"
    assert "404" in api.ask("POST", path, 400, json={"url": f"{sandbox.url}/nowhere"})["detail"]
    image = connect(sandbox).upload(connect(sandbox).mosaic(), geotiff(width=200, height=200))
    link = connect(sandbox).ask("GET", f"/rasters/image/{image['id']}/download")["download_url"]
    assert api.ask("POST", path, 413, json={"url": link})["detail"]["code"] == "FileTooBig"
    assert status_of(api, mosaic_id)["total"] == 0
    assert list((api.sandbox.process.data_path / "uploads").glob("*")) == []


@pytest.mark.both_dialects
@pytest.mark.parametrize(
    ("query", "tags"),
    [
        ("", []),
        ("&tags=", []),
        ("&tags=%20", []),
        ("&tags=spring%2C%20luzerne", ["spring", "luzerne"]),
        ("&tags=one,two", ["one,two"]),
        ("&tags=a%2C%20b&tags=c", ["a, b", "c"]),
    ],
)
def test_the_tags_of_an_upload_to_a_new_mosaic(api, geotiff, query, tags):
    name = f"new {uuid.uuid4()}"
    with geotiff().open("rb") as stream:
        made = api.ask("POST", f"/rasters/mosaic/image?name={name}{query}", files={"file": ("a.tif", stream)})
    assert api.ask("GET", f"/rasters/mosaic/{made['mosaic_id']}")["tags"] == tags
    assert made["mosaic_id"] in [one["id"] for one in api.ask("GET", "/rasters/mosaic?tags=")]
