"""Outlines of regions of pixels, plain or straightened to right angles. Units are pixels."""

from __future__ import annotations

import math

import numpy as np
import shapely
from shapely import affinity
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

_RECTANGLE_FIT = 0.885
_LEAST_FIT = 0.78
_LEAST_EDGE_PX = 4.0


def largest(geometry: BaseGeometry) -> Polygon:
    """The largest polygon of a geometry; an empty one where it has none."""
    parts = [part for part in getattr(geometry, "geoms", [geometry]) if part.geom_type == "Polygon"]
    return max(parts, key=lambda part: part.area, default=Polygon())


def fit(one: Polygon, other: Polygon) -> float:
    """Intersection over union, 0-1."""
    shared = one.intersection(other).area
    together = one.area + other.area - shared
    return float(shared / together) if together else 0.0


def smoothed(outline: Polygon) -> Polygon:
    """The outline without its pixel steps."""
    plain = largest(outline.simplify(0.75))
    return plain if plain.is_valid and not plain.is_empty else outline


def straightened(outline: Polygon) -> Polygon:
    """The outline with right angles where that fits the pixels well, and just smoothed where it does not."""
    angle = main_direction(outline)
    upright = affinity.rotate(outline, -angle, origin=(0, 0), use_radians=True)
    choices = [rectangle_about(upright)]
    if fit(choices[0], upright) < _RECTANGLE_FIT:
        choices += [right_angled(largest(upright.simplify(tolerance))) for tolerance in (1.6, 2.4)]
    usable = [choice for choice in choices if choice.is_valid and not choice.is_empty]
    # fewer corners win unless more of them tell the shape clearly better
    best = max(
        usable, key=lambda choice: fit(choice, upright) - 0.006 * len(choice.exterior.coords), default=None
    )
    if best is None or fit(best, upright) < _LEAST_FIT:
        return smoothed(outline)
    return affinity.rotate(best, angle, origin=(0, 0), use_radians=True)


def main_direction(outline: Polygon) -> float:
    """Direction of the walls in radians, within a quarter turn: the mean over the edges, longer ones counting more."""
    corners = np.asarray(largest(outline.simplify(1.3)).exterior.coords)
    if len(corners) < 4:
        return 0.0
    edges = np.diff(corners, axis=0)
    lengths = np.hypot(edges[:, 0], edges[:, 1])
    turns = 4 * np.arctan2(edges[:, 1], edges[:, 0])
    weights = lengths**2
    return math.atan2(float(np.sum(weights * np.sin(turns))), float(np.sum(weights * np.cos(turns)))) / 4


def rectangle_about(upright: Polygon) -> Polygon:
    """The axis-parallel rectangle with the outline's middle, area and proportions, stray corners discounted."""
    points = shapely.get_coordinates(upright.segmentize(1.0).exterior)
    left, top = np.percentile(points, 4, axis=0)
    right, bottom = np.percentile(points, 96, axis=0)
    box = shapely.box(left, top, right, bottom)
    if box.area <= 0:
        return Polygon()
    grow = math.sqrt(upright.area / box.area)
    return affinity.scale(box, grow, grow) if 0.8 < grow < 1.25 else box


def right_angled(outline: Polygon) -> Polygon:
    """A rectilinear polygon from one whose edges are nearly level or upright: each run of edges becomes one wall."""
    corners = np.asarray(outline.exterior.coords)[:-1]
    if len(corners) < 4:
        return Polygon()
    walls = merged_walls(walls_of(corners))
    if len(walls) < 4 or len(walls) % 2:
        return Polygon()
    made = []
    for index, (level, position, _) in enumerate(walls):
        _, before, _ = walls[index - 1]
        made.append((before, position) if level else (position, before))
    return Polygon(made).buffer(0) if Polygon(made).is_valid else Polygon()


def walls_of(corners: np.ndarray) -> list[tuple[bool, float, float]]:
    """Edges as (level?, its y or x, its length along that direction)."""
    walls = []
    for here, there in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        across, down = there - here
        level = bool(abs(across) >= abs(down))
        middle = (here + there) / 2
        walls.append(
            (level, float(middle[1] if level else middle[0]), float(abs(across) if level else abs(down)))
        )
    return walls


def merged_walls(walls: list[tuple[bool, float, float]]) -> list[tuple[bool, float, float]]:
    """Join neighbouring walls of one direction, then drop the shortest walls until all are worth having."""
    while True:
        walls = joined(walls)
        if len(walls) <= 4:
            return walls
        lengths = wall_lengths(walls)
        shortest = int(np.argmin(lengths))
        if lengths[shortest] >= _LEAST_EDGE_PX:
            return walls
        walls = walls[:shortest] + walls[shortest + 1 :]


def wall_lengths(walls: list[tuple[bool, float, float]]) -> list[float]:
    """Length of each wall between its two neighbours."""
    count = len(walls)
    return [abs(walls[(index + 1) % count][1] - walls[index - 1][1]) for index in range(count)]


def joined(walls: list[tuple[bool, float, float]]) -> list[tuple[bool, float, float]]:
    """Runs of walls in one direction as one, at the mean of their positions by length."""
    runs: list[list[tuple[bool, float, float]]] = []
    for wall in walls:
        if runs and runs[-1][0][0] == wall[0]:
            runs[-1].append(wall)
        else:
            runs.append([wall])
    if len(runs) > 1 and runs[0][0][0] == runs[-1][0][0]:
        runs[0] = runs.pop() + runs[0]
    made = []
    for run in runs:
        total = sum(length for _, _, length in run) or 1.0
        mean = sum(position * length for _, position, length in run) / total
        made.append((run[0][0], mean if total > 1e-9 else run[0][1], total))
    return made
