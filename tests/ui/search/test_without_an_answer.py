"""A search that is not answered, or not waited for: what was found before it is there again."""

from __future__ import annotations

import os
import signal

import pytest
from qgis.core import QgsGeometry, QgsRectangle
from qgis.PyQt.QtCore import QDate, Qt

from mapflow_dock.layers.areas.measure import wgs84
from mapflow_dock.ui.search.filter_values import Span

pytestmark = pytest.mark.both_dialects
PATIENCE_MS = 20_000
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def sandbox(request, sandboxes):
    """A sandbox of this test's own, which may be stopped."""
    yield sandboxes.start(request.param)
    sandboxes.stop_brief()


@pytest.fixture
def page(dock, qtbot):
    """The page with the first images in its list, two of them chosen."""
    qtbot.mouseClick(dock.search.searchButton, LEFT)
    wait_for_rows(dock.search, qtbot)
    dock.search.list.choose([each.key for each in dock.search.list.model.found()[3:5]])
    return dock.search


def wait_for_rows(page, qtbot):
    qtbot.waitUntil(lambda: page.list.model.rowCount() > 0, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not page.search.is_asking, timeout=PATIENCE_MS)


def ids(images):
    return [each.image.id for each in images]


def move_area(dock):
    x, y = dock.middle
    ground = QgsGeometry.fromRect(QgsRectangle(x, y, x + 0.001, y + 0.001))
    dock.pages.run.area.use_ground(ground, wgs84(), "another square")


def test_a_search_that_fails_gives_the_former_list_back(sandbox, dock, page, qtbot):
    found, chosen = ids(page.list.model.found()), ids(page.list.chosen())
    total = page.search.total
    move_area(dock)
    sandbox.process.stop()
    qtbot.mouseClick(page.searchButton, LEFT)
    assert page.nothingFoundLabel.text() == "Searching the catalog…"
    wait_for_rows(page, qtbot)
    assert ids(page.list.model.found()) == found
    assert ids(page.list.chosen()) == chosen
    assert page.search.total == total
    assert page.search.is_more, "pages go on where they ended"
    assert page.search.error.sentence in page.foundNote.text()
    assert "area was changed" in page.foundNote.text(), "it is not told as the answer"
    assert not page.nothingFoundLabel.isVisible()


def test_a_search_that_is_cancelled_gives_the_former_list_back(sandbox, dock, page, qtbot):
    found = ids(page.list.model.found())
    os.kill(sandbox.pid, signal.SIGSTOP)
    try:
        move_area(dock)
        qtbot.mouseClick(page.searchButton, LEFT)
        page.filters.availableCheck.click()  # a later one, which is not answered either
        assert page.list.model.rowCount() == 0
        assert page.searchButton.text() == "Cancel"
        qtbot.mouseClick(page.searchButton, LEFT)
        assert ids(page.list.model.found()) == found
        assert page.searchButton.text() == "Search"
        assert "area was changed" in page.foundNote.text()
    finally:
        os.kill(sandbox.pid, signal.SIGCONT)
    qtbot.mouseClick(page.searchButton, LEFT)
    wait_for_rows(page, qtbot)
    assert ids(page.list.model.found()) != found
    assert "changed" not in page.foundNote.text()


def test_filters_that_leave_nothing_and_are_not_answered_lose_nothing(sandbox, page, qtbot):
    found = ids(page.list.model.found())
    sandbox.process.stop()
    filters = page.filters
    filters.spanCombo.setCurrentIndex(filters.spanCombo.findData(Span.BETWEEN.name))
    filters.lastDayEdit.setDate(QDate(2018, 1, 1))  # before the oldest of all
    filters.take_now()
    assert page.list.model.rowCount() == 0
    wait_for_rows(page, qtbot)
    assert ids(page.list.model.found()) == found
    assert page.search.error.sentence in page.foundNote.text()
    assert "filters were changed" in page.foundNote.text()


def test_a_source_that_was_shown_is_told_as_one_again(sandbox, dock, page, qtbot):
    shown = page.list.model.found()[0]
    dock.pages._search.page.show_source("Town", shown.image.provider, [shown.image.id])
    qtbot.waitUntil(lambda: "images of" in page.foundNote.text(), timeout=PATIENCE_MS)
    sandbox.process.stop()
    qtbot.mouseClick(page.searchButton, LEFT)
    qtbot.waitUntil(lambda: not page.search.is_asking, timeout=PATIENCE_MS)
    assert ids(page.list.model.found()) == [shown.image.id]
    assert "images of “Town”" in page.foundNote.text()


def test_what_is_there_is_narrowed_without_the_service(sandbox, dock, page, qtbot):
    images = [each.image for each in page.list.model.found()]
    bound = sorted(image.cloud_percent for image in images if image.cloud_percent is not None)[20]
    sandbox.process.stop()
    dock.session.client.note_reachable(False)
    page.filters.cloudSpin.setValue(int(bound))
    page.filters.take_now()
    fitting = [
        image.id for image in images if image.cloud_percent is None or image.cloud_percent <= int(bound)
    ]
    assert ids(page.list.model.found()) == fitting
    assert 0 < len(fitting) < len(images)
    page.filters.cloudSpin.setValue(100)
    page.filters.take_now()
    assert ids(page.list.model.found()) == [image.id for image in images], "all that came is there again"
    assert not page.search.is_asking
    move_area(dock)
    page.filters.cloudSpin.setValue(50)
    page.filters.take_now()
    assert ids(page.list.model.found()) == [image.id for image in images]
    assert not page.search.is_asking, "another area is for the service to search"
