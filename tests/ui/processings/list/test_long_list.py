"""A list of very many processings against the sandbox: each order and filter beside the whole list sorted here."""

from __future__ import annotations

import itertools
from uuid import uuid4

import pytest
from fault_proxy import Answer, FaultProxy
from past_account import PastAccount
from qgis.PyQt.QtCore import QModelIndex, Qt

from mapflow_dock.api import projects
from mapflow_dock.api.monitor import ProcessingMonitor
from mapflow_dock.api.session import Session
from mapflow_dock.ui.processings.list.cells import Column
from mapflow_dock.ui.processings.list.model import ProcessingRole
from mapflow_dock.ui.processings.status import StatusGroup
from sandbox_process import SandboxProcess

COUNT = 3_000  # of which about half are in lists, in three projects
ANSWER_MS = 30_000
OLDER = "a service without pages"
SERVICES = ("deployed", "reference", OLDER)
PAGE = "/processings/v2/page"
COLUMNS = (Column.NAME, Column.AREA, Column.COST, Column.CREATED, Column.MODEL)
RISING, FALLING = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder


@pytest.fixture(scope="module")
def started(tmp_path_factory):
    """A sandbox with a past of each dialect, started once."""
    running = {}

    def of(dialect):
        if dialect not in running:
            process = SandboxProcess(tmp_path_factory.mktemp(dialect), dialect=dialect, processings=COUNT)
            running[dialect] = (process, process.start())
        return running[dialect][1]

    yield of
    for process, _address in running.values():
        process.stop()


@pytest.fixture(params=SERVICES)
def service_kind(request):
    return request.param


@pytest.fixture
def past(started, service_kind):
    return PastAccount(started("deployed" if service_kind == OLDER else service_kind))


@pytest.fixture
def proxy(past, service_kind):
    """What the plugin takes for the service."""
    with FaultProxy(past.url) as proxy:
        if service_kind == OLDER:
            proxy.add(verb="POST", path=PAGE, times=10**9, answer=Answer.of({"message": "no such"}, 404))
        yield proxy


@pytest.fixture
def page(proxy, past, started, service_kind, open_page, qtbot):
    """The page of someone signed in, in the project with the most processings."""
    session = Session()
    monitor = ProcessingMonitor(session, interval_ms=3_600_000)
    page = open_page(session, monitor)
    page.resize(340, 560)
    page.show()
    sandbox = started("deployed" if service_kind == OLDER else service_kind)
    with qtbot.waitSignal(session.project_changed, timeout=ANSWER_MS):
        session.sign_in(sandbox.basic, proxy.url, remember=False)
    page.project_id = past.largest()
    with qtbot.waitSignal(
        projects.fetch(session.client, page.project_id).succeeded, timeout=ANSWER_MS
    ) as told:
        pass
    session.choose_project(told.args[0])
    rest(page, qtbot)
    yield page
    page.notifications.close()
    page.close()
    monitor.close()
    session.close()


def ids(page):
    shown = page.processingsView.model()
    return [shown.index(row, 0).data(int(ProcessingRole.PROCESSING)).id for row in range(shown.rowCount())]


def rest(page, qtbot):
    """Wait until nothing is asked any more."""

    def is_at_rest():
        pages, model = page.listed.pages, page.model
        is_idle = not page.narrowing._pause.isActive() and not page.list._end.isActive()
        is_idle = is_idle and not pages._turn.isActive() and not model._coming
        return pages.is_loaded and not pages.is_reading and is_idle

    qtbot.waitUntil(is_at_rest, timeout=ANSWER_MS)


def to_the_end(page, qtbot):
    """Scroll down until there is nothing more."""
    while True:
        bar = page.processingsView.verticalScrollBar()
        bar.setValue(bar.maximum())
        page.list.look_for_end()
        rest(page, qtbot)
        if not page.model.is_more:
            return


def sort(page, column, order):
    page.processingsView.sortByColumn(int(column), order)


def start_over(page, session, qtbot):
    """Forget all that was read, as when the project is chosen anew."""
    page.listed._on_project(None)
    page.listed._on_project(session.project)
    page.listed.monitor.refresh()
    rest(page, qtbot)


def test_each_order_and_filter_shows_the_first_of_all_that_match(page, past, qtbot):
    rows = past.rows(page.project_id)
    assert len(rows) > 300
    groups = (
        (StatusGroup.ALL, ()),
        (StatusGroup.FAILED, ("FAILED",)),
        (StatusGroup.RUNNING, ("IN_PROGRESS",)),
    )
    wrong = []
    for column, order in itertools.product(COLUMNS, (RISING, FALLING)):
        sort(page, column, order)
        for words, (group, statuses) in itertools.product(("", "OLD town", "forest 1", "nowhere"), groups):
            page.statusCombo.setCurrentIndex(page.statusCombo.findData(group.value))
            page.filterEdit.setText(words)
            rest(page, qtbot)
            page.processingsView.verticalScrollBar().setValue(0)
            rest(page, qtbot)
            shown = ids(page)
            expected = past.expected(rows, column.name, order == RISING, words, statuses)
            if shown != expected[: len(shown)] or len(shown) < min(10, len(expected)):
                wrong.append((column.name, order, words, group.value, len(shown), len(expected)))
    assert wrong == []


def test_scrolled_to_its_end_the_list_has_all_that_match_each_once(page, past, qtbot):
    rows = past.rows(page.project_id)
    for column, order, words in (
        (Column.COST, FALLING, ""),
        (Column.MODEL, RISING, "harbour"),
        (Column.NAME, FALLING, "1"),
    ):
        start_over(page, page.commands._session, qtbot)
        sort(page, column, order)
        page.filterEdit.setText(words)
        rest(page, qtbot)
        to_the_end(page, qtbot)
        assert ids(page) == past.expected(rows, column.name, order == RISING, words)
        assert page.listNote.text() == ""


def test_by_status_all_are_read_and_what_runs_comes_first(page, past, qtbot):
    sort(page, Column.STATUS, RISING)
    rest(page, qtbot)
    assert ids(page) == past.expected(past.rows(page.project_id), "STATUS", True)


def test_all_projects_are_one_list_in_one_order(page, past, qtbot):
    page.allProjectsButton.click()
    rest(page, qtbot)
    rows = past.rows()
    for column, order in itertools.product((*COLUMNS, Column.PROJECT), (RISING, FALLING)):
        sort(page, column, order)
        rest(page, qtbot)
        shown = ids(page)
        assert shown == past.expected(rows, column.name, order == RISING)[: len(shown)], (column, order)
        assert len(shown) >= 10
    to_the_end(page, qtbot)
    assert len(ids(page)) == len(set(ids(page))) == len(rows)
    title = page.model.index_of(rows[0]["id"], int(Column.PROJECT)).data()
    assert title == past.projects[rows[0]["projectId"]]
    page.allProjectsButton.click()
    rest(page, qtbot)
    assert set(ids(page)) <= {row["id"] for row in past.rows(page.project_id)}
    assert ids(page)


@pytest.mark.parametrize("service_kind", ["deployed", "reference"], indirect=True)
def test_a_page_that_comes_after_the_order_has_changed_is_ignored(page, proxy, past, qtbot):
    rows = past.rows(page.project_id)
    proxy.add(verb="POST", path=PAGE, hold=True)
    sort(page, Column.NAME, RISING)
    qtbot.waitUntil(lambda: not proxy.rules[-1].times)
    sort(page, Column.AREA, FALLING)
    rest(page, qtbot)
    expected = past.expected(rows, "AREA", is_rising=False)
    shown = ids(page)
    assert shown == expected[: len(shown)]
    proxy.release()
    asked = len(proxy.matching("POST", PAGE))
    qtbot.waitUntil(lambda: page.commands._session.client.running == 0)
    assert ids(page) == shown
    to_the_end(page, qtbot)
    assert ids(page) == expected
    assert len(proxy.matching("POST", PAGE)) > asked


@pytest.mark.parametrize("service_kind", ["deployed", "reference"], indirect=True)
def test_what_goes_while_it_is_paged_takes_nobody_else_along(page, past, qtbot):
    sort(page, Column.AREA, FALLING)
    rest(page, qtbot)
    shown = ids(page)
    assert page.model.is_more
    past.ask("DELETE", f"/processings/{shown[3]}")  # by somebody else, before the next page
    to_the_end(page, qtbot)
    assert ids(page) == past.expected(past.rows(page.project_id), "AREA", is_rising=False)
    start_over(page, page.commands._session, qtbot)
    sort(page, Column.AREA, RISING)
    rest(page, qtbot)
    unwanted = page.model.processing(ids(page)[5])
    page.commands.changes.delete([unwanted])
    qtbot.waitUntil(lambda: page.model.processing(unwanted.id) is None, timeout=ANSWER_MS)
    to_the_end(page, qtbot)
    assert ids(page) == past.expected(past.rows(page.project_id), "AREA", is_rising=True)


def test_over_a_refresh_what_is_chosen_and_seen_stays_and_one_row_changes(page, past, qtbot):
    to_the_end(page, qtbot)
    view, shown = page.processingsView, ids(page)
    chosen = shown[len(shown) // 2]
    page.list.choose(chosen)
    rest(page, qtbot)
    bar = view.verticalScrollBar()
    place, top = bar.value(), view.indexAt(view.viewport().rect().topLeft()).data()
    assert 0 < place < bar.maximum()
    changed = []
    page.model.dataChanged.connect(lambda first, last, _roles: changed.append((first.row(), last.row())))
    other, name = shown[len(shown) // 3], f"Renamed {uuid4()}"
    past.ask("PUT", f"/processings/{other}", {"name": name})
    page.listed.ask_again()
    qtbot.waitUntil(lambda: page.model.processing(other).name.startswith(name), timeout=ANSWER_MS)
    rest(page, qtbot)
    row = page.model.index_of(other).row()
    assert set(changed) == {(row, row)}
    assert [one.id for one in page.list.chosen()] == [chosen]
    assert (bar.value(), view.indexAt(view.viewport().rect().topLeft()).data()) == (place, top)
    assert ids(page) == shown


def test_it_says_how_much_of_the_list_is_there(page, past, service_kind, qtbot):
    rows = past.rows(page.project_id)
    if service_kind == OLDER:
        assert page.listNote.text() == ""
        assert len(ids(page)) == len(rows)
        return
    count = len(ids(page))
    assert 0 < count < len(rows)
    assert page.listNote.text() == f"First {count} of {len(rows)}. Scroll for more."
    assert page.model.canFetchMore(QModelIndex()) is page.list.is_end_near()
    to_the_end(page, qtbot)
    assert page.listNote.text() == ""
    assert not page.model.canFetchMore(QModelIndex())
