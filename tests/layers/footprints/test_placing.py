"""Footprints of the catalog, in whichever form they come: one geometry on the globe, or none."""

from __future__ import annotations

import pytest
from qgis.core import QgsGeometry

from mapflow_dock.layers.footprints.placing import main_box, placed

SQUARE = [[37, 55], [37.1, 55], [37.1, 55.1], [37, 55.1], [37, 55]]
WKT = "POLYGON((37 55, 37.1 55, 37.1 55.1, 37 55.1, 37 55))"


def polygon(*rings):
    return {"type": "Polygon", "coordinates": list(rings)}


def box(west, south, east, north):
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def parts(geometry):
    return sorted(
        tuple(round(edge, 6) for edge in (r.xMinimum(), r.yMinimum(), r.xMaximum(), r.yMaximum()))
        for r in (part.boundingBox() for part in geometry.constParts())
    )


@pytest.mark.parametrize(
    "footprint",
    [
        WKT,
        "POLYGON Z((37 55 1, 37.1 55 1, 37.1 55.1 1, 37 55.1 1, 37 55 1))",
        polygon(SQUARE),
        polygon([[*position, 12.5] for position in SQUARE]),
        {"type": "MultiPolygon", "coordinates": [[SQUARE]]},
    ],
)
def test_both_forms_lie_in_the_same_place(qgis_app, footprint):
    ground = placed(footprint)
    assert ground.isMultipart()
    assert ground.isGeosEqual(QgsGeometry.fromWkt(WKT))
    assert not ground.constGet().is3D()


@pytest.mark.parametrize(
    "footprint",
    [
        "",
        "nonsense",
        "POINT(1 2)",
        "MULTIPOLYGON EMPTY",
        "POLYGON((500000 6000000, 500100 6000000, 500100 6000100, 500000 6000000))",
        "POLYGON((0 89, 1 89, 1 91, 0 89))",
        "POLYGON((0 0, inf 0, 1 1, 0 0))",
        {},
        {"type": "Polygon", "coordinates": [[["a", "b"]]]},
        {"type": "Polygon", "coordinates": [[[float("nan"), 1], [1, 1], [1, 2]]]},
        {"type": "Polygon", "coordinates": "everywhere"},
        {"type": "Polygon", "coordinates": [[[37, 55]]]},
    ],
)
def test_what_is_no_ground_on_earth_is_none(qgis_app, footprint):
    assert placed(footprint).isEmpty()


CUT = [(-180.0, -17.0, -179.5, -16.0), (179.0, -17.0, 180.0, -16.0)]


@pytest.mark.parametrize(
    "footprint",
    [
        polygon(box(179, -17, 180.5, -16)),
        polygon(box(-181, -17, -179.5, -16)),
        polygon([[179, -17], [-179.5, -17], [-179.5, -16], [179, -16], [179, -17]]),
        "POLYGON((179 -17, -179.5 -17, -179.5 -16, 179 -16, 179 -17))",
        {"type": "MultiPolygon", "coordinates": [[box(179, -17, 180, -16)], [box(-180, -17, -179.5, -16)]]},
        {"type": "MultiPolygon", "coordinates": [[box(179, -17, 180, -16)], [box(180, -17, 180.5, -16)]]},
    ],
)
def test_an_outline_over_the_antimeridian_is_cut_there(qgis_app, footprint):
    ground = placed(footprint)
    assert parts(ground) == CUT
    assert ground.area() == pytest.approx(1.5)


def test_a_hole_is_cut_with_its_outline(qgis_app):
    hole = [[179.8, -16.8], [179.8, -16.2], [-179.8, -16.2], [-179.8, -16.8], [179.8, -16.8]]
    ground = placed(polygon([[179, -17], [-179.5, -17], [-179.5, -16], [179, -16], [179, -17]], hole))
    assert parts(ground) == CUT
    assert ground.area() == pytest.approx(1.5 - 0.4 * 0.6)


@pytest.mark.parametrize("ring", [box(-180, -60, 180, 80), box(-170, -60, 170, 80)])
def test_what_goes_around_the_globe_stays_whole(qgis_app, ring):
    ground = placed(polygon(ring))
    assert ground.boundingBox().width() == ring[1][0] - ring[0][0]


def test_a_broken_outline_is_shown_as_it_is_and_cut_when_it_has_to_be(qgis_app):
    bow = [[37, 55], [38, 56], [38, 55], [37, 56], [37, 55]]
    assert not placed(polygon(bow)).isEmpty()
    over = [[179, -17], [181, -16], [181, -17], [179, -16], [179, -17]]
    assert parts(placed(polygon(over))) == [(-180, -17, -179, -16), (179, -17, 180, -16)]


@pytest.mark.parametrize(
    ("footprints", "expected"),
    [
        ([polygon(box(37, 55, 38, 56)), polygon(box(40, 50, 41, 51))], (37, 50, 41, 56)),
        ([polygon(box(178, -17, 181, -16))], (178, -17, 180, -16)),
        ([polygon(box(179, -17, 183, -16))], (-180, -17, -177, -16)),
        ([polygon(box(-100, -40, 100, 5))], (-100, -40, 100, 5)),
    ],
    ids=["one side", "most in the east", "most in the west", "wide"],
)
def test_the_box_to_zoom_to_does_not_go_around_the_globe(footprints, expected):
    found = main_box([placed(each) for each in footprints])
    assert (found.xMinimum(), found.yMinimum(), found.xMaximum(), found.yMaximum()) == expected


def test_the_box_of_nothing_is_none():
    assert main_box([QgsGeometry()]).isNull()
