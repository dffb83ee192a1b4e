"""What becomes of a result that its user has rejected."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from ...context import AccountDep, BaseUrlDep, SandboxDep
from ...faults import bad_request
from ...store import Role, reviews
from ...strict_json import StrictRoute
from ...wire import Wire
from ..processings import processing_with_role, shown


class Verdict(BaseModel):
    """Whether a rejected result is not to be paid for; else it counts as accepted."""

    refunded: bool


def router(wire: Wire) -> APIRouter:
    """POST /sandbox/reviews/{processingId}."""
    routes = APIRouter(tags=["Sandbox"], route_class=StrictRoute)
    routes.add_api_route(
        "/sandbox/reviews/{processingId}",
        decide_review,
        methods=["POST"],
        response_model=wire.Processing,
        response_model_exclude_none=wire.leaves_out_nulls,
    )
    return routes


def decide_review(
    processingId: UUID, verdict: Verdict, sandbox: SandboxDep, account: AccountDep, base: BaseUrlDep
) -> BaseModel:
    """Refund a rejected result, or let it stand. The service's own people decide that there."""
    processing = processing_with_role(sandbox, account, processingId, Role.CONTRIBUTOR)
    try:
        reviews.decide(sandbox.database, processing.id, verdict.refunded)
    except reviews.NotRejected as error:
        raise bad_request("The result was not rejected.") from error
    return shown(sandbox, account, processing.id, base)
