"""The fewest images that cover an area: known answers, and what random footprints leave, against a raster of points."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qgis.core import QgsGeometry, QgsPointXY, QgsRectangle

from mapflow_dock.layers.footprints.covering import best_cover, cover

AREA = QgsGeometry.fromRect(QgsRectangle(0, 0, 4, 4))


def box(west, south, east, north):
    return QgsGeometry.fromRect(QgsRectangle(west, south, east, north))


def test_one_image_that_covers_all_is_enough(qgis_app):
    images = [("west", box(-1, -1, 2, 5)), ("east", box(2, -1, 5, 5)), ("all", box(-1, -1, 5, 5))]
    found = cover(AREA, images)
    assert found.keys == ("all",)
    assert found.share == 1.0
    assert found.uncovered.isEmpty()


def test_of_images_that_gain_alike_the_first_is_taken(qgis_app):
    images = [("newest", box(-1, -1, 5, 5)), ("older", box(-2, -2, 6, 6))]
    assert cover(AREA, images).keys == ("newest",)


def test_what_none_covers_is_told(qgis_app):
    found = cover(AREA, [("west", box(-1, -1, 1, 5)), ("far", box(10, 10, 11, 11))])
    assert found.keys == ("west",)
    assert found.share == pytest.approx(0.25, abs=1e-6)
    assert found.uncovered.boundingBox() == QgsRectangle(1, 0, 4, 4)


def test_an_image_that_the_later_ones_make_needless_is_given_back(qgis_app):
    # the middle gains most, and then both sides are needed, which cover it all
    images = [("middle", box(0.8, 0, 3.2, 4)), ("west", box(0, 0, 2, 4)), ("east", box(2, 0, 4, 4))]
    assert set(cover(AREA, images).keys) == {"west", "east"}


def test_the_provider_that_covers_most_is_chosen_and_of_two_the_one_that_needs_fewer(qgis_app):
    halves = [("w", box(0, 0, 2, 4)), ("e", box(2, 0, 4, 4))]
    groups = {"half": halves[:1], "two": halves, "one": [("all", box(0, 0, 4, 4))]}
    assert best_cover(AREA, groups, lambda: True)[0] == "one"
    assert best_cover(AREA, {"half": halves[:1], "two": halves}, lambda: True)[0] == "two"


_SIDES = st.tuples(st.integers(-1, 3), st.integers(-1, 3), st.integers(1, 5), st.integers(1, 5))


@settings(deadline=None, max_examples=60)
@given(st.lists(_SIDES, max_size=7))
def test_as_much_is_covered_as_by_all_with_few_more_than_the_fewest(qgis_app, sides):
    images = [
        (number, box(x, y, x + width, y + height)) for number, (x, y, width, height) in enumerate(sides)
    ]
    cells = [QgsGeometry.fromPointXY(QgsPointXY(x + 0.5, y + 0.5)) for x in range(4) for y in range(4)]

    def covered(numbers):
        return {
            place
            for place, cell in enumerate(cells)
            if any(images[number][1].contains(cell) for number in numbers)
        }

    found = cover(AREA, images)
    everything = covered(range(len(images)))
    assert covered(found.keys) == everything
    left = {place for place, cell in enumerate(cells) if found.uncovered.contains(cell)}
    assert left == set(range(len(cells))) - everything
    fewest = next(
        count
        for count in range(len(images) + 1)
        if any(covered(chosen) == everything for chosen in combinations(range(len(images)), count))
    )
    assert fewest <= len(found.keys) <= fewest + 1
