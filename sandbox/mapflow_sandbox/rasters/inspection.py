"""Checks of an uploaded file: what is no usable GeoTIFF is refused before anything is kept."""

from __future__ import annotations

import math
import warnings
from pathlib import Path

import numpy as np
import rasterio
import tifffile
from affine import Affine
from pyproj import Geod, Transformer
from pyproj.exceptions import ProjError
from rasterio.crs import CRS
from rasterio.enums import Interleaving
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.io import DatasetReader
from rasterio.windows import Window

from ..data_faults import out_of_bounds, too_wide, unfit, unreadable
from ..store.images import RasterFacts

BANDS = (1, 3, 4)
DTYPES = ("uint8", "uint16", "int16", "float32")
MAX_SIDE_PX = 65_535
MAX_PIXELS = 2_000_000_000
MAX_BLOCK_BYTES = 512 * 1024**2  # a preparation, a process of its own, unpacks a few of them at a time
MAX_PIXEL_M = 20.0
MAX_EXTENT_DEG = 10.0

_MERCATOR_LATITUDE = 85.06  # what lies beyond has no place in the tile matrix
# The server itself unpacks no larger block; the preparation finds the damage in those.
_READ_BYTES = 16 * 1024**2
_BYTES = {"uint8": 1, "int8": 1, "uint16": 2, "int16": 2, "uint32": 4, "int32": 4, "float32": 4, "float64": 8}
_GEOD = Geod(ellps="WGS84")
_EDGE_POINTS = 21


def inspect(path: Path, filename: str) -> RasterFacts:
    """What the file at `path` is. Raises DataFault where it cannot be used; `filename` is what the user calls it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            # nothing beside the file counts, and no format that names other files
            with (
                rasterio.Env(GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR"),
                rasterio.open(path, driver="GTiff") as dataset,
            ):
                _check_size(dataset, filename)
                _check_whole(path, dataset, filename)
                return _facts(dataset, filename)
    except RasterioError as error:
        raise unreadable(filename, "it is none, or it is damaged") from error


def _facts(dataset: DatasetReader, filename: str) -> RasterFacts:
    _check_pixels(dataset, filename)
    transform = dataset.transform
    if dataset.crs is None:
        raise unfit(filename, crs="none")
    if transform == Affine.identity() or transform.determinant == 0:
        raise unfit(filename, transform="none")
    longitudes, latitudes = _edge_in_degrees(dataset, filename)
    _check_place(longitudes, latitudes, filename)
    pixel_m = ground_pixel_m(dataset.crs, transform, dataset.width, dataset.height)
    if not 0 < pixel_m <= MAX_PIXEL_M:
        raise unfit(filename, pixel_size=f"{pixel_m:.4g} m, where {MAX_PIXEL_M:.0f} m are allowed")
    nodata = dataset.nodata
    return RasterFacts(
        crs=crs_name(dataset.crs),
        width=dataset.width,
        height=dataset.height,
        count=dataset.count,
        dtypes=tuple(dataset.dtypes),
        pixel_size=(math.hypot(transform.a, transform.d), math.hypot(transform.b, transform.e)),
        pixel_m=pixel_m,
        nodata=nodata if nodata is not None and math.isfinite(nodata) else None,
    )


def _check_pixels(dataset: DatasetReader, filename: str) -> None:
    if dataset.count not in BANDS:
        raise unfit(filename, count=dataset.count)
    wrong = sorted({dtype for dtype in dataset.dtypes if dtype not in DTYPES})
    if wrong:
        raise unfit(filename, dtypes=", ".join(wrong))
    if len(set(dataset.dtypes)) > 1:
        raise unfit(filename, dtypes=", ".join(dataset.dtypes))


def _check_size(dataset: DatasetReader, filename: str) -> None:
    """What the file says of its size, looked at before any of it is unpacked: a small file can hold a huge image."""
    if max(dataset.width, dataset.height) > MAX_SIDE_PX:
        raise unfit(filename, width=dataset.width, height=dataset.height)
    if dataset.width * dataset.height > MAX_PIXELS:
        raise unfit(filename, pixels=f"{dataset.width * dataset.height}, where {MAX_PIXELS} are allowed")
    if _block_bytes(dataset) > MAX_BLOCK_BYTES:
        raise unfit(filename, block_size="too large: write it in tiles")


def _block_bytes(dataset: DatasetReader) -> int:
    """Bytes of the largest block once it is unpacked; one with interleaved pixels holds all bands."""
    rows, columns = dataset.block_shapes[0]
    bands = dataset.count if dataset.interleaving is Interleaving.pixel else 1
    return int(rows) * int(columns) * bands * max(_BYTES.get(dtype, 16) for dtype in dataset.dtypes)


def _check_whole(path: Path, dataset: DatasetReader, filename: str) -> None:
    """A file that was cut off opens well and fails only where its pixels end."""
    if _block_bytes(dataset) <= _READ_BYTES:
        rows, columns = dataset.block_shapes[0]
        dataset.read(1, window=Window(0, 0, min(columns, dataset.width), min(rows, dataset.height)))
    try:
        with tifffile.TiffFile(path) as tiff:
            page = tiff.pages.first
            ends = np.asarray(page.dataoffsets, dtype=np.int64) + np.asarray(
                page.databytecounts, dtype=np.int64
            )
    except (tifffile.TiffFileError, ValueError, OSError, IndexError):
        return  # it reads otherwise than GDAL, which decides: the preparation reads every pixel
    if ends.size and int(ends.max()) > path.stat().st_size:
        raise unreadable(filename, "it ends before its last pixel")


def _edge_in_degrees(dataset: DatasetReader, filename: str) -> tuple[np.ndarray, np.ndarray]:
    """Longitudes and latitudes along the image's edge."""
    shares = np.linspace(0.0, 1.0, _EDGE_POINTS)
    columns = np.concatenate([shares, np.ones_like(shares), shares[::-1], np.zeros_like(shares)])
    rows = np.concatenate([np.zeros_like(shares), shares, np.ones_like(shares), shares[::-1]])
    xs, ys = _placed(dataset.transform, columns * dataset.width, rows * dataset.height)
    try:
        return to_degrees(dataset.crs, xs, ys)
    except ProjError as error:
        raise unfit(filename, crs=crs_name(dataset.crs)[:100]) from error


def _check_place(longitudes: np.ndarray, latitudes: np.ndarray, filename: str) -> None:
    if not (np.isfinite(longitudes).all() and np.isfinite(latitudes).all()):
        raise out_of_bounds(filename, "its CRS does not reach there")
    if np.abs(longitudes).max() > 180 or np.abs(latitudes).max() > _MERCATOR_LATITUDE:
        raise out_of_bounds(filename, "longitude or latitude is too large")
    reach = max(float(np.ptp(longitudes)), float(np.ptp(latitudes)))
    if reach > 180:
        raise out_of_bounds(filename, "it crosses the antimeridian")
    if reach > MAX_EXTENT_DEG:
        raise too_wide(filename, reach, MAX_EXTENT_DEG)


def ground_pixel_m(crs: CRS, transform: Affine, width: int, height: int) -> float:
    """The longer side, in metres on the ground, of a pixel in the middle of a raster; NaN where it has no place."""
    column, row = width / 2, height / 2
    # a raster's width apart is too far for the ellipsoid to look flat, a pixel too near for doubles in degrees
    step = max(1.0, min(width, height) / 10)
    xs, ys = _placed(
        transform,
        np.array([column - step / 2, column + step / 2, column, column]),
        np.array([row, row, row - step / 2, row + step / 2]),
    )
    longitudes, latitudes = to_degrees(crs, xs, ys)
    *_, across = _GEOD.inv(longitudes[0], latitudes[0], longitudes[1], latitudes[1])
    *_, down = _GEOD.inv(longitudes[2], latitudes[2], longitudes[3], latitudes[3])
    return float(max(across, down) / step)


def to_degrees(crs: CRS, xs: np.ndarray, ys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Longitudes and latitudes (WGS 84) of positions in `crs`, infinite where it does not reach. Raises ProjError."""
    transformer = Transformer.from_crs(crs.to_wkt(), "EPSG:4326", always_xy=True)
    longitudes, latitudes = transformer.transform(xs, ys)
    return np.asarray(longitudes), np.asarray(latitudes)


def _placed(transform: Affine, columns: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return (
        transform.a * columns + transform.b * rows + transform.c,
        transform.d * columns + transform.e * rows + transform.f,
    )


def crs_name(crs: CRS) -> str:
    """`EPSG:32637` where there is such a code, else WKT."""
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else str(crs.to_wkt())
