"""The geometry of an object that was cut, put together again."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.core import Qgis, QgsGeometry, QgsPointXY, QgsWkbTypes

from ...areas.geojson import polygons_of
from .alike import GAP_M, Found
from .frame import Frame
from .seams import Seams

_CORNERS = (1, Qgis.EndCapStyle.Flat, Qgis.JoinStyle.Miter, 4.0)  # of a buffer that keeps them
_TOUCHES_M = 0.001
_LINES = QgsWkbTypes.GeometryType.LineGeometry
_STEPS = 8  # of which a closing is tried


def united(pieces: Sequence[Found], seams: Seams) -> QgsGeometry:
    """Return the pieces of one object as one geometry, in one part where they come near enough to each other."""
    geometries = [piece.geometry for piece in pieces]
    if geometries[0].type() == QgsWkbTypes.GeometryType.PolygonGeometry:
        return _ground(geometries)
    if geometries[0].type() == _LINES:
        return _line(pieces, seams)
    return geometries[0]


def _ground(geometries: Sequence[QgsGeometry]) -> QgsGeometry:
    whole = QgsGeometry.unaryUnion(list(geometries))
    count = max(1, len(polygons_of(whole)))
    most = sum(len(polygons_of(each)) for each in geometries) - len(geometries) + 1
    if count > most:
        whole = _closed(whole, most)
    return whole


def _closed(ground: QgsGeometry, most: int) -> QgsGeometry:
    """Close the gap along a seam, as narrow as it is; the corners of the outlines stay where they are."""
    frame = Frame(ground.boundingBox())
    here = frame.metres(ground)
    for step in range(1, _STEPS + 1):
        reach = GAP_M / 2 * step / _STEPS + 0.01
        closed = here.buffer(reach, *_CORNERS).buffer(-reach, *_CORNERS)
        bridged = QgsGeometry.unaryUnion([here, *_bridges(here, closed)])
        if not bridged.isNull() and len(polygons_of(bridged)) <= most:
            return frame.degrees(bridged)
    return ground


def _bridges(ground: QgsGeometry, closed: QgsGeometry) -> list[QgsGeometry]:
    """Return what a closing has added between the parts of the ground, and not in the corners of one."""
    parts = [QgsGeometry(each.clone()) for each in polygons_of(ground)]
    added = [QgsGeometry(each.clone()) for each in polygons_of(closed.difference(ground))]
    return [each for each in added if sum(part.distance(each) < _TOUCHES_M for part in parts) > 1]


def _line(pieces: Sequence[Found], seams: Seams) -> QgsGeometry:
    """Return lines joined at the seam; what two parts have seen is taken from the one whose ground it is."""
    lines: list[QgsGeometry] = []
    for piece in pieces:
        is_doubled = any(seams.shared(piece.part, other.part) is not None for other in pieces)
        own = piece.geometry.intersection(seams.core(piece.part)) if is_doubled else piece.geometry
        lines += [each for each in own.asGeometryCollection() if each.type() == _LINES] or [piece.geometry]
    frame = Frame(QgsGeometry.collectGeometry(lines).boundingBox())
    joints = _joints([frame.metres(each) for each in lines])
    whole = QgsGeometry.collectGeometry(lines + [frame.degrees(joint) for joint in joints])
    merged = whole.mergeLines()
    return whole if merged.isNull() else merged


def _joints(lines: Sequence[QgsGeometry]) -> list[QgsGeometry]:
    """Return the short lines that lead from the end of one line to the nearest end of another, in metres."""
    ends = [(number, place) for number, line in enumerate(lines) for place in _ends(line)]
    found = []
    taken: set[int] = set()
    pairs = sorted(
        (one[1].distance(other[1]), first, second)
        for first, one in enumerate(ends)
        for second, other in enumerate(ends)
        if first < second and one[0] != other[0]
    )
    for distance, first, second in pairs:
        if distance > 2 * GAP_M or first in taken or second in taken:
            continue
        taken |= {first, second}
        if distance > 0:
            found.append(QgsGeometry.fromPolylineXY([ends[first][1], ends[second][1]]))
    return found


def _ends(line: QgsGeometry) -> list[QgsPointXY]:
    points = list(line.vertices())
    return [QgsPointXY(points[0]), QgsPointXY(points[-1])] if points else []
