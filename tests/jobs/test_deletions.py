"""Deletions go one after the other, and what could not be deleted is told once, at the end."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from mapflow_dock.api.http.errors import ApiError, Fault
from mapflow_dock.api.http.reply import ApiReply
from mapflow_dock.jobs.deletions import Deletions, is_answer_lost


@dataclass(frozen=True)
class Thing:
    id: str
    name: str = "a thing"


class Recorded:
    """Deletions of a service that answers when the test says so, and all that is told of them."""

    def __init__(self):
        self.replies = {}
        self.told = []
        self.deletions = Deletions(self._send)
        for name in ("begun", "deleted", "kept"):
            signal = getattr(self.deletions, name)
            signal.connect(lambda thing, name=name: self.told.append((name, thing.id)))
        self.deletions.ended.connect(lambda failures: self.told.append(("ended", failures)))

    def _send(self, thing):
        self.replies[thing.id] = ApiReply()
        return self.replies[thing.id]


@pytest.fixture
def recorded(qapp):
    return Recorded()


A, B, C = Thing("a"), Thing("b"), Thing("c")
REFUSED = ApiError(Fault.FORBIDDEN, "No.", status=403)
LOST = ApiError(Fault.NETWORK, "No answer.")


def test_they_go_one_after_the_other(recorded):
    recorded.deletions.add([A, B])
    assert recorded.told == [("begun", "a"), ("begun", "b")]
    assert list(recorded.replies) == ["a"]
    recorded.replies["a"].succeed(None)
    assert list(recorded.replies) == ["a", "b"]
    recorded.deletions.add([C])
    recorded.replies["b"].succeed(None)
    recorded.replies["c"].succeed(None)
    assert recorded.told[2:] == [
        ("deleted", "a"), ("begun", "c"), ("deleted", "b"), ("deleted", "c"), ("ended", ()),
    ]  # fmt: skip


def test_what_waits_or_is_being_deleted_is_not_deleted_twice(recorded):
    recorded.deletions.add([A, B])
    recorded.deletions.add([A, B])
    recorded.replies["a"].succeed(None)
    recorded.replies["b"].succeed(None)
    assert recorded.told.count(("begun", "a")) == 1
    assert recorded.told[-1] == ("ended", ())


def test_failures_are_told_at_the_end_and_can_be_tried_again(recorded):
    recorded.deletions.add([A, B])
    recorded.replies["a"].fail(REFUSED)
    assert recorded.told[-1] == ("kept", "a")
    recorded.replies["b"].succeed(None)
    name, failures = recorded.told[-1]
    assert name == "ended"
    assert [(thing, error.sentence, error.cause) for thing, error in failures] == [(A, "No.", REFUSED)]
    assert not is_answer_lost(failures)
    recorded.deletions.add(thing for thing, _error in failures)
    recorded.replies["a"].succeed(None)
    assert recorded.told[-2:] == [("deleted", "a"), ("ended", ())]


def test_what_someone_else_has_deleted_is_gone(recorded):
    recorded.deletions.add([A])
    recorded.replies["a"].fail(ApiError(Fault.NOT_FOUND, "Not there.", status=404))
    assert recorded.told[1:] == [("deleted", "a"), ("ended", ())]


def test_a_lost_answer_is_known(recorded):
    recorded.deletions.add([A])
    recorded.replies["a"].fail(LOST)
    assert is_answer_lost(recorded.told[-1][1])


def test_closing_deletes_no_more_and_tells_of_no_failure(recorded):
    recorded.deletions.add([A, B, C])
    recorded.replies["a"].fail(REFUSED)
    recorded.deletions.close()
    assert list(recorded.replies) == ["a", "b"]
    assert not recorded.replies["b"].is_running
    assert recorded.told[-2:] == [("kept", "b"), ("kept", "c")]
    assert not any(name == "ended" for name, _what in recorded.told)
