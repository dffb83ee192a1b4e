"""API reference, "Data API" > "Storage"."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from ..context import AccountDep, SandboxDep
from ..store import images
from ..strict_json import StrictRoute
from ..wire import Wire


def router(wire: Wire) -> APIRouter:
    """GET /rasters/memory."""
    routes = APIRouter(prefix="/rasters", tags=["Storage"], route_class=StrictRoute)
    routes.add_api_route("/memory", get_memory, methods=["GET"], response_model=wire.rasters.MemoryModel)
    return routes


def get_memory(sandbox: SandboxDep, account: AccountDep) -> BaseModel:
    """How much storage the account uses and may use."""
    used = images.used_bytes(sandbox.database, account.id)
    return sandbox.wire.rasters.memory(used, sandbox.settings)
