"""The dock of someone who is about to duplicate a processing of the sandbox."""

from __future__ import annotations

import json
import urllib.request
import uuid

import pytest
from qgis.core import QgsProject, QgsRectangle

from mapflow_dock.api.session import Session
from mapflow_dock.layers.areas.measure import wgs84
from mapflow_dock.ui.dock import MapflowDock
from mapflow_dock.ui.standby import Standby

PATIENCE_MS = 20_000
PROCESSINGS = 1


class Api:
    """The sandbox, asked by an HTTP client that is not the plugin's."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.name = f"Town {uuid.uuid4().hex[:8]}"  # of what this test starts

    def ask(self, method, path, body=None):
        request = urllib.request.Request(
            f"{self.sandbox.url}{path}",
            json.dumps(body).encode() if body is not None else None,
            {"Authorization": f"Basic {self.sandbox.basic}", "Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            content = answer.read()
        return json.loads(content) if content else None

    def model(self, name):
        models = self.ask("GET", "/user/status")["models"]
        return next(model["id"] for model in models if name in model["name"])

    @property
    def project(self):
        return self.ask("GET", "/projects/default")["id"]

    def area(self, parts=2, side=0.0013):
        """Squares in the middle of the imagery, the first one with a hole."""
        west, south, east, north = self.sandbox.bbox
        polygons = []
        for number in range(parts):
            x, y = (west + east) / 2 + 2 * side * number, (south + north) / 2
            rings = [ring(x, y, side)]
            if not number:
                rings.append(ring(x + side / 4, y + side / 4, side / 3)[::-1])
            polygons.append(rings)
        if parts == 1:
            return {"type": "Polygon", "coordinates": polygons[0]}
        return {"type": "MultiPolygon", "coordinates": polygons}

    def start(self, source, model="Buildings", v1=False, **more):
        """Start a processing; returns its id."""
        params = source if v1 else {"sourceParams": source, **more.pop("told", {})}
        order = {
            "name": self.name,
            "projectId": self.project,
            "wdId": self.model(model),
            "geometry": self.area(),
            "params": params,
            **more,
        }
        return self.ask("POST", "/processings" if v1 else "/processings/v2", order)["id"]


def ring(x, y, side):
    corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]
    return [[round(a, 8), round(b, 8)] for a, b in corners]


@pytest.fixture
def api(sandbox):
    return Api(sandbox)


@pytest.fixture
def open_dock(canvas, main_bar, results, qgis_iface, monkeypatch, qtbot):
    """The dock of someone signed in to a sandbox."""
    opened = []
    monkeypatch.setattr(qgis_iface, "mapCanvas", lambda: canvas)
    monkeypatch.setattr(qgis_iface, "messageBar", lambda: main_bar)
    canvas.setDestinationCrs(wgs84())

    def open_one(sandbox, pasted=""):
        session = Session()
        standby = Standby(lambda: session)
        dock = MapflowDock(standby, qgis_iface)
        opened.append((dock, standby, session))
        qtbot.addWidget(dock)
        dock.resize(380, 900)
        dock.show()
        qtbot.waitUntil(lambda: dock.is_filled)
        with qtbot.waitSignal(session.project_changed, timeout=PATIENCE_MS):
            session.sign_in(pasted or sandbox.basic, sandbox.url, remember=False)
        west, south, east, north = sandbox.bbox
        canvas.setExtent(QgsRectangle(west, south, east, north))
        dock.session, dock.pages, dock.notices = session, dock.contents.signed_in_page, []
        dock.pages.notice.connect(dock.notices.append)
        return dock

    yield open_one
    for dock, standby, session in opened:
        dock.close()
        standby.close()
        session.close()
    QgsProject.instance().clear()


@pytest.fixture
def dock(open_dock, sandbox):
    return open_dock(sandbox)


@pytest.fixture
def duplicate(qtbot):
    """Duplicates a processing from the list's menu; returns the Run page once its form is filled."""

    def act(dock, processing_id):
        dock.pages.tabs.setCurrentIndex(PROCESSINGS)
        page = dock.pages.processings
        page.listed.ask_again()
        qtbot.waitUntil(lambda: page.list.is_shown(processing_id), timeout=PATIENCE_MS)
        page.list.choose(processing_id)
        action = page.commands.actions.duplicate
        assert action in page.commands.actions.menu.actions()
        assert action.isEnabled()
        with qtbot.waitSignal(page.commands.duplication.wanted, timeout=PATIENCE_MS):
            action.trigger()
        assert dock.pages.tabs.currentWidget() is dock.pages._run
        return dock.pages.run

    return act
