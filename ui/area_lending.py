"""The area is one for all pages: its section stands on whichever page in front has to do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QTabWidget

if TYPE_CHECKING:
    from .run.page import RunPage
    from .search.page import SearchPage
    from .widgets.late_page import LatePage


class AreaLending(QObject):
    """Moves the section from page to page as tabs are chosen."""

    def __init__(self, tabs: QTabWidget, run: LatePage[RunPage], search: LatePage[SearchPage]) -> None:
        super().__init__(tabs)
        self._tabs = tabs
        self._run = run
        self._search = search
        tabs.currentChanged.connect(self._on_tab)

    def _on_tab(self, _index: int) -> None:
        shown = self._tabs.currentWidget()
        if shown is self._search:
            self._run.page.show_area()
            self._search.page.take_area()
        elif shown is self._run and self._search.made is not None:
            self._run.page.take_area()
