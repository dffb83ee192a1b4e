"""One attempt under way: what QGIS's network manager sent, and what watches over it."""

from __future__ import annotations

from typing import Any, Callable, Optional, TypeVar

from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, QTimer, QUrl
from qgis.PyQt.QtNetwork import QNetworkReply, QNetworkRequest

from .auth_challenge import ChallengeGuard
from .outcome import Attempt
from .pace import Pace

READ_BUFFER = 4 * 1024 * 1024  # bytes; without a limit Qt keeps in memory whatever was not read yet
_NEVER_MS = 2**31 - 1
_MOST_TRIES = 5
_Answer = TypeVar("_Answer")


class Flight(QObject):
    """Watches one network reply: for the login window QGIS would open, and for standing still, which ends it."""

    def __init__(self, network: QNetworkReply, parent: QObject) -> None:
        super().__init__(parent)
        self._network = network
        self._address: Any = sip.unwrapinstance(network)  # type: ignore[func-returns-value]  # an int
        self._is_gone = False
        network.destroyed.connect(self._note_gone)
        self._timed_out = False
        self._body = bytearray()
        self._guard: Optional[ChallengeGuard] = None
        self._pace = Pace(self)
        self._pace.stalled.connect(self._stalled)

    @property
    def network(self) -> QNetworkReply:
        """The reply. In threads of QGIS, Python now and then takes it for deleted while Qt still fills it."""
        if sip.isdeleted(self._network) and not self._is_gone:
            wrap: Any = sip.wrapinstance
            self._network = wrap(self._address, QNetworkReply)
        return self._network

    def ask(self, question: Callable[[QNetworkReply], _Answer], tries: int = _MOST_TRIES) -> _Answer:
        """Return what `question`, which calls one method of the reply, gets to know.

        Python may take the reply for deleted right between the look at it and the call, which then was not made.
        """
        try:
            return question(self.network)
        except RuntimeError:
            if self._is_gone or tries <= 1:
                raise
        return self.ask(question, tries - 1)

    def watch(self, idle_ms: int, window_ms: int) -> None:
        """Begin to watch, with that patience."""
        self._guard = ChallengeGuard(self.ask)
        # QGIS would abort the request after an idle timeout of its own. The timeout of the client replaces it.
        for timer in self.ask(lambda network: network.findChildren(QTimer, "timeoutTimer")):
            timer.setInterval(_NEVER_MS)
        self.ask(lambda network: network.setReadBufferSize(READ_BUFFER))
        self.ask(lambda network: network.downloadProgress.connect(self._pace.note))
        self.ask(lambda network: network.uploadProgress.connect(self._pace.note))
        self.allow(idle_ms, window_ms)

    def allow(self, idle_ms: int, window_ms: int) -> None:
        """Have that patience from now on."""
        self._pace.begin(idle_ms, window_ms)

    def take(self) -> int:
        """Take over what has come by now, so that little is left for the end; return how many bytes came in all."""
        self._body += self.ask(lambda network: bytes(network.readAll()))
        return len(self._body)

    def ended(self, url: QUrl) -> Attempt:
        """What became of the attempt, which went to `url`."""
        self._pace.stop()
        if self.ask(lambda network: network.isOpen()):
            self.take()
        challenged = self._guard is not None and self._guard.was_challenged
        of_request = QNetworkRequest.Attribute
        status = self.ask(lambda network: network.attribute(of_request.HttpStatusCodeAttribute))
        location = self.ask(lambda network: network.attribute(of_request.RedirectionTargetAttribute))
        cached = self.ask(lambda network: network.attribute(of_request.SourceIsFromCacheAttribute))
        content_type = self.ask(
            lambda network: network.header(QNetworkRequest.KnownHeaders.ContentTypeHeader)
        )
        retry_after = self.ask(lambda network: bytes(network.rawHeader(b"Retry-After")))
        # Qt 5 has a signal of this name, too
        error = self.ask(lambda network: network.error())  # type: ignore[operator]
        return Attempt(
            url=QUrl(url),
            status=401 if challenged else int(status or 0),
            body=self._body,
            content_type=str(content_type or ""),
            retry_after=retry_after.decode("latin-1"),
            location=url.resolved(location) if isinstance(location, QUrl) else QUrl(),
            error=None if error == QNetworkReply.NetworkError.NoError else error,
            error_text=self.ask(lambda network: network.errorString()),
            timed_out=self._timed_out,
            was_challenged=challenged,
            is_from_cache=bool(cached),
        )

    def let_go(self) -> None:
        """Watch no more, and free what was received."""
        self._pace.stop()
        self.deleteLater()
        self.ask(lambda network: network.deleteLater())
        # Python's side goes before Qt's: else it could be taken for that of a later reply at the same address
        del self._network
        guard, self._guard = self._guard, None
        if guard is not None:
            guard.release()

    def _note_gone(self, _what: Optional[QObject] = None) -> None:
        self._is_gone = True

    def _stalled(self) -> None:
        self._timed_out = True
        self.ask(lambda network: network.abort())
