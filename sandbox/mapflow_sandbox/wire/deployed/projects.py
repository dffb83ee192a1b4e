"""Projects as the deployed service shows them: with their owner, models, progress and shares."""

from __future__ import annotations

from collections.abc import Collection
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


def project_body(
    project: Project, owner: Account, settings: Settings, models: tuple[ModelSpec, ...]
) -> ProjectBody:
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


def _owner(owner: Account, settings: Settings) -> OwnerBody:
    return OwnerBody(
        id=UUID(owner.id),
        login=owner.email,
        email=owner.email,
        role="USER",
        areaLimit=LIFETIME_M2,
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
    )


def _taken_together(statuses: Collection[str]) -> str:
    if not statuses:
        return "UNPROCESSED"
    if any(status in statuses for status in RUNNING):
        return "IN_PROGRESS"
    return "FAILED" if "FAILED" in statuses else "OK"
