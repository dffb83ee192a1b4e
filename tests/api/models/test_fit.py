"""Each model against each kind of imagery, below, in and above what it asks for.

The numbers are worked out by hand: those of the account from what the deployed service has told of its models, those of
the standard models from what the service documents ("AI Models", and the limits of zoom of its models' pages).
"""

from __future__ import annotations

import pytest

from mapflow_dock.api.account import Model, RasterNeeds, ZoomBounds, read_model
from mapflow_dock.api.models.fit import (
    bands_fit,
    best_of,
    best_zoom,
    found_misfit,
    granule_misfit,
    nearest,
    pixel_misfit,
    takes,
    zoom_misfit,
    zoom_of_found,
)
from mapflow_dock.api.own_sources.kinds import SourceKind

TILED = (SourceKind.XYZ, SourceKind.TMS, SourceKind.QUADKEY)


def told(name, required, recommended, local, best_local, **more):
    """A model as the deployed service tells it; `required` and `recommended` are the first and last zoom."""

    def zooms(bounds):
        least, most = bounds
        return {key: zoom for key, zoom in {"min_zoom": least, "max_zoom": most}.items() if zoom is not None}

    tiles = {"required": zooms(required), "recommended": zooms(recommended)}
    raster = {
        "required": {"min_res": local[0], "max_res": local[1], "nchannels": [1, 3, 4]},
        "recommended": {"min_res": best_local[0], "max_res": best_local[1], "nchannels": 3},
    }
    sources = {"xyz": tiles, "tms": tiles, "quadkey": tiles, "local": raster, "orbview_zip": None, **more}
    return read_model({"id": name, "name": name, "requirements": {"version": 1.0, "sources": sources}})


BUILDINGS = told("🏠 Buildings", (17, None), (19, 19), (0.07, 1.5), (0.3, 0.6))
FOREST = told("🌲 Forest and trees", (18, 20), (18, 20), (0.05, 0.65), (0.1, 0.5))
ROADS = told("🚗 Roads", (17, None), (18, 18), (0.07, 1.2), (0.3, 0.6))
MULTI = told("[multi] Buildings + Roads + Forest", (18, None), (19, 19), (0.07, 0.75), (0.3, 0.6))
OPEN_DATA = told("Download Open Data", (14, None), (18, 18), (0.1, 1.5), (0.3, 0.6))
FIELDS = told(
    "🚜 Fields (Sentinel-2)", (17, 18), (18, 18), (0.3, 1.2), (0.3, 0.6),
    sentinel_l2a={"required": {"months": [5, 6, 7, 8, 9], "cells": ["37UDB", "37nba"]}},
)  # fmt: skip


def documented(name):
    """A standard model of an account that is told nothing of its requirements."""
    return read_model({"id": name, "name": name})


# model: zooms that are refused, zooms that are only advised against, zooms that are right; the best one
ZOOMS = [
    (BUILDINGS, (0, 16), (17, 18, 20, 22), (19,), 19),
    (FOREST, (0, 17, 21, 22), (), (18, 19, 20), 18),
    (ROADS, (0, 16), (17, 19, 22), (18,), 18),
    (MULTI, (0, 17), (18, 20, 22), (19,), 19),
    (OPEN_DATA, (0, 13), (14, 17, 19, 22), (18,), 18),
    (documented("🏠 Buildings"), (16, 20), (), (17, 18, 19), 18),
    (documented("🏠 Buildings (Aerial)"), (18, 21), (), (19, 20), 19),
    (documented("🌲 Forest"), (17, 21), (), (18, 19, 20), 18),
    (documented("🚗 Roads"), (16, 19), (), (17, 18), 18),
    (documented("🏗️ Construction"), (16, 19), (), (17, 18), 18),
    (documented("A model of one's own"), (), (), (0, 14, 18, 22), 18),
]


@pytest.mark.parametrize(
    ("model", "refused", "advised", "right", "best"), ZOOMS, ids=[each[0].name for each in ZOOMS]
)
@pytest.mark.parametrize("kind", TILED, ids=lambda kind: kind.value)
def test_tiles(model, kind, refused, advised, right, best):
    for zoom in refused:
        misfit = zoom_misfit(model, zoom, kind)
        assert (misfit.zoom, misfit.best) == (zoom, best)
        assert not misfit.needed.contains(zoom)
        assert misfit.needed.contains(best)
    for zoom in (*advised, *right):
        assert zoom_misfit(model, zoom, kind) is None
    for zoom in advised:
        assert zoom_misfit(model, zoom, kind, must=False).best == best
    for zoom in right:
        assert zoom_misfit(model, zoom, kind, must=False) is None
    assert zoom_misfit(model, None, kind) is None
    assert zoom_misfit(model, None, kind, must=False) is None
    assert best_zoom(model, kind) == best


# model: pixels in metres that are too fine, fine and advised against, right, coarse and advised against, too coarse
PIXELS = [
    (BUILDINGS, (0.05, 0.06), (0.07, 0.29), (0.3, 0.5, 0.6), (0.61, 1.5), (1.6, 10)),
    (FOREST, (0.01, 0.04), (0.05, 0.09), (0.1, 0.3, 0.5), (0.52, 0.65), (0.7, 10)),
    (ROADS, (0.05, 0.06), (0.07, 0.29), (0.3, 0.5, 0.6), (0.61, 1.2), (1.3, 10)),
    (MULTI, (0.05, 0.06), (0.07, 0.29), (0.3, 0.5, 0.6), (0.61, 0.75), (0.8, 10)),
    (OPEN_DATA, (0.05, 0.09), (0.1, 0.29), (0.3, 0.5, 0.6), (0.61, 1.5), (1.6, 10)),
]


@pytest.mark.parametrize(
    ("model", "too_fine", "fine", "right", "coarse", "too_coarse"),
    PIXELS,
    ids=[each[0].name for each in PIXELS],
)
def test_pixels_of_uploads_and_found_images(model, too_fine, fine, right, coarse, too_coarse):
    required, recommended = model.required_raster, model.recommended_raster
    for pixel in too_fine:
        assert not pixel_misfit(required, pixel).is_too_coarse
        assert pixel_misfit(required, pixel).limit == required.min_res
    for pixel in too_coarse:
        assert pixel_misfit(required, pixel).is_too_coarse
        assert pixel_misfit(required, pixel).limit == required.max_res
    for pixel in (*fine, *right, *coarse):
        assert pixel_misfit(required, pixel) is None
    assert all(not pixel_misfit(recommended, pixel).is_too_coarse for pixel in fine)
    assert all(pixel_misfit(recommended, pixel) is None for pixel in right)
    assert all(pixel_misfit(recommended, pixel).is_too_coarse for pixel in coarse)
    assert pixel_misfit(required, None) is None


@pytest.mark.parametrize("model", [BUILDINGS, FOREST, ROADS, MULTI, OPEN_DATA], ids=lambda model: model.name)
def test_bands_of_uploads(model):
    assert [count for count in range(1, 6) if bands_fit(model.required_raster, count)] == [1, 3, 4]
    assert [count for count in range(1, 6) if bands_fit(model.recommended_raster, count)] == [3]
    assert bands_fit(model.required_raster, None)
    assert bands_fit(RasterNeeds(), 9)


@pytest.mark.parametrize(
    ("model", "is_taken"),
    [
        (BUILDINGS, False),
        (FOREST, False),
        (ROADS, False),
        (MULTI, False),
        (OPEN_DATA, False),
        (FIELDS, True),
        (documented("🏠 Buildings"), False),
        (documented("🌲 Forest with heights"), False),
        (documented("A model of one's own"), True),
        (read_model({"id": "a", "name": "A", "requirements": {"sources": {}}}), True),
    ],
)
def test_which_models_take_pixels_of_ten_metres(model, is_taken):
    assert takes(model, SourceKind.SENTINEL_L2A) is is_taken


@pytest.mark.parametrize(
    ("name", "cell", "month"),
    [
        ("S2A_MSIL2A_20240704T074611_N0510_R092_T37NBA_20240704T123456", "", 0),
        ("L2A_T37UDB_A007612_20240512T101024", "", 0),
        ("37/U/DB/2024/9/4/0/", "", 0),
        ("S2A_MSIL2A_20240704T074611_N0510_R092_T38TVU_20240704T123456", "38TVU", 0),
        ("s3://sentinel-s2-l2a/tiles/38/T/VU/2024/7/4/0/", "38TVU", 0),
        ("S2A_MSIL2A_20240104T074611_N0510_R092_T37NBA_20240704T123456", "", 1),
        ("37/N/BA/2024/12/4/0/", "", 12),
        ("something else", "", 0),
    ],
)
def test_granules_of_cells_and_months(name, cell, month):
    misfit = granule_misfit(FIELDS, name)
    assert (misfit is None) == (not cell and not month)
    if misfit is not None:
        assert (misfit.cell, misfit.month) == (cell, month)
    assert granule_misfit(BUILDINGS, name) is None


@pytest.mark.parametrize(
    ("model", "zooms", "asked"),
    [
        (FOREST, (19,), None),
        (FOREST, (20, None), None),
        (FOREST, (19, 21), 20),
        (documented("🚗 Roads"), (19,), 18),
        (documented("🚗 Roads"), (None,), None),
        (BUILDINGS, (22,), None),
        (None, (22,), None),
    ],
)
def test_found_images_that_are_finer_than_the_model_are_asked_for_at_its_deepest_zoom(model, zooms, asked):
    assert zoom_of_found(model, zooms) == asked


@pytest.mark.parametrize(
    ("model", "zoom", "is_too_coarse"),
    [
        (BUILDINGS, 16, True),
        (BUILDINGS, 17, False),
        (FOREST, 17, True),
        (FOREST, 21, False),
        (documented("🏠 Buildings (Aerial)"), 18, True),
        (BUILDINGS, None, False),
        (None, 2, False),
    ],
)
def test_found_images_that_do_not_tell_their_pixels_are_held_against_their_zoom(model, zoom, is_too_coarse):
    assert (found_misfit(model, zoom) is not None) is is_too_coarse


def test_each_kind_of_tiles_has_its_own_requirement():
    tight = {"required": {"min_zoom": 18, "max_zoom": 18}}
    model = told("M", (15, 19), (17, 17), (0.1, 1), (0.3, 0.6), tms=tight, quadkey=None)
    assert zoom_misfit(model, 16) is None
    assert zoom_misfit(model, 16, SourceKind.TMS).best == 18
    assert best_zoom(model) == 17
    assert [takes(model, kind) for kind in SourceKind] == [True, True, False, False, True]


def test_the_best_of_what_is_offered():
    assert best_of((13, 14, 17, 18, 19, 22), BUILDINGS) == 19
    assert best_of((16, 17), BUILDINGS) == 17
    assert best_of((17, 19), ROADS) == 17
    assert best_of((), BUILDINGS) is None
    assert best_of((14, 21), None) == 21
    assert nearest(18, ZoomBounds(None, 14)) == 14


@pytest.mark.parametrize(
    "sources",
    [
        {"sentinel_l2a": {"required": {"months": "summer", "cells": 7}}},
        {"sentinel_l2a": {"required": {"months": [0, 13, "x", None], "cells": [None, 3]}}},
        {"sentinel_l2a": []},
        {"xyz": "any"},
    ],
)
def test_requirements_that_cannot_be_read_ask_for_nothing(sources):
    model = read_model({"id": "m", "name": "M", "requirements": {"sources": sources}})
    assert (model.granules.months, model.granules.cells) == ((), ())
    assert isinstance(model, Model)
    assert zoom_misfit(model, 3) is None
