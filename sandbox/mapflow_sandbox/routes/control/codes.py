"""The codes that messages of processings can have here."""

from __future__ import annotations

from fastapi import APIRouter

from ...context import AccountDep
from ...strict_json import StrictRoute
from ...wire import Wire
from ...wire.messages import MessageBody
from ...work.codes import CODES


def router(_wire: Wire) -> APIRouter:
    """GET /sandbox/codes."""
    routes = APIRouter(tags=["Sandbox"], route_class=StrictRoute)
    routes.add_api_route("/sandbox/codes", list_codes, methods=["GET"], response_model=list[MessageBody])
    return routes


def list_codes(_account: AccountDep) -> list[MessageBody]:
    """Every code that can be asked for, with the parameters it has where none are named."""
    return [MessageBody(code=code, parameters=dict(parameters)) for code, parameters in CODES.items()]
