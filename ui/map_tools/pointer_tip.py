"""A line of text that follows the pointer over the map canvas."""

from __future__ import annotations

from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtGui import QPalette
from qgis.PyQt.QtWidgets import QLabel, QToolTip

_OFFSET = 16  # pixels from the pointer, so that the vertex being placed stays in sight
_PADDING = 4


class PointerTip(QLabel):
    """Looks like a tool tip, but stays while the pointer moves and never takes the mouse."""

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas.viewport())
        self.setObjectName("drawingTip")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFont(QToolTip.font())
        self.hide()

    def show_text(self, text: str, pointer: QPoint) -> None:
        """Show `text` beside `pointer` (pixels of the canvas), on the side where there is room."""
        self._take_colours()
        self.setText(text)
        self.adjustSize()
        room = self.parentWidget().rect()
        x, y = pointer.x() + _OFFSET, pointer.y() + _OFFSET
        if x + self.width() > room.right():
            x = pointer.x() - _OFFSET - self.width()
        if y + self.height() > room.bottom():
            y = pointer.y() - _OFFSET - self.height()
        self.move(max(x, 0), max(y, 0))
        self.show()
        self.raise_()

    def _take_colours(self) -> None:
        """Those of tool tips now; a palette alone gives way to the style sheet of a QGIS theme."""
        palette = QToolTip.palette()
        ground, ink = (
            palette.color(QPalette.ColorRole.ToolTipBase),
            palette.color(QPalette.ColorRole.ToolTipText),
        )
        self.setStyleSheet(
            f"#drawingTip {{ background-color: {ground.name()}; color: {ink.name()};"
            f" border: 1px solid {ink.name()}; padding: {_PADDING}px; }}"
        )
