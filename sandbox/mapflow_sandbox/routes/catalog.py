"""API reference, "Imagery Catalog": a search of the catalog, and one of its pictures."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import shapely
from fastapi import APIRouter
from pydantic import BaseModel, Field

from .. import areas
from ..catalog.offers import names_of
from ..catalog.own import own_records
from ..catalog.search import CatalogSort, Wanted
from ..context import AccountDep, BaseUrlDep, SandboxDep
from ..faults import not_found
from ..settings import Dialect
from ..strict_json import StrictRoute
from ..wire import Wire

_PAGE = 100


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
    productTypes: Annotated[list[str], Field(max_length=100)] | None = None


def router(wire: Wire) -> APIRouter:
    """POST /catalog/meta and GET /meta/{imageId}."""
    routes = APIRouter(tags=["Imagery catalog"], route_class=StrictRoute)
    nulls: dict[str, Any] = {"response_model_exclude_none": wire.leaves_out_nulls}

    @routes.post("/catalog/meta", response_model=wire.CatalogPage, **nulls)
    def search_catalog(
        asked: CatalogRequest, sandbox: SandboxDep, account: AccountDep, base: BaseUrlDep
    ) -> Any:
        """Find pictures that reach into an area and are as they are wanted, the account's own uploads among them."""
        area = areas.read(asked.aoi)
        areas.check_search(area, sandbox.settings)
        limit, offset = asked.limit or _PAGE, asked.offset or 0
        found = sandbox.catalog.search(
            wanted(asked, area, wire.per_cent, sandbox.settings.dialect is Dialect.REFERENCE),
            own_records(sandbox.database, account.id),
            limit,
            offset,
        )
        sign = sandbox.rasters.links.query
        page = [wire.catalog_image(record, covered, base, sign) for record, covered in found.page]
        return wire.catalog_page(page, found.total, limit, offset)

    @routes.get("/meta/{imageId}", response_model=wire.CatalogImage, **nulls)
    def get_catalog_image(
        imageId: str,
        sandbox: SandboxDep,
        account: AccountDep,
        base: BaseUrlDep,
        provider_name: str | None = None,
    ) -> Any:
        """One picture; `provider_name` says whose, where two providers might use the same id."""
        candidates = [*sandbox.catalog.find([imageId]), *own_records(sandbox.database, account.id)]
        for record in candidates:
            if record.id == imageId and provider_name in {None, record.provider}:
                return wire.catalog_image(record, None, base, sandbox.rasters.links.query)
        raise not_found("Image", imageId)

    return routes


def wanted(asked: CatalogRequest, area: areas.Area, per_cent: float, by_id: bool) -> Wanted:
    """What a request asks for; `per_cent` is what a share of 1 is in it, and providers may be told `by_id`."""
    return Wanted(
        area=shapely.union_all([part.polygon for part in area.parts]),
        since=asked.acquisitionDateFrom,
        until=asked.acquisitionDateTo,
        resolution=(asked.minResolution, asked.maxResolution),
        angle=(asked.minOffNadirAngle, asked.maxOffNadirAngle),
        cloud=asked.maxCloudCover,
        cover=asked.minAoiIntersectionPercent,
        per_cent=per_cent,
        available_only=bool(asked.hideUnavailable),
        providers=None if asked.dataProviders is None else names_of(asked.dataProviders, by_id),
        kinds=frozenset(kind.lower() for kind in asked.productTypes or ()),
        sort=asked.sortBy or CatalogSort.ACQUISITION_DATE,
        ascending=asked.sortOrder == "ASC",
    )
