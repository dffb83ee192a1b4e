"""Objects of results, read for tiles: shapes in the plane of the tile matrix, their properties as columns, an index."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from .matrix import to_world

# Coordinates across one tile; the plane of the matrix is as wide at zoom 0.
EXTENT = 4096
ABSENT = -1
Value = str | int | float | bool


@dataclass(frozen=True)
class Column:
    """One property of all objects: `codes` (n,) leads into `values`, ABSENT where an object has none."""

    name: str
    values: tuple[Value, ...]
    codes: np.ndarray

    @property
    def kind(self) -> str:
        """Its type as TileJSON's `vector_layers` names it."""
        if all(isinstance(value, bool) for value in self.values):
            return "Boolean"
        return "Number" if all(isinstance(value, (int, float)) for value in self.values) else "String"


@dataclass(frozen=True)
class Objects:
    """Polygons in an order that stays. `shapes` are (n,) polygons and multipolygons, x to the right and y down."""

    shapes: np.ndarray
    columns: tuple[Column, ...]

    def __len__(self) -> int:
        return len(self.shapes)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The index of their bounding boxes."""
        return shapely.STRtree(self.shapes)

    @cached_property
    def boxes(self) -> np.ndarray:
        """Bounding boxes (n, 4)."""
        boxes: np.ndarray = shapely.bounds(self.shapes)
        return boxes

    @cached_property
    def areas(self) -> np.ndarray:
        """Areas (n,)."""
        areas: np.ndarray = shapely.area(self.shapes)
        return areas


def read(files: Sequence[Path]) -> Objects:
    """The objects of GeoJSON FeatureCollections (EPSG:4326, polygons), one file after another."""
    outlines = _Outlines()
    properties: list[dict[str, Any]] = []
    with _no_collection():
        for file in files:
            features = json.loads(file.read_bytes())["features"]
            properties += [each["properties"] or {} for each in features if outlines.add(each["geometry"])]
        objects = Objects(outlines.shapes(), _columns(properties))
    # made here, once, and not by the first tile: several are asked for at the same time
    _ = objects.tree, objects.boxes, objects.areas
    return objects


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the garbage collector from walking, again and again, over a million new lists none of which is garbage."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Outlines:
    """Collects coordinates flat, which is many times faster than a shape for each geometry."""

    def __init__(self) -> None:
        self._positions: list[Sequence[float]] = []
        self._rings, self._polygons, self._objects = [0], [0], [0]

    def add(self, geometry: dict[str, Any] | None) -> bool:
        """Take a polygon or multipolygon; False when it is neither or empty."""
        kind = geometry["type"] if geometry else None
        if geometry is None or kind not in {"Polygon", "MultiPolygon"}:
            return False
        polygons = geometry["coordinates"] if kind == "MultiPolygon" else [geometry["coordinates"]]
        polygons = [rings for rings in polygons if rings]
        for rings in polygons:
            for ring in rings:
                self._positions += ring
                self._rings.append(len(self._positions))
            self._polygons.append(len(self._rings) - 1)
        if polygons:
            self._objects.append(len(self._polygons) - 1)
        return bool(polygons)

    def shapes(self) -> np.ndarray:
        """What was collected, valid and in the plane of the matrix."""
        if len(self._objects) == 1:
            return np.array([], dtype=object)
        plane = to_world(np.array(self._positions, dtype=float)[:, :2]) * EXTENT
        offsets = (np.array(self._rings), np.array(self._polygons), np.array(self._objects))
        shapes: np.ndarray = shapely.from_ragged_array(shapely.GeometryType.MULTIPOLYGON, plane, offsets)
        broken = ~shapely.is_valid(shapes)
        shapes[broken] = polygonal(shapely.make_valid(shapes[broken], method="structure"))
        return shapes


def polygonal(shapes: np.ndarray) -> np.ndarray:
    """Each shape reduced to its polygons, for an intersection may leave lines and points beside them."""
    mixed = ~np.isin(
        shapely.get_type_id(shapes), (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
    )
    for index in np.flatnonzero(mixed):
        parts = shapely.get_parts(shapes[index])
        shapes[index] = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
    return shapes


def _columns(properties: list[dict[str, Any]]) -> tuple[Column, ...]:
    names = dict.fromkeys(name for each in properties for name in each)
    return tuple(_column(name, (each.get(name) for each in properties), len(properties)) for name in names)


def _column(name: str, values: Iterable[Any], count: int) -> Column:
    # by type too, for 1 and True and 1.0 are one key
    known: dict[tuple[type, Value], int] = {}
    codes = np.full(count, ABSENT, dtype=np.int32)
    for row, given in enumerate(values):
        if given is not None:
            value = (
                given if isinstance(given, (str, int, float, bool)) else json.dumps(given, ensure_ascii=False)
            )
            codes[row] = known.setdefault((type(value), value), len(known))
    return Column(name, tuple(value for _, value in known), codes)
