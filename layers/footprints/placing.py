"""Where an image of the catalog lies: footprints of either form as one geometry, cut at the antimeridian."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from osgeo import ogr
from qgis.core import QgsGeometry, QgsPolygon, QgsRectangle, QgsWkbTypes

from ..areas.geojson import Numbers, polygons_of, ring_from_points, ring_points, rings_of
from ..gdal_errors import collect_gdal_errors

if TYPE_CHECKING:
    from ...api.catalog.records import Footprint

_HALF_TURN, _TURN = 180.0, 360.0
_ON_THE_LINE = 1e-6  # degrees from a straight edge
_SHORTEST = 4  # positions of a closed ring
_FARTHEST = 540.0  # degrees of longitude; larger numbers are no degrees
_TALLEST_SCENE = (
    30.0  # degrees of latitude; what is taller goes around the globe and does not jump over its seam
)


def placed(footprint: Footprint) -> QgsGeometry:
    """Return the ground of a footprint, a multi-polygon in EPSG:4326; an empty geometry if it is not on Earth.

    An outline over the antimeridian is cut there, whether the service lets it go on past 180° or jump to -180°.
    """
    read = _read(footprint)
    if read.isNull() or read.isEmpty() or read.type() != QgsWkbTypes.GeometryType.PolygonGeometry:
        return QgsGeometry()
    read.get().dropZValue()
    read.get().dropMValue()
    box = read.boundingBox()
    is_far = max(abs(box.xMinimum()), abs(box.xMaximum())) > _FARTHEST
    if not box.isFinite() or is_far or max(abs(box.yMinimum()), abs(box.yMaximum())) > 90:
        return QgsGeometry()
    outlines = [polygon for polygon in polygons_of(read) if len(_exterior(polygon)) >= _SHORTEST]
    parts = [QgsGeometry(_without_jumps(polygon)) for polygon in outlines]
    pieces = [piece for part in parts for piece in _on_the_globe(part) if not piece.isEmpty()]
    if not pieces:
        return QgsGeometry()
    whole = QgsGeometry.collectGeometry(pieces) if len(pieces) > 1 else pieces[0]
    whole.convertToMultiType()
    return whole


def main_box(grounds: Sequence[QgsGeometry]) -> QgsRectangle:
    """Return the box around `grounds` (EPSG:4326); of what lies at both ends of the map, the box of the larger end.

    No map shows both ends at once, and the box around them goes around the globe.
    """
    pieces = [QgsGeometry(polygon.clone()) for ground in grounds for polygon in polygons_of(ground)]
    boxes = [(piece.boundingBox(), piece.area()) for piece in pieces]
    whole = _around([box for box, _size in boxes])
    west = [(box, size) for box, size in boxes if box.xMaximum() < 0]
    east = [(box, size) for box, size in boxes if box.xMinimum() > 0]
    if whole.width() <= _HALF_TURN or len(west) + len(east) < len(boxes):
        return whole
    end = max(west, east, key=lambda boxes: sum(size for _box, size in boxes))
    return _around([box for box, _size in end])


def joined(ground: QgsGeometry) -> QgsGeometry:
    """Return a ground that was cut at the antimeridian as one that goes on past 180°; any other as it is."""
    box = ground.boundingBox()
    if box.xMinimum() > -_HALF_TURN or box.xMaximum() < _HALF_TURN:
        return ground
    pieces = [QgsGeometry(polygon.clone()) for polygon in polygons_of(ground)]
    for piece in pieces:
        if piece.boundingBox().xMaximum() < 0:
            piece.translate(_TURN, 0)
    whole = QgsGeometry.unaryUnion(pieces)
    if whole.isNull() or whole.boundingBox().width() > _HALF_TURN:
        return ground  # it goes around the globe
    return whole.simplify(_ON_THE_LINE)  # without the corners that the cut made


def own_copy(geometry: QgsGeometry) -> QgsGeometry:
    """Return a geometry that shares nothing with the one it is made of: another thread is to use it."""
    return QgsGeometry() if geometry.isNull() else QgsGeometry(geometry.constGet().clone())


def _around(boxes: Sequence[QgsRectangle]) -> QgsRectangle:
    whole = QgsRectangle(boxes[0]) if boxes else QgsRectangle()
    for box in boxes:
        whole.combineExtentWith(box)
    return whole


def _read(footprint: Footprint) -> QgsGeometry:
    if isinstance(footprint, str):
        return QgsGeometry.fromWkt(footprint) if footprint else QgsGeometry()
    made = QgsGeometry()
    try:
        with collect_gdal_errors():  # which would go to the console
            read = ogr.CreateGeometryFromJson(json.dumps(dict(footprint), allow_nan=False))
    except (RuntimeError, TypeError, ValueError):
        return made
    if read is not None:
        made.fromWkb(bytes(read.ExportToWkb()))
    return made


def _without_jumps(polygon: QgsPolygon) -> QgsPolygon:
    """Return an outline that jumps from one end of the map to the other as one that goes on past it."""
    if polygon.boundingBox().height() > _TALLEST_SCENE or not _jumps(_exterior(polygon)):
        return polygon
    exterior, *holes = (_unwrapped(ring_points(ring)) for ring in rings_of(polygon))
    for hole in holes:
        hole[:, 0] += _TURN * round((exterior[:, 0].mean() - hole[:, 0].mean()) / _TURN)
    whole = QgsPolygon(ring_from_points(exterior))
    whole.setInteriorRings([ring_from_points(hole) for hole in holes])
    return whole


def _exterior(polygon: QgsPolygon) -> Numbers:
    rings = rings_of(polygon)
    return ring_points(rings[0]) if rings else np.empty((0, 2))


def _jumps(ring: Numbers) -> bool:
    """Whether an edge is longer than half the globe; one along a whole parallel is no jump."""
    steps = np.abs(np.diff(ring[:, 0]))
    return bool(np.any((steps > _HALF_TURN) & (steps < _TURN)))


def _unwrapped(ring: Numbers) -> Numbers:
    found = ring.copy()
    found[1:, 0] -= _TURN * np.cumsum(np.round(np.diff(ring[:, 0]) / _TURN))
    return found


def _on_the_globe(part: QgsGeometry) -> list[QgsGeometry]:
    """The pieces of one polygon between 180° W and 180° E."""
    box = part.boundingBox()
    if box.xMinimum() >= -_HALF_TURN and box.xMaximum() <= _HALF_TURN:
        return [part]
    pieces = []
    part = part if part.isGeosValid() else part.makeValid()
    first = math.floor((box.xMinimum() + _HALF_TURN) / _TURN)
    for turn in range(first, first + 4):
        west = turn * _TURN - _HALF_TURN
        piece = part.intersection(QgsGeometry.fromRect(QgsRectangle(west, -90, west + _TURN, 90)))
        piece.convertGeometryCollectionToSubclass(QgsWkbTypes.GeometryType.PolygonGeometry)
        if not piece.isNull() and piece.area() > 0:
            piece.translate(-turn * _TURN, 0)
            pieces.append(piece)
    return pieces
