"""Which objects of two parts are one: the rules.

Where two parts have seen the same ground, two objects are one when what both parts could see of them agrees: at least
half of the smaller of the two lies on the other. Where parts only meet, two objects are one when both end at the same
stretch of the seam: at least half of the shorter of the two stretches is shared. What a part tells apart although it
touches, as the sections of a road, stays apart.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from qgis.core import QgsGeometry, QgsRectangle, QgsWkbTypes

from .frame import Frame
from .seams import Edge, Seams

REACH_M = 1.0  # an edge cuts at whole pixels, and outlines are straightened afterwards
GAP_M = 1.5  # the widest there may be between the two sides of what was cut
SHARE = 0.5
_TOUCHES = 2e-8  # degrees, what rounding may put between two that touch
_POINTS, _LINES, _POLYGONS = (
    QgsWkbTypes.GeometryType.PointGeometry,
    QgsWkbTypes.GeometryType.LineGeometry,
    QgsWkbTypes.GeometryType.PolygonGeometry,
)


@dataclass(frozen=True)
class Found:
    """An object near a seam: of which part, the edges that may have cut it, and how much lies on its part's ground."""

    part: int
    kind: str  # what the service calls it
    geometry: QgsGeometry
    edges: tuple[Edge, ...] = field(default=(), repr=False)
    own_share: float = 1.0

    @property
    def is_cut(self) -> bool:
        """Whether it ends at an edge of its part."""
        return bool(self.edges)


def seen(part: int, kind: str, geometry: QgsGeometry, seams: Seams) -> Found:
    """Return what there is to know of an object of `part`."""
    box = geometry.boundingBox()
    frame = Frame(box)
    here = frame.metres(geometry)
    edges = tuple(
        edge
        for edge in seams.edges_near(part, box, REACH_M)
        if frame.metres(edge.line).distance(here) <= REACH_M
    )
    inside = geometry.intersection(seams.core(part))
    whole = _size(geometry, geometry)
    share = _size(inside, geometry) / whole if whole else float(not inside.isEmpty())
    return Found(part, kind, geometry, edges, share)


def likeness(one: Found, other: Found, seams: Seams) -> float:
    """Return how much two objects of different parts have in common, 0 where they are not the same.

    It is what they share of the ground, in square degrees, or of the seam, in metres: pairs of the same two parts can
    be compared.
    """
    if one.kind != other.kind or one.geometry.type() != other.geometry.type():
        return 0.0
    shared = seams.shared(one.part, other.part)
    if shared is not None:
        return _agree(one.geometry, other.geometry, shared)
    return _meet(one, other)


def are_told_apart(one: Found, other: Found) -> bool:
    """Whether a part has found two objects that touch, and so knows that they are two."""
    is_polygon = one.geometry.type() == _POLYGONS
    return is_polygon and one.part == other.part and one.geometry.distance(other.geometry) < _TOUCHES


def covers(one: Found, other: Found) -> bool:
    """Whether at least half of `other` lies on `one`."""
    if one.geometry.type() == _POLYGONS:
        return bool(one.geometry.intersection(other.geometry).area() >= SHARE * other.geometry.area())
    frame = Frame(other.geometry.boundingBox())
    here, there = frame.metres(other.geometry), frame.metres(one.geometry).buffer(2 * REACH_M, 4)
    return here.type() == _POINTS or here.intersection(there).length() >= SHARE * here.length()


def _agree(one: QgsGeometry, other: QgsGeometry, shared: QgsGeometry) -> float:
    frame = Frame(one.boundingBox())
    if one.type() == _POINTS:
        return float(frame.metres(one).distance(frame.metres(other)) <= GAP_M)
    mine, theirs = one.intersection(shared), other.intersection(shared)
    if mine.isEmpty() or theirs.isEmpty():
        return 0.0
    if one.type() == _POLYGONS:
        least = min(mine.area(), theirs.area())
        both = float(mine.intersection(theirs).area())
        return both if both >= SHARE * least else 0.0
    here, there = frame.metres(mine), frame.metres(theirs)
    least = min(here.length(), there.length())
    both = float(here.intersection(there.buffer(2 * REACH_M, 4)).length())
    return both if both >= SHARE * least else 0.0


def _meet(one: Found, other: Found) -> float:
    frame = Frame(one.geometry.boundingBox())
    here, there = frame.metres(one.geometry), frame.metres(other.geometry)
    if here.distance(there) > GAP_M:
        return 0.0
    edges = [edge for edge in one.edges if edge.other == other.part]
    if not edges or not any(edge.other == one.part for edge in other.edges):
        return 0.0
    if one.geometry.type() != _POLYGONS:
        return 1.0
    mine = theirs = both = 0.0
    for edge in edges:
        line = frame.metres(edge.line)
        ours, others = _stretches(here, line), _stretches(there, line)
        mine += _length(ours)
        theirs += _length(others)
        both += sum(max(0.0, min(end, far) - max(start, near)) for start, end in ours for near, far in others)
    least = min(mine, theirs)
    return both if both >= SHARE * least else 0.0


def _stretches(ground: QgsGeometry, line: QgsGeometry) -> list[tuple[float, float]]:
    """Return where along a seam, which follows a meridian or a parallel, a polygon comes near to it; metres."""
    strip = QgsRectangle(line.boundingBox())
    is_along = strip.width() >= strip.height()
    strip.grow(REACH_M)
    within = ground.intersection(QgsGeometry.fromRect(strip))
    spans = []
    for part in within.asGeometryCollection():
        box = part.boundingBox()
        span = (box.xMinimum(), box.xMaximum()) if is_along else (box.yMinimum(), box.yMaximum())
        if part.type() == _POLYGONS:
            spans.append(span)
    return spans


def _length(spans: list[tuple[float, float]]) -> float:
    return sum(end - start for start, end in spans)


def _size(geometry: QgsGeometry, whole: QgsGeometry) -> float:
    """Return the area or the length, in degrees, of a piece of `whole`, as that has one or the other."""
    if geometry.isNull():
        return 0.0
    return float(geometry.area() if whole.type() == _POLYGONS else geometry.length())
