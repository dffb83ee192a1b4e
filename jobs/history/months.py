"""What was spent and processed in each month, model by model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...api.history import HistoryEntry

Month = tuple[int, int]  # year, and month from 1


@dataclass(frozen=True)
class Amount:
    """How many processings, what they cost in credits, and their area in m²."""

    count: int = 0
    credits: float = 0.0
    area_m2: float = 0.0

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.count + other.count, self.credits + other.credits, self.area_m2 + other.area_m2)


@dataclass(frozen=True)
class MonthSum:
    """One month by the user's clock, with the amount of each model by its name."""

    month: Month
    by_model: Mapping[str, Amount] = field(default_factory=dict)

    @property
    def all(self) -> Amount:
        """The amount of all models."""
        return sum(self.by_model.values(), Amount())


class MonthSums:
    """Adds entries up as they come; those that do not tell when they were made belong to no month."""

    def __init__(self) -> None:
        self._sums: dict[Month, dict[str, Amount]] = {}

    def add(self, entries: Iterable[HistoryEntry]) -> None:
        """Add these to what is there."""
        for entry in entries:
            if entry.created is not None:
                models = self._sums.setdefault(_month_of(entry.created), {})
                amount = Amount(1, entry.cost or 0.0, entry.area_m2 or 0.0)
                models[entry.model_name] = models.get(entry.model_name, Amount()) + amount

    @property
    def months(self) -> tuple[MonthSum, ...]:
        """The months from the first to the last that has an entry, empty ones between them, too."""
        sums = self._sums
        if not sums:
            return ()
        return tuple(MonthSum(month, dict(sums.get(month, {}))) for month in _months(min(sums), max(sums)))


def by_model(months: Iterable[MonthSum]) -> Mapping[str, Amount]:
    """The amount of each model over all `months`, the dearest first, then the one with the largest area."""
    sums: dict[str, Amount] = {}
    for month in months:
        for model, amount in month.by_model.items():
            sums[model] = sums.get(model, Amount()) + amount
    order = sorted(sums, key=lambda model: (-sums[model].credits, -sums[model].area_m2, model))
    return {model: sums[model] for model in order}


def _month_of(moment: datetime) -> Month:
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=timezone.utc)
    local = aware.astimezone()
    return local.year, local.month


def _months(first: Month, last: Month) -> Iterable[Month]:
    start, end = (year * 12 + month - 1 for year, month in (first, last))
    return ((each // 12, each % 12 + 1) for each in range(start, end + 1))
