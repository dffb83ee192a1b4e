"""A raster of a processing on its way to the map."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ...layers.results.in_project.rasters import RasterKind, add_raster, raster_in, show_raster
from ...layers.tiles.checked import mark_checked
from ...layers.tiles.provider import DEEPEST_ZOOM
from ...layers.tiles.raster import raster_tiles_layer
from ...layers.tiles.vector import TileMatrix
from ...text.server_text import bounded
from ...text.translation import translate
from ..job import JobError
from .tile_delivery import TileDelivery, cannot_be_shown

if TYPE_CHECKING:
    from qgis.core import QgsProject

    from ...api.http.client import Client
    from ...api.processings import Processing, TileSet
    from ..tile_login import ReadyTiles

_UNTOLD = TileMatrix((0, DEEPEST_ZOOM))


class RasterDelivery(TileDelivery):
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
        super().__init__(client, processing, authcfg, project)
        self._kind = kind
        self._project = project
        self._project_name = project_name

    def _begin(self) -> None:
        former = raster_in(self._project, self._processing, self._client.server, self._kind)
        if former is not None:
            show_raster(self._project, former)
            self._succeed(former)
            return
        tiles = self._kind.tiles_of(self._processing)
        if tiles is None or not tiles.tile_url:
            self._fail(JobError(self._not_told()))
        else:
            self._ask_for(tiles, partial(self._add, tiles), _UNTOLD)

    def _add(self, tiles: TileSet, ready: ReadyTiles) -> None:
        matrix = ready.matrix or _UNTOLD
        title, server = self._kind.title(self._processing), self._client.server
        layer = raster_tiles_layer(tiles, title, server, ready.login.authcfg, matrix)
        if layer is None:
            self._fail(cannot_be_shown())
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
