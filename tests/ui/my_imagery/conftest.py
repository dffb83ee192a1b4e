"""The My imagery page of someone signed in to a server that answers as each test tells it."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

if importlib.util.find_spec("qgis.core") is not None:  # the tests of the tree alone run without QGIS, too
    from imagery_service import ImageryService
    from qgis.core import QgsCoordinateReferenceSystem, QgsRectangle, QgsSettings
    from qgis.gui import QgsMapCanvas

    from mapflow_dock.api.session import Session
    from mapflow_dock.layers.image_outlines import pixel_metres
    from mapflow_dock.ui.my_imagery.loading import ImageryLoading
    from mapflow_dock.ui.my_imagery.page import MyImageryPage
    from mapflow_dock.ui.my_imagery.tree import ImageryTree
    from mapflow_dock.ui.options import FOLDER_KEY

    @pytest.fixture
    def service():
        with ImageryService() as service:
            yield service

    @pytest.fixture
    def session(qgis_app, service, qtbot):
        session = Session()
        with qtbot.waitSignal(session.project_changed):
            session.sign_in("demo@example.org:key", service.url, remember=False)
        session.client.retry_base_s = 0.005
        yield session
        session.close()

    @pytest.fixture
    def loading(session):
        loading = ImageryLoading(session, ImageryTree(pixel_metres))
        loading.first_pause_ms = loading._pause_ms = 50
        yield loading
        loading.close()

    @pytest.fixture
    def canvas(qgis_app, qgis_new_project, qtbot):
        canvas = QgsMapCanvas()
        canvas.resize(400, 300)
        canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
        canvas.setExtent(QgsRectangle(0, 0, 1000, 800))
        qtbot.addWidget(canvas)
        canvas.show()
        return canvas

    @pytest.fixture
    def results(tmp_path):
        """The folder results and previews are kept in."""
        folder = tmp_path / "results"
        QgsSettings().setValue(FOLDER_KEY, str(folder))
        return folder

    @pytest.fixture
    def open_page(session, loading, canvas, results, qtbot):
        """Opens the page; the service is to be filled before."""
        opened = []

        def open_one(width=340):
            page = MyImageryPage(session, loading, canvas)
            qtbot.addWidget(page)
            page.notices = []
            page.notice.connect(page.notices.append)
            page.resize(width, 560)
            page.show()
            qtbot.waitExposed(page)
            opened.append(page)
            return page

        yield open_one
        for page in opened:
            page.close()

    @pytest.fixture
    def page(open_page, loading, service, qtbot):
        """The page with two mosaics, the first of them opened."""
        from imagery_service import image

        service.fill(m1=[image("a"), image("b", 1), image("c", 2)], m2=[image("z", 5)])
        page = open_page()
        qtbot.waitUntil(lambda: loading.is_loaded)
        page.list.open("m1")
        qtbot.waitUntil(lambda: len(page.tree.images("m1")) == 3)
        return page
