"""Footprints of the found images on the map: all of them, those that are chosen, and the one under the pointer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Optional

from qgis.core import (
    QgsCoordinateTransform,
    QgsCsException,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsSpatialIndex,
    QgsWkbTypes,
)
from qgis.gui import QgsMapCanvas, QgsRubberBand
from qgis.PyQt.QtCore import QObject, Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor

from ....jobs.catalog.search import FoundImage, Key
from ....layers.areas.measure import wgs84
from .outlines_item import OutlinesOnMap

# they lie over imagery of any kind; the area's blue and the results' colours are taken
_CHOSEN = QColor(255, 170, 0)
_HOVERED = QColor(255, 230, 60)
_MISSING = QColor(215, 25, 28)
_CASING = QColor(0, 0, 0, 180)
_MOST_IN_BAND = 200  # a rubber band of thousands would take half a second for each of its paintings


class FootprintsOnMap(QObject):
    """Draws over the canvas while it is open, and tells which footprint the pointer is over."""

    hovered = pyqtSignal(object)  # Key of the first of those under the pointer, or None

    def __init__(self, canvas: QgsMapCanvas, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._outlines = OutlinesOnMap(canvas, self)
        # in place of the band of what is chosen
        self._many = OutlinesOnMap(canvas, self, _CHOSEN.name(), 0.5)
        self._has_many = False
        self._found: dict[Key, FoundImage] = {}
        self._places: dict[Key, int] = {}  # of all that came, whether it is shown or not: the id in the index
        self._keys: list[Key] = []  # by that id
        self._index = QgsSpatialIndex()
        self._chosen: tuple[Key, ...] = ()
        self._hovered: Optional[Key] = None
        self._uncovered = QgsGeometry()
        self._bands: list[QgsRubberBand] = []  # chosen, hovered, what is not covered

    def open(self) -> None:
        """Draw, and follow the pointer; twice is as good as once."""
        if self._bands:
            return
        self._outlines.open()
        self._many.open()
        self._bands = [
            _band(self._canvas, *style) for style in ((_CHOSEN, 2, 16), (_HOVERED, 3, 40), (_MISSING, 1, 200))
        ]
        self._bands[2].setBrushStyle(Qt.BrushStyle.BDiagPattern)
        self._canvas.xyCoordinates.connect(self._on_pointer)
        self._canvas.destinationCrsChanged.connect(self._draw_lit)
        self._draw_lit()

    def close(self) -> None:
        """Take everything off the map, until opened again."""
        if not self._bands:
            return
        self._canvas.xyCoordinates.disconnect(self._on_pointer)
        self._canvas.destinationCrsChanged.disconnect(self._draw_lit)
        bands, self._bands = self._bands, []
        for band in bands:
            self._canvas.scene().removeItem(band)
        self._outlines.close()
        self._many.close()

    def clear(self) -> None:
        """Forget all that came."""
        self._places = {}
        self._keys = []
        self._index = QgsSpatialIndex()
        self.set_found(())

    def set_found(self, found: Sequence[FoundImage]) -> None:
        """Of what came, show these and no others."""
        self._found = {}
        self._hovered = None
        self._uncovered = QgsGeometry()
        self._remember(found)
        self._chosen = tuple(key for key in self._chosen if key in self._found)
        self._outlines.set_grounds(each.ground for each in found if not each.ground.isEmpty())
        self._draw_lit()

    def add(self, found: Sequence[FoundImage]) -> None:
        """These came, too, and are shown."""
        self._remember(found)
        self._outlines.add(each.ground for each in found if not each.ground.isEmpty())

    def choose(self, keys: Iterable[Key]) -> None:
        """Light these."""
        chosen = tuple(keys)
        if chosen != self._chosen:
            self._chosen = chosen
            self._draw_chosen()

    def hover(self, key: Optional[Key]) -> None:
        """Light this one as the one under the pointer; None lights none."""
        if key != self._hovered:
            self._hovered = key
            self._draw(1, () if key is None else (key,))

    def show_uncovered(self, ground: QgsGeometry) -> None:
        """Hatch what of the area no chosen image covers (EPSG:4326); nothing for an empty geometry."""
        self._uncovered = QgsGeometry(ground)
        self._draw_grounds(2, [self._uncovered])

    def at(self, point: QgsPointXY) -> list[Key]:
        """The images at a place of the map, in their order."""
        try:
            here = self._transform(to_map=False).transform(point)
        except QgsCsException:
            return []
        spot = QgsGeometry.fromPointXY(here)
        hits = sorted(self._index.intersects(QgsRectangle(here, here)))
        keys = (self._keys[hit] for hit in hits)
        return [key for key in keys if key in self._found and self._found[key].ground.contains(spot)]

    # inside

    def _remember(self, found: Sequence[FoundImage]) -> None:
        for each in found:
            key = each.key
            self._found[key] = each
            if key not in self._places and not each.ground.isEmpty():
                place = self._places[key] = len(self._keys)
                self._keys.append(key)
                self._index.addFeature(place, each.ground.boundingBox())

    def _on_pointer(self, point: QgsPointXY) -> None:
        under = self.at(point)
        key = under[0] if under else None
        if key != self._hovered:
            self.hover(key)
            self.hovered.emit(key)

    def _draw_chosen(self) -> None:
        has_many = len(self._chosen) > _MOST_IN_BAND
        self._draw(0, () if has_many else self._chosen)
        if has_many or self._has_many:
            grounds = (self._found[key].ground for key in self._chosen if has_many and key in self._found)
            self._many.set_grounds(ground for ground in grounds if not ground.isEmpty())
        self._has_many = has_many

    def _draw_lit(self) -> None:
        self._draw_chosen()
        self._draw(1, () if self._hovered is None else (self._hovered,))
        self._draw_grounds(2, [self._uncovered])

    def _draw(self, place: int, keys: Iterable[Key]) -> None:
        self._draw_grounds(place, [self._found[key].ground for key in keys if key in self._found])

    def _draw_grounds(self, place: int, wanted: Sequence[QgsGeometry]) -> None:
        if not self._bands:
            return
        band = self._bands[place]
        band.reset(QgsWkbTypes.GeometryType.PolygonGeometry)
        grounds = [ground for ground in wanted if not ground.isEmpty()]
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


def _band(canvas: QgsMapCanvas, colour: QColor, width: int, alpha: int) -> QgsRubberBand:
    band = QgsRubberBand(canvas, QgsWkbTypes.GeometryType.PolygonGeometry)
    fill = QColor(colour)
    fill.setAlpha(alpha)
    band.setStrokeColor(colour)
    band.setSecondaryStrokeColor(_CASING)
    band.setFillColor(fill)
    band.setWidth(width)
    return band
