"""Areas and lengths of many geometries at once: as pyproj and QGIS measure them one by one."""

from __future__ import annotations

import math
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qgis.core import QgsCoordinateTransformContext, QgsDistanceArea, QgsGeometry, QgsPointXY

from mapflow_dock.layers.areas.measure import wgs84
from mapflow_dock.layers.summary.measure import measures_of, ribbon_length
from mapflow_dock.layers.summary.shapes import shapes_of

# measured by pyproj 3.7.2, along edges that are straight in longitude and latitude: name, ring, m², m around it
MEASURED = (
    ("square at the equator", [(0, 0), (0.001, 0), (0.001, 0.001), (0, 0.001)], 12309.072079, 443.787533),
    (
        "L in Moscow",
        [(37, 55), (37.0008, 55), (37.0008, 55.0003), (37.0003, 55.0003), (37.0003, 55.0009), (37, 55.0009)],
        2992.076657,
        302.772308,
    ),
    (
        "sliver in Svalbard",
        [
            (15, 78),
            (15.002, 78.0001),
            (15.004, 78.0002),
            (15.004, 78.00021),
            (15.002, 78.00011),
            (15, 78.00001),
        ],
        103.691138,
        193.277030,
    ),
    ("south", [(-0.0005, -33.5), (0.0007, -33.5), (0.0002, -33.4991)], 5565.450304, 340.756664),
    (
        "forest of 10 km",
        [(30, 60), (30.1, 60.01), (30.12, 60.08), (30.05, 60.1), (29.98, 60.06)],
        61457618.824279,
        30752.049481,
    ),
)


def polygon(ring):
    return QgsGeometry.fromPolygonXY([[QgsPointXY(x, y) for x, y in [*ring, ring[0]]]])


def wkb(geometry):
    return bytes(geometry.asWkb().data())


def text(wkt):
    return wkb(QgsGeometry.fromWkt(wkt))


def measured(*blobs, outlines=True):
    return measures_of(shapes_of(blobs), outlines)


@pytest.mark.parametrize(("name", "ring", "area", "outline"), MEASURED)
def test_a_polygon_is_as_large_as_pyproj_says(name, ring, area, outline):
    found = measured(wkb(polygon(ring)))
    assert found.area[0] == pytest.approx(area, rel=1e-6), name
    assert found.outline[0] == pytest.approx(outline, rel=1e-6), name
    assert found.length[0] == 0


@pytest.mark.parametrize(("name", "ring", "_area", "outline"), MEASURED)
def test_a_line_is_as_long_as_pyproj_says(name, ring, _area, outline):
    line = QgsGeometry.fromPolylineXY([QgsPointXY(x, y) for x, y in [*ring, ring[0]]])
    found = measured(wkb(line))
    assert found.length[0] == pytest.approx(outline, rel=1e-6), name
    assert found.area[0] == found.outline[0] == 0


def test_all_at_once_is_as_one_by_one():
    blobs = [wkb(polygon(ring)) for _name, ring, _area, _outline in MEASURED]
    found = measured(*blobs, None, *blobs)
    assert found.area.tolist() == pytest.approx(
        [*(each[2] for each in MEASURED), 0] + [each[2] for each in MEASURED]
    )


def test_holes_and_parts():
    square = "(0 0, 0.002 0, 0.002 0.002, 0 0.002, 0 0)"
    hole = "(0.0005 0.0005, 0.0015 0.0005, 0.0015 0.0015, 0.0005 0.0015, 0.0005 0.0005)"
    one = 12309.072079
    found = measured(
        text(f"Polygon({square})"),
        text(f"Polygon({square}, {hole})"),
        text(f"MultiPolygon(({square}, {hole}), ((1 0, 1.001 0, 1.001 0.001, 1 0.001, 1 0)))"),
    )
    assert found.area.tolist() == pytest.approx([4 * one, 3 * one, 4 * one], rel=1e-6)


@pytest.mark.parametrize(
    "wkt",
    [
        "PolygonZ((0 0 9, 0.001 0 9, 0.001 0.001 9, 0 0.001 9, 0 0 9))",
        "PolygonM((0 0 9, 0.001 0 9, 0.001 0.001 9, 0 0.001 9, 0 0 9))",
        "MultiPolygonZM(((0 0 9 8, 0.001 0 9 8, 0.001 0.001 9 8, 0 0.001 9 8, 0 0 9 8)))",
        "CurvePolygon((0 0, 0.001 0, 0.001 0.001, 0 0.001, 0 0))",
        "GeometryCollection(Point(5 5), Polygon((0 0, 0.001 0, 0.001 0.001, 0 0.001, 0 0)))",
        "MultiSurface(Polygon((0 0, 0.001 0, 0.001 0.001, 0 0.001, 0 0)))",
    ],
)
def test_whatever_kind_it_is_written_as(wkt):
    assert measured(text(wkt)).area[0] == pytest.approx(12309.072079, rel=1e-6)


def test_a_collection_has_the_area_of_its_polygons_and_the_length_of_its_lines():
    collection = (
        "GeometryCollection(Polygon((0 0, 0.001 0, 0.001 0.001, 0 0)), LineString(0 0, 0.001 0), Point(1 1))"
    )
    found = measured(text(collection))
    assert found.area[0] == pytest.approx(12309.072079 / 2, rel=1e-5)
    assert found.length[0] == pytest.approx(111.319491, rel=1e-6)


def big_endian(ring):
    points = b"".join(struct.pack(">dd", *point) for point in [*ring, ring[0]])
    return struct.pack(">BIII", 0, 3, 1, len(ring) + 1) + points


def test_bytes_from_the_other_end():
    assert measured(big_endian(MEASURED[0][1])).area[0] == pytest.approx(12309.072079, rel=1e-6)


@pytest.mark.parametrize("envelope", [0, 1, 2, 3, 4])
def test_the_header_of_a_geopackage(envelope):
    size = (0, 32, 48, 48, 64)[envelope]
    header = b"GP" + struct.pack("<BBi", 0, 1 | envelope << 1, 4326) + b"\x07" * size
    assert measured(header + wkb(polygon(MEASURED[0][1]))).area[0] == pytest.approx(12309.072079, rel=1e-6)


def test_points_have_no_size():
    found = measured(text("Point(1 1)"), text("MultiPoint((1 1), (2 2))"))
    assert found.area.tolist() == found.length.tolist() == [0, 0]


def test_what_is_empty_and_what_is_broken_is_told_apart():
    whole = wkb(polygon(MEASURED[0][1]))
    shapes = shapes_of([None, b"", text("Polygon EMPTY"), whole[:-3], b"GP", b"\x01\x03\x00\x00\x00", whole])
    assert shapes.is_empty.tolist() == [True, True, True, False, False, False, False]
    assert shapes.is_broken.tolist() == [False, False, False, True, True, True, False]


@given(st.lists(st.one_of(st.none(), st.binary(max_size=80)), max_size=8))
@settings(max_examples=200, deadline=None)
def test_no_bytes_are_too_odd(blobs):
    found = measured(*blobs)
    assert len(found.area) == len(blobs)


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_bytes_that_were_cut_or_changed_do_no_harm(data):
    whole = bytearray(text("MultiPolygon(((0 0, 1 0, 1 1, 0 0), (0.1 0.1, 0.2 0.1, 0.2 0.2, 0.1 0.1)))"))
    for _turn in range(data.draw(st.integers(0, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    good = wkb(polygon(MEASURED[0][1]))
    found = measured(cut, good)
    assert found.area[1] == pytest.approx(12309.072079, rel=1e-6), "its neighbour is measured all the same"


@given(
    st.floats(-170, 170),
    st.floats(-80, 80),
    st.floats(1e-5, 1e-3),
    st.lists(st.integers(10, 100), min_size=3, max_size=12),
)
@settings(max_examples=150, deadline=None)
def test_any_small_polygon_is_as_large_as_qgis_says(west, south, scale, radii):
    """QGIS goes the shortest way between corners: in a small polygon that is the same."""
    turn = 2 * math.pi / len(radii)
    ring = [
        (west + scale * r / 100 * math.cos(i * turn), south + scale * r / 100 * math.sin(i * turn))
        for i, r in enumerate(radii)
    ]
    qgis = QgsDistanceArea()
    qgis.setSourceCrs(wgs84(), QgsCoordinateTransformContext())
    qgis.setEllipsoid("EPSG:7030")
    geometry = polygon(ring)
    found = measured(wkb(geometry))
    assert found.area[0] == pytest.approx(qgis.measureArea(geometry), rel=1e-4, abs=0.02)
    assert found.outline[0] == pytest.approx(qgis.measurePerimeter(geometry), rel=1e-5)


def test_a_narrow_polygon_is_as_long_as_the_road_it_shows():
    """A strip 0.01° long at the equator, 0.00005° wide: 1113.19 m, measured as a line."""
    strip = measured(text("Polygon((0 0, 0.01 0, 0.01 0.00005, 0 0.00005, 0 0))"))
    assert ribbon_length(strip.area, strip.outline)[0] == pytest.approx(1113.194908, rel=1e-3)


def test_a_long_edge_is_measured_along_its_way():
    """A quarter of the equator, and a quarter of a meridian."""
    found = measured(text("LineString(0 0, 90 0)"), text("LineString(0 0, 0 90)"))
    assert found.length.tolist() == pytest.approx([6378137 * math.pi / 2, 10001965.729], rel=1e-7)


def test_boxes():
    boxes = shapes_of([text("LineString(1 2, 3 -4)"), None, text("MultiPoint((5 6), (-7 8))")]).boxes()
    assert boxes[[0, 2]].tolist() == [[1, -4, 3, 2], [-7, 6, 5, 8]]
    assert not np.isfinite(boxes[1]).any()
