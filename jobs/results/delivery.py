"""One result on its way to the map: its tiles at once, its downloaded and styled layers when they are ready."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional

from qgis.PyQt.QtCore import pyqtSignal

from ...api.processings import TileSet
from ...layers.results.files import safe_stem
from ...layers.results.formats import GEOPACKAGE
from ...layers.results.in_project.result import ResultInProject
from ...layers.results.layers import downloaded_of, kind_by_model
from ...layers.tiles.vector import result_tiles_layer
from ...text.translation import translate
from ..job import Job, JobError
from ..tile_login import ReadyTiles, TilesRequest
from .arrival import cannot_be_opened, filled_tables, is_away, is_newest, project_closed, remarks_on
from .download import ResultDownload
from .kept import KeptLookUp
from .making import Destination

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.core import QgsProject, QgsVectorLayer

    from ...api.http.client import Client
    from ...api.processings import Processing
    from ...layers.results.conversion import Conversion
    from ...layers.results.kept import KeptResult


class ResultDelivery(Job):
    """Brings the result of `processing` into `project`, its file into `folder`; succeeds with the ResultLayers.

    A result already there is shown as it is where the service has no newer one; a file of it that is found in `folder`
    or in one of the `others` is opened. Else its tiles are shown while it is downloaded. Where the service cannot be
    reached, an older file is better than none. A file is never overwritten, since it may have been edited: a newer
    result goes to a file of its own, and layers that are there get its data.
    Cancelling takes back what was begun: tiles, group, files. After a failure the tiles stay: they do show the result.

    `authcfg` is the id of the stored login tile layers may name, "" where there is none; `project_name` is what the
    service's project is called. A project belongs to the main
    thread, and so does this job; what has to run elsewhere is a ResultDownload.
    """

    tiles_added = pyqtSignal(object)  # QgsVectorTileLayer

    def __init__(
        self,
        client: Client,
        processing: Processing,
        authcfg: str,
        folder: Path,
        project: QgsProject,
        others: Sequence[Path] = (),
        project_name: str = "",
    ) -> None:
        super().__init__()
        self._client = client
        self._processing = processing
        self._authcfg = authcfg
        self._in_project = ResultInProject(project, processing, client.server, project_name)
        self._project, self._project_name = project, project_name
        self._has_added_tiles = False
        self._tiles: Optional[TilesRequest] = None
        self._older: Optional[KeptResult] = None
        self._look_up = KeptLookUp((folder, *others), processing.id, client.server)
        self._look_up.succeeded.connect(self._guarded(self._on_looked))
        self._look_up.failed.connect(lambda _error: self._fetch())
        stem = safe_stem(processing.name, processing.id)
        table_name = kind_by_model(processing).value
        destination = Destination(folder, stem, table_name, GEOPACKAGE, overwrite=False)
        self._download = ResultDownload(client, processing, destination)
        self._download.progressed.connect(self._report)
        self._download.succeeded.connect(self._guarded(self._on_converted))
        self._download.failed.connect(self._guarded(self._on_not_downloaded))
        project.cleared.connect(self._on_project_cleared)

    def _begin(self) -> None:
        current = self._in_project.current_layers()
        if current:
            self._show(self._in_project, current)
        else:
            self._look_up.start()

    def _stop(self) -> None:
        self._stop_parts()
        if self._has_added_tiles:
            self._in_project.remove_tiles()
        self._in_project.remove_empty_group()

    def _stop_parts(self) -> None:
        self._look_up.cancel()
        self._download.cancel()
        if self._tiles is not None:
            self._tiles.cancel()

    # What is there already

    def _show(
        self, in_project: ResultInProject, layers: list[QgsVectorLayer], is_outdated: bool = False
    ) -> None:
        in_project.show(layers)
        count = sum(max(0, int(layer.featureCount())) for layer in layers)
        self._complete(layers, count, downloaded=downloaded_of(layers), is_outdated=is_outdated)

    def _on_looked(self, kept: Optional[KeptResult]) -> None:
        if kept is not None and is_newest(kept, self._processing) and self._open(kept, False):
            return
        self._older = kept
        self._fetch()

    def _open(self, kept: KeptResult, is_outdated: bool) -> bool:
        """Show a file that is there; False where QGIS cannot open it."""
        in_project = ResultInProject(self._project, kept.processing, self._client.server, self._project_name)
        layers = in_project.replace_former(kept.tables, kept.downloaded, is_kept=True)
        is_open = all(layer.isValid() for layer in layers)
        if is_open:
            self._in_project = in_project  # which knows what became of their styles
            self._show(in_project, layers, is_outdated)
        return is_open

    def _fetch(self) -> None:
        if self.is_running:
            self._ask_for_tiles()
            self._download.start()

    def _on_not_downloaded(self, error: JobError) -> None:
        """Where the service cannot be reached, show what there is of an older result."""
        self._stop_parts()
        layers = self._in_project.readable_layers() if is_away(error) else []
        if layers:
            self._show(self._in_project, layers, is_outdated=True)
        elif not (is_away(error) and self._older is not None and self._open(self._older, True)):
            self._on_failed(error)

    # Tiles

    def _ask_for_tiles(self) -> None:
        """Show the tiles as soon as their TileJSON is read, which says how deep they go and where they are."""
        vector = self._processing.vector
        if vector is None or self._in_project.tiles:
            return
        self._ask_for(vector, self._on_no_tilejson if vector.tilejson_url else None)

    def _ask_for(self, tiles: TileSet, on_none: Optional[Callable[[JobError], None]]) -> None:
        self._tiles = TilesRequest(self._client, tiles, self._authcfg)
        self._tiles.succeeded.connect(self._add_tiles)
        if on_none is not None:
            self._tiles.failed.connect(on_none)
        self._tiles.start()

    def _on_no_tilejson(self, error: JobError) -> None:
        if self._processing.vector is not None and error.cause is not None and error.cause.status:
            self._ask_for(TileSet(self._processing.vector.tile_url), None)

    def _add_tiles(self, ready: ReadyTiles) -> None:
        if ready.login.why_missing:  # the downloaded layers show it all, and need no login
            return
        layer = result_tiles_layer(self._processing, self._client.server, self._authcfg, ready.matrix)
        if layer is not None and self._in_project.add_tiles(layer):
            self._has_added_tiles = True
            self.tiles_added.emit(layer)

    # The downloaded result

    def _on_converted(self, conversion: Conversion) -> None:
        self._stop_parts()
        tables = filled_tables(conversion)
        former = self._in_project.shown_file
        layers = self._in_project.replace_former(tables, datetime.now(timezone.utc))
        if all(layer.isValid() for layer in layers):
            self._complete(layers, conversion.count, remarks_on(conversion), former=former)
        else:
            self._on_failed(cannot_be_opened("\n".join(str(table.path) for table in tables)))

    def _complete(
        self,
        layers: list[QgsVectorLayer],
        count: int,
        remarks: tuple[str, ...] = (),
        downloaded: Optional[datetime] = None,
        is_outdated: bool = False,
        former: Optional[Path] = None,
    ) -> None:
        self._in_project.remove_tiles()
        self._in_project.remove_empty_group()
        self._report(1.0, translate("Results", "Ready"))
        outcome = self._in_project.outcome(layers, count, remarks)
        self._succeed(replace(outcome, downloaded=downloaded, is_outdated=is_outdated, former=former))

    # Failure

    def _on_failed(self, error: JobError) -> None:
        self._stop_parts()
        self._in_project.remove_empty_group()
        self._fail(error)

    def _on_project_cleared(self) -> None:
        if self.is_running:
            self._has_added_tiles = False
            self._stop_parts()
            self._fail(project_closed())
