"""API reference, "User & Account": who is signed in and what they may use; and the version of the service."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel

from ..context import AccountDep, BaseUrlDep, SandboxDep
from ..detect.catalog import MODELS
from ..strict_json import StrictRoute
from ..wire import Wire

SERVICE_VERSION = "2.5.0"


def router(wire: Wire) -> APIRouter:
    """GET /user/status and GET /version."""
    routes = APIRouter(tags=["User"], route_class=StrictRoute)

    @routes.get("/version", response_class=PlainTextResponse)
    def version() -> str:
        """The version of the service that the sandbox answers like; needs no sign-in."""
        return SERVICE_VERSION

    @routes.get("/user/status", response_model=wire.UserStatus)
    def user_status(sandbox: SandboxDep, account: AccountDep, base: BaseUrlDep) -> BaseModel:
        """The account's credits and limits, the models and the imagery providers."""
        return wire.user_status(account, sandbox.settings, MODELS, base)

    return routes
