"""Previews of the catalog: pictures that lie where they are said to, in the format they have, and tiles of mosaics."""

from __future__ import annotations

import io
import math

import numpy as np
import pytest
import shapely
from PIL import Image
from shapely.affinity import translate
from shapely.geometry import MultiPoint, mapping, shape

SIGNATURES = {"png": b"\x89PNG", "jpeg": b"\xff\xd8\xff"}


@pytest.fixture
def rows(api, square):
    return api.ask("POST", "/catalog/meta", json={"aoi": square(0.9), "limit": 1000})["images"]


@pytest.fixture
def look(api, connect):
    """Fetches a picture without signing in: RGBA and the format it really has."""
    stranger = connect(api.sandbox, "")

    def fetch(url):
        answer = stranger.get(url)
        assert answer.status_code == 200, answer.text
        kind = answer.headers["content-type"].removeprefix("image/")
        assert answer.content.startswith(SIGNATURES[kind])
        return np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGBA")), kind

    return fetch


def tile_at(longitude, latitude, zoom):
    n = 2**zoom
    y = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2
    return {"z": zoom, "x": int((longitude + 180) / 360 * n), "y": int(y * n)}


def is_tiles(row):
    return row["previewType"] == "xyz"


def test_a_scene_s_picture_has_the_corners_of_its_footprint(api, rows, look):
    """The painted town is seen where it lies: it is restless, the made-up country around it is calm."""
    west, south, east, north = api.sandbox.bbox
    town, size = np.array([(west + east) / 2, (south + north) / 2]), east - west
    good = [
        row for row in rows if is_clear(row) and shape(row["footprint"]).contains(around(town, 1.6 * size))
    ]
    assert len(good) >= 5
    for row in good[:8]:
        picture, _kind = look(row["previewUrl"])
        corners = [np.array(each) for each in row["footprint"]["coordinates"][0][:4]]
        upper_left, lower_left, lower_right, upper_right = corners
        assert upper_left[1] > lower_left[1]
        assert upper_right[0] > upper_left[0]
        assert lower_right[0] > lower_left[0]
        there = restlessness(picture, town, 0.35 * size, corners)
        assert there > 12
        for aside in ((-1.2, 0), (1.2, 0), (0, -1.2), (0, 1.2)):
            assert restlessness(picture, town + size * np.array(aside), 0.35 * size, corners) < there * 0.6


def is_clear(row):
    """A quadrangle in one picture, fine enough, and with hardly a cloud."""
    is_plain = row["footprint"]["type"] == "Polygon" and len(row["footprint"]["coordinates"][0]) == 5
    is_fine = 0 < (row["pixelResolution"] or 0) < 1.5
    is_picture = row["previewUrl"] and not row["previews"] and not is_tiles(row)
    return is_plain and is_fine and is_picture and row["cloudCover"] is not None and row["cloudCover"] < 4


def around(centre, half):
    return shapely.box(*(centre - half), *(centre + half))


def restlessness(picture, centre, half, corners):
    """The usual difference between neighbouring pixels around a place."""
    across, down = _place(centre, *corners)
    height, width = picture.shape[:2]
    reach = int(half / np.linalg.norm(corners[3] - corners[0]) * width)
    column, line = int(across * width), int(down * height)
    part = picture[line - reach : line + reach + 1, column - reach : column + reach + 1, :3].astype(float)
    return np.median(np.abs(np.diff(part, axis=1)))


def _place(point, upper_left, lower_left, lower_right, upper_right):
    """Where `point` lies in the picture, across and down, 0 to 1 each: by Newton's steps."""
    at = np.array([0.5, 0.5])
    for _ in range(20):
        u, v = at
        top, bottom = upper_left + (upper_right - upper_left) * u, lower_left + (lower_right - lower_left) * u
        off = top + (bottom - top) * v - point
        by_u = (upper_right - upper_left) * (1 - v) + (lower_right - lower_left) * v
        at = at - np.linalg.solve(np.column_stack([by_u, bottom - top]), off)
    return at


def test_some_are_of_another_format_than_is_said(rows, look):
    kinds = set()
    for row in [row for row in rows if row["previewUrl"] and not is_tiles(row)][:30]:
        assert row["previewType"] == "png"
        _pixels, kind = look(row["previewUrl"])
        kinds.add((row["previewUrl"].rpartition(".")[2], kind))
    assert kinds == {("png", "png"), ("jpg", "jpeg")}


def test_pictures_in_parts_cover_the_footprint_together(rows, look):
    in_parts = [row for row in rows if len(row["previews"]) > 1]
    many_cornered = [row for row in rows if len(row["previews"]) == 1]
    assert in_parts
    assert many_cornered
    for row in (*in_parts[:5], *many_cornered[:5]):
        outline = shape(row["footprint"])
        pieces = [shape(each["geometry"]) for each in row["previews"]]
        assert all(len(piece.exterior.coords) == 5 for piece in pieces)
        together = shapely.union_all(np.array(pieces))
        assert outline.difference(together.buffer(1e-6)).area == 0
        assert together.area <= MultiPoint(outline.exterior.coords).minimum_rotated_rectangle.area * 1.01
        pictures = [look(each["url"])[0] for each in row["previews"]]
        assert len({picture.tobytes() for picture in pictures}) == len(pictures)
    clear = [row for row in in_parts if row["cloudCover"] is not None and row["cloudCover"] < 1]
    assert clear
    for row in clear[:3]:
        whole, *halves = (
            look(url)[0] for url in (row["previewUrl"], *(each["url"] for each in row["previews"]))
        )
        assert differs(whole, np.vstack(halves)) < 0.5 * min(differs(whole, half) for half in halves)


def differs(one, other):
    """The usual difference between two pictures of the same ground, whatever their sizes and formats."""
    small = [Image.fromarray(each[..., :3]).resize((24, 24), Image.Resampling.BOX) for each in (one, other)]
    return np.abs(np.subtract(*(np.asarray(each, float) for each in small))).mean()


@pytest.mark.both_dialects
def test_the_picture_of_a_scene_shows_all_of_it(api, square, look):
    """In either dialect: the reference tells no parts, and an upper half would be laid over the whole footprint."""
    over_seam = mapping(shapely.box(179.92, -17, 179.99, -16.9))
    seen = 0
    for area in (square(0.9), over_seam):
        answer = api.ask("POST", "/catalog/meta", json={"aoi": area, "limit": 1000})
        rows = answer["images"] if api.sandbox.dialect == "deployed" else answer
        for row in [row for row in rows if "/scenes/" in (row.get("previewUrl") or "")][:40]:
            parts = shapely.get_parts(shape(row["footprint"]))
            whole = shapely.union_all(
                np.array([translate(part, 360) if part.bounds[0] < -170 else part for part in parts])
            ).minimum_rotated_rectangle
            _west, south, _east, north = whole.bounds
            if row["footprint"]["type"] == "Polygon" and len(row["footprint"]["coordinates"][0]) > 5:
                continue
            sides = np.diff(np.array(whole.exterior.coords), axis=0) * (
                math.cos(math.radians((south + north) / 2)),
                1,
            )
            lengths = np.sort(np.hypot(*sides.T))[[0, -1]]
            height, width = look(row["previewUrl"])[0].shape[:2]
            assert min(height, width) / max(height, width) == pytest.approx(lengths[0] / lengths[1], rel=0.15)
            seen += 1
    assert seen > 30


def test_a_mosaic_s_tiles_show_the_scene_as_its_provider_does(api, rows, look):
    west, south, east, north = api.sandbox.bbox
    middle = (west + east) / 2, (south + north) / 2
    address = tile_at(*middle, 18)
    painted, _kind = look(
        f"{api.sandbox.url}/providers/{api.sandbox.provider}/tiles/{address['z']}/{address['x']}/{address['y']}.png"
    )
    assert painted[..., 3].all()
    around = shapely.box(west, south, east, north)
    counted = set()
    for row in [row for row in rows if is_tiles(row) and row["providerName"].startswith("sandbox_mosaic")]:
        if not shape(row["footprint"]).contains(around):
            continue
        from_south = "{-y}" in row["previewUrl"]
        row_number = 2**18 - 1 - address["y"] if from_south else address["y"]
        url = row["previewUrl"].replace("{-y}", "{y}").format(z=18, x=address["x"], y=row_number)
        shown, _kind = look(url)
        assert (shown == painted).all()
        counted.add(from_south)
    assert counted == {True, False}


def test_outside_its_footprint_a_mosaic_shows_nothing(api, rows, look):
    row = next(row for row in rows if is_tiles(row) and row["aoiIntersectionPercent"] < 80)
    west, south, east, north = shape(row["footprint"]).bounds
    inside = shape(row["footprint"]).representative_point()
    template = row["previewUrl"]

    def at(longitude, latitude, zoom):
        address = tile_at(longitude, latitude, zoom)
        if "{-y}" in template:
            address["y"] = 2**zoom - 1 - address["y"]
        return look(template.replace("{-y}", "{y}").format(**address))[0]

    assert at(inside.x, inside.y, 17)[..., 3].any()
    assert not at(east + 0.5, north + 0.5, 14)[..., 3].any()
    around = at((west + east) / 2, (south + north) / 2, 10)[..., 3]
    assert around.any()
    assert not around.all()


def test_what_there_is_no_preview_of_is_not_found(api, rows):
    without = next(row for row in rows if row["previewUrl"] is None)
    scene = next(row for row in rows if row["previewUrl"] and "/scenes/" in row["previewUrl"])
    mosaic = next(row for row in rows if is_tiles(row))
    place = "/providers/{}/{}/{}/{}"
    for path in (
        place.format(without["providerName"], "scenes", without["id"], "0.png"),
        place.format(scene["providerName"], "scenes", scene["id"], "9.png"),
        place.format("nobody", "scenes", scene["id"], "0.png"),
        place.format(scene["providerName"], "mosaics", scene["id"], "0/0/0.png"),
        place.format(mosaic["providerName"], "scenes", mosaic["id"], "0.png"),
    ):
        assert api.refused("GET", path, 404)["code"] == "NOT_FOUND"


def test_a_scene_over_the_antimeridian_has_a_picture_on_each_side(api, look):
    area = {"aoi": mapping(shapely.box(179.92, -17, 179.99, -16.9)), "limit": 1000}
    found = api.ask("POST", "/catalog/meta", json=area)["images"]
    cut = [row for row in found if row["footprint"]["type"] == "MultiPolygon" and row["previews"]]
    assert cut
    for row in cut:
        outline = shape(row["footprint"])
        pieces = [shape(each["geometry"]) for each in row["previews"]]
        assert {piece.bounds[0] < 0 for piece in pieces} == {True, False}
        assert all(piece.bounds[0] >= -180 - 0.1 and piece.bounds[2] <= 180.1 for piece in pieces)
        assert outline.difference(shapely.union_all(np.array(pieces)).buffer(1e-6)).area == 0
        look(row["previews"][-1]["url"])
