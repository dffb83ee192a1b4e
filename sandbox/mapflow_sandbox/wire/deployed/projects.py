"""Projects as the deployed service shows them: with their owner, models, progress and shares."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from ...detect.catalog import ModelSpec
from ...settings import Settings
from ...store import Account, Project
from ...store.projects import Progress
from .models import ModelBody, model_body
from .user import LIFETIME_M2

RUNNING = ("UNPROCESSED", "IN_PROGRESS", "AWAITING")


class CountsBody(BaseModel):
    """How many processings of a project are in which state; `total` counts those that still run, too."""

    total: int
    succeeded: int
    failed: int
    refunded: int
    canceled: int


class ProgressDetailBody(BaseModel):
    """The processings of a project in one status; area in m²."""

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
    estimate: str | None


class OwnerBody(BaseModel):
    """The owner of a project, with the limits that hold in it (m²); `aoiAreaLimit` is that of one processing."""

    id: UUID
    email: str
    role: str
    areaLimit: int
    aoiAreaLimit: int
    templateAreaLimit: int
    processedArea: int
    created: str
    updated: str
    isPremium: bool
    reviewWorkflowEnabled: bool
    isCustomer: bool


class ShareBody(BaseModel):
    """Somebody's part in a project."""

    projectId: UUID
    role: str
    userId: UUID
    email: str


class SharesBody(BaseModel):
    """Everybody's part in a project."""

    owners: list[ShareBody]
    users: list[ShareBody]
    isCustomer: bool


class ProjectBody(BaseModel):
    """A project; areas in m². `processingCounts` is null but in lists: there, and not alone, they are counted."""

    id: UUID
    name: str
    description: str | None
    progress: ProgressBody
    aoiCount: int
    aoiArea: int
    area: int
    user: OwnerBody
    shareProject: SharesBody
    isDefault: bool
    created: str
    updated: str
    workflowDefs: list[ModelBody]
    displayProperties: dict[str, Any] | None
    migratedFromMapflow: bool
    teamId: UUID | None
    processingCounts: CountsBody | None
    templatesCount: int
    starred: bool


def project_body(
    project: Project, owner: Account, settings: Settings, models: tuple[ModelSpec, ...], is_listed: bool
) -> ProjectBody:
    """A project, alone or (`is_listed`) as a row of a list, which differ in the counts of its processings."""
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
        shareProject=_shares(project),
        isDefault=project.is_default,
        created=project.created,
        updated=project.updated,
        workflowDefs=[model_body(model) for model in models],
        displayProperties=None,
        migratedFromMapflow=False,
        teamId=None,
        processingCounts=_counts(project.progress) if is_listed else None,
        templatesCount=0,
        starred=False,
    )


def _counts(progress: tuple[Progress, ...]) -> CountsBody:
    counts = {each.status: each.count for each in progress}
    return CountsBody(
        total=sum(counts.values()),
        succeeded=counts.get("OK", 0),
        failed=counts.get("FAILED", 0),
        refunded=counts.get("REFUNDED", 0),
        canceled=counts.get("CANCELLED", 0),
    )


def _owner(owner: Account, settings: Settings) -> OwnerBody:
    return OwnerBody(
        id=UUID(owner.id),
        email=owner.email,
        role="USER",
        areaLimit=LIFETIME_M2,
        aoiAreaLimit=round(settings.area_limit_m2),
        templateAreaLimit=LIFETIME_M2,
        processedArea=round(owner.processed_m2),
        created=owner.created,
        updated=owner.created,
        isPremium=False,
        reviewWorkflowEnabled=settings.review,
        isCustomer=True,
    )


def _shares(project: Project) -> SharesBody:
    def part(account_id: str, email: str, role: str) -> ShareBody:
        return ShareBody(projectId=UUID(project.id), role=role, userId=UUID(account_id), email=email)

    others = [part(share.account_id, share.email, share.role.value) for share in project.shares]
    return SharesBody(
        owners=[part(project.owner_id, project.owner_email, "owner")]
        + [share for share in others if share.role == "owner"],
        users=[share for share in others if share.role != "owner"],
        isCustomer=True,
    )


def _progress(progress: tuple[Progress, ...]) -> ProgressBody:
    statuses = {each.status: each for each in progress}
    running = any(status in statuses for status in RUNNING)
    done = sum(each.count for each in progress if each.status not in RUNNING)
    total = sum(each.count for each in progress)
    status = _taken_together(statuses)
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
        estimate=None,
    )


def _taken_together(statuses: Collection[str]) -> str:
    if not statuses:
        return "UNPROCESSED"
    if any(status in statuses for status in RUNNING):
        return "IN_PROGRESS"
    return "FAILED" if "FAILED" in statuses else "OK"
