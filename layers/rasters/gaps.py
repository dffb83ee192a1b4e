"""Which pixels hold nothing, as QGIS shows them: where one of the bands on the map has no value, or is no number."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any, Optional

import numpy as np
from osgeo import gdal

from ..gdal_errors import ConversionCancelledError, Report

_FLOATS = {gdal.GDT_Float32, gdal.GDT_Float64}
_OPAQUE = 255
_ROWS = 512  # read at a time
_OPTIONS = ("TILED=YES", "COMPRESS=DEFLATE", "BIGTIFF=IF_SAFER")


def with_gaps_as_alpha(opened: Any, path: Path, report: Report) -> Any:
    """Return a raster whose last band, of bytes, says which pixels are seen through; itself where it says so already.

    A pixel that is no number in one band counts as empty; QGIS 3.22 goes by the red one. GDAL alone takes a pixel for
    empty only where all bands are, and knows no infinite values and no alpha bands of other types than two. The new
    band stands in a file at `path`. Raises ConversionCancelledError.
    """
    try:
        return _with_alpha(opened, path, report)
    except _UnreadableError:
        return opened  # the conversion will say that it cannot be read


class _UnreadableError(Exception):
    """GDAL cannot read a part of a band."""


def _with_alpha(opened: Any, path: Path, report: Report) -> Any:
    bands = [opened.GetRasterBand(number) for number in range(1, opened.RasterCount + 1)]
    alpha = bands.pop() if len(bands) > 1 and _is_alpha(bands[-1]) else None
    if not _is_for_us(bands, alpha) or not _write_alpha(bands, alpha, path, report):
        return opened
    numbers = list(range(1, len(bands) + 1))
    shown = gdal.Translate("", opened, format="VRT", bandList=numbers, noData="none", maskBand="none")
    shown.AddBand(gdal.GDT_Byte)
    added = shown.GetRasterBand(shown.RasterCount)
    added.SetColorInterpretation(gdal.GCI_AlphaBand)
    source = f"<SourceFilename>{html.escape(str(path))}</SourceFilename><SourceBand>1</SourceBand>"
    added.SetMetadataItem("source_0", f"<SimpleSource>{source}</SimpleSource>", "new_vrt_sources")
    return shown


def _read(band: Any, window: tuple[int, int, int, int]) -> Any:
    values = band.ReadAsArray(*window)
    if values is None:
        raise _UnreadableError
    return values


def _is_alpha(band: Any) -> bool:
    return bool(band.GetColorInterpretation() == gdal.GCI_AlphaBand)


def _is_for_us(bands: list[Any], alpha: Optional[Any]) -> bool:
    has_no_data = any(band.GetMaskFlags() & gdal.GMF_NODATA for band in bands)
    if alpha is not None:
        return has_no_data or alpha.DataType != gdal.GDT_Byte
    return any(band.DataType in _FLOATS for band in bands) or (has_no_data and len(bands) > 1)


def _write_alpha(bands: list[Any], alpha: Optional[Any], path: Path, report: Report) -> bool:
    """Write the file; False where no pixel is seen through. Its place is that of the raster, so that it fits."""
    columns, rows = bands[0].XSize, bands[0].YSize
    made = gdal.GetDriverByName("GTiff").Create(str(path), columns, rows, 1, gdal.GDT_Byte, list(_OPTIONS))
    if made is None:
        raise OSError(f"{path.name} cannot be written")
    factor = 1.0 if alpha is None else _factor(alpha)
    is_seen_through = False
    for top in range(0, rows, _ROWS):
        if not report(0.0):
            raise ConversionCancelledError
        window = (0, top, columns, min(_ROWS, rows - top))
        values = np.full((window[3], columns), _OPAQUE, dtype=np.uint8)
        if alpha is not None:
            values = np.clip(np.nan_to_num(_read(alpha, window)) * factor, 0, _OPAQUE).astype(np.uint8)
        for band in bands:
            values[_holds_nothing(band, window, alpha is not None)] = 0
        is_seen_through = is_seen_through or bool(values.min() < _OPAQUE)
        made.GetRasterBand(1).WriteArray(values, 0, top)
    made = None  # closes the file
    return is_seen_through


def _holds_nothing(band: Any, window: tuple[int, int, int, int], has_alpha: bool) -> Any:
    flags = band.GetMaskFlags()
    # with an alpha band it is the mask of all others, in GDAL's own way
    is_told = not flags & gdal.GMF_ALL_VALID and not (has_alpha and flags & gdal.GMF_ALPHA)
    empty = np.zeros((window[3], window[2]), dtype=bool)
    if is_told:
        empty |= _read(band.GetMaskBand(), window) == 0
    if band.DataType in _FLOATS:
        empty |= ~np.isfinite(_read(band, window))
    return empty


def _factor(alpha: Any) -> float:
    """Return what makes an alpha band's values one of 0 to 255: some count to 1, some to 255, some to 65535."""
    highest = alpha.ComputeRasterMinMax(False)[1]
    if highest <= 1.0 and alpha.DataType in _FLOATS:
        return float(_OPAQUE)
    return 1.0 if highest <= _OPAQUE else _OPAQUE / 65_535
