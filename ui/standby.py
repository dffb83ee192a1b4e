"""The login and the watch over what runs: both are made when first needed, since every start of QGIS would pay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Optional

from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ..api.settings import WORKSPACES

if TYPE_CHECKING:
    from ..api.background import BackgroundWork
    from ..api.monitor import ProcessingMonitor
    from ..api.session import Session

_AFTER_START_MS = 1_500  # QGIS is still busy with its own start when its event loop begins


class Standby(QObject):
    """Has one session and one monitor, whether or not the dock is ever shown. `close` ends both."""

    opened = pyqtSignal()  # there are a session and a monitor now
    sign_in_wanted = pyqtSignal()  # processings were running, and only the user can open the store of logins

    def __init__(
        self,
        make_session: Optional[Callable[[], Session]] = None,
        make_monitor: Optional[Callable[[Session], ProcessingMonitor]] = None,
        parent: Optional[QObject] = None,
        after_start_ms: int = _AFTER_START_MS,
    ) -> None:
        super().__init__(parent)
        self._make_session = make_session
        self._make_monitor = make_monitor
        self._session: Optional[Session] = None
        self._monitor: Optional[ProcessingMonitor] = None
        self._removal: Optional[BackgroundWork] = None
        self._after_start = QTimer(self)
        self._after_start.setSingleShot(True)
        self._after_start.timeout.connect(self._restore_watched)
        self._after_start.timeout.connect(self._remove_leftovers)
        self._after_start.start(after_start_ms)

    @property
    def is_open(self) -> bool:
        """Whether anything needed the session so far."""
        return self._monitor is not None

    @property
    def session(self) -> Session:
        """The session, made now unless it was made before."""
        return self._open()[0]

    @property
    def monitor(self) -> ProcessingMonitor:
        """The monitor, made now unless it was made before."""
        return self._open()[1]

    def close(self) -> None:
        """Stop both; what is stored stays for the next start."""
        self._after_start.stop()
        if self._removal is not None:
            self._removal.drop()
            self._removal = None
        monitor, session = self._monitor, self._session
        self._monitor = self._session = None
        if monitor is not None:
            monitor.close()
            monitor.deleteLater()
        if session is not None:
            session.close()
            session.deleteLater()

    def _open(self) -> tuple[Session, ProcessingMonitor]:
        if self._session is not None and self._monitor is not None:
            return self._session, self._monitor
        from ..api.monitor import ProcessingMonitor
        from ..api.session import Session

        self._session = (self._make_session or Session)()
        self._monitor = (self._make_monitor or ProcessingMonitor)(self._session)
        self.opened.emit()
        return self._session, self._monitor

    def _restore_watched(self) -> None:
        """Sign in by itself where something was running when QGIS was closed, to tell how it ended."""
        from ..api.login.store import is_locked, stored_login
        from ..api.watched import is_any_watched

        if self.is_open or stored_login() is None or not is_any_watched():
            return
        if is_locked():  # QGIS would ask for its master password, and nobody would know why
            self.sign_in_wanted.emit()
        else:
            self.session.restore()

    def _remove_leftovers(self) -> None:
        """Remove what a QGIS left behind that was killed while it downloaded or converted something."""
        if not WORKSPACES.read_all():
            return
        from ..api.background import BackgroundWork
        from ..layers.workspace import remove_leftovers

        self._removal = BackgroundWork(remove_leftovers, self)
        self._removal.start()
