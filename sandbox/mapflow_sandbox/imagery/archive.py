"""The archive that the imagery catalog searches: pictures that were never taken, drawn over the one painted scene."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shapely.geometry import box, mapping
from shapely.geometry.base import BaseGeometry

from ..providers import Provider

ARCHIVE = Provider(
    name="sandbox_archive",
    display_name="Sandbox archive",
    prices=((17, 2.0), (18, 3.0), (19, 5.0)),
    min_area_km2=0.0,
)

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class ArchiveImage:
    """A picture of the archive.

    `part` is the share of the scene it covers (west, south, east, north, each 0 to 1), `cloud_cover` in per cent,
    `off_nadir` in degrees, `resolution` in metres; `acquired` is an instant. One that is not available can be found,
    and has to be ordered by other ways.
    """

    id: str
    sat_id: str
    acquired: str
    part: Bounds
    cloud_cover: float
    off_nadir: float
    resolution: float
    zoom: int
    is_mosaic: bool = False
    is_available: bool = True

    def footprint(self, scene: Bounds) -> BaseGeometry:
        """Where the picture lies, in degrees; `scene` is the box of the painted scene."""
        west, south, east, north = scene
        left, bottom, right, top = self.part
        width, height = east - west, north - south
        return box(west + left * width, south + bottom * height, west + right * width, south + top * height)

    def footprint_geojson(self, scene: Bounds) -> dict[str, Any]:
        """The footprint as GeoJSON."""
        geometry: dict[str, Any] = mapping(self.footprint(scene))
        return geometry


IMAGES: tuple[ArchiveImage, ...] = (
    ArchiveImage(
        "sandbox-mosaic-2025", "Mosaic", "2025-07-01T00:00:00Z", (0, 0, 1, 1), 0.0, 3.0, 0.5, 18, is_mosaic=True
    ),
    ArchiveImage("sandbox-a-20250612", "SB-A", "2025-06-12T08:14:05Z", (0, 0, 1, 1), 4.0, 11.2, 0.5, 18),
    ArchiveImage("sandbox-a-20250328", "SB-A", "2025-03-28T08:20:41Z", (0, 0, 0.6, 1), 38.5, 24.9, 0.6, 18),
    ArchiveImage("sandbox-b-20240905", "SB-B", "2024-09-05T09:02:17Z", (0.4, 0, 1, 1), 0.0, -7.5, 0.3, 19),
    ArchiveImage("sandbox-b-20240517", "SB-B", "2024-05-17T08:57:30Z", (0, 0.3, 1, 1), 12.0, 2.1, 0.3, 19),
    ArchiveImage(
        "sandbox-c-20231021", "SB-C", "2023-10-21T07:45:00Z", (0, 0, 1, 0.7), 71.0, 31.0, 1.0, 17,
        is_available=False,
    ),
)  # fmt: skip


def find(image_id: str) -> ArchiveImage | None:
    """The picture with this id."""
    return next((image for image in IMAGES if image.id == image_id), None)
