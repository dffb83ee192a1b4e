"""Mapbox vector tiles, version 2: shapes and columns as protocol buffers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from mapbox_vector_tile.Mapbox import vector_tile_pb2

from .generalise import Drawn
from .objects import ABSENT, EXTENT, Column, Value

LAYER = "vector_layer"
# How many objects a speck stands for.
COUNT_FIELD = "object_count"
_MOVE_TO, _LINE_TO, _CLOSE = 1, 2, 7
_VERSION = 2


def encode(content: Drawn, columns: Sequence[Column]) -> bytes:
    """A tile of one layer; nothing at all where there is nothing to show."""
    if not len(content.shapes):
        return b""
    tile = vector_tile_pb2.tile()
    layer = tile.layers.add(name=LAYER, version=_VERSION, extent=EXTENT)
    geometry, ends = commands(content.shapes)
    starts = [0, *ends[:-1]]
    tags = _tags(layer, content, columns)
    for number, start, end, said in zip(content.ids.tolist(), starts, ends, tags, strict=True):
        feature = layer.features.add(id=number, type=vector_tile_pb2.tile.Polygon)
        feature.geometry.extend(geometry[start:end])
        feature.tags.extend(said)
    written: bytes = tile.SerializeToString()
    return written


def _tags(layer: vector_tile_pb2.tile.layer, content: Drawn, columns: Sequence[Column]) -> list[list[int]]:
    """Fill the layer's keys and values; pairs of (key, value) numbers for each feature."""
    known: dict[tuple[type, Value], int] = {}
    tags: list[list[int]] = [[] for _ in content.ids]

    def numbered(value: Value) -> int:
        key = (type(value), value)
        if key not in known:
            known[key] = len(known)
            _write(layer.values.add(), value)
        return known[key]

    for position, column in enumerate(columns):
        codes = content.codes[:, position]
        present = np.unique(codes[codes != ABSENT]).tolist()
        if not present:
            continue
        numbers = {code: numbered(column.values[code]) for code in present}
        for row in np.flatnonzero(codes != ABSENT).tolist():
            tags[row] += (len(layer.keys), numbers[codes[row]])
        layer.keys.append(column.name)
    together = np.flatnonzero(content.counts > 1).tolist()
    for row in together:
        tags[row] += (len(layer.keys), numbered(int(content.counts[row])))
    if together:
        layer.keys.append(COUNT_FIELD)
    return tags


def _write(target: vector_tile_pb2.tile.value, value: Value) -> None:
    if isinstance(value, bool):
        target.bool_value = value
    elif isinstance(value, str):
        target.string_value = value
    elif isinstance(value, float):
        target.double_value = value
    elif value < 0:
        target.sint_value = value
    else:
        target.uint_value = value


def commands(shapes: np.ndarray) -> tuple[list[int], list[int]]:
    """The drawing commands of all shapes in a row, and where those of each end; outer rings run clockwise as seen."""
    # y points down, so what is anticlockwise in numbers is clockwise to the eye, as the format asks
    turned = shapely.orient_polygons(shapes)
    parts, owners = shapely.get_parts(turned, return_index=True)
    rings, ring_parts = shapely.get_rings(parts, return_index=True)
    positions, ring_of = shapely.get_coordinates(rings, return_index=True)
    positions = positions.astype(np.int64)
    # the last position of a ring is its first again, and the format leaves it out
    is_last = np.append(ring_of[1:] != ring_of[:-1], True)
    positions, ring_of = positions[~is_last], ring_of[~is_last]
    owner_of = owners[ring_parts[ring_of]]
    is_first = np.concatenate(([True], ring_of[1:] != ring_of[:-1]))
    steps = np.diff(positions, axis=0, prepend=[[0, 0]])
    begins = np.concatenate(([True], owner_of[1:] != owner_of[:-1]))
    steps[begins] = positions[begins]
    zigzag = (steps << 1) ^ (steps >> 63)

    sizes = np.bincount(ring_of, minlength=len(rings))
    starts = np.concatenate(([0], np.cumsum(2 * sizes + 3)))
    written = np.empty(starts[-1], dtype=np.int64)
    written[starts[:-1]] = 1 << 3 | _MOVE_TO
    written[starts[:-1] + 3] = (sizes - 1) << 3 | _LINE_TO
    written[starts[1:] - 1] = 1 << 3 | _CLOSE
    # a position goes behind the command before it: one for the first of a ring, two for all others
    place = (
        starts[ring_of] + 2 * (np.arange(len(ring_of)) - np.flatnonzero(is_first)[ring_of]) + 1 + ~is_first
    )
    written[place], written[place + 1] = zigzag[:, 0], zigzag[:, 1]
    last_ring = np.searchsorted(owners[ring_parts], np.arange(len(shapes)), side="right")
    return written.tolist(), starts[last_ring].tolist()
