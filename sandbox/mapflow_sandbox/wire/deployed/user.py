"""Who is signed in, the models and the imagery providers, as the deployed service shows them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import BaseModel

from ...catalog.offers import OFFERS
from ...detect.catalog import ModelSpec
from ...providers import PROVIDERS, Provider
from ...settings import Settings
from ...store import Account
from ..amounts import Credits, amount
from .models import ModelBody, model_body

LIFETIME_M2 = 100_000_000_000


class ZoomPriceBody(BaseModel):
    """What imagery costs at a zoom, in credits per km²."""

    zoom: int
    priceSqKm: float


class ProviderBody(BaseModel):
    """An imagery provider; `minAreaSqkm` is the least it sells, in km²."""

    id: UUID
    name: str
    displayName: str
    previewUrl: str | None
    previewUrlMaxZoom: int | None
    webPreviewUrl: str | None
    webPreviewUrlMaxZoom: int | None
    price: list[ZoomPriceBody]
    sourceType: str | None
    description: str | None
    minAreaSqkm: float | None
    nominalZoom: int | None
    connectionLimit: int | None


class TeamBody(BaseModel):
    """A team the account is part of."""

    teamId: UUID
    name: str
    role: str


class ServiceBody(BaseModel):
    """A further service of the site, and whether the account may use it."""

    id: UUID
    name: str
    enabled: bool


class UserStatusBody(BaseModel):
    """GET /user/status: flat. Areas in m², `memoryLimit` in bytes. The largest area of a processing is in projects."""

    id: UUID
    email: str
    processedArea: int
    remainingArea: int
    remainingCredits: Credits
    areaLimit: int
    templateAreaLimit: int
    searchAreaLimit: int
    maxAoisPerProcessing: int
    memoryLimit: int | None
    billingType: str
    models: list[ModelBody]
    teams: list[TeamBody]
    dataProviders: list[ProviderBody]
    reviewWorkflowEnabled: bool
    isAdmin: bool
    isCustomer: bool
    teamBalance: Credits | None
    personalBalance: Credits | None
    emailNotificationsEnabled: bool
    invites: list[dict[str, Any]]
    sentInvites: list[dict[str, Any]]
    searchDataProviders: list[ProviderBody]
    minGsdMeters: float | None
    allowedServices: list[ServiceBody]


def user_status_body(
    account: Account, settings: Settings, models: tuple[ModelSpec, ...], base: str
) -> UserStatusBody:
    """GET /user/status."""
    return UserStatusBody(
        id=UUID(account.id),
        email=account.email,
        processedArea=round(account.processed_m2),
        remainingArea=max(0, LIFETIME_M2 - round(account.processed_m2)),
        remainingCredits=amount(account.credits),
        areaLimit=LIFETIME_M2,
        templateAreaLimit=LIFETIME_M2,
        searchAreaLimit=round(settings.search_area_limit_m2),
        maxAoisPerProcessing=settings.max_aois,
        memoryLimit=settings.memory_limit,
        billingType="CREDITS",
        models=[model_body(model) for model in models],
        teams=[],
        dataProviders=[_provider(provider, base) for provider in PROVIDERS],
        reviewWorkflowEnabled=settings.review,
        isAdmin=False,
        isCustomer=True,
        teamBalance=None,
        personalBalance=None,
        emailNotificationsEnabled=False,
        invites=[],
        sentInvites=[],
        searchDataProviders=[_searched(provider) for provider in OFFERS],
        minGsdMeters=None,
        allowedServices=[],
    )


def _provider(provider: Provider, base: str) -> ProviderBody:
    return ProviderBody(
        id=UUID(provider.id),
        name=provider.name,
        displayName=provider.display_name,
        previewUrl=f"{base}/providers/{provider.name}/tiles/{{z}}/{{x}}/{{y}}.png",
        previewUrlMaxZoom=provider.max_zoom,
        webPreviewUrl=None,
        webPreviewUrlMaxZoom=None,
        price=[ZoomPriceBody(zoom=zoom, priceSqKm=price) for zoom, price in provider.prices],
        sourceType="XYZ",
        description=None,
        minAreaSqkm=provider.min_area_km2,
        nominalZoom=None,
        connectionLimit=None,
    )


def _searched(provider: Provider) -> ProviderBody:
    """A provider of the catalog: each of its pictures has a preview of its own, and it has none."""
    told = {
        "previewUrl": None,
        "previewUrlMaxZoom": None,
        "sourceType": None,
        "nominalZoom": provider.max_zoom,
    }
    return _provider(provider, "").model_copy(update=told)
