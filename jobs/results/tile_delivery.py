"""Tiles on their way to the map where nothing else is wanted: they need a login that QGIS can send along."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Callable, Optional

from ...layers.tiles.raster import lacks_login
from ...text.translation import translate
from ..job import Job, JobError
from ..tile_login import UNTOLD, ReadyTiles, TilesRequest

if TYPE_CHECKING:
    from qgis.core import QgsProject

    from ...api.http.client import Client
    from ...api.processings import Processing, TileSet
    from ...layers.tiles.vector import TileMatrix


class TileDelivery(Job):
    """Asks for tiles of a processing, and fails with a sentence where QGIS cannot show them."""

    def __init__(self, client: Client, processing: Processing, authcfg: str, project: QgsProject) -> None:
        super().__init__()
        self._client = client
        self._processing = processing
        self._authcfg = authcfg
        self._tiles: Optional[TilesRequest] = None
        project.cleared.connect(self.cancel)

    def _ask_for(
        self, tiles: TileSet, add: Callable[[ReadyTiles], None], untold: TileMatrix = UNTOLD
    ) -> None:
        """Have `add` called once it is known how `tiles` are shown; `untold` is their matrix without a TileJSON."""
        if lacks_login(tiles, self._client.server, self._authcfg):
            self._fail(JobError(_no_login_for_tiles()))
            return
        self._tiles = TilesRequest(self._client, tiles, self._authcfg, untold)
        self._tiles.succeeded.connect(self._guarded(partial(self._on_ready, add)))
        self._tiles.failed.connect(self._fail)
        self._tiles.start()

    def _stop(self) -> None:
        if self._tiles is not None:
            self._tiles.cancel()

    def _on_ready(self, add: Callable[[ReadyTiles], None], ready: ReadyTiles) -> None:
        if ready.login.why_missing:
            self._fail(JobError(ready.login.why_missing))
        else:
            add(ready)


def cannot_be_shown() -> JobError:
    """Why no layer can be made of tiles."""
    return JobError(translate("Results", "QGIS cannot show the tiles the service names."))


def _no_login_for_tiles() -> str:
    return translate(
        "Results",
        "QGIS can send no login of this kind along with tiles. Sign in with an API token that is remembered, or add "
        "the result itself.",
    )
