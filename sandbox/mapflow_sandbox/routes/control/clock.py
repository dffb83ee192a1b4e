"""The clock that reviews, links and every time in an answer go by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from ... import clock
from ...context import AccountDep, SandboxDep
from ...faults import bad_request
from ...store import moved_clock, reviews
from ...strict_json import StrictRoute
from ...wire import Wire

_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class ClockMove(BaseModel):
    """By how many days the clock is to be moved, or to which instant (UTC where no zone is told)."""

    days: Annotated[float, Field(ge=-36_500, le=36_500)] | None = None
    instant: datetime | None = None


class ClockBody(BaseModel):
    """What the time is in this sandbox, and how many days that is from the real one."""

    now: str
    movedDays: float


def router(_wire: Wire) -> APIRouter:
    """GET and POST /sandbox/clock."""
    routes = APIRouter(tags=["Sandbox"], route_class=StrictRoute)
    routes.add_api_route("/sandbox/clock", read_clock, methods=["GET"], response_model=ClockBody)
    routes.add_api_route("/sandbox/clock", move_clock, methods=["POST"], response_model=ClockBody)
    return routes


def read_clock(_account: AccountDep) -> ClockBody:
    """What the time is."""
    return ClockBody(now=clock.now(), movedDays=clock.moved() / timedelta(days=1))


def move_clock(asked: ClockMove, sandbox: SandboxDep, account: AccountDep) -> ClockBody:
    """Move the clock, for every account. Reviews whose time is up by then are decided."""
    if (asked.days is None) == (asked.instant is None):
        raise bad_request("Either days or instant is needed.")
    if asked.instant is None:
        wanted = clock.instant() + timedelta(days=asked.days or 0.0)
    else:
        wanted = asked.instant if asked.instant.tzinfo else asked.instant.replace(tzinfo=UTC)
    if not _FIRST <= wanted <= _LAST:
        raise bad_request("The clock goes from 2000 to 2100.")
    moved_clock.move(sandbox.database, wanted - datetime.now(UTC))
    reviews.decide_due(sandbox.database)
    return read_clock(account)
