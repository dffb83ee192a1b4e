"""A raster of a processing on its way to the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from ...layers.results.in_project.rasters import RasterKind, add_raster, raster_in, show_raster
from ...layers.tiles.checked import mark_checked
from ...layers.tiles.provider import DEEPEST_ZOOM
from ...layers.tiles.raster import lacks_login, raster_tiles_layer
from ...layers.tiles.vector import TileMatrix
from ...text.server_text import bounded
from ...text.translation import translate
from ..job import Job, JobError
from ..tile_login import ReadyTiles, TilesRequest

if TYPE_CHECKING:
    from qgis.core import QgsProject

    from ...api.http.client import Client
    from ...api.processings import Processing

_UNTOLD = TileMatrix((0, DEEPEST_ZOOM))


class RasterDelivery(Job):
    """Brings a raster of `processing` into `project`; succeeds with its layer, which may have been there before."""

    def __init__(
        self,
        client: Client,
        processing: Processing,
        kind: RasterKind,
        authcfg: str,
        project: QgsProject,
        project_name: str = "",
    ) -> None:
        super().__init__()
        self._client = client
        self._processing = processing
        self._kind = kind
        self._authcfg = authcfg
        self._project = project
        self._project_name = project_name
        self._tiles: Optional[TilesRequest] = None
        project.cleared.connect(self.cancel)

    def _begin(self) -> None:
        former = raster_in(self._project, self._processing, self._client.server, self._kind)
        if former is not None:
            show_raster(self._project, former)
            self._succeed(former)
            return
        tiles = self._kind.tiles_of(self._processing)
        if tiles is None or not tiles.tile_url:
            self._fail(JobError(self._not_told()))
        elif lacks_login(tiles, self._client.server, self._authcfg):
            self._fail(JobError(no_login_for_tiles()))
        else:
            self._tiles = TilesRequest(self._client, tiles, self._authcfg, _UNTOLD)
            self._tiles.succeeded.connect(self._guarded(self._add))
            self._tiles.failed.connect(self._fail)
            self._tiles.start()

    def _stop(self) -> None:
        if self._tiles is not None:
            self._tiles.cancel()

    def _add(self, ready: ReadyTiles) -> None:
        tiles = self._kind.tiles_of(self._processing)
        matrix = ready.matrix or _UNTOLD
        title, server = self._kind.title(self._processing), self._client.server
        if ready.login.why_missing:
            self._fail(JobError(ready.login.why_missing))
            return
        layer = None
        if tiles is not None:
            layer = raster_tiles_layer(tiles, title, server, ready.login.authcfg, matrix)
        if layer is None:
            self._fail(JobError(translate("Results", "QGIS cannot show the tiles the service names.")))
            return
        mark_checked(layer)
        add_raster(
            self._project, layer, self._processing, server, self._kind, matrix.attribution, self._project_name
        )
        self._succeed(layer)

    def _not_told(self) -> str:
        text = (
            translate("Results", "Mapflow does not say where the imagery of “{name}” can be seen.")
            if self._kind is RasterKind.SOURCE
            else translate("Results", "“{name}” has no raster: its model gives objects alone.")
        )
        return text.format(name=bounded(self._processing.name, 80))


def no_login_for_tiles() -> str:
    """Why tiles that need a login cannot be shown."""
    return translate(
        "Results",
        "QGIS can send no login of this kind along with tiles. Sign in with an API token that is remembered, or add "
        "the result itself.",
    )
