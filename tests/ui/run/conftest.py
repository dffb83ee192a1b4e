"""The Run page of someone signed in to a server that answers as each test tells it."""

from __future__ import annotations

import pytest
from qgis.core import QgsRectangle
from run_page_service import Service, sign_in

from mapflow_dock.api.session import Session
from mapflow_dock.layers.footprints.outlines import pixel_metres
from mapflow_dock.ui.my_imagery.loading import ImageryLoading
from mapflow_dock.ui.my_imagery.tree.model import ImageryTree
from mapflow_dock.ui.run.page import RunPage


@pytest.fixture
def service():
    service = Service()
    yield service
    service.stop()


@pytest.fixture
def session(qgis_app, service, qtbot):
    session = Session()
    sign_in(session, service, qtbot)
    yield session
    session.close()


@pytest.fixture
def canvas(canvas):
    """The map, near Moscow."""
    canvas.setExtent(QgsRectangle(4_180_000, 7_500_000, 4_182_000, 7_501_500))
    return canvas


@pytest.fixture
def own_imagery(session):
    loading = ImageryLoading(session, ImageryTree(pixel_metres))
    yield loading
    loading.close()


@pytest.fixture
def page(session, canvas, own_imagery, qgis_iface, qtbot):
    page = RunPage(session, canvas, qgis_iface, own_imagery)
    qtbot.addWidget(page)
    page.resize(380, 700)
    page.runs, page.notices = [], []
    page.started.connect(page.runs.append)
    page.notice.connect(page.notices.append)
    page.show()
    qtbot.waitExposed(page)
    yield page
    page.close()


@pytest.fixture
def ready(page, qtbot):
    """The page with an area and its cost."""
    page.area.mapExtentButton.click()
    qtbot.waitUntil(page.foot.startButton.isEnabled)
    return page
