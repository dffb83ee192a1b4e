"""API reference, "Imagery Catalog": a search of the sandbox's archive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

import shapely
from fastapi import APIRouter
from pydantic import BaseModel, Field

from .. import areas
from ..context import AccountDep, BaseUrlDep, SandboxDep
from ..imagery.archive import ARCHIVE, IMAGES, ArchiveImage
from ..strict_json import StrictRoute
from ..wire import Wire
from ..wire.catalog import product_type


class CatalogSort(StrEnum):
    """What a search is sorted by."""

    PROVIDER_NAME = "PROVIDER_NAME"
    SAT_ID = "SAT_ID"
    CLOUD_COVER = "CLOUD_COVER"
    OFF_NADIR_ANGLE = "OFF_NADIR_ANGLE"
    ACQUISITION_DATE = "ACQUISITION_DATE"
    ZOOM = "ZOOM"
    PIXEL_RESOLUTION = "PIXEL_RESOLUTION"


class CatalogRequest(BaseModel):
    """POST /catalog/meta; null is as good as absent. Shares are 0-1 or in per cent, as the dialect has it."""

    aoi: dict[str, Any]
    acquisitionDateFrom: datetime | None = None
    acquisitionDateTo: datetime | None = None
    minResolution: float | None = None
    maxResolution: float | None = None
    maxCloudCover: float | None = None
    minOffNadirAngle: float | None = None
    maxOffNadirAngle: float | None = None
    minAoiIntersectionPercent: float | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] | None = None
    offset: Annotated[int, Field(ge=0, le=10**9)] | None = None
    sortBy: CatalogSort | None = None
    sortOrder: Literal["ASC", "DESC"] | None = None
    hideUnavailable: bool | None = None
    dataProviders: list[str] | None = None
    productTypes: list[str] | None = None


@dataclass(frozen=True)
class Found:
    """A picture, and how much of the area of interest it covers, in per cent."""

    image: ArchiveImage
    covered: float


_KEYS: dict[CatalogSort, Any] = {
    CatalogSort.PROVIDER_NAME: lambda _image: ARCHIVE.name,
    CatalogSort.SAT_ID: lambda image: image.sat_id,
    CatalogSort.CLOUD_COVER: lambda image: image.cloud_cover,
    CatalogSort.OFF_NADIR_ANGLE: lambda image: image.off_nadir,
    CatalogSort.ACQUISITION_DATE: lambda image: image.acquired,
    CatalogSort.ZOOM: lambda image: image.zoom,
    CatalogSort.PIXEL_RESOLUTION: lambda image: image.resolution,
}


def router(wire: Wire) -> APIRouter:
    """POST /catalog/meta."""
    routes = APIRouter(tags=["Imagery catalog"], route_class=StrictRoute)

    @routes.post("/catalog/meta", response_model=wire.CatalogPage)
    def search_catalog(
        asked: CatalogRequest, sandbox: SandboxDep, _account: AccountDep, base: BaseUrlDep
    ) -> Any:
        """Find pictures of the archive that reach into an area and are as they are wanted."""
        area = areas.read(asked.aoi)
        areas.check_limits(area, sandbox.settings)
        whole = shapely.unary_union([part.polygon for part in area.parts])
        scene = sandbox.scene.bbox_4326
        found = [Found(image, _covered(image.footprint(scene), whole)) for image in IMAGES]
        wanted = [each for each in found if each.covered > 0 and _is_wanted(each, asked, wire.per_cent)]
        key = _KEYS[asked.sortBy or CatalogSort.ACQUISITION_DATE]
        wanted.sort(key=lambda each: key(each.image), reverse=asked.sortOrder != "ASC")
        limit, offset = asked.limit or 100, asked.offset or 0
        page = [(each.image, each.covered) for each in wanted[offset : offset + limit]]
        return wire.catalog_page(page, scene, base, len(wanted), limit, offset)

    return routes


def _covered(footprint: Any, area: Any) -> float:
    return float(100 * footprint.intersection(area).area / area.area)


def _is_wanted(found: Found, asked: CatalogRequest, per_cent: float) -> bool:
    """Whether a picture fits every condition; `per_cent` is what a share of 1 is in the request."""
    image = found.image
    kinds = [kind.lower() for kind in asked.productTypes or ()]
    known = {product_type(image).lower(), "mosaic" if image.is_mosaic else "scene"}
    return (
        _is_between(_instant(image.acquired), asked.acquisitionDateFrom, asked.acquisitionDateTo)
        and _is_between(image.resolution, asked.minResolution, asked.maxResolution)
        and _is_between(abs(image.off_nadir), asked.minOffNadirAngle, asked.maxOffNadirAngle)
        and _is_between(image.cloud_cover / 100 * per_cent, None, asked.maxCloudCover)
        and _is_between(found.covered / 100 * per_cent, asked.minAoiIntersectionPercent, None)
        and (image.is_available or not asked.hideUnavailable)
        and (asked.dataProviders is None or ARCHIVE.name in asked.dataProviders)
        and (not kinds or not known.isdisjoint(kinds))
    )


def _is_between(value: Any, least: Any, most: Any) -> bool:
    if isinstance(least, datetime):
        least = least if least.tzinfo else least.replace(tzinfo=UTC)
    if isinstance(most, datetime):
        most = most if most.tzinfo else most.replace(tzinfo=UTC)
    return (least is None or value >= least) and (most is None or value <= most)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
