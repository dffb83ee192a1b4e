"""A raster's values as QGIS understands them, told to GDAL: which pixels are empty, and how bright the others are."""

from __future__ import annotations

import math
from typing import Any

from osgeo import gdal

_FLOATS = {gdal.GDT_Float32, gdal.GDT_Float64}


def scale_of(band: Any) -> tuple[float, float]:
    """Return by what a band's values are multiplied, and what is added then, to get the ones QGIS shows."""
    scale, offset = band.GetScale(), band.GetOffset()
    return (1.0 if scale in {None, 0.0} else float(scale)), (0.0 if offset is None else float(offset))


def has_plain_bytes(band: Any) -> bool:
    """Whether a band's values are brightness from 0 to 255, without a scale."""
    return bool(band.DataType == gdal.GDT_Byte) and scale_of(band) == (1.0, 0.0)


def told_plainly(opened: Any, may_reorder: bool) -> Any:
    """Return the raster with what is not a number as no data, as QGIS shows it; with its alpha band last if it may."""
    return _without_nan(_with_alpha_last(opened) if may_reorder else opened)


def _with_alpha_last(opened: Any) -> Any:
    count = opened.RasterCount
    alphas = [
        number
        for number in range(1, count + 1)
        if opened.GetRasterBand(number).GetColorInterpretation() == gdal.GCI_AlphaBand
    ]
    if not alphas or alphas[0] == count:
        return opened
    order = [number for number in range(1, count + 1) if number != alphas[0]] + [alphas[0]]
    return gdal.Translate("", opened, format="VRT", bandList=order)


def _without_nan(opened: Any) -> Any:
    first = opened.GetRasterBand(1)
    declared = first.GetNoDataValue()
    if first.DataType not in _FLOATS or (declared is not None and math.isnan(declared)):
        return opened
    if declared is None and not first.GetMaskFlags() & gdal.GMF_ALL_VALID:
        return opened  # a mask or an alpha band says it
    copy = gdal.Translate("", opened, format="VRT", noData="nan")
    if copy is None or not _has_gaps(copy):
        return opened
    if declared is None:
        return copy
    xml = copy.GetMetadata("xml:VRT")[0]
    xml = xml.replace("<SimpleSource>", "<ComplexSource>").replace(
        "</SimpleSource>", f"<NODATA>{declared!r}</NODATA></ComplexSource>"
    )
    return gdal.Open(xml)


def _has_gaps(opened: Any) -> bool:
    """Whether any pixel of any band is no data."""
    bands = (opened.GetRasterBand(number) for number in range(1, opened.RasterCount + 1))
    return any(band.GetMaskBand().ComputeRasterMinMax(False)[0] == 0 for band in bands)
