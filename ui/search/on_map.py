"""Footprints of the found images on the map: all of them, those that are chosen, and the one under the pointer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Optional

from qgis.core import (
    QgsCoordinateTransform,
    QgsCsException,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsSpatialIndex,
    QgsWkbTypes,
)
from qgis.gui import QgsMapCanvas, QgsRubberBand
from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtGui import QColor

from ...jobs.catalog.search import FoundImage
from ...layers.areas.measure import wgs84
from .model import Key

# They lie over imagery of any kind; the area's blue and the results' colours are taken.
_LINE = QColor(255, 255, 255, 120)
_UNDER = QColor(40, 40, 40, 90)
_CHOSEN = QColor(255, 170, 0)
_HOVERED = QColor(255, 230, 60)
_CASING = QColor(0, 0, 0, 180)


class FootprintsOnMap(QObject):
    """Draws over the canvas while it is open, and tells which footprint the pointer is over."""

    hovered = pyqtSignal(object)  # Key of the first of those under the pointer, or None

    def __init__(self, canvas: QgsMapCanvas, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._found: dict[Key, FoundImage] = {}
        self._order: list[Key] = []  # by the id in the index
        self._index = QgsSpatialIndex()
        self._chosen: tuple[Key, ...] = ()
        self._hovered: Optional[Key] = None
        self._bands: list[QgsRubberBand] = []  # all, chosen, hovered

    @property
    def is_open(self) -> bool:
        """Whether it draws."""
        return bool(self._bands)

    def open(self) -> None:
        """Draw, and follow the pointer; twice is as good as once."""
        if self._bands:
            return
        self._bands = [
            QgsRubberBand(self._canvas, QgsWkbTypes.GeometryType.PolygonGeometry) for _band in range(3)
        ]
        for band, colour, casing, width, alpha in zip(
            self._bands, (_LINE, _CHOSEN, _HOVERED), (_UNDER, _CASING, _CASING), (1, 2, 3), (0, 16, 40)
        ):
            fill = QColor(colour)
            fill.setAlpha(alpha)
            band.setStrokeColor(colour)
            band.setSecondaryStrokeColor(casing)
            band.setFillColor(fill)
            band.setWidth(width)
        self._canvas.xyCoordinates.connect(self._on_pointer)
        self._canvas.destinationCrsChanged.connect(self._draw_all)
        self._draw_all()

    def close(self) -> None:
        """Take everything off the map, until opened again."""
        if not self._bands:
            return
        self._canvas.xyCoordinates.disconnect(self._on_pointer)
        self._canvas.destinationCrsChanged.disconnect(self._draw_all)
        bands, self._bands = self._bands, []
        for band in bands:
            self._canvas.scene().removeItem(band)

    def set_found(self, found: Sequence[FoundImage]) -> None:
        """These are the found images, and no others."""
        self._found = {}
        self._order = []
        self._index = QgsSpatialIndex()
        self._hovered = None
        self._chosen = tuple(key for key in self._chosen if any(each.key == key for each in found))
        self._remember(found)
        self._draw_all()

    def add(self, found: Sequence[FoundImage]) -> None:
        """These were found, too."""
        self._remember(found)
        if self._bands:
            self._put(self._bands[0], found)

    def choose(self, keys: Iterable[Key]) -> None:
        """Light these."""
        self._chosen = tuple(keys)
        self._draw(1, self._chosen)

    def hover(self, key: Optional[Key]) -> None:
        """Light this one as the one under the pointer; None lights none."""
        if key != self._hovered:
            self._hovered = key
            self._draw(2, () if key is None else (key,))

    def at(self, point: QgsPointXY) -> list[Key]:
        """The images at a place of the map, in their order."""
        try:
            here = self._transform(to_map=False).transform(point)
        except QgsCsException:
            return []
        spot = QgsGeometry.fromPointXY(here)
        hits = sorted(self._index.intersects(QgsRectangle(here, here)))
        return [key for key in map(self._order.__getitem__, hits) if self._found[key].ground.contains(spot)]

    # inside

    def _remember(self, found: Sequence[FoundImage]) -> None:
        for each in found:
            self._found[each.key] = each
            if not each.ground.isEmpty():
                row = QgsFeature(len(self._order))
                row.setGeometry(each.ground)
                self._index.addFeature(row)
                self._order.append(each.key)

    def _on_pointer(self, point: QgsPointXY) -> None:
        under = self.at(point)
        key = under[0] if under else None
        if key != self._hovered:
            self.hover(key)
            self.hovered.emit(key)

    def _draw_all(self) -> None:
        if not self._bands:
            return
        self._bands[0].reset(QgsWkbTypes.GeometryType.PolygonGeometry)
        self._put(self._bands[0], tuple(self._found.values()))
        self._draw(1, self._chosen)
        self._draw(2, () if self._hovered is None else (self._hovered,))

    def _draw(self, place: int, keys: Iterable[Key]) -> None:
        if self._bands:
            self._bands[place].reset(QgsWkbTypes.GeometryType.PolygonGeometry)
            self._put(self._bands[place], [self._found[key] for key in keys if key in self._found])

    def _put(self, band: QgsRubberBand, found: Sequence[FoundImage]) -> None:
        grounds = [each.ground for each in found if not each.ground.isEmpty()]
        if not grounds:
            return
        whole = QgsGeometry.collectGeometry(grounds)
        try:
            whole.transform(self._transform(to_map=True))
        except QgsCsException:
            return
        band.addGeometry(whole, None)

    def _transform(self, to_map: bool) -> QgsCoordinateTransform:
        of_map = self._canvas.mapSettings().destinationCrs()
        ends = (wgs84(), of_map) if to_map else (of_map, wgs84())
        return QgsCoordinateTransform(*ends, QgsProject.instance())
