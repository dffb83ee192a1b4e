"""Areas of interest: which GeoJSON is taken, how it is measured, and the limits of the account."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from mapflow_sandbox import areas
from mapflow_sandbox.faults import ApiFault
from mapflow_sandbox.settings import Settings

RING = [[37.0, 0.0], [37.01, 0.0], [37.01, 0.01], [37.0, 0.01], [37.0, 0.0]]
HOLE = [[37.002, 0.002], [37.002, 0.004], [37.004, 0.004], [37.004, 0.002], [37.002, 0.002]]
EARTH_M2 = 510_065_621_724_000


def polygon(*rings):
    return {"type": "Polygon", "coordinates": list(rings)}


def moved(ring, east):
    return [[lon + east, lat] for lon, lat in ring]


def settings(**limits):
    return Settings(Path("data"), Path("assets"), **limits)


def test_area_is_ellipsoidal_and_holes_do_not_count():
    whole, pierced = areas.read(polygon(RING)), areas.read(polygon(RING, HOLE))
    assert whole.area_m2 == pytest.approx(1_230_901, rel=1e-4)  # 1113.2 m by 1105.7 m
    assert whole.area_m2 - pierced.area_m2 == pytest.approx(0.04 * whole.area_m2, rel=1e-4)


def test_the_direction_of_a_ring_does_not_matter():
    assert areas.read(polygon(RING[::-1])).area_m2 == pytest.approx(areas.read(polygon(RING)).area_m2)


def test_heights_are_dropped():
    high = [[*position, 120.5] for position in RING]
    assert areas.read(polygon(high)).geojson == areas.read(polygon(RING)).geojson


def test_each_polygon_is_a_part():
    area = areas.read({"type": "MultiPolygon", "coordinates": [[RING], [moved(RING, 0.5), moved(HOLE, 0.5)]]})
    assert len(area.parts) == 2
    assert area.area_m2 == pytest.approx(sum(part.area_m2 for part in area.parts))
    assert area.geojson["type"] == "MultiPolygon"


def test_the_box_of_the_whole_world_is_the_area_of_the_ellipsoid():
    assert areas.box_m2(-180, -90, 180, 90) == pytest.approx(EARTH_M2, rel=1e-9)


@pytest.mark.parametrize(
    ("geometry", "said"),
    [
        ({}, "Polygon or a MultiPolygon"),
        ({"type": "Point", "coordinates": [1, 2]}, "Polygon or a MultiPolygon"),
        ({"type": "Polygon"}, "no rings"),
        (polygon(), "no rings"),
        (polygon([]), "no positions"),
        (polygon(RING[:-1]), "not closed"),
        (polygon([RING[0], RING[1], RING[0]]), "at least 4"),
        (polygon([[1], *RING[1:]]), "pair of numbers"),
        (polygon([["37", "0"], *RING[1:]]), "pair of numbers"),
        (polygon([[True, False], *RING[1:]]), "pair of numbers"),
        (polygon([[37.0, 91.0], RING[1], RING[2], [37.0, 91.0]]), "longitude and latitude"),
        (polygon([[4_113_200, 3_400], RING[1], RING[2], [4_113_200, 3_400]]), "longitude and latitude"),
        (polygon([RING[0], RING[2], RING[1], RING[3], RING[0]]), "Self-intersection"),
        (polygon([RING[0], RING[1], RING[0], RING[1], RING[0]]), "not valid"),
        ({"type": "MultiPolygon", "coordinates": []}, "no polygons"),
        ({"type": "MultiPolygon", "coordinates": [[RING], [RING]]}, "not valid"),
        ({"type": "MultiPolygon", "coordinates": [[RING], [[RING]]]}, "pair of numbers"),
    ],
)
def test_what_is_no_area_is_refused_with_the_reason(geometry, said):
    with pytest.raises(ApiFault) as refused:
        areas.read(geometry)
    assert (refused.value.status, refused.value.code) == (400, "geometry.Invalid")
    assert said in refused.value.message


def test_an_area_above_the_limit_is_refused_with_the_figures():
    area = areas.read(polygon(RING))
    areas.check_limits(area, settings(area_limit_km2=1.3))
    with pytest.raises(ApiFault) as refused:
        areas.check_limits(area, settings(area_limit_km2=1.2))
    assert refused.value.code == "TOO_LARGE_PROCESSING"
    assert int(refused.value.params["aoiAreaLimit"]) == 1_200_000
    assert int(refused.value.params["area"]) == round(area.area_m2)


def test_the_box_around_each_part_counts_too():
    thin = [[37.0, 0.0], [37.1, 0.1], [37.1, 0.1005], [37.0, 0.0005], [37.0, 0.0]]
    area = areas.read(polygon(thin))
    assert area.area_m2 < 10e6
    with pytest.raises(ApiFault) as refused:
        areas.check_limits(area, settings(area_limit_km2=100))
    assert int(refused.value.params["area"]) == pytest.approx(areas.box_m2(37.0, 0.0, 37.1, 0.1005), abs=1)


def test_parts_far_from_each_other_are_not_measured_as_one_box():
    area = areas.read({"type": "MultiPolygon", "coordinates": [[RING], [moved(RING, 90)]]})
    areas.check_limits(area, settings(area_limit_km2=3))


def test_the_whole_world_is_too_large_whatever_its_geodesics_say():
    world = areas.read(polygon([[-180, -90], [180, -90], [180, 90], [-180, 90], [-180, -90]]))
    with pytest.raises(ApiFault) as refused:
        areas.check_limits(world, settings())
    assert refused.value.code == "TOO_LARGE_PROCESSING"


def test_too_many_parts_are_refused():
    parts = [[moved(RING, number)] for number in range(4)]
    area = areas.read({"type": "MultiPolygon", "coordinates": parts})
    areas.check_limits(area, settings(max_aois=4))
    with pytest.raises(ApiFault) as refused:
        areas.check_limits(area, settings(max_aois=3))
    assert "at most 3" in refused.value.message


def test_a_square_kilometre_at_sixty_degrees_is_measured_where_it_is():
    east = 1000 / (111_320 * math.cos(math.radians(60)))
    ring = [[20, 60], [20 + east, 60], [20 + east, 60.008975], [20, 60.008975], [20, 60]]
    assert areas.read(polygon(ring)).area_m2 == pytest.approx(1e6, rel=5e-3)
