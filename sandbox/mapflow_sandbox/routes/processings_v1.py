"""API reference, "Processings": v1, which clients still use. The same processings as in v2, with flat `params`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from ..context import AccountDep, BaseUrlDep, SandboxDep
from ..imagery.flat import FlatParams
from ..ordering import (
    AskedArea,
    BlockChoice,
    CostParams,
    CostRequest,
    Description,
    NewProcessing,
    ProcessingParams,
)
from ..store import Processing, Role, processings
from ..strict_json import StrictRoute
from ..wire import Wire
from ..wire.amounts import Credits
from ..wire.processings_v1 import ProcessingV1Body, processing_v1_body
from .costs import cost
from .paging import listing
from .processings import processing_with_role, start
from .projects import project_with_role


class NewProcessingV1(BaseModel):
    """POST /processings; without `projectId` it is the default project's."""

    name: str
    projectId: UUID | None = None
    wdId: str | None = None
    wdName: str | None = None
    geometry: dict[str, Any]
    params: FlatParams
    blocks: list[BlockChoice] | None = None
    description: Description | None = None
    meta: dict[str, Any] | None = None


class CostV1Request(BaseModel):
    """POST /processing/cost."""

    wdId: str
    geometry: dict[str, Any] | None = None
    areaSqKm: AskedArea | None = None
    params: FlatParams | None = None
    blocks: list[BlockChoice] | None = None


def router(_wire: Wire) -> APIRouter:
    """The endpoints that v2 does not share with v1: to change, restart, delete and fetch is the same in both."""
    routes = APIRouter(tags=["Processings (v1)"], route_class=StrictRoute)
    one: dict[str, Any] = {"response_model": ProcessingV1Body}
    many: dict[str, Any] = {"response_model": listing(ProcessingV1Body)}
    routes.add_api_route("/processings", create_processing, methods=["POST"], **one)
    routes.add_api_route("/processings", list_processings, methods=["GET"], **many)
    routes.add_api_route("/processings/{processingId}", get_processing, methods=["GET"], **one)
    routes.add_api_route("/projects/{projectId}/processings", list_of_project, methods=["GET"], **many)
    routes.add_api_route("/processing/cost", ask_cost, methods=["POST"], response_model=Credits)
    return routes


def create_processing(
    new: NewProcessingV1, sandbox: SandboxDep, account: AccountDep, base: BaseUrlDep
) -> BaseModel:
    """Start a processing; its price is taken at once. What was not delivered is given back when it ends."""
    order = NewProcessing(
        name=new.name,
        projectId=new.projectId,
        wdId=new.wdId,
        wdName=new.wdName,
        geometry=new.geometry,
        params=ProcessingParams(sourceParams=new.params.source_params(sandbox.catalog)),
        blocks=new.blocks,
        description=new.description,
        meta=new.meta,
    )
    started = start(order, sandbox, account, new.params.kept())
    return _shown(processing_with_role(sandbox, account, UUID(started), Role.READONLY), base)


def list_processings(sandbox: SandboxDep, account: AccountDep, base: BaseUrlDep) -> list[BaseModel]:
    """All processings the account has started, the newest first."""
    return [_shown(each, base) for each in processings.started_by(sandbox.database, account.id)]


def list_of_project(
    projectId: UUID, sandbox: SandboxDep, account: AccountDep, base: BaseUrlDep
) -> list[BaseModel]:
    """A project's processings, the newest first."""
    project = project_with_role(sandbox, account, projectId, Role.READONLY)
    found, _total = processings.in_project(sandbox.database, account.id, project.id)
    return [_shown(each, base) for each in found]


def get_processing(
    processingId: UUID, sandbox: SandboxDep, account: AccountDep, base: BaseUrlDep
) -> BaseModel:
    """One processing: how far it is, what it costs, what went wrong."""
    return _shown(processing_with_role(sandbox, account, processingId, Role.READONLY), base)


def ask_cost(asked: CostV1Request, sandbox: SandboxDep, account: AccountDep) -> Credits:
    """What a processing would cost."""
    params = None
    if asked.params is not None:
        params = CostParams(sourceParams=asked.params.source_params(sandbox.catalog))
    question = CostRequest(
        wdId=asked.wdId,
        geometry=asked.geometry,
        areaSqKm=asked.areaSqKm,
        params=params,
        blocks=asked.blocks,
    )
    return cost(question, sandbox, account)


def _shown(processing: Processing, base: str) -> BaseModel:
    return processing_v1_body(processing, base)
