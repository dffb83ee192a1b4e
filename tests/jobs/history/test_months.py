"""What months come to: values worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from mapflow_dock.api.history import HistoryEntry
from mapflow_dock.jobs.history.months import Amount, MonthSums, by_model


def by_month(*pages):
    sums = MonthSums()
    for page in pages:
        sums.add(page)
    return sums.months


def entry(year, month, model, cost, area=1.0, day=15):
    return HistoryEntry(
        "x", model_name=model, cost=cost, area_m2=area, created=datetime(year, month, day, 12, tzinfo=UTC)
    )


def test_months_are_whole_and_without_gaps():
    months = by_month(
        [
            entry(2026, 2, "Roads", 3, 10.0),
            entry(2025, 11, "Roads", 5, 20.0),
        ],
        [
            entry(2026, 2, "Forest", 4.5, 30.0),
            entry(2026, 2, "Roads", None, None),
        ],
    )
    assert [month.month for month in months] == [(2025, 11), (2025, 12), (2026, 1), (2026, 2)]
    assert dict(months[-1].by_model) == {"Roads": Amount(2, 3.0, 10.0), "Forest": Amount(1, 4.5, 30.0)}
    assert months[-1].all == Amount(3, 7.5, 40.0)
    assert months[1].all == Amount()
    assert list(by_model(months)) == ["Roads", "Forest"]


def test_what_has_no_date_is_of_no_month():
    assert by_month([HistoryEntry("x", cost=3.0)]) == ()


@pytest.mark.parametrize("hours", [-11, 13])
def test_a_month_is_one_of_the_user_s_clock(hours):
    """Whatever zone a moment is told in, it is the local month that counts."""
    moment = datetime(2026, 3, 1, 0, 30, tzinfo=UTC)
    elsewhere = moment.astimezone(timezone(timedelta(hours=hours)))
    local = moment.astimezone()
    told = by_month(
        [HistoryEntry("x", created=each) for each in (moment, elsewhere, moment.replace(tzinfo=None))]
    )
    assert [(month.month, month.all.count) for month in told] == [((local.year, local.month), 3)]
