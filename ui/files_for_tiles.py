"""The file of a result in the place of its tiles, from the layer panel: also while nobody is signed in."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Callable

from qgis.core import Qgis, QgsProject
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..jobs.queue import JobQueue
from ..jobs.results.swap import FileForTiles
from ..text.server_text import bounded
from ..text.translation import translate
from .options.preferences import results_place
from .widgets.notice import Notice

if TYPE_CHECKING:
    from qgis.core import QgsMapLayer

    from ..jobs.job import Job, JobError

_AT_ONCE = 2


class FilesForTiles(QObject):
    """Looks for the files, each once at a time. `close` drops what is looked for."""

    notice = pyqtSignal(object)  # Notice

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._queue = JobQueue(_AT_ONCE, parent=self)

    def swap(self, layer: QgsMapLayer, download: Callable[[], None]) -> None:
        """Put the file in the place of `layer`; where there is none on this computer, call `download`."""
        name = bounded(layer.name(), 80)
        self._queue.add(layer.id(), partial(self._job, layer, name, download))

    def close(self) -> None:
        """Drop all."""
        self._queue.close()

    def _job(self, layer: QgsMapLayer, name: str, download: Callable[[], None]) -> Job:
        project = QgsProject.instance()
        place = results_place(project)
        job = FileForTiles(layer, (place.folder, *place.others), project)
        job.succeeded.connect(lambda is_there: None if is_there else download())
        job.failed.connect(partial(self._on_failed, name))
        return job

    def _on_failed(self, name: str, error: JobError) -> None:
        text = translate("Ui", "The file of “{name}” could not be looked for. {reason}")
        told = text.format(name=name, reason=error.sentence)
        self.notice.emit(Notice(told, Qgis.MessageLevel.Warning, error.detail))
