"""The list as it should be shown: the service's answer, and what was done here that it may not know yet."""

from __future__ import annotations

import time
from typing import Callable

from ..api.processings import Processing, ProcessingListing

GRACE_S = 60.0  # an answer that was on its way before a start or a deletion is older than either


class ProcessingsListing:
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

    def merged(self, listing: ProcessingListing, project_id: str) -> tuple[Processing, ...]:
        """What to show of `listing` for the project."""
        now = self._now()
        heard = {processing.id for processing in listing.processings}
        self._deleted = {key: until for key, until in self._deleted.items() if until > now}
        self._started = {
            key: (processing, until)
            for key, (processing, until) in self._started.items()
            if until > now and key not in heard
        }
        shown = [
            processing
            for processing in listing.processings
            if processing.id not in self._deleted and processing.project_id in ("", project_id)
        ]
        return (*shown, *(processing for processing, _until in self._started.values()))
