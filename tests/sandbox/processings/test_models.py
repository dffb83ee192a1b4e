"""What each model gives over HTTP, in both dialects: its objects, its options, its price, from pixels alone."""

from __future__ import annotations

import json
from functools import cache
from statistics import median

import pytest
import shapely
from pyproj import Transformer
from rasterio.warp import transform_bounds
from shapely.geometry import box, mapping, shape

from mapflow_sandbox.scene.assets import load
from mapflow_sandbox.scene.paint import render
from sandbox_process import ASSETS

CLASSES = {"00m-04m", "04m-10m", "10m-99m"}
HEIGHTS = [{"name": "Heights", "enabled": True}]
COST = "/processing/cost/v2"
SIDE = 800  # pixels of 0.5 m
SIDE_OF_AERIAL = 400  # which the aerial model reads at four times as many
HERE, ELSEWHERE = (4_150_000.0, 9_000.0), (-7_200_000.0, 9_000.0)

TO_3857 = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)

pytestmark = pytest.mark.both_dialects


def objects(api, processing_id):
    """The features of a processing that went well."""
    ended = api.ended(processing_id)
    assert ended["status"] == "OK", ended["messages"]
    features = api.ask("GET", f"/processings/{processing_id}/result")["features"]
    assert features
    assert all(shape(each["geometry"]).is_valid for each in features)
    return features


def result(api, processing_id):
    """The properties of the objects of a processing that went well."""
    return [each["properties"] for each in objects(api, processing_id)]


def test_forest_with_heights_has_a_class_and_a_height(api, square):
    area = square(0.3, east=-0.3, north=0.3)
    plain = {"wdId": api.model("Forest"), "geometry": area}
    price = float(api.ask("POST", COST, json=plain))
    assert float(api.ask("POST", COST, json={**plain, "blocks": HEIGHTS})) == price + 10
    found = result(api, api.start(area, "Forest", blocks=HEIGHTS))
    assert {each["object_type"] for each in found} == {"forest"}
    assert {each["class_id"] for each in found if "class_id" in each} <= CLASSES
    assert any("height" in each for each in found)
    for each in found:
        if "height" in each:
            low, high = (int(part[:2]) for part in each["class_id"].split("-"))
            assert low <= each["height"] <= high, "the class is that of the height"


def test_forest_without_heights_has_no_class(api, square):
    found = result(api, api.start(square(0.3, east=-0.3, north=0.3), "Forest"))
    assert not any({"class_id", "height"} & set(each) for each in found)


def test_buildings_with_heights_say_how_high_they_are(api, square):
    found = result(api, api.start(square(0.1), "Buildings", blocks=HEIGHTS))
    told = [each["height"] for each in found if "height" in each]
    assert len(told) > 0.8 * len(found)
    assert all(0.5 <= height <= 30 for height in told)


def test_aerial_buildings_come_from_tiles_of_zoom_19(api, square):
    started = api.start(square(0.08), "Aerial", zoom=19)
    found = result(api, started)
    assert {each["object_type"] for each in found} == {"buildings"}
    assert all({"shape_type", "simplification_confidence_score"} < set(each) for each in found)
    assert not any("class_id" in each for each in found)


def test_construction_sites_are_found(api):
    sites = json.loads((load(ASSETS).truth / "construction.geojson").read_text(encoding="utf-8"))["features"]
    largest = max((shape(each["geometry"]) for each in sites), key=lambda site: site.area)
    around = largest.envelope.buffer(0.0008, join_style="mitre")  # 90 m
    found = result(api, api.start(mapping(around), "Construction"))
    assert {each["object_type"] for each in found} == {"construction"}
    assert all(each["area"] >= 400 for each in found)
    assert {"id", "object_type", "area", "processing_date", "confidence"} == set().union(*found)


@cache
def town():
    """A painted town nobody has seen."""
    return render(68, SIDE).rgb


@pytest.mark.parametrize(
    ("model", "blocks"), [("Forest", HEIGHTS), ("Buildings", HEIGHTS), ("Construction", []), ("Aerial", [])]
)
def test_the_same_pixels_uploaded_elsewhere_give_the_same(api, geotiff, model, blocks):
    """A third of the Earth away from what the sandbox has painted, and from its truth.

    The grid that pixels are read on lies a little differently there, so an edge may move by a part of a pixel.
    """
    found = []
    side = SIDE_OF_AERIAL if model == "Aerial" else SIDE
    for origin in (HERE, ELSEWHERE):
        pixels = town()[:, :side, :side]
        path = geotiff(f"{model}-{origin[0]:.0f}.tif", pixels=pixels, crs="EPSG:3857", origin=origin)
        image = api.upload(api.mosaic(), path)
        west, north = origin
        inner = box(west, north - side / 2, west + side / 2, north).buffer(-20, join_style="mitre")
        order = {
            **api.order(mapping(box(*transform_bounds("EPSG:3857", "EPSG:4326", *inner.bounds))), model),
            "params": {"sourceParams": {"myImagery": {"imageIds": [image["id"]]}}},
            "blocks": blocks,
        }
        features = objects(api, api.ask("POST", "/processings/v2", json=order)["id"])
        found.append([(at_origin(each["geometry"], origin), each["properties"]) for each in features])
    here, there = found
    pairs = [
        (one, other)
        for outline, one in here
        for again, other in there
        if outline.intersects(again) and outline.intersection(again).area > 0.8 * outline.union(again).area
    ]
    assert 2 * len(pairs) >= 0.9 * (len(here) + len(there))
    assert sum(one.get("class_id") == other.get("class_id") for one, other in pairs) >= 0.9 * len(pairs)
    changes = [
        abs(one["height"] - other["height"]) / one["height"]
        for one, other in pairs
        if "height" in one and "height" in other
    ]
    assert bool(changes) == bool(blocks)
    assert median(changes or [0]) <= 0.1


def at_origin(geometry, origin):
    """A geometry in degrees as metres from the picture's corner."""
    metres = shapely.transform(shape(geometry), TO_3857.transform, interleaved=False)
    return shapely.transform(metres, lambda points: points - origin)
