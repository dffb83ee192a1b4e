"""Areas in systems without a place on the Earth are refused, with the reason; none is taken for degrees and priced."""

from __future__ import annotations

import math

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsGeometry,
    QgsRectangle,
)

from mapflow_dock.api.imagery_records import Image
from mapflow_dock.layers.areas.area import area_from_geometries
from mapflow_dock.layers.footprints.outlines import outline_of_all
from mapflow_dock.layers.footprints.pixel_sizes import pixel_sizes

SITE = 'LOCAL_CS["site grid",UNIT["metre",1],AXIS["X",EAST],AXIS["Y",NORTH]]'
MOON = (
    'GEOGCS["GCS_Moon_2000",DATUM["D_Moon_2000",SPHEROID["Moon_2000_IAU_IAG",1737400,0]],'
    'PRIMEM["Reference_Meridian",0],UNIT["Degree",0.0174532925199433]]'
)
MOON_MAP = "PROJ:+proj=eqc +R=1737400 +units=m +no_defs"
HALF = math.pi * 6_378_137  # of the world's width in EPSG:3857


def system(text):
    crs = QgsCoordinateReferenceSystem.fromWkt(text) if "[" in text else QgsCoordinateReferenceSystem(text)
    assert crs.isValid()
    return crs


def area_of(box, crs, **more):
    shape = QgsGeometry.fromRect(QgsRectangle(*box))
    return area_from_geometries([shape], crs, QgsCoordinateTransformContext(), **more)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (SITE, "does not say where on the Earth"),
        (MOON, "another celestial body (Moon)"),
        (MOON_MAP, "another celestial body"),
        ("EPSG:4978", "from the centre of the Earth"),
    ],
)
@pytest.mark.parametrize("is_of_map", [False, True])
def test_a_system_without_a_place_on_the_earth_is_refused(qgis_app, text, words, is_of_map):
    area = area_of((10, 20, 10.01, 20.01), system(text), is_of_map=is_of_map)
    assert not area.is_usable
    assert (area.parts, area.area_m2) == (0, 0.0)
    (problem,) = area.problems
    assert words in problem.sentence
    assert problem.sentence.endswith("set the right system.")
    assert not problem.fixable


def test_a_missing_system_is_told_of_whose_it_is(qgis_app):
    none = QgsCoordinateReferenceSystem()
    (of_layer,) = area_of((0, 0, 1, 1), none).problems
    (of_map,) = area_of((0, 0, 1, 1), none, is_of_map=True).problems
    assert "layer's properties" in of_layer.sentence
    assert "The project has no coordinate system" in of_map.sentence
    assert "layer" not in of_map.sentence


@pytest.mark.parametrize("half", [1.01, 1.008, 1.3, 1.5, 2.0, 3.0, 40.0, 1e6])
def test_an_extent_wider_than_the_globe_is_no_strip_of_it(qgis_app, half):
    wide = (-half * HALF, -1e6, half * HALF, 1e6)
    area = area_of(wide, system("EPSG:3857"), is_of_map=True)
    assert not area.is_usable
    assert "beyond the globe" in area.problems[0].sentence
    assert "wider than the globe" in area_of(wide, system("EPSG:3857")).problems[0].sentence


@pytest.mark.parametrize(
    ("west", "east"), [(-170.0, 170.0), (-179.0, 100.0), (170.0, 190.0), (150.0, 350.0), (-300, 59)]
)
def test_a_wide_extent_is_as_wide_as_it_was_drawn(qgis_app, west, east):
    drawn = area_of((west / 180 * HALF, -1e6, east / 180 * HALF, 1e6), system("EPSG:3857"))
    assert not drawn.problems
    degrees = [
        part.boundingBox() for part in (QgsGeometry(each.clone()) for each in drawn.geometry.constParts())
    ]
    assert sum(box.width() for box in degrees) == pytest.approx(east - west, abs=1e-6)


def test_an_extent_beyond_the_poles_is_told_of_as_the_maps(qgis_app):
    area = area_of((-400, -200, 400, 200), system("EPSG:4326"), is_of_map=True)
    assert [problem.sentence for problem in area.problems] == [
        "What was drawn, or what the map shows, reaches beyond the globe. Zoom in, or draw a smaller area."
    ]


def image(**changes):
    return Image(**{"id": "1", "name": "a", "mosaic_id": "m", **changes})


def test_pixels_on_the_moon_have_no_size_on_the_ground(qgis_app):
    ground = "POLYGON((10 20, 10.1 20, 10.1 20.1, 10 20))"
    on_moon = image(crs=MOON, pixel_size=(0.001, 0.001), footprint=ground)
    on_earth = image(crs="EPSG:4326", pixel_size=(0.001, 0.001), footprint=ground)
    assert pixel_sizes([on_moon, on_earth])[0] is None
    assert pixel_sizes([on_earth])[0] == pytest.approx(110.7, rel=1e-2)


def test_a_broken_outline_takes_no_other_along(qgis_app):
    broken = image(footprint="POLYGON((0 0, 1 1, 1 0, 0 1, 0 0))")
    others = [image(footprint=f"POLYGON(({x} 0, {x + 2} 0, {x + 2} 2, {x} 2, {x} 0))") for x in (0.5, 20)]
    box = outline_of_all([broken, *others]).boundingBox()
    assert (box.xMinimum(), box.xMaximum()) == (0, 22)
