"""Rings of any coordinate system to longitude and latitude, true to their shape and across the antimeridian.

A straight edge of a projected map is a curve in longitude and latitude. Long edges get the vertices they need for the
sent outline to follow the drawn one. The rings come back *unwrapped*: an outline across the antimeridian runs on past
180° instead of jumping to -180°, so that it can be checked, measured and then split.
"""

from __future__ import annotations

import math

import numpy as np
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsCsException,
    QgsLineString,
    QgsPointXY,
    QgsPolygon,
    QgsUnitTypes,
)

from ..api.translation import tr
from .aoi_geojson import Numbers, ring_points, rings_of, without_repeats
from .aoi_measure import wgs84

LONG_EDGE_M = 1000.0  # shorter ones bend by less than the tolerance, outside the polar regions
TOLERANCE_DEG = 1e-6  # about 0.1 m
MAX_HALVINGS = 10
MAX_LONGITUDE = 540.0  # one turn past the antimeridian: beyond it, the numbers are hardly degrees


class UnplaceableError(ValueError):
    """The outline has no place on the globe; the argument says why, in a sentence."""


class ToLongitudeLatitude:
    """Brings polygons of one coordinate system to EPSG:4326."""

    def __init__(self, crs: QgsCoordinateReferenceSystem, context: QgsCoordinateTransformContext) -> None:
        self._crs = crs
        self._transform = QgsCoordinateTransform(crs, wgs84(), context)
        self._is_trivial = crs == wgs84()
        units = QgsUnitTypes.DistanceUnit
        wanted = units.DistanceDegrees if crs.isGeographic() else units.DistanceMeters
        self._unit = float(QgsUnitTypes.fromUnitToUnitFactor(crs.mapUnits(), wanted))

    def rings(self, polygon: QgsPolygon) -> list[Numbers]:
        """Return the polygon's rings, exterior first, as (n, 2) arrays of unwrapped degrees; none if it is degenerate.

        Raises UnplaceableError.
        """
        rings = []
        for index, ring in enumerate(rings_of(polygon)):
            points = self._ring(ring)
            if len(points):
                rings.append(points)
            elif index == 0:
                return []
        return _on_one_side(rings)

    def _ring(self, ring: QgsLineString) -> Numbers:
        source = without_repeats(ring_points(ring))
        if not len(source):
            return source
        if not np.all(np.isfinite(source)):
            raise UnplaceableError(tr("The area has a vertex without coordinates."))
        target = source if self._is_trivial else self._transformed(source)
        if self._crs.isGeographic():
            # a change of datum brings 181° back to -179°: undo that, the turn is the user's own
            turns = np.round((source[:, 0] * self._unit - target[:, 0]) / 360)
            target = target + np.column_stack((turns * 360, np.zeros(len(turns))))
        else:
            target = self._unwrapped(source, target)
        return _checked(target)

    def _transformed(self, source: Numbers) -> Numbers:
        line = QgsLineString(source[:, 0].tolist(), source[:, 1].tolist())
        try:
            line.transform(self._transform)
        except QgsCsException as error:
            raise self._unplaceable() from error
        target = ring_points(line)
        if not np.all(np.isfinite(target)):
            raise self._unplaceable()
        return target

    def _unplaceable(self) -> UnplaceableError:
        sentence = tr("The area lies outside the region where its coordinate system ({crs}) can be used.")
        return UnplaceableError(sentence.format(crs=self._crs.userFriendlyIdentifier()))

    def _unwrapped(self, source: Numbers, target: Numbers) -> Numbers:
        """Add vertices to long edges and take out jumps of 360° between neighbours."""
        lengths = np.hypot(*(source[1:] - source[:-1]).T) * self._unit
        jumps = np.abs(target[1:, 0] - target[:-1, 0]) > 180
        edges = np.flatnonzero((lengths > LONG_EDGE_M) | jumps)
        if not len(edges):
            return target
        pieces = []
        start, turn = 0, 0.0
        for edge in edges.tolist():
            pieces.append(target[start : edge + 1] + np.array((turn, 0.0)))
            near = (float(target[edge, 0]) + turn, float(target[edge, 1]))
            far, extra = self._edge(source[edge], source[edge + 1], near, target[edge + 1])
            turn = far[0] - float(target[edge + 1, 0])
            if extra:
                pieces.append(np.array(extra))
            start = edge + 1
        pieces.append(target[start:] + np.array((turn, 0.0)))
        return np.concatenate(pieces)

    def _edge(
        self, from_source: Numbers, to_source: Numbers, near: tuple[float, float], to_target: Numbers
    ) -> tuple[tuple[float, float], list[tuple[float, float]]]:
        """Return the edge's far end, unwrapped so that it follows `near`, and the vertices to put between."""
        far = _nearest_turn((float(to_target[0]), float(to_target[1])), near[0])
        if abs(float(to_target[0]) - near[0]) > 180:
            # which way round? the way on which the middle of the drawn edge lies
            middle = self._point((from_source + to_source) / 2)
            turns = [(far[0] + 360 * k, far[1]) for k in (-1, 0, 1)]
            far = min(turns, key=lambda end: _off_middle(near, end, middle))
        return far, self._between(from_source, to_source, near, far, MAX_HALVINGS)

    def _between(
        self,
        from_source: Numbers,
        to_source: Numbers,
        near: tuple[float, float],
        far: tuple[float, float],
        halvings: int,
    ) -> list[tuple[float, float]]:
        middle_source = (from_source + to_source) / 2
        middle = _nearest_turn(self._point(middle_source), (near[0] + far[0]) / 2)
        if halvings == 0 or _off_line(near, far, middle) <= TOLERANCE_DEG:
            return []
        before = self._between(from_source, middle_source, near, middle, halvings - 1)
        after = self._between(middle_source, to_source, middle, far, halvings - 1)
        return [*before, middle, *after]

    def _point(self, source: Numbers) -> tuple[float, float]:
        try:
            point = self._transform.transform(QgsPointXY(float(source[0]), float(source[1])))
        except QgsCsException as error:
            raise self._unplaceable() from error
        if not (math.isfinite(point.x()) and math.isfinite(point.y())):
            raise self._unplaceable()
        return point.x(), point.y()


def _nearest_turn(point: tuple[float, float], longitude: float) -> tuple[float, float]:
    return point[0] + 360 * round((longitude - point[0]) / 360), point[1]


def _off_line(near: tuple[float, float], far: tuple[float, float], point: tuple[float, float]) -> float:
    """Return how far `point` lies from the straight line between two others, in degrees."""
    along = (far[0] - near[0], far[1] - near[1])
    to_point = (point[0] - near[0], point[1] - near[1])
    length = math.hypot(*along)
    if length < TOLERANCE_DEG:
        return math.hypot(*to_point)
    return abs(along[0] * to_point[1] - along[1] * to_point[0]) / length


def _off_middle(near: tuple[float, float], far: tuple[float, float], middle: tuple[float, float]) -> float:
    expected = (near[0] + far[0]) / 2
    off = abs(_nearest_turn(middle, expected)[0] - expected)
    return off + abs(far[0] - near[0]) * 1e-6  # of two equally good ways, the short one


def _checked(points: Numbers) -> Numbers:
    if not np.all(np.isfinite(points)):
        raise UnplaceableError(tr("The area has a vertex without a place on the globe."))
    if np.max(np.abs(points[:, 1])) > 90 + 1e-9 or np.max(np.abs(points[:, 0])) > MAX_LONGITUDE:
        raise UnplaceableError(
            tr(
                "The area reaches outside the globe: latitudes end at 90°. Check the layer's coordinate system."
            )
        )
    if abs(points[0, 0] - points[-1, 0]) > 180:
        raise UnplaceableError(
            tr(
                "The area goes around a pole, which longitude and latitude cannot express. Choose an area beside it."
            )
        )
    if np.ptp(points[:, 0]) > 360 + 1e-9:
        raise UnplaceableError(tr("The area is wider than the globe. Choose a smaller one."))
    return points


def _on_one_side(rings: list[Numbers]) -> list[Numbers]:
    """Start the exterior within [-180°, 180°) and bring its holes to the same turn of the globe."""
    west = float(rings[0][:, 0].min())
    if not (west >= -180 and float(rings[0][:, 0].max()) <= 180):
        turn = -360.0 * math.floor((west + 180) / 360)
        rings[0] = rings[0] + np.array((turn, 0.0))
    centre = float(rings[0][:, 0].min() + rings[0][:, 0].max()) / 2
    placed = [rings[0]]
    for hole in rings[1:]:
        hole_centre = float(hole[:, 0].min() + hole[:, 0].max()) / 2
        placed.append(hole + np.array((360.0 * round((centre - hole_centre) / 360), 0.0)))
    return placed
