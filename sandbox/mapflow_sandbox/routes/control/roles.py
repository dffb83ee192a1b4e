"""Any role in a project for any account: the service's own sharing gives but two of the four."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from ...context import AccountDep, SandboxDep
from ...faults import bad_request, not_found
from ...store import Role, accounts, projects
from ...strict_json import StrictRoute
from ...wire import Wire
from ..projects import get_project, project_with_role


class RoleChange(BaseModel):
    """Who is to have which role in which project; null takes the role away."""

    projectId: UUID
    email: str
    role: Literal["readonly", "contributor", "maintainer", "owner"] | None


def router(wire: Wire) -> APIRouter:
    """POST /sandbox/roles."""
    routes = APIRouter(tags=["Sandbox"], route_class=StrictRoute)
    routes.add_api_route("/sandbox/roles", give_role, methods=["POST"], response_model=wire.Project)
    return routes


def give_role(asked: RoleChange, sandbox: SandboxDep, account: AccountDep) -> BaseModel:
    """Give an account of this sandbox one of the four roles in a project, or none."""
    project = project_with_role(sandbox, account, asked.projectId, Role.OWNER)
    whom = accounts.by_email(sandbox.database, asked.email)
    if whom is None:
        raise not_found("User", asked.email)
    if whom.id == project.owner_id:
        raise bad_request("The project is theirs already.")
    if asked.role is None:
        projects.unshare(sandbox.database, project.id, whom.id)
    else:
        projects.share(sandbox.database, project.id, whom.id, Role(asked.role))
    return get_project(asked.projectId, sandbox, account)
