"""A small HTTP server that runs a few processings at a time, each for a fixed time, and refuses to run more."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PRICE = 10
_SIDE = 0.0001  # degrees, of a house in a result


class LimitedService(ThreadingHTTPServer):
    """Runs `at_once` processings, each for `seconds`; a result has `objects` houses in the first corner of its area."""

    daemon_threads = True

    def __init__(self, at_once: int, seconds: float, objects: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.at_once = at_once
        self.seconds = seconds
        self.objects = objects
        self.refused = 0
        self._records: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.server_port}/rest"

    def listing(self) -> list[dict[str, Any]]:
        """All processings, the newest first."""
        with self._lock:
            self._settle()
            return [dict(record) for record in reversed(self._records)]

    def start(self, body: dict[str, Any]) -> dict[str, Any] | None:
        """Start one; None where too many run."""
        with self._lock:
            self._settle()
            if sum(record["status"] == "IN_PROGRESS" for record in self._records) >= self.at_once:
                self.refused += 1
                return None
            record = {
                "id": f"id-{len(self._records)}",
                "name": body["name"],
                "projectId": "p1",
                "status": "IN_PROGRESS",
                "percentCompleted": 0,
                "cost": PRICE,
                "meta": body["meta"],
                "begun": time.monotonic(),
                "at": body["geometry"]["coordinates"][0][0],
            }
            self._records.append(record)
            return dict(record)

    def result(self, processing_id: str) -> bytes:
        """The houses of a processing, as GeoJSON."""
        with self._lock:
            record = next(each for each in self._records if each["id"] == processing_id)
        west, south = record["at"][:2]
        features = []
        for number in range(self.objects):
            x, y = west + 2 * _SIDE * (number % 20), south + 2 * _SIDE * (number // 20)
            ring = [[x, y], [x + _SIDE, y], [x + _SIDE, y + _SIDE], [x, y + _SIDE], [x, y]]
            properties = {"id": number, "object_type": "buildings", "area": 100}
            geometry = {"type": "Polygon", "coordinates": [ring]}
            features.append({"type": "Feature", "properties": properties, "geometry": geometry})
        return json.dumps({"type": "FeatureCollection", "features": features}).encode()

    def _settle(self) -> None:
        now = time.monotonic()
        for record in self._records:
            if record["status"] == "IN_PROGRESS" and now - record["begun"] >= self.seconds:
                record.update(status="OK", percentCompleted=100)


class _Handler(BaseHTTPRequestHandler):
    server: LimitedService
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer with the list, or with a result."""
        path = self.path.removeprefix("/rest")
        if path.endswith("/result"):
            self._answer(200, self.server.result(path.split("/")[-2]))
        else:
            self._answer(200, json.dumps(self.server.listing()).encode())

    def do_POST(self) -> None:
        """Tell a cost, or start."""
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        if self.path.endswith("/cost/v2"):
            self._answer(200, str(PRICE).encode())
            return
        record = self.server.start(body)
        if record is None:
            self._answer(429, b'{"message": "too many processings at a time"}')
        else:
            self._answer(200, json.dumps(record).encode())

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the library's name
        """Nothing to the terminal."""
