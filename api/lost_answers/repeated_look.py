"""Finding out what became of a request whose answer was lost: by looking, and looking again a while later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QTimer

from ..http.reply import ApiReply

if TYPE_CHECKING:
    from ..http.client import Client

_PAUSE_MS = 2000  # before the first look, for a client that tries again after a second; doubled for each more


class RepeatedLook(ApiReply):
    """A reply that looks after a pause; `_looks` counts how often it has."""

    def __init__(self, client: Client) -> None:
        super().__init__()
        self._client = client
        self._looks = 0
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._begin_look)

    def _look(self) -> None:
        """Ask the service how things are."""
        raise NotImplementedError

    def _wait(self, is_settled: bool = False) -> None:
        """Look in a while; at once where nothing is to be expected of waiting."""
        self.when_aborted(self._stop_waiting)  # a method of ours: the reply keeps us alive meanwhile
        wait = 0 if is_settled else int(_PAUSE_MS * self._client.retry_base_s * 2**self._looks)
        self._pause.start(wait)

    def _stop_waiting(self) -> None:
        self._pause.stop()

    def _begin_look(self) -> None:
        self._looks += 1
        self._look()
