"""One result from the service to a file: downloaded, converted in a task, moved into place when whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from ...api.processings import download_result
from ...layers.results.formats import OutputFormat
from ...layers.styles.kinds import kind_of
from ...layers.workspace import discard_workspace, open_workspace
from ...text.disk import write_fault
from ...text.quantities import size_text
from ...text.server_text import bounded
from ...text.translation import translate
from ..job import Job, JobError
from ..task import TaskJob
from .conversion import ConversionPlan

if TYPE_CHECKING:
    from ...api.http.client import Client
    from ...api.http.errors import ApiError
    from ...api.processings import Processing
    from ...layers.results.conversion import Conversion
    from ...layers.results.survey import Survey

DOWNLOAD_SHARE = 0.5  # of the whole way
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


class ResultDownload(Job):
    """Downloads and converts once; succeeds with the Conversion. A cancelled one leaves nothing on the disk.

    It touches no layer and no project, and so runs in any thread that has an event loop and a client of its own.
    """

    def __init__(self, client: Client, processing: Processing, destination: Destination) -> None:
        super().__init__()
        self._client = client
        self._processing = processing
        self._destination = destination
        self._workspace: Optional[Path] = None
        self._task: Optional[TaskJob] = None

    def _begin(self) -> None:
        try:
            self._workspace = open_workspace(self._destination.folder)
        except OSError as error:
            self._fail(JobError(write_fault(error, self._destination.folder), str(error)))
            return
        self._report(0.0, translate("Results", "Downloading"))
        target = self._workspace / "result.geojson"
        reply = download_result(self._client, self._processing.id, target)
        self._follow(reply, self._on_downloaded, self._on_no_download).progressed.connect(self._on_bytes)

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()  # the workspace is removed once GDAL has let go of the files
        else:
            self._discard()

    def _downloaded(self, path: Path) -> None:
        """The result is there; another kind of download may look at it before it is converted."""
        self._convert(path, self._destination)

    def _converted(self, conversion: Conversion) -> None:
        """The file is there; another kind of download may tell something else of it."""
        self._succeed(conversion)

    def _on_bytes(self, done: int, total: int) -> None:
        text = translate("Results", "Downloading, {size} so far").format(size=size_text(done))
        self._report(DOWNLOAD_SHARE * min(1.0, done / total) if total > 0 else 0.0, text)

    def _on_downloaded(self, path: Path) -> None:
        if self._workspace is not None:
            self._downloaded(path)

    def _convert(self, source: Path, wanted: Destination, found: Optional[Survey] = None) -> None:
        plan = ConversionPlan(
            source=source,
            workspace=source.parent,
            folder=wanted.folder,
            stem=wanted.stem,
            layer_name=wanted.layer_name,
            output=wanted.output,
            overwrite=wanted.overwrite,
            kind=kind_of(self._processing.model_name),
            found=found,
        )
        self._task = TaskJob(self._task_title, plan.carry_out, self._discard)
        self._task.progressed.connect(self._on_converting)
        self._task.succeeded.connect(self._converted)
        self._task.failed.connect(self._fail)
        self._report(DOWNLOAD_SHARE, translate("Results", "Converting"))
        self._task.start()

    @property
    def _task_title(self) -> str:
        return translate("Results", "Mapflow result “{name}”").format(
            name=bounded(self._processing.name, _LONGEST_TITLE)
        )

    def _on_no_download(self, error: ApiError) -> None:
        self._discard()
        self._fail_with(error)

    def _on_converting(self, fraction: float, _doing: object) -> None:
        share = DOWNLOAD_SHARE + (1 - DOWNLOAD_SHARE) * fraction
        self._report(share, translate("Results", "Converting"))

    def _discard(self) -> None:
        if self._workspace is not None:
            discard_workspace(self._workspace)
