"""The key of a run: the same for the same ground, model, imagery and options, and another one for anything else."""

from __future__ import annotations

import json
import random
import subprocess
import sys

import pytest
from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransformContext, QgsGeometry

from mapflow_dock.api.processings import Processing, ProcessingRequest, start_body
from mapflow_dock.api.sources import MyImagerySource, ProviderSource, SearchSource, UserSource
from mapflow_dock.jobs.batches.key import META_RUN_KEY, run_key, run_key_of
from mapflow_dock.layers.areas.area import area_from_geometries

RING = [[37.6, 55.7], [37.61, 55.7], [37.61, 55.71], [37.605, 55.715], [37.6, 55.71]]
HOLES = [
    [[37.602, 55.702], [37.603, 55.702], [37.603, 55.703]],
    [[37.606, 55.706], [37.607, 55.706], [37.607, 55.707]],
]
FAR = [[30.0, 60.0], [30.1, 60.0], [30.1, 60.1], [30.0, 60.1]]
SOURCE = ProviderSource("Mapbox", 18)
BLOCKS = (("Simplification", True), ("OSM", False))
# of `AREA`: it is in the `meta` of processings, and is not to change
KEY = "1df5cec1150629ef7de805723034ccbc"


def closed(ring):
    return [*ring, ring[0]]


AREA = {"type": "MultiPolygon", "coordinates": [[closed(r) for r in (RING, *HOLES)], [closed(FAR)]]}


def key(area=AREA, model="m1", source=SOURCE, blocks=BLOCKS):
    return run_key(area, model, source, blocks)


def written_otherwise(chance):
    """The same ground: parts, holes, starts and directions as chance has it, numbers a little off."""

    def ring(points):
        start = chance.randrange(len(points))
        turned = points[start:] + points[:start]
        turned = turned[::-1] if chance.random() < 0.5 else turned
        moved = [[x + chance.uniform(-1e-9, 1e-9), y + chance.uniform(-1e-9, 1e-9)] for x, y in turned]
        return closed([*moved, moved[-1]])

    holes = chance.sample(HOLES, len(HOLES))
    polygons = [[ring(RING), *map(ring, holes)], [ring(FAR)]]
    chance.shuffle(polygons)
    return {"type": "MultiPolygon", "coordinates": polygons}


def test_the_same_ground_has_one_key_however_it_is_written():
    chance = random.Random(12)
    assert {key(written_otherwise(chance)) for _ in range(200)} == {key()}


def test_the_key_is_what_earlier_versions_made():
    assert key() == KEY


def test_another_python_makes_the_same_key():
    code = (
        "import json, sys\n"
        "from mapflow_dock.api.sources import ProviderSource\n"
        "from mapflow_dock.jobs.batches.key import run_key\n"
        "area = json.loads(sys.argv[1])\n"
        "blocks = [('OSM', False), ('Simplification', True)]\n"
        "print(run_key(area, 'm1', ProviderSource('Mapbox', 18), blocks))\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, json.dumps(AREA)],
        env={"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": "7", "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == KEY


def test_numbers_as_they_are_sent_make_the_key_of_the_exact_ones():
    chance = random.Random(8)
    for _ in range(300):
        ring = [[chance.uniform(-180, 180), chance.uniform(-85, 85)] for _ in range(12)]
        sent = [[round(x, 8), round(y, 8)] for x, y in ring]
        exact, rounded = ({"type": "Polygon", "coordinates": [closed(each)]} for each in (ring, sent))
        assert key(exact) == key(rounded)


def test_an_area_reprojected_there_and_back_keeps_its_key():
    context = QgsCoordinateTransformContext()
    metres = QgsCoordinateReferenceSystem("EPSG:32637")
    degrees = QgsCoordinateReferenceSystem("EPSG:4326")
    box = QgsGeometry.fromWkt(
        "POLYGON((410000 6170000,411000 6170003,411007 6171000,410001 6171009,410000 6170000))"
    )
    area = area_from_geometries([box], metres, context)
    again = area_from_geometries([QgsGeometry(area.geometry)], degrees, context)
    turned = QgsGeometry.fromWkt(
        "POLYGON((411007 6171000,411000 6170003,410000 6170000,410001 6171009,411007 6171000))"
    )
    assert area.is_usable
    keys = {key(each.to_geojson()) for each in (area, again, area_from_geometries([turned], metres, context))}
    assert len(keys) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"model": "m2"},
        {"source": ProviderSource("Mapbox", 17)},
        {"source": ProviderSource("Mapbox")},
        {"source": ProviderSource("Other", 18)},
        {"source": SearchSource("Mapbox", ("a",), 18)},
        {"source": UserSource("XYZ", "https://tiles.example/{z}/{x}/{y}", 18)},
        {"blocks": (("Simplification", False), ("OSM", True))},
        {"blocks": ()},
        {"area": {"type": "Polygon", "coordinates": [closed(RING)]}},
        {"area": {"type": "Polygon", "coordinates": [closed([[x + 2e-6, y] for x, y in RING])]}},
    ],
)
def test_anything_else_has_another_key(other):
    assert key(**other) != key()


def test_holes_are_not_taken_for_outlines():
    as_hole = {"type": "Polygon", "coordinates": [closed(RING), closed(HOLES[0])]}
    as_part = {"type": "MultiPolygon", "coordinates": [[closed(RING)], [closed(HOLES[0])]]}
    assert key(as_hole) != key(as_part)


def test_images_count_in_no_order_and_a_login_not_at_all():
    assert key(source=MyImagerySource(("a", "b"))) == key(source=MyImagerySource(("b", "a")))
    assert key(source=MyImagerySource(("a", "b"))) != key(source=MyImagerySource(("a", "c")))
    tiles = "https://tiles.example/{z}/{x}/{y}"
    with_login, without = (UserSource("XYZ", tiles, 18, authcfg=each) for each in ("abc1234", ""))
    assert key(source=with_login) == key(source=without)


def test_steps_that_are_off_do_not_count():
    assert key(blocks=(("Simplification", True),)) == key(blocks=BLOCKS)


@pytest.mark.parametrize("wrong", [{}, {"type": "Point", "coordinates": [1, 2]}, {"type": "Polygon"}])
def test_what_is_no_polygon_has_no_key(wrong):
    with pytest.raises(ValueError, match="Polygon"):
        key(wrong)


def test_a_start_carries_its_key_and_is_known_by_it():
    request = ProcessingRequest("Town", "p1", "m1", AREA, SOURCE, BLOCKS, meta={META_RUN_KEY: key()})
    meta = start_body(request)["meta"]
    assert meta == {META_RUN_KEY: KEY, "clientRequestId": request.client_id}
    assert run_key_of(Processing("1", "Town", meta=meta)) == KEY
    assert run_key_of(Processing("1", "Town")) is None
    assert run_key_of(Processing("1", "Town", meta={META_RUN_KEY: 7})) is None


def test_the_key_of_a_multipolygon_of_one_is_that_of_the_polygon():
    polygon = {"type": "Polygon", "coordinates": [closed(RING)]}
    assert key(polygon) == key({"type": "MultiPolygon", "coordinates": [[closed(RING)]]})
