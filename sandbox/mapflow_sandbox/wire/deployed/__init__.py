"""Answers as the deployed service is known to give them, a module a section."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import BaseModel

from ... import store
from ...catalog.records import CatalogRecord
from ...detect.catalog import ModelSpec
from ...settings import Settings
from ..catalog import CatalogPageBody, DeployedCatalogImageBody, Sign, catalog_image, previews
from .processings import ProcessingBody, processing_body
from .projects import ProjectBody, project_body
from .rasters import DeployedRasters
from .user import UserStatusBody, user_status_body


class DeployedWire:
    """Shapes of the deployed service."""

    sort_separator = ","
    UserStatus: ClassVar[type[BaseModel]] = UserStatusBody
    Project: ClassVar[type[BaseModel]] = ProjectBody
    Processing: ClassVar[type[BaseModel]] = ProcessingBody
    CatalogPage: ClassVar[Any] = CatalogPageBody
    CatalogImage: ClassVar[type[BaseModel]] = DeployedCatalogImageBody
    rasters = DeployedRasters()
    per_cent = 100.0
    leaves_out_nulls = False

    def user_status(
        self, account: store.Account, settings: Settings, models: tuple[ModelSpec, ...], base: str
    ) -> BaseModel:
        """GET /user/status."""
        return user_status_body(account, settings, models, base)

    def project(
        self,
        project: store.Project,
        owner: store.Account,
        settings: Settings,
        models: tuple[ModelSpec, ...],
        is_listed: bool = False,
    ) -> BaseModel:
        """A project, alone or as a row of a list."""
        return project_body(project, owner, settings, models, is_listed)

    def catalog_page(self, images: Sequence[BaseModel], total: int, limit: int, offset: int) -> object:
        """A page of a search."""
        return {"images": images, "total": total, "limit": limit, "offset": offset}

    def catalog_image(self, record: CatalogRecord, covered: float | None, base: str, sign: Sign) -> BaseModel:
        """A picture, and the share of the area it covers in per cent, where one was searched."""
        return DeployedCatalogImageBody(
            **catalog_image(record, base, sign, self.per_cent),
            satId=record.sensor,
            zoom=None if record.zoom is None else str(record.zoom),
            minAreaSqkm=record.min_area_km2,
            aoiIntersectionPercent=None if covered is None else round(covered, 2),
            previews=previews(record, base),
        )

    def processing(self, processing: store.Processing, model: ModelSpec, base: str) -> BaseModel:
        """A processing, alone or in a list."""
        return processing_body(processing, model, base)
