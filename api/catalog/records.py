"""What the imagery catalog says of scenes and mosaics, read in either shape it is known to come in.

Shares are in per cent here, 0 to 100, whatever their scale is on the way.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Optional, Union

from ..account import M2_PER_KM2
from ..http.fields import MAX_RECORDS, Fields

# A footprint as it came: WKT, or a GeoJSON geometry; "" where there is none. Longitude and latitude in degrees.
Footprint = Union[str, Mapping[str, object]]
_MAX_OUTLINE = 2_000_000  # characters of a footprint
_MAX_RESOLUTION_M = 100_000.0
_ALL, _NEARLY = 100.0, 1.0  # per cent, and what rounding may add to it
_DECIMALS = 6  # of a per cent; finer is noise of the change of scale
_POLYGONS = ("Polygon", "MultiPolygon")


class Dialect(enum.Enum):
    """The two shapes a catalog answers in; the value is what a share of all is on the way."""

    DEPLOYED = 100.0
    REFERENCE = 1.0

    def sent(self, percent: float) -> float:
        """A share as it is sent."""
        return round(min(_ALL, max(0.0, percent)) * self.value / _ALL, _DECIMALS)

    def received(self, share: Optional[float]) -> Optional[float]:
        """A share in per cent; None where it is none, or is more than all."""
        if share is None:
            return None
        percent = round(share * _ALL / self.value, _DECIMALS)
        return min(_ALL, percent) if 0 <= percent <= _ALL + _NEARLY else None


@dataclass(frozen=True)
class PreviewPart:
    """A picture of a part of a scene, and where that lies. The address may be a key."""

    url: str = field(repr=False)
    footprint: Footprint = ""


@dataclass(frozen=True)
class CatalogImage:
    """A scene or a mosaic that can be had. Time in UTC, `resolution_m` in metres, angles in degrees, area in m².

    None and "" stand for what is not known; that fits every filter. `off_nadir` is negative to the one side.
    `preview_type` is what the service says of the preview, and may be wrong. An address of a preview may be a key.
    """

    id: str
    provider: str
    product_type: str = ""
    acquired: Optional[datetime] = None
    sensor: str = ""
    resolution_m: Optional[float] = None
    cloud_percent: Optional[float] = None
    off_nadir: Optional[float] = None
    band_order: str = ""
    zoom: Optional[int] = None
    min_area_m2: float = 0.0
    overlap_percent: Optional[float] = None
    preview_type: str = ""
    preview_url: str = field(default="", repr=False)
    preview_parts: tuple[PreviewPart, ...] = ()
    footprint: Footprint = ""

    @property
    def is_mosaic(self) -> bool:
        """Whether it can be processed at once; a scene has to be ordered."""
        return "mosaic" in self.product_type.lower()

    @property
    def has_preview_tiles(self) -> bool:
        """Whether the preview is tiles: its address says so, whatever its type."""
        return "{z}" in self.preview_url or "{q}" in self.preview_url


def read_catalog_image(value: object, dialect: Dialect) -> CatalogImage:
    """A scene or a mosaic, its shares in the scale of `dialect`."""
    data = Fields.of(value, "catalog image")
    return CatalogImage(
        id=data.required_id("id"),
        provider=data.required_text("providerName", "provider"),
        product_type=data.text("productType"),
        acquired=data.time("acquisitionDate"),
        sensor=data.text("sensor", "satId"),
        resolution_m=_within(data.number("pixelResolution"), 1e-6, _MAX_RESOLUTION_M),
        cloud_percent=dialect.received(data.number("cloudCover")),
        off_nadir=_within(data.number("offNadirAngle"), -90, 90),
        band_order=data.text("colorBandOrder"),
        zoom=data.zoom("zoom"),
        min_area_m2=max(0.0, data.number("minAreaSqkm", "minAreaSqKm") or 0.0) * M2_PER_KM2,
        overlap_percent=dialect.received(data.number("aoiIntersectionPercent")),
        preview_type=data.text("previewType"),
        preview_url=_web_address(data.text("previewUrl")),
        preview_parts=tuple(part for part in data.records("previews", _read_part) if part.url),
        footprint=_footprint(data.data.get("footprint")),
    )


def _read_part(value: object) -> PreviewPart:
    data = Fields.of(value, "preview")
    return PreviewPart(_web_address(data.required_text("url")), _footprint(data.data.get("geometry")))


def _within(value: Optional[float], least: float, most: float) -> Optional[float]:
    return value if value is not None and least <= value <= most else None


def _web_address(text: str) -> str:
    return text if text.lower().startswith(("https://", "http://")) else ""


def _footprint(value: object) -> Footprint:
    """A footprint that may be one; "" for an empty one, and for one that is too long to be looked at."""
    if isinstance(value, str):
        is_none = len(value) > _MAX_OUTLINE or value.upper().rstrip().endswith("EMPTY")
        return "" if is_none else value.strip()
    if isinstance(value, Mapping) and value.get("type") in _POLYGONS and value.get("coordinates"):
        return value if _positions(value["coordinates"]) <= MAX_RECORDS else ""
    return ""


def _positions(coordinates: object) -> int:
    """How many positions there are in the coordinates of a geometry, counted up to a little over what is allowed."""
    count, lists = 0, [coordinates]
    while lists and count <= MAX_RECORDS:
        listed = lists.pop()
        if not isinstance(listed, list):
            continue
        if listed and not isinstance(listed[0], list):
            count += 1
        else:
            lists.extend(listed)
    return count
