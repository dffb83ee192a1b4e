"""Data API, uploads that are taken: what comes of a file, its name, its pixels and its bytes."""

from __future__ import annotations

import hashlib
import io
import itertools
import re
import threading
import time

import httpx
import numpy as np
import pytest
import rasterio
from affine import Affine
from PIL import Image as Picture
from rio_cogeo.cogeo import cog_validate
from shapely import from_wkt
from shapely.geometry import box

MIB = 1024 * 1024


def preview(api, image, size="l"):
    answer = api.get(f"/rasters/image/{image['id']}/preview/{size}")
    assert answer.status_code == 200, answer.text
    return Picture.open(io.BytesIO(answer.content))


def body_of(disposition, content):
    """A multipart body as some client might write it; `disposition` ends the header of the file."""
    head = b'--frontier\r\nContent-Disposition: form-data; name="file"; ' + disposition
    return head + b"\r\nContent-Type: image/tiff\r\n\r\n" + content + b"\r\n--frontier--\r\n"


@pytest.mark.both_dialects
def test_an_image_arrives_and_says_what_it_is(api, geotiff):
    path = geotiff("orthophoto.tif", width=120, height=80, pixel=0.3)
    mosaic_id = api.mosaic()
    with path.open("rb") as stream:
        said = api.ask(
            "POST", f"/rasters/mosaic/{mosaic_id}/image", files={"file": ("orthophoto.tif", stream)}
        )
    (image,) = api.images(mosaic_id)
    if api.sandbox.dialect == "reference":
        assert set(said) == {"id", "mosaic_id", "filename", "file_size", "uploaded_at"}
        assert said["id"] == image["id"]
        assert said["filename"] == "orthophoto.tif"
    else:
        assert set(said) == {"message", "mosaic_id"}
        assert image["checksum"] == hashlib.sha1(path.read_bytes()).hexdigest()
        assert image["state"] == "READY"
        assert image["mosaic_id"] == mosaic_id
        assert image["meta_data"]["dtypes"] == ["uint8"] * 3
        assert image["meta_data"]["nodata"] is None
    assert said["mosaic_id"] == mosaic_id
    assert image["filename"] == "orthophoto.tif"
    assert image["file_size"] == path.stat().st_size
    meta = image["meta_data"]
    assert (meta["crs"], meta["width"], meta["height"], meta["count"]) == ("EPSG:32637", 120, 80, 3)
    assert meta["pixel_size"] == [pytest.approx(0.3), pytest.approx(0.3)]
    for size in ("s", "l"):
        assert image[f"preview_url_{size}"] == f"{api.sandbox.url}/rasters/image/{image['id']}/preview/{size}"


@pytest.mark.both_dialects
def test_a_mosaic_and_its_first_image_in_one_request(api, geotiff):
    name, tags = "Съёмка & чай, 100% 🌲", ["a b", "c&d=e", "one, two", "тег"]
    with geotiff().open("rb") as stream:
        said = api.ask(
            "POST",
            "/rasters/mosaic/image",
            params={"name": name, "tags": tags},
            files={"file": ("a.tif", stream)},
        )
    mosaic = api.ask("GET", f"/rasters/mosaic/{said['mosaic_id']}")
    assert (mosaic["name"], mosaic["tags"]) == (name, tags)
    assert [image["filename"] for image in api.images(said["mosaic_id"])] == ["a.tif"]


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('filename="снимок 🌲 (2).tif"'.encode(), "снимок 🌲 (2).tif"),  # Qt and browsers: raw UTF-8
        ('filename="👨‍👩‍👧.tif"'.encode(), "👨‍👩‍👧.tif"),
        ('filename="naïve.tif"'.encode("latin-1"), "naïve.tif"),
        (b'filename="say %22hi%22.tif"', 'say "hi".tif'),  # browsers, curl since 7.81
        (b'filename="say \\"hi\\".tif"', 'say "hi".tif'),  # curl before
        (b'filename="100%25 & a;b,c=d.tif"', "100%25 & a;b,c=d.tif"),  # percent signs of its own
        (b"filename=plain.tif", "plain.tif"),
        (
            b"filename=\"x.tif\"; filename*=UTF-8''%D1%81%D0%BD%D0%B8%D0%BC%D0%BE%D0%BA%20%F0%9F%8C%B2.tif",
            "снимок 🌲.tif",
        ),
        (b"filename*=iso-8859-1'en'na%EFve.tif", "naïve.tif"),
        (b'filename="../../etc/passwd"', "passwd"),
        (b'filename="/absolute/path.tif"', "path.tif"),
        (b'filename="C:\\\\Users\\\\me\\\\photo.tif"', "photo.tif"),
        (b'filename="C:\\photos\\photo.tif"', "photo.tif"),
        (b'filename="tab\there%0D%0Aline.tif"', "tabhereline.tif"),
        (b'filename=".."', ".."),  # a name to show, never a path
        (b'filename=""', "image.tif"),
        (b"", "image.tif"),
        (b'filename="' + b"x" * 300 + b'"', "x" * 255),
    ],
)
def test_a_file_is_called_as_the_client_called_it(api, geotiff, disposition, name):
    mosaic_id = api.mosaic()
    api.ask(
        "POST",
        f"/rasters/mosaic/{mosaic_id}/image",
        content=body_of(disposition, geotiff().read_bytes()),
        headers={"Content-Type": "multipart/form-data; boundary=frontier"},
    )
    (image,) = api.images(mosaic_id)
    assert image["filename"] == name
    folder = api.sandbox.process.data_path / "images" / image["id"]
    names = {"original.tif", "cog.tif", "preview-s.jpg", "preview-l.jpg"}
    assert {each.name for each in folder.iterdir()} == names


def test_other_fields_and_odd_boundaries_do_no_harm(api, geotiff):
    mosaic_id = api.mosaic()
    content = geotiff().read_bytes()
    body = (
        b"a preamble\r\n--it's (a) boundary, it is\r\n"
        b'content-disposition: form-data; name="note"\r\n\r\nfile="x"\r\n'
        b"--it's (a) boundary, it is\r\n"
        b'CONTENT-DISPOSITION:form-data;filename="a.tif";name="file"\r\n\r\n' + content + b"\r\n"
        b"--it's (a) boundary, it is--\r\nan epilogue"
    )
    kind = 'Multipart/Form-Data; charset=utf-8; boundary="it\'s (a) boundary, it is"'
    api.ask("POST", f"/rasters/mosaic/{mosaic_id}/image", content=body[12:], headers={"Content-Type": kind})
    (image,) = api.images(mosaic_id)
    assert image["checksum"] == hashlib.sha1(content).hexdigest()


def test_a_body_without_a_length_arrives_too(api, geotiff):
    mosaic_id = api.mosaic()
    body = body_of(b'filename="a.tif"', geotiff().read_bytes())
    pieces = (body[at : at + 100] for at in range(0, len(body), 100))
    api.ask(
        "POST",
        f"/rasters/mosaic/{mosaic_id}/image",
        content=pieces,
        headers={"Content-Type": "multipart/form-data; boundary=frontier"},
    )
    assert len(api.images(mosaic_id)) == 1


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "float32"])
@pytest.mark.parametrize("bands", [1, 3, 4])
def test_every_kind_of_pixels_can_be_seen(api, geotiff, dtype, bands):
    ramp = np.tile(np.linspace(1, 200, 90), (60, 1))
    values = {"uint8": ramp, "uint16": ramp * 20, "int16": ramp * 20 - 2000, "float32": ramp / 200}[dtype]
    pixels = np.stack([values] * bands).astype(dtype)
    image = api.upload(api.mosaic(), geotiff(f"{dtype}-{bands}.tif", pixels=pixels))
    assert image["state"] == "READY"
    assert image["meta_data"]["dtypes"] == [dtype] * bands
    shown = np.asarray(preview(api, image).convert("L")).astype(int)
    assert shown.shape == (60, 90)
    assert (np.diff(shown.mean(axis=0)[4:-4:8]) > 0).all(), "it grows brighter to the right"
    assert shown[:, 80:].mean() - shown[:, :10].mean() > 100, "it uses the range of a screen"


def test_a_palette_is_shown_in_its_colours(api, geotiff):
    pixels = np.zeros((1, 60, 90), dtype=np.uint8)
    pixels[:, :, 45:] = 1
    path = geotiff("palette.tif", pixels=pixels, photometric="palette")
    with rasterio.open(path, "r+") as dataset:
        dataset.write_colormap(1, {0: (200, 30, 30, 255), 1: (30, 30, 200, 255)})
    shown = np.asarray(preview(api, api.upload(api.mosaic(), path)))
    assert np.allclose(shown[30, 10], (200, 30, 30), atol=12)
    assert np.allclose(shown[30, 80], (30, 30, 200), atol=12)


def test_a_turned_image_lies_where_it_belongs(api, geotiff):
    turned = Affine.translation(500_000, 6_180_000) @ Affine.rotation(30) @ Affine.scale(0.5, -0.5)
    image = api.upload(api.mosaic(), geotiff("turned.tif", width=200, height=100, transform=turned))
    assert image["state"] == "READY"
    assert image["meta_data"]["pixel_size"] == [pytest.approx(0.5), pytest.approx(0.5)]
    footprint = from_wkt(image["footprint"])
    share = footprint.area / box(*footprint.bounds).area
    assert share == pytest.approx(100 * 50 / ((86.6 + 25) * (50 + 43.3)), rel=0.05)


def test_the_footprint_follows_the_pixels_and_not_the_bounds(api, geotiff):
    pixels = np.full((3, 400, 400), 90, dtype=np.uint8)
    rows, columns = np.mgrid[:400, :400]
    pixels[:, rows + columns < 400] = 0  # the upper left half
    pixels[:, 300:340, 300:340] = 0  # a hole
    pixels[:, 10, 10] = 90  # a speck
    image = api.upload(api.mosaic(), geotiff("half.tif", pixels=pixels, nodata=0, pixel=1.0))
    footprint = from_wkt(image["footprint"])
    assert footprint.geom_type == "Polygon"
    assert footprint.is_valid
    assert footprint.exterior.is_ccw
    assert len(footprint.interiors) == 1
    share = footprint.area / box(*footprint.bounds).area
    assert share == pytest.approx(0.5 - 0.01, abs=0.01)


@pytest.mark.parametrize("how", ["alpha", "mask"])
def test_the_footprint_follows_alpha_and_masks(api, geotiff, how):
    pixels = np.full((4 if how == "alpha" else 3, 100, 100), 90, dtype=np.uint8)
    alpha = np.full((100, 100), 255, dtype=np.uint8)
    alpha[:, :50] = 0
    if how == "alpha":
        pixels[3] = alpha
    path = geotiff(
        f"{how}.tif", pixels=pixels, photometric="rgb", **({"alpha": "yes"} if how == "alpha" else {})
    )
    if how == "mask":
        with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(path, "r+") as dataset:
            dataset.write_mask(alpha)
    image = api.upload(api.mosaic(), path)
    west, south, east, north = from_wkt(image["footprint"]).bounds
    whole = from_wkt(api.upload(api.mosaic(), geotiff(width=100, height=100))["footprint"])
    assert (east, south, north) == tuple(pytest.approx(whole.bounds[at], abs=1e-7) for at in (2, 1, 3))
    assert west == pytest.approx((whole.bounds[0] + whole.bounds[2]) / 2, abs=1e-7)
    assert np.asarray(preview(api, image))[50, 10].min() > 245, "what is not there is left white"


def test_the_footprint_is_in_degrees_to_a_part_of_a_pixel(api, geotiff):
    path = geotiff("wide.tif", width=1500, height=500, pixel=10.0)
    footprint = from_wkt(api.upload(api.mosaic(), path)["footprint"])
    with rasterio.open(path) as dataset:
        expected = rasterio.warp.transform_geom(
            dataset.crs, "EPSG:4326", {"type": "Polygon", "coordinates": [[
                dataset.transform @ corner for corner in edge(1500, 500)
            ]]},
        )  # fmt: skip
    ring = np.array(expected["coordinates"][0])
    gap = max(footprint.exterior.distance(point) for point in map(as_point, ring))
    assert gap < 10 / 111_000 / 10


def edge(width, height):
    across, down = np.linspace(0, width, 20), np.linspace(0, height, 20)
    yield from ((x, 0) for x in across)
    yield from ((width, y) for y in down)
    yield from ((x, height) for x in across[::-1])
    yield from ((0, y) for y in down[::-1])


def as_point(position):
    return from_wkt(f"POINT ({position[0]} {position[1]})")


def test_an_image_becomes_a_cloud_optimized_geotiff_with_the_same_pixels(api, geotiff):
    path = geotiff("large.tif", width=1300, height=1100, nodata=7)
    image = api.upload(api.mosaic(), path)
    folder = api.sandbox.process.data_path / "images" / image["id"]
    valid, errors, warnings = cog_validate(folder / "cog.tif", quiet=True)
    assert valid, (errors, warnings)
    assert (folder / "original.tif").read_bytes() == path.read_bytes()
    with rasterio.open(path) as before, rasterio.open(folder / "cog.tif") as after:
        assert (before.read() == after.read()).all()
        assert (before.crs, before.transform, before.nodata) == (after.crs, after.transform, after.nodata)
        assert after.overviews(1)


def test_a_large_image_is_prepared_after_the_answer(sandbox, connect, geotiff):
    api = connect(sandbox.start(prepare_first_bytes=1000))
    mosaic_id = api.mosaic()
    path = geotiff("large.tif", width=1500, height=1500)
    image = api.upload(mosaic_id, path)
    assert image["file_size"] > 1000
    if image["state"] != "READY":  # it may have been quick
        assert image["footprint"] is None
        assert image["available_for_download"] is False
    done = {"preprocessing_status": "COMPLETED", "preprocessing_error": None, "data_available": True}
    assert api.prepared(image["id"]) == done
    (image,) = api.images(mosaic_id)
    assert image["state"] == "READY"
    assert from_wkt(image["footprint"]).is_valid


def test_many_uploads_at_once_all_arrive(api, geotiff):
    mosaic_id = api.mosaic()
    contents = [geotiff(f"{number}.tif").read_bytes() for number in range(6)]
    answers = []

    def send(number):
        with httpx.Client(base_url=api.sandbox.url, headers=dict(api.headers), timeout=60) as client:
            files = {"file": (f"{number}.tif", contents[number])}
            answers.append(client.post(f"/rasters/mosaic/{mosaic_id}/image", files=files))

    threads = [threading.Thread(target=send, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [200] * 6
    images = api.images(mosaic_id)
    assert {image["filename"] for image in images} == {f"{number}.tif" for number in range(6)}
    for image in images:
        number = int(image["filename"].split(".")[0])
        assert image["checksum"] == hashlib.sha1(contents[number]).hexdigest()


def resident_kib(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return int(re.search(r"VmRSS:\s+(\d+) kB", status.read()).group(1))


def test_a_large_upload_takes_little_memory_and_leaves_the_server_quick(sandbox, connect, geotiff, tmp_path):
    own = sandbox.start()
    api = connect(own)
    mosaic_id = api.mosaic()
    api.upload(mosaic_id, geotiff("first.tif"))  # what is loaded once is loaded now
    path = tmp_path / "large.tif"
    profile = {"width": 12_000, "height": 4_400, "count": 3, "dtype": "uint8", "crs": "EPSG:32637"}
    noise = np.random.default_rng(1).integers(0, 255, (3, 400, 12_000), dtype=np.uint8)
    with rasterio.open(
        path, "w", driver="GTiff", transform=Affine(0.5, 0, 5e5, 0, -0.5, 6.18e6), **profile
    ) as dataset:
        for top in range(0, 4_400, 400):
            dataset.write(noise, window=rasterio.windows.Window(0, top, 12_000, 400))
    assert path.stat().st_size > 150 * MIB

    before, peak, waits = resident_kib(own.pid), 0, []
    ended = threading.Event()

    def watch():
        nonlocal peak
        with httpx.Client(base_url=own.url, headers=dict(api.headers), timeout=30) as client:
            for _ in itertools.takewhile(lambda _: not ended.wait(0.02), itertools.count()):
                began = time.monotonic()
                client.get("/rasters/memory").raise_for_status()
                waits.append(time.monotonic() - began)
                peak = max(peak, resident_kib(own.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        image = api.upload(mosaic_id, path)
        api.prepared(image["id"])
    finally:
        ended.set()
        watcher.join()
    assert len(waits) > 10
    assert (peak - before) / 1024 < 48, "MiB more than before"
    assert sorted(waits)[len(waits) * 9 // 10] < 0.25, "seconds for nine of ten other requests"
    assert api.prepared(image["id"])["data_available"] is True
