"""Any state and any message for any processing."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field, StringConstraints

from ... import results
from ...context import AccountDep, BaseUrlDep, Sandbox, SandboxDep
from ...faults import bad_request
from ...store import Message, Role, states
from ...store.accounts import NoCredits
from ...strict_json import StrictRoute
from ...wire import Wire
from ...work.codes import CODES
from ..processings import no_credits, processing_with_role, shown

Word = Annotated[str, StringConstraints(pattern=r"^[A-Z_]+$", max_length=40)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class GivenMessage(BaseModel):
    """A message; a known code whose `parameters` are absent has those that `GET /sandbox/codes` shows."""

    code: Code
    parameters: dict[str, str] | None = None


class StateChange(BaseModel):
    """What is to become of a processing; what is absent stays.

    `status` may be one the API does not know. `part` counts from 1 and fails alone. `percent` null means that none is
    told. `resultRasterLayer` is whether there is one.
    """

    status: Word | None = None
    messages: Annotated[list[GivenMessage], Field(max_length=100)] | None = None
    part: Annotated[int, Field(ge=1)] | None = None
    percent: Annotated[int, Field(ge=0, le=100)] | None = None
    resultRasterLayer: bool | None = None


def router(wire: Wire) -> APIRouter:
    """POST /sandbox/processings/{processingId}."""
    routes = APIRouter(tags=["Sandbox"], route_class=StrictRoute)
    routes.add_api_route(
        "/sandbox/processings/{processingId}",
        change_state,
        methods=["POST"],
        response_model=wire.Processing,
        response_model_exclude_none=wire.leaves_out_nulls,
    )
    return routes


def change_state(
    processingId: UUID, change: StateChange, sandbox: SandboxDep, account: AccountDep, base: BaseUrlDep
) -> BaseModel:
    """Put a processing into a state, with the messages, results and credits that go with it."""
    processing = processing_with_role(sandbox, account, processingId, Role.CONTRIBUTOR)
    if change.status is not None:
        if change.part is not None and change.status != "FAILED":
            raise bad_request("A part can be FAILED; other states are of the whole processing.")
        _put(sandbox, processing.id, states.State(change.status, _messages(change), change.part))
    elif change.messages is not None or change.part is not None:
        raise bad_request("Messages and a part go with a status.")
    columns: dict[str, object] = {}
    if "percent" in change.model_fields_set:
        columns["percent"] = change.percent
    if change.resultRasterLayer is not None:
        columns["result_raster"] = int(change.resultRasterLayer)
    if columns:
        states.decorate(sandbox.database, processing.id, **columns)
    return shown(sandbox, account, processing.id, base)


def _put(sandbox: Sandbox, processing_id: str, state: states.State) -> None:
    def put() -> tuple[str, ...]:
        return states.put(sandbox.database, processing_id, state)

    try:
        lost = sandbox.work.interrupt(processing_id, put)
    except states.NoSuchPart as error:
        raise bad_request(f"The area has {error.count} parts, counted from 1.") from error
    except states.NoResult as error:
        raise bad_request(
            "Not every part has a result. IN_PROGRESS has those worked on that have none."
        ) from error
    except NoCredits as error:
        raise no_credits(error) from error
    for aoi_id in lost:
        results.remove_part(sandbox.settings.results, processing_id, aoi_id)


def _messages(change: StateChange) -> tuple[Message, ...] | None:
    if change.messages is None:
        return None
    return tuple(
        Message(each.code, CODES.get(each.code, {}) if each.parameters is None else each.parameters)
        for each in change.messages
    )
