"""API reference, "User & Account": who is signed in and what they may use."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from ..context import AccountDep, BaseUrlDep, SandboxDep
from ..detect.catalog import MODELS
from ..strict_json import StrictRoute
from ..wire import Wire


def router(wire: Wire) -> APIRouter:
    """GET /user/status."""
    routes = APIRouter(tags=["User"], route_class=StrictRoute)

    @routes.get("/user/status", response_model=wire.UserStatus)
    def user_status(sandbox: SandboxDep, account: AccountDep, base: BaseUrlDep) -> BaseModel:
        """The account's credits and limits, the models and the imagery providers."""
        return wire.user_status(account, sandbox.settings, MODELS, base)

    return routes
