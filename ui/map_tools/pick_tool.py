"""Points at things on the map with clicks, and leaves the map as it is."""

from __future__ import annotations

from qgis.core import QgsPointXY
from qgis.gui import QgsMapCanvas, QgsMapMouseEvent, QgsMapTool
from qgis.PyQt.QtCore import Qt, pyqtSignal


class PickTool(QgsMapTool):
    """Tells where the user clicked; `is_added` with Ctrl held down: to what is chosen already."""

    picked = pyqtSignal(QgsPointXY, bool)  # in the map's system, is_added

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def canvasReleaseEvent(self, event: QgsMapMouseEvent) -> None:  # noqa: N802 - the name QGIS calls
        """QGIS: a click ended."""
        if event.button() == Qt.MouseButton.LeftButton:
            is_added = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self.picked.emit(event.mapPoint(), is_added)
