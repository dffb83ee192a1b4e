"""Keeps QGIS from opening its own login window when the server turns a request of ours down."""

from __future__ import annotations

from qgis.core import QgsCredentials
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtNetwork import QNetworkReply

from .request import network_manager

_STAND_IN = "-"


class ChallengeGuard:
    """Watches one network reply for a Basic or Digest challenge, and ends the reply there.

    QGIS answers a challenge with a modal window for a user name, whatever Authorization header was sent. It looks
    into its credential cache first, so for that moment the cache gets an entry; the reply has ended when QGIS comes
    to use it.
    """

    def __init__(self, network: QNetworkReply) -> None:
        self.was_challenged = False
        self._network = network
        self._id = network.property("requestId")
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
        entry = f"{realm} at {self._network.url().host()}"
        cache.put(entry, _STAND_IN, _STAND_IN)
        # After QGIS has looked, which it does when this returns: without a key an entry counts for nothing.
        QTimer.singleShot(0, lambda: cache.put(entry, "", None))
        self._network.abort()
