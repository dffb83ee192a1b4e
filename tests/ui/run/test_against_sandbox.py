"""The Run page against the sandbox, in both dialects of the API."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from fault_proxy import FaultProxy
from qgis.core import QgsCoordinateReferenceSystem, QgsRectangle
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtWidgets import QMessageBox

from mapflow_dock.api import processings
from mapflow_dock.api.session import Session
from mapflow_dock.jobs.cost import Estimate
from mapflow_dock.ui.my_imagery.loading import ImageryLoading
from mapflow_dock.ui.my_imagery.tree.model import ImageryTree
from mapflow_dock.ui.run.page import RunPage

LEFT = Qt.MouseButton.LeftButton
SIDE_DEGREES = 0.004  # some 300 m


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
def open_page(canvas, qgis_iface, qtbot):
    """The page of someone signed in to a sandbox, the map showing the middle of its imagery."""
    opened = []

    def open_one(sandbox):
        west, south, east, north = sandbox.bbox
        x, y, half = (west + east) / 2, (south + north) / 2, SIDE_DEGREES / 2
        canvas.setExtent(QgsRectangle(x - half, y - half, x + half, y + half))
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
        return page

    yield open_one
    for page, session in opened:
        page.close()
        session.close()


def draw_rectangle(page, canvas, qtbot):
    qtbot.mouseClick(page.area.drawRectangleButton, LEFT)
    for x, y in ((100, 100), (300, 300)):
        qtbot.mouseClick(canvas.viewport(), LEFT, pos=QPoint(x, y))


def pick(combo, part):
    combo.setCurrentIndex(next(row for row in range(combo.count()) if part in combo.itemText(row)))


def pick_zoom(page, zoom):
    """None: Automatic."""
    combo = page.imagery.zoomCombo
    combo.setCurrentIndex(0 if zoom is None else combo.findData(zoom))


def confirm(page, qtbot):
    qtbot.waitUntil(lambda: page.findChild(QMessageBox, "confirmStart") is not None)
    box = page.findChild(QMessageBox, "confirmStart")
    accept = QMessageBox.ButtonRole.AcceptRole
    qtbot.mouseClick(next(button for button in box.buttons() if box.buttonRole(button) == accept), LEFT)


@pytest.mark.both_dialects
def test_draw_see_the_cost_and_start(sandbox, open_page, canvas, qtbot):
    page = open_page(sandbox)
    session = page._session
    pick(page.model.modelCombo, "Buildings")
    balance = session.account.credits
    draw_rectangle(page, canvas, qtbot)
    qtbot.waitUntil(page.foot.startButton.isEnabled, timeout=15_000)
    cost = page.foot._cost.cost.credits
    assert cost >= 1

    typed = page.naming.name
    qtbot.mouseClick(page.foot.startButton, LEFT)
    with qtbot.waitSignal(page.started, timeout=15_000):
        confirm(page, qtbot)
    (run,) = page.runs
    assert run.name == typed
    assert run.area_m2 == pytest.approx(page.area.area.area_m2, rel=0.01)
    qtbot.waitUntil(lambda: session.account.credits == pytest.approx(balance - cost), timeout=15_000)
    reply = processings.fetch(session.client, run.id)
    with qtbot.waitSignal(reply.succeeded, timeout=15_000) as fetched:
        pass
    assert fetched.args[0].project_id == session.project.id
    assert page.notices == []


@pytest.mark.both_dialects
def test_the_cost_shown_is_that_of_the_last_choice(sandbox, open_page, canvas, qtbot):
    page = open_page(sandbox)
    draw_rectangle(page, canvas, qtbot)
    qtbot.waitUntil(page.foot.startButton.isEnabled, timeout=15_000)
    for part in ("Forest", "Roads", "Buildings", "Forest"):
        with qtbot.waitSignal(page.foot._cost._delay.timeout, timeout=15_000):  # on its way, and overtaken
            pick(page.model.modelCombo, part)
    qtbot.waitUntil(page.foot.startButton.isEnabled, timeout=15_000)
    reply = processings.cost(page._session.client, page._form.order().request)
    with qtbot.waitSignal(reply.succeeded, timeout=15_000) as asked:
        pass
    assert page.foot._cost.cost.credits == asked.args[0]
    assert page.foot._cost.cost.credits >= math.ceil(page.model.price_per_km2)


@pytest.mark.dialect("deployed")
def test_the_offline_estimate_agrees_with_the_service(sandbox, open_page, canvas, qtbot):
    page = open_page(sandbox)
    draw_rectangle(page, canvas, qtbot)
    qtbot.waitUntil(page.foot.startButton.isEnabled, timeout=15_000)
    cost = page.foot._cost
    assert cost._fallback.is_least
    assert cost._fallback.credits <= cost.cost.credits
    for zoom in (17, 18, 19):
        pick_zoom(page, zoom)
        qtbot.waitUntil(page.foot.startButton.isEnabled, timeout=15_000)
        assert cost._fallback == Estimate(cost.cost.credits)


@pytest.mark.both_dialects
def test_too_large_an_area_is_said_and_cannot_be_started(sandbox, open_page, canvas, qtbot):
    """The deployed service names its limit, so that nothing is asked; the reference only says so when it is."""
    page = open_page(sandbox.start(area_limit_km2=0.01))
    draw_rectangle(page, canvas, qtbot)
    qtbot.waitUntil(lambda: "0.01\u00a0km²" in page.foot.reasonLabel.text(), timeout=15_000)
    assert not page.foot.startButton.isEnabled()


@pytest.mark.both_dialects
def test_no_credits_are_said_and_nothing_can_be_started(sandbox, open_page, canvas, qtbot):
    page = open_page(sandbox.start(credits=0))
    draw_rectangle(page, canvas, qtbot)
    qtbot.waitUntil(lambda: "0\u00a0credits" in page.foot.reasonLabel.text(), timeout=15_000)
    assert not page.foot.startButton.isEnabled()


@pytest.mark.both_dialects
def test_the_zooms_suit_the_model_and_the_service_chooses_at_first(sandbox, open_page, qtbot):
    page = open_page(sandbox)
    pick(page.model.modelCombo, "Buildings")
    combo = page.imagery.zoomCombo
    assert [combo.itemText(row) for row in range(combo.count())] == ["Automatic", "17", "18 (best)", "19"]
    assert combo.currentText() == "Automatic"
    assert page.imagery.problem == ""


@pytest.mark.both_dialects
def test_what_is_sent_names_a_zoom_only_where_one_was_picked(sandbox, open_page, canvas, qtbot):
    with FaultProxy(sandbox.url) as proxy:
        page = open_page(replace(sandbox, url=proxy.url))
        pick(page.model.modelCombo, "Buildings")
        draw_rectangle(page, canvas, qtbot)
        provider = page.imagery.provider.name
        for zoom, named in ((None, {}), (18, {"zoom": 18})):
            pick_zoom(page, zoom)
            qtbot.waitUntil(page.foot.startButton.isEnabled, timeout=15_000)
            qtbot.mouseClick(page.foot.startButton, LEFT)
            with qtbot.waitSignal(page.started, timeout=15_000):
                confirm(page, qtbot)
            source = {"sourceParams": {"dataProvider": {"providerName": provider, **named}}}
            asked = [each.json for each in proxy.matching("POST", "/processing/cost/v2")]
            sent = proxy.matching("POST", "/processings/v2")[-1].json
            assert source in [each["params"] for each in asked]
            assert all(set(each) == {"wdId", "geometry", "params", "blocks"} for each in asked)
            assert sent["params"] == source
            assert set(sent) == {
                "name", "projectId", "wdId", "geometry", "params", "blocks", "meta"
            }  # fmt: skip
            qtbot.waitUntil(lambda: not page.foot._start.is_busy)


@pytest.mark.both_dialects
def test_what_an_automatic_zoom_saves_is_what_the_service_says(sandbox, open_page, canvas, qtbot):
    """Less than a km² of Buildings: 15 credits, and 1, 2 or 4 for the imagery at zoom 17, 18 or 19."""
    page = open_page(sandbox)
    pick(page.model.modelCombo, "Buildings")
    draw_rectangle(page, canvas, qtbot)
    for zoom, cost, told in ((19, 19, "3\u00a0credits less"), (18, 17, "1\u00a0credit less"), (None, 16, "")):
        pick_zoom(page, zoom)
        qtbot.waitUntil(lambda cost=cost: page.foot._cost.cost.credits == cost, timeout=15_000)
        label = page.imagery.imageryLabel
        qtbot.waitUntil(lambda told=told: told in page.imagery.imageryLabel.text(), timeout=15_000)
        assert ("Automatic costs" in label.text()) == bool(told)
