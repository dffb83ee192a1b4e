"""Tiles of one's own images and mosaics: the address in the answers works, the newest lies on top."""

from __future__ import annotations

import io
import math
import uuid

import numpy as np
import pytest
from PIL import Image as Picture
from rasterio.warp import transform_bounds
from shapely import from_wkt

OTHER = "other@example.org"
RED, GREEN = (200, 20, 30), (20, 190, 40)
LEFT, TOP, SIDE = 4_200_000.0, 7_500_000.0, 200
EAST = SIDE // 2


@pytest.fixture
def coloured(geotiff):
    """Makes a picture of one colour, `shift` metres east of the first one; with `collar` its west half is no data."""

    def make(name, colour, shift=0.0, collar=False):
        pixels = np.stack([np.full((SIDE, SIDE), value, dtype=np.uint8) for value in colour])
        if collar:
            pixels[:, :, : SIDE // 2] = 0
        more = {"nodata": 0} if collar else {}
        return geotiff(name, pixels=pixels, crs="EPSG:3857", pixel=1.0, origin=(LEFT + shift, TOP), **more)

    return make


def address_at(x, y, zoom):
    """The tile at a position of EPSG:3857, and the pixel in it."""
    half = math.pi * 6_378_137.0
    pixel = 2 * half / 2**zoom / 256
    column, row = (x + half) / pixel, (half - y) / pixel
    return (zoom, int(column // 256), int(row // 256)), (int(row % 256), int(column % 256))


def seen(api, url, x, y, zoom=18):
    """The RGBA of what a layer shows at a position."""
    (z, column, row), place = address_at(x, y, zoom)
    answer = api.get(url.format(z=z, x=column, y=row))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/png"
    return tuple(
        int(value) for value in np.asarray(Picture.open(io.BytesIO(answer.content)).convert("RGBA"))[place]
    )


def layer(api, mosaic_id):
    return api.ask("GET", f"/rasters/mosaic/{mosaic_id}")["rasterLayer"]


def close(colour, expected):
    return (
        colour[3] == 255 and max(abs(one - two) for one, two in zip(colour[:3], expected, strict=True)) <= 4
    )


def test_the_address_of_an_image_carries_a_query_of_its_own(api, coloured):
    image = api.upload(api.mosaic(), coloured("red.tif", RED))
    url = image["rasterLayer"]["tileUrl"]
    assert url.startswith(f"{api.sandbox.url}/rasters/cogs/tiles/{{z}}/{{x}}/{{y}}.png?uri=s3%3A%2F%2F")
    assert close(seen(api, url, LEFT + 50, TOP - 50), RED)
    assert seen(api, url, LEFT + SIDE + 50, TOP - 50)[3] == 0
    assert close(seen(api, url, LEFT + 50, TOP - 50, zoom=21), RED)
    assert seen(api, url, 0, 0)[3] == 0
    (error,) = api.ask("GET", "/rasters/cogs/tiles/1/0/0.png", 422)["detail"]
    assert error["loc"] == ["query", "uri"]


def test_in_a_mosaic_the_newest_image_lies_on_top(api, coloured):
    mosaic_id = api.mosaic()
    api.upload(mosaic_id, coloured("red.tif", RED))
    url = layer(api, mosaic_id)["tileUrl"]
    assert close(seen(api, url, LEFT + 150, TOP - 50), RED)
    newer = api.upload(mosaic_id, coloured("green.tif", GREEN, shift=EAST))
    assert layer(api, mosaic_id)["tileUrl"] == url
    assert close(seen(api, url, LEFT + 50, TOP - 50), RED)
    assert close(seen(api, url, LEFT + 150, TOP - 50), GREEN)
    assert close(seen(api, url, LEFT + 250, TOP - 50), GREEN)
    api.ask("DELETE", f"/rasters/image/{newer['id']}")
    assert close(seen(api, url, LEFT + 150, TOP - 50), RED)


def test_where_the_newest_image_has_no_data_the_one_below_is_seen(api, coloured):
    mosaic_id = api.mosaic()
    api.upload(mosaic_id, coloured("red.tif", RED))
    api.upload(mosaic_id, coloured("green.tif", GREEN, collar=True))
    url = layer(api, mosaic_id)["tileUrl"]
    assert close(seen(api, url, LEFT + 50, TOP - 50), RED)
    assert close(seen(api, url, LEFT + 150, TOP - 50), GREEN)


def test_tiles_of_an_image_of_one_band_are_grey(api, geotiff):
    pixels = np.full((1, SIDE, SIDE), 120, dtype=np.uint8)
    path = geotiff("grey.tif", pixels=pixels, crs="EPSG:3857", pixel=1.0, origin=(LEFT, TOP))
    url = api.upload(api.mosaic(), path)["rasterLayer"]["tileUrl"]
    assert close(seen(api, url, LEFT + 50, TOP - 50), (120, 120, 120))


def test_tilejson_says_what_the_tiles_cover(api, coloured):
    mosaic_id = api.mosaic("Съёмка & чай")
    api.upload(mosaic_id, coloured("red.tif", RED))
    image = api.upload(mosaic_id, coloured("green.tif", GREEN, shift=EAST))
    mosaic = api.ask("GET", f"/rasters/mosaic/{mosaic_id}")
    said = api.ask("GET", mosaic["rasterLayer"]["tileJsonUrl"])
    assert said["name"] == "Съёмка & чай"
    assert said["tiles"] == [mosaic["rasterLayer"]["tileUrl"]]
    assert said["bounds"] == pytest.approx(from_wkt(mosaic["footprint"]).bounds, abs=1e-7)
    assert said["bounds"] == pytest.approx(
        transform_bounds("EPSG:3857", "EPSG:4326", LEFT, TOP - SIDE, LEFT + SIDE + EAST, TOP), abs=1e-6
    )
    assert (said["minzoom"], said["maxzoom"]) == (0, 17)  # 1.2 m is the nearest to pixels of 1 m
    alone = api.ask("GET", image["rasterLayer"]["tileJsonUrl"])
    assert alone["name"] == "green.tif"
    assert alone["bounds"] == pytest.approx(from_wkt(image["footprint"]).bounds, abs=1e-7)


def test_clients_keep_an_image_and_ask_again_for_a_mosaic(api, coloured):
    mosaic_id = api.mosaic()
    image = api.upload(mosaic_id, coloured("red.tif", RED))
    (z, x, y), _place = address_at(LEFT + 50, TOP - 50, 18)
    for url, keep in (
        (image["rasterLayer"]["tileUrl"], "max-age"),
        (layer(api, mosaic_id)["tileUrl"], "no-cache"),
    ):
        where = url.format(z=z, x=x, y=y)
        answer = api.get(where)
        assert keep in answer.headers["cache-control"]
        again = api.get(where, headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304
    api.upload(mosaic_id, coloured("green.tif", GREEN))
    assert api.get(where, headers={"If-None-Match": answer.headers["etag"]}).status_code == 200


def test_a_mosaic_without_images_has_no_tiles(api):
    mosaic_id = api.mosaic()
    uri = f"s3://mapflow-sandbox/{mosaic_id}"
    assert isinstance(api.ask("GET", "/rasters/cogs/tiles.json", 409, params={"uri": uri})["detail"], str)
    answer = api.get("/rasters/cogs/tiles/1/0/0.png", params={"uri": uri})
    assert np.asarray(Picture.open(io.BytesIO(answer.content)))[..., 3].max() == 0


def test_tiles_belong_to_an_account(sandbox, connect, sign_in, coloured):
    own = sandbox.start(account=OTHER)
    api, other, nobody = connect(own), sign_in(own, OTHER), connect(own, "")
    mosaic_id = api.mosaic()
    image = api.upload(mosaic_id, coloured("red.tif", RED))
    for url in (image["rasterLayer"]["tileUrl"], layer(api, mosaic_id)["tileUrl"]):
        where = url.format(z=1, x=0, y=0)
        assert other.ask("GET", where, 404)["detail"]["code"] == "ItemNotFound"
        assert nobody.ask("GET", where, 401)["detail"]
    assert nobody.ask("GET", image["rasterLayer"]["tileJsonUrl"], 401)["detail"]


def test_a_uri_that_leads_nowhere_is_refused(api, coloured):
    image = api.upload(api.mosaic(), coloured("red.tif", RED))
    elsewhere = api.mosaic()
    for uri, status in (
        ("", 400),
        ("/etc/passwd", 400),
        ("s3://mapflow-sandbox/../../etc/passwd", 400),
        ("s3://another-bucket/x.tif", 400),
        (f"s3://mapflow-sandbox/{uuid.uuid4()}", 404),
        (f"s3://mapflow-sandbox/{elsewhere}/cog/{image['id']}.tif", 404),
        (f"s3://mapflow-sandbox/{elsewhere}/cog/{uuid.uuid4()}.tif", 404),
    ):
        for path in ("/rasters/cogs/tiles/1/0/0.png", "/rasters/cogs/tiles.json"):
            assert api.ask("GET", path, status, params={"uri": uri})["detail"]
    assert api.ask("GET", image["rasterLayer"]["tileUrl"].format(z=3, x=8, y=0), 404)["detail"]
