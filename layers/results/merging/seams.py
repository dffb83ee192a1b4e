"""Where the parts of an area meet: the edges that may have cut an object, and the ground that two parts have seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Optional

from qgis.core import QgsFeature, QgsGeometry, QgsRectangle, QgsSpatialIndex, QgsWkbTypes

from ...areas.geojson import polygons_of
from .frame import Frame
from .parts import ResultPart

_LINES = QgsWkbTypes.GeometryType.LineGeometry
_ROUNDED = 1e-7  # degrees, more than what rounding moves


@dataclass(frozen=True)
class Edge:
    """A straight piece of the edge of `part`, beyond which `other` goes on."""

    part: int
    other: int
    line: QgsGeometry


class Seams:
    """The seams between parts, by the parts' numbers."""

    def __init__(self, parts: Sequence[ResultPart]) -> None:
        self._parts = parts
        self._shared: dict[tuple[int, int], QgsGeometry] = {}
        self._edges: list[Edge] = []
        self._index = QgsSpatialIndex()
        self._ground = QgsSpatialIndex()
        self._neighbours: dict[int, list[int]] = {}
        self._rims = [part.sent.convertToType(_LINES, True) for part in parts]  # of what was sent, as lines
        self._wide_rims: dict[
            int, QgsGeometry
        ] = {}  # of those that share ground, as wide as rounding moves them
        for number, part in enumerate(parts):
            self._ground.addFeature(entry(number, part.sent))
        for number in range(len(parts)):
            self._note(number)

    def shared(self, one: int, other: int) -> Optional[QgsGeometry]:
        """Return the ground that both parts have seen; None where they have none in common."""
        return self._shared.get((min(one, other), max(one, other)))

    def is_near(self, part: int, box: QgsRectangle, reach_m: float) -> bool:
        """Whether something of `part` with that box may be cut, or be known to another part, too."""
        around = Frame(box).around(box, reach_m)
        if any(self._edges[number].part == part for number in self._index.intersects(around)):
            return True
        return any(
            ground.boundingBox().intersects(around)
            for other in self._neighbours.get(part, ())
            if (ground := self.shared(part, other)) is not None
        )

    def edges_near(self, part: int, box: QgsRectangle, reach_m: float) -> Iterator[Edge]:
        """Yield the edges of `part` around a box."""
        for number in sorted(self._index.intersects(Frame(box).around(box, reach_m))):
            if self._edges[number].part == part:
                yield self._edges[number]

    def core(self, part: int) -> QgsGeometry:
        """Return the own ground of a part."""
        return self._parts[part].core

    def _note(self, number: int) -> None:
        """Note what a part has in common with those of a higher number."""
        one = self._parts[number]
        box = QgsRectangle(one.sent.boundingBox())
        box.grow(_ROUNDED)
        for place in sorted(self._ground.intersects(box)):
            other = self._parts[place]
            if place <= number or other.group != one.group:
                continue
            shared = _polygons(one.sent.intersection(other.sent))
            if shared is not None:
                self._shared[number, place] = shared
                self._neighbours.setdefault(number, []).append(place)
                self._neighbours.setdefault(place, []).append(number)
                self._add(number, place, self._inner_edge(number, place))
                self._add(place, number, self._inner_edge(place, number))
            else:
                seam = one.core.intersection(other.core)
                self._add(number, place, seam)
                self._add(place, number, seam)

    def _inner_edge(self, one: int, other: int) -> QgsGeometry:
        """Return the part of one area's edge that lies within another."""
        if other not in self._wide_rims:
            self._wide_rims[other] = self._rims[other].buffer(_ROUNDED, 2)
        return self._rims[one].intersection(self._parts[other].sent).difference(self._wide_rims[other])

    def _add(self, part: int, other: int, lines: QgsGeometry) -> None:
        for line in _straight(lines):
            self._index.addFeature(entry(len(self._edges), line))
            self._edges.append(Edge(part, other, line))


def _straight(lines: QgsGeometry) -> Iterator[QgsGeometry]:
    for part in lines.asGeometryCollection() or [lines]:
        if part.type() != _LINES:
            continue
        points = list(part.vertices())
        for start, end in zip(points[:-1], points[1:]):
            if start != end:
                yield QgsGeometry.fromPolyline([start, end])


def _polygons(geometry: QgsGeometry) -> Optional[QgsGeometry]:
    found = [QgsGeometry(each.clone()) for each in polygons_of(geometry)]
    # what rounding makes overlap is thinner than any object
    wide = [each for each in found if each.area() > 0 and not each.buffer(-_ROUNDED, 1).isEmpty()]
    return QgsGeometry.collectGeometry(wide) if wide else None


def entry(number: int, geometry: QgsGeometry) -> QgsFeature:
    """Return what a spatial index holds of a geometry."""
    made = QgsFeature(number)
    made.setGeometry(geometry)
    return made
