"""Reads with GDAL what a raster is before it is uploaded: its format, its place, and the size of its pixels.

Made for a worker thread: no Qt, no QGIS objects, every GDAL object opened and closed here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from osgeo import gdal, osr

from ...text.translation import translate
from ..gdal_errors import collect_gdal_errors
from .beside import Beside, look_beside, place_of
from .values import scale_of

_SEMI_MAJOR_M = 6_378_137.0  # of the WGS 84 ellipsoid
_ECCENTRICITY_SQUARED = 0.00669437999014
_LIKE_THE_EARTH = 0.01  # of its size
_FARTHEST_EAST, _FARTHEST_NORTH = 360.0, 90.0  # degrees; some count them from 0 to 360
_EIGHT_BIT = "Byte"


class UnreadableRasterError(Exception):
    """GDAL cannot read a raster. `sentence` is for the user, `detail` is what GDAL said."""

    def __init__(self, sentence: str, detail: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.detail = detail


@dataclass(frozen=True)
class Fingerprint:
    """The size and the time of the last change of each file of a raster; another fingerprint means a changed raster."""

    files: tuple[tuple[str, int, int], ...]  # path, bytes, nanoseconds

    @property
    def size(self) -> int:
        """The size of all files together, in bytes."""
        return sum(size for _path, size, _changed in self.files)


@dataclass(frozen=True)
class Grid:
    """How pixels lie: the CRS as text GDAL understands, the size of a pixel in its units, the number of bands.

    What is not known is empty, and matches everything.
    """

    crs: str = ""
    pixel: Optional[tuple[float, float]] = None
    bands: Optional[int] = None


@dataclass(frozen=True)
class RasterFacts:
    """One raster. `width` and `height` in pixels, `pixel` in units of its CRS, `pixel_m` in metres on the ground."""

    driver: str
    width: int
    height: int
    bands: int
    dtype: str  # GDAL's name: Byte, UInt16, Float32 …
    crs: str  # WKT; "" where none is known
    own_crs: str  # as the file itself says, whatever its layer was given in QGIS
    crs_name: str
    pixel: Optional[tuple[float, float]]
    pixel_m: Optional[float]
    is_north_up: bool
    has_control_points: bool  # ground control points or a camera model, in place of a geotransform
    has_palette: bool
    has_mask: bool
    beside: Beside
    fingerprint: Fingerprint
    odd_system: str = ""  # name of a system it has that says nothing of where on the Earth it lies
    is_scaled: bool = False  # its values are shown multiplied by a scale, or with an offset

    @property
    def is_placed(self) -> bool:
        """Whether its pixels have coordinates."""
        return self.pixel is not None

    @property
    def is_off_the_earth(self) -> bool:
        """Whether its coordinates are none of any place on the Earth in its system, which then is hardly its own."""
        return bool(self.crs) and self.is_placed and self.pixel_m is None

    @property
    def is_eight_bit(self) -> bool:
        """Whether every band is of whole numbers from 0 to 255."""
        return self.dtype == _EIGHT_BIT

    @property
    def is_complex(self) -> bool:
        """Whether its values are complex numbers, which cannot be shown as brightness."""
        return self.dtype.startswith("C")


def read_facts(uri: str, crs: str = "") -> RasterFacts:
    """Return the facts of the raster at `uri`; `crs` (WKT) replaces its own. Raises UnreadableRasterError."""
    with collect_gdal_errors() as errors:
        opened = open_raster(uri, errors)
        files = tuple(opened.GetFileList() or ())
        fingerprint = fingerprint_of(files)
        own, odd = _systems_of(opened)
        system = _system(crs) if crs else own
        if crs and system is not None and not _is_on_earth(system):
            system, odd = None, _name(system)
        transform = place_of(opened)
        has_points = opened.GetGCPCount() > 0 or bool(opened.GetMetadata("RPC"))
        band = opened.GetRasterBand(1)
        size = opened.RasterXSize, opened.RasterYSize
        return RasterFacts(
            driver=opened.GetDriver().ShortName,
            width=opened.RasterXSize,
            height=opened.RasterYSize,
            bands=opened.RasterCount,
            dtype=_widest_type(opened),
            crs=system.ExportToWkt() if system is not None else "",
            own_crs=own.ExportToWkt() if own is not None else "",
            crs_name=_name(system) if system is not None else "",
            pixel=None if transform is None else _pixel(transform),
            pixel_m=None if transform is None or system is None else _ground_pixel(size, transform, system),
            is_north_up=transform is None or _is_north_up(transform),
            has_control_points=has_points and transform is None,
            has_palette=opened.RasterCount == 1 and band.GetColorTable() is not None,
            has_mask=not band.GetMaskFlags() & gdal.GMF_ALL_VALID,
            beside=look_beside(uri, files, opened),
            fingerprint=fingerprint,
            odd_system=odd if system is None else "",
            is_scaled=any(
                scale_of(opened.GetRasterBand(number + 1)) != (1.0, 0.0)
                for number in range(opened.RasterCount)
            ),
        )


def facts_of_drawing(
    provider: str, width: int, height: int, box: tuple[float, float, float, float], crs: str
) -> RasterFacts:
    """Return the facts of a raster that GDAL cannot read and QGIS draws, north up.

    `box` is west, south, east, north in units of `crs` (WKT); `width` and `height` are pixels.
    """
    west, south, east, north = box
    transform = (west, (east - west) / width, 0.0, north, 0.0, (south - north) / height)
    system = _system(crs) if crs else None
    odd = ""
    if system is not None and not _is_on_earth(system):
        system, odd = None, _name(system)
    return RasterFacts(
        driver=provider,
        width=width,
        height=height,
        bands=3,
        dtype=_EIGHT_BIT,
        crs="" if system is None else crs,
        own_crs="" if system is None else crs,
        crs_name=_name(system) if system is not None else "",
        pixel=_pixel(transform),
        pixel_m=None if system is None else _ground_pixel((width, height), transform, system),
        is_north_up=True,
        has_control_points=False,
        has_palette=False,
        has_mask=True,
        beside=Beside(),
        fingerprint=Fingerprint(()),
        odd_system=odd,
    )


def open_raster(uri: str, errors: list[str]) -> Any:
    """Return the GDAL dataset at `uri`, which has at least one band; raises UnreadableRasterError."""
    try:
        opened = gdal.OpenEx(uri, gdal.OF_RASTER | gdal.OF_READONLY)
    except RuntimeError as error:  # where someone has switched GDAL's exceptions on
        errors.append(str(error))
        opened = None
    if opened is None:
        sentence = translate(
            "Rasters", "It cannot be read as a raster. Open it in QGIS to see whether it is whole."
        )
        raise UnreadableRasterError(sentence, "\n".join(errors))
    if opened.RasterCount == 0:
        sentence = translate(
            "Rasters",
            "The file holds several rasters, or none. Add the one you want to QGIS and upload its layer.",
        )
        raise UnreadableRasterError(sentence, "\n".join(errors))
    if min(opened.RasterXSize, opened.RasterYSize) < 1:
        raise UnreadableRasterError(translate("Rasters", "The raster is empty. Choose another one."))
    return opened


def fingerprint_of(files: tuple[str, ...]) -> Fingerprint:
    """Return the fingerprint of files as they are now; names that are not files of this computer are left out."""
    found = []
    for name in files:
        try:
            told = Path(name).stat()
        except (OSError, ValueError):
            continue
        found.append((name, told.st_size, told.st_mtime_ns))
    return Fingerprint(tuple(found))


def is_same_system(one: str, other: str) -> bool:
    """Whether two texts, of any form GDAL reads, name the same coordinate reference system; an unknown one never is."""
    first, second = _system(one), _system(other)
    if first is None or second is None:
        return False
    return bool(first.IsSame(second)) or _code(first) == _code(second) != ""


def system_name(text: str) -> str:
    """Return the EPSG code of a coordinate reference system, else its name, else `text` as it is."""
    system = _system(text)
    return text if system is None else _name(system)


def _system(text: str) -> Optional[Any]:
    system = osr.SpatialReference()
    with collect_gdal_errors():
        try:
            failed = system.SetFromUserInput(text)
        except RuntimeError:
            return None
    if failed:
        return None
    system.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return system


def _systems_of(opened: Any) -> tuple[Optional[Any], str]:
    """Return the raster's system, None where it has none on the Earth; and the name of one that is elsewhere."""
    system = opened.GetSpatialRef()
    if system is None and opened.GetGCPCount() > 0:
        system = opened.GetGCPSpatialRef()
    if system is None and place_of(opened) is None and opened.GetMetadata("RPC"):
        return _system("EPSG:4326"), ""  # camera models speak of longitude and latitude
    if system is None:
        return None, ""
    system = system.Clone()
    system.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return (system, "") if _is_on_earth(system) else (None, _name(system))


def _is_on_earth(system: Any) -> bool:
    """Whether coordinates of a system say where on the Earth something lies: not those of a site or of the Moon."""
    if system.IsLocal() or not (system.IsProjected() or system.IsGeographic() or system.IsCompound()):
        return False
    return abs(float(system.GetSemiMajor()) / _SEMI_MAJOR_M - 1) < _LIKE_THE_EARTH


def _is_north_up(transform: tuple[float, ...]) -> bool:
    """Whether rows run from north to south, and columns from west to east."""
    return transform[2] == transform[4] == 0.0 and transform[5] < 0 < transform[1]


def _code(system: Any) -> str:
    authority, code = system.GetAuthorityName(None), system.GetAuthorityCode(None)
    return f"{authority}:{code}" if authority and code else ""


def _name(system: Any) -> str:
    return _code(system) or str(system.GetName() or "?")


def _widest_type(opened: Any) -> str:
    """Return GDAL's name of the type that can hold the values of every band."""
    widest = opened.GetRasterBand(1).DataType
    for number in range(2, opened.RasterCount + 1):
        widest = gdal.DataTypeUnion(widest, opened.GetRasterBand(number).DataType)
    return str(gdal.GetDataTypeName(widest))


def _pixel(transform: tuple[float, ...]) -> tuple[float, float]:
    return math.hypot(transform[1], transform[4]), math.hypot(transform[2], transform[5])


def _ground_pixel(size: tuple[int, int], transform: tuple[float, ...], system: Any) -> Optional[float]:
    """Return the longer side of the middle pixel in metres on the ellipsoid; None where it lies outside its CRS.

    The size in units of the CRS does not tell: it may be in degrees or feet, or in metres of Web Mercator, which are
    too long away from the equator.
    """
    degrees = osr.SpatialReference()
    degrees.ImportFromEPSG(4326)
    degrees.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    column, row = size[0] / 2, size[1] / 2
    places = [
        tuple(gdal.ApplyGeoTransform(transform, x, y))
        for x, y in ((column, row), (column + 1, row), (column, row + 1))
    ]
    try:
        to_degrees = osr.CoordinateTransformation(system, degrees)
        middle, right, below = (to_degrees.TransformPoint(*place)[:2] for place in places)
    except (RuntimeError, TypeError):
        return None
    # metres that are called degrees come back as they went
    if abs(middle[0]) > _FARTHEST_EAST or abs(middle[1]) > _FARTHEST_NORTH:
        return None
    sides = (_ground_distance(middle, right), _ground_distance(middle, below))
    return max(sides) if all(math.isfinite(side) for side in sides) else None


def _ground_distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the metres between two neighbouring places in degrees, longitude first."""
    sine = math.sin(math.radians(one[1]))
    bend = 1 - _ECCENTRICITY_SQUARED * sine * sine
    east_radius = _SEMI_MAJOR_M / math.sqrt(bend)
    north_radius = east_radius * (1 - _ECCENTRICITY_SQUARED) / bend
    turn = (other[0] - one[0] + 180) % 360 - 180
    east = math.radians(turn) * east_radius * math.cos(math.radians(one[1]))
    return math.hypot(east, math.radians(other[1] - one[1]) * north_radius)
