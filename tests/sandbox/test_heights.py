"""Heights, construction sites and aerial pixels, on painted scenes that the models have never seen."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
import shapely
from affine import Affine
from rasterio.features import rasterize

from mapflow_sandbox.detect import run, training
from mapflow_sandbox.detect.classifier_file import classifier_path
from mapflow_sandbox.detect.grid import resampled
from mapflow_sandbox.detect.heights import CLASSES, OF_BUILDINGS, OF_TREES, heights_of
from mapflow_sandbox.detect.lens import LENSES
from mapflow_sandbox.scene import sun
from mapflow_sandbox.scene.assets import DEMO_SEED
from mapflow_sandbox.scene.paint import render
from sandbox_process import ASSETS

SEEDS, SIZE = (61, 62, 63, 64, 65, 66), 1000
ALL = frozenset({"Simplification", "Heights"})
ZOOM_19, ZOOM_20 = 0.2986, 0.1493  # metres a pixel


def find(pixels, key, blocks=ALL, valid=None):
    seen = np.ones(pixels.rgb.shape[1:], dtype=bool)
    valid = seen if valid is None else valid
    return run.run(key, pixels.rgb, valid, pixels.transform, blocks, ASSETS, seen=seen)


@pytest.fixture(scope="module")
def scenes():
    """Painted scenes; none of their seeds was learned from, or is the demo's."""
    assert not {DEMO_SEED, *training.TRAINING_SEEDS} & set(SEEDS)
    return [render(seed, SIZE) for seed in SEEDS]


@pytest.fixture(scope="module")
def stands(scenes):
    """What Forest with Heights finds in each scene."""
    return [find(pixels, "forest") for pixels in scenes]


@pytest.fixture(scope="module")
def measured(scenes, stands):
    """A pair for each stand that was found: what it is said to be, and the truth of the stand it covers most of."""
    told = []
    for pixels, found in zip(scenes, stands, strict=True):
        for one in found:
            polygon, about = max(
                pixels.truth.forest, key=lambda pair: pair[0].intersection(one.geometry).area
            )
            if polygon.intersection(one.geometry).area > 0.5 * one.geometry.area:
                told.append((one.properties, about))
    return told


def surface(scenes, found, layer):
    """IoU of surfaces over all scenes together."""
    shared = together = 0.0
    for pixels, objects in zip(scenes, found, strict=True):
        truth = shapely.union_all([polygon for polygon, _about in pixels.truth.layer(layer)])
        one = shapely.union_all([shapely.make_valid(each.geometry) for each in objects])
        shared, together = shared + one.intersection(truth).area, together + one.union(truth).area
    return shared / together


def matched(found, truth):
    """Numbers of what was found and of what it is, for objects that overlap by half of their union."""
    outlines, expected = (np.array(list(side), dtype=object) for side in (found, truth))
    one, other = shapely.STRtree(expected).query(outlines, predicate="intersects")
    shared = shapely.area(shapely.intersection(outlines[one], expected[other]))
    over = shared / (shapely.area(outlines[one]) + shapely.area(expected[other]) - shared)
    return [(int(a), int(b)) for a, b, iou in zip(one, other, over, strict=True) if iou >= 0.5]


def test_forest_is_found_in_every_scene_together(scenes, stands):
    assert surface(scenes, stands, "forest") >= 0.80


def test_construction_sites_are_found_from_fence_to_fence(scenes):
    found = [find(pixels, "construction") for pixels in scenes]
    sites = sum(len(pixels.truth.construction) for pixels in scenes)
    assert sites >= 10
    assert surface(scenes, found, "construction") >= 0.80
    one_each = sum(
        len(
            matched(
                [one.geometry for one in objects],
                [polygon for polygon, _about in pixels.truth.construction],
            )
        )
        for pixels, objects in zip(scenes, found, strict=True)
    )
    assert 2 * one_each / (sites + sum(len(objects) for objects in found)) >= 0.80
    for one in (each for objects in found for each in objects):
        assert set(one.properties) == {"object_type", "confidence", "area"}
        assert one.properties["object_type"] == "construction"


def test_a_stand_s_height_is_that_of_its_trees(measured):
    heights = np.array([(about["height"], truth["height"]) for about, truth in measured if "height" in about])
    assert len(heights) >= max(8, 0.8 * len(measured)), "most stands throw a shadow that can be seen"
    assert np.median(np.abs(heights[:, 0] - heights[:, 1]) / heights[:, 1]) <= 0.25
    assert {about["class_id"] for about, _truth in measured} == set(CLASSES), (
        "there are stands of all heights"
    )


def test_a_stand_has_the_class_of_its_trees(measured):
    right = sum(about["area"] for about, truth in measured if about.get("class_id") == truth["class_id"])
    assert right / sum(about["area"] for about, _truth in measured) >= 0.80


def test_without_the_block_nothing_is_said_of_heights(scenes):
    for key in ("forest", "buildings"):
        for one in find(scenes[0], key, frozenset()):
            assert not {"height", "class_id"} & set(one.properties)


def test_buildings_are_as_high_as_their_shadows_say(scenes):
    errors, count = [], 0
    for pixels in scenes:
        found = find(pixels, "buildings")
        truth = [pair for pair in pixels.truth.buildings if pair[0].area >= 14]
        both = matched([one.geometry for one in found], [polygon for polygon, _about in truth])
        count += len(both)
        for one, other in both:
            if "height" in found[one].properties:
                real = truth[other][1]["height"]
                errors.append(abs(found[one].properties["height"] - real) / real)
    assert len(errors) >= 0.9 * count > 200
    assert np.median(errors) <= 0.25


@cache
def aerial():
    """A scene painted at aerial pixels."""
    return render(67, 2000, pixel_m=0.2)


@pytest.mark.parametrize("pixel_m", [ZOOM_19, ZOOM_20])
def test_aerial_pixels_show_buildings(pixel_m):
    assert aerial_f1(aerial(), pixel_m) >= 0.80


def test_coarser_pixels_show_buildings_to_the_aerial_model_too(scenes):
    """A provider's imagery of 0.5 m, as it comes in tiles of zoom 19."""
    assert aerial_f1(scenes[0], ZOOM_19) >= 0.80


def aerial_f1(pixels, pixel_m):
    rgb, transform = resampled(pixels.rgb, pixels.transform, pixel_m)
    found = run.run(
        "buildings_aerial", rgb, np.ones(rgb.shape[1:], dtype=bool), transform, ALL - {"Heights"}, ASSETS
    )
    truth = [polygon for polygon, _about in pixels.truth.buildings if polygon.area >= 14]
    assert len(truth) > 30
    return 2 * len(matched([one.geometry for one in found], truth)) / (len(found) + len(truth))


@pytest.mark.parametrize("key", ["buildings", "buildings_aerial", "forest", "roads", "construction"])
def test_the_same_pixels_elsewhere_hold_the_same(scenes, key, tmp_path):
    """Nothing but pixels is looked at: neither the place on the map nor what was painted there."""
    for lens in LENSES:
        (tmp_path / classifier_path(ASSETS, lens).name).symlink_to(classifier_path(ASSETS, lens))
    side = 350 if key == "buildings_aerial" else 700  # it reads four times as many
    part = scenes[1].rgb[:, 200 : 200 + side, 200 : 200 + side]
    valid = np.ones(part.shape[1:], dtype=bool)
    here = run.run(key, part, valid, Affine(0.5, 0, 4_113_300, 0, -0.5, 3_300), ALL, ASSETS)
    there = run.run(key, part, valid, Affine(0.5, 0, -8_000_000, 0, -0.5, 3_300), ALL, tmp_path)
    assert here
    assert [one.properties for one in there] == [one.properties for one in here]


@pytest.mark.parametrize("height", [2.5, 6.0, 15.0])
@pytest.mark.parametrize("shade", [OF_TREES, OF_BUILDINGS])
def test_a_height_follows_from_the_length_of_a_shadow(height, shade):
    """A block on plain ground, and its shadow by the sun's place alone."""
    ground = np.full((3, 120, 120), 150, dtype=np.uint8)
    labels = np.zeros((120, 120), dtype=np.int32)
    reach = height * sun.SHADOW_M / 0.6
    for step in np.arange(0, reach + 0.01, 0.25):
        down, across = round(step * sun.DIRECTION[1]), round(step * sun.DIRECTION[0])
        ground[:, 40 + down : 70 + down, 40 + across : 70 + across] = 75
    labels[40:70, 40:70] = 3
    ground[:, 40:70, 40:70] = 90
    seen = np.ones((120, 120), dtype=bool)
    found = heights_of(labels, ground, seen, labels == 0, 0.6, shade)
    assert found == {3: pytest.approx(height, abs=1.2)}
    ground[:, labels == 0] = 150
    assert heights_of(labels, ground, seen, labels == 0, 0.6, shade) == {}, "no shadow, no height"


def test_a_stand_whose_shadow_lies_outside_is_told_by_its_crowns(scenes):
    """Of an area in the middle of a wood no shadow is seen, unless of a glade: the class is told, no height."""
    told = 0
    for pixels in scenes:
        polygon, about = max(
            pixels.truth.forest, key=lambda pair: pair[0].area, default=(shapely.Polygon(), {})
        )
        heart = polygon.buffer(-6)
        if heart.area < 3000:
            continue
        left, top, right, bottom = heart.bounds
        middle = heart.representative_point()
        half = min(40.0, math.hypot(right - left, top - bottom) / 6)
        square = heart.intersection(middle.buffer(half, cap_style="square"))
        inside = rasterize([square], out_shape=pixels.rgb.shape[1:], transform=pixels.transform) > 0
        for one in find(pixels, "forest", valid=inside):
            if one.geometry.area > 900 and "height" not in one.properties:
                assert one.properties["class_id"] == about["class_id"]
                told += 1
    assert told >= 4
