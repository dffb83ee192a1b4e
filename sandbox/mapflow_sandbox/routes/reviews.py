"""Rating results; accepting and rejecting them, for accounts whose results are reviewed."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field, StringConstraints

from ..context import AccountDep, BaseUrlDep, Sandbox, SandboxDep
from ..faults import bad_request, forbidden
from ..store import Account, Processing, Role, reviews
from ..strict_json import StrictRoute
from ..wire import Wire
from .processings import processing_with_role, shown

Comment = Annotated[str, StringConstraints(max_length=10_000)]


class Rejection(BaseModel):
    """Why a result is not accepted; `features` is GeoJSON that shows where."""

    comment: Annotated[Comment, StringConstraints(strip_whitespace=True, min_length=1)]
    features: dict[str, Any] | None = None


class Rating(BaseModel):
    """How good a result is, 1 to 5."""

    rating: Annotated[int, Field(ge=1, le=5)]
    feedback: Comment | None = None


def router(wire: Wire) -> APIRouter:
    """PUT acceptation, rejection and rate of a processing."""
    routes = APIRouter(prefix="/processings/{processingId}", tags=["Review"], route_class=StrictRoute)
    one: dict[str, Any] = {
        "response_model": wire.Processing,
        "response_model_exclude_none": wire.leaves_out_nulls,
    }
    routes.add_api_route("/acceptation", accept_result, methods=["PUT"], **one)
    routes.add_api_route("/rejection", reject_result, methods=["PUT"], **one)
    routes.add_api_route("/rate", rate_result, methods=["PUT"], **one)
    return routes


def accept_result(
    processingId: UUID, sandbox: SandboxDep, account: AccountDep, base: BaseUrlDep
) -> BaseModel:
    """Accept a result that is in review."""
    processing = _in_review(sandbox, account, processingId)
    reviews.accept(sandbox.database, processing.id)
    return shown(sandbox, account, processing.id, base)


def reject_result(
    processingId: UUID, said: Rejection, sandbox: SandboxDep, account: AccountDep, base: BaseUrlDep
) -> BaseModel:
    """Reject a result that is in review, and say why."""
    processing = _in_review(sandbox, account, processingId)
    reviews.reject(sandbox.database, processing.id, said.comment, said.features)
    return shown(sandbox, account, processing.id, base)


def rate_result(
    processingId: UUID, said: Rating, sandbox: SandboxDep, account: AccountDep, base: BaseUrlDep
) -> BaseModel:
    """Rate a finished result; rating it again replaces what was said."""
    processing = processing_with_role(sandbox, account, processingId, Role.CONTRIBUTOR)
    if processing.status != "OK":
        raise bad_request("Only a finished processing can be rated.")
    reviews.rate(sandbox.database, processing.id, said.rating, said.feedback)
    return shown(sandbox, account, processing.id, base)


def _in_review(sandbox: Sandbox, account: Account, processing_id: UUID) -> Processing:
    processing = processing_with_role(sandbox, account, processing_id, Role.CONTRIBUTOR)
    if not sandbox.settings.review:
        raise forbidden("The review workflow is not enabled for this account.")
    if processing.review is None or processing.review.status != "IN_REVIEW":
        raise bad_request("The processing is not in review.")
    return processing
