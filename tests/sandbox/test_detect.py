"""The models on a freshly painted scene that they were neither trained on nor tuned to."""

from __future__ import annotations

import math
import shutil
from functools import cache

import numpy as np
import pytest
import shapely
from affine import Affine
from rasterio.features import rasterize
from shapely.geometry import box

from mapflow_sandbox.detect import run, training
from mapflow_sandbox.detect.classifier_file import classifier_path
from mapflow_sandbox.detect.grid import resampled
from mapflow_sandbox.scene.assets import DEMO_SEED
from mapflow_sandbox.scene.paint import render
from sandbox_process import ASSETS

SEED, SIZE = 23, 1000
STRAIGHT = frozenset({"Simplification"})


@pytest.fixture(scope="module")
def painted():
    """The scene; its seed is none of those the models have seen."""
    assert SEED not in {DEMO_SEED, *training.TRAINING_SEEDS}
    return render(SEED, SIZE)


def find(painted, key, blocks=STRAIGHT, valid=None, rgb=None, transform=None, **more):
    rgb = painted.rgb if rgb is None else rgb
    valid = np.ones(rgb.shape[1:], dtype=bool) if valid is None else valid
    return run.run(key, rgb, valid, transform or painted.transform, blocks, ASSETS, **more)


@pytest.fixture(scope="module")
def usual(painted):
    """What a model finds when nothing particular is asked for; each is asked once."""
    return cache(lambda key: find(painted, key))


@pytest.fixture(scope="module")
def buildings(painted):
    """What the building model finds with all its blocks."""
    return find(painted, "buildings", STRAIGHT | {"Classification"})


def truth(painted, layer):
    return [polygon for polygon, _about in painted.truth.layer(layer) if polygon.area >= 14]


def geometries(found):
    return np.array([one.geometry for one in found], dtype=object)


def pairs(found, expected, least):
    """Pairs of objects that overlap by an IoU of at least `least`, as numbers of both."""
    first, second = shapely.STRtree(expected).query(found, predicate="intersects")
    shared = shapely.area(shapely.intersection(found[first], expected[second]))
    over = shared / (shapely.area(found[first]) + shapely.area(expected[second]) - shared)
    return [(int(a), int(b)) for a, b, iou in zip(first, second, over, strict=True) if iou >= least]


def surface_iou(found, expected):
    one, other = shapely.union_all(shapely.make_valid(found)), shapely.union_all(expected)
    return one.intersection(other).area / one.union(other).area


def test_most_buildings_are_found_and_most_found_are_buildings(painted, buildings):
    expected = np.array(truth(painted, "buildings"), dtype=object)
    matched = pairs(geometries(buildings), expected, 0.5)
    assert len({number for number, _ in matched}) == len(matched) == len({number for _, number in matched})
    assert 2 * len(matched) / (len(buildings) + len(expected)) >= 0.80


@pytest.mark.parametrize(("key", "least"), [("forest", 0.80), ("roads", 0.60), ("construction", 0.80)])
def test_surfaces_are_found_where_they_are(painted, usual, key, least):
    found = usual(key)
    assert surface_iou(geometries(found), truth(painted, key)) >= least
    assert all(one.geometry.is_valid and one.geometry.area > 0 for one in found)


def test_coarser_pixels_are_worse_but_do(painted):
    rgb, transform = resampled(painted.rgb, painted.transform, 1.19)  # as of zoom 17
    found = run.run("buildings", rgb, np.ones(rgb.shape[1:], dtype=bool), transform, STRAIGHT, ASSETS)
    expected = np.array(truth(painted, "buildings"), dtype=object)
    matched = pairs(geometries(found), expected, 0.5)
    assert 2 * len(matched) / (len(found) + len(expected)) >= 0.6


def test_a_building_s_properties_fit_it(painted, buildings):
    for one in buildings:
        about = one.properties
        assert about["object_type"] == "buildings"
        assert about["area"] == pytest.approx(one.geometry.area, rel=0.01, abs=0.6)
        assert about["shape_type"] == ("rectangle" if len(one.geometry.exterior.coords) == 5 else "polygon")
        assert 0 < about["simplification_confidence_score"] <= 1
        assert 0 < about["confidence"] <= 1
        assert about["class_id"] in {"101", "102", "103", "105"}
        assert {"roof_colour", "roof_material"} < set(about)
    house, other = "102", "105"
    sizes = {kind: [] for kind in (other, house)}
    for one in buildings:
        sizes.setdefault(one.properties["class_id"], []).append(one.properties["area"])
    assert max(sizes[other]) <= 50 < np.median(sizes[house])
    assert "class_id" not in find(painted, "buildings", rgb=painted.rgb[:, :300, :300])[0].properties


def test_roofs_are_told_apart_by_their_colour(painted, buildings):
    made = {
        "terracotta": "red",
        "brown tile": "brown",
        "white": "white",
        "bitumen": "dark",
        "blue metal": "blue",
    }
    expected = [(polygon, about["material"]) for polygon, about in painted.truth.buildings]
    matched = pairs(geometries(buildings), np.array([polygon for polygon, _ in expected], dtype=object), 0.5)
    told = [
        made[expected[other][1]] == buildings[one].properties["roof_colour"]
        for one, other in matched
        if expected[other][1] in made
    ]
    assert len(told) > 20
    assert np.mean(told) > 0.6


def test_simplification_straightens_walls(painted, buildings):
    def right_angles(found):
        turns = []
        for one in found:
            corners = np.asarray(one.geometry.exterior.coords)[:-1]
            walls = np.roll(corners, -1, axis=0) - corners
            headings = np.arctan2(walls[:, 1], walls[:, 0])
            turns += list(np.abs(np.cos(headings - np.roll(headings, 1))) < 0.02)
        return np.mean(turns)

    plain = find(painted, "buildings", frozenset())
    assert right_angles(buildings) > 0.85 > 0.5 > right_angles(plain)


def test_pixels_that_do_not_count_are_not_looked_at(painted):
    left, top, side = 300, 100, 700  # a part with all kinds of objects in its right half
    part = painted.rgb[:, top : top + side, left : left + side]
    transform = painted.transform * Affine.translation(left, top)
    valid = np.ones((side, side), dtype=bool)
    valid[:, : side // 2] = False
    scrambled = part.copy()
    scrambled[:, ~valid] = np.random.default_rng(1).integers(0, 255, (3, (~valid).sum()), dtype=np.uint8)
    middle = transform.c + side / 2 * transform.a
    half = box(middle - 1.5, -1e9, 1e9, 1e9)
    for key in ("buildings", "forest", "roads", "construction"):
        blocks = STRAIGHT | {"Heights"}
        found, again = (find(painted, key, blocks, valid, rgb, transform) for rgb in (part, scrambled))
        assert found
        assert all(half.contains(one.geometry) for one in found)
        assert again == found


def test_where_nothing_counts_nothing_is_found(painted):
    heard = []
    assert find(painted, "roads", valid=np.zeros((SIZE, SIZE), dtype=bool), progress=heard.append) == []
    assert heard == [0.0, 1.0]


def test_an_empty_field_has_no_objects():
    flat = np.full((3, 300, 300), 120, dtype=np.uint8)
    noise = np.random.default_rng(2).integers(-3, 4, flat.shape)
    for key in ("buildings", "buildings_aerial", "forest", "roads", "construction"):
        found = run.run(
            key,
            (flat + noise).astype(np.uint8),
            np.ones((300, 300), bool),
            render(1, 60).transform,
            STRAIGHT,
            ASSETS,
        )
        assert len(found) <= 1, "grey all over may pass for a yard of asphalt, not for a town"


def test_progress_goes_from_nothing_to_all(painted, monkeypatch):
    monkeypatch.setattr(run, "TILE_PX", 300)
    heard = []
    find(painted, "forest", progress=heard.append)
    assert (heard[0], heard[-1]) == (0, 1)
    assert heard == sorted(heard)
    assert len(heard) > 6


def test_a_building_across_the_border_of_two_tiles_is_found_once(painted, buildings, monkeypatch):
    whole = geometries(buildings)
    monkeypatch.setattr(run, "TILE_PX", 220)
    in_tiles = geometries(find(painted, "buildings", STRAIGHT | {"Classification"}))
    matched = pairs(in_tiles, whole, 0.8)
    assert len({number for _, number in matched}) == len(matched), "none twice"
    assert len(matched) >= 0.97 * len(whole)
    count = math.ceil(SIZE * 0.5 / 0.6 / 220)
    steps = np.arange(1, count) * SIZE * 0.5 / count
    left, top = painted.transform.c, painted.transform.f
    borders = shapely.union_all(
        [shapely.LineString([(left + step, -1e6), (left + step, 1e6)]) for step in steps]
        + [shapely.LineString([(0, top - step), (1e7, top - step)]) for step in steps]
    )
    across = {number for number in range(len(whole)) if whole[number].intersects(borders)}
    assert len(across) > 5
    assert len(across & {number for _, number in matched}) >= 0.9 * len(across)
    overlaps = [(a, b) for a, b in pairs(in_tiles, in_tiles, 0.1) if a != b]
    assert overlaps == []


def test_surfaces_do_not_end_at_the_borders_of_tiles(painted, usual, monkeypatch):
    before = geometries(usual("forest"))
    monkeypatch.setattr(run, "TILE_PX", 300)
    after = geometries(find(painted, "forest"))
    assert len(after) == len(before)
    assert surface_iou(after, list(before)) > 0.98


def test_the_models_need_the_classifier_and_no_truth(painted, tmp_path):
    shutil.copy(classifier_path(ASSETS), tmp_path)
    part = painted.rgb[:, :400, :400]
    valid = np.ones((400, 400), dtype=bool)
    here, there = (
        run.run("buildings", part, valid, painted.transform, STRAIGHT, assets)
        for assets in (ASSETS, tmp_path)
    )
    assert [one.geometry.wkb for one in there] == [one.geometry.wkb for one in here] != []
    with pytest.raises(FileNotFoundError):
        run.run("buildings", part, valid, painted.transform, STRAIGHT, tmp_path / "nothing")
    with pytest.raises(KeyError):
        run.run("trees", part, valid, painted.transform, STRAIGHT, ASSETS)


def test_roads_are_cut_at_junctions_and_measured(painted, usual):
    found = usual("roads")
    measured = [one.properties for one in found if one.properties["width_m"] is not None]
    assert len(found) > 10
    assert all(each["length_m"] > 0 and 2 < each["width_m"] < 60 for each in measured)
    burnt = rasterize(
        [(one.geometry, 1) for one in found],
        out_shape=(SIZE, SIZE),
        transform=painted.transform,
        dtype="uint8",
    )
    once = sum(one.geometry.area for one in found)
    assert burnt.sum() * 0.25 == pytest.approx(once, rel=0.03), "sections do not overlap"
