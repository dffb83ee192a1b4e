"""Keeps QGIS from opening its own login window when the server turns a request of ours down."""

from __future__ import annotations

from typing import Any, Callable

from qgis.core import QgsCredentials
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtNetwork import QNetworkReply

from .request import network_manager

_STAND_IN = "-"


class ChallengeGuard:
    """Watches one network reply, and aborts it when the server sends a Basic or Digest challenge.

    QGIS answers a challenge with a modal window that asks for a user name, even when the request had an Authorization
    header. Before that it looks into its credential cache. So the guard puts an entry into the cache: QGIS finds it
    and opens no window. The entry is never sent, because the guard aborts the reply first.
    """

    def __init__(self, ask: Callable[[Callable[[QNetworkReply], Any]], Any]) -> None:
        self.was_challenged = False
        self._ask = ask  # the reply, see `Flight.ask`
        self._id = ask(lambda reply: reply.property("requestId"))
        self._manager = network_manager()
        self._manager.requestRequiresAuth.connect(self._challenged)

    def release(self) -> None:
        """Stop watching."""
        self._manager.requestRequiresAuth.disconnect(self._challenged)

    def _challenged(self, request_id: int, realm: str) -> None:
        if request_id != self._id:
            return
        self.was_challenged = True
        cache = QgsCredentials.instance()
        if cache is None:
            return
        entry = f"{realm} at {self._ask(lambda reply: reply.url().host())}"
        cache.put(entry, _STAND_IN, _STAND_IN)
        # QGIS looks into the cache when this method returns; after that, an entry without a key is ignored.
        QTimer.singleShot(0, lambda: cache.put(entry, "", None))
        self._ask(lambda reply: reply.abort())
