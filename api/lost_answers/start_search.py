"""Looks for a processing whose start was not answered, by the id its request was made with and by its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Optional

from ..http.reply import ApiReply
from ..processings import META_KEY, Listing, Processing, ProcessingRequest, fetch, list_by_project
from .repeated_look import RepeatedLook

if TYPE_CHECKING:
    from ..http.client import Client

_LOOKS = 4  # the service may need a moment until what it took is in the list
_SETTLED = timedelta(minutes=1)  # after which one look is enough
_CLOCKS_DIFFER = timedelta(minutes=10)
_MAX_CANDIDATES = 5


@dataclass(frozen=True)
class Finding:
    """What came of a search; without a `processing`, `is_certain` says that it surely was not started."""

    processing: Optional[Processing] = None
    is_certain: bool = True


class SearchReply(RepeatedLook):
    """Looks a few times among the project's processings; always succeeds, with a `Finding`."""

    def __init__(self, client: Client, request: ProcessingRequest, sent_at: datetime) -> None:
        super().__init__(client)
        self._request = request
        self._sent_at = sent_at
        self._is_settled = datetime.now(timezone.utc) - sent_at > _SETTLED
        self._wait(self._is_settled)

    def _look(self) -> None:
        listing = list_by_project(self._client, self._request.project_id)
        self.follow(listing, on_success=self._search, on_failure=lambda _error: self._not_found(False))

    def _search(self, listing: Listing) -> None:
        for processing in listing.processings:
            if self._is_ours(processing.meta):
                self._found(processing)
                return
        candidates = [one for one in listing.processings if self._may_be_ours(one)]
        is_certain = listing.skipped == 0 and len(candidates) <= _MAX_CANDIDATES
        self._ask(candidates[:_MAX_CANDIDATES], is_certain)

    def _ask(self, candidates: list[Processing], is_certain: bool) -> None:
        """Look closer at those whose record in the list does not tell; a list may be shorter than the whole record."""
        if not candidates:
            self._not_found(is_certain)
            return
        rest = candidates[1:]

        def compare(processing: Processing) -> None:
            if self._is_ours(processing.meta):
                self._found(processing)
            else:
                self._ask(rest, is_certain and bool(processing.meta))

        closer = fetch(self._client, candidates[0].id)
        self.follow(closer, on_success=compare, on_failure=lambda _error: self._ask(rest, False))

    def _found(self, processing: Processing) -> None:
        self.succeed(Finding(processing))

    def _not_found(self, is_certain: bool) -> None:
        if self._is_settled or self._looks >= _LOOKS:
            self.succeed(Finding(None, is_certain))
        else:
            self._wait()

    def _is_ours(self, meta: Mapping[str, object]) -> bool:
        return meta.get(META_KEY) == self._request.client_id

    def _may_be_ours(self, processing: Processing) -> bool:
        earlier = processing.created is not None and processing.created < self._sent_at - _CLOCKS_DIFFER
        is_called_so = processing.name.strip() in ("", self._request.name.strip())
        return not processing.meta and is_called_so and not earlier


def find_started(client: Client, request: ProcessingRequest, sent_at: datetime) -> ApiReply:
    """Look for `request`, sent at `sent_at` (UTC), among its project's processings; succeeds with a `Finding`.

    Asks GET /projects/{id}/processings/v2, and GET /processings/{id}/v2 for those that may be it.
    """
    return client.keep(SearchReply(client, request, sent_at))
