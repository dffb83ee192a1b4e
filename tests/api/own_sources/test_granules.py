"""A granule lies in the cell its name tells: places that are known to be in it or far from it."""

from __future__ import annotations

import pytest

from mapflow_dock.api.own_sources.granules import cell_of, may_cover


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("L2A_T32TQM_A007612_20180822T101024", "32TQM"),
        ("S2A_MSIL2A_20190821T085601_N0213_R007_T36UUA_20190821T115206", "36UUA"),
        ("tiles/36/U/UA/2020/1/12/0/", "36UUA"),
        ("tiles/5/q/kb/2020/1/12/0/", "05QKB"),
        ("image.tif", ""),
    ],
)
def test_the_cell_is_in_the_name(name, cell):
    assert cell_of(name) == cell


# capitals whose 100 km squares are known from maps with the military grid
@pytest.mark.parametrize(
    ("cell", "place"),
    [
        ("37UDB", (37.62, 55.75)),  # Moscow
        ("31UDQ", (2.35, 48.86)),  # Paris
        ("18SUJ", (-77.04, 38.90)),  # Washington
        ("56HLH", (151.21, -33.87)),  # Sydney
        ("32VNM", (10.75, 59.91)),  # Oslo, in a zone that is wider
        ("33XWG", (15.63, 78.22)),  # Longyearbyen, in one of Svalbard
        ("60GUV", (174.78, -41.29)),  # Wellington
        ("01KAB", (-179.9, -17.0)),  # Fiji, on either side of the antimeridian
        ("01KAB", (179.9, -17.0)),
    ],
)
def test_a_place_in_the_cell_may_be_covered(cell, place):
    assert may_cover(f"L2A_T{cell}_A007612_20180822T101024", *place)


@pytest.mark.parametrize(
    "place", [(37.62, 55.75), (2.35, 48.86), (11.5, 30.0), (36.95, 0.01), (-168.5, 44.5)]
)
def test_a_place_far_from_the_cell_is_not(place):
    assert not may_cover("L2A_T32TQM_A007612_20180822T101024", *place)
    assert may_cover("image.tif", *place)
