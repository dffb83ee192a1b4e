"""Which processings are wanted, and in what order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Callable, Optional

from ...api.listing.pages import PageQuestion, SortBy
from ...api.processings import Processing

# What the service's orders go by, for rows that come from several questions; a text or a number.
KEYS: Mapping[SortBy, Callable[[Processing], Any]] = {
    SortBy.NAME: lambda processing: processing.name.casefold(),
    SortBy.MODEL: lambda processing: processing.model_title.casefold(),
    SortBy.AREA: lambda processing: -1.0 if processing.area_m2 is None else processing.area_m2,
    SortBy.COST: lambda processing: -1.0 if processing.cost is None else processing.cost,
    SortBy.CREATED: lambda processing: 0.0 if processing.created is None else processing.created.timestamp(),
}


@dataclass(frozen=True)
class ListQuestion:
    """Processings that hold all of `words`, sorted by `sort_by`.

    None is an order that the service has not: all have to be there before it is right. With `project_titles`, which
    are by the project's id, they are sorted by the title of their project first.
    """

    words: tuple[str, ...] = ()
    sort_by: Optional[SortBy] = SortBy.CREATED
    is_rising: bool = False
    project_titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def needs_all(self) -> bool:
        """Whether nothing is right before all are there."""
        return self.sort_by is None

    @property
    def is_newest_first(self) -> bool:
        """Whether every processing is asked for, the newest first."""
        return self.page == PageQuestion()

    @property
    def page(self) -> PageQuestion:
        """What the service is asked. It looks for one text, the longest word: what comes may be more than is wanted."""
        longest = max(self.words, key=len, default="")
        if self.sort_by is None or self.project_titles:
            return PageQuestion(longest)
        return PageQuestion(longest, self.sort_by, self.is_rising)

    def is_reached(self, processing: Processing, last: Processing) -> bool:
        """Whether `processing` stands before `last`, the last one read of another project, or is it."""
        key = KEYS[self.page.sort_by]
        if self.project_titles:
            titles = self.project_titles
            key = lambda each: titles.get(each.project_id, "").casefold()  # noqa: E731
        own, other = key(processing), key(last)
        if own == other:
            return bool(self.project_titles) or processing.id <= last.id
        return bool(own < other) if self.is_rising else bool(own > other)
