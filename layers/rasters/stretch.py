"""How the values of a raster become brightness from 0 to 255: as its layer shows them, or as QGIS does by default."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
from osgeo import gdal
from qgis.core import (
    Qgis,
    QgsContrastEnhancement,
    QgsMultiBandColorRenderer,
    QgsRasterLayer,
    QgsRasterRenderer,
    QgsSingleBandGrayRenderer,
)

from .values import has_plain_bytes, scale_of

CUT = 0.02  # the share of values that QGIS cuts off at each end of a raster of more than 8 bits
_SAMPLE = 1000  # pixels a side that are read
_RGB = (gdal.GCI_RedBand, gdal.GCI_GreenBand, gdal.GCI_BlueBand)

_Enhancement = QgsContrastEnhancement.ContrastEnhancementAlgorithm
_PLAIN = (_Enhancement.NoEnhancement, _Enhancement.StretchToMinimumMaximum)


@dataclass(frozen=True)
class BandStretch:
    """A band, counted from 1, and the values that become 0 and 255; None takes the values as they are.

    `is_open` says that QGIS found no ends itself; `settled` finds those it uses by default.
    """

    band: int
    ends: Optional[tuple[float, float]] = None
    is_open: bool = False


@dataclass(frozen=True)
class Stretch:
    """One band shown as grey, or three as red, green and blue."""

    bands: tuple[BandStretch, ...]


def stretch_of_layer(layer: QgsRasterLayer) -> Optional[Stretch]:
    """Return the stretch of a layer's style; None where the style is more than a stretch of one or three bands."""
    renderer = layer.renderer()
    if renderer is None or _is_retouched(layer) or _hides_values(renderer) or _has_own_no_data(layer):
        return None
    chosen: tuple[tuple[int, QgsContrastEnhancement], ...]
    if isinstance(renderer, QgsMultiBandColorRenderer):
        chosen = (
            (renderer.redBand(), renderer.redContrastEnhancement()),
            (renderer.greenBand(), renderer.greenContrastEnhancement()),
            (renderer.blueBand(), renderer.blueContrastEnhancement()),
        )
    elif isinstance(renderer, QgsSingleBandGrayRenderer):
        if renderer.gradient() != QgsSingleBandGrayRenderer.Gradient.BlackToWhite:
            return None
        chosen = ((renderer.grayBand(), renderer.contrastEnhancement()),)
    else:
        return None
    if any(_is_unstretched(layer, band, enhancement) for band, enhancement in chosen):
        return None
    bands = [_band_stretch(band, enhancement) for band, enhancement in chosen]
    found = [stretch for stretch in bands if stretch is not None]
    return Stretch(tuple(found)) if len(found) == len(bands) else None


def stretch_of_values(opened: Any) -> Stretch:
    """Return the stretch QGIS uses by default; of a large raster not every value is read."""
    numbers = _shown_bands(opened)
    if len(numbers) > 1 and has_plain_bytes(opened.GetRasterBand(numbers[0])):
        return Stretch(tuple(BandStretch(number) for number in numbers))
    # QGIS shows every value of a single band, from the darkest to the brightest
    cut = CUT if len(numbers) > 1 else 0.0
    return Stretch(tuple(BandStretch(number, _cut(opened.GetRasterBand(number), cut)) for number in numbers))


def settled(stretch: Stretch, opened: Any) -> Stretch:
    """Return the stretch with ends for those bands that have none yet."""
    cut = CUT if len(stretch.bands) > 1 else 0.0
    return Stretch(
        tuple(
            BandStretch(part.band, _cut(opened.GetRasterBand(part.band), cut)) if part.is_open else part
            for part in stretch.bands
        )
    )


def _shown_bands(opened: Any) -> tuple[int, ...]:
    colours = {
        opened.GetRasterBand(number).GetColorInterpretation(): number
        for number in range(opened.RasterCount, 0, -1)
    }
    if all(colour in colours for colour in _RGB):
        return tuple(colours[colour] for colour in _RGB)
    return (1, 2, 3) if opened.RasterCount >= 3 else (1,)


def _cut(band: Any, cut: float) -> tuple[float, float]:
    """Return the values between which all but the darkest and the brightest 2 % lie.

    GDAL would write statistics of its own to a file beside the raster.
    """
    size = max(1, min(band.XSize, _SAMPLE)), max(1, min(band.YSize, _SAMPLE))
    values = band.ReadAsArray(buf_xsize=size[0], buf_ysize=size[1])
    mask = band.GetMaskBand().ReadAsArray(buf_xsize=size[0], buf_ysize=size[1])
    if values is None or mask is None:
        return 0.0, 1.0  # the conversion will say that it cannot be read
    scale, offset = scale_of(band)
    known = values[(mask > 0) & np.isfinite(values)] * scale + offset
    if known.size == 0:
        return 0.0, 1.0
    low, high = (float(value) for value in np.percentile(known, (100 * cut, 100 * (1 - cut))))
    if low >= high:
        low, high = float(known.min()), float(known.max())
    return (low, high) if high > low else (low, low + 1.0)


def _is_retouched(layer: QgsRasterLayer) -> bool:
    brightness, hue = layer.brightnessFilter(), layer.hueSaturationFilter()
    if brightness is not None and (brightness.brightness() or brightness.contrast()):
        return True
    if brightness is not None and brightness.gamma() != 1.0:
        return True
    return hue is not None and bool(
        hue.saturation() or hue.grayscaleMode() or hue.colorizeOn() or getattr(hue, "invertColors", bool)()
    )


def _hides_values(renderer: QgsRasterRenderer) -> bool:
    """Whether the style makes some values transparent that the file itself does not."""
    transparency = renderer.rasterTransparency()
    listed = transparency is not None and bool(
        transparency.transparentSingleValuePixelList() or transparency.transparentThreeValuePixelList()
    )
    return listed or renderer.alphaBand() > 0


def _has_own_no_data(layer: QgsRasterLayer) -> bool:
    """Whether the layer takes other values for no data than its file does."""
    provider = layer.dataProvider()
    return any(
        provider.userNoDataValues(number)
        or (provider.sourceHasNoDataValue(number) and not provider.useSourceNoDataValue(number))
        for number in range(1, layer.bandCount() + 1)
    )


def _is_unstretched(layer: QgsRasterLayer, band: int, enhancement: Optional[QgsContrastEnhancement]) -> bool:
    """Whether a band of other values than bytes is shown without a stretch: QGIS then cuts them in its own way."""
    is_plain = enhancement is None or enhancement.contrastEnhancementAlgorithm() == _Enhancement.NoEnhancement
    return is_plain and band > 0 and layer.dataProvider().dataType(band) != Qgis.DataType.Byte


def _band_stretch(band: int, enhancement: Optional[QgsContrastEnhancement]) -> Optional[BandStretch]:
    if band < 1:  # this colour is switched off
        return None
    if enhancement is None:
        return BandStretch(band)
    algorithm = enhancement.contrastEnhancementAlgorithm()
    if algorithm not in _PLAIN:
        return None
    if algorithm == _Enhancement.NoEnhancement:
        return BandStretch(band)
    low, high = enhancement.minimumValue(), enhancement.maximumValue()
    if math.isnan(low) or math.isnan(high):
        # QGIS 3.44 finds no ends of values with a scale like 0.0001, and shows three such bands all black
        return BandStretch(band, is_open=True)
    return BandStretch(band, (low, high)) if high > low else None
