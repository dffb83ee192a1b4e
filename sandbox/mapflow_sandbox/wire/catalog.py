"""Pictures of the imagery catalog, and the scale of percentages, which the dialects do not share."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from ..imagery.archive import ARCHIVE, ArchiveImage, Bounds
from ..providers import ORTHOPHOTO


class PreviewBody(BaseModel):
    """A preview and where it lies; GeoJSON."""

    url: str
    geometry: dict[str, Any]


class CatalogImageBody(BaseModel):
    """API reference, "Search Available Imagery": resolution in m, angles in degrees, `footprint` in GeoJSON."""

    id: str
    productType: str
    acquisitionDate: str
    sensor: str
    pixelResolution: float
    cloudCover: float
    offNadirAngle: float
    colorBandOrder: str
    providerName: str
    previewType: str
    previewUrl: str
    footprint: dict[str, Any]


class DeployedCatalogImageBody(CatalogImageBody):
    """A picture with what the deployed service adds; `cloudCover` and the share of the area are in per cent."""

    satId: str
    zoom: str
    minAreaSqkm: float | None
    aoiIntersectionPercent: float
    previews: list[PreviewBody]


class CatalogPageBody(BaseModel):
    """What the deployed service answers to a search."""

    images: list[DeployedCatalogImageBody]
    total: int
    limit: int
    offset: int


def catalog_image(image: ArchiveImage, scene: Bounds, base: str, per_cent: float) -> dict[str, Any]:
    """What both dialects tell of a picture; a cover of 1 is told as `per_cent`."""
    return {
        "id": image.id,
        "productType": product_type(image),
        "acquisitionDate": image.acquired,
        "sensor": image.sat_id,
        "pixelResolution": image.resolution,
        "cloudCover": image.cloud_cover / 100 * per_cent,
        "offNadirAngle": image.off_nadir,
        "colorBandOrder": "RGB",
        "providerName": ARCHIVE.name,
        "previewType": "xyz",
        "previewUrl": f"{base}/providers/{ORTHOPHOTO.name}/tiles/{{z}}/{{x}}/{{y}}.png",
        "footprint": image.footprint_geojson(scene),
    }


def product_type(image: ArchiveImage) -> str:
    """`Mosaic` or `Image`."""
    return "Mosaic" if image.is_mosaic else "Image"
