"""Starting spends: whatever happens to the answer, it is sent once and the user is told where things stand."""

from __future__ import annotations

import pytest
from fault_proxy import Answer, closed_port

from mapflow_dock.api.http.errors import Fault
from mapflow_dock.api.lost_answers.sent_once import NOT_DONE, UNKNOWN
from mapflow_dock.api.lost_answers.start import start
from mapflow_dock.api.processings import META_KEY, ProcessingRequest
from mapflow_dock.api.sources import ProviderSource

PROJECT = "546d148f-19a1-40d8-8f16-d1e6dabfd204"
GEOMETRY = {"type": "Polygon", "coordinates": [[[0, 0], [0.01, 0], [0.01, 0.01], [0, 0]]]}


class Service:
    """Starts what it is asked to start, and lists it: in full, or as short as the reference shows a list."""

    def __init__(self, server, has_short_list=False, hides_meta=False):
        self.server = server
        self.started = []
        self.has_short_list = has_short_list
        self.hides_meta = hides_meta
        server.route("POST", "/processings/v2", self.start)
        server.route("GET", f"/projects/{PROJECT}/processings/v2", self.list)

    def start(self, asked):
        body = asked.json
        record = {
            "id": f"id-{len(self.started)}",
            "name": body["name"],
            "status": "IN_PROGRESS",
            "projectId": PROJECT,
            "meta": None if self.hides_meta else body["meta"],
        }
        self.started.append(record)
        self.server.route("GET", f"/processings/{record['id']}/v2", Answer.of(record))
        return Answer.of(record)

    def list(self, _asked):
        keys = {"id", "name", "status"} if self.has_short_list else None
        return Answer.of(
            [{k: v for k, v in one.items() if keys is None or k in keys} for one in self.started]
        )


@pytest.fixture
def request_():
    return ProcessingRequest(
        "My roofs", PROJECT, "wd-1", GEOMETRY, ProviderSource("Mapbox", 18), (("OSM", True),)
    )


def test_what_is_sent(server, make_client, outcome, request_):
    service = Service(server)
    kind, processing = outcome(start(make_client(server.url), request_))
    assert (kind, processing.id, processing.status.is_running) == ("succeeded", "id-0", True)
    assert server.matching("POST")[0].json == {
        "name": "My roofs",
        "projectId": PROJECT,
        "wdId": "wd-1",
        "geometry": GEOMETRY,
        "params": {"sourceParams": {"dataProvider": {"providerName": "Mapbox", "zoom": 18}}},
        "blocks": [{"name": "OSM", "enabled": True}],
        "meta": {META_KEY: request_.client_id},
    }
    assert len(service.started) == 1


@pytest.mark.parametrize(
    "loss",
    [
        {"drop_after": True},
        {"drop_after": True, "reset": True},
        {"truncate": 5},
    ],
)
@pytest.mark.parametrize("has_short_list", [False, True])
def test_a_lost_answer_is_found_again_and_nothing_is_spent_twice(
    server, make_client, outcome, request_, loss, has_short_list
):
    service = Service(server, has_short_list)
    server.add(verb="POST", times=9, **loss)
    kind, processing = outcome(start(make_client(server.url), request_))
    assert (kind, processing.id) == ("succeeded", "id-0")
    assert len(service.started) == server.count("POST") == 1


@pytest.mark.parametrize(
    "answer", [Answer.of({}, 502), Answer.of({"message": "x"}, 500), Answer.html(), Answer(200, b"{broken")]
)
def test_an_answer_that_tells_nothing_is_looked_into(server, make_client, outcome, request_, answer):
    service = Service(server)

    def start_and_garble(asked):
        service.start(asked)
        return answer

    server.route("POST", "/processings/v2", start_and_garble)
    kind, processing = outcome(start(make_client(server.url), request_))
    assert (kind, processing.id) == ("succeeded", "id-0")
    assert server.count("POST") == 1


def test_a_timeout_is_looked_into(server, make_client, outcome, request_):
    service = Service(server)
    server.add(verb="POST", hold=True, answer=Answer.of({}))
    client = make_client(server.url)
    client.idle_timeout_ms = 200
    kind, error = outcome(start(client, request_))
    assert (kind, error.fault, error.code) == ("failed", Fault.LOST_ANSWER, NOT_DONE)
    assert service.started == []


def test_what_surely_did_not_start_is_safe_to_try_again(server, make_client, outcome, request_):
    service = Service(server)
    server.add(verb="POST", times=9, drop_before=True)
    kind, error = outcome(start(make_client(server.url), request_))
    assert (kind, error.fault, error.code) == ("failed", Fault.LOST_ANSWER, NOT_DONE)
    assert "safe" in error.sentence
    assert server.count("POST") == 1
    assert service.started == []


def test_one_that_only_looks_like_ours_leaves_it_open(server, make_client, outcome, request_):
    service = Service(server, hides_meta=True)
    server.add(verb="POST", times=9, drop_after=True)
    kind, error = outcome(start(make_client(server.url), request_))
    assert (kind, error.fault, error.code) == ("failed", Fault.LOST_ANSWER, UNKNOWN)
    assert "My roofs" in error.sentence
    assert len(service.started) == server.count("POST") == 1


def test_when_nobody_can_tell_the_user_is_told_to_look(server, make_client, outcome, request_):
    Service(server)
    server.add(verb="POST", times=9, drop_after=True)
    server.add(verb="GET", times=99, drop_before=True)
    kind, error = outcome(start(make_client(server.url), request_), timeout=30_000)
    assert (kind, error.fault, error.code) == ("failed", Fault.LOST_ANSWER, UNKNOWN)
    assert "before you start it again" in error.sentence
    assert server.count("POST") == 1


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (
            Answer.of({"code": "TOO_LARGE_PROCESSING", "params": {"area": 2e8, "aoiAreaLimit": 1e8}}, 400),
            Fault.REJECTED,
        ),
        (Answer.of({"message": "no"}, 403), Fault.FORBIDDEN),
        (Answer.of({}, 429), Fault.BUSY),
    ],
)
def test_a_plain_no_is_passed_on(server, make_client, outcome, request_, answer, fault):
    server.route("POST", "/processings/v2", answer)
    kind, error = outcome(start(make_client(server.url), request_))
    assert (kind, error.fault) == ("failed", fault)
    assert server.count() == 1


def test_what_never_left_is_an_ordinary_error(make_client, outcome, request_):
    kind, error = outcome(start(make_client(f"http://127.0.0.1:{closed_port()}"), request_))
    assert (kind, error.fault, error.unsent) == ("failed", Fault.NETWORK, True)


def test_abort_while_looking_ends_it(server, make_client, request_, qtbot):
    Service(server)
    server.add(verb="POST", drop_after=True)
    server.add(verb="GET", hold=True)
    client = make_client(server.url)
    reply = start(client, request_)
    qtbot.waitUntil(lambda: server.count("GET") == 1)
    reply.abort()
    assert client.running == 0
