"""A small HTTP server with one project of very many processings; prints its address, serves until it is killed."""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

FIRST = datetime(2024, 1, 1, tzinfo=timezone.utc)
PROJECT = {"id": "p1", "name": "City survey", "isDefault": True}
STATUS = {"email": "demo@example.org", "billingType": "CREDITS", "remainingCredits": 100}


class LongList(ThreadingHTTPServer):
    """Answers with `count` processings, of which one in a hundred is different each time."""

    daemon_threads = True

    def __init__(self, count: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self._records = [_record(number, count) for number in range(count)]
        self.answer = json.dumps(self._records).encode()
        self._turn = 0
        self.is_filled = True

    def listing(self) -> bytes:
        """The answer now; the next one is another."""
        answer, self._turn = self.answer, self._turn + 1
        for place in range(self._turn % 100, len(self._records), 100):
            self._records[place]["updated"] = f"2026-02-10T11:{self._turn % 60:02}:00Z"
            self._records[place]["name"] = f"Buildings of district {place}, turn {self._turn}"
        self.answer = json.dumps(self._records).encode()
        return answer


class _Handler(BaseHTTPRequestHandler):
    server: LongList
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer with what the dock asks for."""
        path = self.path.removeprefix("/rest").split("?")[0]
        if path.endswith("/processings/v2"):
            body = self.server.listing() if self.server.is_filled else b"[]"
        elif path in ("/fill", "/empty"):
            self.server.is_filled, body = path == "/fill", b"true"
        elif path == "/user/status":
            body = json.dumps(STATUS).encode()
        elif path.startswith("/projects/"):
            body = json.dumps(PROJECT).encode()
        else:
            body = b"[]"
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the library's name
        """Keep quiet."""


def _record(number: int, count: int) -> dict[str, object]:
    created = FIRST + timedelta(minutes=number * 7919 % count)
    return {
        "id": f"00000000-0000-4000-8000-{number:012}",
        "name": f"Buildings of district {number}",
        "projectId": "p1",
        "status": ("OK", "OK", "FAILED")[number % 3],
        "percentCompleted": 100,
        "aoiArea": 1_240_000.0 + number,
        "cost": number % 50,
        "workflowDef": {"id": "b", "name": "🏠 Buildings"},
        "vectorLayer": {"tileUrl": f"https://tiles.example.org/{number}/{{z}}/{{x}}/{{y}}.pbf"},
        "blocks": [{"name": "Simplification", "enabled": True}],
        "created": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "updated": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


if __name__ == "__main__":
    service = LongList(int(sys.argv[1]))
    print(f"http://127.0.0.1:{service.server_port}/rest", flush=True)
    service.serve_forever(poll_interval=0.05)
