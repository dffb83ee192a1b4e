"""What was asked for while nobody was signed in: done once somebody is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import Qgis
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..text.server_text import bounded
from .widgets.notice import Notice

if TYPE_CHECKING:
    from ..api.session import Session


class AfterSignIn(QObject):
    """Remembers the latest wish. It follows the session for as long as it lives."""

    notice = pyqtSignal(object)  # Notice

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._wish: Optional[Callable[[], None]] = None
        self._until_then = ""  # what to say until then
        session.signed_in.connect(self._fulfil)
        session.sign_in_failed.connect(self._remind)

    def ask(self, server: str, act: Callable[[], None], sentence: str, on_other: str = "") -> None:
        """Call `act` once somebody is signed in on `server`, any server for ""; until then say `sentence`.

        Who is signed in on another one is told `on_other`, in which {server} stands for the wanted one.
        """
        self._wish = None
        if not self._session.is_signed_in:
            self._wish, self._until_then = partial(self.ask, server, act, sentence, on_other), sentence
            if not self._session.is_busy:
                self._warn(sentence)
        elif server in ("", self._session.client.server):
            act()
        else:
            self._warn(on_other.format(server=bounded(server, 80)))

    def _fulfil(self, _account: object) -> None:
        if self._wish is not None:
            self._wish()

    def _remind(self, _error: object) -> None:
        """The login that was on its way when something was asked for has failed."""
        if self._wish is not None:
            self._warn(self._until_then)

    def _warn(self, sentence: str) -> None:
        self.notice.emit(Notice(sentence, Qgis.MessageLevel.Warning))
