"""What a service says of a tile set, asked for so long as a user waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QTimer

from ..layers.tiles.vector import DEFAULT_ZOOMS, read_tilejson
from .job import Job

if TYPE_CHECKING:
    from ..api.http.client import Client

WAIT_MS = 2_000  # then the tiles are shown without knowing their zooms and bounds


class TileJsonRequest(Job):
    """Asks for a TileJSON; succeeds with its TileMatrix, or with None where it does not come in time.

    What it does not say of the zooms is taken from `zooms`.
    """

    def __init__(self, client: Client, url: str, zooms: tuple[int, int] = DEFAULT_ZOOMS) -> None:
        super().__init__()
        self._client = client
        self._url = url
        self._zooms = zooms
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self._give_up)
        self.finished.connect(self._patience.stop)

    def _begin(self) -> None:
        self._follow(self._client.get(self._url, self._read), self._succeed)
        self._patience.start(WAIT_MS)

    def _read(self, value: object) -> object:
        return read_tilejson(value, self._zooms)

    def _give_up(self) -> None:
        self._replies.abort()
        self._succeed(None)
