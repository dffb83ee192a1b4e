"""Who is signed in, the models and the imagery providers, as the deployed service shows them."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel

from ...detect.catalog import ModelSpec
from ...providers import PROVIDERS, Provider
from ...settings import Settings
from ...store import Account
from .models import ModelBody, model_body

LIFETIME_M2 = 100_000_000_000


class ZoomPriceBody(BaseModel):
    """What imagery costs at a zoom, in credits per km²."""

    zoom: int
    priceSqKm: float


class ProviderBody(BaseModel):
    """An imagery provider."""

    id: UUID
    name: str
    displayName: str
    price: list[ZoomPriceBody]
    previewUrl: str
    previewUrlMaxZoom: int
    minAreaSqKm: float
    sourceType: str


class TeamBody(BaseModel):
    """A team the account is part of."""

    teamId: UUID
    name: str
    role: str


class UserStatusBody(BaseModel):
    """GET /user/status: flat. Areas in m²."""

    email: str
    billingType: str
    remainingCredits: float
    remainingArea: int
    areaLimit: int
    processedArea: int
    aoiAreaLimit: int
    searchAreaLimit: int
    maxAoisPerProcessing: int
    memoryLimit: int | None
    reviewWorkflowEnabled: bool
    teams: list[TeamBody]
    models: list[ModelBody]
    dataProviders: list[ProviderBody]
    searchDataProviders: list[ProviderBody]


def user_status_body(
    account: Account, settings: Settings, models: tuple[ModelSpec, ...], base: str
) -> UserStatusBody:
    """GET /user/status."""
    limit = round(settings.area_limit_m2)
    return UserStatusBody(
        email=account.email,
        billingType="CREDITS",
        remainingCredits=account.credits,
        remainingArea=max(0, LIFETIME_M2 - round(account.processed_m2)),
        areaLimit=LIFETIME_M2,
        processedArea=round(account.processed_m2),
        aoiAreaLimit=limit,
        searchAreaLimit=limit,
        maxAoisPerProcessing=settings.max_aois,
        memoryLimit=settings.memory_limit,
        reviewWorkflowEnabled=settings.review,
        teams=[],
        models=[model_body(model) for model in models],
        dataProviders=[_provider(provider, base) for provider in PROVIDERS],
        searchDataProviders=[],
    )


def _provider(provider: Provider, base: str) -> ProviderBody:
    return ProviderBody(
        id=UUID(provider.id),
        name=provider.name,
        displayName=provider.display_name,
        price=[ZoomPriceBody(zoom=zoom, priceSqKm=price) for zoom, price in provider.prices],
        previewUrl=f"{base}/providers/{provider.name}/tiles/{{z}}/{{x}}/{{y}}.png",
        previewUrlMaxZoom=provider.max_zoom,
        minAreaSqKm=provider.min_area_km2,
        sourceType="XYZ",
    )
