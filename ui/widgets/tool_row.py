"""A row of tool buttons that loses its words, not its letters, where it gets narrow."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.PyQt.QtCore import QEvent, QObject, Qt
from qgis.PyQt.QtWidgets import QToolButton, QWidget

_BETWEEN = 6  # logical pixels between two buttons


class ToolRow(QObject):
    """Shows icons alone while the texts of all `buttons` have no room in `around`, the widget whose row they are."""

    def __init__(self, buttons: Sequence[QToolButton], around: QWidget) -> None:
        super().__init__(around)
        self._buttons = tuple(buttons)
        self._around = around
        for button in self._buttons:
            button.setAccessibleName(button.accessibleName() or button.text().replace("&", ""))
        around.installEventFilter(self)
        self._fit()

    def eventFilter(self, _around: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Qt: there is another width, font or style."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()
        return False

    def _fit(self) -> None:
        shown = [button for button in self._buttons if not button.isHidden()]
        for style in (Qt.ToolButtonStyle.ToolButtonTextBesideIcon, Qt.ToolButtonStyle.ToolButtonIconOnly):
            for button in self._buttons:
                button.setToolButtonStyle(style)
            widths = [button.sizeHint().width() for button in shown]
            # a layout may share the room out evenly: the widest has to fit its share
            if max(widths, default=0) * len(shown) + _BETWEEN * (len(shown) - 1) <= self._room():
                break

    def _room(self) -> int:
        margins = self._around.contentsMargins()
        layout = self._around.layout()
        inner = layout.contentsMargins() if layout is not None else margins
        return self._around.width() - inner.left() - inner.right()
