"""API reference, "Projects", and the project endpoints of the deployed service beyond it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field, StringConstraints

from ..context import AccountDep, Sandbox, SandboxDep
from ..detect.catalog import MODELS
from ..faults import ApiFault, bad_request, forbidden, not_found
from ..store import Account, Project, Role, accounts, projects, queue
from ..strict_json import StrictRoute
from ..wire import Wire
from .paging import listing, page, paged

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)]
Description = Annotated[str, StringConstraints(max_length=10_000)]


class NewProject(BaseModel):
    """POST /projects."""

    name: Name
    description: Description | None = None


class ProjectChange(BaseModel):
    """PUT /projects/{projectId}: what is absent or null stays."""

    name: Name | None = None
    description: Description | None = None


class ProjectSort(StrEnum):
    """What a page of projects is sorted by."""

    NAME = "NAME"
    CREATED = "CREATED"
    UPDATED = "UPDATED"


class ProjectPageRequest(BaseModel):
    """POST /projects/page; null is as good as absent."""

    limit: Annotated[int, Field(ge=1, le=1000)] | None = None
    offset: Annotated[int, Field(ge=0, le=10**9)] | None = None
    filter: str | None = None
    sortBy: ProjectSort | None = None
    sortOrder: Literal["ASC", "DESC"] | None = None


class NewShare(BaseModel):
    """POST /projects/share: who (`email` or `userId`) gets which role."""

    projectId: UUID
    email: str | None = None
    userId: UUID | None = None
    role: Literal["MEMBER", "OWNER", "readonly", "contributor", "maintainer", "owner"]


_SHARE_ROLES = {"MEMBER": Role.CONTRIBUTOR, "OWNER": Role.OWNER}


def project_with_role(sandbox: Sandbox, account: Account, project_id: UUID, least: Role) -> Project:
    """The project, when the account may do in it what `least` may. Raises ApiFault 404 or 403."""
    project = projects.fetch(sandbox.database, account.id, str(project_id))
    if project is None:
        raise not_found("Project", project_id)
    if project.role.rank < least.rank:
        raise forbidden(f"Your role in this project is {project.role.value}; this needs {least.value}.")
    return project


def router(wire: Wire) -> APIRouter:
    """All verbs of projects."""
    routes = APIRouter(prefix="/projects", tags=["Projects"], route_class=StrictRoute)
    one = wire.Project
    routes.add_api_route("", list_projects, methods=["GET"], response_model=listing(one))
    routes.add_api_route("", create_project, methods=["POST"], response_model=one)
    routes.add_api_route("/page", page_of_projects, methods=["POST"], response_model=paged(one))
    routes.add_api_route("/share", share_project, methods=["POST"], response_model=one)
    routes.add_api_route("/default", default_project, methods=["GET"], response_model=one)
    routes.add_api_route("/{projectId}", get_project, methods=["GET"], response_model=one)
    routes.add_api_route("/{projectId}", update_project, methods=["PUT"], response_model=one)
    routes.add_api_route("/{projectId}", delete_project, methods=["DELETE"], response_class=Response)
    return routes


def list_projects(sandbox: SandboxDep, account: AccountDep) -> list[BaseModel]:
    """All the account's projects, the oldest first."""
    found, _total = projects.visible(sandbox.database, account.id)
    return [_shown(sandbox, project, is_listed=True) for project in found]


def create_project(new: NewProject, sandbox: SandboxDep, account: AccountDep) -> BaseModel:
    """Make a project."""
    return _fetched(
        sandbox, account, projects.create(sandbox.database, account.id, new.name, new.description)
    )


def page_of_projects(asked: ProjectPageRequest, sandbox: SandboxDep, account: AccountDep) -> dict[str, Any]:
    """One page of the account's projects, filtered by name and sorted."""
    found, total = projects.visible(
        sandbox.database,
        account.id,
        text=asked.filter or "",
        sort_by=(asked.sortBy or ProjectSort.CREATED).value,
        ascending=(asked.sortOrder or "ASC") == "ASC",
        limit=asked.limit or 30,
        offset=asked.offset or 0,
    )
    return page([_shown(sandbox, project, is_listed=True) for project in found], total)


def share_project(new: NewShare, sandbox: SandboxDep, account: AccountDep) -> BaseModel:
    """Give another account of this sandbox a role in a project."""
    project = project_with_role(sandbox, account, new.projectId, Role.OWNER)
    if new.email is not None:
        whom = accounts.by_email(sandbox.database, new.email)
    elif new.userId is not None:
        whom = accounts.by_id(sandbox.database, str(new.userId))
    else:
        raise bad_request("Either email or userId is needed.")
    if whom is None:
        raise not_found("User", new.email or new.userId)
    if whom.id == project.owner_id:
        raise bad_request("The project is theirs already.")
    role = _SHARE_ROLES.get(new.role) or Role(new.role)
    projects.share(sandbox.database, project.id, whom.id, role)
    return _fetched(sandbox, account, project.id)


def default_project(sandbox: SandboxDep, account: AccountDep) -> BaseModel:
    """The project every account has from the start."""
    return _shown(sandbox, projects.fetch_default(sandbox.database, account.id))


def get_project(projectId: UUID, sandbox: SandboxDep, account: AccountDep) -> BaseModel:
    """One project, with its models and the limits that hold in it."""
    return _shown(sandbox, project_with_role(sandbox, account, projectId, Role.READONLY))


def update_project(
    projectId: UUID, change: ProjectChange, sandbox: SandboxDep, account: AccountDep
) -> BaseModel:
    """Rename or describe a project; its owner may."""
    project = project_with_role(sandbox, account, projectId, Role.OWNER)
    projects.update(sandbox.database, project.id, change.name, change.description)
    return _fetched(sandbox, account, project.id)


def delete_project(projectId: UUID, sandbox: SandboxDep, account: AccountDep) -> None:
    """Archive a project and its processings, running or not; its owner may, and not the default one."""
    project = project_with_role(sandbox, account, projectId, Role.OWNER)
    if project.is_default:
        raise ApiFault(400, "BAD_REQUEST", "The default project cannot be deleted.")
    for processing_id in queue.withdraw_project(sandbox.database, project.id):
        sandbox.work.drop(processing_id)


def _fetched(sandbox: Sandbox, account: Account, project_id: str) -> BaseModel:
    project = projects.fetch(sandbox.database, account.id, project_id)
    if project is None:
        raise not_found("Project", project_id)
    return _shown(sandbox, project)


def _shown(sandbox: Sandbox, project: Project, is_listed: bool = False) -> BaseModel:
    owner = accounts.by_id(sandbox.database, project.owner_id)
    if owner is None:
        raise not_found("User", project.owner_id)
    return sandbox.wire.project(project, owner, sandbox.settings, MODELS, is_listed)
