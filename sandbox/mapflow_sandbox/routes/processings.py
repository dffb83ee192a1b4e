"""API reference, "Processings" and "Processing management", and their endpoints of the deployed service beyond it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from .. import results
from ..context import AccountDep, BaseUrlDep, Sandbox, SandboxDep
from ..detect.catalog import model_by_key
from ..faults import ApiFault, bad_request, forbidden, not_found
from ..ordering import Description, NewProcessing, Text, checked_area, model_of, offer
from ..store import Account, Order, Processing, Role, processings, projects, queue
from ..store.accounts import NoCredits
from ..strict_json import StrictRoute
from ..wire import Wire
from ..wire.messages import AoiBody, aoi_body
from .paging import listing, page, paged
from .projects import project_with_role


class ProcessingSort(StrEnum):
    """What a page of processings is sorted by; SCENARIO is the model, EMAIL that of the account that started it."""

    SCENARIO = "SCENARIO"
    NAME = "NAME"
    PROJECT = "PROJECT"
    EMAIL = "EMAIL"
    CREATED = "CREATED"
    STATUS = "STATUS"
    PROGRESS = "PROGRESS"
    COMPLETED = "COMPLETED"
    COST = "COST"
    AREA = "AREA"
    PROVIDER = "PROVIDER"


class ProcessingChange(BaseModel):
    """PUT /processings/{processingId}: what is absent or null stays."""

    name: Text | None = None
    description: Description | None = None
    projectId: UUID | None = None


class ProcessingPageRequest(BaseModel):
    """POST /projects/{projectId}/processings/v2/page; null is as good as absent."""

    limit: Annotated[int, Field(ge=1, le=1000)] | None = None
    offset: Annotated[int, Field(ge=0, le=10**9)] | None = None
    terms: str | list[str] | None = None
    sortBy: ProcessingSort | None = None
    sortOrder: Literal["ASC", "DESC"] | None = None


def router(wire: Wire) -> APIRouter:
    """All verbs of processings."""
    routes = APIRouter(tags=["Processings"], route_class=StrictRoute)
    nulls: dict[str, Any] = {"response_model_exclude_none": wire.leaves_out_nulls}
    one = {"response_model": wire.Processing, **nulls}
    many = {"response_model": listing(wire.Processing), **nulls}
    pages = {"response_model": paged(wire.Processing), **nulls}
    of_project = "/projects/{projectId}/processings/v2"
    here = "/processings/{processingId}"
    routes.add_api_route("/processings/v2", create_processing, methods=["POST"], **one)
    routes.add_api_route("/processings/v2", list_processings, methods=["GET"], **many)
    routes.add_api_route(of_project, list_of_project, methods=["GET"], **many)
    routes.add_api_route(f"{of_project}/page", page_of_project, methods=["POST"], **pages)
    routes.add_api_route(f"{here}/v2", get_processing, methods=["GET"], **one)
    for path in (here, f"{here}/v2"):
        routes.add_api_route(path, update_processing, methods=["PUT"], **one)
    for path in (f"{here}/restart", f"{here}/restart/v2"):
        routes.add_api_route(path, restart_processing, methods=["POST"], **one)
    routes.add_api_route(here, delete_processing, methods=["DELETE"], response_class=Response)
    routes.add_api_route(f"{here}/aois", list_aois, methods=["GET"], response_model=list[AoiBody])
    geojson: dict[int | str, dict[str, Any]] = {
        200: {"content": {GeoJsonResponse.media_type: {"schema": {"type": "object"}}}}
    }
    routes.add_api_route(
        f"{here}/result", download_result, methods=["GET"], response_class=GeoJsonResponse, responses=geojson
    )
    return routes


class GeoJsonResponse(StreamingResponse):
    """GeoJSON that is sent as it is read."""

    media_type = "application/geo+json"


def processing_with_role(sandbox: Sandbox, account: Account, processing_id: UUID, least: Role) -> Processing:
    """The processing, when the account may do with it what `least` may. Raises ApiFault 404 or 403."""
    processing = processings.fetch(sandbox.database, account.id, str(processing_id))
    if processing is None:
        raise not_found("Processing", processing_id)
    if processing.role.rank < least.rank:
        raise forbidden(f"Your role in this project is {processing.role.value}; this needs {least.value}.")
    return processing


def shown(sandbox: Sandbox, account: Account, processing_id: str, base: str) -> BaseModel:
    """The processing as it is now, the way it travels."""
    processing = processings.fetch(sandbox.database, account.id, processing_id)
    if processing is None:
        raise not_found("Processing", processing_id)
    return sandbox.wire.processing(processing, model_by_key(processing.model_key), base)


def create_processing(
    new: NewProcessing, sandbox: SandboxDep, account: AccountDep, base: BaseUrlDep
) -> BaseModel:
    """Start a processing; its price is taken at once. What was not delivered is given back when it ends."""
    return shown(sandbox, account, start(new, sandbox, account), base)


def start(
    new: NewProcessing, sandbox: Sandbox, account: Account, flat: Mapping[str, str] | None = None
) -> str:
    """Start what is asked for and say its id; `flat` is how v1 of the API named the source. Raises ApiFault."""
    model = model_of(new.wdId, new.wdName)
    project_id = new.projectId or UUID(projects.fetch_default(sandbox.database, account.id).id)
    project = project_with_role(sandbox, account, project_id, Role.CONTRIBUTOR)
    found = offer(model, new.blocks, new.params.sourceParams, sandbox.imagery, account.id)
    order = Order(
        project_id=project.id,
        account_id=account.id,
        name=new.name,
        description=new.description,
        model_key=model.key,
        area=checked_area(new.geometry, sandbox.settings, found.source),
        source=new.params.sourceParams.kept(),
        params=new.params.inferenceParams or {},
        flat_params=flat,
        blocks=found.blocks,
        meta=new.meta or {},
        rates=found.rates,
        awaits=found.source is not None and found.source.needs_order,
    )
    tiles = new.params.sourceParams.userDefined
    sandbox.work.logins.keep(order.id, None if tiles is None else tiles.login)
    try:
        processing_id = processings.create(sandbox.database, order)
    except NoCredits as error:
        sandbox.work.logins.forget(order.id)
        raise no_credits(error) from error
    sandbox.work.wake()
    return processing_id


def list_processings(sandbox: SandboxDep, account: AccountDep, base: BaseUrlDep) -> list[BaseModel]:
    """All processings the account has started, the newest first."""
    return _listed(sandbox, processings.started_by(sandbox.database, account.id), base)


def list_of_project(
    projectId: UUID, sandbox: SandboxDep, account: AccountDep, base: BaseUrlDep
) -> list[BaseModel]:
    """A project's processings, the newest first."""
    project = project_with_role(sandbox, account, projectId, Role.READONLY)
    found, _total = processings.in_project(sandbox.database, account.id, project.id)
    return _listed(sandbox, found, base)


def page_of_project(
    projectId: UUID, asked: ProcessingPageRequest, sandbox: SandboxDep, account: AccountDep, base: BaseUrlDep
) -> dict[str, Any]:
    """One page of a project's processings, those whose names hold every term, sorted."""
    project = project_with_role(sandbox, account, projectId, Role.READONLY)
    terms = asked.terms if isinstance(asked.terms, list) else [asked.terms or ""]
    found, total = processings.in_project(
        sandbox.database,
        account.id,
        project.id,
        terms=tuple(term for term in terms[:20] if term),
        sort_by=(asked.sortBy or ProcessingSort.CREATED).value,
        ascending=asked.sortOrder == "ASC",
        limit=asked.limit or 30,
        offset=asked.offset or 0,
    )
    return page(_listed(sandbox, found, base), total)


def get_processing(
    processingId: UUID, sandbox: SandboxDep, account: AccountDep, base: BaseUrlDep
) -> BaseModel:
    """One processing: how far it is, what it costs, what went wrong."""
    return shown(sandbox, account, str(processingId), base)


def update_processing(
    processingId: UUID, change: ProcessingChange, sandbox: SandboxDep, account: AccountDep, base: BaseUrlDep
) -> BaseModel:
    """Rename a processing, describe it, or move it to another project."""
    processing = processing_with_role(sandbox, account, processingId, Role.MAINTAINER)
    target = None
    if change.projectId is not None:
        target = project_with_role(sandbox, account, change.projectId, Role.CONTRIBUTOR).id
    processings.update(sandbox.database, processing.id, change.name, change.description, target)
    return shown(sandbox, account, processing.id, base)


def restart_processing(
    processingId: UUID, sandbox: SandboxDep, account: AccountDep, base: BaseUrlDep
) -> BaseModel:
    """Run the failed parts of a failed processing again; what was given back for them is taken again."""
    processing = processing_with_role(sandbox, account, processingId, Role.CONTRIBUTOR)
    try:
        queue.restart(sandbox.database, processing.id, account.id)
    except queue.NotFailed as error:
        raise bad_request("Only a failed processing can be restarted.") from error
    except NoCredits as error:
        raise no_credits(error) from error
    answer = shown(sandbox, account, processing.id, base)
    sandbox.work.wake()
    return answer


def delete_processing(processingId: UUID, sandbox: SandboxDep, account: AccountDep) -> None:
    """Delete a processing with its results; one that runs is ended, and what is not done is not paid for."""
    processing = processing_with_role(sandbox, account, processingId, Role.MAINTAINER)
    queue.withdraw(sandbox.database, processing.id)
    sandbox.work.drop(processing.id)


def list_aois(processingId: UUID, sandbox: SandboxDep, account: AccountDep) -> list[AoiBody]:
    """The parts of a processing's area, each with its own state."""
    processing = processing_with_role(sandbox, account, processingId, Role.READONLY)
    return [aoi_body(aoi) for aoi in processings.aois(sandbox.database, processing.id)]


def download_result(
    processingId: UUID, sandbox: SandboxDep, account: AccountDep, aoiId: UUID | None = None
) -> GeoJsonResponse:
    """The objects found, as GeoJSON in EPSG:4326: in all parts of the area, or in the part `aoiId`."""
    processing = processing_with_role(sandbox, account, processingId, Role.READONLY)
    parts = processings.aois(sandbox.database, processing.id)
    if aoiId is not None:
        parts = [aoi for aoi in parts if aoi.id == str(aoiId)]
        if not parts:
            raise not_found("Aoi", aoiId)
    ready = [aoi for aoi in parts if aoi.status == "OK"]
    if not ready or (aoiId is None and processing.is_running):
        raise bad_request(f"The processing has no result; its status is {processing.status}.")
    paths = [results.path_of(sandbox.settings.results, processing.id, aoi.id) for aoi in ready]
    try:
        joined = results.join(paths)
    except FileNotFoundError as error:
        raise ApiFault(404, "NOT_FOUND", "The result is not in the data folder any more.") from error
    name = f"attachment; filename={processing.id}.geojson"
    return GeoJsonResponse(
        joined.chunks, headers={"Content-Length": str(joined.size), "Content-Disposition": name}
    )


def _listed(sandbox: Sandbox, found: list[Processing], base: str) -> list[BaseModel]:
    return [
        sandbox.wire.processing(processing, model_by_key(processing.model_key), base) for processing in found
    ]


def no_credits(error: NoCredits) -> ApiFault:
    """The account cannot pay for it."""
    return bad_request(
        f"You don't have enough credits: {error.needed:g} are needed, and {error.remaining:g} remain."
    )
