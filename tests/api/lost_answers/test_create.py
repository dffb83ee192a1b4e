"""A project or a mosaic is made once: where the answer is lost, the list tells whether it was made."""

from __future__ import annotations

import pytest
from fault_proxy import Answer

from mapflow_dock.api.http.errors import Fault
from mapflow_dock.api.lost_answers.create import create_mosaic, create_project
from mapflow_dock.api.lost_answers.sent_once import NOT_DONE, UNKNOWN

PATHS = {"project": "/projects", "mosaic": "/rasters/mosaic"}
LISTS = {"project": ("POST", "/projects/page"), "mosaic": ("GET", "/rasters/mosaic")}


class Service:
    """Makes what it is asked to make, lists it, and keeps what was there before under the same name."""

    def __init__(self, server, kind):
        self.server = server
        self.path = PATHS[kind]
        self.records = [{"id": "old", "name": "Harbour"}]
        server.route("POST", self.path, self.make)
        server.route(*LISTS[kind], lambda _asked: Answer.of({"results": self.records}))

    def make(self, asked):
        self.records.append({"id": f"new-{len(self.records)}", "name": asked.json["name"]})
        return Answer.of(self.records[-1])

    def make_and_answer(self, answer):
        def make(asked):
            self.make(asked)
            return answer

        self.server.route("POST", self.path, make)

    @property
    def asked_to_make(self):
        return [asked for asked in self.server.matching("POST") if asked.path == self.server.base + self.path]


@pytest.fixture(params=["project", "mosaic"])
def kind(request):
    return request.param


@pytest.fixture
def service(server, kind):
    return Service(server, kind)


@pytest.fixture
def create(kind, server, make_client, outcome):
    def make(name="Harbour"):
        client = make_client(server.url)
        reply = create_project(client, name, "quays") if kind == "project" else create_mosaic(client, name)
        return outcome(reply)

    return make


def test_it_is_made_once(service, create):
    ended, made = create()
    assert (ended, made.id, made.name) == ("succeeded", "new-1", "Harbour")
    assert len(service.asked_to_make) == 1


@pytest.mark.parametrize(
    "answer", [Answer.of({}, 502), Answer.of({"message": "x"}, 500), Answer.html(), Answer(200, b"{broken")]
)
def test_an_answer_that_tells_nothing_is_settled_by_the_list(service, create, answer):
    service.make_and_answer(answer)
    ended, made = create()
    assert (ended, made.id) == ("succeeded", "new-1"), "the one that was there before is not it"
    assert len(service.asked_to_make) == 1


def test_a_broken_connection_is_settled_by_the_list(service, server, create):
    server.add(verb="POST", path=service.path, drop_after=True)
    ended, made = create()
    assert (ended, made.id) == ("succeeded", "new-1")
    assert len(service.asked_to_make) == 1


def test_what_surely_was_not_made_is_safe_to_try_again(service, server, create):
    server.add(verb="POST", path=service.path, answer=Answer.of({}, 500))
    ended, error = create()
    assert (ended, error.fault, error.code) == ("failed", Fault.LOST_ANSWER, NOT_DONE)
    assert "safe to try again" in error.sentence
    assert len(service.asked_to_make) == 1


def test_a_list_that_cannot_be_read_whole_leaves_it_open(service, server, create):
    service.records.append({"name": "no id"})
    server.add(verb="POST", path=service.path, answer=Answer.of({}, 500))
    ended, error = create()
    assert (ended, error.code) == ("failed", UNKNOWN)
    assert "“Harbour”" in error.sentence


def test_a_service_without_a_list_makes_it_and_cannot_settle_a_lost_answer(server, kind, create):
    path = PATHS[kind]
    server.route("POST", path, lambda asked: Answer.of({"id": "n", **asked.json}))
    assert create()[1].id == "n"
    server.add(verb="POST", path=path, answer=Answer.of({}, 500))
    ended, error = create()
    assert (ended, error.code) == ("failed", UNKNOWN)
    assert "may have been made" in error.sentence


def test_where_the_list_fails_nothing_is_sent(service, server, kind, create):
    verb, path = LISTS[kind]
    server.add(verb=verb, path=path, times=9, answer=Answer.of({}, 500))
    ended, error = create()
    assert (ended, error.fault, error.unsent) == ("failed", Fault.SERVER, True)
    assert not service.asked_to_make


def test_a_plain_no_is_passed_on(service, server, create):
    server.add(verb="POST", path=service.path, answer=Answer.of({"message": "The name is taken"}, 400))
    ended, error = create()
    assert (ended, error.fault) == ("failed", Fault.REJECTED)
    assert len(service.asked_to_make) == 1
