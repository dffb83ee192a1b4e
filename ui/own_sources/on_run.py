"""One's own sources on the Run page: a tile is tried under its area, and the preview goes to its map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import QgsCoordinateTransform, QgsCsException, QgsPointXY, QgsProject, QgsRectangle
from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QWidget

from ...api.own_sources.kept import KeptSources
from ...layers.areas.measure import wgs84
from .chooser import OwnSources
from .previews import SourcePreviews
from .readiness import Place

if TYPE_CHECKING:
    from qgis.gui import QgsMapCanvas

    from ...api.own_sources.source import OwnSource
    from ...layers.areas.area import Area

_TOWARDS_CORNERS = ((0.2, 0.2), (0.8, 0.8), (0.2, 0.8), (0.8, 0.2))  # shares of the width and the height


class SourcesOnRun(QObject):
    """Connects `chooser` with the area, which `area` returns, and with the map."""

    notice = pyqtSignal(object)  # Notice

    def __init__(self, canvas: QgsMapCanvas, area: Callable[[], Optional[Area]], form: QWidget) -> None:
        super().__init__(form)
        self._canvas = canvas
        self._area = area
        self._inside: tuple[Optional[Area], tuple[Place, ...]] = (None, ())
        self.kept = KeptSources(self)
        self.chooser = OwnSources(self.kept, self._spot, form)
        self._previews = SourcePreviews(canvas, self)
        self._previews.notice.connect(self.notice)
        self.chooser.preview_wanted.connect(self._preview)

    def follow_area(self) -> None:
        """The area is another one."""
        self.chooser.look_again()

    def close(self) -> None:
        """Close dialogs, and wait for no answer any more."""
        self.chooser.close_dialogs()
        self._previews.close()

    def _preview(self, source: OwnSource, zoom: int) -> None:
        area = self._area()
        ground = None if area is None or not area.parts else QgsRectangle(area.geometry.boundingBox())
        self._previews.show(source, zoom, ground)

    def _spot(self) -> tuple[tuple[Place, ...], bool]:
        """Places in the area; without one the middle of the map."""
        area = self._area()
        if area is not None and area.parts:
            if area is not self._inside[0]:
                self._inside = (area, _places_in(area))
            return self._inside[1], bool(self._inside[1])
        middle = _middle_of(self._canvas)
        return () if middle is None else (middle,), False


def _places_in(area: Area) -> tuple[Place, ...]:
    """The centre of the area, or a place in its midst where the centre lies outside, and some towards its corners."""
    centre = area.geometry.centroid()
    if not area.geometry.contains(centre):
        centre = area.geometry.pointOnSurface()
    if centre.isNull() or centre.isEmpty():
        return ()
    box = area.geometry.boundingBox()
    corners = (
        QgsPointXY(box.xMinimum() + x * box.width(), box.yMinimum() + y * box.height())
        for x, y in _TOWARDS_CORNERS
    )
    inside = (corner for corner in corners if area.geometry.contains(corner))
    return tuple((point.x(), point.y()) for point in (centre.asPoint(), *inside))


def _middle_of(canvas: QgsMapCanvas) -> Optional[Place]:
    to_degrees = QgsCoordinateTransform(canvas.mapSettings().destinationCrs(), wgs84(), QgsProject.instance())
    if not to_degrees.isValid() or canvas.extent().isEmpty():
        return None
    try:
        point = to_degrees.transform(canvas.extent().center())
    except QgsCsException:
        return None
    is_real = abs(point.x()) <= 180 and abs(point.y()) <= 90
    return (point.x(), point.y()) if is_real else None
