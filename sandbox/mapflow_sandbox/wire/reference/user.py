"""Who is signed in and which models there are, as the API reference shows them."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel

from ...detect.catalog import ModelSpec
from ...store import Account


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


def user_status_body(account: Account, models: tuple[ModelSpec, ...]) -> UserStatusBody:
    """API reference, "Get user status"."""
    return UserStatusBody(
        user=UserBody(id=UUID(account.id), email=account.email, credits=account.credits),
        models=[_model(model) for model in models],
    )


def _model(model: ModelSpec) -> ModelBody:
    return ModelBody(
        id=UUID(model.id),
        name=model.name,
        pricePerSqKm=model.price_per_km2,
        blocks=[
            BlockBody(name=block.name, optional=block.optional, price=block.price, description=block.title)
            for block in model.blocks
        ],
    )
