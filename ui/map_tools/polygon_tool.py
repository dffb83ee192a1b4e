"""Draw a polygon on the canvas, click by click."""

from __future__ import annotations

from qgis.core import QgsPointXY
from qgis.gui import QgsMapMouseEvent
from qgis.PyQt.QtCore import Qt

from ...text.translation import translate
from .drawing_tool import DrawingTool


class PolygonTool(DrawingTool):
    """A click places a corner; right-click, double-click or Enter ends."""

    _ending = False

    def outline(self, with_pointer: bool) -> list[QgsPointXY]:
        """The corners in the order they were placed."""
        pointer = [self._pointer] if with_pointer and self._corners and self._pointer is not None else []
        return [*self._corners, *pointer]

    def hint(self) -> str:
        """What to do next, in the few words there is room for in the status bar."""
        return (
            translate("MapTools", "Click the corners")
            if len(self._corners) < 3
            else translate("MapTools", "Right-click to finish")
        )

    def keys(self) -> str:
        """What clicks and keys do, all of it."""
        return translate(
            "MapTools", "Click to add corners; right-click or Enter ends, Backspace removes one, Esc cancels."
        )

    def canvasDoubleClickEvent(self, event: QgsMapMouseEvent) -> None:  # noqa: N802 - the name QGIS calls
        """End with the release that follows: the tool that comes back must not get it."""
        self._ending = event.button() == Qt.MouseButton.LeftButton

    def canvasReleaseEvent(self, event: QgsMapMouseEvent) -> None:  # noqa: N802 - the name QGIS calls
        """Place a corner, or end."""
        ending, self._ending = self._ending, False
        if event.button() == Qt.MouseButton.RightButton:
            if self._corners:
                self.finish()
            else:
                self.cancelled.emit("")
        elif event.button() == Qt.MouseButton.LeftButton and ending:
            self.finish()
        elif event.button() == Qt.MouseButton.LeftButton:
            self._pointer = self._snapped(event)
            self.add_corner(self._pointer)
            self.redraw(event.pixelPoint())
