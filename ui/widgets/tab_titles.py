"""The titles of tabs, in full wherever there is room for them."""

from __future__ import annotations

from qgis.PyQt.QtCore import QSize, Qt
from qgis.PyQt.QtWidgets import QTabBar, QWidget

_SPARE = 4  # pixels; QGIS's dark themes take one from a tab's neighbour, and Qt then ends its title with "…"


class TabTitles(QTabBar):
    """A tab bar whose tabs are a little wider than their titles.

    Where there is no room for all, the longest ones end with "…": Qt would take as much from a short one.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setElideMode(Qt.TextElideMode.ElideRight)
        self.setUsesScrollButtons(False)

    def tabSizeHint(self, index: int) -> QSize:  # noqa: N802 - Qt's name
        """Qt: how large a tab wants to be."""
        return super().tabSizeHint(index) + QSize(_SPARE, 0)

    def minimumTabSizeHint(self, index: int) -> QSize:  # noqa: N802 - Qt's name
        """Qt: how small a tab can be; one that is no longer than its share of the bar is left whole."""
        wanted = self.tabSizeHint(index)
        least = super().minimumTabSizeHint(index)
        return QSize(max(min(wanted.width(), self._share()), least.width()), least.height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Qt: how small the bar can be, with each title cut."""
        widths = [super(TabTitles, self).minimumTabSizeHint(index).width() for index in range(self.count())]
        return QSize(sum(widths), super().minimumSizeHint().height())

    def _share(self) -> int:
        """How wide a tab may be at most so that all of them have room."""
        room, share = self.width(), 0
        widths = sorted(self.tabSizeHint(index).width() for index in range(self.count()))
        for done, width in enumerate(widths):
            share = room // (len(widths) - done)
            if width > share:
                break
            room -= width
            share = width
        return share
