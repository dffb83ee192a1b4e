"""Rings of any coordinate system to longitude and latitude, true to their shape and across the antimeridian.

A straight edge of a projected map is a curve in longitude and latitude. Long edges get more vertices, so that the
outline that is sent follows the one that was drawn. The rings are *unwrapped*: an outline across the antimeridian goes
on past 180° and does not jump to -180°, so that it can be checked, measured and then split.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsCsException,
    QgsLineString,
    QgsPolygon,
    QgsRectangle,
    QgsUnitTypes,
)

from ...text.translation import translate
from .geojson import Numbers, ring_from_points, ring_points, rings_of, without_repeats
from .measure import box_area, wgs84
from .systems import to_degrees, why_not_on_earth

LONG_EDGE_M = 1000.0  # shorter ones bend by less than the tolerance, outside the polar regions
TOLERANCE_DEG = 1e-6  # about 0.1 m
LONGEST_PIECE_M = 2e6  # of an edge, for the way round the globe to be told: a twentieth of it
MOST_PIECES = 2000  # what needs more is no area on the Earth
MAX_HALVINGS = 10
_CLEARLY = 1.01  # an area refused for its size stays over the limit when it is rounded
MAX_LONGITUDE = 540.0  # one turn past the antimeridian: larger numbers are most likely no degrees


class UnplaceableError(ValueError):
    """The outline has no place on the globe; the argument says why, in a sentence."""


class BeyondGlobeError(UnplaceableError):
    """The outline reaches further than the globe does."""


class ToLongitudeLatitude:
    """Brings polygons of one coordinate system to EPSG:4326.

    `is_rough` is set once the rectangle around a polygon is clearly larger than `most_m2` (m²). From then on no
    vertices are added to edges: this takes time, and the area will be refused.

    Raises UnplaceableError where the system has no place on the Earth.
    """

    def __init__(
        self,
        crs: QgsCoordinateReferenceSystem,
        context: QgsCoordinateTransformContext,
        most_m2: float = math.inf,
    ) -> None:
        self.is_rough = False
        self._most_m2 = most_m2
        self._crs = crs
        reason = why_not_on_earth(crs, context)
        if reason:
            raise UnplaceableError(reason)
        self._transform = to_degrees(crs, context)
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
            raise UnplaceableError(translate("Areas", "The area has a vertex without coordinates."))
        target = source if self._is_trivial else self._transformed(source)
        if self._crs.isGeographic():
            # a change of datum turns 181° into -179°: this is undone, since the user has drawn at 181°
            turns = np.round((source[:, 0] * self._unit - target[:, 0]) / 360)
            target = target + np.column_stack((turns * 360, np.zeros(len(turns))))
        else:
            target = self._unwrapped(source, target)
        target = _checked(target)
        self.is_rough = self.is_rough or _spans_more(target, _CLEARLY * self._most_m2)
        return target if self._crs.isGeographic() or self.is_rough else self._bent(source, target)

    def _transformed(self, source: Numbers) -> Numbers:
        line = ring_from_points(source)
        try:
            line.transform(self._transform)
        except QgsCsException as error:
            raise self._unplaceable() from error
        target = ring_points(line)
        if not np.all(np.isfinite(target)):
            raise self._unplaceable()
        return target

    def _unplaceable(self) -> UnplaceableError:
        sentence = translate(
            "Areas", "The area lies outside the region where its coordinate system ({crs}) can be used."
        )
        return UnplaceableError(sentence.format(crs=self._crs.userFriendlyIdentifier()))

    def _unwrapped(self, source: Numbers, target: Numbers) -> Numbers:
        """Take out jumps of 360° between neighbours, along pieces of an edge too short to go round the globe."""
        lengths = np.hypot(*(source[1:] - source[:-1]).T) * self._unit
        pieces = np.ceil(lengths / LONGEST_PIECE_M).astype(int).clip(1)
        if np.sum(pieces) > MOST_PIECES + len(pieces):
            raise _wider_than_globe()
        if np.any(pieces > 1):
            begin = np.repeat(np.arange(len(pieces)), pieces)
            along = (np.arange(len(begin)) - np.repeat(np.cumsum(pieces) - pieces, pieces)) / pieces[begin]
            between = source[begin] + (source[begin + 1] - source[begin]) * along[:, np.newaxis]
            source = np.concatenate((between, source[-1:]))
            target = self._transformed(source)
        jumps = np.flatnonzero(np.abs(target[1:, 0] - target[:-1, 0]) > 180)
        if len(jumps):
            turns = np.zeros(len(target))
            turns[jumps + 1] = self._turns(_edges(source, target, jumps))
            target = target + np.column_stack((360 * np.cumsum(turns), np.zeros(len(turns))))
        corners: Numbers = target[np.concatenate(([0], np.cumsum(pieces)))]
        return corners

    def _bent(self, source: Numbers, target: Numbers) -> Numbers:
        """Add vertices to long edges where they leave the straight line in degrees."""
        lengths = np.hypot(*(source[1:] - source[:-1]).T) * self._unit
        long = np.flatnonzero(lengths > LONG_EDGE_M)
        if not len(long):
            return target
        places, between = self._between(_edges(source, target, long))
        places = np.concatenate((np.arange(len(target)), places))
        bent: Numbers = np.concatenate((target, between))[np.argsort(places)]
        return bent

    def _turns(self, edges: _Edges) -> Numbers:
        """Return how many turns of the globe to add to each edge's far end for it to follow the near one."""
        off = edges.far[:, 0] - edges.near[:, 0]
        turns: Numbers = -np.round(off / 360)
        jumps = np.flatnonzero(np.abs(off) > 180)
        if len(jumps):
            # the edge goes round the globe on the side where the middle of the drawn edge lies
            middle = self._transformed((edges.from_source[jumps] + edges.to_source[jumps]) / 2)[:, 0]
            ways = turns[jumps] + np.array([[-1.0], [0.0], [1.0]])
            long = off[jumps] + 360 * ways
            expected = edges.near[jumps, 0] + long / 2
            missed = np.abs(_nearest_turn(middle, expected) - expected)
            missed = missed + np.abs(long) * 1e-6  # of two equally good ways, the short one
            turns[jumps] = np.take_along_axis(ways, np.argmin(missed, axis=0)[np.newaxis], axis=0)[0]
        return turns

    def _between(self, edges: _Edges) -> tuple[Numbers, Numbers]:
        """Return the vertices to put between the ends of edges, and where: 3.5 is halfway from vertex 3 to vertex 4.

        All the edges are halved together, as often as each needs: one transformation for each round.
        """
        places: list[Numbers] = []
        points: list[Numbers] = []
        for _halving in range(MAX_HALVINGS):
            middle = self._transformed((edges.from_source + edges.to_source) / 2)
            longitudes = _nearest_turn(middle[:, 0], (edges.near[:, 0] + edges.far[:, 0]) / 2)
            middle = np.column_stack((longitudes, middle[:, 1]))
            bent = _off_line(edges.near, edges.far, middle) > TOLERANCE_DEG
            if not np.any(bent):
                break
            edges, middle = edges.only(bent), middle[bent]
            places.append((edges.begin + edges.end) / 2)
            points.append(middle)
            edges = edges.halved(middle)
        if not places:
            return np.empty(0), np.empty((0, 2))
        return np.concatenate(places), np.concatenate(points)


@dataclass(frozen=True)
class _Edges:
    """Straight edges of the map: row by row where each begins and ends along the ring, as drawn and in degrees."""

    begin: Numbers
    end: Numbers
    from_source: Numbers
    to_source: Numbers
    near: Numbers
    far: Numbers

    def only(self, which: NDArray[np.bool_]) -> _Edges:
        return _Edges(*(getattr(self, each.name)[which] for each in fields(self)))

    def halved(self, middle: Numbers) -> _Edges:
        """Return both halves of each; `middle` is where they meet, in degrees."""
        place, source = (self.begin + self.end) / 2, (self.from_source + self.to_source) / 2
        return _Edges(
            np.concatenate((self.begin, place)),
            np.concatenate((place, self.end)),
            np.concatenate((self.from_source, source)),
            np.concatenate((source, self.to_source)),
            np.concatenate((self.near, middle)),
            np.concatenate((middle, self.far)),
        )


def _edges(source: Numbers, target: Numbers, which: NDArray[np.intp]) -> _Edges:
    """Return the edges of a ring that begin at the vertices `which`."""
    return _Edges(
        which + 0.0, which + 1.0, source[which], source[which + 1], target[which], target[which + 1]
    )


def _nearest_turn(longitudes: Numbers, wanted: Numbers) -> Numbers:
    moved: Numbers = longitudes + 360 * np.round((wanted - longitudes) / 360)
    return moved


def _off_line(near: Numbers, far: Numbers, points: Numbers) -> Numbers:
    """Return how far each point lies from the straight line between two others, in degrees."""
    along, to_point = far - near, points - near
    length = np.hypot(*along.T)
    beside = np.abs(along[:, 0] * to_point[:, 1] - along[:, 1] * to_point[:, 0])
    is_short = length < TOLERANCE_DEG
    off: Numbers = np.where(is_short, np.hypot(*to_point.T), beside / np.where(is_short, 1.0, length))
    return off


def _spans_more(points: Numbers, most_m2: float) -> bool:
    """Whether a ring that stays clear of the antimeridian has a bounding box of more than `most_m2`."""
    longitudes = points[:, 0]
    if np.max(np.abs(longitudes)) > 180 or np.max(np.abs(np.diff(longitudes))) > 180:
        return False
    south, north = float(np.min(points[:, 1])), float(np.max(points[:, 1]))
    box = QgsRectangle(float(np.min(longitudes)), south, float(np.max(longitudes)), north)
    return box_area(box) > most_m2


def _checked(points: Numbers) -> Numbers:
    if not np.all(np.isfinite(points)):
        raise UnplaceableError(translate("Areas", "The area has a vertex without a place on the globe."))
    if np.ptp(points[:, 0]) > 360 + 1e-9:
        raise _wider_than_globe()
    if np.max(np.abs(points[:, 1])) > 90 + 1e-9 or np.max(np.abs(points[:, 0])) > MAX_LONGITUDE:
        raise BeyondGlobeError(
            translate(
                "Areas",
                "The area reaches outside the globe: latitudes end at 90°. Check the layer's coordinate system.",
            )
        )
    if abs(points[0, 0] - points[-1, 0]) > 180:
        raise UnplaceableError(
            translate(
                "Areas",
                "The area goes around a pole, which longitude and latitude cannot express. Choose an area beside it.",
            )
        )
    return points


def _wider_than_globe() -> BeyondGlobeError:
    return BeyondGlobeError(translate("Areas", "The area is wider than the globe. Choose a smaller one."))


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
