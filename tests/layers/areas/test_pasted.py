"""Areas from the clipboard: what is read, in which system, and what each refusal says."""

from __future__ import annotations

import json

import pytest
from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransformContext

from mapflow_dock.layers.areas.area import area_from_geometries
from mapflow_dock.layers.areas.pasted import MAX_CHARACTERS, ground_from_text
from mapflow_dock.layers.areas.transform import UnplaceableError

SQUARE = "POLYGON((37.60 55.75, 37.61 55.75, 37.61 55.76, 37.60 55.76, 37.60 55.75))"
RING = [[37.60, 55.75], [37.61, 55.75], [37.61, 55.76], [37.60, 55.76], [37.60, 55.75]]
POLYGON = {"type": "Polygon", "coordinates": [RING]}
FEATURE = {"type": "Feature", "properties": {"a": 1}, "geometry": POLYGON}
AWAY = {"type": "Polygon", "coordinates": [[[x + 1, y] for x, y in RING]]}


def area_m2(text: str) -> float:
    ground = ground_from_text(text)
    area = area_from_geometries([ground.geometry], ground.crs, QgsCoordinateTransformContext())
    assert area.problems == ()
    return area.area_m2


@pytest.mark.parametrize(
    "text",
    [
        SQUARE,
        f"  {SQUARE}\n",
        f"SRID=4326;{SQUARE}",
        f"GEOMETRYCOLLECTION({SQUARE})",
        f"wkt_geom\tname\n{SQUARE}\tone\n",
        f'wkt_geom\tname\n{SQUARE}\t"two\nlines"\n',
        json.dumps(POLYGON),
        json.dumps({"type": "GeometryCollection", "geometries": [POLYGON]}),
        json.dumps(FEATURE, indent=2),
        json.dumps({"type": "FeatureCollection", "features": [FEATURE, {**FEATURE, "geometry": None}]}),
    ],
)
def test_a_square_is_the_same_however_it_is_written(qgis_app, text):
    # 0.01° by 0.01° at 55.755° north on WGS 84: 1113.52 m of latitude, 627.89 m of longitude
    assert area_m2(text) == pytest.approx(1113.52 * 627.89, rel=2e-3)


def test_all_polygons_of_a_collection_are_taken(qgis_app):
    text = json.dumps({"type": "FeatureCollection", "features": [FEATURE, {**FEATURE, "geometry": AWAY}]})
    assert area_m2(text) == pytest.approx(2 * area_m2(SQUARE), rel=1e-6)


@pytest.mark.parametrize(
    "text",
    [
        "SRID=32637;POLYGON((400000 6180000,401000 6180000,401000 6181000,400000 6181000,400000 6180000))",
        json.dumps(
            {
                "type": "Polygon",
                "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32637"}},
                "coordinates": [
                    [
                        [400000, 6180000],
                        [401000, 6180000],
                        [401000, 6181000],
                        [400000, 6181000],
                        [400000, 6180000],
                    ]
                ],
            }
        ),
    ],
)
def test_the_named_system_is_the_one_that_counts(qgis_app, text):
    assert ground_from_text(text).crs == QgsCoordinateReferenceSystem("EPSG:32637")
    assert area_m2(text) == pytest.approx(1e6, rel=2e-3)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no text"),
        (" \n", "holds no text"),
        ("buildings of 2024", "no polygon that can be read"),
        ("{'type': 'Polygon'}", "no polygon that can be read"),
        ('{"type": "FeatureCollection", "features": []}', "no polygon that can be read"),
        ('{"type": "Topology"}', "no polygon that can be read"),
        (SQUARE[:-9], "no polygon that can be read"),
        ("POINT(37 55)", "points or lines"),
        ('{"type": "LineString", "coordinates": [[0, 0], [1, 1]]}', "points or lines"),
        (
            "POLYGON((400000 6180000,401000 6180000,401000 6181000,400000 6180000))",
            "no longitude and latitude",
        ),
        (f"SRID=99999999;{SQUARE}", "EPSG:99999999"),
        (json.dumps({**POLYGON, "crs": {"properties": {"name": "moon-1"}}}), "moon-1"),
        (json.dumps({**POLYGON, "crs": 7}), "does not know"),
        ("[" * 9, "no polygon that can be read"),
        ("{" + '"a":{' * 5000, "no polygon that can be read"),
        ("x" * (MAX_CHARACTERS + 1), "too much text"),
        (f"GEOMETRYCOLLECTION({SQUARE}, POINT(37.6 55.7))", "points or lines"),
        (f"wkt_geom\tname\n{SQUARE}\tone\n{SQUARE[:-9]}\ttwo\n", "no polygon"),
        (
            "wkt_geom\tname\nPolygon ((400000 6180000, 401000 6180000, 401000 6181000))\ta\n",
            "Choose their layer",
        ),
    ],
)
def test_what_cannot_be_an_area_says_why(qgis_app, text, words):
    with pytest.raises(UnplaceableError, match=words):
        ground_from_text(text)
