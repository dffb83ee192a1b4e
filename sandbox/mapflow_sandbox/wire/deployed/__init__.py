"""Answers as the deployed service is known to give them, a module a section."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel

from ... import store
from ...detect.catalog import ModelSpec
from ...settings import Settings
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
    rasters = DeployedRasters()
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

    def processing(self, processing: store.Processing, model: ModelSpec, base: str) -> BaseModel:
        """A processing, alone or in a list."""
        return processing_body(processing, model, base)
