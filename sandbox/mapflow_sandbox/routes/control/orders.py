"""What becomes of imagery that was ordered."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from ...context import AccountDep, BaseUrlDep, SandboxDep
from ...faults import bad_request
from ...store import Role, queue
from ...strict_json import StrictRoute
from ...wire import Wire
from ..processings import processing_with_role, shown


class OrderAnswer(BaseModel):
    """Whether the imagery a processing waits for is there, or will never be."""

    delivered: bool


def router(wire: Wire) -> APIRouter:
    """POST /sandbox/orders/{processingId}."""
    routes = APIRouter(tags=["Sandbox"], route_class=StrictRoute)

    @routes.post(
        "/sandbox/orders/{processingId}",
        response_model=wire.Processing,
        response_model_exclude_none=wire.leaves_out_nulls,
    )
    def answer_order(
        processingId: UUID, answer: OrderAnswer, sandbox: SandboxDep, account: AccountDep, base: BaseUrlDep
    ) -> BaseModel:
        """Deliver the imagery that a processing is awaiting, or cancel the order: then nothing is paid for it."""
        processing = processing_with_role(sandbox, account, processingId, Role.CONTRIBUTOR)
        try:
            if answer.delivered:
                queue.deliver(sandbox.database, processing.id)
            else:
                queue.refuse_order(sandbox.database, processing.id)
        except queue.NotAwaiting as error:
            raise bad_request(
                f"The processing awaits no imagery; its status is {processing.status}."
            ) from error
        sandbox.work.wake()
        return shown(sandbox, account, processing.id, base)

    return routes
