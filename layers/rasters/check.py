"""What is wrong with a raster that is to be uploaded, all of it at once, each with what to do about it.

The limits are those of the API reference (Data API: Upload Images to Mosaic, Storage).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Optional

from ...text.quantities import figure_text, length_text, number_text, size_text
from ...text.translation import translate
from .facts import (
    Grid,
    RasterFacts,
    UnreadableRasterError,
    facts_of_drawing,
    is_same_system,
    read_facts,
    system_name,
)
from .issues import Problem, RasterIssue
from .place import GEOTIFF, place_issues
from .source import FILE_PROVIDER, WEB_DRIVERS, RasterSource, service_sentence

BANDS = (1, 3, 4)
MAX_SIDE_PX = 65_535  # where the account names no limit
MAX_PIXEL_M = 20.0
FINE_PIXEL_M = 0.1  # the service makes finer pixels coarser
MAX_FILE_BYTES = 1024**3  # where the account names no limit
_SAME_PIXEL = 0.001  # the share of its size by which a pixel of a rewritten file may differ
# the types the service keeps; of them only bytes look on the map as they do in their layer
_KEPT_TYPES = {"Byte", "UInt16", "Int16", "Float32"}


@dataclass(frozen=True)
class Limits:
    """The account's limits in bytes a file and pixels a side; the defaults are for an account that names none."""

    max_file_bytes: int = MAX_FILE_BYTES
    max_side_px: int = MAX_SIDE_PX


@dataclass(frozen=True)
class RasterCheck:
    """The result of a check of one raster. `facts` is None where the raster could not be read."""

    source: RasterSource
    facts: Optional[RasterFacts]
    issues: tuple[RasterIssue, ...] = ()
    detail: str = field(default="", repr=False)

    @property
    def may_be_sent_as_it_is(self) -> bool:
        """Whether the service can be expected to take it unchanged."""
        is_file = self.facts is not None and self.source.path is not None
        return is_file and not any(issue.is_fatal for issue in self.issues)

    @property
    def may_be_converted(self) -> bool:
        """Whether Convert mends everything that stops the upload, and there is something to mend."""
        mended = any(issue.convert_mends for issue in self.issues)
        left = any(issue.is_fatal and not issue.convert_mends for issue in self.issues)
        return self.facts is not None and mended and not left

    @property
    def size_as_it_is(self) -> int:
        """The size of the file in bytes."""
        return self.facts.fingerprint.files[0][1] if self.facts and self.facts.fingerprint.files else 0

    @property
    def size_converted(self) -> int:
        """The largest size the converted file can have, in bytes."""
        return 0 if self.facts is None else converted_bytes(self.facts)


def check_raster(source: RasterSource, limits: Limits, grid: Optional[Grid] = None) -> RasterCheck:
    """Return the check of a raster to upload into a mosaic whose images are like `grid`; may run in any thread."""
    try:
        facts = _facts(source)
    except UnreadableRasterError as problem:
        issue = RasterIssue(Problem.UNREADABLE, problem.sentence)
        return RasterCheck(source, None, (issue,), problem.detail)
    if facts.driver in WEB_DRIVERS:
        return RasterCheck(source, None, (RasterIssue(Problem.SERVICE, service_sentence()),))
    return RasterCheck(source, facts, tuple(issues(source, facts, limits, grid)))


def _facts(source: RasterSource) -> RasterFacts:
    drawing = source.drawing
    if drawing is None or drawing.provider == FILE_PROVIDER:
        return read_facts(source.uri, source.crs)
    west, south, east, north = (
        drawing.extent.xMinimum(),
        drawing.extent.yMinimum(),
        drawing.extent.xMaximum(),
        drawing.extent.yMaximum(),
    )
    return facts_of_drawing(
        drawing.provider, drawing.width, drawing.height, (west, south, east, north), source.crs
    )


def issues(
    source: RasterSource, facts: RasterFacts, limits: Limits, grid: Optional[Grid] = None
) -> Iterator[RasterIssue]:
    """Yield all that is wrong, the worst first."""
    yield from place_issues(source, facts)
    yield from _size(facts, limits)
    yield from _form(source, facts)
    if grid is not None and not facts.is_off_the_earth:  # what it is compared by is not known then
        yield from against_grid(facts, grid)


def against_grid(facts: RasterFacts, grid: Grid) -> Iterator[RasterIssue]:
    """Yield the differences from the images of the mosaic: the service may adapt such a raster, or refuse it."""
    if grid.crs and facts.crs and not is_same_system(facts.crs, grid.crs):
        text = translate(
            "Rasters", "Its coordinate reference system is {own}, that of the mosaic's images is {others}. "
        ).format(own=facts.crs_name, others=system_name(grid.crs))
        yield RasterIssue(Problem.MOSAIC_CRS, text + _adapt(), is_fatal=False, convert_mends=True)
    elif grid.pixel and facts.pixel and not _is_same_pixel(facts.pixel, grid.pixel):
        text = translate(
            "Rasters", "Its pixels are {own} wide, those of the mosaic's images {others}. "
        ).format(own=figure_text(facts.pixel[0]), others=figure_text(grid.pixel[0]))
        yield RasterIssue(Problem.MOSAIC_PIXEL, text + _adapt(), is_fatal=False, convert_mends=True)
    if grid.bands and facts.bands != grid.bands:
        text = translate("Rasters", "It has {own}, and the mosaic's images have {others}. ").format(
            own=_bands(facts.bands), others=_bands(grid.bands)
        )
        mends = grid.bands in {3, 4} or (grid.bands == 1 and facts.bands < 3)
        advice = _adapt() if mends else translate("Rasters", "Put it into a mosaic of its own.")
        yield RasterIssue(Problem.MOSAIC_BANDS, text + advice, is_fatal=False, convert_mends=mends)


def converted_bytes(facts: RasterFacts) -> int:
    """Return the bytes of the raster as an uncompressed 8-bit picture, the most a conversion can need."""
    is_grey = facts.bands < 3 and not facts.has_palette
    has_mask = facts.has_mask or facts.has_control_points or not facts.is_north_up
    return facts.width * facts.height * (4 if has_mask else 1 if is_grey else 3)


def _size(facts: RasterFacts, limits: Limits) -> Iterator[RasterIssue]:
    longest = max(facts.width, facts.height)
    if longest > limits.max_side_px:
        text = translate(
            "Rasters",
            "It is %Ln pixels long, and {most} are allowed. Cut it into smaller images.",
            None,
            longest,
        )
        yield RasterIssue(Problem.SIDE, text.format(most=number_text(limits.max_side_px, 0)))
    if facts.pixel_m is not None and facts.pixel_m > MAX_PIXEL_M:
        text = translate(
            "Rasters",
            "Its pixels are {size} on the ground, and the service takes up to {most}. Use finer imagery.",
        )
        yield RasterIssue(
            Problem.PIXEL_TOO_LARGE,
            text.format(size=length_text(facts.pixel_m), most=length_text(MAX_PIXEL_M)),
        )
    elif facts.pixel_m is not None and facts.pixel_m < FINE_PIXEL_M * (1 - _SAME_PIXEL):
        text = translate(
            "Rasters",
            "Its pixels are {size} on the ground. The service makes those under 10 cm coarser; it can be sent so.",
        )
        shown = text.format(size=length_text(facts.pixel_m))
        yield RasterIssue(Problem.PIXEL_VERY_FINE, shown, is_fatal=False)
    size = facts.fingerprint.files[0][1] if facts.fingerprint.files else 0
    if size > limits.max_file_bytes:
        mends = converted_bytes(facts) <= limits.max_file_bytes
        text = translate("Rasters", "The size of the file is {size}; at most {most} are allowed. ").format(
            size=size_text(size), most=size_text(limits.max_file_bytes)
        )
        advice = (
            translate("Rasters", "Convert it, which makes it smaller.")
            if mends
            else translate("Rasters", "Cut it into smaller images.")
        )
        yield RasterIssue(Problem.FILE_TOO_BIG, text + advice, is_fatal=True, convert_mends=mends)


def _form(source: RasterSource, facts: RasterFacts) -> Iterator[RasterIssue]:
    if facts.driver != GEOTIFF or source.path is None:
        text = translate(
            "Rasters", "It is in the format {format}, and the service takes GeoTIFF files only. Convert it."
        )
        name = (
            facts.driver if facts.driver != GEOTIFF else translate("Rasters", "GeoTIFF inside another file")
        )
        yield RasterIssue(Problem.DRIVER, text.format(format=name), is_fatal=True, convert_mends=True)
    if facts.is_complex:
        text = translate(
            "Rasters", "Its values are complex numbers, not brightness. Make a picture of it first."
        )
        yield RasterIssue(Problem.DTYPE, text)
    elif facts.dtype not in _KEPT_TYPES:
        text = translate(
            "Rasters",
            "Its values are of the type {type}, which the service does not take. Convert it to 8 bits.",
        )
        yield RasterIssue(Problem.DTYPE, text.format(type=facts.dtype), is_fatal=True, convert_mends=True)
    elif not facts.is_eight_bit:
        text = translate(
            "Rasters",
            "Its values are of the type {type}, and the models look at 8-bit pictures. Convert it to send it as QGIS "
            "shows it.",
        )
        shown = text.format(type=facts.dtype)
        yield RasterIssue(Problem.DTYPE, shown, is_fatal=False, convert_mends=True)
    if facts.is_scaled and facts.is_eight_bit:
        text = translate(
            "Rasters",
            "QGIS shows its values with a scale or an offset, which the models do not look at. Convert it to send it "
            "as QGIS shows it.",
        )
        yield RasterIssue(Problem.SCALED, text, is_fatal=False, convert_mends=True)
    if facts.has_palette:
        text = translate(
            "Rasters",
            "Its colours are in a table, which is lost in the service. Convert it to red, green and blue.",
        )
        yield RasterIssue(Problem.PALETTE, text, is_fatal=False, convert_mends=True)
    if facts.bands not in BANDS:
        text = translate("Rasters", "It has {bands}, and the service takes 1, 3 or 4. Convert it.")
        shown = text.format(bands=_bands(facts.bands))
        yield RasterIssue(Problem.BANDS, shown, is_fatal=True, convert_mends=True)


def example_of(check: RasterCheck) -> Optional[Grid]:
    """Return what the other images of a new mosaic should be like; None when this raster cannot be uploaded.

    Only what a conversion of this raster does not change is in it.
    """
    facts = check.facts
    if facts is None or not facts.crs or (facts.pixel is None and not facts.has_control_points):
        return None
    if any(issue.is_fatal and not issue.convert_mends for issue in check.issues):
        return None
    stays = facts.bands in BANDS and not facts.has_palette
    return Grid(facts.crs, facts.pixel if facts.is_north_up else None, facts.bands if stays else None)


def storage_shortage(needed: int, free: Optional[int]) -> str:
    """Return why files of `needed` bytes do not fit into `free` bytes; "" when they fit or `free` is None."""
    if free is None or needed <= free:
        return ""
    text = translate(
        "Rasters",
        "Your storage has {free} left, and these files need {needed}. Leave some out, delete images you no longer "
        "need, or ask for more storage.",
    )
    return text.format(free=size_text(max(0, free)), needed=size_text(needed))


def _is_same_pixel(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return all(abs(a - b) <= _SAME_PIXEL * max(abs(a), abs(b)) for a, b in zip(one, other))


def _bands(count: int) -> str:
    return translate("Rasters", "%Ln bands", "1 band", count)


def _adapt() -> str:
    return translate(
        "Rasters", "Convert it to match them, or send it as it is: the service may adapt it, or refuse it."
    )
