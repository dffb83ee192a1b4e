"""A Sentinel-2 granule on the Run page, against the sandbox, whose Forest model takes those of the summer."""

from __future__ import annotations

import pytest
from qgis.core import QgsCoordinateReferenceSystem, QgsRectangle
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QPoint, Qt
from run_page_service import confirm

from mapflow_dock.api import processings
from mapflow_dock.api.own_sources.kept import KeptSources
from mapflow_dock.api.own_sources.kinds import SourceKind
from mapflow_dock.api.own_sources.source import OwnSource
from mapflow_dock.api.session import Session
from mapflow_dock.ui.my_imagery.loading import ImageryLoading
from mapflow_dock.ui.my_imagery.tree.model import ImageryTree
from mapflow_dock.ui.run.page import RunPage

LEFT = Qt.MouseButton.LeftButton
SUMMER = "S2A_MSIL2A_20240704T074611_N0510_R092_T37NBA_20240704T123456"
WINTER = SUMMER.replace("20240704T074611", "20240104T074611")


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
def page(sandbox, canvas, qgis_iface, qtbot):
    west, south, east, north = sandbox.bbox
    canvas.setExtent(QgsRectangle(west, south, east, north))
    session = Session()
    page = RunPage(session, canvas, qgis_iface, ImageryLoading(session, ImageryTree()))
    qtbot.addWidget(page)
    page.resize(380, 700)
    page.show()
    session.sign_in(sandbox.basic, sandbox.url, remember=False)
    qtbot.waitUntil(lambda: session.project is not None and page.model.model is not None, timeout=15_000)
    qtbot.mouseClick(page.area.drawRectangleButton, LEFT)
    for x, y in ((30, 30), (370, 370)):
        qtbot.mouseClick(canvas.viewport(), LEFT, pos=QPoint(x, y))
    page.session = session
    yield page
    page.close()
    session.close()


def pick(page, model, granule):
    combo = page.model.modelCombo
    combo.setCurrentIndex(next(row for row in range(combo.count()) if model in combo.itemText(row)))
    KeptSources().save(OwnSource("July", SourceKind.SENTINEL_L2A, granule))
    page.imagery.use(page.sources.chooser)
    page.sources.chooser.choose("July")


def fetched(page, run, qtbot):
    reply = processings.fetch(page.session.client, run.id)
    with qtbot.waitSignal(reply.succeeded, timeout=15_000) as known:
        pass
    return known.args[0]


@pytest.mark.dialect("deployed")
def test_a_granule_becomes_a_result(page, qtbot):
    pick(page, "Forest", SUMMER)
    qtbot.waitUntil(page.foot.startButton.isEnabled, timeout=15_000)
    qtbot.mouseClick(page.foot.startButton, LEFT)
    with qtbot.waitSignal(page.started, timeout=15_000) as started:
        confirm(page, qtbot)
    run = started.args[0]
    qtbot.waitUntil(lambda: fetched(page, run, qtbot).status.is_final, timeout=60_000)
    ended = fetched(page, run, qtbot)
    assert ended.status is processings.Status.OK
    told = {key: value for key, value in ended.source["userDefined"].items() if value is not None}
    assert told == {"sourceType": "SENTINEL_L2A", "url": SUMMER}


@pytest.mark.both_dialects
def test_a_model_of_half_a_metre_takes_none(page):
    pick(page, "Buildings", SUMMER)
    assert "pixels of 10 m are too coarse" in page.foot.reasonLabel.text()
    assert not page.foot.startButton.isEnabled()


@pytest.mark.dialect("deployed")
def test_a_granule_of_the_wrong_month_is_said(page):
    pick(page, "Forest", WINTER)
    assert "takes granules of April to October, and this one is of January" in page.foot.reasonLabel.text()
