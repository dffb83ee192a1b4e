"""A small archive of known pictures, all of them over the painted scene; they need no order."""

from __future__ import annotations

from dataclasses import dataclass

import shapely
from shapely.geometry import box

from .offers import ARCHIVE
from .records import CatalogRecord, Preview

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class _Known:
    """A picture that covers `part` of the scene: west, south, east, north, each 0 to 1."""

    id: str
    sensor: str
    acquired: str
    part: Bounds
    cloud_cover: float
    off_nadir: float
    resolution: float
    zoom: int
    is_mosaic: bool = False
    is_available: bool = True


_KNOWN: tuple[_Known, ...] = (
    _Known(
        "sandbox-mosaic-2025", "Mosaic", "2025-07-01T00:00:00Z", (0, 0, 1, 1), 0.0, 3.0, 0.5, 18, is_mosaic=True
    ),
    _Known("sandbox-a-20250612", "SB-A", "2025-06-12T08:14:05Z", (0, 0, 1, 1), 4.0, 11.2, 0.5, 18),
    _Known("sandbox-a-20250328", "SB-A", "2025-03-28T08:20:41Z", (0, 0, 0.6, 1), 38.5, 24.9, 0.6, 18),
    _Known("sandbox-b-20240905", "SB-B", "2024-09-05T09:02:17Z", (0.4, 0, 1, 1), 0.0, -7.5, 0.3, 19),
    _Known("sandbox-b-20240517", "SB-B", "2024-05-17T08:57:30Z", (0, 0.3, 1, 1), 12.0, 2.1, 0.3, 19),
    _Known(
        "sandbox-c-20231021", "SB-C", "2023-10-21T07:45:00Z", (0, 0, 1, 0.7), 71.0, 31.0, 1.0, 17,
        is_available=False,
    ),
)  # fmt: skip


def known_pictures(scene: Bounds) -> list[CatalogRecord]:
    """The archive; `scene` is the box of the painted scene, in degrees."""
    return [_record(each, scene) for each in _KNOWN]


def _record(known: _Known, scene: Bounds) -> CatalogRecord:
    west, south, east, north = scene
    left, bottom, right, top = known.part
    width, height = east - west, north - south
    outline = box(west + left * width, south + bottom * height, west + right * width, south + top * height)
    return CatalogRecord(
        id=known.id,
        provider=ARCHIVE.name,
        product_type="Mosaic" if known.is_mosaic else "Image",
        is_mosaic=known.is_mosaic,
        acquired=known.acquired,
        sensor=known.sensor,
        resolution=known.resolution,
        cloud_cover=known.cloud_cover,
        off_nadir=known.off_nadir,
        bands="RGB",
        zoom=known.zoom,
        min_area_km2=None,
        is_available=known.is_available,
        needs_order=False,
        preview=Preview.TILES,
        seed=0,
        footprint=shapely.to_wkb(outline),
    )
