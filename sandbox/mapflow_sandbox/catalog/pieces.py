"""What a scene's previews are of: pictures with four corners each, in degrees."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import affinity
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from .records import CatalogRecord, Preview

_QUAD = 5  # positions of a closed ring with four corners
_STRAIGHT = 1e-7  # degrees; what bends less is no corner


def pieces_of(record: CatalogRecord) -> list[np.ndarray]:
    """The corners of each picture, (4, 2): upper left, lower left, lower right, upper right.

    One picture for each part of the footprint; a scene that comes in parts has an upper and a lower half of each.
    """
    whole = [_corners(part) for part in shapely.get_parts(record.geometry)]
    if record.preview is not Preview.PARTS:
        return whole
    halves = []
    for upper_left, lower_left, lower_right, upper_right in whole:
        left, right = (upper_left + lower_left) / 2, (upper_right + lower_right) / 2
        halves += [
            np.array([upper_left, left, right, upper_right]),
            np.array([left, lower_left, lower_right, right]),
        ]
    return halves


def whole_of(record: CatalogRecord) -> np.ndarray:
    """The corners of the one picture of all of it, as `pieces_of` has them; past the antimeridian they are over 180."""
    parts = shapely.get_parts(record.geometry)
    if len(parts) == 1:
        return _corners(parts[0])
    moved = [affinity.translate(part, 360) if part.bounds[0] < 0 else part for part in parts]
    # where it was cut, neither side has a corner
    return _corners(shapely.union_all(moved).simplify(_STRAIGHT))


def is_one_picture_of_its_footprint(record: CatalogRecord) -> bool:
    """Whether the footprint's own corners are those of the one picture."""
    part = record.geometry
    is_quad = part.geom_type == "Polygon" and len(part.exterior.coords) == _QUAD
    return bool(is_quad and record.preview is not Preview.PARTS)


def _corners(part: BaseGeometry) -> np.ndarray:
    """A footprint's own corners where it has four, else those of the smallest rectangle around it."""
    ring = part.exterior
    if len(ring.coords) != _QUAD:
        rectangle = shapely.minimum_rotated_rectangle(part)
        ring = rectangle.exterior if isinstance(rectangle, Polygon) else part.envelope.exterior
    points = np.array(ring.coords)[:4, :2]
    if shapely.is_ccw(shapely.LinearRing(points)):
        points = points[::-1]
    size = np.ptp(points, axis=0)
    shares = (points - points.min(axis=0)) / np.where(size > 0, size, 1)
    first = int(np.argmax(shares[:, 1] - shares[:, 0]))  # the one farthest to the north-west
    clockwise = np.roll(points, -first, axis=0)
    return clockwise[[0, 3, 2, 1]]
