"""Draw a rectangle on the canvas, by two clicks or by dragging."""

from __future__ import annotations

from typing import Optional

from qgis.core import QgsPointXY
from qgis.gui import QgsMapMouseEvent
from qgis.PyQt.QtCore import QPoint, QPointF, Qt
from qgis.PyQt.QtWidgets import QApplication

from ...text.translation import translate
from .drawing_tool import DrawingTool


class RectangleTool(DrawingTool):
    """Sides run along the canvas, also when the map is rotated.

    Press, drag and release draws it in one go; a click sets the first corner, the next click the opposite one.
    """

    _pressed_at: Optional[QPoint] = None

    def outline(self, with_pointer: bool) -> list[QgsPointXY]:  # noqa: ARG002 - its last corner is the pointer
        """The four corners, in order; empty until there is a first one and a pointer."""
        if not self._corners or self._pointer is None:
            return []
        first, last = self._corners[0], self._pointer
        to_pixels = self._canvas.getCoordinateTransform().transform()
        to_map, invertible = to_pixels.inverted()
        if self._canvas.rotation() == 0 or not invertible:
            return [first, QgsPointXY(last.x(), first.y()), last, QgsPointXY(first.x(), last.y())]
        a, c = to_pixels.map(first.toQPointF()), to_pixels.map(last.toQPointF())
        sides = (to_map.map(QPointF(c.x(), a.y())), to_map.map(QPointF(a.x(), c.y())))
        return [first, QgsPointXY(sides[0]), last, QgsPointXY(sides[1])]

    def hint(self) -> str:
        """What to do next, in the few words there is room for in the status bar."""
        return (
            translate("MapTools", "Click the opposite corner")
            if self._corners
            else translate("MapTools", "Drag a rectangle")
        )

    def keys(self) -> str:
        """What clicks and keys do, all of it."""
        return translate(
            "MapTools",
            "Drag a rectangle, or click two opposite corners; Backspace removes the first one, Esc cancels.",
        )

    def deactivate(self) -> None:
        """Called by the canvas when another tool takes over."""
        self._pressed_at = None
        super().deactivate()

    def canvasPressEvent(self, event: QgsMapMouseEvent) -> None:  # noqa: N802 - the name QGIS calls
        """The first corner lies where the button goes down."""
        if event.button() != Qt.MouseButton.LeftButton or self._corners:
            return
        self._pressed_at = event.pixelPoint()
        self._pointer = self._snapped(event)
        self.add_corner(self._pointer)

    def canvasReleaseEvent(self, event: QgsMapMouseEvent) -> None:  # noqa: N802 - the name QGIS calls
        """The opposite corner lies where the button comes up after a drag, or after the second click."""
        if event.button() == Qt.MouseButton.RightButton:
            if self._corners:
                self.finish()
            else:
                self.cancelled.emit("")
            return
        if event.button() != Qt.MouseButton.LeftButton or not self._corners:
            return
        pressed_at, self._pressed_at = self._pressed_at, None
        if pressed_at is not None:
            dragged = (event.pixelPoint() - pressed_at).manhattanLength()
            if dragged < QApplication.startDragDistance():
                return  # the first of two clicks
        self._pointer = self._snapped(event)
        self.redraw(event.pixelPoint())
        self.finish()
