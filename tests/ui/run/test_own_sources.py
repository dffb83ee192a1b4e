"""One's own source on the Run page, against the sandbox, which really fetches its tiles."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fault_proxy import FaultProxy
from qgis.core import QgsCoordinateReferenceSystem, QgsProject, QgsRectangle, QgsSettings
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtWidgets import QMessageBox
from tile_server import TileServer, picture

from mapflow_dock.api import processings
from mapflow_dock.api.own_sources.kept import KeptSources
from mapflow_dock.api.own_sources.kinds import SourceKind
from mapflow_dock.api.own_sources.login import SourceLogin, keep_login
from mapflow_dock.api.own_sources.source import OwnSource
from mapflow_dock.api.session import Session
from mapflow_dock.api.settings import CONFIRM_SPENDING
from mapflow_dock.ui.my_imagery.loading import ImageryLoading
from mapflow_dock.ui.my_imagery.tree.model import ImageryTree
from mapflow_dock.ui.run.page import RunPage

LEFT = Qt.MouseButton.LeftButton
HALF = 0.002  # degrees
WORD = "canary-word"


@pytest.fixture
def canvas(qgis_app, qgis_new_project, qtbot):
    canvas = QgsMapCanvas()
    canvas.resize(400, 400)
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    qtbot.addWidget(canvas)
    canvas.show()
    yield canvas
    canvas.unsetMapTool(canvas.mapTool())


@pytest.fixture
def tiles(sandbox):
    """The sandbox's own imagery behind a tile server that asks for a login."""
    server = TileServer(upstream=f"{sandbox.url}/providers/{sandbox.provider}/tiles", login=("me", WORD))
    yield server
    server.stop()


@pytest.fixture
def open_page(canvas, qgis_iface, qtbot):
    opened = []

    def open_one(sandbox):
        west, south, east, north = sandbox.bbox
        x, y = (west + east) / 2, (south + north) / 2
        canvas.setExtent(QgsRectangle(x - HALF, y - HALF, x + HALF, y + HALF))
        session = Session()
        page = RunPage(session, canvas, qgis_iface, ImageryLoading(session, ImageryTree()))
        qtbot.addWidget(page)
        page.runs, page.notices = [], []
        page.started.connect(page.runs.append)
        page.notice.connect(page.notices.append)
        page.resize(380, 700)
        page.show()
        opened.append((page, session))
        session.sign_in(sandbox.basic, sandbox.url, remember=False)
        qtbot.waitUntil(lambda: session.project is not None and page.model.model is not None, timeout=15_000)
        combo = page.model.modelCombo
        combo.setCurrentIndex(next(row for row in range(combo.count()) if "Buildings" in combo.itemText(row)))
        return page

    yield open_one
    for page, session in opened:
        page.close()
        session.close()


def draw(page, canvas, qtbot):
    qtbot.mouseClick(page.area.drawRectangleButton, LEFT)
    for x, y in ((100, 100), (300, 300)):
        qtbot.mouseClick(canvas.viewport(), LEFT, pos=QPoint(x, y))


def start(page, qtbot):
    qtbot.waitUntil(page.foot.startButton.isEnabled, timeout=15_000)
    qtbot.mouseClick(page.foot.startButton, LEFT)
    qtbot.waitUntil(lambda: page.findChild(QMessageBox, "confirmStart") is not None)
    box = page.findChild(QMessageBox, "confirmStart")
    accept = QMessageBox.ButtonRole.AcceptRole
    with qtbot.waitSignal(page.started, timeout=15_000) as started:
        qtbot.mouseClick(next(each for each in box.buttons() if box.buttonRole(each) == accept), LEFT)
    return started.args[0]


def keep(tiles, **fields):
    authcfg = keep_login(SourceLogin("me", WORD), "Survey")
    KeptSources().save(
        OwnSource("Survey", SourceKind.XYZ, tiles.template, **{"zoom": 18, "authcfg": authcfg, **fields})
    )
    return authcfg


def fetched(page, run, qtbot):
    reply = processings.fetch(page._session.client, run.id)
    with qtbot.waitSignal(reply.succeeded, timeout=15_000) as known:
        pass
    return known.args[0]


@pytest.mark.both_dialects
def test_a_source_is_tried_and_processed_with_its_login(sandbox, tiles, open_page, canvas, qtbot):
    keep(tiles)
    with FaultProxy(sandbox.url) as proxy:
        page = open_page(replace(sandbox, url=proxy.url))
        page.imagery.use(page.sources.chooser)
        draw(page, canvas, qtbot)
        assert not page.foot.startButton.isEnabled()
        run = start(page, qtbot)
        sent = proxy.matching("POST", "/processings/v2")[-1].json["params"]
        assert sent == {
            "sourceParams": {
                "userDefined": {
                    "sourceType": "XYZ",
                    "url": tiles.template,
                    "zoom": 18,
                    "crs": "EPSG:3857",
                    "rasterLogin": "me",
                    "rasterPassword": WORD,
                }
            }
        }
        asked = [each.body.decode() for each in proxy.matching("POST", "/processing/cost/v2")]
        assert asked
        assert not any(WORD in body for body in asked)
    settings = QgsSettings()
    assert WORD not in repr({key: settings.value(key) for key in settings.allKeys()})
    assert WORD not in repr(page.foot._start._recent._starts)
    qtbot.waitUntil(lambda: fetched(page, run, qtbot).status.is_final, timeout=60_000)
    ended = fetched(page, run, qtbot)
    assert ended.status is processings.Status.OK
    assert page.imagery.show_source(ended.source) == "", "what comes back fills the same form"
    assert page.sources.chooser.chosen == KeptSources().named("Survey")


@pytest.mark.both_dialects
def test_start_waits_and_says_why_until_a_tile_came(sandbox, tiles, open_page, canvas, qtbot):
    keep(tiles)
    tiles.login = ("me", "another-word")
    page = open_page(sandbox)
    page.imagery.use(page.sources.chooser)
    draw(page, canvas, qtbot)
    qtbot.waitUntil(lambda: "does not accept the login" in page.foot.reasonLabel.text(), timeout=15_000)
    assert not page.foot.startButton.isEnabled()
    tiles.login = ("me", WORD)
    qtbot.mouseClick(page.sources.chooser.checkSourceButton, LEFT)
    qtbot.waitUntil(page.foot.startButton.isEnabled, timeout=15_000)


def test_the_preview_names_the_login_by_its_id_and_goes_to_the_area(sandbox, tiles, open_page, canvas, qtbot):
    authcfg = keep(tiles)
    page = open_page(sandbox)
    page.imagery.use(page.sources.chooser)
    draw(page, canvas, qtbot)
    canvas.setExtent(QgsRectangle(0, 0, 1, 1))
    qtbot.mouseClick(page.sources.chooser.previewSourceButton, LEFT)
    qtbot.waitUntil(lambda: len(QgsProject.instance().mapLayers()) == 1, timeout=15_000)
    (layer,) = QgsProject.instance().mapLayers().values()
    assert layer.isValid()
    assert f"authcfg={authcfg}" in layer.source()
    assert WORD not in layer.source()
    assert canvas.extent().contains(page.area.area.geometry.boundingBox())
    qtbot.mouseClick(page.sources.chooser.previewSourceButton, LEFT)
    assert len(QgsProject.instance().mapLayers()) == 1, "it is shown once"
    assert page.notices == []


def test_tiles_that_are_forwarded_are_shown_without_the_login(sandbox, tiles, open_page, canvas, qtbot):
    keep(tiles)
    other = TileServer()
    tiles.upstream, tiles.status, tiles.headers = "", 302, {"Location": "http://localhost:1/there.png"}
    page = open_page(sandbox)
    page.imagery.use(page.sources.chooser)
    draw(page, canvas, qtbot)
    qtbot.mouseClick(page.sources.chooser.previewSourceButton, LEFT)
    qtbot.waitUntil(lambda: len(QgsProject.instance().mapLayers()) == 1, timeout=15_000)
    (layer,) = QgsProject.instance().mapLayers().values()
    assert "authcfg" not in layer.source()
    assert "your login was not sent along" in page.notices[-1].text
    other.stop()


def test_a_preview_in_the_other_mercator_stays_so_in_the_project(
    sandbox, tiles, open_page, canvas, qtbot, tmp_path
):
    tiles.login = None
    KeptSources().save(OwnSource("World", SourceKind.TMS, tiles.template, 18, "EPSG:3395"))
    page = open_page(sandbox)
    page.imagery.use(page.sources.chooser)
    draw(page, canvas, qtbot)
    qtbot.mouseClick(page.sources.chooser.previewSourceButton, LEFT)
    project = QgsProject.instance()
    qtbot.waitUntil(lambda: len(project.mapLayers()) == 1, timeout=15_000)
    (layer,) = project.mapLayers().values()
    assert (layer.crs().authid(), "{-y}" in layer.source()) == ("EPSG:3395", True)
    project.write(str(tmp_path / "p.qgz"))
    project.clear()
    project.read(str(tmp_path / "p.qgz"))
    assert next(iter(project.mapLayers().values())).crs().authid() == "EPSG:3395"


def test_start_asks_where_the_source_may_have_nothing(sandbox, open_page, canvas, qtbot):
    flat = TileServer(body=picture(colours=1))
    KeptSources().save(OwnSource("Sea", SourceKind.XYZ, flat.template, 18))
    page = open_page(sandbox)
    page.imagery.use(page.sources.chooser)
    draw(page, canvas, qtbot)
    qtbot.waitUntil(page.foot.startButton.isEnabled, timeout=15_000)
    assert len(flat.asked) == len(set(flat.asked)) == 4, "the middle and towards each corner, a tile once"
    qtbot.mouseClick(page.foot.startButton, LEFT)
    qtbot.waitUntil(lambda: page.findChild(QMessageBox, "confirmStart") is not None)
    box = page.findChild(QMessageBox, "confirmStart")
    assert "one colour only: there may be no imagery" in box.informativeText()
    box.reject()
    CONFIRM_SPENDING.write(False)
    qtbot.mouseClick(page.foot.startButton, LEFT)
    qtbot.waitUntil(lambda: any(each.isVisible() for each in page.findChildren(QMessageBox, "confirmStart")))
    flat.stop()
