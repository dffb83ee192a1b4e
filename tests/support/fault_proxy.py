"""A small HTTP server that stands between the plugin and a Mapflow server, and breaks what a test tells it to break.

Without an upstream it answers from `routes` alone. What is asked is recorded as it arrives, before anything breaks.
Each request takes the first rule that fits it; a rule is used up after its `times`.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Optional, Self
from urllib.parse import urlsplit

_HOP_BY_HOP = frozenset(
    {"connection", "host", "keep-alive", "transfer-encoding", "content-length", "accept-encoding"}
)


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    verb: str
    path: str
    query: str
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def authorization(self) -> str:
        return self.headers.get("authorization", "")

    @property
    def json(self) -> object:
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """What is sent back."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    @staticmethod
    def of(value: object, status: int = 200, **headers: str) -> Answer:
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return Answer(status, json.dumps(value).encode(), {"Content-Type": "application/json", **named})

    @staticmethod
    def html(
        status: int = 200, text: str = "<!DOCTYPE html><html><body>Welcome to Hotel Wi-Fi</body></html>"
    ) -> Answer:
        return Answer(status, text.encode(), {"Content-Type": "text/html"})

    @staticmethod
    def redirect(target: str, status: int = 302) -> Answer:
        return Answer(status, b"", {"Location": target})


@dataclass
class Rule:
    """What happens to requests that fit; the fields that are set, in this order."""

    verb: str = ""
    path: str = ""  # how the path ends
    times: int = 1
    cut_body: Optional[int] = None  # read this many bytes of the request's body, then close
    hold: bool = False  # wait until `FaultProxy.release` or the end, then go on
    drop_before: bool = False  # close without reading on: the upstream sees nothing
    drop_after: bool = False  # let the upstream do it, then close without an answer
    truncate: Optional[int] = None  # send this many bytes of the body, then close
    reset: bool = False  # close with a TCP reset
    answer: Optional[Answer] = None  # instead of the upstream's

    def fits(self, verb: str, path: str) -> bool:
        return self.times > 0 and self.verb in {"", verb} and path.endswith(self.path)


class FaultProxy:
    """Use as a context manager; `url` is what the plugin is given as server."""

    def __init__(self, upstream: str = "", base: str = "/rest") -> None:
        self.asked: list[Asked] = []
        self.rules: list[Rule] = []
        self.routes: dict[tuple[str, str], Answer | Callable[[Asked], Answer]] = {}
        self.base = base
        self._upstream = urlsplit(upstream) if upstream else None
        self._released = threading.Event()
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.proxy = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    def lead_to(self, upstream: str) -> None:
        """Stand before another server from now on; the proxy's own address stays."""
        self._upstream = urlsplit(upstream)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        return self.origin + self.base

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.release()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def add(self, **rule: object) -> Rule:
        """Break the next requests that fit."""
        made = Rule(**rule)  # type: ignore[arg-type]
        self.rules.append(made)
        return made

    def route(self, verb: str, path: str, answer: Answer | Callable[[Asked], Answer]) -> None:
        """Answer `path` (below the base) by itself."""
        self.routes[verb, self.base + path] = answer

    def release(self) -> None:
        """Let the requests that are held go on."""
        self._released.set()

    def count(self, verb: str = "", path: str = "") -> int:
        """How many requests fit."""
        return len(self.matching(verb, path))

    def matching(self, verb: str = "", path: str = "") -> list[Asked]:
        with self._lock:
            return [one for one in self.asked if verb in {"", one.verb} and one.path.endswith(path)]

    def take_rule(self, verb: str, path: str) -> Rule:
        with self._lock:
            for rule in self.rules:
                if rule.fits(verb, path):
                    rule.times -= 1
                    return rule
        return Rule()

    def note(self, asked: Asked) -> None:
        with self._lock:
            self.asked.append(asked)

    def wait_released(self) -> None:
        self._released.wait(60)

    def answer(self, asked: Asked) -> Answer:
        route = self.routes.get((asked.verb, asked.path))
        if route is not None:
            return route(asked) if callable(route) else route
        if self._upstream is None:
            return Answer.of({"message": f"nothing at {asked.path}"}, 404)
        return self._forward(asked)

    def _forward(self, asked: Asked) -> Answer:
        upstream = self._upstream
        path = upstream.path + asked.path.removeprefix(self.base) + (f"?{asked.query}" if asked.query else "")
        headers = {name: text for name, text in asked.headers.items() if name not in _HOP_BY_HOP}
        connection = http.client.HTTPConnection(upstream.hostname, upstream.port, timeout=60)
        try:
            connection.request(asked.verb, path, asked.body or None, headers)
            reply = connection.getresponse()
            body = reply.read()
            kept = {name: text for name, text in reply.getheaders() if name.lower() not in _HOP_BY_HOP}
            return Answer(reply.status, body, kept)
        finally:
            connection.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    proxy: FaultProxy

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what these tests do."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _handle(self) -> None:
        proxy = self.server.proxy
        length = int(self.headers.get("Content-Length") or 0)
        parts = urlsplit(self.path)
        headers = {name.lower(): text for name, text in self.headers.items()}
        rule = proxy.take_rule(self.command, parts.path)
        readable = length if rule.cut_body is None else rule.cut_body
        asked = Asked(self.command, parts.path, parts.query, headers, self.rfile.read(readable))
        proxy.note(asked)
        if rule.cut_body is not None:
            if rule.hold:
                proxy.wait_released()
            self._hang_up(rule.reset)
            return
        if rule.hold:
            proxy.wait_released()
        if rule.drop_before:
            self._hang_up(rule.reset)
            return
        answer = rule.answer or proxy.answer(asked)
        if rule.drop_after:
            self._hang_up(rule.reset)
            return
        with contextlib.suppress(OSError):
            self._reply(answer, rule.truncate)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _handle  # noqa: N815 - the names http.server calls

    def _reply(self, answer: Answer, truncate: Optional[int]) -> None:
        self.send_response(answer.status)
        for name, text in answer.headers.items():
            if name.lower() != "content-length":
                self.send_header(name, text)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if truncate is None:
            self.wfile.write(answer.body)
            return
        self.wfile.write(answer.body[:truncate])
        self.wfile.flush()
        self._hang_up(False)

    def _hang_up(self, reset: bool) -> None:
        self.close_connection = True
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        else:
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_arguments: object) -> None:
        """Quiet: `asked` is the log."""


@contextlib.contextmanager
def silent_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(16)
        yield listener.getsockname()[1]


def closed_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
