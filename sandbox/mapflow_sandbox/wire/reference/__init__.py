"""Answers as the written API reference shows them, a module a section."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import BaseModel

from ... import store
from ...catalog.records import CatalogRecord
from ...detect.catalog import ModelSpec
from ...settings import Settings
from ..catalog import CatalogImageBody, Sign, catalog_image
from .processings import ProcessingBody, processing_body
from .projects import ProjectBody, project_body
from .rasters import ReferenceRasters
from .user import UserStatusBody, user_status_body


class ReferenceWire:
    """Shapes of the API reference."""

    sort_separator = ":"
    UserStatus: ClassVar[type[BaseModel]] = UserStatusBody
    Project: ClassVar[type[BaseModel]] = ProjectBody
    Processing: ClassVar[type[BaseModel]] = ProcessingBody
    CatalogPage: ClassVar[Any] = list[CatalogImageBody]
    CatalogImage: ClassVar[type[BaseModel]] = CatalogImageBody
    rasters = ReferenceRasters()
    per_cent = 1.0
    leaves_out_nulls = True

    def user_status(
        self, account: store.Account, settings: Settings, models: tuple[ModelSpec, ...], base: str
    ) -> BaseModel:
        """API reference, "Get user status"."""
        return user_status_body(account, models)

    def project(
        self,
        project: store.Project,
        owner: store.Account,
        settings: Settings,
        models: tuple[ModelSpec, ...],
        is_listed: bool = False,
    ) -> BaseModel:
        """API reference, "Projects"."""
        return project_body(project)

    def catalog_page(self, images: Sequence[BaseModel], total: int, limit: int, offset: int) -> object:
        """API reference, "Search Available Imagery": a bare list."""
        return images

    def catalog_image(self, record: CatalogRecord, covered: float | None, base: str, sign: Sign) -> BaseModel:
        """API reference, "Search Available Imagery": what is not known is left out."""
        told = catalog_image(record, base, sign, self.per_cent)
        return CatalogImageBody(**{**told, "productType": "Mosaic" if record.is_mosaic else "Scene"})

    def processing(self, processing: store.Processing, model: ModelSpec, base: str) -> BaseModel:
        """API reference, "Processings"."""
        return processing_body(processing, model, base)
