"""Converts GeoJSON and moves the files to their place; the work of a task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Callable, Optional

from ...layers.gdal_errors import ConversionError, Report
from ...layers.results.conversion import Conversion, convert
from ...layers.results.files import free_path, move_in
from ...layers.results.formats import GEOPACKAGE, OutputFormat, Split
from ...layers.results.survey import Survey
from ...layers.results.writing import not_written
from ...layers.styles.storage import store_default_style
from ...layers.tables import Table
from ...layers.workspace import discard_workspace
from ...text.disk import write_fault


@dataclass(frozen=True)
class ConversionPlan:
    """What to convert, and where to; all of it plain values, for it is read in another thread."""

    source: Path
    workspace: Path
    folder: Path
    stem: str  # of the file
    layer_name: str  # of the layer in it, and of the files where the format has one for each geometry type
    output: OutputFormat
    overwrite: bool
    style: Callable[[Table], str]  # that a GeoPackage keeps of a table
    sign: Optional[Callable[[Sequence[Table]], None]] = None  # writes into a GeoPackage what it is
    found: Optional[Survey] = None  # where the source was looked through before

    def carry_out(self, report: Report) -> Conversion:
        """Convert and move in, and remove the workspace; raises ConversionError or ConversionCancelledError."""
        try:
            stem = self.stem if self.output.split is Split.FILES else self.layer_name
            folder = self.workspace / "converted"  # apart from the source, whose name may be the one wanted
            folder.mkdir()
            made = convert(self.source, folder, stem, self.output, report, self.found)
            if self.output is GEOPACKAGE:
                _store_styles(made, self.style)
                if self.sign is not None:
                    self.sign(made.tables)
            return _moved_in(made, self)
        except OSError as error:
            raise ConversionError(write_fault(error, self.folder), str(error)) from error
        finally:
            discard_workspace(self.workspace)


def _store_styles(made: Conversion, style: Callable[[Table], str]) -> None:
    for table in made.tables:
        fault = store_default_style(table.path, table.name, table.geometry_column, style(table))
        if fault:
            raise not_written(fault, table.path.parent)


def _place(made: Path, plan: ConversionPlan) -> Path:
    """Where a converted file goes: only the file that was agreed to be replaced is, any other name must be free."""
    output = plan.output
    stem = made.stem if output.split is Split.FILES else plan.stem
    wanted = plan.folder / f"{stem}{output.suffix}"
    if plan.overwrite and stem == plan.stem and wanted.exists():
        return wanted
    return free_path(plan.folder, stem, output.suffix, (*output.parts, *output.sidecars))


def _moved_in(made: Conversion, plan: ConversionPlan) -> Conversion:
    places = {path: _place(path, plan) for path in dict.fromkeys(table.path for table in made.tables)}
    finished = dict(places)
    obsolete: list[Path] = []
    for path, place in places.items():
        for part in plan.output.parts:
            if path.with_suffix(part).exists():
                finished[path.with_suffix(part)] = place.with_suffix(part)
            else:
                obsolete.append(place.with_suffix(part))
        obsolete.extend(place.with_suffix(sidecar) for sidecar in plan.output.sidecars)
    move_in(finished, obsolete, plan.workspace)
    return replace(made, tables=tuple(replace(table, path=places[table.path]) for table in made.tables))
