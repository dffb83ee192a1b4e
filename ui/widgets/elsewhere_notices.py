"""Says what happened while the user worked elsewhere: in the dock while its page is in view, else over the map."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import Qgis
from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QWidget

from ...text.translation import translate
from .notice import Notice, show_notice

if TYPE_CHECKING:
    from qgis.gui import QgisInterface, QgsMessageBar, QgsMessageBarItem

MOST_AT_ONCE = 5  # a night's batch must not bury the map under messages


class ElsewhereNotices(QObject):
    """Tells each notice in one of the two places; `close` takes back what still stands over the map."""

    notice = pyqtSignal(object)  # Notice for the dock's own bar

    def __init__(
        self, iface: QgisInterface, is_in_view: Callable[[], bool], parent: Optional[QObject] = None
    ) -> None:
        super().__init__(parent)
        self._iface = iface
        self.is_in_view = is_in_view
        self._bar: Optional[QgsMessageBar] = None
        self._items: list[tuple[str, QgsMessageBarItem]] = []

    def tell(self, notice: Notice) -> None:
        """Say it where the user can see it; what went well the page itself shows while it is in view."""
        if self.is_in_view():
            if notice.level != Qgis.MessageLevel.Success:
                self.notice.emit(notice)
            return
        bar = self._main_bar()
        while len(self._items) >= MOST_AT_ONCE:
            bar.popWidget(self._items.pop(0)[1])
        owner = self.parent()
        page = owner if isinstance(owner, QWidget) else None
        # over the map nobody knows whose news it is
        said = translate("Widgets", "Mapflow Dock: {news}").format(news=notice.text)
        self._items.append((notice.about, show_notice(bar, replace(notice, text=said), owner=page)))

    def settle(self, about: str) -> None:
        """Take back what stands over the map about `about`; all of it where that is empty."""
        for told, item in list(self._items):
            if self._bar is not None and about in ("", told):
                self._bar.popWidget(item)

    def close(self) -> None:
        """Take back what still stands in the main window's message bar."""
        items, self._items = self._items, []
        if self._bar is not None:
            self._bar.widgetRemoved.disconnect(self._forget)
            for _about, item in items:
                self._bar.popWidget(item)
            self._bar = None

    def _main_bar(self) -> QgsMessageBar:
        if self._bar is not None:
            return self._bar
        bar: QgsMessageBar = self._iface.messageBar()
        bar.widgetRemoved.connect(self._forget)
        self._bar = bar
        return bar

    def _forget(self, item: QgsMessageBarItem) -> None:
        self._items = [held for held in self._items if held[1] is not item]
