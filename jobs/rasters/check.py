"""Rasters looked at before they are uploaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

from ...layers.gdal_errors import ConversionCancelledError, Report
from ...layers.rasters.check import Limits, RasterCheck, check_raster, example_of
from ...layers.rasters.facts import Grid
from ...layers.rasters.source import RasterSource
from ...text.translation import translate
from ..task import TaskJob


@dataclass(frozen=True)
class CheckedRasters:
    """What came of looking at several rasters, in their order, and the grid they were compared with."""

    checks: tuple[RasterCheck, ...]
    grid: Optional[Grid]


def check_rasters(sources: Sequence[RasterSource], limits: Limits, grid: Optional[Grid]) -> TaskJob:
    """A job that looks at rasters one after the other; it succeeds with CheckedRasters.

    Without a `grid` to match, the first raster that can be used sets the example for those after it.
    """

    def check_all(report: Report) -> CheckedRasters:
        checks: list[RasterCheck] = []
        example = grid
        for source in sources:
            if not report(len(checks) / len(sources)):
                raise ConversionCancelledError
            checks.append(check_raster(source, limits, example))
            if example is None:
                example = example_of(checks[-1])
        return CheckedRasters(tuple(checks), example)

    return TaskJob(translate("Rasters", "Checking rasters for Mapflow"), check_all)
