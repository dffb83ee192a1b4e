"""The same ground run as one area and in cells has the same objects, but for what detection differs by at edges."""

from __future__ import annotations

import json

import pytest
from batches.service import BatchRun
from osgeo import ogr

DIFFERS = 0.03  # a building of which an edge leaves less than the least size of one is not found there


@pytest.fixture
def layer(sandbox, tmp_path):
    """Half a square kilometre of the painted town."""
    west, south, east, north = sandbox.bbox
    x, y, r = (west + east) / 2, (south + north) / 2, 0.003
    ring = [[x - r, y - r], [x + r, y - r], [x + 0.8 * r, y + r], [x - r, y + r], [x - r, y - r]]
    feature = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    path = tmp_path / "area.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return path


@pytest.fixture
def found(sandbox, layer, tmp_path):
    """Runs the ground in cells of so many km², with that overlap; returns what was found, and in how many cells."""

    def found(limit_km2, overlap):
        options = {
            "url": sandbox.url,
            "login": sandbox.basic,
            "model": "Buildings",
            "layer": str(layer),
            "division": "one",
            "provider": sandbox.provider,
            "zoom": 18,
            "area_limit_km2": limit_km2,
            "overlap_m": overlap,
        }
        run = BatchRun(tmp_path / f"{limit_km2}-{overlap}", options)
        said = run.end(run.start())
        opened = ogr.Open(str(run.folder / "result.gpkg"))
        shapes = [feature.GetGeometryRef().Clone() for feature in opened.GetLayer(0)]
        assert len(shapes) == said["objects"]
        return shapes, said

    return found


def times_found(truth, shapes):
    """How many of `shapes` are each of `truth`: those that lie on it with at least half of their ground."""
    counts = []
    for each in truth:
        west, east, south, north = each.GetEnvelope()
        near = 0
        for shape in shapes:
            box = shape.GetEnvelope()
            if box[0] <= east and box[1] >= west and box[2] <= north and box[3] >= south:
                near += shape.Intersection(each).Area() >= 0.5 * shape.Area()
        counts.append(near)
    return counts


def test_cells_find_what_one_area_finds(found):
    truth, _said = found(100, 0.0)
    assert len(truth) > 300
    for overlap in (0.0, 50.0):
        shapes, said = found(0.1, overlap)
        assert len(said["states"]) > 4
        assert said["united"] + said["doubles"] > 10
        assert len(shapes) == pytest.approx(len(truth), rel=DIFFERS)
        assert sum(each.Area() for each in shapes) == pytest.approx(
            sum(each.Area() for each in truth), rel=DIFFERS
        )
        counts = times_found(truth, shapes)
        assert counts.count(1) >= (1 - DIFFERS) * len(truth)
        assert len([count for count in counts if count > 1]) <= 0.005 * len(truth), "once, and not in pieces"
