"""What every request of one running sandbox shares, and how a route asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from .credentials import Credentials
from .faults import ApiFault
from .settings import API_PREFIX, Settings
from .store import Account, Database, accounts

if TYPE_CHECKING:
    from .imagery import Imagery
    from .rasters import Rasters
    from .scene.assets import Scene
    from .wire import Wire
    from .work import Scheduler


@dataclass(frozen=True)
class Sandbox:
    """The parts of one running sandbox."""

    settings: Settings
    database: Database
    credentials: Credentials
    scene: Scene
    imagery: Imagery
    rasters: Rasters
    wire: Wire
    work: Scheduler


def _sandbox(request: Request) -> Sandbox:
    sandbox: Sandbox = request.app.state.sandbox
    return sandbox


def _account(request: Request) -> Account:
    sandbox = _sandbox(request)
    email = sandbox.credentials.email_of(request.headers.get("authorization", ""))
    account = accounts.by_email(sandbox.database, email) if email else None
    if account is None:
        raise ApiFault(401, "AUTHENTICATION_ERROR", "Wrong login/password.")
    return account


def _base_url(request: Request) -> str:
    return str(request.base_url).rstrip("/") + API_PREFIX


SandboxDep = Annotated[Sandbox, Depends(_sandbox)]
AccountDep = Annotated[Account, Depends(_account)]
# What absolute URLs in answers begin with: the address the client itself used, so that they work behind a proxy too.
BaseUrlDep = Annotated[str, Depends(_base_url)]
