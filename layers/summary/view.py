"""What the map shows: which objects lie in it, and what of those that go over its edge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Optional

import numpy as np
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsCsException,
    QgsGeometry,
    QgsRectangle,
)

from ..areas.measure import wgs84
from .shapes import Flags, Shapes, geometry_of

if TYPE_CHECKING:
    from .source import SummarySource

_HALVINGS = 24


class View:
    """A polygon of degrees. Most objects are told by their boxes; those at the edge are cut one by one."""

    def __init__(self, outline: QgsGeometry) -> None:
        self._outline = outline
        self._box = outline.boundingBox()
        self._inner = _inner_box(outline, self._box)
        self._engine = QgsGeometry.createGeometryEngine(outline.constGet())
        self._engine.prepareGeometry()

    def box_in(self, crs: QgsCoordinateReferenceSystem) -> Optional[QgsRectangle]:
        """Return a box around it in another system; None where there is none, and all objects are to be looked at."""
        if crs == wgs84():
            return QgsRectangle(self._box)
        try:
            back = QgsCoordinateTransform(wgs84(), crs, QgsCoordinateTransformContext())
            return back.transformBoundingBox(self._box) if back.isValid() else None
        except QgsCsException:
            return None

    def divided(
        self, shapes: Shapes, blobs: Sequence[Optional[bytes]], source: SummarySource
    ) -> tuple[Flags, dict[int, bytes]]:
        """Return which of the objects lie in it at least in part, and what lies in it of those that cross its edge."""
        boxes = shapes.boxes()
        west, south, east, north = boxes.T
        outer, inner = self._box, self._inner
        touches = (east >= outer.xMinimum()) & (west <= outer.xMaximum())
        touches &= (north >= outer.yMinimum()) & (south <= outer.yMaximum())
        is_within = (west >= inner.xMinimum()) & (east <= inner.xMaximum())
        is_within &= (south >= inner.yMinimum()) & (north <= inner.yMaximum())
        is_in = is_within.copy()
        crossing: dict[int, bytes] = {}
        for place in np.flatnonzero(touches & ~is_within).tolist():
            geometry = geometry_of(blobs[place] or b"")
            if source.needs_transform:
                geometry.transform(source.to_degrees())
            if not self._engine.intersects(geometry.constGet()):
                continue
            is_in[place] = True
            if not self._engine.contains(geometry.constGet()):
                crossing[place] = self._cut(geometry)
        return is_in, crossing

    def _cut(self, geometry: QgsGeometry) -> bytes:
        part = geometry.intersection(self._outline)
        if part.isNull():  # its outline crosses itself
            part = geometry.makeValid().intersection(self._outline)
        return bytes(part.asWkb().data())


def _inner_box(outline: QgsGeometry, box: QgsRectangle) -> QgsRectangle:
    """Return a box within the outline, the larger the better: the outline's own box where the map is not turned."""
    if outline.contains(QgsGeometry.fromRect(box)):
        return QgsRectangle(box)
    middle = outline.centroid().asPoint()
    low, high = 0.0, 1.0
    found = QgsRectangle(middle, middle)
    for _turn in range(_HALVINGS):
        share = (low + high) / 2
        tried = QgsRectangle.fromCenterAndSize(middle, box.width() * share, box.height() * share)
        if outline.contains(QgsGeometry.fromRect(tried)):
            low, found = share, tried
        else:
            high = share
    return found
