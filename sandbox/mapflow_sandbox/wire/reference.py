"""Answers as the written API reference shows them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import BaseModel

from ..detect.catalog import BlockSpec, ModelSpec
from ..settings import Settings
from ..store import Account, Project


class BlockBody(BaseModel):
    """A step of a model."""

    name: str
    optional: bool
    price: float
    description: str


class ModelBody(BaseModel):
    """A model; API reference, "Get user status"."""

    id: UUID
    name: str
    pricePerSqKm: float
    blocks: list[BlockBody]


class UserBody(BaseModel):
    """The account."""

    id: UUID
    email: str
    credits: float


class UserStatusBody(BaseModel):
    """GET /user/status."""

    user: UserBody
    models: list[ModelBody]


class ProjectBody(BaseModel):
    """A project; API reference, "Create project"."""

    id: UUID
    name: str
    description: str | None = None


class ReferenceWire:
    """Shapes of the API reference."""

    sort_separator = ":"
    UserStatus: type[BaseModel] = UserStatusBody
    Project: type[BaseModel] = ProjectBody

    def user_status(
        self, account: Account, settings: Settings, models: tuple[ModelSpec, ...], base: str
    ) -> BaseModel:
        """API reference, "Get user status"."""
        return UserStatusBody(
            user=UserBody(id=UUID(account.id), email=account.email, credits=account.credits),
            models=[_model(model) for model in models],
        )

    def project(
        self, project: Project, owner: Account, settings: Settings, models: tuple[ModelSpec, ...]
    ) -> BaseModel:
        """API reference, "Projects"."""
        return ProjectBody(id=UUID(project.id), name=project.name, description=project.description)


def _model(model: ModelSpec) -> ModelBody:
    return ModelBody(
        id=UUID(model.id),
        name=model.name,
        pricePerSqKm=model.price_per_km2,
        blocks=[_block(b) for b in model.blocks],
    )


def _block(block: BlockSpec) -> BlockBody:
    described: dict[str, Any] = {"name": block.name, "optional": block.optional, "price": block.price}
    return BlockBody(**described, description=block.title)
