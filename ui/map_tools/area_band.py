"""How the area looks on the map: the one chosen, and the one being drawn."""

from __future__ import annotations

from typing import Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsGeometry,
    QgsProject,
    QgsWkbTypes,
)
from qgis.gui import QgsMapCanvas, QgsRubberBand
from qgis.PyQt.QtCore import QObject, Qt
from qgis.PyQt.QtGui import QColor

# On imagery of any kind a blue line with a pale casing stays readable, and no result has that colour; it does not
# follow the theme, because the map does not either. What lies inside keeps its own colours.
_LINE = QColor(20, 80, 255)
_CASING = QColor(255, 255, 255, 210)
_FILL_ALPHA = 6
_DRAWING_FILL_ALPHA = 36


def style_band(band: QgsRubberBand, drawing: bool = False) -> None:
    """Give `band` the look of an area: dashed, with next to no fill; one still being drawn is filled a little."""
    fill = QColor(_LINE)
    fill.setAlpha(_DRAWING_FILL_ALPHA if drawing else _FILL_ALPHA)
    band.setStrokeColor(_LINE)
    band.setSecondaryStrokeColor(_CASING)
    band.setFillColor(fill)
    band.setWidth(2)
    band.setLineStyle(Qt.PenStyle.SolidLine if drawing else Qt.PenStyle.DashLine)


class AreaBand(QObject):
    """Shows one area, given in EPSG:4326, on a canvas of any CRS, while it is asked to be visible."""

    def __init__(self, canvas: QgsMapCanvas, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._geometry = QgsGeometry()
        self._visible = False
        self._is_open = False
        self._band: Optional[QgsRubberBand] = None

    def set_geometry(self, geometry: Optional[QgsGeometry]) -> None:
        """Show `geometry` (EPSG:4326), or nothing."""
        self._geometry = QgsGeometry() if geometry is None else QgsGeometry(geometry)
        self._draw()

    def set_visible(self, visible: bool) -> None:
        """Whether the band may be seen at all."""
        self._visible = visible
        self._draw()

    def open(self) -> None:
        """Start to follow the canvas."""
        self._is_open = True
        self._canvas.destinationCrsChanged.connect(self._draw)
        self._draw()

    def close(self) -> None:
        """Take the band off the canvas, until opened again."""
        self._is_open = False
        self._canvas.destinationCrsChanged.disconnect(self._draw)
        self._remove()

    def _draw(self) -> None:
        if not self._is_open or not self._visible or self._geometry.isEmpty():
            self._remove()
            return
        if self._band is None:
            self._band = QgsRubberBand(self._canvas, QgsWkbTypes.GeometryType.PolygonGeometry)
            style_band(self._band)
        shown = QgsGeometry(self._geometry)
        transform = QgsCoordinateTransform(
            QgsCoordinateReferenceSystem("EPSG:4326"),
            self._canvas.mapSettings().destinationCrs(),
            QgsProject.instance(),
        )
        try:
            fits = shown.transform(transform) == QgsGeometry.OperationResult.Success
        except QgsCsException:
            fits = False
        if fits:
            self._band.setToGeometry(shown, None)
        else:  # an area outside what the map's CRS can show has no outline in it
            self._remove()

    def _remove(self) -> None:
        if self._band is not None:
            self._canvas.scene().removeItem(self._band)
            self._band = None
