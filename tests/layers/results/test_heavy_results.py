"""A combined result as heavy as they get: each value and each vertex is compared with what Python and OGR read."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from osgeo import gdal, ogr
from qgis.core import QgsVectorLayer
from result_service import feature, square

from mapflow_dock.layers.results.conversion import convert
from mapflow_dock.layers.results.formats import GEOPACKAGE
from mapflow_dock.layers.results.in_project.result import ResultInProject

LEAST_HEAVY = 50_000_000  # bytes of one object
PROPERTIES = 100
TYPES = ("buildings", "roads", "forest", "水域", None)


def ring(count, west, south):
    """A closed comb of `count` teeth: each of its corners is another place."""
    up = [[round(west + step * 1e-7, 8), round(south + step % 2 * 1e-6, 8)] for step in range(count)]
    return [*up, [up[-1][0], south - 1e-3], [west, south - 1e-3], up[0]]


def line(west, south):
    return {"type": "LineString", "coordinates": [[west, south], [west + 0.001, south + 0.001]]}


def properties(index, object_type):
    named = {
        f"größe_{number:03d} 🌳" if number % 10 == 0 else f"p{number}": value
        for number, value in enumerate(
            [
                index,
                index / 3,
                f"Ωmega “{index}”\t日本",
                index % 2 == 0,
                {"a": [index, {"b": None}]},
                [1, "zwei"],
            ]
            * 20
        )
    }
    kept = dict(list(named.items())[: PROPERTIES - 2])
    return {"id": index, **({"object_type": object_type} if object_type else {}), **kept}


@pytest.fixture(scope="module")
def heavy(tmp_path_factory):
    """The file of a combined model, and its features as Python has them."""
    features = []
    for index in range(60):
        object_type = TYPES[index % len(TYPES)]
        place = (
            line(37 + index / 100, 55)
            if object_type == "roads" and index % 2
            else square(37 + index / 100, 55)
        )
        features.append(feature(place, **properties(index, object_type)))
    giant = {"type": "Polygon", "coordinates": [ring(2_400_000, 10.0, 50.0)]}
    features.append(feature(giant, **properties(60, "forest")))
    # each by itself and at once: Python writes to a stream many times more slowly
    texts = [json.dumps(each, ensure_ascii=False) for each in features]
    assert len(texts[-1]) > LEAST_HEAVY
    path = tmp_path_factory.mktemp("heavy") / "result.geojson"
    content = ",".join(texts)
    path.write_text(f'{{"type": "FeatureCollection", "features": [{content}]}}', encoding="utf-8")
    return path, features


@pytest.fixture(scope="module")
def made(heavy, tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    return convert(heavy[0], folder, "buildings", GEOPACKAGE, lambda _share: True)


def sort_of(each):
    return each["properties"].get("object_type", ""), each["geometry"]["type"]


def test_each_type_and_geometry_has_its_own_table_with_all_its_objects(heavy, made):
    wanted = Counter(sort_of(each) for each in heavy[1])
    found = Counter()
    opened = gdal.OpenEx(str(made.tables[0].path), gdal.OF_VECTOR)
    for table in made.tables:
        layer = opened.GetLayerByName(table.name)
        kind = (
            ogr.GeometryTypeToName(ogr.GT_Flatten(layer.GetGeomType())).replace("Multi ", "").replace(" ", "")
        )
        found[table.object_type, kind] += layer.GetFeatureCount()
    assert found == wanted
    assert sum(table.count for table in made.tables) == len(heavy[1])
    assert len({table.name for table in made.tables}) == len(made.tables) == 6


def test_all_values_are_there(heavy, made):
    by_id = {each["properties"]["id"]: each["properties"] for each in heavy[1]}
    opened = gdal.OpenEx(str(made.tables[0].path), gdal.OF_VECTOR)
    seen = 0
    for table in made.tables:
        layer = opened.GetLayerByName(table.name)
        for row in layer:
            wanted = by_id[row["id"]]
            for name, value in wanted.items():
                stored = row.GetField(name)
                if isinstance(value, (dict, list)):
                    stored = json.loads(stored)
                elif isinstance(value, bool):
                    stored = bool(stored)
                assert stored == value, (row["id"], name)
                seen += 1
    assert seen == sum(len(each) for each in by_id.values()) > 59 * PROPERTIES


def test_the_object_of_fifty_megabytes_has_all_its_vertices(heavy, made):
    wanted = heavy[1][-1]["geometry"]["coordinates"][0]
    table = next(each for each in made.tables if each.object_type == "forest")
    opened = gdal.OpenEx(str(table.path), gdal.OF_VECTOR)
    layer = opened.GetLayerByName(table.name)
    layer.SetAttributeFilter("id = 60")
    (row,) = list(layer)
    outline = row.GetGeometryRef()
    while outline.GetGeometryCount():
        outline = outline.GetGeometryRef(0)
    assert outline.GetPointCount() == len(wanted)
    for index in (0, 1, 777_777, len(wanted) - 2, len(wanted) - 1):
        assert outline.GetPoint_2D(index) == pytest.approx(tuple(wanted[index]), abs=1e-12)


def test_qgis_shows_them_in_layers_of_their_own(heavy, made, processing, project):
    combined = processing(model_name="[multi] Buildings + Roads + Forest")
    in_project = ResultInProject(project, combined, "https://a.example/rest")
    layers = in_project.replace_former(list(made.tables), None)
    assert all(isinstance(each, QgsVectorLayer) and each.isValid() for each in layers)
    counts = {each.name(): each.featureCount() for each in layers}
    assert sum(counts.values()) == len(heavy[1])
    assert len(counts) == 6, "each has a name of its own"
    assert {"Old town: Buildings", "Old town: Forest", "Old town: Roads (lines)"} <= set(counts)
    fields = layers[0].fields().names()
    assert len([name for name in fields if name in heavy[1][0]["properties"]]) == PROPERTIES
