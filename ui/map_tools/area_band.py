"""How the area looks on the map: the one chosen, and the one being drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsWkbTypes,
)
from qgis.gui import QgsMapCanvas, QgsRubberBand
from qgis.PyQt.QtCore import QObject, Qt
from qgis.PyQt.QtGui import QColor

from ...layers.areas.systems import leads_nowhere

# On imagery of any kind a blue line with a pale casing stays readable, and no result has that colour; it does not
# follow the theme, because the map does not either. What lies inside keeps its own colours.
_LINE = QColor(20, 80, 255)
_CASING = QColor(255, 255, 255, 210)
_BROKEN = QColor(215, 25, 28)
_MARK_SIZE = 12  # pixels
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
    """Shows one area, given in EPSG:4326, on a canvas of any CRS, while it is asked to be visible.

    Where its outline is broken stands a mark; how it was before it was repaired is a dotted line.
    """

    def __init__(self, canvas: QgsMapCanvas, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._geometry = QgsGeometry()
        self._visible = False
        self._is_open = False
        self._former = QgsGeometry()
        self._places = QgsGeometry()
        self._bands: list[QgsRubberBand] = []

    def set_geometry(
        self,
        geometry: Optional[QgsGeometry],
        former: Optional[QgsGeometry] = None,
        places: Sequence[tuple[float, float]] = (),
    ) -> None:
        """Show `geometry` (EPSG:4326), or nothing; how it was before, and the `places` where it is broken."""
        self._geometry = QgsGeometry() if geometry is None else QgsGeometry(geometry)
        self._former = QgsGeometry() if former is None else QgsGeometry(former)
        self._places = QgsGeometry.fromMultiPointXY([QgsPointXY(*place) for place in places])
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
        self._remove()
        if not self._is_open or not self._visible:
            return
        kinds = QgsWkbTypes.GeometryType
        for geometry, kind, style in (
            (self._geometry, kinds.PolygonGeometry, style_band),
            (self._former, kinds.PolygonGeometry, _style_former),
            (self._places, kinds.PointGeometry, _style_mark),
        ):
            shown = self._on_map(geometry)
            if shown is not None:
                band = QgsRubberBand(self._canvas, kind)
                style(band)
                band.setToGeometry(shown, None)
                self._bands.append(band)

    def _on_map(self, geometry: QgsGeometry) -> Optional[QgsGeometry]:
        """Return `geometry` in the map's CRS; None where there is nothing, or the CRS cannot show it."""
        if geometry.isEmpty():
            return None
        shown = QgsGeometry(geometry)
        transform = QgsCoordinateTransform(
            QgsCoordinateReferenceSystem("EPSG:4326"),
            self._canvas.mapSettings().destinationCrs(),
            QgsProject.instance(),
        )
        if leads_nowhere(transform):
            return None
        try:
            fits = shown.transform(transform) == QgsGeometry.OperationResult.Success
        except QgsCsException:
            return None
        return shown if fits else None

    def _remove(self) -> None:
        for band in self._bands:
            self._canvas.scene().removeItem(band)
        self._bands = []


def _style_former(band: QgsRubberBand) -> None:
    band.setStrokeColor(_BROKEN)
    band.setFillColor(QColor(0, 0, 0, 0))
    band.setWidth(1)
    band.setLineStyle(Qt.PenStyle.DotLine)


def _style_mark(band: QgsRubberBand) -> None:
    band.setColor(_BROKEN)
    band.setSecondaryStrokeColor(_CASING)
    band.setIcon(QgsRubberBand.IconType.ICON_X)
    band.setIconSize(_MARK_SIZE)
    band.setWidth(3)
