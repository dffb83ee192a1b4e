"""A small Mapflow for the Run page: a real HTTP server that answers as each test tells it; and hands on the page."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QApplication, QMessageBox

COST = "POST /processing/cost/v2"
START = "POST /processings/v2"
LISTING = "GET /projects/p1/processings/v2"
CUT = object()  # an answer that never comes: the connection is closed
LEFT = Qt.MouseButton.LeftButton
DEFERRED_DELETE = 52  # QEvent::DeferredDelete

MODELS = [
    {
        "id": "b",
        "name": "🏠 Buildings",
        "description": "Roofs",
        "pricePerSqKm": 5,
        "blocks": [
            {"name": "Simplify", "displayName": "Simplification", "price": 0, "optional": True},
            {"name": "Classify", "displayName": "Classification", "price": 2, "optional": True},
        ],
    },
    {"id": "f", "name": "🌲 Forest", "description": "Trees", "pricePerSqKm": 3, "blocks": []},
]
PROVIDER = {
    "id": "w",
    "name": "world",
    "displayName": "World imagery",
    "price": [{"zoom": 17, "priceSqKm": 1}, {"zoom": 18, "priceSqKm": 2}],
    "previewUrl": "https://tiles.example/{z}/{x}/{y}.png",
}


class Service(ThreadingHTTPServer):
    """Answers what `answers` holds for "VERB /path": a value, a (status, value), CUT, or a function of the body."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.account = {
            "email": "demo@example.org",
            "billingType": "CREDITS",
            "remainingCredits": 100,
            "aoiAreaLimit": 10_000_000,
            "maxAoisPerProcessing": 2,
            "models": MODELS,
            "dataProviders": [PROVIDER],
        }
        self.project = {"id": "p1", "name": "Default", "isDefault": True, "workflowDefs": MODELS}
        self.answers = {
            "GET /user/status": lambda _body: self.account,
            "GET /projects/default": lambda _body: self.project,
            "GET /projects/p1": lambda _body: self.project,
            LISTING: [],
            COST: 17,
            START: lambda body: {
                "id": "run-1",
                "name": body["name"],
                "status": "UNPROCESSED",
                "projectId": "p1",
            },
        }
        self.calls = []
        self.sends_tiles_to = ""  # the server that tiles are forwarded to
        # where a call is forwarded to, "" for one that is answered here
        self.sends = lambda call: self.sends_tiles_to if "/tiles/" in call else ""
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/rest"

    def bodies(self, call):
        return [body for name, body in self.calls if name == call]

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
        call = f"{self.command} {self.path.removeprefix('/rest').split('?')[0]}"
        self.server.calls.append((call, body))
        elsewhere = self.server.sends(call)
        if elsewhere:
            self.send_response(302)
            self.send_header("Location", elsewhere + self.path)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        answer = self.server.answers.get(call, (404, {"message": f"no {call} here"}))
        answer = answer(body) if callable(answer) else answer
        if answer is CUT:
            self.close_connection = True
            return
        status, value = answer if isinstance(answer, tuple) else (200, answer)
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = answer  # noqa: N815

    def log_message(self, *_what):
        """Nothing to the terminal."""


def sign_in(session, service, qtbot):
    # the project comes after the account
    with qtbot.waitSignal(session.project_changed):
        session.sign_in("demo@example.org:key", service.url, remember=False)
    session.client.retry_base_s = 0.005


def source(page):
    zoom = page.imagery.zoom
    named = {} if zoom is None else {"zoom": zoom}
    return {"sourceParams": {"dataProvider": {"providerName": "world", **named}}}


def box_of(page):
    return page.findChild(QMessageBox, "confirmStart")


def answer_box(page, qtbot, role):
    qtbot.waitUntil(lambda: box_of(page) is not None and box_of(page).isVisible())
    box = box_of(page)
    qtbot.mouseClick(next(button for button in box.buttons() if box.buttonRole(button) == role), LEFT)
    QApplication.sendPostedEvents(None, DEFERRED_DELETE)  # the box is gone


def confirm(page, qtbot):
    answer_box(page, qtbot, QMessageBox.ButtonRole.AcceptRole)
