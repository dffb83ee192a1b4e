"""What was started a short while ago: to start the same again is more often a slip than a wish."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Callable, Optional

from ...api.processings import ProcessingRequest
from ...api.sources import Source

_RECENT = timedelta(hours=1)


def _now() -> datetime:
    return datetime.now(timezone.utc)


@dataclass(frozen=True)
class _Start:
    when: datetime
    email: str
    model_id: str
    source: Source
    geometry: Mapping[str, object]


class RecentStarts:
    """Remembers the area, model and imagery of each start for an hour, as long as QGIS runs."""

    def __init__(self, now: Callable[[], datetime] = _now) -> None:
        self._now = now
        self._starts: list[_Start] = []

    def add(self, request: ProcessingRequest, email: str) -> None:
        """Remember that the account of `email` has just started `request`."""
        self._forget_old()
        self._starts.append(
            _Start(self._now(), email, request.model_id, request.source, dict(request.geometry))
        )

    def minutes_since(self, request: ProcessingRequest, email: str) -> Optional[int]:
        """How long ago the same area was last started with the same model and imagery; None where it was not."""
        self._forget_old()
        for start in reversed(self._starts):
            same = (start.email, start.model_id, start.source) == (email, request.model_id, request.source)
            if same and start.geometry == request.geometry:
                return int((self._now() - start.when).total_seconds() // 60)
        return None

    def _forget_old(self) -> None:
        self._starts = [start for start in self._starts if self._now() - start.when < _RECENT]
