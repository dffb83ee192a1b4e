"""Converts a raster to what the service takes: an 8-bit GeoTIFF, grey, RGB or RGBA, north up, like its mosaic's others.

It runs in a worker thread: it uses no Qt and no QGIS objects, and opens and closes every GDAL object itself. GDAL
releases Python's lock while it works.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Callable, Optional

from osgeo import gdal

from ...text.disk import disk_full, write_fault
from ...text.quantities import number_text
from ...text.translation import translate
from ..gdal_errors import ConversionCancelledError, ConversionError, Report, collect_gdal_errors
from ..workspace import check_room
from .facts import Grid, UnreadableRasterError, is_same_system, open_raster, read_facts
from .gaps import with_gaps_as_alpha
from .stretch import BandStretch, Stretch, settled, stretch_of_values
from .values import scale_of, with_alpha_last

Follow = Callable[[float, str, object], int]  # GDAL's progress: a fraction, and 0 from it means stop

PART = ".part"
ALPHA = ".alpha.tif"  # of a file that lives as long as the conversion
_OPTIONS = (
    "TILED=YES",
    "BLOCKXSIZE=512",
    "BLOCKYSIZE=512",
    "COMPRESS=DEFLATE",
    "PREDICTOR=2",
    "BIGTIFF=IF_SAFER",
    "NUM_THREADS=ALL_CPUS",
)
_WARP_MEMORY = 128 * 1024 * 1024  # bytes
_WARP_ERROR = 0.125  # pixels
_OPAQUE = 255
_GREY, _RGB = (gdal.GCI_GrayIndex,), (gdal.GCI_RedBand, gdal.GCI_GreenBand, gdal.GCI_BlueBand)


@dataclass(frozen=True)
class PictureWanted:
    """Which raster to convert, and to what. It has plain values only, since another thread reads it.

    `crs` is WKT and replaces the raster's own. What is empty in `like` stays as it is in the raster.
    """

    uri: str
    path: Path
    crs: str = ""
    stretch: Optional[Stretch] = None
    like: Grid = field(default_factory=Grid)
    max_side_px: int = 65_535
    is_drawn: bool = False  # by QGIS, in four bands


def make_picture(wanted: PictureWanted, report: Report) -> Path:
    """Write the picture to `wanted.path`, by way of a file with `.part` after its name; returns the path.

    Raises ConversionError or ConversionCancelledError, and leaves no file then.
    """
    part, alpha = (wanted.path.with_name(wanted.path.name + ending) for ending in (PART, ALPHA))
    try:
        with collect_gdal_errors() as errors:
            _Making(wanted, report, errors).write(part)
        os.replace(part, wanted.path)
    except UnreadableRasterError as problem:
        raise ConversionError(problem.sentence, problem.detail) from problem
    except OSError as problem:
        raise ConversionError(write_fault(problem, wanted.path.parent), str(problem)) from problem
    finally:
        for left in (part, part.with_name(part.name + ".aux.xml")):
            left.unlink(missing_ok=True)
        with suppress(OSError):  # Windows keeps a file that is still open; it goes with its folder
            alpha.unlink(missing_ok=True)
    return wanted.path


class _Making:
    """One picture in the making."""

    def __init__(self, wanted: PictureWanted, report: Report, errors: list[str]) -> None:
        self.wanted = wanted
        self.report = report
        self.errors = errors
        self.source: Any = None  # kept as long as what is built on it
        self.alpha = wanted.path.with_name(wanted.path.name + ALPHA)
        self.has_alpha = False
        self.shape: Optional[dict[str, Any]] = None

    def write(self, part: Path) -> None:
        """Write the picture to `part`."""
        self.source = open_raster(self.wanted.uri, self.errors)
        if self.wanted.stretch is None:
            self.source = with_alpha_last(self.source)
        self.errors.clear()  # the raster was opened in spite of these
        self.shape = self._shape()
        shown = self._eight_bit()
        self._check_plan(shown, part.parent)
        is_marked_by_black = self.wanted.like.bands in {1, 3} and shown.RasterCount in {2, 4}
        if is_marked_by_black:
            self._run(partial(_without_alpha, shown, str(part)), part.parent)
        else:
            self._run(partial(_copied, shown, str(part)), part.parent)

    def _eight_bit(self) -> Any:
        """Return the source as a virtual raster of bytes: grey or RGB, and alpha where something is transparent."""
        stretch = self._with_shown_bands()
        numbers = [part.band for part in stretch.bands]
        scales = {number: scale_of(self.source.GetRasterBand(number)) for number in numbers}
        self.has_alpha = self._is_see_through()
        bands = self._bands_wanted(len(numbers))
        if len(numbers) == 1 and bands > 1:
            stretch, numbers = Stretch(stretch.bands * 3), numbers * 3
        # a warped picture has empty corners
        with_alpha = self.has_alpha or self.shape is not None or bands == 4
        if with_alpha and (self.shape is not None or not _has_alpha_band(self.source)):
            self.source = self._warped()
        options: dict[str, Any] = {
            "format": "VRT",
            "outputType": gdal.GDT_Byte,
            "bandList": [*numbers, self.source.RasterCount] if with_alpha else numbers,
            "noData": "none",
        }
        is_stretched = [part.ends is not None or scales[part.band] != (1.0, 0.0) for part in stretch.bands]
        if any(is_stretched):
            options["scaleParams"] = [
                [*_raw_ends(part, scales[part.band]), 0, _OPAQUE] for part in stretch.bands
            ]
            if with_alpha:
                options["scaleParams"].append([0, _OPAQUE, 0, _OPAQUE])
        if self.wanted.crs and self.shape is None:
            options["outputSRS"] = self.wanted.crs
        shown = gdal.Translate("", self.source, options=gdal.TranslateOptions(**options))
        if shown is None:
            raise _not_made(self.errors)
        roles = [*(_GREY if len(numbers) == 1 else _RGB), gdal.GCI_AlphaBand]
        for number in range(1, shown.RasterCount + 1):
            shown.GetRasterBand(number).SetColorInterpretation(roles[number - 1])
            shown.GetRasterBand(number).SetScale(1.0)  # it is brightness now
            shown.GetRasterBand(number).SetOffset(0.0)
        return shown

    def _with_shown_bands(self) -> Stretch:
        """Leave the source the bands that are shown and what says where there are gaps; return their stretch."""
        band = self.source.GetRasterBand(1)
        if self.wanted.stretch is None and self.source.RasterCount == 1 and band.GetColorTable() is not None:
            self.source = _without_palette(self.source)
            stretch = Stretch((BandStretch(1), BandStretch(2), BandStretch(3)))
        else:
            stretch = self.wanted.stretch or stretch_of_values(self.source)
        if max(part.band for part in stretch.bands) > self.source.RasterCount:
            text = translate(
                "Rasters", "The file has changed since its layer was styled. Open it in QGIS again."
            )
            raise ConversionError(text)
        stretch = settled(stretch, self.source)
        self.source, stretch = _only_shown(self.source, stretch, is_alpha_shown=self.wanted.stretch is None)
        if not self.wanted.is_drawn:
            self.source = with_gaps_as_alpha(self.source, self.alpha, self.report)
        return stretch

    def _warped(self) -> Any:
        """Return a virtual raster of the source on the wanted grid, with an alpha band at the end.

        GDAL's warp reads from an alpha band, a mask or a no-data value what is transparent. A virtual raster could use
        the mask as a band, but GDAL 3.10 then reads every pixel as opaque.
        """
        grid, resampling = self.shape, "bilinear"
        if grid is None:
            columns, rows = self.source.RasterXSize, self.source.RasterYSize
            grid = {"width": columns, "height": rows, "outputBounds": _bounds(self.source)}
            resampling = "near"
        warped = gdal.Warp(
            "",
            self.source,
            options=gdal.WarpOptions(
                format="VRT",
                srcSRS=self.wanted.crs or None,
                dstAlpha=True,
                resampleAlg=resampling,
                errorThreshold=_WARP_ERROR,
                warpMemoryLimit=_WARP_MEMORY,
                warpOptions=[f"DST_ALPHA_MAX={_OPAQUE}", "NUM_THREADS=ALL_CPUS"],
                **grid,
            ),
        )
        if warped is None:
            raise _not_made(self.errors)
        return warped

    def _is_see_through(self) -> bool:
        bands = (self.source.GetRasterBand(number + 1) for number in range(self.source.RasterCount))
        # GDAL takes the last band for the mask of two or four bands only
        if not _has_alpha_band(self.source) and all(
            band.GetMaskFlags() & gdal.GMF_ALL_VALID for band in bands
        ):
            return False
        if not self.wanted.is_drawn:
            return True
        lowest = self.source.GetRasterBand(self.source.RasterCount).ComputeRasterMinMax(False)
        # QGIS draws an alpha band even where no pixel is transparent
        return bool(lowest[0] < _OPAQUE)

    def _bands_wanted(self, colours: int) -> int:
        """Return how many bands the picture has; an alpha band that only marks no data is not counted."""
        wanted = self.wanted.like.bands
        if wanted in {3, 4} or (wanted == 1 and colours == 1):
            return wanted
        # a warped picture has empty corners
        return 4 if self.has_alpha or self.shape is not None else colours

    def _shape(self) -> Optional[dict[str, Any]]:
        """Return the CRS and the pixel size to warp to; None where the pixels can stay as they are."""
        facts = read_facts(self.wanted.uri, self.wanted.crs)
        like = self.wanted.like
        crs = like.crs if like.crs and not is_same_system(facts.crs, like.crs) else ""
        shape: dict[str, Any] = {"dstSRS": crs or facts.crs}
        if like.pixel is not None and (crs or not _is_close(facts.pixel, like.pixel)):
            shape.update(xRes=like.pixel[0], yRes=like.pixel[1])
        if not crs:
            shape.update(_turned(self.source, is_resized="xRes" in shape))
        if crs or "xRes" in shape or not facts.is_north_up or facts.has_control_points:
            return shape
        return None

    def _check_plan(self, planned: Any, folder: Path) -> None:
        if planned is None:
            raise _not_made(self.errors)
        width, height = planned.RasterXSize, planned.RasterYSize
        if max(width, height) > self.wanted.max_side_px:
            text = translate(
                "Rasters",
                "Converted to match the mosaic, it would be %Ln pixels long, and {most} are allowed. Put it into "
                "a mosaic of its own.",
                None,
                max(width, height),
            )
            raise ConversionError(text.format(most=number_text(self.wanted.max_side_px, 0)))
        check_room(folder, width * height * planned.RasterCount)

    def _run(self, work: Callable[[Follow], Any], folder: Path) -> None:
        stopped = []

        def follow(fraction: float, _message: str, _data: object) -> int:
            if self.report(fraction):
                return 1
            stopped.append(True)
            return 0

        try:
            made = work(follow)
            is_whole = made is not None
            made = None  # closes the file, which writes what is left
        except RuntimeError as error:  # where someone has switched GDAL's exceptions on
            self.errors.append(str(error))
            is_whole = False
        if stopped or not self.report(1.0):
            raise ConversionCancelledError
        if not is_whole or self.errors:
            detail = "\n".join(self.errors)
            if _is_about_writing(detail):
                raise ConversionError(disk_full(folder), detail)
            raise _not_made(self.errors)


def _only_shown(opened: Any, stretch: Stretch, is_alpha_shown: bool) -> tuple[Any, Stretch]:
    """Return the raster with no other bands than those that are shown, an alpha band at its end, and their stretch.

    A band that is not shown has no say in what is seen through, nor has an alpha band the layer's style leaves out.
    """
    last = opened.RasterCount
    kept = list(dict.fromkeys(part.band for part in stretch.bands))
    is_alpha = opened.GetRasterBand(last).GetColorInterpretation() == gdal.GCI_AlphaBand
    if is_alpha and is_alpha_shown and last not in kept:
        kept.append(last)
    if kept == list(range(1, last + 1)):
        return opened, stretch
    shown = gdal.Translate("", opened, format="VRT", bandList=kept)
    return shown, Stretch(tuple(replace(part, band=kept.index(part.band) + 1) for part in stretch.bands))


def _raw_ends(part: BandStretch, scaled: tuple[float, float]) -> tuple[float, float]:
    """Return the values in the file that become 0 and 255; a stretch counts in those that QGIS shows."""
    scale, offset = scaled
    low, high = part.ends or (0.0, float(_OPAQUE))
    return (low - offset) / scale, (high - offset) / scale


def _copied(shown: Any, target: str, follow: Follow) -> Any:
    """Write the picture as it is."""
    options = gdal.TranslateOptions(format="GTiff", creationOptions=list(_OPTIONS), callback=follow)
    return gdal.Translate(target, shown, options=options)


def _without_alpha(shown: Any, target: str, follow: Follow) -> Any:
    """Write the picture without its alpha band: transparent pixels become black (0), and no others do."""
    # GDAL would add an alpha band otherwise
    shown.GetRasterBand(shown.RasterCount).SetColorInterpretation(gdal.GCI_Undefined)
    options = gdal.WarpOptions(
        format="GTiff",
        creationOptions=list(_OPTIONS),
        srcAlpha=True,
        dstNodata=0,
        resampleAlg="near",
        warpMemoryLimit=_WARP_MEMORY,
        multithread=True,
        callback=follow,
    )
    return gdal.Warp(target, shown, options=options)


def _without_palette(opened: Any) -> Any:
    """Return a raster with a colour table as red, green and blue; with alpha where something is transparent."""
    copy = gdal.Translate("", opened, format="VRT")
    band = copy.GetRasterBand(1)
    table = band.GetColorTable().Clone()
    no_data = band.GetNoDataValue()
    if no_data is not None and 0 <= no_data < table.GetCount():
        table.SetColorEntry(int(no_data), (0, 0, 0, 0))
        band.SetColorTable(table)
    entries: Sequence[tuple[int, ...]] = [table.GetColorEntry(row) for row in range(table.GetCount())]
    expand = "rgba" if any(entry[3] < _OPAQUE for entry in entries) else "rgb"
    return gdal.Translate("", copy, format="VRT", rgbExpand=expand, noData="none")


def _has_alpha_band(opened: Any) -> bool:
    """Whether the last band is an alpha band of bytes."""
    last = opened.GetRasterBand(opened.RasterCount)
    is_alpha: bool = last.GetColorInterpretation() == gdal.GCI_AlphaBand
    return is_alpha and last.DataType == gdal.GDT_Byte


def _bounds(opened: Any) -> tuple[float, float, float, float]:
    """Return west, south, east and north of a raster that is not turned, be it mirrored."""
    left, width, _, top, _, height = opened.GetGeoTransform()
    right, bottom = left + opened.RasterXSize * width, top + opened.RasterYSize * height
    return min(left, right), min(top, bottom), max(left, right), max(top, bottom)


def _turned(opened: Any, is_resized: bool) -> dict[str, Any]:
    """Return what a warp needs to be told of a raster that runs from east to west: GDAL 3.10 keeps it so otherwise."""
    _left, width, tilt, _top, slant, _height = opened.GetGeoTransform()
    if width >= 0 or tilt or slant:
        return {}
    size = {} if is_resized else {"width": opened.RasterXSize, "height": opened.RasterYSize}
    return {"outputBounds": _bounds(opened), **size}


def _is_close(one: Optional[tuple[float, float]], other: tuple[float, float]) -> bool:
    return one is not None and all(abs(a - b) <= 0.001 * max(abs(a), abs(b)) for a, b in zip(one, other))


def _is_about_writing(detail: str) -> bool:
    told = detail.lower()
    return any(mark in told for mark in ("write", "no space", "disk", "file too large", "i/o error"))


def _not_made(errors: list[str]) -> ConversionError:
    sentence = translate(
        "Rasters",
        "It could not be converted: a part of it cannot be read. Open it in QGIS to see whether it is whole.",
    )
    return ConversionError(sentence, "\n".join(errors))
