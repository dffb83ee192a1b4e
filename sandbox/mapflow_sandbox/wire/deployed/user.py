"""Who is signed in, the models and the imagery providers, as the deployed service shows them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import BaseModel

from ...detect.catalog import ModelSpec
from ...imagery.archive import ARCHIVE
from ...providers import ORTHOPHOTO, PROVIDERS, Provider
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
    previewUrl: str
    previewUrlMaxZoom: int
    webPreviewUrl: str | None
    webPreviewUrlMaxZoom: int | None
    price: list[ZoomPriceBody]
    sourceType: str
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
        searchAreaLimit=round(settings.area_limit_m2),
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
        searchDataProviders=[_provider(ARCHIVE, base, ORTHOPHOTO)],
        minGsdMeters=None,
        allowedServices=[],
    )


def _provider(provider: Provider, base: str, shown: Provider | None = None) -> ProviderBody:
    """A provider; its preview is the tiles of `shown` where it has none of its own."""
    return ProviderBody(
        id=UUID(provider.id),
        name=provider.name,
        displayName=provider.display_name,
        previewUrl=f"{base}/providers/{(shown or provider).name}/tiles/{{z}}/{{x}}/{{y}}.png",
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
