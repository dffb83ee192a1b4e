"""Why a model cannot use a source, and what to choose instead, in words."""

from __future__ import annotations

import pytest

from mapflow_dock.api.account import GranuleNeeds, Model, TileNeeds, ZoomBounds
from mapflow_dock.api.own_sources.kinds import SourceKind
from mapflow_dock.api.own_sources.source import OwnSource
from mapflow_dock.ui.own_sources.fit import advice_on, source_zooms, why_unfit

TILES = "https://h/{z}/{x}/{y}"
SUMMER = "S2A_MSIL2A_20240704T074611_N0510_R092_T37NBA_20240704T123456"
ROADS = Model("r", "Roads", required_zoom=ZoomBounds(17), recommended_zoom=ZoomBounds(18, 18), best_zoom=18)
FIELDS = Model(
    "f",
    "Fields",
    source_kinds=frozenset({"sentinel_l2a"}),
    granules=GranuleNeeds((5, 6, 7, 8, 9), ("37NBA",)),
)
TILES_ONLY = Model("t", "Tiles only", source_kinds=frozenset({"xyz"}))


def tiles(zoom, kind=SourceKind.XYZ):
    return OwnSource("A", kind, TILES, zoom)


def granule(name):
    return OwnSource("A", SourceKind.SENTINEL_L2A, name)


@pytest.mark.parametrize(
    ("source", "model", "said"),
    [
        (tiles(16), ROADS, "Roads needs zoom 17 or more, and zoom 16 is chosen. Choose 18 under Zoom."),
        (tiles(17), ROADS, ""),
        (tiles(None), ROADS, ""),
        (tiles(3), None, ""),
        (tiles(18), FIELDS, "Fields takes no tiles of this kind. Choose another model, or a provider's imagery."),
        (
            granule(SUMMER),
            TILES_ONLY,
            ("Tiles only takes no Sentinel-2 imagery: pixels of 10 m are too coarse for it. Choose another model, or "
            "finer imagery."),
        ),
        (granule(SUMMER), FIELDS, ""),
        (
            granule(SUMMER.replace("T37NBA", "T38TVU")),
            FIELDS,
            ("Fields does not take granules of the cell 38TVU. Choose one of the cells it is made for, or another "
            "model."),
        ),
        (
            granule(SUMMER.replace("20240704T", "20240104T")),
            FIELDS,
            "Fields takes granules of May to September, and this one is of January. Choose one of those months.",
        ),
        (
            OwnSource("A", SourceKind.LOCAL, "s3://b/a.tif"),
            TILES_ONLY,
            "Tiles only takes tiles only, and this is an image. Choose another model, or a provider.",
        ),
    ],
)  # fmt: skip
def test_why_a_source_does_not_fit(source, model, said):
    assert why_unfit(source, model) == said


def test_what_is_only_recommended_is_advised():
    assert advice_on(tiles(17), ROADS) == "Roads works best at zoom 18."
    assert advice_on(tiles(18), ROADS) == advice_on(tiles(None), ROADS) == advice_on(tiles(17), None) == ""
    assert advice_on(granule(SUMMER), ROADS) == ""


def test_the_levels_are_those_of_the_kind_of_tiles():
    model = Model(
        "m", "M", required_zoom=ZoomBounds(17, 19), tile_needs={"tms": TileNeeds(ZoomBounds(18, 18))}
    )
    assert source_zooms(tiles(None), model) == (None, 17, 18, 19)
    assert source_zooms(tiles(None, SourceKind.TMS), model) == (None, 18)
    assert source_zooms(tiles(12, SourceKind.TMS), model) == (None, 12, 18)
