"""Outlines of many geometries at once, read from their binary forms into NumPy arrays: no object for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray
from qgis.core import QgsCoordinateTransform, QgsGeometry

from ..areas.geojson import ring_from_points, ring_points

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

_POINT, _LINE, _POLYGON, _MULTI_POINT, _MULTI_LINE, _MULTI_POLYGON = 1, 2, 3, 4, 5, 6
_HEADER = 8  # bytes of a GeoPackage's own header before the envelope
_ENVELOPES = np.array([0, 32, 48, 48, 64, 0, 0, 0], dtype=np.int64)  # bytes, by the code in the header
_MARK = b"GP"
_PAD = b"\0" * 16  # a number read a little beyond the last one is inside the buffer


@dataclass(frozen=True)
class Shapes:
    """The parts of `count` geometries: points, lines and rings of polygons, each with its first of the points `x`, `y`.

    `owner` is the place of a part's geometry among those that were read. `kind` is 1 for points, 2 for lines, 3 for
    outer rings and -3 for holes. `is_broken` holds for geometries whose bytes make no sense, `is_empty` for those
    without a point.
    """

    count: int
    owner: Integers
    kind: Integers
    first: Integers
    size: Integers
    x: Floats
    y: Floats
    is_broken: Flags
    is_empty: Flags

    def boxes(self) -> Floats:
        """Return the box around each geometry: west, south, east, north; of an empty one it is inside out."""
        boxes = np.empty((self.count, 4))
        boxes[:, :2], boxes[:, 2:] = np.inf, -np.inf
        if self.owner.size:
            is_single = np.bincount(self.owner).max() == 1  # as it is nearly always: much quicker
            columns: list[tuple[Floats, Any]] = [(self.x, np.minimum), (self.y, np.minimum)]
            columns += [(self.x, np.maximum), (self.y, np.maximum)]
            for column, (points, end) in enumerate(columns):
                ends = end.reduceat(points, self.first)
                if is_single:
                    boxes[self.owner, column] = ends
                else:
                    end.at(boxes[:, column], self.owner, ends)
        return boxes

    def moved(self, way: QgsCoordinateTransform) -> Shapes:
        """Return them in another coordinate reference system; raises QgsCsException."""
        if not self.x.size:
            return self
        line = ring_from_points(np.column_stack((self.x, self.y)))
        line.transform(way)
        x, y = ring_points(line).T
        return replace(self, x=np.ascontiguousarray(x), y=np.ascontiguousarray(y))


def shapes_of(blobs: Sequence[Optional[bytes]]) -> Shapes:
    """Read geometries in GeoPackage's binary form or in well-known binary; None is one without a place."""
    plain = [blob or b"" for blob in blobs]
    walk = _Walk(plain, np.arange(len(plain)))
    odd = walk.run()
    parts = [walk]
    is_broken = np.zeros(len(plain), dtype=np.bool_)
    is_broken[walk.broken_owners()] = True
    if odd.size:  # curves, collections and what is written from the other end
        simple, owners, broken = _simplified(plain, odd.tolist())
        is_broken[broken] = True
        more = _Walk(simple, np.array(owners, dtype=np.int64))
        more.run()
        is_broken[more.broken_owners()] = True
        parts.append(more)
    return _joined(len(plain), parts, is_broken)


class _Walk:
    """Goes through all geometries in step: the n-th ring of each of them is found in one go."""

    def __init__(self, blobs: Sequence[bytes], owners: Integers) -> None:
        joined = b"".join(blobs) + _PAD
        self._bytes = np.frombuffer(joined, dtype=np.uint8)
        self._numbers: Floats = np.ndarray((len(joined) - 7,), "<f8", joined, 0, (1,))
        self._counts: NDArray[np.uint32] = np.ndarray((len(joined) - 3,), "<u4", joined, 0, (1,))
        sizes = np.fromiter(map(len, blobs), np.int64, len(blobs))
        self._ends = np.cumsum(sizes)
        self._starts = self._ends - sizes
        self._owners = owners
        self._is_broken = np.zeros(len(blobs), dtype=np.bool_)
        self._found: list[tuple[Integers, Integers, Integers, Integers, Integers]] = []

    def run(self) -> Integers:
        """Find every part; returns which geometries are none of the simple kinds."""
        sizes = self._ends - self._starts
        places = np.flatnonzero(sizes >= _HEADER)
        self._is_broken[(sizes > 0) & (sizes < _HEADER)] = True
        cursor = self._after_headers(places)
        cursor, places = self._kept(cursor, places, 5)
        code = self._counts[cursor + 1].astype(np.int64)
        base, stride = _told(code)
        is_odd = (self._bytes[cursor] != 1) | (base < _POINT) | (base > _MULTI_POLYGON)
        odd: Integers = places[is_odd]
        cursor, places, base, stride = (each[~is_odd] for each in (cursor, places, base, stride))
        is_multi = base >= _MULTI_POINT
        cursor, places, base, stride, is_multi = self._all_kept(
            cursor, places, 9 * is_multi, base, stride, is_multi
        )
        left = np.where(is_multi, self._counts[cursor + 5 * is_multi], 1).astype(np.int64)
        cursor = cursor + 9 * is_multi
        while places.size:
            has_more = left > 0
            cursor, places, stride, left = (each[has_more] for each in (cursor, places, stride, left))
            cursor, places, stride, left = self._all_kept(cursor, places, 5, stride, left)
            if not places.size:
                break
            cursor, places, stride, left = self._part(cursor, places, stride, left)
            left = left - 1
        return odd

    def _after_headers(self, places: Integers) -> Integers:
        start = self._starts[places]
        has_header = (self._bytes[start] == _MARK[0]) & (self._bytes[start + 1] == _MARK[1])
        envelope = _ENVELOPES[(self._bytes[start + 3] >> 1) & 7]
        return np.asarray(start + np.where(has_header, _HEADER + envelope, 0))

    def _part(
        self, cursor: Integers, places: Integers, stride: Integers, left: Integers
    ) -> tuple[Integers, ...]:
        """Go through one part of each geometry, ring by ring."""
        base, _stride = _told(self._counts[cursor + 1].astype(np.int64))
        is_polygon = base == _POLYGON
        rings = np.where(is_polygon, self._counts[np.minimum(cursor + 5, self._numbers.size)], 1).astype(
            np.int64
        )
        cursor = cursor + np.where(is_polygon, 9, 5)
        is_outer = np.ones(places.size, dtype=np.bool_)
        state: list[Any] = [cursor, places, stride, left, base, rings, is_outer]
        done: list[list[Any]] = []
        while state[0].size:
            is_done = state[5] <= 0
            done.append([each[is_done] for each in state])
            state = [each[~is_done] for each in state]
            if not state[0].size:
                break
            state = list(self._all_kept(state[0], state[1], 4 * (state[4] != _POINT), *state[2:]))
            cursor, places, stride, left, base, rings, is_outer = state
            has_count = base != _POINT
            size = np.where(has_count, self._counts[cursor], 1).astype(np.int64)
            cursor = cursor + 4 * has_count
            state = [cursor, places, stride, left, base, rings - 1, is_outer]
            fits = cursor + size * stride <= self._ends[places]
            self._is_broken[places[~fits]] = True
            state, size = [each[fits] for each in state], size[fits]
            kind = np.where(state[4] == _POLYGON, np.where(state[6], _POLYGON, -_POLYGON), state[4])
            self._found.append((state[1], kind, state[0], size, state[2]))
            state[0] = state[0] + size * state[2]
            state[6] = np.zeros(state[0].size, dtype=np.bool_)
        return tuple(np.concatenate([each[k] for each in done]) for k in range(4))

    def _kept(self, cursor: Integers, places: Integers, needed: int) -> tuple[Integers, Integers]:
        kept = self._all_kept(cursor, places, needed)
        return kept[0], kept[1]

    def _all_kept(self, cursor: Integers, places: Integers, needed: Any, *others: Any) -> tuple[Any, ...]:
        """Leave out those whose bytes end before what is to be read next."""
        fits = cursor + needed <= self._ends[places]
        if fits.all():
            return (cursor, places, *others)
        self._is_broken[places[~fits]] = True
        return tuple(each[fits] for each in (cursor, places, *others))

    def broken_owners(self) -> Integers:
        """Return whose bytes make no sense."""
        return self._owners[np.flatnonzero(self._is_broken)]

    def parts(self) -> tuple[Integers, Integers, Integers, Floats, Floats]:
        """Return owner, kind and size of each part that has points, and the points of all."""
        if not self._found:
            none = np.empty(0, dtype=np.int64)
            return none, none, none, np.empty(0), np.empty(0)
        place, kind, offset, size, stride = (
            np.concatenate([each[k] for each in self._found]) for k in range(5)
        )
        has_points = (size > 0) & ~self._is_broken[place]
        place, kind, offset, size, stride = (each[has_points] for each in (place, kind, offset, size, stride))
        before = np.cumsum(size) - size
        step = np.repeat(stride, size)
        at = np.repeat(offset, size) + step * (np.arange(int(size.sum())) - np.repeat(before, size))
        return self._owners[place], kind, size, self._numbers[at], self._numbers[at + 8]


def _told(code: Integers) -> tuple[Integers, Integers]:
    """Return the base kind and the bytes of a point, from the code of a kind as ISO or as PostGIS writes it."""
    has_z, has_m = (code & 0x80000000) != 0, (code & 0x40000000) != 0
    iso = code & 0x0FFFFFFF
    more = iso // 1000
    dimensions = 2 + has_z + has_m + np.where(more == 3, 2, (more > 0).astype(np.int64))
    return iso % 1000, 8 * dimensions


def _simplified(blobs: Sequence[bytes], odd: Sequence[int]) -> tuple[list[bytes], list[int], list[int]]:
    """Return the odd geometries as simple ones, whose each is, and which of them cannot be read at all."""
    simple: list[bytes] = []
    owners: list[int] = []
    broken: list[int] = []
    for place in odd:
        geometry = geometry_of(blobs[place])
        if geometry.isNull():
            broken.append(place)
            continue
        for part in _straight_parts(geometry):
            simple.append(bytes(part.asWkb().data()))
            owners.append(place)
    return simple, owners, broken


def _straight_parts(geometry: QgsGeometry) -> list[QgsGeometry]:
    straight = QgsGeometry(geometry.constGet().segmentize())
    parts = straight.asGeometryCollection()
    if len(parts) == 1:
        return parts
    return [each for part in parts for each in _straight_parts(part)]


def geometry_of(blob: bytes) -> QgsGeometry:
    """Return a geometry as QGIS has it; a null one where its bytes make no sense."""
    geometry = QgsGeometry()
    if blob[:2] == _MARK and len(blob) >= _HEADER:
        blob = blob[_HEADER + int(_ENVELOPES[(blob[3] >> 1) & 7]) :]
    geometry.fromWkb(blob)
    return geometry


def _joined(count: int, walks: Sequence[_Walk], is_broken: Flags) -> Shapes:
    owner, kind, size, x, y = (np.concatenate(arrays) for arrays in zip(*(walk.parts() for walk in walks)))
    is_finite = np.isfinite(x) & np.isfinite(y)
    if not is_finite.all():  # GeoPackage writes an empty point as one at no number
        of_part = np.repeat(np.arange(size.size), size)
        is_whole = np.ones(size.size, dtype=np.bool_)
        is_whole[of_part[~is_finite]] = False
        is_broken[owner[~is_whole & (kind != _POINT)]] = True
        kept = np.repeat(is_whole, size)
        owner, kind, size, x, y = owner[is_whole], kind[is_whole], size[is_whole], x[kept], y[kept]
    first = np.cumsum(size) - size
    is_empty = np.ones(count, dtype=np.bool_)
    is_empty[owner] = False
    return Shapes(count, owner, kind, first, size, x, y, is_broken, is_empty & ~is_broken)
