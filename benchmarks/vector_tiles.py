"""How long the sandbox's vector tiles of a large result take, beside a plain way to make the same tiles; JSON lines.

Run: sandbox/.venv/bin/python benchmarks/vector_tiles.py [--polygons 100000] [--zooms 8 10 12 13 14 16]
At each zoom, the tile in the middle of the result. The plain way goes over all objects, clips those in the tile with
shapely, and has mapbox_vector_tile write all of them, however small.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import mapbox_vector_tile
import numpy as np
import shapely
from shapely.geometry import box, shape
from shapely.geometry.base import BaseGeometry

from mapflow_sandbox.tiles import objects, vector
from mapflow_sandbox.tiles.matrix import TileAddress, to_3857, to_world

LON, LAT = 36.95, 0.03
METRE = 1 / 111_320  # in degrees, near the equator
SPACING_M = (33.0, 24.0)
CORNERS = np.array(((0, 0), (8, 0), (8, 3), (12, 3), (12, 9), (5, 9), (5, 6), (0, 6)), dtype=float) - (6, 4.5)
T = TypeVar("T")


def town(count: int) -> dict[str, object]:
    """A FeatureCollection of `count` buildings of eight corners, each turned its own way, as in a town."""
    rng = np.random.default_rng(1)
    side = math.ceil(math.sqrt(count))
    features = []
    for index in range(count):
        turn = rng.uniform(0, math.pi)
        turned = CORNERS @ np.array(((math.cos(turn), math.sin(turn)), (-math.sin(turn), math.cos(turn))))
        place = np.array((index % side, index // side)) - side / 2
        ring = (turned * rng.uniform(0.8, 1.4) + place * SPACING_M) * METRE + (LON, LAT)
        about = {
            "object_type": "buildings",
            "area": round(rng.uniform(20, 400), 1),
            "confidence": round(rng.uniform(0.5, 1), 3),
            "class_id": ("102", "101", "103")[index % 3],
        }
        closed = [*ring.round(8).tolist(), ring[0].round(8).tolist()]
        geometry = {"type": "Polygon", "coordinates": [closed]}
        features.append({"type": "Feature", "geometry": geometry, "properties": about})
    return {"type": "FeatureCollection", "features": features}


def middle(zoom: int) -> TileAddress:
    """The tile at a zoom that the middle of the town lies in."""
    x, y = (to_world(np.array([[LON, LAT]]))[0] * 2**zoom).astype(int)
    return TileAddress(zoom, int(x), int(y))


def plain_read(path: Path) -> list[tuple[BaseGeometry, dict[str, object]]]:
    """Shapes in EPSG:3857 and their properties, one by one."""
    features = json.loads(path.read_bytes())["features"]
    return [(shapely.transform(shape(each["geometry"]), to_3857), each["properties"]) for each in features]


def plain_tile(everything: list[tuple[BaseGeometry, dict[str, object]]], address: TileAddress) -> bytes:
    """The tile without an index and without generalisation."""
    frame = box(*address.bounds_3857)
    features = [
        {"geometry": outline.intersection(frame), "properties": about}
        for outline, about in everything
        if outline.intersects(frame)
    ]
    layer = {"name": "vector_layer", "features": features}
    return bytes(mapbox_vector_tile.encode([layer], {"quantize_bounds": address.bounds_3857}))


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What `work` returns, and the seconds it took."""
    began = time.perf_counter()
    made = work()
    return made, time.perf_counter() - began


def count_in(tile: bytes) -> int:
    """Features of a tile."""
    return sum(len(layer["features"]) for layer in mapbox_vector_tile.decode(tile).values()) if tile else 0


def report(line: dict[str, object]) -> None:
    """Print one line of JSON."""
    print(json.dumps(line), flush=True)


def main() -> int:
    """Measure reading the result, and a tile at each zoom, both ways."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--polygons", type=int, default=100_000)
    parser.add_argument("--zooms", type=int, nargs="+", default=[8, 10, 12, 13, 14, 16])
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "result.geojson"
        path.write_text(json.dumps(town(asked.polygons), separators=(",", ":")), encoding="utf-8")
        size = path.stat().st_size
        result, seconds = timed(lambda: objects.read([path]))
        everything, plain_seconds = timed(lambda: plain_read(path))
    report({
        "step": "read", "polygons": len(result), "megabytes": round(size / 1e6, 1), "seconds": round(seconds, 2),
        "plain_seconds": round(plain_seconds, 2), "times_as_fast": round(plain_seconds / seconds, 1),
    })  # fmt: skip
    for zoom in asked.zooms:
        address = middle(zoom)
        tile, seconds = min(
            (timed(lambda at=address: vector.tile(result, at)) for _ in range(3)), key=lambda one: one[1]
        )
        plain, plain_seconds = timed(lambda at=address: plain_tile(everything, at))
        report({
            "step": "tile", "zoom": zoom, "objects": count_in(tile), "kilobytes": round(len(tile) / 1e3, 1),
            "kilobytes_gzip": round(len(gzip.compress(tile, 5)) / 1e3, 1), "milliseconds": round(1e3 * seconds, 1),
            "plain_kilobytes": round(len(plain) / 1e3, 1), "plain_milliseconds": round(1e3 * plain_seconds, 1),
            "times_as_fast": round(plain_seconds / seconds, 1),
        })  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
