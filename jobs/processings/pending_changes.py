"""What was changed here and the service has not answered for yet: it is shown whatever lists say meanwhile."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Optional

from ...api.listing.pages import newer
from ...api.processings import Processing


@dataclasses.dataclass(frozen=True)
class Change:
    """One change: the `values` of a processing that are others now; None where it leaves the list."""

    before: Processing
    values: Optional[Mapping[str, object]]


class PendingChanges:
    """Changes are told apart by identity, so that two of the same processing may be under way at once."""

    def __init__(self) -> None:
        self._changes: dict[str, list[Change]] = {}
        self._heard: dict[str, Processing] = {}  # what lists say of those that are being changed
        self._told: dict[str, Processing] = {}  # what the service answered to the last change

    def begin(self, before: Processing, expected: Optional[Processing]) -> Change:
        """Show `expected` in place of `before`; None: nothing."""
        change = Change(before, None if expected is None else _others(before, expected))
        self._changes.setdefault(before.id, []).append(change)
        return change

    def end(self, change: Change, answer: Optional[Processing] = None) -> Processing:
        """The service has answered, with the processing or not at all; returns what was heard of it without that."""
        key = change.before.id
        left = [each for each in self._changes.get(key, ()) if each is not change]
        if answer is not None:
            self._told[key] = self._heard[key] = answer
        heard = self._heard.get(key, change.before)
        if left:
            self._changes[key] = left
        else:
            self._changes.pop(key, None)
            self._heard.pop(key, None)
        return heard

    def clear(self) -> None:
        """Forget all; another project is shown."""
        self._changes.clear()
        self._heard.clear()
        self._told.clear()

    def shown(self, heard: Processing) -> Optional[Processing]:
        """What to show of a processing that the service tells so; None: nothing."""
        newest = self._newest(heard)
        changes = self._changes.get(newest.id)
        if not changes:
            return newest
        self._heard[newest.id] = newest
        if any(change.values is None for change in changes):
            return None
        values = {name: value for change in changes for name, value in (change.values or {}).items()}
        return dataclasses.replace(newest, **values)  # type: ignore[arg-type]  # values of its own fields

    def applied(self, heard: Iterable[Processing]) -> tuple[Processing, ...]:
        """What to show of a list."""
        if not self._changes and not self._told:
            return tuple(heard)
        shown = (self.shown(each) for each in heard)
        return tuple(each for each in shown if each is not None)

    def _newest(self, heard: Processing) -> Processing:
        """`heard`, unless that was on its way before the answer to the last change."""
        told = self._told.get(heard.id)
        if told is None or told == heard:
            return heard
        newest = newer(told, heard)
        if newest is heard:
            del self._told[heard.id]
        return newest


def _others(before: Processing, after: Processing) -> Mapping[str, object]:
    names = (field.name for field in dataclasses.fields(Processing))
    return {name: getattr(after, name) for name in names if getattr(after, name) != getattr(before, name)}
