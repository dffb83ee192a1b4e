"""What the pages Run and Search have in common: the area, and images that are found in one and used in the other."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QTabWidget

if TYPE_CHECKING:
    from ..jobs.catalog.search import FoundImage
    from .run.page import RunPage
    from .search.page import SearchPage
    from .widgets.late_page import LatePage


class RunAndSearch(QObject):
    """The area's section stands on whichever of the two pages is in front."""

    def __init__(self, tabs: QTabWidget, run: LatePage[RunPage], search: LatePage[SearchPage]) -> None:
        super().__init__(tabs)
        self._tabs = tabs
        self._run = run
        self._search = search
        tabs.currentChanged.connect(self._on_tab)

    def connect_run(self, page: RunPage) -> None:
        """From the Run page one gets to the search."""
        page.found.search_wanted.connect(partial(self._tabs.setCurrentWidget, self._search))

    def connect_search(self, page: SearchPage) -> None:
        """What is found is used on the Run page."""
        page.use_requested.connect(self._use)

    def _use(self, found: Sequence[FoundImage]) -> None:
        self._tabs.setCurrentWidget(self._run)
        self._run.page.imagery.use_found(found)

    def _on_tab(self, _index: int) -> None:
        shown = self._tabs.currentWidget()
        if shown is self._search:
            self._run.page.show_area()
            self._search.page.take_area()
        elif shown is self._run and self._search.made is not None:
            self._run.page.take_area()
