"""What was done here that an answer of the service may not know yet."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Callable

from ...api.processings import Processing

GRACE_S = 60.0  # an answer that was on its way before a start or a deletion is older than either


class RecentChanges:
    """Keeps what was just started in the list, and what was just deleted out of it, until the service agrees."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._started: dict[str, tuple[Processing, float]] = {}
        self._deleted: dict[str, float] = {}

    def clear(self) -> None:
        """Forget all; another project is shown."""
        self._started.clear()
        self._deleted.clear()

    def note_started(self, processing: Processing) -> None:
        """Show `processing` although no answer had it yet."""
        self._deleted.pop(processing.id, None)
        self._started[processing.id] = (processing, self._now() + GRACE_S)

    def note_deleted(self, processing_id: str) -> None:
        """Leave a processing out although an answer may still have it."""
        self._started.pop(processing_id, None)
        self._deleted[processing_id] = self._now() + GRACE_S

    def merged(
        self, listed: Iterable[Processing], project_id: str = "", is_complete: bool = True
    ) -> tuple[Processing, ...]:
        """What to show of those that are `listed`: in that project, or in every one where none is named.

        As long as a list is not complete, what was started stays in it until it is heard of.
        """
        now = self._now()
        shown = [each for each in listed if not project_id or each.project_id in ("", project_id)]
        if not self._deleted and not self._started:
            return tuple(shown)
        heard = {processing.id for processing in shown}
        self._deleted = {key: until for key, until in self._deleted.items() if until > now}
        self._started = {
            key: (processing, until)
            for key, (processing, until) in self._started.items()
            if (until > now or not is_complete) and key not in heard
        }
        rows = (*shown, *(processing for processing, _until in self._started.values()))
        return tuple(each for each in rows if each.id not in self._deleted)
