"""One result from the service to a file: downloaded, converted in a task, moved into place when whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Optional

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QLocale, QObject, QTimer, pyqtSignal

from ...api.processings import download_result
from ...layers.results.formats import OutputFormat
from ...layers.styles.kinds import kind_of
from ...layers.workspace import discard_workspace, open_workspace
from ...text.disk import write_fault
from ...text.translation import translate
from .conversion import ConversionJob, ConversionTask

if TYPE_CHECKING:
    from ...api.http.client import Client
    from ...api.http.errors import ApiError
    from ...api.http.reply import ApiReply
    from ...api.processings import Processing

_DOWNLOAD_SHARE = 0.5  # of the whole way
_LONGEST_TITLE = 60


@dataclass(frozen=True)
class Destination:
    """The file wanted: `folder`/`stem` with the format's suffix; another free name where it may not be overwritten.

    Files of other names, where the format takes several, never replace one that exists.
    """

    folder: Path
    stem: str
    layer_name: str
    output: OutputFormat
    overwrite: bool


class ResultDownload(QObject):
    """Downloads and converts once; ends with `converted` or `failed`, or silently after `cancel`."""

    progressed = pyqtSignal(float, str)  # 0..1, what it is doing
    converted = pyqtSignal(object)  # Conversion
    failed = pyqtSignal(str, str)  # sentence, detail

    # keeps each alive until it ends, whatever its caller does
    _running: ClassVar[set[ResultDownload]] = set()

    def __init__(
        self,
        client: Client,
        processing: Processing,
        destination: Destination,
        parent: Optional[QObject] = None,
    ) -> None:
        super().__init__(parent)
        self._client = client
        self._processing = processing
        self._destination = destination
        self._workspace: Optional[Path] = None
        self._reply: Optional[ApiReply] = None
        self._task: Optional[ConversionTask] = None

    def start(self) -> None:
        """Begin; the outcome is told by signal, never before this returns."""
        self._running.add(self)
        try:
            self._workspace = open_workspace(self._destination.folder)
        except OSError as error:
            self._fail_soon(write_fault(error, self._destination.folder), str(error))
            return
        self.progressed.emit(0.0, translate("Results", "Downloading"))
        reply = download_result(self._client, self._processing.id, self._workspace / "result.geojson")
        self._reply = reply
        reply.progressed.connect(self._on_bytes)
        reply.succeeded.connect(self._on_downloaded)
        reply.failed.connect(self._on_download_failed)

    def cancel(self) -> None:
        """Stop; nothing is left on the disk, and no signal follows."""
        if self not in self._running:
            return
        self._running.discard(self)
        reply, self._reply = self._reply, None
        if reply is not None:
            reply.abort()
        if self._task is not None:
            self._task.cancel()  # it removes the workspace itself once GDAL has let go of the files
        else:
            self._discard()

    def _on_bytes(self, done: int, total: int) -> None:
        megabytes = QLocale().toString(done / 1e6, "f", 1)
        text = translate("Results", "Downloading, {megabytes} MB so far").format(megabytes=megabytes)
        fraction = _DOWNLOAD_SHARE * min(1.0, done / total) if total > 0 else 0.0
        self.progressed.emit(fraction, text)

    def _on_downloaded(self, path: object) -> None:
        self._reply = None
        if self._workspace is None:
            return
        wanted = self._destination
        job = ConversionJob(
            source=Path(str(path)),
            workspace=self._workspace,
            folder=wanted.folder,
            stem=wanted.stem,
            layer_name=wanted.layer_name,
            output=wanted.output,
            overwrite=wanted.overwrite,
            kind=kind_of(self._processing.model_name),
        )
        title = translate("Results", "Mapflow result “{name}”").format(
            name=self._processing.name[:_LONGEST_TITLE]
        )
        task = ConversionTask(title, job, self.on_task_end)
        self._task = task
        task.progressChanged.connect(self._on_converting)
        self.progressed.emit(_DOWNLOAD_SHARE, translate("Results", "Converting"))
        QgsApplication.taskManager().addTask(task)

    def _on_download_failed(self, error: ApiError) -> None:
        self._reply = None
        self._discard()
        self._fail(error.sentence, error.raw)

    def _on_converting(self, percent: float) -> None:
        if self in self._running:
            self.progressed.emit(
                _DOWNLOAD_SHARE + (1 - _DOWNLOAD_SHARE) * percent / 100, translate("Results", "Converting")
            )

    def on_task_end(self, task: ConversionTask) -> None:
        """Tell how the task ended; it has cleaned up after itself."""
        self._task = None
        if self not in self._running:
            return
        if task.conversion is not None:
            self._running.discard(self)
            self.converted.emit(task.conversion)
        elif task.error is not None:
            self._fail(task.error.sentence, task.error.detail)
        else:
            self._fail(translate("Results", "It was cancelled."), "")

    def _fail_soon(self, sentence: str, detail: str) -> None:
        QTimer.singleShot(0, lambda: self._fail(sentence, detail))

    def _fail(self, sentence: str, detail: str) -> None:
        if self in self._running:
            self._running.discard(self)
            self.failed.emit(sentence, detail)

    def _discard(self) -> None:
        if self._workspace is not None:
            discard_workspace(self._workspace)
