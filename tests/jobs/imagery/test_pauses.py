"""Pauses get longer, up to a limit, until they are shortened."""

from __future__ import annotations

import pytest

from mapflow_dock.jobs.imagery import pauses
from mapflow_dock.jobs.imagery.pauses import LengtheningPauses


@pytest.fixture
def lengths(qapp, monkeypatch):
    """Pauses of a few milliseconds, and how long each of them was."""
    monkeypatch.setattr(pauses, "LONGEST_MS", 4)
    lengthening = LengtheningPauses()
    lengthening.first_ms = 1
    return lengthening


def begun(lengthening, qtbot):
    with qtbot.waitSignal(lengthening.over):
        lengthening.begin()
        length = lengthening._timer.interval()
        lengthening.begin()
    return length


def test_each_is_twice_as_long_as_the_one_before(lengths, qtbot):
    assert [begun(lengths, qtbot) for _time in range(4)] == [1, 2, 4, 4]
    lengths.shorten()
    assert begun(lengths, qtbot) == 1


def test_a_pause_can_be_ended_without_a_word(lengths, qtbot):
    lengths.begin()
    lengths.stop()
    with qtbot.assertNotEmitted(lengths.over, wait=20):
        pass
