"""Pages of processings from a service that does as a test tells it: rows that come and go, and answers that are odd."""

from __future__ import annotations

import random

import pytest
from fault_proxy import Answer, FaultProxy

from mapflow_dock.api.http.errors import Fault
from mapflow_dock.api.listing.pages import PAGE, SortBy
from mapflow_dock.api.processings import ProcessingListing, read_processing
from mapflow_dock.api.session import Session
from mapflow_dock.jobs.processings.pages import ProcessingsPages
from mapflow_dock.jobs.processings.question import ListQuestion

PATIENCE_MS = 20_000
NAMES = ListQuestion(sort_by=SortBy.NAME, is_rising=True)


def record(number, project="p", **values):
    made = f"2026-01-{1 + number // 1000:02}T{number // 60 % 24:02}:{number % 60:02}:00Z"
    name = f"Row {(number * 7919) % 10_007:05}"
    return {
        "id": f"id-{number:04}",
        "name": name,
        "status": "OK",
        "projectId": project,
        "created": made,
        **values,
    }


class Service(FaultProxy):
    """Holds the rows of projects; `before` is called with each question, and may change them or answer otherwise."""

    def __init__(self):
        super().__init__()
        self.rows = {"p": [record(number) for number in range(450)]}
        self.before = lambda _project, _asked: None
        self.route("GET", "/user/status", Answer.of({"email": "a@example.org", "billingType": "CREDITS"}))
        self.route("GET", "/projects/default", Answer.of({"id": "p", "name": "P", "isDefault": True}))

    def answer(self, asked):
        parts = asked.path.removeprefix(self.base).strip("/").split("/")
        if parts[:1] == ["projects"] and parts[2:] == ["processings", "v2", "page"]:
            other = self.before(parts[1], asked.json)
            return other if other is not None else Answer.of(self.page(parts[1], asked.json))
        return super().answer(asked)

    def page(self, project, asked):
        key = {"NAME": "name", "CREATED": "created"}[asked["sortBy"]]
        rows = sorted(self.rows[project], key=lambda row: row["id"])
        rows.sort(key=lambda row: row[key], reverse=asked["sortOrder"] == "DESC")
        found = rows[asked["offset"] : asked["offset"] + asked["limit"]]
        return {"results": found, "total": len(rows), "count": len(found)}


@pytest.fixture
def service():
    with Service() as service:
        yield service


@pytest.fixture
def pages(service, qtbot):
    session = Session()
    with qtbot.waitSignal(session.project_changed):
        session.sign_in("a@example.org:key", service.url, remember=False)
    session.client.retry_base_s = 0.005
    pages = ProcessingsPages(session)
    yield pages
    pages.close()
    session.close()


def rest(pages, qtbot):
    qtbot.waitUntil(lambda: not pages.is_reading and not pages._turn.isActive(), timeout=PATIENCE_MS)


def read_all(pages, qtbot):
    rest(pages, qtbot)
    for _turn in range(100):
        if not pages.has_more:
            return
        pages.read_on()
        rest(pages, qtbot)
    raise AssertionError("it reads on and on")


def ids(pages):
    return [each.id for each in pages.rows()]


def held(service, project="p"):
    return {row["id"] for row in service.rows[project]}


@pytest.mark.parametrize("seed", range(6))
def test_whatever_comes_and_goes_each_row_is_there_once(service, pages, qtbot, seed):
    chance = random.Random(seed)
    fresh = iter(range(5000, 6000))

    def change(_project, _asked):
        rows = service.rows["p"]
        for _time in range(chance.choice((0, 0, 1, 3))):
            if chance.random() < 0.5:
                rows.pop(chance.randrange(len(rows)))
            else:
                rows.append(record(next(fresh)))

    service.before = change
    pages.ask(NAMES)
    pages.show(["p"], at_once=True)
    read_all(pages, qtbot)
    assert len(ids(pages)) == len(set(ids(pages)))
    service.before = lambda _project, _asked: None
    pages.read_anew()
    read_all(pages, qtbot)
    assert sorted(ids(pages)) == sorted(held(service))


def test_a_row_that_goes_between_two_pages_makes_it_read_again(service, pages, qtbot):
    pages.ask(NAMES)
    pages.show(["p"], at_once=True)
    rest(pages, qtbot)
    assert len(ids(pages)) == PAGE
    first = next(row for row in service.rows["p"] if row["id"] == ids(pages)[0])
    service.rows["p"].remove(first)
    read_all(pages, qtbot)
    assert set(ids(pages)) == held(service)


def test_what_is_new_is_merged_and_what_is_gone_leaves(service, pages, qtbot):
    pages.show(["p"], at_once=False)

    def tell():
        asked = {"sortBy": "CREATED", "sortOrder": "DESC", "offset": 0, "limit": PAGE}
        told = service.page("p", asked)
        newest = tuple(read_processing(row) for row in told["results"])
        pages.take_newest("p", ProcessingListing(newest, total=told["total"]))

    tell()
    assert (len(ids(pages)), pages.total, pages.has_more) == (PAGE, 450, True)
    pages.read_on()
    rest(pages, qtbot)
    asked = service.count("POST", "/page")
    gone = service.rows["p"].pop(-3)
    service.rows["p"].append(record(4000, name="Brand new"))
    service.rows["p"][-2]["status"] = "FAILED"
    tell()
    rest(pages, qtbot)
    assert service.count("POST", "/page") == asked, "what the monitor hears needs no other question"
    assert gone["id"] not in ids(pages)
    assert ids(pages).count("id-4000") == 1
    assert {each.id: each.status.value for each in pages.rows()}[service.rows["p"][-2]["id"]] == "FAILED"
    read_all(pages, qtbot)
    assert set(ids(pages)) == held(service)


def test_an_old_one_that_goes_elsewhere_is_seen_by_the_number_of_all(service, pages, qtbot):
    pages.show(["p"], at_once=True)
    read_all(pages, qtbot)
    service.rows["p"].pop(3)
    told = service.page("p", {"sortBy": "CREATED", "sortOrder": "DESC", "offset": 0, "limit": PAGE})
    newest = tuple(read_processing(row) for row in told["results"])
    pages.take_newest("p", ProcessingListing(newest, total=told["total"]))
    rest(pages, qtbot)
    assert set(ids(pages)) == held(service)


def test_what_was_deleted_here_does_not_come_back_with_a_late_page(service, pages, qtbot):
    pages.ask(NAMES)
    pages.show(["p"], at_once=True)
    rest(pages, qtbot)
    unwanted = sorted(service.rows["p"], key=lambda row: row["name"])[PAGE + 5]["id"]
    pages.drop(unwanted)  # on its way: the service does not know yet
    pages.read_on()
    rest(pages, qtbot)
    assert len(ids(pages)) > PAGE
    assert unwanted not in ids(pages)


def test_a_service_that_knows_no_offset_does_not_make_it_ask_for_ever(service, pages, qtbot):
    service.before = lambda project, asked: Answer.of(
        {**service.page(project, {**asked, "offset": 0}), "total": 10**9}
    )
    pages.show(["p"], at_once=True)
    read_all(pages, qtbot)
    assert len(ids(pages)) == len(set(ids(pages))) <= PAGE + 1
    assert service.count("POST", "/page") < 20


@pytest.mark.parametrize("total", [None, -5, "many", 10**30])
def test_a_total_that_is_none_does_not_end_the_list_early(service, pages, qtbot, total):
    service.before = lambda project, asked: Answer.of({**service.page(project, asked), "total": total})
    pages.show(["p"], at_once=True)
    rest(pages, qtbot)
    if total in (None, "many", 10**30):
        read_all(pages, qtbot)
        assert set(ids(pages)) == held(service)
    assert len(ids(pages)) >= PAGE


def test_records_that_cannot_be_read_are_counted_and_passed(service, pages, qtbot):
    for number in (3, 99, 100, 101, 250):
        service.rows["p"][number].pop("status")
    pages.show(["p"], at_once=True)
    read_all(pages, qtbot)
    assert pages.skipped == 5
    assert len(ids(pages)) == len(set(ids(pages))) == 445


def test_a_page_that_fails_can_be_asked_for_again(service, pages, qtbot):
    pages.show(["p"], at_once=True)
    rest(pages, qtbot)
    service.before = lambda _project, _asked: Answer.of({"message": "out of order"}, 400)
    pages.read_on()
    rest(pages, qtbot)
    assert pages.error.fault is Fault.REJECTED
    assert len(ids(pages)) == PAGE
    service.before = lambda _project, _asked: None
    pages.read_anew()
    read_all(pages, qtbot)
    assert pages.error is None
    assert set(ids(pages)) == held(service)


def test_of_several_projects_one_is_asked_where_its_rows_come_next(service, pages, qtbot):
    service.rows["q"] = [record(number, "q") for number in range(1000, 1300)]
    service.rows["empty"] = []
    pages.ask(NAMES)
    pages.show(["p", "q", "empty"], at_once=True)
    rest(pages, qtbot)
    everything = [row for rows in service.rows.values() for row in rows]
    order = [row["id"] for row in sorted(everything, key=lambda row: (row["name"].casefold(), row["id"]))]
    name_of = {row["id"]: row["name"].casefold() for row in everything}
    while pages.has_more:
        shown = sorted(ids(pages), key=lambda key: (name_of[key], key))
        assert shown == order[: len(shown)]
        assert shown
        pages.read_on()
        rest(pages, qtbot)
    assert sorted(ids(pages)) == sorted(order)
    assert pages.total == len(order)


def test_a_project_that_is_not_ours_any_more_holds_nobody_up(service, pages, qtbot):
    service.before = lambda project, _asked: Answer.of({}, 403) if project == "q" else None
    pages.show(["p", "q"], at_once=True)
    read_all(pages, qtbot)
    assert pages.error is None
    assert pages.is_loaded
    assert set(ids(pages)) == held(service)


@pytest.mark.parametrize("status", [400, 422])
def test_an_order_that_the_service_refuses_is_made_of_the_whole_list(service, pages, qtbot, status):
    service.before = lambda _project, asked: (
        None if asked["sortBy"] == "CREATED" else Answer.of({"message": "NAME?"}, status)
    )
    service.route("GET", "/projects/p/processings/v2", lambda _asked: Answer.of(service.rows["p"]))
    pages.show(["p"], at_once=True)
    rest(pages, qtbot)
    assert len(ids(pages)) == PAGE
    pages.ask(NAMES)
    read_all(pages, qtbot)
    assert pages.error is None
    assert set(ids(pages)) == held(service)
