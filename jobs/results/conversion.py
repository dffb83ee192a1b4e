"""The task, seen in QGIS's task manager, that converts a downloaded result and moves the files to their place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Callable, ClassVar, Optional

from qgis.core import QgsTask

from ...layers.gdal_errors import ConversionCancelledError, ConversionError
from ...layers.results.conversion import Conversion, convert
from ...layers.results.files import free_path, move_in
from ...layers.results.formats import GEOPACKAGE, OutputFormat, Split
from ...layers.styles.kinds import Kind
from ...layers.styles.renderers import map_tip, style_document, table_renderer
from ...layers.styles.storage import store_default_style
from ...layers.workspace import discard_workspace
from ...text.disk import write_fault
from ...text.translation import translate


@dataclass(frozen=True)
class ConversionJob:
    """What to convert, and where to; all of it plain values, for it is read in another thread."""

    source: Path
    workspace: Path
    folder: Path
    stem: str  # of the file
    layer_name: str  # of the layer in it, and of the files where the format has one for each geometry type
    output: OutputFormat
    overwrite: bool
    kind: Kind


class ConversionTask(QgsTask):
    """Runs one ConversionJob. Afterwards either `conversion` is set, or `error`, or neither when cancelled."""

    _alive: ClassVar[set[ConversionTask]] = set()  # the task manager keeps the C++ side only

    def __init__(
        self, description: str, job: ConversionJob, on_end: Callable[[ConversionTask], None]
    ) -> None:
        super().__init__(description, QgsTask.Flag.CanCancel)
        self._job = job
        self._on_end = on_end
        self.conversion: Optional[Conversion] = None
        self.error: Optional[ConversionError] = None
        self._alive.add(self)

    def run(self) -> bool:
        """Convert and move in; in the task's thread, where an exception would end QGIS."""
        job = self._job
        try:
            stem = job.stem if job.output.split is Split.FILES else job.layer_name
            folder = job.workspace / "converted"  # apart from the source, whose name may be the one wanted
            folder.mkdir()
            made = convert(job.source, folder, stem, job.output, self._report)
            if job.output is GEOPACKAGE:
                _store_styles(made, job.kind)
            self.conversion = _moved_in(made, job)
        except ConversionCancelledError:
            return False
        except ConversionError as error:
            self.error = error
        except OSError as error:
            self.error = ConversionError(write_fault(error, job.folder), str(error))
        except Exception as error:  # noqa: BLE001 - whatever it is, it must be told, and not end QGIS
            self.error = ConversionError(
                translate("Results", "The result could not be converted."), repr(error)
            )
        finally:
            discard_workspace(job.workspace)
        return self.conversion is not None

    def finished(self, _result: bool) -> None:
        """Tell; in the main thread, also for a task that was cancelled before it began and has not cleaned up."""
        self._alive.discard(self)
        discard_workspace(self._job.workspace)
        self._on_end(self)

    def _report(self, fraction: float) -> bool:
        self.setProgress(100 * fraction)
        return not self.isCanceled()


def _store_styles(made: Conversion, kind: Kind) -> None:
    for table in made.tables:
        style = style_document(table_renderer(table, kind), map_tip(table, kind))
        store_default_style(table.path, table.name, table.geometry_column, style)


def _place(made: Path, job: ConversionJob) -> Path:
    """Where a converted file goes: only the file that was agreed to be replaced is, any other name must be free."""
    output = job.output
    stem = made.stem if output.split is Split.FILES else job.stem
    wanted = job.folder / f"{stem}{output.suffix}"
    if job.overwrite and stem == job.stem and wanted.exists():
        return wanted
    return free_path(job.folder, stem, output.suffix, (*output.parts, *output.sidecars))


def _moved_in(made: Conversion, job: ConversionJob) -> Conversion:
    places = {path: _place(path, job) for path in dict.fromkeys(table.path for table in made.tables)}
    finished = dict(places)
    obsolete: list[Path] = []
    for path, place in places.items():
        for part in job.output.parts:
            if path.with_suffix(part).exists():
                finished[path.with_suffix(part)] = place.with_suffix(part)
            else:
                obsolete.append(place.with_suffix(part))
        obsolete.extend(place.with_suffix(sidecar) for sidecar in job.output.sidecars)
    move_in(finished, obsolete, job.workspace)
    return Conversion(tuple(replace(table, path=places[table.path]) for table in made.tables))
