"""Jobs wait their turn, and none is lost, run twice or left running."""

from __future__ import annotations

import pytest
from qgis.PyQt.QtCore import QCoreApplication

from mapflow_dock.jobs.job import Job, JobError
from mapflow_dock.jobs.queue import JobQueue


class Steered(Job):
    """A job that ends when the test says so."""

    def __init__(self, name, log):
        super().__init__()
        self.name = name
        self._log = log

    def _begin(self):
        self._log.append(f"+{self.name}")

    def _stop(self):
        self._log.append(f"-{self.name}")


@pytest.fixture
def log():
    return []


@pytest.fixture
def jobs():
    return {}


@pytest.fixture
def add(log, jobs):
    """Adds a job by its name."""

    def add(queue, name, lane=None):
        def make():
            jobs[name] = Steered(name, log)
            return jobs[name]

        return queue.add(name, make, lane)

    return add


def test_so_many_at_a_time_in_their_order(add, jobs, log, qtbot):
    queue = JobQueue(2)
    for name in "abcd":
        assert add(queue, name)
    assert log == ["+a", "+b"]
    jobs["b"]._succeed()
    jobs["a"]._fail(JobError("no"))
    assert log == ["+a", "+b", "+c", "+d"]
    assert queue.ids == ["c", "d"]


def test_there_is_never_a_second_of_the_same(add, jobs, log, qtbot):
    queue = JobQueue(1)
    assert add(queue, "a")
    assert add(queue, "b")
    assert not add(queue, "a")
    assert not add(queue, "b")
    jobs["a"]._succeed()
    assert add(queue, "a"), "one that ended may come again"
    assert queue.ids == ["b", "a"]


def test_jobs_of_a_lane_run_one_after_the_other(add, jobs, log, qtbot):
    queue = JobQueue(3)
    for name, lane in [("a", "x"), ("b", "x"), ("c", None), ("d", "x"), ("e", "y")]:
        add(queue, name, lane)
    assert log == ["+a", "+c", "+e"]
    jobs["e"]._succeed()
    assert log[3:] == []
    jobs["a"]._succeed()
    jobs["b"]._succeed()
    assert log[3:] == ["+b", "+d"]


def test_a_lane_may_change_while_a_job_waits(add, jobs, log, qtbot):
    queue = JobQueue(3)
    lanes = {"a": "x", "b": "x", "c": "x"}
    for name in "abc":
        add(queue, name, lambda name=name: lanes[name])
    assert log == ["+a"]
    lanes.update(a="y", c="y")
    queue.go_on()
    assert log == ["+a", "+b"], "the lane of the one that runs counts as it is now"
    jobs["b"]._succeed()
    assert log == ["+a", "+b"]
    jobs["a"]._succeed()
    assert log == ["+a", "+b", "+c"]


def test_one_more_does_not_look_through_all_that_wait(add, jobs, log, qtbot):
    queue = JobQueue(2)
    asked = []

    def lane():
        asked.append(1)
        return "one"

    for number in range(500):
        add(queue, number, lane)
    assert len(asked) <= 5 * 500  # looking through those that wait would ask some 125,000 times
    assert log == ["+0"]


def test_the_newest_first_and_no_more_than_are_wanted(add, jobs, log, qtbot):
    queue = JobQueue(1, newest_first=True, most_waiting=2)
    for name in "abcde":
        add(queue, name)
    assert queue.ids == ["a", "d", "e"]
    jobs["a"]._succeed()
    jobs["e"]._succeed()
    assert log == ["+a", "+e", "+d"]


def test_what_is_asked_for_again_is_the_newest(add, jobs, log, qtbot):
    queue = JobQueue(1, newest_first=True, most_waiting=3)
    for name in "abcd":
        add(queue, name)
    assert not add(queue, "b")
    assert not add(queue, "a"), "it runs"
    add(queue, "e")
    jobs["a"]._succeed()
    jobs["e"]._succeed()
    assert log == ["+a", "+e", "+b"]
    assert "c" not in queue


def test_cancelling_starts_none_of_those_that_are_cancelled(add, jobs, log, qtbot):
    queue = JobQueue(1)
    for name in "abc":
        add(queue, name)
    assert queue.cancel(["a", "b", "nobody"]) == ["a", "b"]
    assert log == ["+a", "-a", "+c"]
    queue.close()
    assert log[-1] == "-c"
    assert len(queue) == 0


def test_it_says_when_something_changes(add, jobs, log, qtbot):
    queue = JobQueue(1)
    counts = []
    queue.changed.connect(lambda: counts.append(len(queue)))
    add(queue, "a")
    assert "a" in queue
    assert queue.is_running("a")
    jobs["a"]._succeed()
    assert counts[-1] == 0
    assert not queue.is_running("a")


def test_a_job_that_adds_another_when_it_begins_upsets_nothing(log, qtbot):
    queue = JobQueue(2)

    class Adding(Steered):
        def _begin(self):
            super()._begin()
            queue.add("inner", lambda: Steered("inner", log))

    queue.add("outer", lambda: Adding("outer", log))
    assert log == ["+outer", "+inner"]


def test_a_job_that_ends_at_once_makes_way(add, jobs, log, qtbot):
    queue = JobQueue(1)

    class Quick(Steered):
        def _begin(self):
            super()._begin()
            self._succeed()

    for number in range(3):
        queue.add(number, lambda number=number: Quick(number, log))
    qtbot.waitUntil(lambda: len(queue) == 0)
    QCoreApplication.processEvents()
    assert log == ["+0", "+1", "+2"]
