"""GeoJSON becomes a file of the format wanted: fetched, converted in a task, moved into place when whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional

from ...layers.results.formats import OutputFormat
from ...layers.workspace import discard_workspace, open_workspace
from ...text.disk import write_fault
from ...text.translation import translate
from ..job import Job, JobError
from ..task import TaskJob
from .conversion import ConversionPlan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...layers.results.conversion import Conversion
    from ...layers.results.survey import Survey
    from ...layers.tables import Table

FETCHED_SHARE = 0.5  # of the whole way


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


class MadeFile(Job):
    """Fetches and converts once; succeeds with the Conversion. A cancelled one leaves nothing on the disk.

    It touches no layer and no project, and so runs in any thread that has an event loop. QGIS's task manager shows it
    as `title`; `style` makes the style that a GeoPackage keeps of a table, `sign` writes into it what it is.
    """

    def __init__(
        self,
        destination: Destination,
        title: str,
        style: Callable[[Table], str],
        sign: Optional[Callable[[Sequence[Table]], None]] = None,
    ) -> None:
        super().__init__()
        self._destination = destination
        self._title = title
        self._style = style
        self._sign = sign
        self._workspace: Optional[Path] = None
        self._task: Optional[TaskJob] = None

    # for the kinds of files

    def _fetch(self, target: Path) -> None:
        """Bring the GeoJSON to `target`, and call `_fetched` with it."""
        raise NotImplementedError

    def _fetched(self, path: Path) -> None:
        """It is there; some kind of file may have it looked at before it is converted."""
        self._convert(path, self._destination)

    def _converted(self, conversion: Conversion) -> None:
        """The file is there; some kind of file may tell something else of it."""
        self._succeed(conversion)

    # the way

    def _begin(self) -> None:
        try:
            self._workspace = open_workspace(self._destination.folder)
        except OSError as error:
            self._fail(JobError(write_fault(error, self._destination.folder), str(error)))
            return
        self._fetch(self._workspace / "result.geojson")

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()  # the workspace is removed once GDAL has let go of the files
        else:
            self._discard()

    def _convert(self, source: Path, wanted: Destination, found: Optional[Survey] = None) -> None:
        plan = ConversionPlan(
            source=source,
            workspace=source.parent,
            folder=wanted.folder,
            stem=wanted.stem,
            layer_name=wanted.layer_name,
            output=wanted.output,
            overwrite=wanted.overwrite,
            style=self._style,
            sign=self._sign,
            found=found,
        )
        self._task = TaskJob(self._title, plan.carry_out, self._discard)
        self._task.progressed.connect(self._on_converting)
        self._task.succeeded.connect(self._converted)
        self._task.failed.connect(self._fail)
        self._report(FETCHED_SHARE, translate("Results", "Converting"))
        self._task.start()

    def _on_converting(self, fraction: float, _doing: object) -> None:
        share = FETCHED_SHARE + (1 - FETCHED_SHARE) * fraction
        self._report(share, translate("Results", "Converting"))

    def _let_go(self) -> None:
        if not self.is_running:  # cancelled while a task was at work
            self._discard()

    def _on_unreadable(self, error: JobError) -> None:
        self._discard()
        self._fail(error)

    def _discard(self) -> None:
        if self._workspace is not None:
            discard_workspace(self._workspace)
