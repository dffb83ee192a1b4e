"""A small HTTP server with one project of very many processings; prints its address, serves until it is killed."""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_KEYS = {
    "CREATED": lambda each: each["created"],
    "NAME": lambda each: each["name"].lower(),
    "COST": lambda each: each["cost"],
    "AREA": lambda each: each["aoiArea"],
    "SCENARIO": lambda each: each["workflowDef"]["name"],
}
FIRST = datetime(2024, 1, 1, tzinfo=timezone.utc)
PROJECT = {"id": "p1", "name": "City survey", "isDefault": True}
STATUS = {"email": "demo@example.org", "billingType": "CREDITS", "remainingCredits": 100}


class LongList(ThreadingHTTPServer):
    """Answers with `count` processings, of which one in a hundred is different after each whole list and each turn.

    Without `has_pages` it is an older service, which has whole lists alone.
    """

    daemon_threads = True

    def __init__(self, count: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self._records = [_record(number, count) for number in range(count)]
        self.answer = json.dumps(self._records).encode()
        self._turn = 0
        self.is_filled = True
        self.has_pages = False

    def page(self, asked: dict[str, object]) -> bytes:
        """A page of the list, sorted and narrowed as the service does it."""
        records = self._records if self.is_filled else []
        words = str(asked.get("terms") or "").lower()
        found = [each for each in records if words in str(each["name"]).lower()] if words else records
        key = _KEYS[str(asked["sortBy"])]
        ordered = sorted(found, key=key, reverse=asked["sortOrder"] == "DESC")
        offset = int(str(asked["offset"]))
        rows = ordered[offset : offset + int(str(asked["limit"]))]
        return json.dumps({"results": rows, "total": len(found), "count": len(rows)}).encode()

    def listing(self) -> bytes:
        """The answer now; the next one is another."""
        answer = self.answer
        self.turn()
        self.answer = json.dumps(self._records).encode()
        return answer

    def turn(self) -> None:
        """Change one in a hundred."""
        self._turn += 1
        for place in range(self._turn % 100, len(self._records), 100):
            self._records[place]["updated"] = f"2026-02-10T11:{self._turn % 60:02}:00Z"
            self._records[place]["name"] = f"Buildings of district {place}, turn {self._turn}"


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
        elif path == "/turn":
            self.server.turn()
            body = b"true"
        elif path == "/pages":
            self.server.has_pages, body = True, b"true"
        elif path == "/user/status":
            body = json.dumps(STATUS).encode()
        elif path.startswith("/projects/"):
            body = json.dumps(PROJECT).encode()
        else:
            body = b"[]"
        self._send(200, body)

    def do_POST(self) -> None:
        """Answer with a page of processings."""
        asked = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        if self.server.has_pages and self.path.endswith("/processings/v2/page"):
            self._send(200, self.server.page(asked))
        else:
            self._send(404, b"{}")

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
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
