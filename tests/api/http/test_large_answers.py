"""Large answers are read in a thread of their own: the GUI thread goes on, and every outcome stays what it was."""

from __future__ import annotations

import threading

import pytest
from fault_proxy import Answer

from mapflow_dock.api.http.errors import Fault, ForeignReply, MalformedReply
from mapflow_dock.api.http.exchange import LARGE_ANSWER

LARGE = ["x" * 1_000] * (LARGE_ANSWER // 1_000 + 1)


@pytest.mark.parametrize(("value", "is_apart"), [(LARGE, True), (["small"], False)])
def test_only_a_large_answer_is_read_in_another_thread(server, make_client, outcome, value, is_apart):
    threads = []

    def read(given):
        threads.append(threading.current_thread())
        return len(given)

    server.route("GET", "/thing", Answer.of(value))
    assert outcome(make_client(server.url).get("/thing", read)) == ("succeeded", len(value))
    assert (threads != [threading.main_thread()]) is is_apart


@pytest.mark.parametrize(
    ("problem", "fault"), [(MalformedReply("odd"), Fault.MALFORMED), (ForeignReply("odd"), Fault.NOT_MAPFLOW)]
)
def test_what_is_wrong_with_a_large_answer_is_said_as_ever(server, make_client, outcome, problem, fault):
    def read(_given):
        raise problem

    server.route("GET", "/thing", Answer.of(LARGE))
    kind, error = outcome(make_client(server.url).get("/thing", read))
    assert (kind, error.fault) == ("failed", fault)


def test_an_answer_that_is_dropped_while_it_is_read_says_nothing(server, make_client, qtbot):
    begun, may_go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def read(_given):
        begun.set()
        may_go_on.wait(10)
        ended.set()

    server.route("GET", "/thing", Answer.of(LARGE))
    told = []
    reply = make_client(server.url).get("/thing", read)
    reply.succeeded.connect(told.append)
    reply.failed.connect(told.append)
    qtbot.waitUntil(begun.is_set)
    reply.abort()
    may_go_on.set()
    qtbot.waitUntil(ended.is_set)
    qtbot.wait(50)
    assert told == []
