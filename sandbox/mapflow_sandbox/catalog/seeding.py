"""Makes up scenes and mosaics over the whole world, many of them over the painted scene; the same ones every time."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import numpy as np
import shapely
from numpy.random import Generator
from shapely import affinity
from shapely.geometry import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from ..providers import Provider
from .archive import Bounds, known_pictures
from .offers import MOSAIC_2023, MOSAIC_2024, ORBITAL, PARTNER, SKYLINE, WIDE
from .records import CatalogRecord, Preview

SEED = 2026
T = TypeVar("T")
_KM_A_DEGREE = 111.2
_FIRST_DAY, _DAYS = datetime(2019, 1, 1, tzinfo=UTC), 2700
_PASS_HOUR = 10.5  # local solar time at which these satellites fly over
_MOSAIC_SHARE, _HERE_SHARE, _ODD_SHARE = 0.15, 0.12, 0.02
_PLACES = np.array(
    [
        (-0.1, 51.5), (2.3, 48.9), (13.4, 52.5), (37.6, 55.7), (29.0, 41.0), (31.2, 30.0), (36.8, -1.3), (3.4, 6.5),
        (18.4, -33.9), (55.3, 25.2), (76.9, 43.3), (77.2, 28.6), (72.8, 19.1), (90.4, 23.8), (100.5, 13.8),
        (106.8, -6.2), (114.1, 22.3), (116.4, 39.9), (139.7, 35.7), (151.2, -33.9), (174.8, -36.8), (179.98, -16.8),
        (-179.97, 71.1), (-157.9, 21.3), (-122.4, 37.8), (-99.1, 19.4), (-73.9, 40.7), (-46.6, -23.5),
        (-58.4, -34.6), (-70.7, -33.4), (-147.7, 64.8), (15.6, 78.2), (25.5, -24.6), (-8.0, 31.6),
    ]
)  # fmt: skip


@dataclass(frozen=True)
class _Sensor:
    """A satellite: `swath` is the width of its pictures in km, `bands` the order of their bands."""

    name: str
    provider: Provider
    resolution: float
    swath: float
    bands: str
    zoom: int
    words: tuple[str, ...]


_SENSORS = (
    _Sensor("SKY-1", SKYLINE, 0.3, 12, "R,G,B,NIR", 19, ("Scene", "Image")),
    _Sensor("SKY-2", SKYLINE, 0.4, 14, "B,G,R,NIR,PAN", 18, ("Scene", "IMAGE")),
    _Sensor("ORB-4", ORBITAL, 0.5, 11, "RGB", 18, ("scene", "OPTICAL")),
    _Sensor("ORB-5", ORBITAL, 0.7, 18, "B,G,R,NIR", 18, ("Scene", "OPTICAL")),
    _Sensor("WIDE-2", WIDE, 2.0, 30, "B,G,R,NIR", 16, ("Scene",)),
    _Sensor("WIDE-3", WIDE, 10.0, 60, "B,G,R,RE,NIR,SWIR", 14, ("Scene",)),
    _Sensor("PTN-A", PARTNER, 0.5, 16, "R,G,B", 18, ("Image",)),
)


def seeded(count: int, scene: Bounds) -> Iterator[CatalogRecord]:
    """`count` pictures: the known ones first. `scene` is the box of the painted scene, in degrees."""
    yield from known_pictures(scene)[:count]
    chance = np.random.default_rng(SEED)
    for number in range(len(known_pictures(scene)), count):
        if chance.random() < _MOSAIC_SHARE:
            yield _mosaic(chance, number, _centre(chance, scene, near_km=1.5))
        else:
            yield _scene(chance, number, scene)


def _centre(chance: Generator, scene: Bounds, near_km: float) -> tuple[float, float]:
    west, south, east, north = scene
    if chance.random() < _HERE_SHARE:
        longitude, latitude = (west + east) / 2, (south + north) / 2
        spread = near_km / _KM_A_DEGREE
    else:
        longitude, latitude = _PLACES[chance.integers(len(_PLACES))]
        spread = 0.6
    away = chance.normal(0, spread, 2)
    return float(longitude + away[0] / math.cos(math.radians(latitude))), float(latitude + away[1])


def _scene(chance: Generator, number: int, scene: Bounds) -> CatalogRecord:
    sensor = _SENSORS[chance.integers(len(_SENSORS))]
    longitude, latitude = _centre(chance, scene, near_km=sensor.swath / 2)
    day = _FIRST_DAY + timedelta(days=int(chance.integers(_DAYS)))
    hours = _PASS_HOUR - longitude / 15 + chance.normal(0, 0.2)
    taken = day + timedelta(seconds=round(hours * 3600), milliseconds=int(chance.integers(1000)))
    corners = chance.random() < 0.2
    outline = _tilted(chance, longitude, latitude, sensor.swath, many_cornered=corners)
    preview = (Preview.MISTOLD, Preview.PARTS, Preview.NONE, Preview.PICTURE)[
        min(3, int(chance.random() * 10))
    ]
    cloud = min(100.0, round(float(chance.beta(0.5, 1.4)) * 100, 1))
    return CatalogRecord(
        id=f"{sensor.name.replace('-', '')}_{taken:%Y%m%d%H%M%S}_{number:06d}_L1",
        provider=sensor.provider.name,
        product_type=sensor.words[chance.integers(len(sensor.words))],
        is_mosaic=False,
        acquired=_or_none(chance, _written(taken, chance)),
        sensor=_or_none(chance, sensor.name),
        resolution=_or_none(chance, round(sensor.resolution * float(chance.uniform(1, 1.3)), 2)),
        cloud_cover=_or_none(chance, cloud),
        off_nadir=_or_none(chance, round(float(np.clip(chance.normal(0, 14), -45, 45)), 2)),
        bands=_or_none(chance, sensor.bands),
        zoom=_or_none(chance, sensor.zoom),
        min_area_km2=sensor.provider.min_area_km2 or None,
        is_available=sensor.provider is not PARTNER and bool(chance.random() > _ODD_SHARE),
        needs_order=True,
        preview=preview,
        seed=number,
        footprint=shapely.to_wkb(outline),
    )


def _mosaic(chance: Generator, number: int, centre: tuple[float, float]) -> CatalogRecord:
    provider = (MOSAIC_2023, MOSAIC_2024)[chance.integers(2)]
    year = 2023 if provider is MOSAIC_2023 else 2024
    outline = on_the_globe(_patches(chance, *centre))
    is_told = chance.random() < 0.5  # as the reference's example, many do not say how large their pixels are
    return CatalogRecord(
        id=f"MOSAIC_{year}_{number:06d}",
        provider=provider.name,
        product_type=("Mosaic", "MOSAIC")[chance.integers(2)],
        is_mosaic=True,
        acquired=f"{year}-07-01T00:00:00Z",
        sensor=None,
        resolution=0.5 if is_told else 0.0,
        cloud_cover=0.0,
        off_nadir=_or_none(chance, round(float(chance.uniform(-5, 5)), 1)),
        bands="RGB",
        zoom=provider.max_zoom,
        min_area_km2=None,
        is_available=bool(chance.random() > _ODD_SHARE),
        needs_order=False,
        preview=Preview.TILES if provider is MOSAIC_2024 else Preview.TILES_FROM_SOUTH,
        seed=number,
        footprint=shapely.to_wkb(outline),
    )


def _patches(chance: Generator, longitude: float, latitude: float) -> BaseGeometry:
    """One rectangle, or two that lie apart."""
    width, height = chance.uniform(1, 8, 2) / _KM_A_DEGREE
    width /= math.cos(math.radians(latitude))
    first = box(longitude - width / 2, latitude - height / 2, longitude + width / 2, latitude + height / 2)
    if chance.random() < 0.6:
        return first
    return MultiPolygon([first, affinity.translate(first, 1.5 * width, 0.3 * height)])


def _tilted(
    chance: Generator, longitude: float, latitude: float, swath: float, many_cornered: bool
) -> BaseGeometry:
    """A slanting picture; its ring begins with the upper left corner and goes on to the lower left one."""
    tilt, height = math.radians(chance.uniform(-16, 16)), swath * chance.uniform(0.6, 1.8)
    corners = np.array([(-0.5, 0.5), (-0.5, -0.5), (0.5, -0.5), (0.5, 0.5)]) * (swath, height)
    corners += chance.normal(0, 0.02 * swath, (4, 2))
    if many_cornered:  # its edges are ragged
        ring = shapely.segmentize(Polygon(corners), swath / chance.integers(3, 12)).exterior
        points = np.array(ring.coords)[:-1]
        corners = points * chance.uniform(0.85, 1.0, (len(points), 1))
    turned = corners @ np.array([[math.cos(tilt), math.sin(tilt)], [-math.sin(tilt), math.cos(tilt)]])
    degrees = turned / _KM_A_DEGREE / (math.cos(math.radians(latitude)), 1.0)
    return on_the_globe(Polygon(np.round(degrees + np.array((longitude, latitude)), 6)))


def on_the_globe(outline: BaseGeometry) -> BaseGeometry:
    """An outline between 180° W and 180° E: one that reaches over the antimeridian is cut there."""
    west, _south, east, _north = outline.bounds
    if west >= -180 and east <= 180:
        return outline
    pieces = [
        affinity.translate(outline.intersection(box(start, -90, start + 360, 90)), -180 - start)
        for start in (-540, -180, 180)
    ]
    return MultiPolygon([part for piece in pieces for part in shapely.get_parts(piece) if part.area > 0])


def _written(instant: datetime, chance: Generator) -> str:
    """An instant with or without its fraction."""
    return instant.strftime("%Y-%m-%dT%H:%M:%S") + (f".{instant:%f}Z" if chance.random() < 0.3 else "Z")


def _or_none(chance: Generator, value: T) -> T | None:
    return value if chance.random() > _ODD_SHARE else None
