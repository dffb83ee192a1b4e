"""Answers as the deployed service is known to give them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import BaseModel

from ..detect.catalog import ModelSpec
from ..providers import PROVIDERS, Provider
from ..settings import Settings
from ..store import Account, Project
from ..store.projects import Progress

MODEL_CREATED = "2026-01-15T08:17:03.871690Z"
RUNNING = ("UNPROCESSED", "IN_PROGRESS", "AWAITING")


class BlockBody(BaseModel):
    """A step of a model; `optional` as 0 or 1, an empty `displayName` where it is not for the user to see."""

    name: str
    displayName: str
    description: str
    optional: bool
    defaultEnabled: bool
    price: float


class ModelBody(BaseModel):
    """A model, in `models` of the user status and in `workflowDefs` of a project."""

    id: UUID
    name: str
    description: str
    pricePerSqKm: float
    blocks: list[BlockBody]
    requirements: dict[str, Any]
    created: str
    updated: str


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


class CountsBody(BaseModel):
    """How many processings of a project are in which state."""

    succeeded: int
    failed: int
    inProgress: int


class ProgressDetailBody(BaseModel):
    """The processings of a project in one status."""

    status: str
    count: int
    area: int
    statusUpdateDate: str


class ProgressBody(BaseModel):
    """The processings of a project taken together."""

    status: str
    percentCompleted: int
    details: list[ProgressDetailBody]
    completionDate: str | None


class OwnerBody(BaseModel):
    """The owner of a project, with the limits that hold in it (m²)."""

    id: UUID
    login: str
    email: str
    role: str
    areaLimit: int
    aoiAreaLimit: int
    processedArea: int
    created: str
    updated: str
    isPremium: bool


class ShareBody(BaseModel):
    """Somebody's part in a project."""

    email: str
    role: str


class SharesBody(BaseModel):
    """Everybody's part in a project."""

    owners: list[ShareBody]
    users: list[ShareBody]


class ProjectBody(BaseModel):
    """A project; areas in m²."""

    id: UUID
    name: str
    description: str | None
    progress: ProgressBody
    aoiCount: int
    aoiArea: int
    area: int
    user: OwnerBody
    isDefault: bool
    created: str
    updated: str
    workflowDefs: list[ModelBody]
    processingCounts: CountsBody
    shareProject: SharesBody


class DeployedWire:
    """Shapes of the deployed service."""

    sort_separator = ","
    UserStatus: type[BaseModel] = UserStatusBody
    Project: type[BaseModel] = ProjectBody

    def user_status(
        self, account: Account, settings: Settings, models: tuple[ModelSpec, ...], base: str
    ) -> BaseModel:
        """GET /user/status."""
        limit = round(settings.area_limit_m2)
        return UserStatusBody(
            email=account.email,
            billingType="CREDITS",
            remainingCredits=account.credits,
            remainingArea=max(0, _LIFETIME_M2 - round(account.processed_m2)),
            areaLimit=_LIFETIME_M2,
            processedArea=round(account.processed_m2),
            aoiAreaLimit=limit,
            searchAreaLimit=limit,
            maxAoisPerProcessing=settings.max_aois,
            memoryLimit=None,
            reviewWorkflowEnabled=settings.review,
            teams=[],
            models=[model_body(model) for model in models],
            dataProviders=[_provider(provider, base) for provider in PROVIDERS],
            searchDataProviders=[],
        )

    def project(
        self, project: Project, owner: Account, settings: Settings, models: tuple[ModelSpec, ...]
    ) -> BaseModel:
        """A project, as GET /projects/{id} and every other project endpoint shows it."""
        counts = {progress.status: progress.count for progress in project.progress}
        area = round(sum(progress.area_m2 for progress in project.progress))
        return ProjectBody(
            id=UUID(project.id),
            name=project.name,
            description=project.description,
            progress=_progress(project.progress),
            aoiCount=sum(progress.aoi_count for progress in project.progress),
            aoiArea=area,
            area=area,
            user=_owner(owner, settings),
            isDefault=project.is_default,
            created=project.created,
            updated=project.updated,
            workflowDefs=[model_body(model) for model in models],
            processingCounts=CountsBody(
                succeeded=counts.get("OK", 0),
                failed=counts.get("FAILED", 0),
                inProgress=sum(counts.get(status, 0) for status in RUNNING),
            ),
            shareProject=_shares(project),
        )


_LIFETIME_M2 = 100_000_000_000


def model_body(model: ModelSpec) -> ModelBody:
    """`model` as the deployed service lists it, with its requirements of imagery."""
    zooms = {
        "required": {"min_zoom": model.min_zoom, "max_zoom": model.max_zoom},
        "recommended": {"min_zoom": model.best_zoom, "max_zoom": model.best_zoom},
    }
    return ModelBody(
        id=UUID(model.id),
        name=model.name,
        description=model.description,
        pricePerSqKm=model.price_per_km2,
        blocks=[
            BlockBody(
                name=block.name,
                displayName=block.title,
                description=block.description,
                optional=block.optional,
                defaultEnabled=block.default_enabled,
                price=block.price,
            )
            for block in model.blocks
        ],
        requirements={"sources": {"xyz": zooms, "tms": zooms, "quadkey": zooms, "local": None}},
        created=MODEL_CREATED,
        updated=MODEL_CREATED,
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


def _owner(owner: Account, settings: Settings) -> OwnerBody:
    return OwnerBody(
        id=UUID(owner.id),
        login=owner.email,
        email=owner.email,
        role="USER",
        areaLimit=_LIFETIME_M2,
        aoiAreaLimit=round(settings.area_limit_m2),
        processedArea=round(owner.processed_m2),
        created=owner.created,
        updated=owner.created,
        isPremium=False,
    )


def _shares(project: Project) -> SharesBody:
    shares = [ShareBody(email=share.email, role=share.role.value) for share in project.shares]
    first = ShareBody(email=project.owner_email, role="owner")
    return SharesBody(
        owners=[first] + [share for share in shares if share.role == "owner"],
        users=[share for share in shares if share.role != "owner"],
    )


def _progress(progress: tuple[Progress, ...]) -> ProgressBody:
    statuses = {each.status: each for each in progress}
    running = any(status in statuses for status in RUNNING)
    done = sum(each.count for each in progress if each.status not in RUNNING)
    total = sum(each.count for each in progress)
    status = (
        "IN_PROGRESS"
        if running
        else "FAILED"
        if "FAILED" in statuses
        else "OK"
        if statuses
        else "UNPROCESSED"
    )
    return ProgressBody(
        status=status,
        percentCompleted=round(100 * done / total) if total else 0,
        details=[
            ProgressDetailBody(
                status=each.status, count=each.count, area=round(each.area_m2), statusUpdateDate=each.updated
            )
            for each in progress
        ],
        completionDate=None if running or not progress else max(each.updated for each in progress),
    )
