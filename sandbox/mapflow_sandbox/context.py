"""What every request of one running sandbox shares, and how a route asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request
from fastapi.openapi.models import HTTPBase
from fastapi.security.base import SecurityBase

from .credentials import Credentials
from .faults import ApiFault
from .settings import API_PREFIX, Settings
from .store import Account, Database, accounts

if TYPE_CHECKING:
    from .catalog.search import Catalog
    from .imagery.source import Imagery
    from .rasters import Rasters
    from .scene.assets import Scene
    from .wire import Wire
    from .work.scheduler import Scheduler


@dataclass(frozen=True)
class Sandbox:
    """The parts of one running sandbox."""

    settings: Settings
    database: Database
    credentials: Credentials
    scene: Scene
    catalog: Catalog
    imagery: Imagery
    rasters: Rasters
    wire: Wire
    work: Scheduler


def _sandbox(request: Request) -> Sandbox:
    sandbox: Sandbox = request.app.state.sandbox
    return sandbox


class _Scheme(SecurityBase):
    """A way to sign in, for the documentation's sake: there it can be tried. `_account` reads the header itself."""

    def __init__(self, scheme: str, title: str) -> None:
        self.model = HTTPBase(scheme=scheme, description=title)
        self.scheme_name = scheme.capitalize()

    async def __call__(self) -> None:
        """Nothing to do."""


_BASIC = _Scheme("basic", "The account's email, and its API token as the password.")
_BEARER = _Scheme("bearer", "The account's bearer token.")


def _account(
    request: Request, _basic: Annotated[None, Depends(_BASIC)], _bearer: Annotated[None, Depends(_BEARER)]
) -> Account:
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
