"""Vector tiles of a result: decoded again and held against the objects they were made of."""

from __future__ import annotations

import json
import math
from pathlib import Path

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from mapbox_vector_tile.Mapbox import vector_tile_pb2
from shapely.geometry import Polygon, box, mapping, shape

from mapflow_sandbox.tiles import generalise, mvt, objects, vector
from mapflow_sandbox.tiles.matrix import TileAddress
from mapflow_sandbox.tiles.objects import EXTENT

LON, LAT = 36.96, 0.02
METRE = 1 / 111_320  # in degrees, near the equator


def spot(lon, lat, zoom):
    """Where a position is in the matrix of a zoom, in tiles."""
    x = (lon + 180) / 360 * 2**zoom
    return x, (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**zoom


def address_at(zoom, lon=LON, lat=LAT):
    x, y = spot(lon, lat, zoom)
    return TileAddress(zoom, int(x), int(y))


def in_tile(geometry, address):
    """A geometry in degrees as exact tile coordinates."""
    corner = np.array((address.x, address.y))
    return shapely.transform(
        geometry,
        lambda positions: (np.array([spot(*each, address.z) for each in positions]) - corner) * EXTENT,
    )


def rectangle(east, north, width, height, turn=0.0):
    """A rectangle around a place so many metres from LON, LAT."""
    upright = box(-width / 2, -height / 2, width / 2, height / 2)
    turned = shapely.affinity.rotate(upright, turn, origin=(0, 0))
    return shapely.affinity.affine_transform(
        turned, [METRE, 0, 0, METRE, LON + east * METRE, LAT + north * METRE]
    )


def star(rng, east, north, reach, corners, innermost=0.25):
    """A jagged polygon without a crossing, at most `reach` metres wide."""
    angles = np.sort(rng.uniform(0, 2 * math.pi, corners))
    away = rng.uniform(innermost, 1.0, corners) * reach / 2
    places = np.column_stack((east + away * np.cos(angles), north + away * np.sin(angles)))
    return Polygon(places * METRE + np.array((LON, LAT)))


@pytest.fixture
def read(tmp_path: Path):
    """Writes geometries as a result's file and reads them for tiles; properties are one for each or one for all."""

    def read(geometries, properties=None):
        said = properties if isinstance(properties, list) else [properties or {}] * len(geometries)
        features = [
            {"type": "Feature", "geometry": mapping(geometry), "properties": about}
            for geometry, about in zip(geometries, said, strict=True)
        ]
        path = tmp_path / "result.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
        return objects.read([path])

    return read


def decoded(written):
    """The features of a tile: (geometry with y down, properties, id)."""
    if not written:
        return []
    (layer,) = mapbox_vector_tile.decode(written, default_options={"y_coord_down": True}).values()
    assert layer["extent"] == EXTENT
    return [(shape(each["geometry"]), each["properties"], each["id"]) for each in layer["features"]]


def corners_of(written):
    return sum(shapely.get_num_coordinates(geometry) for geometry, _about, _number in decoded(written))


@pytest.mark.parametrize("zoom", [14, 15, 16, 17])
def test_objects_are_where_they_are_in_the_result_to_a_pixel(read, zoom):
    rng = np.random.default_rng(2)
    drawn = [rectangle(40 * column, 35 * row, *rng.uniform(8, 25, 2), rng.uniform(0, 90))
             for column in range(-4, 5) for row in range(-4, 5)]  # fmt: skip
    everything = read(drawn)
    address = address_at(zoom)
    found = decoded(vector.tile(everything, address))
    view = box(0, 0, EXTENT, EXTENT)
    whole = {number: geometry for geometry, _about, number in found if view.contains(geometry)}
    assert len(whole) > {14: 70, 15: 70, 16: 60, 17: 15}[zoom]
    for number, geometry in whole.items():
        expected = in_tile(drawn[number - 1], address)
        away = geometry.hausdorff_distance(expected)
        assert away <= generalise.TOLERANCE * generalise.PIXEL + 1, f"object {number} is {away} away"


def test_outer_rings_run_clockwise_as_seen_and_holes_the_other_way(read):
    yard = rectangle(0, 0, 60, 40).difference(rectangle(0, 0, 20, 15))
    tile = vector_tile_pb2.tile()
    tile.ParseFromString(vector.tile(read([yard]), address_at(17)))
    rings, cursor, place = [], [0, 0], 0
    numbers = tile.layers[0].features[0].geometry
    while place < len(numbers):
        command, count = numbers[place] & 7, numbers[place] >> 3
        place += 1
        if command == 7:
            continue
        for _ in range(count):
            for axis in (0, 1):
                cursor[axis] += (numbers[place] >> 1) ^ -(numbers[place] & 1)
                place += 1
            if command == 1:
                rings.append([])
            rings[-1].append(tuple(cursor))
    # the surveyor's formula with y down: positive for clockwise to the eye
    areas = [
        sum(x * below - right * y for (x, y), (right, below) in zip(ring, ring[1:] + ring[:1], strict=True))
        / 2
        for ring in rings
    ]
    assert [area > 0 for area in areas] == [True, False]
    assert areas[0] + areas[1] == pytest.approx(in_tile(yard, address_at(17)).area, rel=0.03)


def test_y_points_down(read):
    address = address_at(16)
    (lower,), (upper,) = (
        decoded(vector.tile(read([rectangle(0, north, 20, 20)]), address)) for north in (-60, 60)
    )
    assert lower[0].centroid.y > upper[0].centroid.y


def test_across_a_border_both_tiles_fit_together(read):
    zoom = 16
    address = address_at(zoom)
    edge = address.x / 2**zoom * 360 - 180
    rng = np.random.default_rng(7)
    bridge = shapely.affinity.translate(star(rng, 0, 0, 120, 40), edge - LON, 0)
    everything = read([bridge])
    west = TileAddress(zoom, address.x - 1, address.y)
    parts = []
    for tile in (west, address):
        ((geometry, _about, number),) = decoded(vector.tile(everything, tile))
        assert number == 1
        seen = geometry.intersection(box(0, 0, EXTENT, EXTENT))
        parts.append(shapely.affinity.translate(seen, (tile.x - address.x) * EXTENT, 0))
    together = shapely.union_all(parts)
    expected = in_tile(bridge, address)
    assert together.geom_type == "Polygon", "no gap along the border"
    assert together.symmetric_difference(expected).area < 0.02 * expected.area
    borders = [part.intersection(shapely.LineString([(0, -9e9), (0, 9e9)])) for part in parts]
    assert borders[0].length > 10
    assert borders[0].hausdorff_distance(borders[1]) <= 1


def test_what_reaches_beyond_the_buffer_is_cut(read):
    field = rectangle(0, 0, 9_000, 9_000)
    ((geometry, _about, _number),) = decoded(vector.tile(read([field]), address_at(16)))
    reach = generalise.BUFFER
    assert geometry.bounds == (-reach, -reach, EXTENT + reach, EXTENT + reach)


def test_the_farther_away_the_fewer_corners(read):
    rng = np.random.default_rng(3)
    wood = read([star(rng, 0, 0, 900, 700, innermost=0.97)])
    counts = [corners_of(vector.tile(wood, address_at(zoom))) for zoom in (13, 12, 11, 10, 9)]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] < 0.25 * counts[0]


@pytest.mark.parametrize("zoom", range(6, 19))
def test_every_polygon_is_valid_however_jagged(read, zoom):
    rng = np.random.default_rng(5)
    jagged = [star(rng, *rng.uniform(-3_000, 3_000, 2), rng.uniform(5, 600), int(rng.integers(4, 60)))
              for _ in range(300)]  # fmt: skip
    middle = jagged[0].centroid
    found = decoded(vector.tile(read(jagged), address_at(zoom, middle.x, middle.y)))
    assert found
    for geometry, _about, number in found:
        assert geometry.is_valid, f"object {number}: {shapely.is_valid_reason(geometry)}"
        assert geometry.area > 0
        assert geometry.geom_type in {"Polygon", "MultiPolygon"}


def test_objects_too_small_to_see_are_drawn_together_and_none_is_lost(read):
    rng = np.random.default_rng(9)
    places = rng.uniform(-4_000, 4_000, (2_000, 2))
    many = read([rectangle(east, north, 10, 8) for east, north in places], {"object_type": "buildings"})
    for zoom in (4, 8, 10, 12):
        heart = address_at(zoom)
        seen = []
        for right in (-1, 0, 1):
            for down in (-1, 0, 1):
                seen += decoded(vector.tile(many, TileAddress(zoom, heart.x + right, heart.y + down)))
        counts = [about.get("object_count", 1) for _geometry, about, _number in seen]
        assert sum(counts) == 2_000
        assert len({number for _geometry, _about, number in seen}) == len(seen)
        assert all(about["object_type"] == "buildings" for _geometry, about, _number in seen)
    assert len(decoded(vector.tile(many, address_at(4)))) < 10


def test_what_is_drawn_together_covers_about_the_area_of_its_objects(read):
    huts = [rectangle(12 * column, 12 * row, 10, 10) for column in range(8) for row in range(8)]
    address = address_at(11)
    found = decoded(vector.tile(read(huts), address))
    expected = sum(in_tile(hut, address).area for hut in huts)
    assert sum(geometry.area for geometry, _about, _number in found) == pytest.approx(expected, rel=0.5)


def test_objects_of_different_classes_are_never_drawn_together(read):
    abouts = [
        {"class_id": kind, "storeys": 2, "height": height}
        for kind, height in (("house", 4), ("shed", 3), ("house", 5))
    ]
    close = read([rectangle(3 * step, 0, 2, 2) for step in range(3)], abouts)
    found = {
        about["class_id"]: about for _geometry, about, _number in decoded(vector.tile(close, address_at(9)))
    }
    assert found["shed"] == {"class_id": "shed", "storeys": 2, "height": 3}
    assert found["house"] == {"class_id": "house", "storeys": 2, "object_count": 2}, (
        "what differs is left out"
    )


def test_a_yard_too_small_to_see_is_filled_and_a_large_one_stays(read):
    block = rectangle(0, 0, 300, 300)
    park = read([block.difference(rectangle(-60, 0, 100, 100)).difference(rectangle(80, 0, 4, 4))])

    def holes(zoom):
        return [len(part.interiors) for geometry, *_ in decoded(vector.tile(park, address_at(zoom)))
                for part in shapely.get_parts(geometry)]  # fmt: skip

    assert (holes(17), holes(14)) == ([2], [1])


def test_properties_arrive_with_their_types(read):
    about = {
        "class_id": "здание 🏠",
        "storeys": 3,
        "below": -2,
        "area": 61.25,
        "is_new": True,
        "is_listed": False,
        "one": 1,
        "nothing": None,
        "parts": ["a", 1],
        "empty": "",
    }
    ((_geometry, said, number),) = decoded(
        vector.tile(read([rectangle(0, 0, 20, 20)], about), address_at(17))
    )
    assert number == 1
    assert said == {
        **{name: value for name, value in about.items() if value is not None},
        "parts": '["a", 1]',
    }
    assert [type(said[name]) for name in ("is_new", "one", "area")] == [bool, int, float]


def test_a_tile_without_objects_is_empty(read):
    assert vector.tile(read([rectangle(0, 0, 20, 20)]), address_at(16, lon=10)) == b""
    assert vector.tile(objects.read([]), address_at(16)) == b""
    assert vector.tile(read([]), address_at(16)) == b""


def test_several_files_are_one_result_in_their_order(tmp_path, read):
    read([rectangle(0, 0, 20, 20)], {"class_id": "a"})
    first = (tmp_path / "result.geojson").rename(tmp_path / "first.geojson")
    read([rectangle(50, 0, 20, 20), rectangle(90, 0, 20, 20)], {"kind": "b"})
    both = objects.read([first, tmp_path / "result.geojson"])
    found = decoded(vector.tile(both, address_at(15)))
    assert [(about, number) for _geometry, about, number in found] == [
        ({"class_id": "a"}, 1),
        ({"kind": "b"}, 2),
        ({"kind": "b"}, 3),
    ]


def test_multipolygons_and_broken_rings_are_drawn_too(read):
    pair = shapely.MultiPolygon([rectangle(0, 0, 20, 20), rectangle(60, 0, 20, 20)])
    bow = Polygon(
        [(LON, LAT), (LON + 60 * METRE, LAT + 60 * METRE), (LON + 60 * METRE, LAT), (LON, LAT + 60 * METRE)]
    )
    found = decoded(vector.tile(read([pair, bow]), address_at(16)))
    assert [len(shapely.get_parts(geometry)) for geometry, *_ in found] == [2, 2]
    assert all(geometry.is_valid for geometry, *_ in found)


def test_a_tile_stays_small_however_much_lies_in_it(read):
    side = 200
    town = read(
        [
            rectangle(18 * column, 18 * row, 15, 12, column + row)
            for column in range(side)
            for row in range(side)
        ],
        [{"object_type": "buildings", "area": index / 10} for index in range(side * side)],
    )
    middle = address_at(13, LON + 9 * side * METRE, LAT + 9 * side * METRE)
    written = vector.tile(town, middle)
    assert 50_000 < len(written) <= vector.MOST_BYTES
    found = decoded(written)
    within = shapely.contains_xy(box(0, 0, EXTENT, EXTENT), *_middles(town, middle).T).sum()
    assert within > vector.MOST_OBJECTS
    counted = sum(about.get("object_count", 1) for _geometry, about, _number in found)
    assert counted == pytest.approx(within, rel=0.02)


def _middles(result, address):
    exact = (result.boxes[:, :2] + result.boxes[:, 2:]) / 2 * 2**address.z
    return exact - np.array((address.x, address.y)) * EXTENT


def test_the_layer_is_named_and_of_version_two(read):
    tile = vector_tile_pb2.tile()
    tile.ParseFromString(vector.tile(read([rectangle(0, 0, 20, 20)]), address_at(17)))
    (layer,) = tile.layers
    assert (layer.name, layer.version, layer.extent) == (mvt.LAYER, 2, EXTENT)
