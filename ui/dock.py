"""The dock as QGIS has it from its start: empty until it is shown for the first time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from qgis.core import Qgis
from qgis.gui import QgsDockWidget
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtWidgets import QMainWindow

from ..api.settings import DOCK_SEEN
from ..text.translation import translate
from .options.preferences import PAGE_NAME
from .widgets.guide import close_guide, open_guide

if TYPE_CHECKING:
    from qgis.gui import QgisInterface
    from qgis.PyQt.QtGui import QShowEvent
    from qgis.PyQt.QtWidgets import QWidget

    from ..api.processings import Processing
    from ..jobs.tiles_of_others import TilesOfOthers
    from .contents import DockContents
    from .processings.notifications import ProcessingNotifications
    from .standby import Standby
    from .summary.windows import SummaryWindows
    from .widgets.elsewhere_notices import ElsewhereNotices
    from .widgets.notice import Notice

_FIRST_WIDTH = 380  # logical pixels
_WIDENINGS = 5  # how often it is asked for at most: a small window may have no such room
_WIDER_MS = 100  # until a dock has the width that was asked for


class MapflowDock(QgsDockWidget):
    """Makes its contents when they are needed; what ends while there are none is told over the map all the same."""

    def __init__(self, standby: Standby, iface: QgisInterface, parent: Optional[QWidget] = None) -> None:
        super().__init__(translate("Ui", "Mapflow Dock"), parent)
        self.setObjectName("MapflowDock")
        self._standby = standby
        self._iface = iface
        self._contents: Optional[DockContents] = None
        self._notifications: Optional[ProcessingNotifications] = None
        self._tiles: Optional[TilesOfOthers] = None
        self._request: Optional[ElsewhereNotices] = None  # to sign in
        self._summaries: Optional[SummaryWindows] = None
        self._is_closed = False
        # QGIS shows each dock that is added and hides it at once where the user had it hidden. So the contents wait
        # for the next turn of the event loop.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._fill_if_shown)
        self._widenings = 0  # that are left
        self._wider = QTimer(self)
        self._wider.setSingleShot(True)
        self._wider.timeout.connect(self._widen)
        standby.opened.connect(self._watch_ends)
        standby.sign_in_wanted.connect(self._ask_to_sign_in)
        if standby.is_open:
            self._watch_ends()

    @property
    def is_filled(self) -> bool:
        """Whether the contents were made."""
        return self._contents is not None

    @property
    def contents(self) -> DockContents:
        """What is in the dock, made now unless it was made before."""
        return self._contents or self._fill()

    @property
    def summaries(self) -> SummaryWindows:
        """The summaries of results, which need no login; made now unless they were made before."""
        from .summary.windows import SummaryWindows

        if self._summaries is None:
            self._summaries = SummaryWindows(self._iface, self)
        return self._summaries

    def open_settings(self) -> None:
        """Open the QGIS options on the page of this plugin."""
        self._iface.showOptionsDialog(self._iface.mainWindow(), PAGE_NAME)

    @staticmethod
    def open_help() -> None:
        """Open the guide."""
        open_guide()

    def may_quit(self) -> bool:
        """Whether QGIS may quit now; asks the user while uploads are under way."""
        return self._contents is None or self._contents.may_quit()

    def close(self) -> bool:
        """Put away all that reaches out of the dock: map tools, rubber bands, requests, messages over the map."""
        self._soon.stop()
        self._wider.stop()
        self._take_back_request()
        if self._notifications is not None:
            self._notifications.close()
            self._notifications = None
        if self._tiles is not None:
            self._tiles.close()
            self._tiles = None
        if self._summaries is not None:
            self._summaries.close()
        close_guide()
        if self._contents is not None and not self._is_closed:
            self._is_closed = True
            self._contents.close()
        return bool(super().close())

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: the contents are needed."""
        super().showEvent(event)
        if self._contents is None:
            self._soon.start(0)

    def _fill_if_shown(self) -> None:
        if self._contents is None and self.isVisible():
            self._widen_once()
            self._fill()

    def _widen_once(self) -> None:
        """QGIS gives a new dock the least room there is; where it has been seen before, the user's width stays."""
        if DOCK_SEEN.read() or not isinstance(self.parentWidget(), QMainWindow):
            return
        DOCK_SEEN.write(True)
        self._widenings = _WIDENINGS
        self._widen()

    def _widen(self) -> None:
        window = self.parentWidget()
        if isinstance(window, QMainWindow) and not self.isFloating() and self.width() < _FIRST_WIDTH:
            window.resizeDocks([self], [_FIRST_WIDTH], Qt.Orientation.Horizontal)
            self._widenings -= 1
            if self._widenings > 0:  # in QGIS's dark themes it falls short the first time
                self._wider.start(_WIDER_MS)

    def _fill(self) -> DockContents:
        from .contents import DockContents

        contents = DockContents(self._standby.session, self._standby.monitor, self._iface, self)
        self._contents = contents
        contents.settings_wanted.connect(self.open_settings)
        contents.help_wanted.connect(self.open_help)
        self.setWidget(contents)
        contents.show()
        return contents

    # what runs while nobody looks

    def _watch_ends(self) -> None:
        from ..jobs.tiles_of_others import TilesOfOthers
        from .processings.notifications import ProcessingNotifications
        from .widgets.notice import Notice

        self._take_back_request()
        session, monitor = self._standby.session, self._standby.monitor
        self._notifications = ProcessingNotifications(
            session, monitor, self._iface, self._shows_processings, self._add_results, self
        )
        self._notifications.notice.connect(self._show_notice)
        self._tiles = TilesOfOthers(session, self)
        self._tiles.told.connect(lambda text: self._show_notice(Notice(text, Qgis.MessageLevel.Warning)))

    def _shows_processings(self) -> bool:
        return self._contents is not None and self._contents.shows_processings()

    def _add_results(self, processings: list[Processing]) -> None:
        self.contents.signed_in_page.processings.add_results(processings)

    def _show_notice(self, notice: Notice) -> None:
        self.contents.show_notice(notice)

    def _ask_to_sign_in(self) -> None:
        from .processings.notifications import sign_in_notice
        from .widgets.elsewhere_notices import ElsewhereNotices

        self._request = ElsewhereNotices(self._iface, lambda: False, self)
        self._request.tell(sign_in_notice(lambda: self.setUserVisible(True)))

    def _take_back_request(self) -> None:
        if self._request is not None:
            self._request.close()
            self._request = None
