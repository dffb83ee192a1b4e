"""A raster's values as QGIS understands them: how bright they are, and which band is the one to see through."""

from __future__ import annotations

from typing import Any

from osgeo import gdal


def scale_of(band: Any) -> tuple[float, float]:
    """Return by what a band's values are multiplied, and what is added then, to get the ones QGIS shows."""
    scale, offset = band.GetScale(), band.GetOffset()
    return (1.0 if scale in {None, 0.0} else float(scale)), (0.0 if offset is None else float(offset))


def has_plain_bytes(band: Any) -> bool:
    """Whether a band's values are brightness from 0 to 255, without a scale."""
    return bool(band.DataType == gdal.GDT_Byte) and scale_of(band) == (1.0, 0.0)


def with_alpha_last(opened: Any) -> Any:
    """Return the raster with its alpha band, where it has one, behind all others."""
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
