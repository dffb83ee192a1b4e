"""Areas and lengths of many geometries at once, on the WGS 84 ellipsoid, in m² and m.

Edges are straight in longitude and latitude, as GeoJSON defines them and as `areas/measure` measures one polygon.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..areas.measure import ECCENTRICITY_SQUARED, SEMI_MAJOR, SEMI_MINOR, ring_area
from .shapes import Flags, Floats, Integers, Shapes

_SMALL = np.radians(0.2)  # a ring of that height is measured by a series, to some 1e-8 of its area
_SHORT = np.radians(0.02)  # an edge is measured at its middle
_GAUSS = ((0.5 - np.sqrt(0.15), 5 / 18), (0.5, 8 / 18), (0.5 + np.sqrt(0.15), 5 / 18))


@dataclass(frozen=True)
class Measures:
    """Area of the polygons, length of the lines and length of the polygons' outlines, for each geometry."""

    area: Floats
    length: Floats
    outline: Floats


def measures_of(shapes: Shapes, with_outlines: bool = False) -> Measures:
    """Measure `shapes`, whose points are degrees; outlines are 0 unless they are asked for."""
    is_ring, is_line = np.abs(shapes.kind) == 3, shapes.kind == 2
    area = _ring_areas(shapes, is_ring)
    area[shapes.kind < 0] *= -1  # holes
    lengths = np.zeros(shapes.owner.size)
    measured = is_line | is_ring if with_outlines else is_line
    if measured.any():
        lengths[measured] = _lengths(shapes, measured)
    return Measures(
        np.maximum(_summed(shapes, area), 0.0),
        _summed(shapes, np.where(is_line, lengths, 0.0)),
        _summed(shapes, np.where(is_ring, lengths, 0.0)),
    )


def ribbon_length(area: Floats, outline: Floats) -> Floats:
    """Return the lengths of narrow polygons: the longer side of a rectangle of that area and that outline."""
    half = outline / 2
    return np.asarray((half + np.sqrt(np.maximum(half**2 - 4 * area, 0.0))) / 2)


def _summed(shapes: Shapes, values: Floats) -> Floats:
    return np.asarray(np.bincount(shapes.owner, values, shapes.count))


def _ring_areas(shapes: Shapes, wanted: Flags) -> Floats:
    areas = np.zeros(shapes.owner.size)
    if not wanted.any():
        return areas
    first, size, x, y = _points(shapes, wanted)
    last = first + size - 1
    origin = np.radians(y[first])
    u = np.radians(y) - np.repeat(origin, size)
    width = np.radians(np.diff(x, append=x[-1]))
    width[last] = 0.0  # from one ring to the next is no edge
    v = np.append(u[1:], u[-1])
    constant, linear, square = _density(origin)
    both, product = u + v, u * v
    of_first, of_second = width * both, width * (both**2 - product)
    of_third = width * both * (both**2 - 2 * product)
    result = np.abs(
        constant / 2 * np.add.reduceat(of_first, first)
        + linear / 6 * np.add.reduceat(of_second, first)
        + square / 24 * np.add.reduceat(of_third, first)
    )
    height = np.maximum.reduceat(np.abs(u), first)
    for place in np.flatnonzero(height > _SMALL).tolist():
        start, end = int(first[place]), int(last[place]) + 1
        result[place] = ring_area(np.column_stack((x[start:end], y[start:end])))
    areas[wanted] = result
    return areas


def _density(latitude: Floats) -> tuple[Floats, Floats, Floats]:
    """Return m² for a radian of longitude and one of latitude, and its first two derivatives."""
    sine, cosine = np.sin(latitude), np.cos(latitude)
    within = 1 - ECCENTRICITY_SQUARED * sine**2
    constant = SEMI_MINOR**2 * cosine / within**2
    linear = SEMI_MINOR**2 * sine * (4 * ECCENTRICITY_SQUARED * cosine**2 / within**3 - 1 / within**2)
    return constant, linear, -constant


def _lengths(shapes: Shapes, wanted: Flags) -> Floats:
    first, size, x, y = _points(shapes, wanted)
    last = first + size - 1
    along, up = np.radians(np.diff(x, append=x[-1])), np.radians(np.diff(y, append=y[-1]))
    along[last] = up[last] = 0.0
    start = np.radians(y)
    edges = _edge(along, up, start + up / 2)
    is_long = np.maximum(np.abs(along), np.abs(up)) > _SHORT
    if is_long.any():
        along, up, start = along[is_long], up[is_long], start[is_long]
        pieces = 64  # an edge round a quarter of the globe is still measured to a millionth
        edges[is_long] = sum(
            weight * _edge(along / pieces, up / pieces, start + up * (piece + share) / pieces)
            for piece in range(pieces)
            for share, weight in _GAUSS
        )
    return np.asarray(np.add.reduceat(edges, first))


def _edge(along: Floats, up: Floats, latitude: Floats) -> Floats:
    """Return the length of edges of so many radians, at that latitude."""
    within = 1 - ECCENTRICITY_SQUARED * np.sin(latitude) ** 2
    east = SEMI_MAJOR / np.sqrt(within) * np.cos(latitude) * along
    north = SEMI_MAJOR * (1 - ECCENTRICITY_SQUARED) / within**1.5 * up
    return np.asarray(np.hypot(east, north))


def _points(shapes: Shapes, wanted: Flags) -> tuple[Integers, Integers, Floats, Floats]:
    """Return first, size and points of the parts that are wanted."""
    if wanted.all():
        return shapes.first, shapes.size, shapes.x, shapes.y
    size = shapes.size[wanted]
    kept = np.repeat(wanted, shapes.size)
    return np.cumsum(size) - size, size, shapes.x[kept], shapes.y[kept]
