"""Keeps QGIS from taking a login elsewhere: its raster tiles follow a redirect and authorise the new request, too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Optional

from qgis.core import QgsNetworkAccessManager
from qgis.PyQt.QtCore import QByteArray, QUrl
from qgis.PyQt.QtNetwork import QNetworkRequest

from .home import may_have_login

_HEADER = b"Authorization"
_MOST_HELD = 16  # logins of one QGIS run; an OAuth2 login is renewed again and again


class LoginGuard:
    """Looks at every request of QGIS before it is sent, in any thread: what went to a home goes nowhere else.

    A login is known by having been sent to a Mapflow server; the same header is taken out of a request to any other
    place. `close` ends it.
    """

    def __init__(self) -> None:
        self._homes: tuple[str, ...] = ()  # replaced as a whole: other threads read it
        self._held: tuple[bytes, ...] = ()
        self._id: Optional[str] = QgsNetworkAccessManager.setRequestPreprocessor(self._look)

    def add_home(self, server: str) -> None:
        """A server whose login stays with it."""
        if server not in self._homes:
            self._homes = (*self._homes, server)

    def close(self) -> None:
        """Look at no request any more."""
        processor, self._id = self._id, None
        if processor is not None:
            QgsNetworkAccessManager.removeRequestPreprocessor(processor)

    def _look(self, request: QNetworkRequest) -> None:
        header = bytes(request.rawHeader(_HEADER))
        if not header:
            return
        url = request.url()
        if any(self._at_home(url)):
            self._hold(header)
        elif header in self._held:
            request.setRawHeader(_HEADER, QByteArray())  # what is empty is not sent

    def _at_home(self, url: QUrl) -> Iterator[bool]:
        bare = QUrl(url)
        bare.setUserInfo("")
        address = bare.toString()
        return (may_have_login(address, server) for server in self._homes)

    def _hold(self, header: bytes) -> None:
        if header not in self._held:
            self._held = (*self._held, header)[-_MOST_HELD:]
