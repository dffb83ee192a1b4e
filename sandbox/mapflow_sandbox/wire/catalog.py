"""Pictures of the imagery catalog: where their previews are, and the scale of shares, in which the dialects differ."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from pydantic import BaseModel
from shapely.geometry import Polygon, mapping

from ..catalog.pieces import is_one_picture_of_its_footprint, pieces_of
from ..catalog.records import CatalogRecord, Preview
from ..rasters.links import preview_of

WHOLE = "whole"  # stands for the number of a piece, where all of a scene is meant
_TILE = "{z}/{x}/{y}.png"
_TYPES = {
    Preview.NONE: None,
    Preview.TILES: "xyz",
    Preview.TILES_FROM_SOUTH: "xyz",
    Preview.OWN_MOSAIC: "xyz",
}
# The query that lets whoever has it see what an account uploaded.
Sign = Callable[[str], str]


class PreviewBody(BaseModel):
    """A preview and where it lies; GeoJSON."""

    url: str
    geometry: dict[str, Any]


class CatalogImageBody(BaseModel):
    """API reference, "Search Available Imagery": resolution in m, angles in degrees, `footprint` in GeoJSON."""

    id: str
    productType: str
    acquisitionDate: str | None = None
    sensor: str | None = None
    pixelResolution: float | None = None
    cloudCover: float | None = None
    offNadirAngle: float | None = None
    colorBandOrder: str | None = None
    providerName: str
    previewType: str | None = None
    previewUrl: str | None = None
    footprint: dict[str, Any]


class DeployedCatalogImageBody(CatalogImageBody):
    """A picture with what the deployed service adds; `cloudCover` and the share of the area are in per cent."""

    satId: str | None
    zoom: str | None
    minAreaSqkm: float | None
    aoiIntersectionPercent: float | None
    previews: list[PreviewBody]


class CatalogPageBody(BaseModel):
    """What the deployed service answers to a search."""

    images: list[DeployedCatalogImageBody]
    total: int
    limit: int
    offset: int


def catalog_image(record: CatalogRecord, base: str, sign: Sign, per_cent: float) -> dict[str, Any]:
    """What both dialects tell of a picture; a cover of 1 is told as `per_cent`."""
    cloud = record.cloud_cover
    return {
        "id": record.id,
        "productType": record.product_type,
        "acquisitionDate": record.acquired,
        "sensor": record.sensor,
        "pixelResolution": record.resolution,
        "cloudCover": None if cloud is None else cloud * per_cent / 100,
        "offNadirAngle": record.off_nadir,
        "colorBandOrder": record.bands,
        "providerName": record.provider,
        "previewType": _TYPES.get(record.preview, "png"),
        "previewUrl": _preview_url(record, base, sign),
        "footprint": mapping(record.geometry),
    }


def previews(record: CatalogRecord, base: str) -> list[PreviewBody]:
    """The pictures of a scene, each with its place, where one alone would not tell that."""
    is_drawn = record.preview in {Preview.PICTURE, Preview.MISTOLD, Preview.PARTS}
    if not is_drawn or is_one_picture_of_its_footprint(record):
        return []
    return [
        PreviewBody(url=_picture_url(record, base, number), geometry=_polygon(piece))
        for number, piece in enumerate(pieces_of(record))
    ]


def _preview_url(record: CatalogRecord, base: str, sign: Sign) -> str | None:
    tiles = f"{base}/providers/{record.provider}/mosaics/{record.id}"
    if record.preview is Preview.NONE:
        return None
    if record.preview is Preview.TILES:
        return f"{tiles}/{_TILE}"
    if record.preview is Preview.TILES_FROM_SOUTH:
        return f"{tiles}/tms/{_TILE.replace('{y}', '{-y}')}"
    if record.preview is Preview.OWN_IMAGE:
        return f"{base}/rasters/file/{record.id}/preview?{sign(preview_of(record.id))}"
    if record.preview is Preview.OWN_MOSAIC:
        return f"{base}/rasters/file/{record.id}/tiles/{_TILE}?{sign(preview_of(record.id))}"
    return _picture_url(record, base, WHOLE)


def _picture_url(record: CatalogRecord, base: str, piece: int | str) -> str:
    ending = "jpg" if record.preview is Preview.MISTOLD else "png"
    return f"{base}/providers/{record.provider}/scenes/{record.id}/{piece}.{ending}"


def _polygon(corners: np.ndarray) -> dict[str, Any]:
    geometry: dict[str, Any] = mapping(Polygon(np.round(corners, 8)))
    return geometry
