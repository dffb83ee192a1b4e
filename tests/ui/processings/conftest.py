"""The Processings page of someone signed in to a server that answers as each test tells it."""

from __future__ import annotations

import importlib.util
from types import SimpleNamespace

import pytest

# the tests of the item model run without QGIS, too
if importlib.util.find_spec("qgis.core") is not None:
    from processings_service import ProcessingsService

    from mapflow_dock.api.monitor import ProcessingMonitor
    from mapflow_dock.ui.processings.notifications import ProcessingNotifications
    from mapflow_dock.ui.processings.page import ProcessingsPage

    LONG_MS = 600_000  # these tests poll when they mean to

    @pytest.fixture
    def service():
        service = ProcessingsService()
        yield service
        service.stop()

    @pytest.fixture
    def monitor(session):
        monitor = ProcessingMonitor(session, interval_ms=LONG_MS)
        yield monitor
        monitor.close()

    @pytest.fixture
    def open_page(canvas, main_bar, results, qtbot):
        """Make a page, and the notifications that the dock has beside it."""
        iface = SimpleNamespace(messageBar=lambda: main_bar)

        def make(session, monitor):
            page = ProcessingsPage(session, monitor, canvas)
            qtbot.addWidget(page)
            page.notifications = ProcessingNotifications(
                session, monitor, iface, page.is_in_view, page.add_results, page
            )
            page.notices = []
            page.notice.connect(page.notices.append)
            page.notifications.notice.connect(page.notices.append)
            return page

        return make

    @pytest.fixture
    def page(session, monitor, open_page, qtbot):
        with qtbot.waitSignal(monitor.listed):  # so that the next answer is to what a test asks
            page = open_page(session, monitor)
        page.resize(340, 560)
        page.show()
        qtbot.waitExposed(page)
        yield page
        page.notifications.close()
        page.close()

    @pytest.fixture
    def listed(page, service, monitor, qtbot):
        """Let the service have these processings, and the page know of it."""

        def show(*records):
            service.records = list(records)
            with qtbot.waitSignal(monitor.listed):
                monitor.refresh()
            return page

        return show
