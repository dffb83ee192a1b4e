"""Since when a processing runs, and when something was last heard of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Callable, Optional

from ....api.processings import Processing


def _now() -> datetime:
    return datetime.now(timezone.utc)


class RowTimes:
    """Notes what the service does not tell: that one runs again, and that something about it has changed."""

    def __init__(self, clock: Callable[[], datetime] = _now) -> None:
        self._clock = clock
        self._begun: dict[str, datetime] = {}  # by id, of those that run again
        self._changed: dict[str, datetime] = {}

    def note(self, before: Processing, after: Processing) -> None:
        """Something about a processing has changed just now."""
        self._changed[after.id] = self._clock()
        if after.status.is_running and not before.status.is_running:
            self._begun[after.id] = self._clock()

    def forget(self, processing_ids: Iterable[str]) -> None:
        """These are not listed any more."""
        for processing_id in processing_ids:
            self._begun.pop(processing_id, None)
            self._changed.pop(processing_id, None)

    def since(self, processing: Processing) -> Optional[datetime]:
        """Since when it runs or waits to; None where it does not, or where that is not known."""
        if not processing.status.is_running:
            return None
        return self._begun.get(processing.id, processing.created)

    def news(self, processing: Processing) -> Optional[datetime]:
        """When something was last heard of one that runs; None where it does not, or where that is not known."""
        if not processing.status.is_running:
            return None
        return self._changed.get(processing.id) or processing.updated
