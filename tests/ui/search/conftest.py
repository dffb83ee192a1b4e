"""The dock of someone who is about to search."""

from __future__ import annotations

import pytest
from qgis.core import QgsGeometry, QgsProject, QgsRectangle

from mapflow_dock.api.session import Session
from mapflow_dock.layers.areas.measure import wgs84
from mapflow_dock.ui.dock import MapflowDock
from mapflow_dock.ui.standby import Standby

PATIENCE_MS = 20_000
SEARCH = 2


@pytest.fixture
def dock(sandbox, canvas, main_bar, results, qgis_iface, monkeypatch, qtbot):
    """The dock of someone signed in, at the Search tab, with most of the sandbox's imagery as the area."""
    monkeypatch.setattr(qgis_iface, "mapCanvas", lambda: canvas)
    monkeypatch.setattr(qgis_iface, "messageBar", lambda: main_bar)
    canvas.setDestinationCrs(wgs84())
    session = Session()
    standby = Standby(lambda: session)
    dock = MapflowDock(standby, qgis_iface)
    qtbot.addWidget(dock)
    dock.resize(380, 900)
    dock.show()
    qtbot.waitUntil(lambda: dock.is_filled)
    with qtbot.waitSignal(session.project_changed, timeout=PATIENCE_MS):
        session.sign_in(sandbox.basic, sandbox.url, remember=False)
    west, south, east, north = sandbox.bbox
    x, y, half = (west + east) / 2, (south + north) / 2, (east - west) * 0.2
    canvas.setExtent(QgsRectangle(x - 2 * half, y - 2 * half, x + 2 * half, y + 2 * half))
    dock.pages = dock.contents.signed_in_page
    dock.pages.tabs.setCurrentIndex(SEARCH)
    ground = QgsGeometry.fromRect(QgsRectangle(x - half, y - half, x + half, y + half))
    dock.pages.run.area.use_ground(ground, wgs84(), "a square")
    dock.session, dock.search, dock.middle = session, dock.pages._search.page, (x, y)
    yield dock
    dock.close()
    standby.close()
    session.close()
    QgsProject.instance().clear()
