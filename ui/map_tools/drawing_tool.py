"""What the polygon and the rectangle tool share: rubber band, snapping, live area, keys."""

from __future__ import annotations

from typing import Optional

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsDistanceArea,
    QgsGeometry,
    QgsPointLocator,
    QgsPointXY,
    QgsProject,
    QgsWkbTypes,
)
from qgis.gui import QgsMapCanvas, QgsMapMouseEvent, QgsMapTool, QgsRubberBand, QgsSnapIndicator
from qgis.PyQt.QtCore import QEvent, QObject, QPoint, Qt, pyqtSignal
from qgis.PyQt.QtGui import QKeyEvent

from ...text.quantities import area_text
from ...text.translation import translate
from .area_band import style_band
from .pointer_tip import PointerTip

_FINISH_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_BACK_KEYS = (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)
_KEYS = (*_FINISH_KEYS, *_BACK_KEYS, Qt.Key.Key_Escape)
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
_MIN_CORNERS = 3


class DrawingTool(QgsMapTool):
    """One area drawn corner by corner, in whatever CRS the canvas has at the time.

    The corners are kept in `self._crs`, the canvas CRS they were set in, and move along when that changes.
    A subclass places corners and says how the outline runs through them.
    """

    drawn = pyqtSignal(object, object)  # QgsGeometry (polygon, as drawn), QgsCoordinateReferenceSystem
    cancelled = pyqtSignal(str)  # why, as a sentence; "" when the user asked for it
    hinted = pyqtSignal(str)  # what to do next; "" when there is nothing any more

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._crs = QgsCoordinateReferenceSystem()
        self._corners: list[QgsPointXY] = []
        self._pointer: Optional[QgsPointXY] = None
        self._band: Optional[QgsRubberBand] = None
        self._snap: Optional[QgsSnapIndicator] = None
        self._tip: Optional[PointerTip] = None
        self.setCursor(QgsApplication.getThemeCursor(QgsApplication.Cursor.CapturePoint))

    # What a subclass fills in.

    def outline(self, with_pointer: bool) -> list[QgsPointXY]:
        """The corners of the area as it stands; `with_pointer` adds the corner still under the pointer."""
        raise NotImplementedError

    def hint(self) -> str:
        """What to do next, in the few words there is room for in the status bar."""
        raise NotImplementedError

    def keys(self) -> str:
        """What clicks and keys do, all of it."""
        raise NotImplementedError

    # QgsMapTool

    def activate(self) -> None:
        """Called by the canvas when the tool becomes the current one."""
        super().activate()
        self._crs = self._canvas.mapSettings().destinationCrs()
        self._band = QgsRubberBand(self._canvas, QgsWkbTypes.GeometryType.PolygonGeometry)
        style_band(self._band, drawing=True)
        self._snap = QgsSnapIndicator(self._canvas)
        self._tip = PointerTip(self._canvas)
        self._canvas.destinationCrsChanged.connect(self._follow_crs)
        self._canvas.installEventFilter(self)
        self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        self._tell()

    def deactivate(self) -> None:
        """Called by the canvas when another tool takes over; nothing of the drawing stays behind."""
        if self._band is not None:
            self._canvas.removeEventFilter(self)
            self._canvas.destinationCrsChanged.disconnect(self._follow_crs)
            self._canvas.scene().removeItem(self._band)
        if self._snap is not None:
            self._snap.setMatch(QgsPointLocator.Match())
        if self._tip is not None:
            self._tip.hide()
            self._tip.deleteLater()
        self._band, self._snap, self._tip = None, None, None
        self._corners, self._pointer = [], None
        self.hinted.emit("")
        super().deactivate()

    def canvasMoveEvent(self, event: QgsMapMouseEvent) -> None:  # noqa: N802 - the name QGIS calls
        """The outline follows the pointer."""
        self._pointer = self._snapped(event)
        self.redraw(event.pixelPoint())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - the name QGIS calls
        """Enter ends, Backspace and Delete take the last corner back, Esc cancels.

        A key event left accepted means to QGIS that the tool did nothing with it: at Backspace and Delete it would
        go on to delete the features selected in the current layer. So ours are all ignored, as QGIS's own tools do.
        """
        key = event.key()
        event.ignore()
        if key not in _KEYS:
            return
        if event.isAutoRepeat() and key not in _BACK_KEYS:
            return
        if key in _FINISH_KEYS:
            self.finish()
        elif key in _BACK_KEYS:
            self.remove_last_corner()
        else:
            self.cancelled.emit("")

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - the name Qt calls
        """Claim our keys before QGIS's own shortcuts (Delete is one) get them."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            is_ours = event.key() in _KEYS and event.modifiers() in _PLAIN  # type: ignore[comparison-overlap]
            event.setAccepted(is_ours or event.isAccepted())
        return False

    # The drawing

    def add_corner(self, point: QgsPointXY) -> None:
        """Place a corner, unless it lies on the one before."""
        if not self._corners or self._corners[-1] != point:
            self._corners.append(point)

    def remove_last_corner(self) -> None:
        """Take back the corner placed last."""
        if self._corners:
            self._corners.pop()
            self.redraw()

    def finish(self) -> None:
        """Hand over what was drawn; with too few corners say what is missing instead."""
        ring = self.outline(with_pointer=False)
        if len(set(ring)) < _MIN_CORNERS:
            self._tell()
            return
        geometry, crs = QgsGeometry.fromPolygonXY([[*ring, ring[0]]]), self._crs
        self.drawn.emit(geometry, crs)

    def redraw(self, pixel: Optional[QPoint] = None) -> None:
        """Show the outline as it stands and its area, near the pointer at `pixel`."""
        if self._band is None:
            return
        ring = self.outline(with_pointer=True)
        self._band.reset(QgsWkbTypes.GeometryType.PolygonGeometry)
        for corner in ring:
            self._band.addPoint(corner, False)
        self._band.updatePosition()
        self._band.update()
        self._band.setVisible(bool(ring))
        self._tell(ring, pixel)

    def _snapped(self, event: QgsMapMouseEvent) -> QgsPointXY:
        point = QgsPointXY(event.snapPoint())
        if self._snap is not None:
            self._snap.setMatch(event.mapPointMatch())
        return point

    def _tell(self, ring: Optional[list[QgsPointXY]] = None, pixel: Optional[QPoint] = None) -> None:
        area = self._area_text(ring or [])
        self.hinted.emit(self.hint())  # without the area: the status bar is short in a narrow window
        if self._tip is None:
            return
        if area and pixel is not None:
            self._tip.show_text(area, pixel)
        elif not area:
            self._tip.hide()

    def _area_text(self, ring: list[QgsPointXY]) -> str:
        """The area inside `ring` on the WGS 84 ellipsoid, in the user's words; "" when it has none yet."""
        if len(set(ring)) < _MIN_CORNERS or not self._crs.isValid():
            return ""
        measure = QgsDistanceArea()
        measure.setSourceCrs(self._crs, QgsProject.instance().transformContext())
        if not measure.setEllipsoid("EPSG:7030"):
            return ""
        try:
            return area_text(measure.measureArea(QgsGeometry.fromPolygonXY([ring])))
        except QgsCsException:
            return ""

    def _follow_crs(self) -> None:
        """Carry the corners over into the canvas's new CRS."""
        new = self._canvas.mapSettings().destinationCrs()
        transform = QgsCoordinateTransform(self._crs, new, QgsProject.instance())
        try:
            corners = (
                [transform.transform(corner) for corner in self._corners] if transform.isValid() else None
            )
        except QgsCsException:
            corners = None
        if corners is None:  # or one system's numbers would be taken for those of the other
            self.cancelled.emit(
                translate(
                    "MapTools", "What was drawn does not fit the map's new coordinate reference system."
                )
            )
            return
        self._corners, self._crs, self._pointer = corners, new, None
        self.redraw()
