"""One job: check the imagery, read the pixels of the area, find the model's objects in them, write the result."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import Transformer
from rasterio.features import geometry_mask
from shapely.geometry import box, mapping, shape
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from .. import results
from ..detect.catalog import model_by_key
from ..detect.run import Detection, run
from ..imagery import mgrs, raster
from ..imagery.fetching import TileFault, fetch
from ..imagery.granule import develop
from .job import IMAGE_GONE, Failed, Job

MEMORY_BYTES = 1_500_000_000
DECIMALS = 8
_BYTES_A_PIXEL = 12  # the pixels themselves, and what the model makes of them
_CONTEXT_M = 30.0  # the models look this far around a pixel
_MERCATOR_LATITUDE = 85.05
_NOMINAL = 0.01  # a pixel of 1.2 m on the map may be a little more on the ground
_READ, _FOUND = 5.0, 95.0  # per cent of the work that is done by then
_TO_MERCATOR = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)
_TO_DEGREES = Transformer.from_crs("EPSG:3857", "EPSG:4326", always_xy=True)


class JobFault(Exception):
    """The job cannot be done; `failed` says why."""

    def __init__(self, code: str, **parameters: object) -> None:
        super().__init__(code)
        self.failed = Failed(code, {key: str(value) for key, value in parameters.items()})


@dataclass(frozen=True)
class View:
    """The pixels around an area, and which of them lie in it."""

    pixels: raster.Pixels
    inside: np.ndarray
    area: BaseGeometry  # in EPSG:3857


def perform(job: Job, assets: Path, report: Callable[[float], None]) -> int:
    """Do `job`; says how many objects were found. `report` hears 0 to 100. Raises JobFault."""
    with _stage("source-validator.internalError"):
        check_zoom(job)
        check_resolution(job)
        check_granule(job)
    with _stage("dataloader.internalError", reads=[Path(name) for name in job.files]):
        view = look(job, load(job))
    report(_READ)

    def found(share: float) -> None:
        report(_READ + share * (_FOUND - _READ))

    pixels = view.pixels
    with _stage("inference.internalError"):
        objects = run(
            job.model,
            pixels.rgb,
            pixels.valid & view.inside,
            pixels.transform,
            frozenset(job.blocks),
            assets,
            found,
            seen=pixels.valid,
        )
    with _stage("vector-processor.internalError"):
        count = results.write(Path(job.result), features(objects, view.area, job.day))
    report(100.0)
    return count


def check_zoom(job: Job) -> None:
    """Raises JobFault where the model, or the imagery, has no such zoom."""
    if job.zoom is None:
        return
    model = model_by_key(job.model)
    finest = min(model.max_zoom, job.max_zoom if job.max_zoom is not None else model.max_zoom)
    if job.zoom > finest:
        raise JobFault("source-validator.TooHighZoom", max_zoom=finest, actual_zoom=job.zoom)
    if job.zoom < model.min_zoom:
        raise JobFault("source-validator.TooLowZoom", min_zoom=model.min_zoom, actual_zoom=job.zoom)


def check_resolution(job: Job) -> None:
    """Raises JobFault where the pixels of files are too coarse or too fine for the model; sizes in metres."""
    if job.resolution is None:
        return
    model = model_by_key(job.model)
    actual = f"{job.resolution:.4g}"
    if job.resolution > model.max_res * (1 + _NOMINAL):
        raise JobFault("source-validator.PixelSizeTooHigh", actual_res=actual, max_res=model.max_res)
    if job.resolution < model.min_res * (1 - _NOMINAL):
        raise JobFault("source-validator.PixelSizeTooLow", actual_res=actual, min_res=model.min_res)


def check_granule(job: Job) -> None:
    """Raises JobFault where the granule is none for the model, or does not cover the area."""
    granule, needs = job.granule, model_by_key(job.model).granules
    if granule is None or needs is None:
        return
    if needs.cells and granule.cell not in needs.cells:
        cells = ", ".join(needs.cells)
        raise JobFault("source-validator.GridCellOutOfBound", actual_cell=granule.cell, allowed_cells=cells)
    if needs.months and granule.month not in needs.months:
        months = ", ".join(map(str, needs.months))
        raise JobFault("source-validator.MonthOutOfBounds", actual_month=granule.month, allowed_months=months)
    covered = mgrs.outline(granule.cell)
    if covered is None or not covered.intersects(shape(job.geometry)):
        raise JobFault("source-validator.AOINotInCell", actual_cell=granule.cell)


def load(job: Job) -> list[Path]:
    """The files of the job, made now where its tiles are to be fetched or its granule is. Raises JobFault."""
    files = [Path(name) for name in job.files]
    around = mercator(shape(job.geometry)).buffer(_CONTEXT_M, join_style="mitre")
    if job.granule is not None:
        return [_developed(job, files, around)]
    if job.tiles is None or job.zoom is None:
        return files
    try:
        fetch(job.tiles, job.zoom, around.bounds, job.login, Path(job.imagery), MEMORY_BYTES)
    except TileFault as fault:
        raise JobFault(fault.code, **fault.parameters) from None
    return [Path(job.imagery)]


def _developed(job: Job, files: Sequence[Path], around: BaseGeometry) -> Path:
    """The part of a granule that the job needs, as a file. Raises JobFault."""
    if job.granule is None or not job.granule.exists:
        raise JobFault("dataloader.SentinelLoaderInternalError")
    there = around.intersection(shapely.union_all([box(*raster.bounds_3857(path)) for path in files]))
    if there.is_empty:
        raise JobFault("source-validator.NoDataInAOI")
    develop(files[0], there.bounds, job.pixel, Path(job.imagery))
    return Path(job.imagery)


def look(job: Job, files: Sequence[Path]) -> View:
    """Read the pixels of the job's area and a little around it. Raises JobFault where there are none."""
    there = shapely.union_all([box(*raster.bounds_3857(path)) for path in files])
    area = mercator(shape(job.geometry)).intersection(there)
    if area.is_empty:
        raise JobFault("source-validator.NoDataInAOI")
    around = box(*area.bounds).buffer(_CONTEXT_M, join_style="mitre").intersection(box(*there.bounds))
    height, width = raster.shape_of(around.bounds, job.pixel)
    if height * width * _BYTES_A_PIXEL > MEMORY_BYTES:
        needed = height * width * _BYTES_A_PIXEL
        raise JobFault("dataloader.MemoryLimitExceeded", allowed_size=MEMORY_BYTES, estimated_size=needed)
    pixels = raster.read(files, around.bounds, job.pixel)
    inside = geometry_mask([area], pixels.valid.shape, pixels.transform, invert=True)
    if not (pixels.valid & inside).any():
        raise JobFault("source-validator.NoDataInAOI")
    return View(pixels, inside, area)


def features(objects: list[Detection], area: BaseGeometry, day: str) -> Iterator[dict[str, Any]]:
    """The objects that lie in `area` (EPSG:3857) as GeoJSON features in degrees, with the properties of the service."""
    shapely.prepare(area)
    number = 0
    for each in objects:
        if each.geometry.is_empty or not area.intersects(each.geometry):
            continue
        for polygon in getattr(each.geometry, "geoms", [each.geometry]):
            number += 1
            yield {
                "type": "Feature",
                "id": number,
                "geometry": mapping(orient(_projected(polygon, _TO_DEGREES, DECIMALS))),
                "properties": {"id": number, **each.properties, "processing_date": day},
            }


def mercator(degrees: BaseGeometry) -> BaseGeometry:
    """A geometry in EPSG:3857, without what lies too near to a pole to be there."""
    return _projected(
        degrees.intersection(box(-180, -_MERCATOR_LATITUDE, 180, _MERCATOR_LATITUDE)), _TO_MERCATOR
    )


def _projected(geometry: BaseGeometry, transformer: Transformer, decimals: int | None = None) -> BaseGeometry:
    def project(points: np.ndarray) -> np.ndarray:
        moved = np.column_stack(transformer.transform(points[:, 0], points[:, 1]))
        return moved if decimals is None else np.round(moved, decimals)

    return shapely.transform(geometry, project)


@contextmanager
def _stage(code: str, reads: Sequence[Path] = ()) -> Iterator[None]:
    """Give what goes wrong in a stage the stage's code; the log has the rest.

    Where one of the files it `reads` is not there any more, its image was deleted, and the log need not know.
    """
    try:
        yield
    except (JobFault, MemoryError):
        raise
    except Exception as error:
        if not all(path.exists() for path in reads):
            raise JobFault(IMAGE_GONE) from None
        raise JobFault(code) from error
