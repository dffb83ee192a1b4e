"""What was just deleted: an answer that was on its way before may still have it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Callable, TypeVar, Union

from ....api.imagery_records import Image, Mosaic

GRACE_S = 60.0  # no answer is on its way for longer

N = TypeVar("N", bound=Union[Mosaic, Image])


class DeletedImagery:
    """Ids of mosaics and images that are not to come back."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._until: dict[str, float] = {}

    def note(self, node_id: str) -> None:
        """A mosaic or image was deleted."""
        self._until[node_id] = self._now() + GRACE_S

    def has(self, node_id: str) -> bool:
        """Whether it was deleted a moment ago."""
        return self._until.get(node_id, 0.0) > self._now()

    def without(self, nodes: Iterable[N]) -> dict[str, N]:
        """Those of `nodes` that were not, by their ids."""
        now = self._now()
        self._until = {key: until for key, until in self._until.items() if until > now}
        return {node.id: node for node in nodes if node.id not in self._until}
