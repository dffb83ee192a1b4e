"""A row of tool buttons that loses its words, not its letters, where it gets narrow."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.PyQt.QtCore import QEvent, QObject, Qt
from qgis.PyQt.QtWidgets import QHBoxLayout, QToolButton, QWidget

_BETWEEN = 6  # logical pixels between two buttons that another layout than that of their row places


class ToolRow(QObject):
    """Shows icons alone while the texts of all `buttons` have no room in `around`, the widget whose row they are.

    Where `around` lies beside other widgets, its horizontal size policy is Ignored: the texts take no room from them.
    """

    def __init__(self, buttons: Sequence[QToolButton], around: QWidget) -> None:
        super().__init__(around)
        self._buttons = tuple(buttons)
        self._around = around
        for button in self._buttons:
            name = button.text().replace("&", "")
            button.setAccessibleName(button.accessibleName() or name)
            button.setToolTip(button.toolTip() or name)
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
            # with no room to spare a window cannot get narrower than the texts
            if sum(widths) + self._between() * (len(shown) - 1) < self._room():
                break

    def _between(self) -> int:
        layout = self._around.layout()
        return layout.spacing() if isinstance(layout, QHBoxLayout) else _BETWEEN

    def _room(self) -> int:
        margins = self._around.contentsMargins()
        layout = self._around.layout()
        inner = layout.contentsMargins() if layout is not None else margins
        return self._around.width() - inner.left() - inner.right()
