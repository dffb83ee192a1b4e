"""How large the pixels of uploaded images are on the ground, told of thousands of images at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Optional

import numpy as np
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsProject,
    QgsUnitTypes,
)

from ..areas.geojson import Numbers, ring_from_points, ring_points
from ..areas.measure import ECCENTRICITY_SQUARED, SEMI_MAJOR, wgs84
from ..areas.systems import why_not_on_earth

if TYPE_CHECKING:
    from ...api.imagery_records import Image

_POLYGONS = ("POLYGON", "MULTIPOLYGON")


class PixelSizes:
    """Remembers the pixel size of each image, so that it is measured once."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Image, Optional[float]]] = {}

    def of(self, images: Sequence[Image]) -> list[Optional[float]]:
        """Return the longer side of each image's pixels on the ground in metres; None where it is not known."""
        known = self._known
        new = [image for image in images if image.id not in known or known[image.id][0] is not image]
        for image, metres in zip(new, pixel_sizes(new)):
            known[image.id] = (image, metres)
        return [known[image.id][1] for image in images]


def pixel_sizes(images: Sequence[Image]) -> list[Optional[float]]:
    """Return the longer side of each image's pixels on the ground in metres; None where it is not known.

    The size the service gives is in units of the image's system: degrees, feet, or metres of Web Mercator, which are
    too long away from the equator. So each pixel is measured on the ellipsoid.
    """
    sizes: list[Optional[float]] = [None] * len(images)
    by_system: dict[str, list[int]] = {}
    for place, image in enumerate(images):
        if image.pixel_size is not None and image.crs:
            by_system.setdefault(image.crs, []).append(place)
    for system, places in by_system.items():
        crs = QgsCoordinateReferenceSystem()
        crs.createFromUserInput(system)
        if crs.isValid() and not why_not_on_earth(crs, QgsProject.instance().transformContext()):
            _measure(images, places, crs, sizes)
    return sizes


def _measure(
    images: Sequence[Image],
    places: list[int],
    crs: QgsCoordinateReferenceSystem,
    sizes: list[Optional[float]],
) -> None:
    """Fill in `sizes` at `places`, of images that all have the same system."""
    unit = QgsUnitTypes.fromUnitToUnitFactor(crs.mapUnits(), QgsUnitTypes.DistanceUnit.DistanceMeters)
    somewhere: list[int] = []
    middles: list[tuple[float, float]] = []
    for place in places:
        middle = _middle(images[place].footprint)
        if middle is None:
            sizes[place] = max(images[place].pixel_size or (0.0,)) * unit
        else:
            somewhere.append(place)
            middles.append(middle)
    if not somewhere:
        return
    context = QgsProject.instance().transformContext()
    there, back = QgsCoordinateTransform(wgs84(), crs, context), QgsCoordinateTransform(crs, wgs84(), context)
    pixels = np.array([images[place].pixel_size for place in somewhere])
    for place, metres in zip(somewhere, _on_ground(np.array(middles), pixels, there, back).tolist()):
        sizes[place] = metres if math.isfinite(metres) and metres > 0 else None


def _on_ground(
    middles: Numbers, pixels: Numbers, there: QgsCoordinateTransform, back: QgsCoordinateTransform
) -> Numbers:
    """Return the longer sides in metres of pixels at places in degrees; NaN where there is no such place."""
    try:
        drawn = _transformed(middles, there)
        across = _transformed(drawn + pixels * (1, 0), back)
        down = _transformed(drawn - pixels * (0, 1), back)
    except QgsCsException:
        if len(middles) == 1:
            return np.array([math.nan])
        half = len(middles) // 2  # one place that cannot be transformed must not cost the others their size
        halves = (slice(None, half), slice(half, None))
        return np.concatenate([_on_ground(middles[part], pixels[part], there, back) for part in halves])
    with np.errstate(invalid="ignore"):  # a place that could not be transformed is infinite
        longer: Numbers = np.maximum(_lengths(middles, across), _lengths(middles, down))
    return longer


def _transformed(points: Numbers, transform: QgsCoordinateTransform) -> Numbers:
    line = ring_from_points(points)
    line.transform(transform)
    return ring_points(line)


def _lengths(begin: Numbers, end: Numbers) -> Numbers:
    """Return the lengths in metres of lines as short as a pixel, given in degrees."""
    latitude = np.radians(begin[:, 1])
    curved = 1 - ECCENTRICITY_SQUARED * np.sin(latitude) ** 2
    to_north = SEMI_MAJOR * (1 - ECCENTRICITY_SQUARED) / curved**1.5
    to_east = SEMI_MAJOR / np.sqrt(curved) * np.cos(latitude)
    off = end - begin
    off = np.radians(np.column_stack((off[:, 0] - 360 * np.round(off[:, 0] / 360), off[:, 1])))
    lengths: Numbers = np.hypot(off[:, 0] * to_east, off[:, 1] * to_north)
    return lengths


def _middle(footprint: str) -> Optional[tuple[float, float]]:
    """Return the middle of a footprint's box; read without QGIS, which takes longer for it than for all the rest."""
    kind, bracket, text = footprint.partition("(")
    if not bracket or not kind.upper().startswith(_POLYGONS):
        return None
    positions = text.replace("(", " ").replace(")", " ").split(",")
    try:
        numbers = [position.split(None, 2) for position in positions]
        longitudes = [float(each[0]) for each in numbers]
        latitudes = [float(each[1]) for each in numbers]
    except (ValueError, IndexError):
        return None
    west, east, south, north = min(longitudes), max(longitudes), min(latitudes), max(latitudes)
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        return None
    return (west + east) / 2, (south + north) / 2
