"""The rows of one project as far as its order was read, and where the next page begins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Optional

from ...api.listing.pages import newer, same_if_equal

if TYPE_CHECKING:
    from ...api.processings import Processing


class ReadRows:
    """Rows in the order of the service; while all is read again, the former ones stay until that is done."""

    def __init__(self) -> None:
        self.rows: list[Processing] = []
        self.passed = 0  # records of the service's order
        self.skipped = 0  # those of them that could not be read
        self.last_id = ""  # of the last record; "" where that could not be read
        self._fresh: Optional[list[Processing]] = None  # what a reading from the start has found so far
        self._gone: set[str] = set()  # deleted here: a late page may still have them

    @property
    def is_anew(self) -> bool:
        """Whether all is being read again."""
        return self._fresh is not None

    @property
    def target(self) -> list[Processing]:
        """Where the next page belongs."""
        return self.rows if self._fresh is None else self._fresh

    def begin(self) -> None:
        """Read from the start."""
        self._fresh = []
        self.passed = self.skipped = 0
        self.last_id = ""

    def give_up(self) -> None:
        """Keep what was there."""
        self._fresh = None

    def exchange(self) -> None:
        """What was read from the start takes the place of what was there."""
        if self._fresh is not None:
            self.rows, self._fresh = self._fresh, None

    def append(self, found: Iterable[Processing], passed: int, skipped: int) -> bool:
        """Take the rows of the next page, which passed so many records; whether any of them is new."""
        before = len(self.target)
        seen = {each.id for each in self.target} | self._gone
        held = {} if self._fresh is None else {each.id: each for each in self.rows}
        self.target.extend(same_if_equal(held.get(each.id), each) for each in found if each.id not in seen)
        self.passed += passed
        self.skipped += skipped
        self.last_id = self.target[-1].id if self.target and not skipped else ""
        return len(self.target) > before

    def set_all(self, found: Iterable[Processing], skipped: int) -> None:
        """These are all there are."""
        self._fresh = None
        self.rows = self.without_gone(found)
        self.passed, self.skipped, self.last_id = len(self.rows) + skipped, skipped, ""

    def without_gone(self, found: Iterable[Processing]) -> list[Processing]:
        """Those that were not taken out here."""
        return [each for each in found if each.id not in self._gone]

    def put(self, processing: Processing) -> Processing:
        """There is news of one that was read; returns the newest of it: answers may overtake each other."""
        newest = processing
        for rows in (self.rows, self._fresh or []):
            for place, each in enumerate(rows):
                if each.id == processing.id:
                    newest = rows[place] = newer(each, newest)
        return newest

    def put_in_front(self, fresh: Sequence[Processing]) -> None:
        """These stand before all that were read."""
        self.rows[:0] = fresh
        if self._fresh is None:
            self.passed += len(fresh)

    def holds(self, processing_id: str) -> bool:
        """Whether one was read."""
        return any(each.id == processing_id for each in self.rows)

    def drop(self, processing_id: str) -> None:
        """One is not in the project any more, whatever a late page says."""
        self._gone.add(processing_id)
        self.take_out({processing_id})

    def take_out(self, gone: AbstractSet[str]) -> None:
        """These are not there any more."""
        target = self.target
        self.passed = max(0, self.passed - sum(each.id in gone for each in target))
        for rows in (self.rows, self._fresh or []):
            rows[:] = [each for each in rows if each.id not in gone]
        if self.last_id in gone:
            self.last_id = target[-1].id if target else ""
