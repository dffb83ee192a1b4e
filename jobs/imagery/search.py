"""Which mosaics are to be looked into while words are searched for: a filter finds only images that are known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Optional

from .known import Listing

if TYPE_CHECKING:
    from .known import KnownImagery


class ImagerySearch:
    """Hands out, one by one and each once, the mosaics whose images nobody has asked for yet."""

    def __init__(self, known: KnownImagery) -> None:
        self._known = known
        self.is_on = False
        self._found: set[str] = set()  # ids of those only the search has looked into
        self._stale: set[str] = set()  # of them, those that were not looked into since the last refresh

    @property
    def is_open(self) -> bool:
        """Whether there are any left to be looked into."""
        return self.is_on and any(self._is_due(mosaic.id) for mosaic in self._known.mosaics())

    def next(self) -> Optional[str]:
        """The id of the next one; None where there is none, or nothing is searched for."""
        due = (mosaic.id for mosaic in self._known.mosaics() if self._is_due(mosaic.id))
        mosaic_id = next(due, None) if self.is_on else None
        if mosaic_id is not None:
            self._found.add(mosaic_id)
            self._stale.discard(mosaic_id)
        return mosaic_id

    def hand_over(self, mosaic_id: str) -> bool:
        """Somebody looks into a mosaic: from now on it is refreshed. Whether its images may be out of date."""
        was_stale = mosaic_id in self._stale
        self._found.discard(mosaic_id)
        self._stale.discard(mosaic_id)
        return was_stale

    def without_found(self, mosaic_ids: Iterable[str]) -> list[str]:
        """Those to be asked for in a refresh: what nobody but the search has looked into waits for the next search."""
        listed = list(mosaic_ids)
        self._stale = self._found.intersection(listed)
        return [mosaic_id for mosaic_id in listed if mosaic_id not in self._found]

    def clear(self) -> None:
        """Other mosaics come."""
        self._found.clear()
        self._stale.clear()

    def _is_due(self, mosaic_id: str) -> bool:
        return mosaic_id in self._stale or self._known.listing(mosaic_id) is Listing.NOT_ASKED
