"""Results on their way: a few at a time, each once, stopped when the user says so."""

from __future__ import annotations

from typing import Any

import pytest

from mapflow_dock.jobs.job import Job, JobError
from mapflow_dock.jobs.results.transfers import AT_ONCE, Key, Kind, ResultTransfers


class Steered(Job):
    """A job that is done when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.state = "made"

    def _begin(self) -> None:
        self.state = "started"

    def _stop(self) -> None:
        self.state = "cancelled"


@pytest.fixture
def office(qgis_app):
    class Office:
        def __init__(self) -> None:
            self.transfers = ResultTransfers()
            self.jobs: dict[str, Steered] = {}
            self.outcomes: list[Any] = []

        def begin(self, name: str, kind: Kind = Kind.LAYER) -> bool:
            return self.transfers.begin(
                Key(name, kind),
                name,
                lambda: self.jobs.setdefault(f"{name}{kind.value}", Steered()),
                lambda outcome: self.outcomes.append((name, outcome)),
                lambda error: self.outcomes.append((name, error.sentence)),
            )

    return Office()


def test_the_same_is_never_under_way_twice(office):
    assert office.begin("a")
    assert not office.begin("a")
    assert office.begin("a", Kind.FILE)
    assert office.transfers.count() == 2


def test_the_rest_waits_its_turn(office):
    for name in "abcd":
        office.begin(name)
    assert sorted(office.jobs) == ["alayer", "blayer"]
    assert AT_ONCE == 2
    office.jobs["alayer"]._succeed("done")
    assert office.jobs["clayer"].state == "started"
    assert office.outcomes == [("a", "done")]
    office.jobs["blayer"]._fail(JobError("No."))
    assert "dlayer" in office.jobs
    assert office.outcomes[-1] == ("b", "No.")


def test_a_cancelled_one_is_deaf_and_makes_room(office):
    for name in "abc":
        office.begin(name)
    office.transfers.cancel("a")
    assert office.jobs["alayer"].state == "cancelled"
    assert office.jobs["clayer"].state == "started"
    office.jobs["alayer"]._succeed("too late")
    office.jobs["alayer"]._report(0.9, "too late")
    assert office.outcomes == []
    assert not office.transfers.is_under_way("a")


def test_cancelling_all_starts_none_of_the_waiting(office):
    for name in "abcd":
        office.begin(name)
    assert office.transfers.cancel_all() == 4
    assert sorted(office.jobs) == ["alayer", "blayer"]
    assert {job.state for job in office.jobs.values()} == {"cancelled"}
    assert office.transfers.count() == 0


def test_only_layers_can_be_cancelled(office):
    office.begin("a")
    office.begin("a", Kind.FILE)
    assert office.transfers.cancel_all(Kind.LAYER) == 1
    assert office.transfers.is_under_way("a", Kind.FILE)


def test_rows_and_the_strip_are_told(office):
    states: list[Any] = []
    office.transfers.state_changed.connect(lambda name, state: states.append((name, state)))
    office.begin("a")
    office.jobs["alayer"]._report(0.5, "Downloading")
    assert states[-1][1].fraction == 0.5
    assert office.transfers.overall().doing == "a: Downloading"
    office.begin("b")
    office.jobs["blayer"]._report(0.25, "Converting")
    assert office.transfers.overall().fraction == pytest.approx(0.375)
    assert "2" in office.transfers.overall().doing
    office.transfers.cancel_all()
    assert states[-1][1] is None


def test_a_failure_can_begin_again_at_once(office):
    office.begin("a")
    again: list[bool] = []
    office.outcomes = again  # type: ignore[assignment]
    job = office.jobs.pop("alayer")
    office.transfers.state_changed.connect(lambda _name, state: again.append(state is None))
    job._fail(JobError("No."))
    assert office.begin("a")
    assert office.jobs["alayer"] is not job
