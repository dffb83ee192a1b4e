"""Imagery as tiles: where each pixel comes from, what is transparent, and how clients keep them."""

from __future__ import annotations

import io
import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from PIL import Image
from scipy import ndimage
from shapely.geometry import box

from mapflow_sandbox import scene
from mapflow_sandbox.tiles import raster
from mapflow_sandbox.tiles.matrix import HALF_WORLD_M, TileAddress, to_3857
from sandbox_process import ASSETS

RED, GREEN, BLUE = (200, 20, 30), (20, 190, 40), (30, 40, 210)


def pixels_of(png):
    with Image.open(io.BytesIO(png)) as picture:
        assert (picture.format, picture.mode, picture.size) == ("PNG", "RGBA", (256, 256))
        return np.asarray(picture).astype(float)


def address_of(lon, lat, zoom):
    x = (lon + 180) / 360 * 2**zoom
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**zoom
    return TileAddress(zoom, int(x), int(y))


def middle_of(bbox):
    west, south, east, north = bbox
    return (west + east) / 2, (south + north) / 2


def path_of(address):
    return f"{address.z}/{address.x}/{address.y}.png"


def pixel_centres(address):
    """EPSG:3857 of the centres of a tile's pixels, x by column and y by row, from the definition of the matrix."""
    pixel = 2 * HALF_WORLD_M / 2**address.z / 256
    left, top = address.x * 256 * pixel - HALF_WORLD_M, HALF_WORLD_M - address.y * 256 * pixel
    steps = (np.arange(256) + 0.5) * pixel
    return left + steps, top - steps


def picture(path, colour, left, top, size=64, pixel=1.0, crs="EPSG:3857", bands=3, alpha=255):
    """A GeoTIFF of one colour; `bands` 1 takes the first part of it, 4 adds an alpha band."""
    planes = np.stack([np.full((size, size), value, dtype=np.uint8) for value in (*colour, alpha)[:bands]])
    profile = {
        "driver": "GTiff",
        "width": size,
        "height": size,
        "count": bands,
        "dtype": "uint8",
        "crs": crs,
        "transform": Affine(pixel, 0, left, 0, -pixel, top),
        "photometric": "RGB" if bands >= 3 else "MINISBLACK",
        "alpha": "yes" if bands == 4 else "no",
    }
    with rasterio.open(path, "w", **profile) as target:
        target.write(planes)
    return path


def within(address, left, bottom, right, top):
    """Which pixels of a tile have their centre in a box of EPSG:3857."""
    x, y = pixel_centres(address)
    return ((x > left) & (x < right))[None, :] & ((y > bottom) & (y < top))[:, None]


@pytest.mark.parametrize("zoom", [16, 18, 19])
def test_a_provider_s_tile_shows_the_scene_in_its_place(sandbox, api, zoom):
    address = address_of(*middle_of(sandbox.bbox), zoom)
    answer = api.get(f"/providers/{sandbox.provider}/tiles/{path_of(address)}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    shown = pixels_of(answer.content)
    assert (shown[..., 3] == 255).all()

    with rasterio.open(scene.load(ASSETS).path_to_cog) as source:
        light = source.read().mean(axis=0)
        x, y = pixel_centres(address)
        columns, rows = (
            (x - source.transform.c) / source.res[0] - 0.5,
            (source.transform.f - y) / source.res[1] - 0.5,
        )
    blur = max(0.0, (2 ** (18 - zoom) - 1) / 2)
    smooth = ndimage.gaussian_filter(light, blur) if blur else light

    def difference(right, down):
        grid = np.meshgrid(rows + down, columns + right, indexing="ij")
        return np.abs(ndimage.map_coordinates(smooth, grid, order=1) - shown[..., :3].mean(axis=2)).mean()

    pixel = 2 * HALF_WORLD_M / 2**zoom / 256 / 0.5
    aside = [difference(*(pixel * np.array(step))) for step in ((1, 0), (-1, 0), (0, 1), (0, -1))]
    assert difference(0, 0) < 0.6 * min(aside), "the tile fits best where it is said to lie"


def test_beyond_the_edge_of_the_scene_a_tile_is_transparent_to_the_pixel(sandbox, api):
    west, _south, _east, north = sandbox.bbox
    address = address_of(west, north, 18)
    shown = pixels_of(api.get(f"/providers/{sandbox.provider}/tiles/{path_of(address)}").content)
    left, top = to_3857(np.array([[west, north]]))[0]
    seen = shown[..., 3] > 0
    inside = within(address, left, -math.inf, math.inf, top)
    assert 0 < inside.sum() < inside.size
    assert seen[inside].all()
    assert not seen[~ndimage.binary_dilation(inside, np.ones((3, 3)))].any()


def test_where_there_is_no_imagery_a_tile_is_blank(sandbox, api):
    answer = api.get(f"/providers/{sandbox.provider}/tiles/12/0/0.png")
    assert answer.status_code == 200
    assert not pixels_of(answer.content)[..., 3].any()


def test_a_provider_s_tiles_need_no_sign_in(sandbox, connect):
    address = address_of(*middle_of(sandbox.bbox), 15)
    assert (
        connect(sandbox, "").get(f"/providers/{sandbox.provider}/tiles/{path_of(address)}").status_code == 200
    )


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("sandbox_orthophoto/tiles/25/0/0.png", 400),
        ("sandbox_orthophoto/tiles/-1/0/0.png", 400),
        ("sandbox_orthophoto/tiles/3/8/0.png", 404),
        ("sandbox_orthophoto/tiles/3/0/8.png", 404),
        ("sandbox_orthophoto/tiles/3/99999999999999999999999/8.png", 400),
        ("sandbox_orthophoto/tiles/3/one/0.png", 400),
        ("sandbox_orthophoto/tiles/3/0/0.jpg", 404),
        ("sandbox_orthophoto/tiles/20/0/0.png", 404),
        ("sandbox_overview/tiles/18/0/0.png", 404),
        ("..%2F..%2Fetc/tiles/3/0/0.png", 404),
        ("nobody/tiles/3/0/0.png", 404),
        ("nobody/tiles/tilejson.json", 404),
    ],
)
def test_an_address_that_is_none_is_refused_with_a_reason(api, path, status):
    assert api.refused("GET", f"/providers/{path}", status)["message"]


def test_the_provider_s_tilejson_says_where_its_tiles_are(sandbox, api):
    said = api.ask("GET", f"/providers/{sandbox.provider}/tiles/tilejson.json")
    assert said["tilejson"] == "3.0.0"
    assert said["bounds"] == pytest.approx(sandbox.bbox)
    assert (said["minzoom"], said["maxzoom"], said["scheme"]) == (0, 19, "xyz")
    listed = api.ask("GET", "/user/status")["dataProviders"]
    assert said["tiles"] == [next(each["previewUrl"] for each in listed if each["name"] == sandbox.provider)]
    address = address_of(*said["center"][:2], said["center"][2])
    url = said["tiles"][0].format(z=address.z, x=address.x, y=address.y)
    assert pixels_of(api.get(url).content)[..., 3].all()


def test_a_client_that_has_a_tile_is_told_so(sandbox, api):
    address = address_of(*middle_of(sandbox.bbox), 17)
    path = f"/providers/{sandbox.provider}/tiles/{path_of(address)}"
    first = api.get(path)
    assert "max-age" in first.headers["cache-control"]
    again = api.get(path, headers={"If-None-Match": f'"other", {first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    neighbour = TileAddress(address.z, address.x + 1, address.y)
    other = api.get(f"/providers/{sandbox.provider}/tiles/{path_of(neighbour)}")
    assert other.headers["etag"] != first.headers["etag"]


def test_many_tiles_at_once_are_the_same_as_one_by_one(sandbox, api):
    heart = address_of(*middle_of(sandbox.bbox), 18)
    paths = [
        f"/providers/{sandbox.provider}/tiles/{path_of(TileAddress(18, heart.x + right, heart.y + down))}"
        for right in range(-2, 2)
        for down in range(-2, 2)
    ]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda path: api.get(path).content, paths))
    assert together == [api.get(path).content for path in paths]
    assert len(set(together)) == len(paths)


HERE = TileAddress(18, 158_000, 131_000)


def corner(address=HERE):
    left, _bottom, _right, top = address.bounds_3857
    return left, top


def test_of_overlapping_images_the_first_wins_and_the_others_fill_in(tmp_path: Path):
    left, top = corner()
    first = picture(tmp_path / "first.tif", RED, left + 20, top - 20)
    second = picture(tmp_path / "second.tif", BLUE, left + 60, top - 20)
    far = picture(tmp_path / "far.tif", GREEN, left + 5_000, top)
    shown = pixels_of(raster.tile([far, first, second], HERE))
    in_first = within(HERE, left + 21, top - 83, left + 83, top - 21)
    in_second = within(HERE, left + 85, top - 83, left + 123, top - 21)
    assert np.unique(shown[in_first], axis=0).tolist() == [[*RED, 255]]
    assert np.unique(shown[in_second], axis=0).tolist() == [[*BLUE, 255]]
    assert not shown[~within(HERE, left + 19, top - 85, left + 125, top - 19)][:, 3].any()


def test_an_image_s_own_transparency_lets_the_next_one_through(tmp_path: Path):
    left, top = corner()
    hole = picture(tmp_path / "hole.tif", RED, left, top, size=160, bands=4, alpha=0)
    below = picture(tmp_path / "below.tif", GREEN, left, top, size=160, bands=4)
    shown = pixels_of(raster.tile([hole, below], HERE))
    assert np.unique(shown[:250, :250].reshape(-1, 4), axis=0).tolist() == [[*GREEN, 255]]
    assert raster.tile([hole], HERE) == raster.blank()


def test_a_grey_image_is_grey(tmp_path: Path):
    left, top = corner()
    shown = pixels_of(raster.tile([picture(tmp_path / "grey.tif", RED, left, top, size=160, bands=1)], HERE))
    assert np.unique(shown[:250, :250].reshape(-1, 4), axis=0).tolist() == [[RED[0]] * 3 + [255]]


def test_an_image_in_another_crs_lies_where_it_belongs(tmp_path: Path):
    from pyproj import Transformer

    address = TileAddress(17, 79_000, 41_000)
    left, bottom, right, top = address.bounds_3857
    to_utm = Transformer.from_crs("EPSG:3857", "EPSG:32637", always_xy=True)
    to_mercator = Transformer.from_crs("EPSG:32637", "EPSG:3857", always_xy=True)
    west, north = to_utm.transform((left + right) / 2, (bottom + top) / 2)
    marked = picture(tmp_path / "utm.tif", BLUE, west, north, size=40, crs="EPSG:32637")
    shown = pixels_of(raster.tile([marked], address))[..., 3] > 0
    x, y = np.meshgrid(*pixel_centres(address))
    easting, northing = to_utm.transform(x, y)
    expected = (easting > west) & (easting < west + 40) & (northing < north) & (northing > north - 40)
    assert expected.sum() > 500
    assert (shown ^ expected).sum() <= 0.05 * expected.sum(), "no more than its edge may differ"
    assert to_mercator.transform(west, north) == pytest.approx(((left + right) / 2, (bottom + top) / 2))


def test_beyond_the_finest_zoom_pixels_are_enlarged(tmp_path: Path):
    left, top = corner()
    rng = np.random.default_rng(4)
    path = picture(tmp_path / "noise.tif", RED, left, top, size=400, pixel=0.5)
    with rasterio.open(path, "r+") as target:
        target.write(rng.integers(0, 255, (3, 400, 400), dtype=np.uint8))
    whole = pixels_of(raster.tile([path], HERE, finest_zoom=18))
    part = pixels_of(raster.tile([path], TileAddress(20, HERE.x * 4 + 1, HERE.y * 4 + 2), finest_zoom=18))
    assert part.tolist() == np.kron(whole[128:192, 64:128], np.ones((4, 4, 1))).tolist()
    deep = pixels_of(raster.tile([path], TileAddress(24, HERE.x * 64 + 7, HERE.y * 64 + 9), finest_zoom=15))
    assert len(np.unique(deep.reshape(-1, 4), axis=0)) == 1


def test_only_what_lies_in_the_area_is_shown(tmp_path: Path):
    left, top = corner()
    path = picture(tmp_path / "whole.tif", GREEN, left - 50, top + 50, size=400)
    area = box(left + 30, top - 90, left + 60, top - 40)
    shown = pixels_of(raster.tile([path], HERE, area=area))[..., 3] > 0
    assert shown[within(HERE, *area.bounds)].all()
    pixel = 2 * HALF_WORLD_M / 2**18 / 256
    assert not shown[~within(HERE, *area.buffer(pixel).bounds)].any()
    assert raster.tile([path], HERE, area=box(left - 40, top, left - 30, top + 10)) == raster.blank()


def test_the_finest_zoom_follows_the_finest_pixels(tmp_path: Path):
    coarse = picture(tmp_path / "coarse.tif", RED, *corner(), pixel=4.8)
    fine = picture(tmp_path / "fine.tif", RED, *corner(), pixel=0.3)
    assert raster.finest_zoom([coarse]) == 15
    assert raster.finest_zoom([coarse, fine]) == 19
