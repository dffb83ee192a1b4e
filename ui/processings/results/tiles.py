"""Adds layers of tiles: a result without its file, the imagery that was used, the raster that came of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Optional

from qgis.core import Qgis, QgsProject
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ....jobs.queue import JobQueue
from ....jobs.results.rasters import RasterDelivery
from ....jobs.results.tiles import TilesDelivery
from ....layers.results.in_project.rasters import RasterKind
from ....text.server_text import bounded
from ....text.translation import translate
from ...widgets.canvas import zoom_to
from ...widgets.notice import Notice
from .adding import name_of_project

if TYPE_CHECKING:
    from qgis.core import QgsMapLayer
    from qgis.gui import QgsMapCanvas

    from ....api.processings import Processing
    from ....api.session import Session
    from ....jobs.job import Job, JobError

_AT_ONCE = 4


class ResultTiles(QObject):
    """Adds what needs no download to the open QGIS project, each once at a time."""

    notice = pyqtSignal(object)  # Notice

    def __init__(self, session: Session, canvas: QgsMapCanvas, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._session = session
        self._canvas = canvas
        self._queue = JobQueue(_AT_ONCE, parent=self)

    def add(self, processing: Processing, swaps: bool = False) -> None:
        """Put the tiles of a result on the map; with `swaps`, in the place of its file."""
        self._queue.add(("tiles", processing.id), partial(self._tiles_job, processing, swaps))

    def add_raster(self, processing: Processing, kind: RasterKind) -> None:
        """Put a raster of a processing on the map, below its result."""
        self._queue.add((kind, processing.id), partial(self._raster_job, processing, kind))

    def close(self) -> None:
        """Drop what was asked for, until something else is."""
        self._queue.close()

    def _tiles_job(self, processing: Processing, swaps: bool) -> Job:
        session = self._session
        job = TilesDelivery(
            session.client,
            processing,
            session.tile_authcfg,
            QgsProject.instance(),
            swaps,
            name_of_project(session, processing),
        )
        job.succeeded.connect(partial(self._on_tiles, processing, swaps))
        job.failed.connect(partial(self._on_failed, processing))
        return job

    def _raster_job(self, processing: Processing, kind: RasterKind) -> Job:
        session = self._session
        job = RasterDelivery(
            session.client,
            processing,
            kind,
            session.tile_authcfg,
            QgsProject.instance(),
            name_of_project(session, processing),
        )
        job.succeeded.connect(self._show)
        job.failed.connect(partial(self._on_failed, processing))
        return job

    def _on_tiles(self, processing: Processing, swaps: bool, layer: Optional[QgsMapLayer]) -> None:
        name = bounded(processing.name, 80)
        if layer is None:
            text = translate(
                "Results",
                "The file of “{name}” is on the map already. Choose “Swap File for Tiles” in the layer's menu to have "
                "tiles instead.",
            )
            self.notice.emit(Notice(text.format(name=name)))
        elif not swaps:
            self._show(layer)

    def _show(self, layer: QgsMapLayer) -> None:
        zoom_to(self._canvas, layer.extent(), layer.crs())

    def _on_failed(self, processing: Processing, error: JobError) -> None:
        text = translate("Results", "“{name}” could not be shown as tiles. {reason}").format(
            name=bounded(processing.name, 80), reason=error.sentence
        )
        self.notice.emit(Notice(text, Qgis.MessageLevel.Warning, error.detail, error=error.cause))
