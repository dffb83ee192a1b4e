"""Areas from any coordinate system: what is sent is valid, true to what was drawn, and measured on the ellipsoid."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from osgeo import ogr, osr
from pyproj import Geod
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsGeometry,
    QgsLineString,
    QgsPolygon,
)

from mapflow_dock.layers.areas.area import area_from_geometries, limit_problems, repaired
from mapflow_dock.layers.areas.transform import ToLongitudeLatitude

CONTEXT = QgsCoordinateTransformContext()
GEOD = Geod(ellps="WGS84")
SMALL_3035 = "POLYGON((6e6 3e6,6.1e6 3e6,6.1e6 3.1e6,6e6 3.1e6,6e6 3e6))"
BOW_TIE = "POLYGON((37 55,37.1 55.1,37.1 55,37 55.1,37 55))"


def area(*wkts: str, crs: str = "EPSG:4326"):
    geometries = [QgsGeometry.fromWkt(wkt) for wkt in wkts]
    return area_from_geometries(geometries, QgsCoordinateReferenceSystem(crs), CONTEXT)


def polygons_of(geojson: dict) -> list:
    return geojson["coordinates"] if geojson["type"] == "MultiPolygon" else [geojson["coordinates"]]


def geodesic_area(geojson: dict) -> float:
    """The area by another library; rings count by their winding, so holes subtract."""
    rings = [ring for polygon in polygons_of(geojson) for ring in polygon]
    return sum(GEOD.polygon_area_perimeter(*zip(*ring, strict=True))[0] for ring in rings)


def assert_sendable(found) -> dict:
    """The rules of the service for what is sent; returns the GeoJSON."""
    geojson = json.loads(json.dumps(found.to_geojson()))
    assert geojson["type"] in {"Polygon", "MultiPolygon"}
    for polygon in polygons_of(geojson):
        for index, ring in enumerate(polygon):
            assert ring[0] == ring[-1]
            assert len(ring) >= 4
            assert all(len(position) == 2 for position in ring)
            assert all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in ring)
            assert all(round(number, 8) == number for position in ring for number in position)
            x, y = (np.array(ring) - ring[0]).T
            assert (np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]) > 0) == (index == 0)
    assert ogr.CreateGeometryFromJson(json.dumps(geojson)).IsValid()
    return geojson


@pytest.mark.parametrize(
    ("crs", "box"),
    [
        ("EPSG:4326", (37.5, 55.7, 37.6, 55.75)),
        ("EPSG:32637", (407_000, 6_173_000, 415_000, 6_181_000)),
        ("EPSG:3857", (4_174_000, 7_500_000, 4_180_000, 7_506_000)),
        ("EPSG:2154", (650_000, 6_860_000, 655_000, 6_866_000)),
        ("EPSG:2263", (980_000, 190_000, 1_000_000, 210_000)),  # feet
        ("EPSG:4807", (2.0, 54.0, 2.05, 54.05)),  # grads from the meridian of Paris
        ("EPSG:3031", (-500_000, 1_500_000, -490_000, 1_510_000)),
    ],
)
def test_a_box_of_any_coordinate_system_keeps_its_size(crs, box):
    west, south, east, north = box
    found = area(
        f"POLYGON(({west} {south},{east} {south},{east} {north},{west} {north},{west} {south}))", crs=crs
    )
    assert found.is_usable
    geojson = assert_sendable(found)
    assert found.area_m2 == pytest.approx(geodesic_area(geojson), rel=1e-4)
    assert found.bbox_areas_m2[0] >= found.area_m2 * 0.999999


def test_a_long_straight_edge_stays_where_it_was_drawn():
    edge = np.column_stack((np.linspace(300_000, 700_000, 50), np.full(50, 6_800_000.0)))
    found = area("POLYGON((300000 6800000,700000 6800000,500000 6900000,300000 6800000))", crs="EPSG:32637")
    geojson = assert_sendable(found)
    utm, degrees = osr.SpatialReference(), osr.SpatialReference()
    utm.ImportFromEPSG(32637)
    degrees.ImportFromEPSG(4326)
    degrees.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    drawn = osr.CoordinateTransformation(utm, degrees).TransformPoints(edge.tolist())
    outline = ogr.CreateGeometryFromJson(json.dumps(geojson)).Boundary()
    off = [outline.Distance(ogr.CreateGeometryFromWkt(f"POINT({lon} {lat})")) for lon, lat, _height in drawn]
    assert max(off) < 2e-6
    bare = area("POLYGON((300 6800,301 6800,301 6801,300 6800))", crs="EPSG:32637")
    assert bare.geometry.constGet().nCoordinates() == 4, "short edges need no more vertices"


def test_long_edges_are_bent_together(monkeypatch):
    """A continent's outline must not stop the map: a few transformations, however many its edges."""
    asked = []
    transformed = ToLongitudeLatitude._transformed

    def counted(self, points):
        asked.append(len(points))
        return transformed(self, points)

    monkeypatch.setattr(ToLongitudeLatitude, "_transformed", counted)
    angles = np.linspace(0, 2 * math.pi, 2001)
    ring = QgsLineString(
        (4_321_000 + 2e6 * np.cos(angles)).tolist(), (3_210_000 + 2e6 * np.sin(angles)).tolist()
    )
    ring.close()
    found = area_from_geometries(
        [QgsGeometry(QgsPolygon(ring))], QgsCoordinateReferenceSystem("EPSG:3035"), CONTEXT
    )
    assert found.is_usable
    assert found.area_m2 == pytest.approx(math.pi * 4e12, rel=1e-3)  # the projection keeps areas
    assert sum(asked) > 10_000
    assert len(asked) <= 12


CONTINENT = "POLYGON((3e6 2e6,5e6 2e6,5e6 4e6,3e6 4e6,3e6 2e6))"


def test_what_is_far_too_large_is_refused_before_its_edges_are_bent():
    geometries = [QgsGeometry.fromWkt(wkt) for wkt in (CONTINENT, SMALL_3035)]
    crs = QgsCoordinateReferenceSystem("EPSG:3035")
    found = area_from_geometries(geometries, crs, CONTEXT, 1e12)
    (problem,) = found.problems
    assert "your account allows 1,000,000\u00a0km²" in problem.sentence
    assert not problem.fixable
    assert found.is_rough
    assert not found.is_usable
    assert found.geometry.constGet().nCoordinates() == 10
    within = area_from_geometries(geometries, crs, CONTEXT, 1e13)
    assert within == replace(area_from_geometries(geometries, crs, CONTEXT), geometry=within.geometry)
    assert within.is_usable
    assert not within.is_rough


@pytest.mark.parametrize(
    ("wkt", "crs"),
    [
        ("POLYGON((179.99 50,180.01 50,180.01 50.02,179.99 50.02,179.99 50))", "EPSG:4326"),
        (
            "POLYGON((20030000 6446000,20045000 6446000,20045000 6460000,20030000 6460000,20030000 6446000))",
            "EPSG:3857",
        ),
    ],
)
def test_a_small_area_across_the_antimeridian_is_not_taken_for_one_around_the_globe(wkt, crs):
    found = area_from_geometries([QgsGeometry.fromWkt(wkt)], QgsCoordinateReferenceSystem(crs), CONTEXT, 1e9)
    assert found.is_usable
    assert found.parts == 2


def test_an_upright_box_in_web_mercator_stays_a_box():
    found = area("POLYGON((0 0,50000 0,50000 50000,0 50000,0 0))", crs="EPSG:3857")
    assert found.geometry.constGet().nCoordinates() == 5


def test_z_m_curves_repeats_and_empty_geometries():
    found = area(
        "POLYGON ZM((37 55 1 2,37.1 55 1 2,37.1 55 1 2,37.1 55.1 1 2,37 55 1 2))",
        "POLYGON EMPTY",
        "CURVEPOLYGON(CIRCULARSTRING(38 55,38.1 55.1,38.2 55,38.1 54.9,38 55))",
    )
    assert found.is_usable
    assert found.parts == 2
    assert_sendable(found)
    circle = geodesic_area({"type": "Polygon", "coordinates": found.to_geojson()["coordinates"][1]})
    assert circle == pytest.approx(math.pi * 0.01 * 111_300 * 63_940, rel=0.02)
    with_null = area_from_geometries(
        [QgsGeometry(), QgsGeometry.fromWkt("POLYGON((0 0,1 0,1 1,0 0))")],
        QgsCoordinateReferenceSystem("EPSG:4326"),
        CONTEXT,
    )
    assert with_null.parts == 1


def test_holes_are_subtracted_and_wound_the_other_way():
    whole = area("POLYGON((37 55,37.1 55,37.1 55.1,37 55.1,37 55))")
    holed = area(
        "POLYGON((37 55,37 55.1,37.1 55.1,37.1 55,37 55),(37.02 55.02,37.04 55.02,37.04 55.04,37.02 55.02))"
    )
    geojson = assert_sendable(holed)
    assert len(geojson["coordinates"]) == 2
    assert holed.area_m2 == pytest.approx(geodesic_area(geojson), rel=1e-5)
    assert holed.area_m2 < whole.area_m2
    assert holed.bbox_areas_m2 == pytest.approx(whole.bbox_areas_m2)


def test_a_tiny_ring_does_not_collapse_and_a_smaller_one_is_told():
    tiny = area("POLYGON((37 55,37.00000003 55,37.00000003 55.00000003,37 55))")
    assert tiny.is_usable
    assert_sendable(tiny)
    nothing = area("POLYGON((37 55,37.000000001 55,37.000000001 55.000000001,37 55))")
    assert not nothing.is_usable
    assert "too small" in nothing.problems[0].sentence


@pytest.mark.parametrize(
    ("wkt", "crs"),
    [
        ("POLYGON((179.9 50,180.1 50,180.1 50.1,179.9 50.1,179.9 50))", "EPSG:4326"),
        ("POLYGON((-180.1 50,-179.9 50,-179.9 50.1,-180.1 50.1,-180.1 50))", "EPSG:4326"),
        ("POLYGON((179.9 50,180.1 50,180.1 50.1,179.9 50.1,179.9 50))", "EPSG:4258"),
        (
            "POLYGON((20030000 6446000,20045000 6446000,20045000 6460000,20030000 6460000,20030000 6446000))",
            "EPSG:3857",
        ),
        (
            "POLYGON((700000 5540000,730000 5540000,730000 5550000,700000 5550000,700000 5540000))",
            "EPSG:32660",
        ),
    ],
)
def test_an_area_across_the_antimeridian_is_split_there(wkt, crs):
    found = area(wkt, crs=crs)
    assert found.is_usable
    assert found.parts == 2
    geojson = assert_sendable(found)
    longitudes = [[lon for lon, _lat in rings[0]] for rings in polygons_of(geojson)]
    spans = sorted((min(east_west), max(east_west)) for east_west in longitudes)
    assert spans[0][0] == -180
    assert spans[1][1] == 180
    assert max(east - west for west, east in spans) < 1
    assert found.area_m2 == pytest.approx(geodesic_area(geojson), rel=1e-4)


def test_a_hole_across_the_antimeridian_is_split_with_its_polygon():
    found = area(
        "POLYGON((179 50,181 50,181 51,179 51,179 50),(-180.5 50.4,-179.5 50.4,-179.5 50.6,-180.5 50.6,-180.5 50.4))"
    )
    geojson = assert_sendable(found)
    assert found.area_m2 == pytest.approx(geodesic_area(geojson), rel=1e-4)
    assert found.area_m2 < sum(found.bbox_areas_m2) * 0.95


def test_a_world_wide_area_is_not_mistaken_for_a_narrow_one():
    found = area(
        "POLYGON((-20030000 0,20030000 0,20030000 100000,-20030000 100000,-20030000 0))", crs="EPSG:3857"
    )
    assert found.parts == 1
    assert found.area_m2 > 3e12


@pytest.mark.parametrize(
    ("wkt", "crs", "words"),
    [
        ("POLYGON((-1e6 -1e6,1e6 -1e6,1e6 1e6,-1e6 1e6,-1e6 -1e6))", "EPSG:3413", "pole"),
        ("POLYGON((0 89,90 91,180 89,0 89))", "EPSG:4326", "outside the globe"),
        ("POLYGON((1e9 0,1e9 1,2e9 1,1e9 0))", "EPSG:32637", "coordinate system"),
        ("POLYGON((500000 6000000,inf 6000000,520000 6005000,500000 6000000))", "EPSG:32637", ""),
        ("POLYGON((-200 0,200 0,200 1,-200 0))", "EPSG:4326", "wider than the globe"),
        ("LINESTRING(0 0,1 1)", "EPSG:4326", "not a polygon"),
        ("GEOMETRYCOLLECTION(POINT(0 0))", "EPSG:4326", "not a polygon"),
        ("POLYGON EMPTY", "EPSG:4326", "empty"),
        ("POLYGON((0 0,1 0,1 1,0 0))", "", "no coordinate system"),
    ],
)
def test_what_cannot_be_an_area_is_said_not_raised(wkt, crs, words):
    found = area(wkt, crs=crs)
    assert not found.is_usable
    assert found.problems
    assert words in found.problems[0].sentence
    assert not found.problems[0].fixable


def test_a_bow_tie_is_told_with_its_place_and_repaired_only_on_request():
    found = area(BOW_TIE)
    assert not found.is_usable
    assert [problem.fixable for problem in found.problems] == [True]
    assert "55.050000°, 37.050000°" in found.problems[0].sentence
    mended = repaired(found)
    assert mended.is_usable
    geojson = assert_sendable(mended)
    assert mended.area_m2 == pytest.approx(geodesic_area(geojson), rel=1e-4)
    assert mended.area_m2 == pytest.approx(found.bbox_areas_m2[0] / 2, rel=1e-2)


def test_a_bow_tie_across_the_antimeridian_can_be_repaired():
    mended = repaired(area("POLYGON((179.9 50,180.1 50.1,180.1 50,179.9 50.1,179.9 50))"))
    assert mended.is_usable
    assert_sendable(mended)


def test_many_broken_outlines_are_counted_and_a_sound_area_is_left_alone():
    ties = [f"POLYGON(({x} 55,{x}.1 55.1,{x}.1 55,{x} 55.1,{x} 55))" for x in range(30, 38)]
    assert "5 more" in area(*ties).problems[-1].sentence
    sound = area("POLYGON((0 0,1 0,1 1,0 0))")
    assert repaired(sound) is sound


def test_a_ring_without_an_inside_is_gone_once_repaired():
    mended = repaired(area("POLYGON((0 0,1 1,2 2,1 1,0 0))"))
    assert not mended.is_usable
    assert not any(problem.fixable for problem in mended.problems)


def test_overlapping_and_touching_parts_are_charged_once():
    overlapping = area("POLYGON((0 0,2 0,2 1,0 1,0 0))", "POLYGON((1 0,3 0,3 1,1 1,1 0))")
    neighbours = area("POLYGON((0 0,1.5 0,1.5 1,0 1,0 0))", "POLYGON((1.5 0,3 0,3 1,1.5 1,1.5 0))")
    apart = area("POLYGON((0 0,1 0,1 1,0 1,0 0))", "POLYGON((2 0,3 0,3 1,2 1,2 0))")
    assert (overlapping.parts, neighbours.parts, apart.parts) == (1, 1, 2)
    assert overlapping.area_m2 == pytest.approx(neighbours.area_m2)
    for found in (overlapping, neighbours, apart):
        assert found.is_usable
        assert_sendable(found)


def test_a_circle_of_many_vertices_is_measured_and_one_of_too_many_refused():
    def circle(count: int):
        angle = np.linspace(0, 2 * np.pi, count)
        ring = QgsLineString((500_000 + 3000 * np.cos(angle)).tolist(), (6e6 + 3000 * np.sin(angle)).tolist())
        return area_from_geometries(
            [QgsGeometry(QgsPolygon(ring))], QgsCoordinateReferenceSystem("EPSG:32637"), CONTEXT
        )

    assert circle(40_000).area_m2 == pytest.approx(math.pi * 3000**2 / 0.9996**2, rel=1e-4)
    assert "Simplify" in circle(400_000).problems[0].sentence


def test_limits_are_told_in_square_kilometres():
    found = area(
        "POLYGON((37 55,37.2 55,37.2 55.1,37 55.1,37 55))", "POLYGON((38 55,38.1 55,38.1 55.1,38 55))"
    )
    assert limit_problems(found, 1e9, 10) == ()
    sentences = [problem.sentence for problem in limit_problems(found, 50e6, 1)]
    assert "2 separate parts" in sentences[0]
    assert sentences[1] == "The area is 177.9\u00a0km²; your account allows 50\u00a0km² in one processing."
    assert round(found.area_m2 / 1e6, 2) == 177.90


def test_a_slanted_part_breaks_the_limit_by_its_bounding_box():
    strip = area("POLYGON((37 55,37.01 55,37.51 55.5,37.5 55.5,37 55))")
    limit = strip.area_m2 * 2
    assert limit < strip.bbox_areas_m2[0]
    (problem,) = limit_problems(strip, limit, 10)
    assert "rectangle" in problem.sentence
    assert not problem.fixable
