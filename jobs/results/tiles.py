"""The tiles of a result on their way to the map, where its file is not wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...layers.results.in_project.result import ResultInProject
from ...layers.tiles.vector import result_tiles_layer
from ...text.server_text import bounded
from ...text.translation import translate
from ..job import JobError
from .tile_delivery import TileDelivery, cannot_be_shown

if TYPE_CHECKING:
    from qgis.core import QgsProject

    from ...api.http.client import Client
    from ...api.processings import Processing
    from ..tile_login import ReadyTiles


class TilesDelivery(TileDelivery):
    """Brings the tiles of a result into `project`; succeeds with their layer.

    Where the file is on the map, the tiles take its place with `swaps`; else it is shown, and the job succeeds with
    None.
    """

    def __init__(
        self,
        client: Client,
        processing: Processing,
        authcfg: str,
        project: QgsProject,
        swaps: bool = False,
        project_name: str = "",
    ) -> None:
        super().__init__(client, processing, authcfg, project)
        self._swaps = swaps
        self._in_project = ResultInProject(project, processing, client.server, project_name)

    def _begin(self) -> None:
        files = self._in_project.readable_layers()
        tiles = self._processing.vector
        if self._in_project.tiles and not files:
            self._succeed(self._in_project.show_tiles())
        elif files and not self._swaps:
            self._in_project.show(files)
            self._succeed(None)
        elif self._in_project.has_edits:
            self._fail(JobError(edits_first(self._processing.name)))
        elif tiles is None or not tiles.tile_url:
            text = translate("Results", "“{name}” has no tiles. Add the result itself.")
            self._fail(JobError(text.format(name=bounded(self._processing.name, 80))))
        else:
            self._ask_for(tiles, self._add)

    def _add(self, ready: ReadyTiles) -> None:
        if self._in_project.has_edits:  # begun meanwhile
            self._fail(JobError(edits_first(self._processing.name)))
            return
        layer = result_tiles_layer(self._processing, self._client.server, self._authcfg, ready.matrix)
        if layer is None:
            self._fail(cannot_be_shown())
        elif self._in_project.put_tiles(layer):
            self._succeed(layer)
        else:
            self._fail(JobError(translate("Results", "The QGIS project does not take the layer.")))


def edits_first(name: str) -> str:
    """What to do before layers are taken out that are being edited."""
    text = translate(
        "Results", "A layer of “{name}” is being edited. Save its edits or discard them, then try again."
    )
    return text.format(name=bounded(name, 80))
