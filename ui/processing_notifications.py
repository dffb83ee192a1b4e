"""Says in QGIS when a processing ended while the user worked elsewhere."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import Qgis
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..api.processings import Processing, Status
from ..api.translation import tr
from .notice import Notice, show_notice
from .processing_report import report_text
from .processing_status import reasons, status_word
from .quantities import area_text, credits_text
from .server_text import bounded

if TYPE_CHECKING:
    from qgis.gui import QgisInterface, QgsMessageBar, QgsMessageBarItem

MOST_AT_ONCE = 5  # a night's batch must not bury the map under messages


class ProcessingNotifications(QObject):
    """Tells of ended processings: in the dock while its page is in view, else in the main window's message bar."""

    notice = pyqtSignal(object)  # Notice for the dock's own bar

    def __init__(
        self,
        iface: QgisInterface,
        is_in_view: Callable[[], bool],
        add: Callable[[list[Processing]], None],
        parent: Optional[QObject] = None,
    ) -> None:
        super().__init__(parent)
        self._iface = iface
        self._is_in_view = is_in_view
        self._add = add
        self._bar: Optional[QgsMessageBar] = None
        self._items: list[QgsMessageBarItem] = []

    def tell(self, processing: Processing) -> None:
        """Say how `processing` ended."""
        notice = self._notice(processing)
        if self._is_in_view():
            self.notice.emit(notice)
            return
        bar = self._main_bar()
        while len(self._items) >= MOST_AT_ONCE:
            bar.popWidget(self._items.pop(0))
        self._items.append(show_notice(bar, notice))

    def close(self) -> None:
        """Take back what still stands in the main window's message bar."""
        items, self._items = self._items, []
        if self._bar is not None:
            self._bar.widgetRemoved.disconnect(self._forget)
            for item in items:
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
        self._items = [held for held in self._items if held is not item]

    def _notice(self, processing: Processing) -> Notice:
        name = bounded(processing.name, 80)
        if processing.status is Status.OK:
            parts = [area_text(processing.area_m2)] if processing.area_m2 is not None else []
            parts += [credits_text(processing.cost)] if processing.cost is not None else []
            text = tr("Mapflow: “{name}” is ready.").format(name=name)
            if parts:
                text = tr("Mapflow: “{name}” is ready ({facts}).").format(name=name, facts=", ".join(parts))
            add = partial(self._add, [processing])
            return Notice(text, Qgis.MessageLevel.Success, "", tr("Add to Map"), add)
        details = report_text(processing)
        if processing.status is Status.FAILED:
            why = " ".join(reasons(processing)) or tr("The service gave no reason.")
            text = tr("Mapflow: “{name}” failed. {reasons}").format(name=name, reasons=why)
            return Notice(text, Qgis.MessageLevel.Warning, details)
        text = tr("Mapflow: “{name}” ended: {status}.").format(
            name=name, status=status_word(processing.status)
        )
        return Notice(text, Qgis.MessageLevel.Info, details)
