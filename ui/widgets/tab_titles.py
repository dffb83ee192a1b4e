"""The titles of tabs, in full wherever there is room for them."""

from __future__ import annotations

from qgis.PyQt.QtCore import QSize, Qt
from qgis.PyQt.QtWidgets import QTabBar, QWidget

_SPARE = 4  # pixels; QGIS's dark themes take one from a tab's neighbour, and Qt then ends its title with "…"


class TabTitles(QTabBar):
    """A tab bar whose tabs are a little wider than their titles; one that has no room ends with "…"."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setElideMode(Qt.TextElideMode.ElideRight)
        self.setUsesScrollButtons(False)

    def tabSizeHint(self, index: int) -> QSize:  # noqa: N802 - Qt's name
        """Qt: how large a tab wants to be."""
        return super().tabSizeHint(index) + QSize(_SPARE, 0)
