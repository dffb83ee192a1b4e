"""Data API, uploads that are turned down: each with its code and figures, and nothing is left of them."""

from __future__ import annotations

import http.client
import io
import socket
import threading
import uuid
from urllib.parse import urlsplit

import httpx
import numpy as np
import pytest
import rasterio
import tifffile
from affine import Affine
from PIL import Image as Picture

KINDS = {"Content-Type": "multipart/form-data; boundary=frontier"}


@pytest.fixture
def nothing_is_left(api):
    """A mosaic to upload to; afterwards it is as empty as before, and so are the folders."""
    mosaic_id = api.mosaic()
    data = api.sandbox.process.data_path
    mosaics = len(api.ask("GET", "/rasters/mosaic"))
    folders = set((data / "images").iterdir())
    yield mosaic_id
    assert api.image_ids(mosaic_id) == set()
    assert len(api.ask("GET", "/rasters/mosaic")) == mosaics
    assert set((data / "images").iterdir()) == folders
    assert list((data / "uploads").glob("*")) == []


def refused(api, mosaic_id, content, status=400, name="photo.tif"):
    """The `detail` of an upload that has to be turned down, in both ways to upload."""
    files = {"file": (name, content)}
    first = api.ask("POST", f"/rasters/mosaic/{mosaic_id}/image", status, files=files)["detail"]
    second = api.ask("POST", "/rasters/mosaic/image", status, params={"name": "New"}, files=files)["detail"]
    assert first == second
    assert first["message"]
    return first


def png():
    stream = io.BytesIO()
    Picture.new("RGB", (40, 40)).save(stream, "PNG")
    return stream.getvalue()


VRT = b"""<VRTDataset rasterXSize="10" rasterYSize="10"><SRS>EPSG:3857</SRS><GeoTransform>0,1,0,0,0,-1</GeoTransform>
<VRTRasterBand dataType="Byte" band="1"><SimpleSource><SourceFilename>/etc/hostname</SourceFilename>
</SimpleSource></VRTRasterBand></VRTDataset>"""


@pytest.mark.both_dialects
@pytest.mark.parametrize(
    "content",
    [b"", b"not a picture", b"II*\0" + b"\xff" * 400, png(), VRT],
    ids=["empty", "text", "junk", "png", "vrt"],
)
def test_what_is_no_geotiff_cannot_be_opened(api, nothing_is_left, content):
    said = refused(api, nothing_is_left, content)
    assert said["code"] == "FileOpenError"
    assert said["parameters"] == {"filename": "photo.tif"}


@pytest.mark.parametrize("kept", [0.02, 0.5, 0.99])
@pytest.mark.parametrize(
    "layout", [{}, {"tiled": True, "blockxsize": 64, "blockysize": 64}, {"compress": "deflate"}]
)
def test_a_file_that_was_cut_off_cannot_be_opened(api, nothing_is_left, geotiff, kept, layout):
    content = geotiff(width=300, height=300, **layout).read_bytes()
    assert refused(api, nothing_is_left, content[: int(len(content) * kept)])["code"] == "FileOpenError"


UTM = Affine(0.5, 0, 500_000, 0, -0.5, 6_180_000)
DEGREES = Affine(0.0002, 0, 30, 0, -0.0002, 10)


@pytest.mark.parametrize(
    ("made", "parameter"),
    [
        ({"crs": None}, "crs: none"),
        ({"transform": Affine.identity()}, "transform: none"),
        ({"bands": 2}, "count: 2"),
        ({"bands": 5}, "count: 5"),
        ({"dtype": "int32"}, "dtypes: int32"),
        ({"dtype": "float64"}, "dtypes: float64"),
        ({"dtype": "complex64"}, "dtypes: complex64"),
        ({"pixel": 20.1}, "pixel_size: 20.11 m, where 20 m are allowed"),  # a little more than on the map
        ({"crs": "EPSG:4326", "transform": DEGREES}, "pixel_size: 22.12 m, where 20 m are allowed"),
    ],
)  # fmt: skip
def test_a_geotiff_that_cannot_be_used_is_refused_with_what_is_wrong(
    api, nothing_is_left, geotiff, made, parameter
):
    said = refused(api, nothing_is_left, geotiff(**made).read_bytes())
    assert said["code"] == "FileCheckFailed"
    assert said["parameters"] == {"filename": "photo.tif", "bad_parameters": parameter}
    assert parameter in said["message"]


@pytest.mark.parametrize(("width", "height"), [(65_536, 1), (1, 65_536)])
def test_too_many_pixels_a_side_are_refused(api, nothing_is_left, geotiff, width, height):
    said = refused(api, nothing_is_left, geotiff(width=width, height=height).read_bytes())
    assert said["code"] == "FileCheckFailed"
    assert said["parameters"]["bad_parameters"] == f"width: {width}, height: {height}"


def test_as_many_pixels_a_side_as_are_allowed_are_taken(api, geotiff):
    path = geotiff(width=65_535, height=1, bands=1, compress="deflate")
    assert api.upload(api.mosaic(), path)["state"] == "READY"


@pytest.mark.parametrize(
    ("crs", "transform"),
    [
        ("EPSG:4326", Affine(1e-5, 0, 200, 0, -1e-5, 10)),  # 200° E
        ("EPSG:4326", Affine(1e-5, 0, 30, 0, -1e-5, 95)),
        ("EPSG:4326", Affine(1e-5, 0, 30, 0, -1e-5, 89)),  # has no place in Web Mercator
        ("EPSG:4326", Affine(1e-5, 0, 179.9999, 0, -1e-5, 10)),
        ("EPSG:32637", Affine(0.5, 0, 5e9, 0, -0.5, 6e9)),
    ],
)
def test_an_image_where_no_map_is_lies_out_of_bounds(api, nothing_is_left, geotiff, crs, transform):
    said = refused(api, nothing_is_left, geotiff(crs=crs, transform=transform).read_bytes())
    assert said["code"] == "ImageOutOfBounds"


def test_an_image_of_half_a_continent_is_too_wide(api, nothing_is_left, geotiff):
    path = geotiff(width=60_000, height=1, bands=1, crs="EPSG:3857", pixel=20.0, compress="deflate")
    assert refused(api, nothing_is_left, path.read_bytes())["code"] == "ImageExtentTooBig"


@pytest.mark.both_dialects
@pytest.mark.parametrize(
    ("made", "parameter", "got", "expected"),
    [
        ({"crs": "EPSG:32636"}, "crs", "EPSG:32636", "EPSG:32637"),
        ({"bands": 1}, "count", 1, 3),
        ({"pixel": 0.6}, "pixel_size", [0.6, 0.6], [0.5, 0.5]),
    ],
)
def test_an_image_unlike_its_mosaic_is_refused(api, geotiff, made, parameter, got, expected):
    mosaic_id = api.mosaic()
    first = api.upload(mosaic_id, geotiff("first.tif"))
    content = geotiff("second.tif", **made).read_bytes()
    said = api.ask(
        "POST", f"/rasters/mosaic/{mosaic_id}/image", 400, files={"file": ("second.tif", content)}
    )["detail"]
    assert said["code"] == "FileValidationFailed"
    told = said["parameters"]
    assert (told["filename"], told["mosaic_id"], told["param_name"]) == ("second.tif", mosaic_id, parameter)
    assert told["got_param"] == pytest.approx(got) if parameter == "pixel_size" else told["got_param"] == got
    assert told["expected_param"] == expected
    assert [image["id"] for image in api.images(mosaic_id)] == [first["id"]]


def test_pixel_sizes_that_were_rounded_differently_are_the_same(api, geotiff):
    mosaic_id = api.mosaic()
    api.upload(mosaic_id, geotiff("first.tif"))
    api.upload(mosaic_id, geotiff("second.tif", pixel=0.5004))


@pytest.mark.both_dialects
def test_a_file_that_is_too_large_is_refused(sandbox, connect, geotiff):
    api = connect(sandbox.start(max_upload_bytes=20_000))
    content = geotiff().read_bytes()
    assert 16_200 < len(content) < 20_000
    mosaic_id = api.mosaic()
    path = f"/rasters/mosaic/{mosaic_id}/image"
    api.ask("POST", path, files={"file": ("fits.tif", content)})
    larger = geotiff(width=120).read_bytes()
    said = api.ask("POST", path, 413, files={"file": ("larger.tif", larger)})["detail"]
    assert said["code"] == "FileTooBig"
    assert said["parameters"]["max_file_size"] == 20_000
    assert 20_000 < said["parameters"]["file_size"] <= len(larger)
    assert len(api.images(mosaic_id)) == 1


def connection_to(api):
    address = urlsplit(api.sandbox.url)
    return socket.create_connection((address.hostname, address.port), timeout=30)


def head(api, path, *headers):
    lines = [f"POST /rest{path} HTTP/1.1", f"Host: {urlsplit(api.sandbox.url).netloc}"]
    lines += [f"Authorization: Basic {api.sandbox.basic}", *headers, "", ""]
    return "\r\n".join(lines).encode()


def answer_on(line):
    """Status and body of the next answer on a connection; they may arrive in pieces."""
    with line.makefile("rb") as stream:
        status = int(stream.readline().split()[1])
        headers = http.client.parse_headers(stream)
        return status, stream.read(int(headers["Content-Length"]))


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(sandbox, connect):
    api = connect(sandbox.start(max_upload_bytes=1000))
    mosaic_id = api.mosaic()
    with connection_to(api) as line:
        length = f"Content-Length: {10**12}"
        kind = f"Content-Type: {KINDS['Content-Type']}"
        line.sendall(head(api, f"/rasters/mosaic/{mosaic_id}/image", length, kind, "Expect: 100-continue"))
        status, body = answer_on(line)
    assert status == 413, "and not 100 Continue"
    assert b'"code":"FileTooBig"' in body


def test_a_file_without_a_length_is_refused_once_it_is_too_large(sandbox, connect):
    api = connect(sandbox.start(max_upload_bytes=1000))
    mosaic_id = api.mosaic()
    sent = 0

    def endless():
        nonlocal sent
        yield b'--frontier\r\nContent-Disposition: form-data; name="file"; filename="a.tif"\r\n\r\n'
        while sent < 100 * 65_536:
            sent += 65_536
            yield b"\0" * 65_536

    answer = api.post(f"/rasters/mosaic/{mosaic_id}/image", content=endless(), headers=KINDS)
    assert answer.status_code == 413
    assert answer.json()["detail"]["code"] == "FileTooBig"
    assert list((api.sandbox.process.data_path / "uploads").glob("*")) == []
    assert api.image_ids(mosaic_id) == set()


def test_a_refusal_reaches_a_client_that_sends_everything_first(sandbox, connect):
    """Some read no answer before the last byte: the connection has to stay until then."""
    api = connect(sandbox.start(max_upload_bytes=1000))
    path = f"/rasters/mosaic/{api.mosaic()}/image"
    with connection_to(api) as line:
        length = 32 * 1024 * 1024
        line.sendall(head(api, path, f"Content-Length: {length}", f"Content-Type: {KINDS['Content-Type']}"))
        for _ in range(32):
            line.sendall(b"\0" * (1024 * 1024))
        assert answer_on(line)[0] == 413
        line.sendall(head(api, path, "Content-Length: 0"))  # and it still serves
        assert answer_on(line)[0] == 422


@pytest.mark.both_dialects
def test_what_does_not_fit_into_the_storage_is_refused(sandbox, connect, geotiff):
    path = geotiff()
    size = path.stat().st_size
    api = connect(sandbox.start(memory_limit=2 * size + 100))
    mosaic_id = api.mosaic()
    first = api.upload(mosaic_id, path)
    api.upload(mosaic_id, path)
    said = api.ask(
        "POST", f"/rasters/mosaic/{mosaic_id}/image", 400, files={"file": ("third.tif", path.read_bytes())}
    )["detail"]
    assert said["code"] == "MemoryLimitExceeded"
    assert said["parameters"]["available_memory"] == 100
    assert 100 < said["parameters"]["memory_requested"] <= size
    api.ask("DELETE", f"/rasters/image/{first['id']}")
    api.upload(mosaic_id, path)


def test_two_uploads_that_fit_only_one_by_one_do_not_both_arrive(sandbox, connect, geotiff):
    path = geotiff(width=600, height=600)
    api = connect(sandbox.start(memory_limit=path.stat().st_size + 1000))
    mosaic_id = api.mosaic()
    answers = []
    together = threading.Barrier(2)
    body = (
        b'--frontier\r\nContent-Disposition: form-data; name="file"\r\n\r\n'
        + path.read_bytes()
        + b"\r\n--frontier--"
    )

    def send():
        def pieces():
            yield body[:1000]
            together.wait(30)  # both are under way, and were found to fit
            yield body[1000:]

        with httpx.Client(base_url=api.sandbox.url, headers={**api.headers, **KINDS}, timeout=30) as client:
            answers.append(client.post(f"/rasters/mosaic/{mosaic_id}/image", content=pieces()))

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200, 400]
    (bad,) = [answer for answer in answers if answer.status_code == 400]
    assert bad.json()["detail"]["code"] == "MemoryLimitExceeded"
    assert len(api.images(mosaic_id)) == 1


def test_two_first_images_that_differ_do_not_both_arrive(api, geotiff):
    mosaic_id = api.mosaic()
    together = threading.Barrier(2)
    answers = []

    def send(content):
        body = (
            b'--frontier\r\nContent-Disposition: form-data; name="file"\r\n\r\n'
            + content
            + b"\r\n--frontier--"
        )

        def pieces():
            yield body[:1000]
            together.wait(30)
            yield body[1000:]

        with httpx.Client(base_url=api.sandbox.url, headers={**api.headers, **KINDS}, timeout=30) as client:
            answers.append(client.post(f"/rasters/mosaic/{mosaic_id}/image", content=pieces()).status_code)

    contents = [geotiff("a.tif").read_bytes(), geotiff("b.tif", crs="EPSG:3857").read_bytes()]
    threads = [threading.Thread(target=send, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 400]
    assert len(api.images(mosaic_id)) == 1


@pytest.mark.both_dialects
def test_a_body_that_holds_no_file_is_answered_with_a_list(api, nothing_is_left):
    path = f"/rasters/mosaic/{nothing_is_left}/image"
    for options in (
        {"json": {"file": "x"}},
        {"content": b""},
        {"data": {"file2": "x"}, "files": {"other": ("a.tif", b"x")}},
        {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}},
    ):
        (error,) = api.ask("POST", path, 422, **options)["detail"]
        assert error["loc"] == ["body", "file"]


@pytest.mark.parametrize(
    "body",
    [
        b"no boundary at all",
        b'--frontier\r\nContent-Disposition: form-data; name="file"\r\n\r\nII*',
        b'--frontier\r\nContent-Disposition: form-data; name="file"\r\n\r\nII*\r\n--frontier',
        b'--frontier\r\nContent-Disposition: form-data; name="file"\r\n',
        b"--frontier\r\n" + b"a" * 100_000,
        2 * b'--frontier\r\nContent-Disposition: form-data; name="file"\r\n\r\nII*\r\n' + b"--frontier--\r\n",
    ],
    ids=["no form", "no end", "half an end", "headers only", "endless header", "two files"],
)
def test_a_body_that_is_not_whole_is_refused_with_a_sentence(api, nothing_is_left, body):
    said = api.ask("POST", f"/rasters/mosaic/{nothing_is_left}/image", 400, content=body, headers=KINDS)
    assert isinstance(said["detail"], str)
    assert said["detail"].endswith(".")


def test_a_boundary_that_cannot_be_one_is_refused(api, nothing_is_left):
    path = f"/rasters/mosaic/{nothing_is_left}/image"
    kind = {"Content-Type": f"multipart/form-data; boundary={'x' * 300}"}
    assert isinstance(api.ask("POST", path, 400, content=b"x", headers=kind)["detail"], str)


def test_a_mosaic_that_is_not_there_takes_nothing(api, nothing_is_left, geotiff):
    files = {"file": ("a.tif", geotiff().read_bytes())}
    said = api.ask("POST", f"/rasters/mosaic/{uuid.uuid4()}/image", 404, files=files)["detail"]
    assert said["code"] == "ItemNotFound"


def test_a_mosaic_that_is_deleted_in_mid_upload_takes_nothing(api, geotiff):
    mosaic_id = api.mosaic()
    content = geotiff().read_bytes()

    def pieces():
        yield b'--frontier\r\nContent-Disposition: form-data; name="file"\r\n\r\n' + content[:500]
        with httpx.Client(base_url=api.sandbox.url, headers=dict(api.headers), timeout=30) as other:
            other.delete(f"/rasters/mosaic/{mosaic_id}").raise_for_status()
        yield content[500:] + b"\r\n--frontier--\r\n"

    before = api.ask("GET", "/rasters/memory")
    answer = api.post(f"/rasters/mosaic/{mosaic_id}/image", content=pieces(), headers=KINDS)
    assert answer.status_code == 404
    assert api.ask("GET", "/rasters/memory") == before


def test_a_new_mosaic_needs_a_name(api, nothing_is_left, geotiff):
    files = {"file": ("a.tif", geotiff().read_bytes())}
    for query in ({}, {"name": " "}):
        (error,) = api.ask("POST", "/rasters/mosaic/image", 422, params=query, files=files)["detail"]
        assert error["loc"] == ["query", "name"]


def test_nobody_uploads_without_signing_in(api, nothing_is_left, connect, geotiff):
    nobody = connect(api.sandbox, "")
    files = {"file": ("a.tif", geotiff().read_bytes())}
    assert nobody.ask("POST", f"/rasters/mosaic/{nothing_is_left}/image", 401, files=files)["detail"]


def test_a_file_whose_pixels_are_broken_in_the_middle_fails_later(api, geotiff):
    """Only reading every pixel shows it, which is done when the file has been taken."""
    path = geotiff(width=800, height=800, compress="deflate", tiled=True, blockxsize=256, blockysize=256)
    content = bytearray(path.read_bytes())
    with tifffile.TiffFile(path) as tiff:
        middle = tiff.pages.first.dataoffsets[8]
    content[middle : middle + 500] = b"\xff" * 500
    path.write_bytes(content)
    image = api.upload(api.mosaic(), path)
    assert image["state"] == "FAILED"
    status = api.ask("GET", f"/rasters/image/{image['id']}/status")
    assert status["preprocessing_status"] == "FAILED"
    assert status["preprocessing_error"].endswith(".")
    assert status["data_available"] is False
    assert isinstance(api.ask("GET", f"/rasters/image/{image['id']}/preview/s", 409)["detail"], str)


def test_an_image_without_a_valid_pixel_fails_later(api, geotiff):
    path = geotiff(pixels=np.zeros((3, 60, 90), dtype=np.uint8), nodata=0)
    assert api.upload(api.mosaic(), path)["state"] == "FAILED"


def test_the_tests_own_files_are_what_they_should_be(geotiff):
    with rasterio.open(geotiff()) as dataset:
        assert (dataset.crs, dataset.transform, dataset.count) == ("EPSG:32637", UTM, 3)
