"""Which names the server answers to: a web page in a browser must not reach it by a name it made point here."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from .settings import LOOPBACK_HOSTS


class LoopbackHosts:
    """Refuses requests whose Host is none of loopback; unlike Starlette's own middleware it knows `[::1]:8717`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on, or refuse it."""
        if scope["type"] in {"http", "websocket"} and host_of(Headers(scope=scope)) not in LOOPBACK_HOSTS:
            await PlainTextResponse("Invalid host header", status_code=400)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def host_of(headers: Headers) -> str:
    """The host that a request names, without its port and without the brackets of an IPv6 address."""
    host = headers.get("host", "").lower()
    if host.startswith("["):
        address, _, port = host[1:].partition("]")
        return address if port == "" or port.startswith(":") else host
    return host.partition(":")[0]
