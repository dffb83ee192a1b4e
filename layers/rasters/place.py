"""What is wrong with where a raster lies, or with how its files say so."""

from __future__ import annotations

from collections.abc import Iterator

from ...text.translation import translate
from .beside import Beside
from .facts import RasterFacts, is_same_system, system_name
from .issues import Problem, RasterIssue
from .source import RasterSource

GEOTIFF = "GTiff"


def place_issues(source: RasterSource, facts: RasterFacts) -> Iterator[RasterIssue]:
    """Yield all that is wrong with a raster's place."""
    if facts.odd_system:
        text = translate(
            "Rasters",
            "Its coordinate reference system ({crs}) does not say where on the Earth it lies. Georeference it with "
            "QGIS's Georeferencer first.",
        )
        yield RasterIssue(Problem.NOT_ON_EARTH, text.format(crs=facts.odd_system))
    elif not facts.crs and (facts.is_placed or facts.has_control_points):  # a CRS alone places nothing
        yield RasterIssue(
            Problem.NO_CRS,
            translate(
                "Rasters",
                "It does not say which coordinate reference system it is in. Add it to QGIS, set its CRS there "
                "(Layer CRS > Set Layer CRS…), and upload the layer.",
            ),
        )
    if facts.has_control_points:
        yield RasterIssue(
            Problem.CONTROL_POINTS,
            translate(
                "Rasters",
                "It is placed by ground control points or a camera model, which the service does not read. Convert it.",
            ),
            convert_mends=True,
        )
    elif not facts.is_placed:
        yield RasterIssue(
            Problem.NOT_PLACED,
            translate(
                "Rasters",
                "It is not georeferenced: nothing says where it lies. Georeference it with QGIS's Georeferencer first.",
            ),
        )
    elif facts.is_off_the_earth:
        text = translate(
            "Rasters",
            "Its coordinates are nowhere on the Earth in its CRS ({crs}), which is probably not the right one. Add it "
            "to QGIS, set its CRS there (Layer CRS > Set Layer CRS…), and upload the layer.",
        )
        yield RasterIssue(Problem.OFF_THE_EARTH, text.format(crs=facts.crs_name))
    if facts.driver == GEOTIFF:
        yield from _beside(facts.beside)
    is_other = bool(source.crs) and source.crs != facts.own_crs and not facts.odd_system
    if is_other and facts.driver == GEOTIFF:
        yield from _crs_from_qgis(source, facts)
    if facts.is_placed and not facts.is_north_up:
        yield RasterIssue(
            Problem.ROTATED,
            translate(
                "Rasters",
                "It is rotated, mirrored or upside down, and the service may misplace it. Convert it to turn it north "
                "up.",
            ),
            is_fatal=False,
            convert_mends=True,
        )


def _beside(beside: Beside) -> Iterator[RasterIssue]:
    if beside.places:
        text = translate(
            "Rasters",
            "Where it lies is written in another file beside it, which is not sent ({files}). Convert it.",
        )
        yield RasterIssue(
            Problem.PLACED_BESIDE, text.format(files=beside.places), is_fatal=True, convert_mends=True
        )
    if beside.reads:
        text = translate(
            "Rasters",
            "Which of its pixels are empty, or how they are shown, is written in another file beside it, which is not "
            "sent ({files}). Convert it to send it as QGIS shows it.",
        )
        yield RasterIssue(
            Problem.READ_BESIDE, text.format(files=beside.reads), is_fatal=False, convert_mends=True
        )
    if beside.disagrees:
        text = translate(
            "Rasters",
            "The world file beside it ({file}) says another place than the raster itself, where QGIS shows it and the "
            "service will put it. Convert it to send it from there, or correct its place in QGIS first.",
        )
        yield RasterIssue(
            Problem.WORLD_FILE, text.format(file=beside.disagrees), is_fatal=False, convert_mends=True
        )


def _crs_from_qgis(source: RasterSource, facts: RasterFacts) -> Iterator[RasterIssue]:
    if not facts.own_crs:
        text = translate(
            "Rasters",
            "The file itself does not say its CRS, only the layer in QGIS does ({crs}). Convert it.",
        )
        yield RasterIssue(
            Problem.OTHER_CRS_IN_QGIS, text.format(crs=facts.crs_name), is_fatal=True, convert_mends=True
        )
    elif not is_same_system(source.crs, facts.own_crs):
        text = translate(
            "Rasters",
            "The layer was given another CRS in QGIS ({crs}) than its file has ({own}). Convert it to send that.",
        )
        shown = text.format(crs=facts.crs_name, own=system_name(facts.own_crs))
        yield RasterIssue(Problem.OTHER_CRS_IN_QGIS, shown, is_fatal=False, convert_mends=True)
