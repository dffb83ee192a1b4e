"""Data API, "Images": metadata, previews, names, downloads by a signed link, status, deletion."""

from __future__ import annotations

import io
import time
import uuid
from urllib.parse import parse_qs, urlsplit

import httpx
import numpy as np
import pytest
from PIL import Image as Picture

OTHER = "other@example.org"
VERBS = (
    ("GET", ""),
    ("PUT", "?name=x"),
    ("DELETE", ""),
    ("GET", "/preview/s"),
    ("GET", "/status"),
    ("GET", "/download"),
)
NAME = "Снимок №2, «луг & лес» 100% 🌲.tif"


@pytest.fixture
def image(api, geotiff):
    """An image of 600 × 300 pixels, dark in the west and bright in the east."""
    pixels = np.full((3, 300, 600), 40, dtype=np.uint8)
    pixels[:, :, 300:] = 220
    return api.upload(api.mosaic(), geotiff("photo.tif", pixels=pixels))


@pytest.mark.both_dialects
def test_an_image_in_the_shape_of_the_dialect(api, image):
    shown = api.ask("GET", f"/rasters/image/{image['id']}")
    common = {"id", "filename", "file_size", "uploaded_at", "footprint", "meta_data", "cog_link"}
    assert shown["cog_link"].startswith("s3://")
    assert shown["cog_link"].endswith(f"/cog/{image['id']}.tif")
    assert shown["footprint"].startswith("POLYGON ((")
    if api.sandbox.dialect == "reference":
        assert set(shown) == common
        assert set(shown["meta_data"]) == {"crs", "width", "height", "count", "dtypes", "pixel_size"}
        assert set(image["meta_data"]) == set(shown["meta_data"]) - {"dtypes"}
        assert set(image) == common - {"cog_link"} | {"preview_url_s", "preview_url_l"}
        return
    more = {"mosaic_id", "image_url", "preview_url_s", "preview_url_l", "checksum"}
    assert set(shown) == common | more | {"available_for_download", "state", "rasterLayer"}
    assert set(shown["meta_data"]) == {"crs", "width", "height", "count", "dtypes", "nodata", "pixel_size"}
    assert shown["available_for_download"] is True
    assert shown == image


@pytest.mark.both_dialects
@pytest.mark.parametrize(("size", "shape"), [("s", (256, 128)), ("l", (600, 300))])
def test_a_preview_fits_into_its_square(api, image, size, shape):
    answer = api.get(f"/rasters/image/{image['id']}/preview/{size}")
    assert answer.headers["content-type"] == "image/jpeg"
    picture = Picture.open(io.BytesIO(answer.content))
    assert (picture.format, picture.size) == ("JPEG", shape)  # a small image is not blown up
    shown = np.asarray(picture.convert("L"))
    assert abs(int(shown[10, 10]) - 40) < 6
    assert abs(int(shown[-10, -10]) - 220) < 6
    assert "max-age" in answer.headers["cache-control"]


def test_a_large_image_has_previews_of_the_full_square(api, geotiff):
    image = api.upload(api.mosaic(), geotiff(width=1500, height=2000, compress="deflate"))
    for size, shape in (("s", (192, 256)), ("l", (768, 1024))):
        content = api.get(f"/rasters/image/{image['id']}/preview/{size}").content
        assert Picture.open(io.BytesIO(content)).size == shape


def test_a_size_that_is_none_is_answered_with_a_list(api, image):
    (error,) = api.ask("GET", f"/rasters/image/{image['id']}/preview/xl", 422)["detail"]
    assert error["loc"] == ["path", "size"]


@pytest.mark.both_dialects
def test_an_image_is_renamed(api, image):
    path = f"/rasters/image/{image['id']}"
    renamed = api.ask("PUT", path, params={"name": NAME})
    assert renamed["filename"] == NAME
    assert api.ask("GET", path) == renamed
    for query in ({}, {"name": " "}, {"name": "x" * 256}):
        (error,) = api.ask("PUT", path, 422, params=query)["detail"]
        assert error["loc"] == ["query", "name"]


@pytest.mark.both_dialects
def test_a_deleted_image_is_gone_with_its_files(api, geotiff):
    mosaic_id = api.mosaic()
    goes, stays = (api.upload(mosaic_id, geotiff(name)) for name in ("goes.tif", "stays.tif"))
    api.ask("DELETE", f"/rasters/image/{goes['id']}")
    for method, path in VERBS:
        said = api.ask(method, f"/rasters/image/{goes['id']}{path}", 404)["detail"]
        assert said["code"] == "ItemNotFound"
        assert said["parameters"] == {"instance_type": "Image", "uid": goes["id"]}
    assert [each["id"] for each in api.images(mosaic_id)] == [stays["id"]]
    assert not (api.sandbox.process.data_path / "images" / goes["id"]).exists()


def test_another_account_finds_no_image(sandbox, connect, sign_in, geotiff):
    own = sandbox.start(account=OTHER)
    api, other = connect(own), sign_in(own, OTHER)
    image = api.upload(api.mosaic(), geotiff())
    for method, path in VERBS:
        said = other.ask(method, f"/rasters/image/{image['id']}{path}", 404)["detail"]
        assert said["code"] == "ItemNotFound"
    assert api.ask("GET", f"/rasters/image/{image['id']}") == image


def test_the_status_of_a_ready_image(api, image):
    said = api.ask("GET", f"/rasters/image/{image['id']}/status")
    assert said == {"preprocessing_status": "COMPLETED", "preprocessing_error": None, "data_available": True}


def test_an_image_that_is_not_ready_says_so(sandbox, connect, geotiff):
    api = connect(sandbox.start(prepare_first_bytes=0))
    mosaic_id = api.mosaic()
    # the lane of small files is busy with the first while the second is asked about
    noise = np.random.default_rng(1).integers(0, 999, (3, 3000, 3000)).astype(np.uint16)
    api.upload(mosaic_id, geotiff("first.tif", pixels=noise))
    image = api.upload(mosaic_id, geotiff("second.tif", pixels=noise))
    state = image["state"]
    assert state in {"PENDING", "IN_PROGRESS"}
    assert image["available_for_download"] is False
    assert (image["footprint"], image["cog_link"]) == (None, None)
    assert image["rasterLayer"] == {"tileUrl": "", "tileJsonUrl": ""}
    path = f"/rasters/image/{image['id']}"
    status = api.ask("GET", f"{path}/status")
    assert status["preprocessing_status"] in {"PENDING", "IN_PROGRESS"}
    assert (status["preprocessing_error"], status["data_available"]) == (None, False)
    for what in ("/preview/s", "/download"):
        assert api.ask("GET", path + what, 409) == {
            "detail": "The image is not ready yet: it is still being prepared."
        }
    summary = api.ask("GET", f"/rasters/mosaic/{mosaic_id}")["status_summary"]
    assert summary["pending"] + summary["in_progress"] >= 1
    assert summary["total"] == 2


def link_to(api, image):
    return api.ask("GET", f"/rasters/image/{image['id']}/download")


def test_a_download_link_needs_no_token(api, geotiff):
    path = geotiff("photo.tif")
    image = api.upload(api.mosaic(), path, NAME)
    said = link_to(api, image)
    assert set(said) == {"download_url", "filename", "expires_in"}
    assert (said["filename"], said["expires_in"]) == (NAME, 3600)
    answer = httpx.get(said["download_url"])
    assert answer.status_code == 200
    assert answer.content == path.read_bytes()
    assert answer.headers["content-type"] == "image/tiff"
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''%D0%A1")
    assert disposition.isascii()
    assert httpx.head(said["download_url"]).headers["content-length"] == str(path.stat().st_size)


def test_a_name_cannot_break_out_of_the_header(api, image):
    api.ask("PUT", f"/rasters/image/{image['id']}", params={"name": 'a"; filename="b\r\nX-Evil: 1'})
    answer = httpx.get(link_to(api, image)["download_url"])
    assert answer.status_code == 200
    assert "x-evil" not in answer.headers
    assert '"' not in answer.headers["content-disposition"]


def test_a_download_can_be_taken_up_again(api, geotiff):
    path = geotiff()
    url = link_to(api, api.upload(api.mosaic(), path))["download_url"]
    content = path.read_bytes()
    answer = httpx.get(url, headers={"Range": "bytes=1000-"})
    assert (answer.status_code, answer.content) == (206, content[1000:])
    assert answer.headers["content-range"] == f"bytes 1000-{len(content) - 1}/{len(content)}"
    tag = answer.headers["etag"]
    assert httpx.get(url, headers={"Range": "bytes=0-9", "If-Range": tag}).content == content[:10]
    assert httpx.get(url, headers={"Range": "bytes=0-9", "If-Range": '"other"'}).content == content
    assert httpx.get(url, headers={"Range": f"bytes={len(content)}-"}).status_code == 416


def test_a_link_that_was_changed_is_refused(api, geotiff, image):
    url = link_to(api, image)["download_url"]
    other = api.upload(api.mosaic(), geotiff("other.tif"))
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    plain = url.partition("?")[0]
    for where, what in (
        (plain, {**query, "expires": str(int(query["expires"]) + 1)}),
        (plain, {**query, "signature": "0" * 64}),
        (plain, {**query, "signature": "é"}),
        (plain.replace(image["id"], other["id"]), query),
        (plain.replace(image["id"], str(uuid.uuid4())), query),
    ):
        answer = httpx.get(where, params=what)
        assert answer.status_code == 403
        assert answer.json() == {"detail": "The link's signature is not ours."}
    assert httpx.get(plain).status_code == 422


def test_a_link_expires(sandbox, connect, geotiff):
    api = connect(sandbox.start(link_seconds=2))
    said = link_to(api, api.upload(api.mosaic(), geotiff()))
    assert said["expires_in"] == 2
    deadline = time.monotonic() + 30
    while httpx.get(said["download_url"]).status_code == 200:
        assert time.monotonic() < deadline
    answer = httpx.get(said["download_url"])
    assert answer.status_code == 403
    assert answer.json() == {"detail": "The link has expired; ask for a new one."}


def test_a_link_outlives_a_restart_but_not_the_image(sandbox, connect, geotiff):
    own = sandbox.start()
    api = connect(own)
    image = api.upload(api.mosaic(), geotiff())
    path = urlsplit(link_to(api, image)["download_url"])
    own.process.stop()
    address = own.process.start()
    url = f"{address.url.removesuffix('/rest')}{path.path}?{path.query}"
    assert httpx.get(url).status_code == 200
    connect(address).ask("DELETE", f"/rasters/image/{image['id']}")
    answer = httpx.get(url)
    assert answer.status_code == 404
    assert answer.json()["detail"]["code"] == "ItemNotFound"


def test_a_service_may_not_give_images_back(sandbox, connect, geotiff):
    api = connect(sandbox.start(no_downloads=True))
    image = api.upload(api.mosaic(), geotiff())
    assert image["available_for_download"] is False
    said = api.ask("GET", f"/rasters/image/{image['id']}/download", 403)["detail"]
    assert said["code"] == "AccessDenied"
    assert said["parameters"] == {"instance_type": "Image", "uid": image["id"]}
