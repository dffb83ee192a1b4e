"""The history page after page, from a service that moves rows, has too many of them, and breaks off."""

from __future__ import annotations

import pytest
from fault_proxy import Answer

from mapflow_dock.api.history import HistoryQuery
from mapflow_dock.api.processings import Status
from mapflow_dock.jobs.history import loading as loading_module
from mapflow_dock.jobs.history.loading import HistoryLoading


def entry(number, **values):
    day = f"2026-01-{1 + number % 28:02}T00:00:{number % 60:02}.{number:06}Z"
    return {"name": f"n{number}", "status": "OK", "created": day, "cost": 2, "area": 10, **values}


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch):
    monkeypatch.setattr(loading_module, "PAGE", 5)


@pytest.fixture
def loading(session):
    loading = HistoryLoading(session)
    yield loading
    loading.close()


def test_all_pages_come_in_order_and_are_added_up(qtbot, loading, serve_history):
    serve_history([entry(number) for number in range(12)])
    came = []
    loading.came.connect(lambda entries: came.append(len(entries)))
    loading.load(HistoryQuery())
    qtbot.waitUntil(lambda: loading.is_complete)
    assert came == [5, 5, 2]
    assert [each.name for each in loading.entries] == [f"n{number}" for number in range(12)]
    assert (loading.count, loading.cost, loading.area_m2) == (12, 24, 120)


def test_what_is_started_meanwhile_does_not_list_anything_twice(qtbot, loading, serve_history):
    entries = [entry(number) for number in range(12)]

    def before(page):
        if page == 2:
            entries.insert(0, entry(99))

    serve_history(entries, before)
    loading.load(HistoryQuery())
    qtbot.waitUntil(lambda: loading.is_complete)
    assert [each.name for each in loading.entries] == [f"n{number}" for number in range(12)]


def test_what_came_stays_where_the_rest_does_not_come(qtbot, loading, serve_history):
    is_broken = [True]

    def before(page):
        return Answer.of({"message": "no"}, 403) if page == 2 and is_broken[0] else None

    serve_history([entry(number) for number in range(8)], before)
    loading.load(HistoryQuery())
    qtbot.waitUntil(lambda: loading.error is not None)
    assert (len(loading.entries), loading.is_complete, loading.count, loading.cost) == (5, False, 8, 1)
    is_broken[0] = False
    loading.ask_again()
    qtbot.waitUntil(lambda: loading.is_complete)
    assert (len(loading.entries), loading.cost) == (8, 16)


def test_of_too_many_so_many_are_loaded_and_the_service_s_sums_are_told(
    qtbot, loading, serve_history, monkeypatch
):
    monkeypatch.setattr(loading_module, "MOST_LOADED", 10)
    serve_history([entry(number) for number in range(40)])
    loading.load(HistoryQuery())
    qtbot.waitUntil(lambda: loading.is_cut and not loading.is_asking)
    assert (len(loading.entries), loading.count, loading.cost, loading.is_complete) == (10, 40, 1, False)


def test_a_later_question_wins(qtbot, loading, serve_history, service):
    serve_history([entry(number, status="OK" if number % 2 else "FAILED") for number in range(9)])
    loading.load(HistoryQuery())
    loading.load(HistoryQuery(status=Status.FAILED))
    qtbot.waitUntil(lambda: loading.is_complete)
    assert {each.status for each in loading.entries} == {Status.FAILED}


def test_what_cannot_be_read_is_counted(qtbot, loading, serve_history):
    serve_history([entry(1), {"name": "no status"}, None])
    loading.load(HistoryQuery())
    qtbot.waitUntil(lambda: loading.is_complete)
    assert (len(loading.entries), loading.skipped) == (1, 2)


def test_a_sign_out_drops_it(qtbot, loading, session, serve_history):
    serve_history([entry(1)])
    loading.load(HistoryQuery())
    qtbot.waitUntil(lambda: loading.is_complete)
    session.sign_out()
    assert (loading.entries, loading.is_complete) == ([], False)
