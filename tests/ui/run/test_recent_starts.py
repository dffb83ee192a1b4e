"""What was started within the hour is known again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mapflow_dock.api.processings import ProcessingRequest
from mapflow_dock.api.sources import ProviderSource
from mapflow_dock.ui.run.recent_starts import RecentStarts

HERE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
THERE = {"type": "Polygon", "coordinates": [[[5, 0], [6, 0], [6, 1], [5, 0]]]}
REQUEST = ProcessingRequest("first", "p1", "m1", HERE, ProviderSource("world", 18))


class Clock:
    def __init__(self) -> None:
        self.time = datetime(2026, 5, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_the_same_is_the_same_whatever_its_name_for_an_hour(clock: Clock) -> None:
    starts = RecentStarts(clock)
    starts.add(REQUEST, "a@example.org")
    again = replace(REQUEST, name="second", project_id="p2", geometry=dict(HERE))
    ages = []
    for minutes in (0, 7, 52, 1):
        clock.time += timedelta(minutes=minutes)
        ages.append(starts.minutes_since(again, "a@example.org"))
    assert ages == [0, 7, 59, None]


@pytest.mark.parametrize(
    "other",
    [
        replace(REQUEST, model_id="m2"),
        replace(REQUEST, source=ProviderSource("world", 17)),
        replace(REQUEST, geometry=THERE),
    ],
)
def test_what_differs_is_not_the_same(clock: Clock, other: ProcessingRequest) -> None:
    starts = RecentStarts(clock)
    starts.add(REQUEST, "a@example.org")
    assert starts.minutes_since(other, "a@example.org") is None
    assert starts.minutes_since(REQUEST, "b@example.org") is None
    starts.add(other, "a@example.org")
    assert starts.minutes_since(other, "a@example.org") == 0
