"""A tile server on this machine: painted tiles by their numbers, a login, and whatever a test puts in their place."""

from __future__ import annotations

import base64
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Optional
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

from qgis.PyQt.QtCore import QBuffer, QByteArray, QIODevice
from qgis.PyQt.QtGui import QColor, QImage

PNG = "image/png"


def picture(side: int = 256, height: Optional[int] = None, colours: int = 2, alpha: int = 255) -> bytes:
    """A PNG of so many pixels, in one colour or two."""
    image = QImage(side, height or side, QImage.Format.Format_ARGB32)
    image.fill(QColor(90, 120, 60, alpha))
    if colours > 1:
        for place in range(min(side, height or side)):
            image.setPixelColor(place, place, QColor(200, 40, 40, alpha))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(data)


@dataclass
class TileServer:
    """Answers every path with `body`; what was asked is in `asked`, as (path, Authorization)."""

    body: bytes = field(default_factory=picture, repr=False)
    status: int = 200
    content_type: str = PNG
    headers: dict[str, str] = field(default_factory=dict)
    login: Optional[tuple[str, str]] = None
    key: str = ""  # that the query has to have as `api_key`
    upstream: str = ""  # of whose tiles those are that are sent
    missing: dict[str, int] = field(default_factory=dict)  # the status of paths that have no tile
    hold: Optional[threading.Event] = None  # no answer before it is set
    asked: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer._answer(self)

            def log_message(self, *_what: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def template(self) -> str:
        return self.origin + "/{z}/{x}/{y}.png"

    def stop(self) -> None:
        if self.hold is not None:
            self.hold.set()
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        given = request.headers.get("Authorization", "")
        self.asked.append((request.path, given))
        if self.hold is not None:
            self.hold.wait(30)
        status, body, kind, headers = self.status, self.body, self.content_type, dict(self.headers)
        status = self.missing.get(request.path, status)
        if self.upstream:
            with urlopen(self.upstream + request.path, timeout=20) as answer:  # of this machine
                body = answer.read()
        if self.login is not None:
            wanted = "Basic " + base64.b64encode(":".join(self.login).encode()).decode()
            if given != wanted:
                status, body, kind = 401, b"who are you?", "text/plain"
                headers["WWW-Authenticate"] = 'Basic realm="tiles"'
        if self.key and parse_qs(urlsplit(request.path).query).get("api_key") != [self.key]:
            status, body, kind = 403, b"no", "text/plain"
        try:
            request.send_response(status)
            request.send_header("Content-Type", kind)
            request.send_header("Content-Length", str(len(body)))
            for name, text in headers.items():
                request.send_header(name, text)
            request.end_headers()
            request.wfile.write(body)
        except OSError:  # who asked has gone
            return
