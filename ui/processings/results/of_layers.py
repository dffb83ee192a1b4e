"""What the layer panel's menu wants of the service for a layer of a result: the processing is asked for first."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import Qgis, QgsProject
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ....api.http.errors import AWAY, ApiError, Fault
from ....api.http.replies import Replies
from ....api.processings import Processing, Status, fetch
from ....jobs.queue import JobQueue
from ....jobs.results.renewal import TilesRenewal
from ....jobs.results.tiles import edits_first
from ....layers.results.in_project.result import ResultInProject
from ....layers.results.layers import downloaded_of
from ....text.quantities import local_time_text
from ....text.server_text import bounded
from ....text.translation import translate
from ...widgets.notice import Notice, details_of

if TYPE_CHECKING:
    from ....api.session import Session
    from ....jobs.job import JobError
    from ....layers.results.in_project.rasters import RasterKind
    from .adding import ResultAdding
    from .tiles import ResultTiles

_GONE = frozenset({Fault.NOT_FOUND, Fault.FORBIDDEN, Fault.REJECTED})

Use = Callable[[Processing], None]


class ResultLayerWork(QObject):
    """Refreshes and swaps the layers of results, and adds rasters to them."""

    notice = pyqtSignal(object)  # Notice

    def __init__(
        self, session: Session, adding: ResultAdding, tiles: ResultTiles, parent: Optional[QObject] = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._adding = adding
        self._tiles = tiles
        self._replies = Replies()
        self._renewals = JobQueue(1, parent=self)
        self._asked: set[tuple[str, object]] = set()

    def refresh(self, processing_id: str) -> None:
        """Bring the newest result to the layers of a processing."""
        self._ask(processing_id, "refresh", self._refresh)

    def to_file(self, processing_id: str) -> None:
        """Put the file of a result, which is to be downloaded, in the place of its tiles."""
        self._ask(processing_id, "file", self._add)

    def to_tiles(self, processing_id: str) -> None:
        """Put the tiles of a result in the place of its file."""
        self._ask(processing_id, "tiles", partial(self._tiles.add, swaps=True))

    def add_raster(self, processing_id: str, kind: RasterKind) -> None:
        """Put a raster of a processing below its result."""
        self._ask(processing_id, kind, partial(self._tiles.add_raster, kind=kind))

    def close(self) -> None:
        """Drop what was asked."""
        self._replies.abort()
        self._renewals.close()
        self._asked.clear()

    def _ask(self, processing_id: str, what: object, use: Use) -> None:
        """Ask for the processing, each question once at a time."""
        key = (processing_id, what)
        if key in self._asked:
            return
        self._asked.add(key)
        reply = self._replies.follow(fetch(self._session.client, processing_id), use, self._on_error)
        reply.finished.connect(partial(self._asked.discard, key))

    def _add(self, processing: Processing) -> None:
        self._adding.add([processing])

    def _refresh(self, processing: Processing) -> None:
        project, server = QgsProject.instance(), self._session.client.server
        result = ResultInProject(project, processing, server)
        name = bounded(processing.name, 80)
        current = result.current_layers()
        if processing.status is Status.OK and current:
            result.show(current)
            text = translate("Results", "“{name}” is the newest result. It was downloaded on {date}.")
            when = downloaded_of(current)
            if when is None:
                text = translate("Results", "“{name}” is the newest result.")
            told = text.format(name=name, date=local_time_text(when))
            self.notice.emit(Notice(told, Qgis.MessageLevel.Success))
        elif result.has_edits:
            self.notice.emit(Notice(edits_first(processing.name), Qgis.MessageLevel.Warning))
        elif result.tiles and not result.readable_layers():
            self._renewals.add(processing.id, partial(self._renewal, processing, server))
        else:
            self._adding.add([processing])

    def _renewal(self, processing: Processing, server: str) -> TilesRenewal:
        text = translate("Results", "The tiles of “{name}” are as new as Mapflow has them.")
        told = Notice(text.format(name=bounded(processing.name, 80)), Qgis.MessageLevel.Success)
        job = TilesRenewal(QgsProject.instance(), processing, server)
        job.succeeded.connect(lambda _nothing: self.notice.emit(told))
        job.failed.connect(self._on_not_renewed)
        return job

    def _on_not_renewed(self, error: JobError) -> None:
        self.notice.emit(Notice(error.sentence, Qgis.MessageLevel.Warning, error.detail))

    def _on_error(self, error: ApiError) -> None:
        if error.fault in _GONE:
            text = translate(
                "Results",
                "The processing of this layer is not in your account: it was deleted, or another account has it. "
                "The layer itself stays as it is.",
            )
        elif error.fault in AWAY:
            text = translate(
                "Results",
                "Mapflow cannot be reached, and this needs an answer of it. The layer stays as it is: try again later.",
            )
        else:
            text = error.sentence
        self.notice.emit(Notice(text, Qgis.MessageLevel.Warning, details_of(error), error=error))
