"""A small real HTTP server with a project, its processings and their results, for the tests of the Processings page."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CUT = object()  # an answer that never comes: the connection is closed
WEST, SOUTH = 37.61, 55.75


def record(number, **values):
    """A processing as the deployed service tells it."""
    standard = {
        "id": f"id-{number}",
        "name": f"Processing {number}",
        "projectId": "p1",
        "status": "OK",
        "percentCompleted": 100,
        "aoiArea": 1_240_000.0,
        "cost": 12,
        "workflowDef": {"id": "b", "name": "🏠 Buildings"},
        "created": f"2026-02-10T10:{number:02}:00Z",
        "updated": f"2026-02-10T11:{number:02}:00Z",
    }
    return {**standard, **values}


def square(west, south, side=0.001):
    ring = [
        [west, south],
        [west + side, south],
        [west + side, south + side],
        [west, south + side],
        [west, south],
    ]
    return {"type": "Polygon", "coordinates": [ring]}


def features(count=3):
    """A result: so many roofs in a row."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"class": "house"},
                "geometry": square(WEST + number * 0.002, SOUTH),
            }
            for number in range(count)
        ],
    }


class ProcessingsService(ThreadingHTTPServer):
    """Holds `records`; `answers` for "VERB /path" win over them: a value, a (status, value), CUT, or a function."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.records = []
        self.calls = []
        self.project = {"id": "p1", "name": "City survey", "isDefault": True}
        self.other = {"id": "p2", "name": "Forest survey"}
        self.answers = {
            "GET /user/status": {
                "email": "demo@example.org",
                "billingType": "CREDITS",
                "remainingCredits": 100,
            },
            "GET /projects/default": lambda _body: self.project,
            "GET /projects/p1": lambda _body: self.project,
            "GET /projects/p2": lambda _body: self.other,
        }
        self._thread = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/rest"

    def bodies(self, call):
        return [body for name, body in self.calls if name == call]

    def answer(self, verb, path, body):
        call = f"{verb} {path}"
        self.calls.append((call, body))
        if call in self.answers:
            value = self.answers[call]
            return value(body) if callable(value) else value
        return self._of_records(verb, path.strip("/").split("/"), body or {})

    def _of_records(self, verb, parts, body):
        missing = (404, {"message": "nothing here"})
        if parts[0] == "projects" and parts[2:] == ["processings", "v2"]:
            return [held for held in self.records if held["projectId"] == parts[1]]
        held = next(
            (held for held in self.records if parts[0] == "processings" and held["id"] == parts[1]), None
        )
        if held is None:
            return missing
        rest = parts[2:]
        if verb == "DELETE":
            self.records.remove(held)
            return None
        if verb == "PUT":
            held.update(body)
            return held
        if rest == ["restart"]:
            held.update(status="IN_PROGRESS", percentCompleted=0, messages=[])
            return held
        if rest == ["aois"]:
            return [{"id": "a1", "status": held["status"], "area": 5e5, "geometry": square(WEST, SOUTH)}]
        if rest == ["result"]:
            return features()
        return held if rest == ["v2"] else missing

    def stop(self):
        self.shutdown()
        self.server_close()

    def handle_error(self, *_where):
        """A client that hangs up is part of these tests."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        path = self.path.removeprefix("/rest").split("?")[0]
        answer = self.server.answer(self.command, path, body)
        if answer is CUT:
            self.close_connection = True
            return
        status, value = answer if isinstance(answer, tuple) else (200, answer)
        data = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815

    def log_message(self, *_what):
        """Nothing to the terminal."""
