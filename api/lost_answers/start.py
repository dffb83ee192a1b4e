"""Starting a processing, which spends: sent once, and looked for among the project's processings if no answer came."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from ..http.errors import ApiError, Fault
from ..http.reply import ApiReply
from ..processings import (
    META_KEY,
    Processing,
    ProcessingListing,
    ProcessingRequest,
    fetch,
    list_by_project,
    read_processing,
    start_body,
)
from .poll_until_known import Look, PollUntilKnown
from .sent_once import UNKNOWN, SentOnce
from .sentences import Sentences, of_start, of_start_held_back

if TYPE_CHECKING:
    from ..http.client import Client

_LOOKS = 4  # the service may need a moment until what it took is in the list
_SETTLED = timedelta(minutes=1)  # after which one look is enough
_CLOCKS_DIFFER = timedelta(minutes=10)
_MAX_CANDIDATES = 5


def start(client: Client, request: ProcessingRequest) -> ApiReply:
    """Start `request` (POST /processings/v2); succeeds with the `Processing`.

    Sent once, since it spends. Where the answer is lost the project's processings are searched for the request's
    `client_id`; only when that does not settle it does it fail with LOST_ANSWER, whose code and sentence say whether
    it is safe to try again.
    """
    return client.keep(StartReply(client, request))


def find_started(client: Client, request: ProcessingRequest, sent_at: datetime) -> ApiReply:
    """Look for `request`, sent at `sent_at` (UTC), among its project's processings; succeeds with a `Look`.

    Asks GET /projects/{id}/processings/v2, and GET /processings/{id}/v2 for those that may be it.
    """
    is_settled = datetime.now(timezone.utc) - sent_at > _SETTLED
    return client.keep(
        PollUntilKnown(
            client,
            ask=lambda: StartSearch(client, request, sent_at),
            judge=lambda look: look,
            looks=1 if is_settled else _LOOKS,
            is_urgent=is_settled,
        )
    )


def still_unknown(lost: ProcessingRequest) -> ApiError:
    """The error of a start that is not sent again, since `lost` may have been started already."""
    return ApiError(Fault.LOST_ANSWER, of_start_held_back(lost.name), UNKNOWN, unsent=True)


class StartReply(SentOnce):
    """One start, until it is known whether the processing is there."""

    def __init__(self, client: Client, request: ProcessingRequest) -> None:
        super().__init__(client)
        self._wanted = request
        self._sent_at = datetime.now(timezone.utc)
        self._send()

    def _request(self) -> ApiReply:
        return self._client.send("POST", "/processings/v2", self._read, start_body(self._wanted))

    def _read(self, value: object) -> Processing:
        return read_processing(value, self._wanted.project_id)

    def _search(self) -> ApiReply:
        return find_started(self._client, self._wanted, self._sent_at)

    def _sentences(self, _cause: ApiError) -> Sentences:
        return of_start(self._wanted.name)


class StartSearch(ApiReply):
    """One look for a processing, by the id its request was made with and by its name; succeeds with a `Look`."""

    def __init__(self, client: Client, request: ProcessingRequest, sent_at: datetime) -> None:
        super().__init__()
        self._client = client
        self._request = request
        self._sent_at = sent_at
        self.follow(list_by_project(client, request.project_id), on_success=self._search)

    def _search(self, listing: ProcessingListing) -> None:
        for processing in listing.processings:
            if self._is_ours(processing.meta):
                self.succeed(Look(processing))
                return
        candidates = [one for one in listing.processings if self._may_be_ours(one)]
        is_certain = listing.skipped == 0 and len(candidates) <= _MAX_CANDIDATES
        self._ask(candidates[:_MAX_CANDIDATES], is_certain)

    def _ask(self, candidates: list[Processing], is_certain: bool) -> None:
        """Ask for each candidate by itself: a list may leave out the id that its whole record has."""
        if not candidates:
            self.succeed(Look(is_certain=is_certain))
            return
        rest = candidates[1:]

        def compare(processing: Processing) -> None:
            if self._is_ours(processing.meta):
                self.succeed(Look(processing))
            else:
                self._ask(rest, is_certain and bool(processing.meta))

        closer = fetch(self._client, candidates[0].id)
        self.follow(closer, on_success=compare, on_failure=lambda _error: self._ask(rest, False))

    def _is_ours(self, meta: Mapping[str, object]) -> bool:
        return meta.get(META_KEY) == self._request.client_id

    def _may_be_ours(self, processing: Processing) -> bool:
        is_earlier = processing.created is not None and processing.created < self._sent_at - _CLOCKS_DIFFER
        is_called_so = processing.name.strip() in ("", self._request.name.strip())
        return not processing.meta and is_called_so and not is_earlier
