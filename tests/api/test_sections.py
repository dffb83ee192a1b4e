"""The functions of each section of the API over real HTTP: what they send, and how they cope with an older service."""

from __future__ import annotations

import pytest
from fault_proxy import Answer

from mapflow_dock.api import history, processings, projects
from mapflow_dock.api.http.errors import Fault
from mapflow_dock.api.lost_answers.create import create_project
from mapflow_dock.api.lost_answers.restart import restart
from mapflow_dock.api.processings import ProcessingRequest, Status
from mapflow_dock.api.sources import ProviderSource

ROWS = [
    {"id": "a", "name": "Alpha", "updated": "2026-01-01T00:00:00Z", "created": "2025-01-01T00:00:00Z"},
    {"id": "b", "name": "beta", "updated": "2026-03-01T00:00:00Z", "created": "2025-01-02T00:00:00Z"},
    {"id": "c", "name": "Alphabet", "updated": "2026-02-01T00:00:00Z", "created": "2025-01-03T00:00:00Z"},
]


def test_a_page_of_projects(server, make_client, outcome):
    server.route(
        "POST", "/projects/page", Answer.of({"results": [ROWS[1], {"id": "x"}], "total": 7, "count": 2})
    )
    kind, page = outcome(projects.page(make_client(server.url), 2, 4, "b", "NAME", True))
    assert (kind, [one.id for one in page.projects], page.total, page.skipped) == ("succeeded", ["b"], 7, 1)
    sent = {"limit": 2, "offset": 4, "filter": "b", "sortBy": "NAME", "sortOrder": "ASC"}
    assert server.asked[0].json == sent


@pytest.mark.parametrize(("limit", "total"), [(2, 5), (3, 4)])
def test_behind_a_full_page_of_projects_there_may_be_more_where_no_total_is_told(
    server, make_client, outcome, limit, total
):
    server.route("POST", "/projects/page", Answer.of({"results": ROWS[:2], "total": None, "count": 2}))
    page = outcome(projects.page(make_client(server.url), limit, 2))[1]
    assert (len(page.projects), page.total) == (2, total)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ["b", "c", "a"]),
        ({"sort_by": "NAME", "ascending": True}, ["a", "c", "b"]),
        ({"sort_by": "CREATED", "ascending": True}, ["a", "b", "c"]),
        ({"text": "alpha"}, ["c", "a"]),
        ({"limit": 1, "offset": 1}, ["c"]),
    ],
)
def test_a_service_without_pages_is_asked_for_all(server, make_client, outcome, options, expected):
    server.route("POST", "/projects/page", Answer.of({}, 405))
    server.route("GET", "/projects", Answer.of(ROWS))
    kind, page = outcome(projects.page(make_client(server.url), **options))
    assert (kind, [one.id for one in page.projects]) == ("succeeded", expected)


def test_projects_are_made_changed_and_deleted(server, make_client, outcome):
    client = make_client(server.url)
    server.route("POST", "/projects", lambda asked: Answer.of({"id": "n", **asked.json}))
    server.route("PUT", "/projects/n", Answer(200, b""))
    server.route("DELETE", "/projects/n", Answer(204, b""))
    assert outcome(create_project(client, "New", "text"))[1].description == "text"
    assert outcome(projects.update(client, "n", name="Newer")) == ("succeeded", None)
    assert server.matching("PUT")[0].json == {"name": "Newer"}
    assert outcome(projects.delete(client, "n")) == ("succeeded", None)


PAGE = "/projects/p/processings/v2/page"


@pytest.mark.parametrize(("told", "expected"), [(7, 7), ("7", 7), (0, 0)])
def test_the_processings_of_a_project_are_counted_by_a_page(server, make_client, outcome, told, expected):
    server.route("POST", PAGE, Answer.of({"results": [], "total": told, "count": 1}))
    assert outcome(projects.count_processings(make_client(server.url), "p")) == ("succeeded", expected)
    assert server.asked[0].json == {"limit": 1, "offset": 0}


def test_a_count_the_service_does_not_tell_is_an_error_and_no_zero(server, make_client, outcome):
    server.route("POST", PAGE, Answer.of({"results": [], "total": None}))
    kind, error = outcome(projects.count_processings(make_client(server.url), "p"))
    assert (kind, error.fault) == ("failed", Fault.MALFORMED)


@pytest.mark.parametrize("status", [404, 405, 501])
def test_a_service_without_pages_of_processings_is_asked_for_all(server, make_client, outcome, status):
    server.route("POST", PAGE, Answer.of({}, status))
    server.route("GET", "/projects/p/processings/v2", Answer.of([{"id": "x", "status": "OK"}, {"id": "y"}]))
    assert outcome(projects.count_processings(make_client(server.url), "p")) == ("succeeded", 2)


def test_an_id_from_the_server_cannot_leave_its_place(server, make_client, outcome):
    client = make_client(server.url)
    outcome(projects.fetch(client, "../../other?x=1#y"))
    assert server.asked[0].path == "/rest/projects/..%2F..%2Fother%3Fx%3D1%23y"
    with pytest.raises(ValueError, match="id"):
        projects.delete(client, "..")


@pytest.mark.parametrize(("told", "expected"), [(150, 150.0), (12.5, 12.5), ("150", 150.0), (0, 0.0)])
def test_cost_as_number_or_text(server, make_client, outcome, told, expected):
    server.route("POST", "/processing/cost/v2", Answer.of(told))
    request = ProcessingRequest(
        "n", "p", "wd", {"type": "Polygon"}, ProviderSource("Mapbox", 18), (("OSM", False),)
    )
    assert outcome(processings.cost(make_client(server.url), request)) == ("succeeded", expected)
    assert server.asked[0].json == {
        "wdId": "wd",
        "geometry": {"type": "Polygon"},
        "params": {"sourceParams": {"dataProvider": {"providerName": "Mapbox", "zoom": 18}}},
        "blocks": [{"name": "OSM", "enabled": False}],
    }


@pytest.mark.parametrize("told", [None, "much", [], -1, True])
def test_a_cost_that_is_none_is_an_error(server, make_client, outcome, told):
    server.route("POST", "/processing/cost/v2", Answer.of(told))
    request = ProcessingRequest("n", "p", "wd", {}, ProviderSource("Mapbox"))
    assert outcome(processings.cost(make_client(server.url), request))[1].fault is Fault.MALFORMED


def test_an_unknown_model_in_plain_text_is_shown(server, make_client, outcome):
    server.route(
        "POST", "/processing/cost/v2", Answer(404, b"WorkflowDef 5 not found", {"Content-Type": "text/plain"})
    )
    request = ProcessingRequest("n", "p", "5", {}, ProviderSource("Mapbox"))
    error = outcome(processings.cost(make_client(server.url), request))[1]
    assert (error.fault, error.sentence) == (Fault.NOT_FOUND, "Mapflow answered: WorkflowDef 5 not found")


def test_restart_and_delete_are_sent_once(server, make_client, outcome):
    client = make_client(server.url)
    server.add(times=99, answer=Answer.of({}, 503))
    assert outcome(restart(client, processings.Processing("x", "X")))[0] == "failed"
    assert outcome(processings.delete(client, "x"))[0] == "failed"
    assert [(asked.verb, asked.path) for asked in server.asked if asked.verb != "GET"] == [
        ("POST", "/rest/processings/x/restart"),
        ("DELETE", "/rest/processings/x"),
    ]


def test_the_history_falls_back_to_the_other_sort(server, make_client, outcome):
    def stats(asked):
        if asked.json["sort"] != "created,desc":
            return Answer.of({"message": "bad sort"}, 400)
        return Answer.of({"results": [{"status": "OK", "name": "p"}], "total": 1, "totalCost": 3})

    server.route("POST", "/processings/stats", stats)
    wanted = history.HistoryQuery(status=Status.OK)
    kind, page = outcome(history.history(make_client(server.url), wanted, page=2, per_page=5))
    assert (kind, page.total_cost, page.entries[0].status) == ("succeeded", 3, Status.OK)
    assert server.asked[1].json == {"page": 2, "perPage": 5, "sort": "created,desc", "filter": "status=OK"}
    assert server.asked[1].query == "type=JSON"


def test_the_sort_that_a_service_took_is_the_first_the_next_time(server, make_client, outcome):
    def stats(asked):
        return Answer.of([]) if "," in asked.json["sort"] else Answer.of({}, 422)

    server.route("POST", "/processings/stats", stats)
    client = make_client(server.url)
    for _round in range(2):
        assert outcome(history.history(client))[0] == "succeeded"
    assert [asked.json["sort"] for asked in server.asked] == ["created:desc", "created,desc", "created,desc"]


def test_what_the_service_cannot_narrow_is_narrowed_here(server, make_client, outcome):
    entries = [
        {"name": name, "status": "OK", "scenario": model, "archived": archived}
        for name, model, archived in (("a", "Roads", False), ("b", "Forest", False), ("c", "Roads", True))
    ]

    def stats(asked):
        if asked.json.get("filter") not in (None, "status=OK"):
            return Answer.of({"message": "no such filter"}, 400)
        return Answer.of({"results": entries, "total": 3, "totalCost": 30, "totalArea": 3})

    server.route("POST", "/processings/stats", stats)
    wanted = history.HistoryQuery(status=Status.OK, model_name="Roads", is_archived=False)
    page = outcome(history.history(make_client(server.url), wanted))[1]
    assert [entry.name for entry in page.entries] == ["a"]
    assert (page.total, page.total_cost, page.total_area_m2, page.received) == (None, None, None, 3)
    assert server.asked[0].json["filter"] == "status=OK&scenario=Roads&archived=false"


def test_a_value_that_a_filter_cannot_tell_is_narrowed_here(server, make_client, outcome):
    entries = [{"name": name, "status": "OK", "projectName": name} for name in ("A&B=C", "A")]
    server.route("POST", "/processings/stats", Answer.of({"results": entries, "total": 2}))
    wanted = history.HistoryQuery(project_name="A&B=C")
    page = outcome(history.history(make_client(server.url), wanted))[1]
    assert [entry.name for entry in page.entries] == ["A&B=C"]
    assert "filter" not in server.asked[0].json


@pytest.mark.parametrize(
    ("total", "received", "more"), [(7, 3, True), (6, 3, False), (None, 3, True), (None, 2, False)]
)
def test_whether_there_is_more_history(total, received, more):
    answer = {"results": [{"status": "OK", "name": "x"}] * received, "total": total}
    assert history.read_history(answer, page=2, per_page=3).has_more is more


def test_the_history_as_csv_is_its_text(server, make_client, outcome):
    text = "name;cost\r\nä;1\r\n"
    server.route("POST", "/processings/stats", Answer(200, text.encode(), {"Content-Type": "text/csv"}))
    assert outcome(history.history_csv(make_client(server.url))) == ("succeeded", text)
    assert server.asked[0].query == "type=CSV"


def test_areas_of_a_processing(server, make_client, outcome):
    area = {
        "id": 7,
        "status": "FAILED",
        "percentCompleted": 250,
        "area": 5.5,
        "messages": [{"code": "geometry.Invalid"}],
    }
    server.route("GET", "/processings/x/aois", Answer.of([area, {}]))
    kind, areas = outcome(processings.aois(make_client(server.url), "x"))
    assert kind == "succeeded"
    assert [(one.id, one.status, one.area_m2) for one in areas] == [("7", Status.FAILED, 5.5)]
    assert areas[0].percent == 100
    assert "valid polygon" in areas[0].messages[0].sentence
