"""What files beside a raster say of it, which are not sent with it: its place, and how its pixels are to be read."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from osgeo import gdal

_NO_PLACE = (0.0, 1.0, 0.0, 0.0, 0.0, 1.0)  # what GDAL answers for a raster that lies nowhere
_WORLD_FILES = {".tfw", ".tifw", ".tiffw", ".wld"}
_MOST_NAMED = 5
_SAME = 1e-6  # of a pixel


@dataclass(frozen=True)
class Beside:
    """Names of files beside a raster, "" for none.

    `places` are those without which it lies elsewhere or nowhere, `reads` those without which its pixels look
    otherwise, and `disagrees` is a world file that says another place than is in the raster, which counts.
    """

    places: str = ""
    reads: str = ""
    disagrees: str = ""


def look_beside(uri: str, files: tuple[str, ...], opened: Any) -> Beside:
    """Return what the files beside the raster `uri` say; `files` are all of it, as GDAL names them."""
    own = Path(uri)
    others = [Path(name) for name in files if Path(name) != own]
    if not own.is_file():
        return Beside()
    alone = _opened_alone(uri) if others else opened
    names = ", ".join(each.name for each in others[:_MOST_NAMED])
    if alone is None:
        return Beside(places=names)
    places = names if _lies_elsewhere(opened, alone) else ""
    reads = names if _look(opened) != _look(alone) else ""
    return Beside(places, reads, "" if places else _world_file_apart(own, opened))


def place_of(opened: Any) -> Optional[tuple[float, ...]]:
    """Return the geotransform of a raster; None where it has none."""
    transform = opened.GetGeoTransform(can_return_null=True)
    return None if transform is None or tuple(transform) == _NO_PLACE else tuple(transform)


def _opened_alone(uri: str) -> Optional[Any]:
    try:
        return gdal.OpenEx(
            uri, gdal.OF_RASTER, open_options=["GEOREF_SOURCES=INTERNAL"], sibling_files=[Path(uri).name]
        )
    except RuntimeError:  # where someone has switched GDAL's exceptions on
        return None


def _lies_elsewhere(opened: Any, alone: Any) -> bool:
    """Whether the raster by itself lies elsewhere than with the files beside it."""
    place, own = place_of(opened), place_of(alone)
    if place is not None and not _is_same_place(place, own):
        return True
    system, own_system = opened.GetSpatialRef(), alone.GetSpatialRef()
    if system is not None and (own_system is None or not system.IsSame(own_system)):
        return True
    has_points = opened.GetGCPCount() > 0 or bool(opened.GetMetadata("RPC"))
    return place is None and has_points and not (alone.GetGCPCount() > 0 or bool(alone.GetMetadata("RPC")))


def _is_same_place(one: tuple[float, ...], other: Optional[tuple[float, ...]]) -> bool:
    if other is None:
        return False
    pixel = math.hypot(one[1], one[4]) or 1.0
    return all(abs(a - b) <= _SAME * pixel for a, b in zip(one, other))


def _look(opened: Any) -> list[tuple[Any, ...]]:
    """Return what tells how the pixels of each band are shown."""
    bands = [opened.GetRasterBand(number) for number in range(1, opened.RasterCount + 1)]
    return [
        (
            band.GetMaskFlags(),
            repr(band.GetNoDataValue()),  # nan is not equal to itself
            band.GetColorInterpretation(),
            band.GetScale() or 1.0,
            band.GetOffset() or 0.0,
            band.GetColorTable() is not None,
        )
        for band in bands
    ]


def _world_file_apart(own: Path, opened: Any) -> str:
    """Return the name of a world file that does not say what is in the raster; "" where there is none."""
    place = place_of(opened)
    beside = [own.with_suffix(suffix) for suffix in _WORLD_FILES]
    beside += [own.with_suffix(suffix.upper()) for suffix in _WORLD_FILES]
    for path in beside:
        told = _world_file(path) if place is not None and path.is_file() else None
        if told is not None and place is not None and not _is_about_same(place, told):
            return path.name
    return ""


def _is_about_same(place: tuple[float, ...], told: tuple[float, ...]) -> bool:
    """Whether two geotransforms differ by less than what a world file rounds."""
    pixel = math.hypot(place[1], place[4]) or 1.0
    return all(abs(a - b) <= 0.05 * pixel for a, b in zip(place, told))


def _world_file(path: Path) -> Optional[tuple[float, ...]]:
    """Return the geotransform a world file says; None where it is none."""
    try:
        a, d, b, e, x, y = (float(line.replace(",", ".")) for line in path.read_text("ascii").split()[:6])
    except (OSError, ValueError):
        return None
    return (x - a / 2 - b / 2, a, b, y - d / 2 - e / 2, d, e)
