"""The file of a result takes the place of its tiles, without login or network where it is on this computer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from ...layers.results.in_project.result import ResultInProject
from ...layers.results.in_project.swapping import return_files
from ...layers.results.layers import PROCESSING, SERVER
from ..job import Job
from .kept import KeptLookUp

if TYPE_CHECKING:
    from qgis.core import QgsMapLayer, QgsProject

    from ...layers.results.kept import KeptResult


class FileForTiles(Job):
    """Puts the layers of the file where the layer `tiles` is; succeeds with whether there is a file to show.

    These are the layers that stood there before, where they did; else a file that is found in `folders`.
    """

    def __init__(self, tiles: QgsMapLayer, folders: Sequence[Path], project: QgsProject) -> None:
        super().__init__()
        self._layer_id = tiles.id()
        self._project = project
        self._processing_id = str(tiles.customProperty(PROCESSING) or "")
        self._server = str(tiles.customProperty(SERVER) or "")
        self._look_up = KeptLookUp(folders, self._processing_id, self._server)
        self._look_up.succeeded.connect(self._guarded(self._on_looked))
        self._look_up.failed.connect(self._fail)
        project.cleared.connect(self.cancel)

    def _begin(self) -> None:
        tiles = self._project.mapLayer(self._layer_id)
        if tiles is not None and return_files(self._project, tiles):
            self._succeed(True)
        else:
            self._look_up.start()

    def _stop(self) -> None:
        self._look_up.cancel()

    def _on_looked(self, kept: Optional[KeptResult]) -> None:
        if kept is None or self._project.mapLayer(self._layer_id) is None:
            self._succeed(False)
            return
        in_project = ResultInProject(self._project, kept.processing, self._server)
        layers = in_project.replace_former(kept.tables, kept.downloaded, is_kept=True)
        are_open = all(layer.isValid() for layer in layers)
        if are_open:
            in_project.remove_tiles()
        self._succeed(are_open)
