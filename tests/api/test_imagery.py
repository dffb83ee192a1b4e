"""My Imagery over real HTTP: what is asked, and both shapes of what comes back."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import pytest
from fault_proxy import Answer

from mapflow_dock.api import imagery
from mapflow_dock.api.http.errors import Fault, MalformedReply
from mapflow_dock.api.imagery import PreviewSize
from mapflow_dock.api.imagery_records import (
    DEFAULT_MAX_PIXELS,
    DEFAULT_MAX_UPLOAD,
    Preparation,
    Storage,
    read_image,
    read_link,
    read_mosaic,
    read_storage,
)
from mapflow_dock.api.lost_answers.create import create_mosaic

OUTLINE = "POLYGON((1 48, 2 48, 2 49, 1 48))"
MOSAIC_AS_WRITTEN = {
    "id": "m1",
    "name": "Aerial Survey 2024",
    "tags": ["agriculture", "spring"],
    "created_at": "2024-03-15T10:30:00Z",
    "image_count": 15,
}
MOSAIC_AS_DEPLOYED = {
    "id": "m2",
    "name": "Съёмка, лето & осень",
    "tags": None,
    "created_at": "2024-03-15T12:30:00.123456+02:00",
    "rasterLayer": {
        "tileUrl": "https://tiles.example/{z}/{x}/{y}.png?uri=s3://a/b",
        "tileJsonUrl": "https://tiles.example/t.json",
    },
    "footprint": OUTLINE,
    "sizeInBytes": 68417439,
    "status_summary": {"total": 3, "ready": 2, "pending": 1},
}
IMAGE_AS_WRITTEN = {
    "id": "i1",
    "filename": "area-1101712.tif",
    "file_size": 68417439,
    "uploaded_at": "2024-03-15T10:35:00Z",
    "footprint": "POLYGON((1.9915 48.7643, 2 48, 2 49, 1.9915 48.7643))",
    "preview_url_s": "https://elsewhere.example/s",
    "meta_data": {"crs": "EPSG:32631", "width": 5589, "height": 4079, "count": 3, "pixel_size": [0.3, -0.3]},
}
IMAGE_AS_DEPLOYED = {
    **IMAGE_AS_WRITTEN,
    "id": "i2",
    "mosaic_id": "m9",
    "checksum": "ABCDEF" + 34 * "0",
    "image_url": "s3://bucket/i2.tif",
    "available_for_download": False,
    "state": "PENDING",
    "footprint": None,
    "meta_data": {
        "crs": "EPSG:4326",
        "width": "10",
        "height": 20,
        "count": 4,
        "dtypes": ["uint8"] * 4,
        "pixel_size": 0.5,
        "nodata": 0,
    },
}


def test_a_mosaic_in_both_shapes():
    written, deployed = read_mosaic(MOSAIC_AS_WRITTEN), read_mosaic(MOSAIC_AS_DEPLOYED)
    assert (written.tags, written.image_count, written.size) == (("agriculture", "spring"), 15, None)
    assert (written.tiles, written.footprint) == (None, "")
    assert written.created == datetime(2024, 3, 15, 10, 30, tzinfo=UTC)
    assert (deployed.tags, deployed.image_count, deployed.size) == ((), 3, 68417439)
    assert deployed.created == datetime(2024, 3, 15, 10, 30, 0, 123456, tzinfo=UTC)
    assert deployed.tiles.tile_url.endswith("?uri=s3://a/b")
    assert deployed.footprint.startswith("POLYGON")


def test_an_image_in_both_shapes():
    written, deployed = read_image(IMAGE_AS_WRITTEN, "m1"), read_image(IMAGE_AS_DEPLOYED, "m1")
    assert (written.mosaic_id, written.name, written.size) == ("m1", "area-1101712.tif", 68417439)
    assert (written.crs, written.width, written.height, written.bands) == ("EPSG:32631", 5589, 4079, 3)
    assert written.pixel_size == (0.3, 0.3)
    assert (written.can_download, written.preparation) == (True, Preparation.UNKNOWN)
    assert (deployed.mosaic_id, deployed.checksum, deployed.can_download) == (
        "m9",
        "abcdef" + 34 * "0",
        False,
    )
    assert deployed.preparation is Preparation.PENDING
    assert deployed.preparation.is_running
    assert (deployed.pixel_size, deployed.dtypes, deployed.nodata) == ((0.5, 0.5), ("uint8",) * 4, 0)
    assert (deployed.width, deployed.footprint) == (10, "")


@pytest.mark.parametrize(
    "outline", ["MULTIPOLYGON EMPTY", "POLYGON EMPTY ", "", None, 5, {"type": "Polygon"}]
)
def test_a_footprint_of_no_ground_is_none(outline):
    assert read_image({"id": "i", "filename": "a", "footprint": outline}).footprint == ""


def test_a_long_footprint_is_not_cut():
    outline = "POLYGON((" + ", ".join(f"{n / 1000} 48.5" for n in range(20_000)) + "))"
    assert read_image({"id": "i", "filename": "a", "footprint": outline}).footprint == outline


@pytest.mark.parametrize("size", [None, [], [0.3, None], ["x", "y"], [0, 0], {}, "wide"])
def test_a_pixel_size_that_is_none_is_not_guessed(size):
    assert read_image({"id": "i", "filename": "a", "meta_data": {"pixel_size": size}}).pixel_size is None


@pytest.mark.parametrize(
    ("told", "is_awaited", "is_usable"),
    [
        ({"state": "READY"}, False, True),
        ({"state": "IN_PROGRESS", "footprint": OUTLINE}, True, False),
        ({"preprocessing_status": "FAILED"}, False, False),
        ({"state": "NONE"}, False, True),
        ({"footprint": OUTLINE}, False, True),
        ({"footprint": None}, True, False),
        ({"state": "brand new", "footprint": OUTLINE}, False, True),
    ],
)
def test_whether_an_image_can_be_used_yet(told, is_awaited, is_usable):
    image = read_image({"id": "i", "filename": "a", **told})
    assert (image.is_awaited, image.is_usable) == (is_awaited, is_usable)


def test_storage_in_both_shapes():
    written = read_storage({"used_bytes": 5, "limit_bytes": 10, "used_gb": 0.1, "usage_percent": 50.0})
    assert written == Storage(5, 10, 5, DEFAULT_MAX_UPLOAD, DEFAULT_MAX_PIXELS)
    deployed = {
        "memoryLimit": 10,
        "memoryUsed": 4,
        "memoryFree": 5,
        "maxUploadFileSize": 7,
        "maxPixelCount": 8,
    }
    assert read_storage(deployed) == Storage(4, 10, 5, 7, 8)
    endless = {"memoryLimit": None, "memoryUsed": 4, "memoryFree": None, "maxUploadFileSize": None}
    assert read_storage(endless) == Storage(4)
    with pytest.raises(MalformedReply, match="memoryUsed"):
        read_storage({"memoryLimit": 10})


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://a/b", "", None])
def test_a_link_that_is_no_web_address_is_refused(url):
    with pytest.raises(MalformedReply):
        read_link({"download_url": url})


def test_a_link_does_not_show_its_key():
    assert "Signature" not in repr(
        read_link({"download_url": "https://a/b?Signature=1", "filename": "x.tif"})
    )


def test_one_bad_record_costs_that_record(server, make_client, outcome):
    client = make_client(server.url)
    server.route(
        "GET", "/rasters/mosaic", Answer.of([MOSAIC_AS_WRITTEN, {"id": "m5"}, None, MOSAIC_AS_DEPLOYED])
    )
    kind, listing = outcome(imagery.list_mosaics(client, ("a b", "c,d & e+f", "🌲")))
    assert (kind, [one.id for one in listing.mosaics], listing.skipped) == ("succeeded", ["m1", "m2"], 2)
    from urllib.parse import parse_qs

    assert parse_qs(server.asked[0].query) == {"tags": ["a b", "c,d & e+f", "🌲"]}
    server.route(
        "GET", "/rasters/mosaic/m1/image", Answer.of({"results": [IMAGE_AS_WRITTEN, {"filename": "x"}]})
    )
    kind, images = outcome(imagery.list_images(client, "m1"))
    assert ([one.mosaic_id for one in images.images], images.skipped) == (["m1"], 1)


def test_mosaics_are_made_changed_and_deleted(server, make_client, outcome):
    client = make_client(server.url)
    server.route("POST", "/rasters/mosaic", Answer.of(MOSAIC_AS_WRITTEN))
    server.route("GET", "/rasters/mosaic/m1", Answer.of(MOSAIC_AS_WRITTEN))
    server.route("PUT", "/rasters/mosaic/m1", Answer.of({"message": "Mosaic is updated"}))
    server.route("DELETE", "/rasters/mosaic/m1", Answer(204))
    assert outcome(create_mosaic(client, "A & B", ("t 1", "☀")))[1].id == "m1"
    assert server.asked[-1].json == {"name": "A & B", "tags": ["t 1", "☀"]}
    assert outcome(imagery.fetch_mosaic(client, "m1"))[1].image_count == 15
    assert outcome(imagery.update_mosaic(client, "m1", tags=())) == ("succeeded", None)
    assert server.asked[-1].json == {"tags": []}
    assert outcome(imagery.delete_mosaic(client, "m1")) == ("succeeded", None)


@pytest.mark.parametrize(
    ("rule", "may_be"), [({"drop_after": True}, True), ({"answer": Answer.of({}, 422)}, False)]
)
def test_a_mosaic_whose_making_was_not_answered_may_be_there(server, make_client, outcome, rule, may_be):
    server.add(verb="POST", **rule)
    kind, error = outcome(create_mosaic(make_client(server.url), "A"))
    assert kind == "failed"
    assert ("may have been made" in error.sentence) is may_be
    assert server.count("POST") == 1


def test_images_are_named_and_deleted(server, make_client, outcome):
    client = make_client(server.url)
    server.route("GET", "/rasters/image/i1", Answer.of(IMAGE_AS_DEPLOYED))
    server.route("PUT", "/rasters/image/i1", Answer.of({**IMAGE_AS_WRITTEN, "filename": "a+b & c.tif"}))
    server.route("DELETE", "/rasters/image/i1", Answer.of({"message": "deleted"}))
    assert outcome(imagery.fetch_image(client, "i1"))[1].mosaic_id == "m9"
    assert outcome(imagery.rename_image(client, "i1", "a+b & c.tif"))[1].name == "a+b & c.tif"
    assert server.asked[-1].query == "name=a%2Bb%20%26%20c.tif"
    assert outcome(imagery.delete_image(client, "i1")) == ("succeeded", None)


def test_an_id_cannot_leave_its_place_in_the_path(server, make_client, outcome):
    outcome(imagery.fetch_image(make_client(server.url), "../mosaic/m1?x=1"))
    assert server.asked[0].path == "/rest/rasters/image/..%2Fmosaic%2Fm1%3Fx%3D1"


def test_how_far_an_image_is(server, make_client, outcome):
    told = {"preprocessing_status": "FAILED", "preprocessing_error": "no tie points", "data_available": False}
    server.route("GET", "/rasters/image/i1/status", Answer.of(told))
    _kind, status = outcome(imagery.image_status(make_client(server.url), "i1"))
    assert (status.preparation, status.problem, status.is_usable) == (
        Preparation.FAILED,
        "no tie points",
        False,
    )


# previews


def picture_server(server):
    server.route(
        "GET", "/rasters/image/i1/preview/s", Answer(200, b"\xff\xd8picture", {"Content-Type": "image/jpeg"})
    )


def test_a_preview_is_asked_for_once_and_kept_by_qgis(server, make_client, outcome):
    picture_server(server)
    assert outcome(imagery.preview(make_client(server.url), "i1")) == ("succeeded", b"\xff\xd8picture")
    assert outcome(imagery.preview(make_client(server.url), "i1")) == ("succeeded", b"\xff\xd8picture")
    assert server.count("GET", "/preview/s") == 1
    assert server.asked[0].authorization


def test_what_the_cache_answers_says_nothing_of_the_server(server, make_client, outcome):
    picture_server(server)
    client = make_client(server.url)
    outcome(imagery.preview(client, "i1"))
    changes = []
    client.reachable_changed.connect(changes.append)
    client.note_reachable(False)
    assert outcome(imagery.preview(client, "i1"))[0] == "succeeded"
    assert changes == [False]


def test_a_preview_can_be_forgotten(server, make_client, outcome):
    picture_server(server)
    client = make_client(server.url)
    outcome(imagery.preview(client, "i1"))
    outcome(imagery.preview(client, "i1", PreviewSize.LARGE))
    imagery.forget_previews()
    outcome(imagery.preview(client, "i1"))
    outcome(imagery.preview(client, "i1", PreviewSize.LARGE))
    assert (server.count("GET", "/preview/s"), server.count("GET", "/preview/l")) == (2, 2)


@pytest.mark.parametrize("body", [b'{"message": "busy"}', b"<?xml version='1.0'?><Error/>", b"", b"<html>"])
def test_a_message_in_place_of_a_preview_is_an_error_and_not_kept(server, make_client, outcome, body):
    headers = {"Content-Type": "image/jpeg", "Cache-Control": "max-age=3600"}
    server.route("GET", "/rasters/image/odd/preview/s", Answer(200, body, headers))
    client = make_client(server.url)
    for _ in range(2):
        kind, error = outcome(imagery.preview(client, "odd"))
        assert kind == "failed"
        assert error.sentence
    assert server.count("GET", "/preview/s") == 2


def test_nothing_else_is_kept_by_qgis(server, make_client, outcome):
    server.route("GET", "/rasters/mosaic", Answer.of([MOSAIC_AS_WRITTEN]))
    client = make_client(server.url)
    outcome(imagery.list_mosaics(client))
    outcome(imagery.list_mosaics(client))
    assert server.count() == 2


def test_a_large_preview_and_one_that_is_missing(server, make_client, outcome):
    picture_server(server)
    kind, error = outcome(imagery.preview(make_client(server.url), "i1", PreviewSize.LARGE))
    assert (kind, error.fault) == ("failed", Fault.NOT_FOUND)
    assert server.asked[0].path.endswith("/preview/l")


# the original file

CONTENT = b"II*\0" + os.urandom(1_000_000)


def route_link(server, url):
    told = {"download_url": url, "filename": "scene.tif", "expires_in": 300}
    server.route("GET", "/rasters/image/i1/download", Answer.of(told))


@pytest.mark.parametrize("is_same_origin", [True, False])
def test_the_login_stays_at_home(server, other_server, make_client, outcome, tmp_path, is_same_origin):
    storage = server if is_same_origin else other_server
    storage.route("GET", "/bucket/scene.tif", Answer(200, CONTENT))
    route_link(server, storage.url + "/bucket/scene.tif?Signature=a%2Bb")
    target = tmp_path / "scene.tif"
    assert outcome(imagery.download(make_client(server.url), "i1", target)) == ("succeeded", target)
    assert target.read_bytes() == CONTENT
    asked = storage.matching("GET", "/bucket/scene.tif")[0]
    assert (asked.authorization, asked.query) == ("", "Signature=a%2Bb")


def test_a_link_that_expired_is_asked_for_anew(server, make_client, outcome, tmp_path):
    server.route("GET", "/bucket", Answer(200, CONTENT))
    server.add(path="/bucket", answer=Answer(403, b"<Error>expired</Error>"))
    route_link(server, server.url + "/bucket")
    target = tmp_path / "scene.tif"
    assert outcome(imagery.download(make_client(server.url), "i1", target)) == ("succeeded", target)
    assert server.count("GET", "/download") == 2


@pytest.mark.parametrize("status", [401, 403, 410])
def test_a_storage_that_refuses_twice_is_told(server, make_client, outcome, tmp_path, status):
    client = make_client(server.url)
    refused = []
    client.refused.connect(refused.append)
    server.add(path="/bucket", times=9, answer=Answer(status, b""))
    route_link(server, server.url + "/bucket")
    kind, error = outcome(imagery.download(client, "i1", tmp_path / "scene.tif"))
    assert (kind, error.fault) == ("failed", Fault.REJECTED)
    assert "download link" in error.sentence
    assert server.count("GET", "/bucket") == 2
    assert (list(tmp_path.iterdir()), refused) == ([], [])


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (403, {"detail": "Forbidden"}, "does not hand out"),
        (409, {"detail": "not yet"}, "still preparing"),
        (404, {"detail": {"code": "ItemNotFound", "message": "x"}}, "not there any more"),
    ],
)
def test_why_there_is_no_link(server, make_client, outcome, tmp_path, status, body, said):
    server.route("GET", "/rasters/image/i1/download", Answer.of(body, status))
    kind, error = outcome(imagery.download(make_client(server.url), "i1", tmp_path / "scene.tif"))
    assert kind == "failed"
    assert said in error.sentence


def test_abort_between_link_and_file_leaves_nothing(server, make_client, tmp_path, qtbot):
    server.add(path="/bucket", hold=True)
    route_link(server, server.url + "/bucket")
    client = make_client(server.url)
    reply = imagery.download(client, "i1", tmp_path / "scene.tif")
    qtbot.waitUntil(lambda: server.count("GET", "/bucket") == 1)
    reply.abort()
    assert client.running == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "checksum", ["d41d8cd98f00b204e9800998ecf8427e", "sha1:" + 40 * "0", 41 * "0", 40 * "g"]
)
def test_a_checksum_of_another_kind_is_none_to_compare_with(checksum):
    assert read_image({**IMAGE_AS_DEPLOYED, "checksum": checksum}).checksum == ""
