"""Results that are reviewed, in the list: their word, their group in the filter, their place in the order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Optional

import pytest
from qgis.PyQt.QtCore import Qt

from mapflow_dock.api.processings import Processing, Status
from mapflow_dock.text.quantities import local_date_text
from mapflow_dock.ui.processings.list.cells import Column
from mapflow_dock.ui.processings.list.filter import ProcessingsFilter
from mapflow_dock.ui.processings.list.model import ProcessingsModel
from mapflow_dock.ui.processings.status import StatusGroup, state_word, status_text, until_texts

NOON = datetime(2026, 2, 10, 12, tzinfo=UTC)


@pytest.fixture
def shown(qapp: object) -> ProcessingsFilter:
    return ProcessingsFilter(ProcessingsModel())


def a_processing(number: int, status: Status = Status.OK, **values: Any) -> Processing:
    return Processing(id=f"id-{number}", name=f"Processing {number}", status=status, **values)


def names(shown: ProcessingsFilter) -> list[str]:
    return [shown.index(row, 0).data() for row in range(shown.rowCount())]


def reviewed(number: int, review: str, **values: Any) -> Processing:
    return a_processing(number, review_status=review, **values)


@pytest.mark.parametrize(
    ("review", "word", "group"),
    [
        ("", "Ready", StatusGroup.READY),
        ("ACCEPTED", "Ready", StatusGroup.READY),
        ("IN_REVIEW", "In review", StatusGroup.REVIEW),
        ("in_review", "In review", StatusGroup.REVIEW),
        ("NOT_ACCEPTED", "Not accepted", StatusGroup.REVIEW),
        ("REFUNDED", "Refunded", StatusGroup.STOPPED),
        ("A new one", "Unknown", None),
    ],
)
def test_a_result_in_review_is_not_ready(
    shown: ProcessingsFilter, review: str, word: str, group: Optional[StatusGroup]
) -> None:
    processing = reviewed(1, review, percent=100)
    assert status_text(processing) == word
    shown.sourceModel().set_processings([processing])
    holding = set()
    for each in set(StatusGroup) - {StatusGroup.ALL}:
        shown.set_group(each)
        if shown.rowCount():
            holding.add(each)
    assert holding == ({group} if group is not None else set())


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.OK])
def test_a_review_says_nothing_of_what_has_no_result(status: Status) -> None:
    processing = reviewed(1, "IN_REVIEW", status=status, review_until=NOON)
    assert status_text(processing) == state_word(status)


def test_until_when_a_result_is_in_review_is_told() -> None:
    until = NOON + timedelta(days=3)
    processing = reviewed(1, "IN_REVIEW", review_until=until)
    date = local_date_text(until)
    for passed, left in (
        (0, "3\u00a0days left"),
        (2, "1\u00a0day left"),
        (3, "ends today"),
        (4, "that day has passed"),
    ):
        now = NOON + timedelta(days=passed)
        assert status_text(processing, now) == f"In review until {date}, {left}"
        assert until_texts(processing, now) == (f"until {date}, {left}", left)
    assert until_texts(reviewed(1, "ACCEPTED", review_until=until)) == ()
    assert until_texts(reviewed(1, "IN_REVIEW")) == ()


def test_what_is_in_review_is_sorted_before_what_is_ready(shown: ProcessingsFilter) -> None:
    shown.sourceModel().set_processings(
        [
            a_processing(1),
            reviewed(2, "IN_REVIEW"),
            a_processing(3, status=Status.IN_PROGRESS),
            reviewed(4, "REFUNDED"),
            a_processing(5, status=Status.FAILED),
            reviewed(6, "NOT_ACCEPTED"),
        ]
    )
    shown.sort(int(Column.STATUS), Qt.SortOrder.AscendingOrder)
    assert [name.split()[-1] for name in names(shown)] == ["3", "2", "6", "1", "5", "4"]
