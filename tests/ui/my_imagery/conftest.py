"""The My Imagery page of someone signed in to a server that answers as each test tells it."""

from __future__ import annotations

import importlib.util

import pytest

if importlib.util.find_spec("qgis.core") is not None:  # the tests of the tree alone run without QGIS, too
    from imagery_service import ImageryService

    from mapflow_dock.layers.footprints.outlines import pixel_metres
    from mapflow_dock.ui.my_imagery.loading import ImageryLoading
    from mapflow_dock.ui.my_imagery.page import MyImageryPage
    from mapflow_dock.ui.my_imagery.tree.model import ImageryTree

    @pytest.fixture
    def service():
        with ImageryService() as service:
            yield service

    @pytest.fixture
    def loading(session):
        loading = ImageryLoading(session, ImageryTree(pixel_metres))
        loading.images.pauses.first_ms = 50
        yield loading
        loading.close()

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
        qtbot.waitUntil(lambda: len(page.tree.known.images("m1")) == 3)
        return page
