"""What other pages have to do with Run: they hand imagery over to it, and the Search page shares its area."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Callable

from qgis.PyQt.QtCore import QObject, Qt
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import QShortcut, QTabWidget

from ..text.translation import translate

if TYPE_CHECKING:
    from qgis.core import QgsGeometry, QgsMapLayer

    from ..api.imagery_records import Image, Mosaic
    from ..jobs.catalog.search import FoundImage
    from .my_imagery.page import MyImageryPage
    from .run.duplicate.wanted import Duplicated
    from .run.page import RunPage
    from .search.page import SearchPage
    from .widgets.late_page import LatePage

_SEARCH_KEY = "Alt+B"


class RunLinks(QObject):
    """Connects the pages. The area's section stands on Run or on Search, whichever is in front."""

    def __init__(self, tabs: QTabWidget, run: LatePage[RunPage], search: LatePage[SearchPage]) -> None:
        super().__init__(tabs)
        self._tabs = tabs
        self._run = run
        self._search = search
        tabs.currentChanged.connect(self._on_tab)
        # QGIS's menus have all letters of its title but one, and that is the one of Start
        shortcut = QShortcut(QKeySequence(_SEARCH_KEY), tabs.parentWidget())
        key = shortcut.key().toString(QKeySequence.SequenceFormat.NativeText)
        tip = translate("Ui", "Search ({key})").format(key=key)
        tabs.setTabToolTip(tabs.indexOf(search), tip)
        # like the letters of the other titles: wherever the focus is, while the tabs are seen
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
        shortcut.activated.connect(partial(tabs.setCurrentWidget, search))

    def connect_run(self, page: RunPage) -> None:
        """From the Run page one gets to the search."""
        page.found.search_wanted.connect(partial(self._tabs.setCurrentWidget, self._search))

    def use_layer(self, layer: QgsMapLayer, upload: Callable[[Sequence[QgsMapLayer]], None]) -> None:
        """What a layer of the project shows is used on the Run page; a file is offered for `upload`."""
        from .own_sources.layer_use import use_layer

        page = self._run.page
        notice = use_layer(layer, page.imagery, upload)
        if notice is not None:
            page.notice.emit(notice)

    def duplicate(self, wanted: Duplicated) -> None:
        """A processing is to be run once more."""
        self._tabs.setCurrentWidget(self._run)
        self._run.page.filling.fill(wanted)

    def connect_search(self, page: SearchPage) -> None:
        """What is found is used on the Run page."""
        page.use_requested.connect(self._use_found)

    def connect_imagery(self, page: MyImageryPage) -> None:
        """One's own imagery is used on the Run page, and the ground it covers."""
        page.use_requested.connect(self._use_imagery)
        page.area_requested.connect(self._use_ground)

    def _use_imagery(self, mosaic: Mosaic, images: Sequence[Image]) -> None:
        self._tabs.setCurrentWidget(self._run)
        self._run.page.use_imagery(mosaic, images)

    def _use_ground(self, ground: QgsGeometry, mosaic: Mosaic, images: Sequence[Image]) -> None:
        self._tabs.setCurrentWidget(self._run)
        self._run.page.use_ground(ground, mosaic, images)

    def _use_found(self, found: Sequence[FoundImage]) -> None:
        self._tabs.setCurrentWidget(self._run)
        self._run.page.imagery.use_found(found)

    def _on_tab(self, _index: int) -> None:
        shown = self._tabs.currentWidget()
        if shown is self._search:
            self._run.page.show_area()
            self._search.page.take_area()
        elif shown is self._run and self._search.made is not None:
            self._run.page.take_area()
