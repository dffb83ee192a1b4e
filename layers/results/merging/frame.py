"""Metres around a place, in which distances and lengths of what is nearby are measured."""

from __future__ import annotations

import math

from qgis.core import QgsGeometry, QgsRectangle
from qgis.PyQt.QtGui import QTransform

_M_PER_DEGREE = 111_320.0  # a per cent more or less does not matter to a tolerance


class Frame:
    """Degrees to metres and back, right around `place`."""

    def __init__(self, place: QgsRectangle) -> None:
        latitude = min(89.9, abs(place.center().y()))
        self.east = _M_PER_DEGREE * math.cos(math.radians(latitude))
        self._x, self._y = place.center().x(), place.center().y()

    def metres(self, geometry: QgsGeometry) -> QgsGeometry:
        """Return the geometry in metres, counted from the place."""
        moved = QgsGeometry(geometry)
        moved.translate(-self._x, -self._y)
        moved.transform(QTransform.fromScale(self.east, _M_PER_DEGREE))
        return moved

    def degrees(self, geometry: QgsGeometry) -> QgsGeometry:
        """Return the geometry in degrees."""
        moved = QgsGeometry(geometry)
        moved.transform(QTransform.fromScale(1 / self.east, 1 / _M_PER_DEGREE))
        moved.translate(self._x, self._y)
        return moved

    def around(self, box: QgsRectangle, metres: float) -> QgsRectangle:
        """Return a box in degrees that reaches so many metres further than `box`."""
        x, y = metres / self.east, metres / _M_PER_DEGREE
        return QgsRectangle(box.xMinimum() - x, box.yMinimum() - y, box.xMaximum() + x, box.yMaximum() + y)
