"""An area is cut into cells: all of it, nothing twice, each within the limits, hardly more than are needed."""

from __future__ import annotations

import json
import math
import random

import numpy as np
import pytest
from osgeo import ogr
from pyproj import Geod
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsDistanceArea,
    QgsGeometry,
    QgsPointXY,
)

from mapflow_dock.layers.areas.area import area_from_geometries
from mapflow_dock.layers.areas.grid.cells import Limits, cells_of
from mapflow_dock.layers.areas.transform import UnplaceableError
from mapflow_dock.layers.gdal_errors import ConversionCancelledError

GEOD = Geod(ellps="WGS84")
KM2 = 1e6
LIMITS = Limits(100 * KM2, 10)


def area_of(*wkts):
    geometries = [QgsGeometry.fromWkt(wkt) for wkt in wkts]
    found = area_from_geometries(
        geometries, QgsCoordinateReferenceSystem("EPSG:4326"), QgsCoordinateTransformContext()
    )
    assert found.is_usable, found.problems
    return found


def cells(area, limits=LIMITS, overlap=0.0):
    return cells_of(area, limits, overlap, lambda _fraction: True)


def ogr_of(geometry):
    return ogr.CreateGeometryFromWkb(bytes(geometry.asWkb()))


def united(geometries):
    whole = ogr.Geometry(ogr.wkbMultiPolygon)
    for geometry in geometries:
        for part in geometry if geometry.GetGeometryName() == "MULTIPOLYGON" else [geometry]:
            whole.AddGeometry(part)
    return whole.UnionCascaded()


def box_m2(west, south, east, north):
    """By adding up thin zones: not how the plugin does it."""
    latitudes = np.radians(np.linspace(south, north, 2001))
    sine = np.sin(latitudes)
    first = 1 - GEOD.es * sine**2
    density = GEOD.a**2 * (1 - GEOD.es) * np.cos(latitudes) / first**2
    return float(np.sum((density[1:] + density[:-1]) / 2 * np.diff(latitudes))) * math.radians(east - west)


def sent(cell):
    """What is sent, as another library reads it."""
    return ogr.CreateGeometryFromJson(json.dumps(cell.area.to_geojson()))


def parts(geometry):
    if geometry.GetGeometryName() == "POLYGON":
        return [geometry]
    return [geometry.GetGeometryRef(number) for number in range(geometry.GetGeometryCount())]


def ellipsoidal(geometry):
    total = 0.0
    for part in parts(geometry):
        for number in range(part.GetGeometryCount()):
            x, y = np.array(part.GetGeometryRef(number).GetPoints())[:, :2].T
            size = abs(GEOD.polygon_area_perimeter(x, y)[0])
            total += size if number == 0 else -size
    return total


def assert_right(area, found, limits, overlap):
    """All that has to be true of cells, whatever the area."""
    whole = ogr_of(area.geometry)
    cores = [ogr_of(cell.core) for cell in found]
    together = united(cores)
    assert whole.SymmetricDifference(together).GetArea() < 1e-9 * whole.GetArea()
    assert sum(core.GetArea() for core in cores) == pytest.approx(whole.GetArea(), rel=1e-9)
    millimetre = 2e-8 * whole.Boundary().Length()
    assert whole.Difference(united([sent(cell) for cell in found])).GetArea() < millimetre
    for cell, core in zip(found, cores, strict=True):
        ground = sent(cell)
        assert ground.IsValid()
        assert len(parts(ground)) <= limits.max_parts
        assert ellipsoidal(ground) <= limits.area_m2
        for part in parts(ground):
            west, east, south, north = part.GetEnvelope()
            assert box_m2(west, south, east, north) <= limits.area_m2
        assert core.Difference(ground).GetArea() < 2e-8 * core.Boundary().Length()
        assert ground.Difference(whole).GetArea() < 2e-8 * ground.Boundary().Length() + 1e-14
        if not overlap:
            assert ground.Difference(core).GetArea() < 2e-8 * ground.Boundary().Length()


def star(seed, latitude, radius=0.4, corners=40, hole=True):
    """A ragged polygon, `radius` degrees of latitude in size, with a hole."""
    chance = random.Random(seed)

    def ring(least, most, count):
        points = []
        for number in range(count):
            angle, far = 2 * math.pi * number / count, radius * chance.uniform(least, most)
            east = far * math.cos(angle) / max(0.02, math.cos(math.radians(latitude)))
            points.append(f"{37 + east} {latitude + far * math.sin(angle)}")
        return "(" + ",".join([*points, points[0]]) + ")"

    rings = [ring(0.3, 1, corners)] + ([ring(0.1, 0.25, 7)] if hole else [])
    return f"POLYGON({','.join(rings)})"


@pytest.mark.parametrize("overlap", [0.0, 300.0])
@pytest.mark.parametrize("latitude", [0.0, 55.0, -78.0, 86.0])
@pytest.mark.parametrize("seed", range(5))
def test_cells_of_ragged_polygons(seed, latitude, overlap):
    area = area_of(star(seed, latitude))
    found = cells(area, overlap=overlap)
    assert_right(area, found, LIMITS, overlap)
    needed = sum(cell.area.area_m2 for cell in found) / LIMITS.area_m2
    assert len(found) <= math.ceil(1.3 * needed) + 2


@pytest.mark.parametrize("seed", range(8))
def test_cells_of_many_parts_and_other_limits(seed):
    chance = random.Random(seed)
    wkts = [
        star(
            chance.random(), chance.uniform(-60, 70), chance.uniform(0.001, 0.2), chance.randint(3, 30), False
        )
        for _part in range(chance.randint(2, 30))
    ]
    area = area_of(*wkts)
    limits = Limits(chance.choice([5, 20, 150]) * KM2, chance.randint(1, 10))
    overlap = chance.choice([0.0, 50.0])
    assert_right(area, cells(area, limits, overlap), limits, overlap)


def test_an_area_within_the_limits_stays_whole():
    area = area_of("POLYGON((37 55,37.1 55,37.1 55.05,37 55.05,37 55))")
    [cell] = cells(area, overlap=500)
    assert cell.area is area


def test_a_rectangle_takes_hardly_more_cells_than_its_area_needs():
    area = area_of("POLYGON((37 55,38 55,38 56,37 56,37 55))")
    assert area.area_m2 / LIMITS.area_m2 == pytest.approx(70.4, abs=0.1)
    assert len(cells(area)) <= 74


def test_the_parts_of_a_long_slanted_strip_share_processings():
    """Its pieces are limited by the boxes around them; several that lie apart are one processing."""
    area = area_of("POLYGON((37 55,37.01 55,38.01 56,38 56,37 55))")
    found = cells(area)
    assert_right(area, found, LIMITS, 0)
    assert len(found) == 2


def test_rows_are_equally_high_and_their_cells_equally_large():
    area = area_of("POLYGON((10 50,12 50,12 52,10 52,10 50))")
    boxes = [cell.core.boundingBox() for cell in cells(area)]
    measure = QgsDistanceArea()
    measure.setEllipsoid("WGS84")
    heights = [
        measure.measureLine(QgsPointXY(10, box.yMinimum()), QgsPointXY(10, box.yMaximum())) for box in boxes
    ]
    assert max(heights) - min(heights) < 0.5
    assert len({round(box.yMinimum(), 6) for box in boxes}) > 5
    for south in {box.yMinimum() for box in boxes}:
        sizes = [measure.measureArea(QgsGeometry.fromRect(box)) for box in boxes if box.yMinimum() == south]
        assert max(sizes) / min(sizes) < 1 + 1e-6


@pytest.mark.parametrize("latitude", [0.0, 62.0, -80.0])
def test_neighbours_share_a_strip_as_wide_as_was_chosen(latitude):
    overlap = 400.0
    area = area_of(
        f"POLYGON((10 {latitude},11.5 {latitude},11.5 {latitude + 0.5},10 {latitude + 0.5},10 {latitude}))"
    )
    found = cells(area, Limits(60 * KM2, 10), overlap)
    checked = 0
    for number, one in enumerate(found):
        for other in found[number + 1 :]:
            seam = one.core.intersection(other.core)
            if seam.length() < 1e-6:
                continue
            middle = seam.interpolate(seam.length() / 2).asPoint()
            both = [ogr_of(cell.area.geometry).Buffer(1e-9) for cell in (one, other)]
            box = seam.boundingBox()
            for bearing in (0, 180) if box.width() > box.height() else (90, 270):
                x, y, _back = GEOD.fwd(middle.x(), middle.y(), bearing, overlap / 2 * 0.999)
                point = ogr.CreateGeometryFromWkt(f"POINT({x} {y})")
                assert all(ground.Contains(point) for ground in both)
                checked += 1
    assert checked > 20


def test_both_sides_of_the_antimeridian_are_cut():
    area = area_of("POLYGON((179.5 10,180.7 10,180.7 11,179.5 11,179.5 10))")
    found = cells(area)
    assert_right(area, found, LIMITS, 0)
    edges = [(cell.core.boundingBox().xMinimum(), cell.core.boundingBox().xMaximum()) for cell in found]
    assert min(edges)[0] == -180
    assert max(east for _west, east in edges) == 180


def test_a_leftover_of_a_square_metre_joins_its_neighbour():
    """A step one metre high at the corner would be a processing, and paid for as 1 km²."""
    metre = 1 / 111_320
    wkt = (
        f"POLYGON((37 0,37.0898 0,37.0898 0.0898,{37 + metre} 0.0898,{37 + metre} {0.0898 + metre},"
        f"37 {0.0898 + metre},37 0))"
    )
    area = area_of(wkt)
    found = cells(area, Limits(60 * KM2, 10))
    assert_right(area, found, Limits(60 * KM2, 10), 0)
    assert len(found) == 2
    assert min(cell.area.area_m2 for cell in found) > KM2


def test_islands_of_a_square_metre_are_put_together():
    metre = 1e-5
    wkts = [
        f"POLYGON(({x} 0,{x + metre} 0,{x + metre} {metre},{x} {metre},{x} 0))"
        for x in np.arange(0, 2.5, 0.1)
    ]
    found = cells(area_of(*wkts))
    assert [cell.area.parts for cell in found] == [10, 10, 5]


def test_the_same_area_is_cut_in_the_same_way():
    first, second = (
        [cell.area.to_geojson() for cell in cells(area_of(star(3, 47)), overlap=100)] for _time in range(2)
    )
    assert first == second


def test_an_overlap_without_room_is_refused_in_a_sentence():
    with pytest.raises(UnplaceableError, match="overlap"):
        cells(area_of(star(1, 50)), Limits(1 * KM2, 10), 5_000)


def test_an_area_of_far_too_many_cells_is_refused_in_a_sentence():
    with pytest.raises(UnplaceableError, match="10,000"):
        cells(area_of(star(1, 50)), Limits(100, 10))


def test_cutting_can_be_stopped():
    with pytest.raises(ConversionCancelledError):
        cells_of(area_of(star(1, 50)), LIMITS, 0, lambda _fraction: False)
