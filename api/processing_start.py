"""Starting a processing, which spends: sent once, and looked for among the project's processings if no answer came."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QTimer

from .errors import ApiError, Fault
from .processings import (
    META_KEY,
    Listing,
    Processing,
    ProcessingRequest,
    fetch,
    list_by_project,
    read_processing,
    start_body,
)
from .reply import ApiReply
from .translation import tr

if TYPE_CHECKING:
    from .client import Client

NOT_STARTED = "lost-answer.not-started"
UNKNOWN = "lost-answer.unknown"
_LOOKS = 4  # the service may need a moment until what it took is in the list
_CLOCKS_DIFFER = timedelta(minutes=10)
_MAX_CANDIDATES = 5
_LOST = frozenset({Fault.NETWORK, Fault.TIMEOUT, Fault.SERVER, Fault.MALFORMED, Fault.NOT_MAPFLOW})


class StartReply(ApiReply):
    """One start, until it is known whether the processing is there."""

    def __init__(self, client: Client, request: ProcessingRequest) -> None:
        super().__init__()
        self._client = client
        self._request = request
        self._sent_at = datetime.now(timezone.utc)
        self._looks = 0
        self._cause = ApiError(Fault.LOST_ANSWER, "")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._look)
        sent = client.send("POST", "/processings/v2", self._read, start_body(request))
        self.follow(sent, on_failure=self._failed)

    def _read(self, value: object) -> Processing:
        return read_processing(value, self._request.project_id)

    def _failed(self, error: ApiError) -> None:
        answered_otherwise = error.fault is Fault.NOT_MAPFLOW and not 200 <= error.status < 300
        if error.unsent or error.fault not in _LOST or answered_otherwise:
            self.fail(error)
            return
        self._cause = error
        self._wait()

    def _wait(self) -> None:
        self.when_aborted(self._stop_waiting)  # a method of ours: the reply keeps us alive meanwhile
        self._pause.start(int(2000 * self._client.retry_base_s * 2**self._looks))

    def _stop_waiting(self) -> None:
        self._pause.stop()

    def _look(self) -> None:
        self._looks += 1
        listing = list_by_project(self._client, self._request.project_id)
        self.follow(listing, on_success=self._search, on_failure=lambda _error: self._not_found(False))

    def _search(self, listing: Listing) -> None:
        for processing in listing.processings:
            if self._is_ours(processing.meta):
                self.succeed(processing)
                return
        candidates = [one for one in listing.processings if self._may_be_ours(one)]
        self._ask(candidates[:_MAX_CANDIDATES], is_certain=listing.skipped == 0)

    def _ask(self, candidates: list[Processing], is_certain: bool) -> None:
        """Look closer at those whose record in the list does not tell; a list may be shorter than the whole record."""
        if not candidates:
            self._not_found(is_certain)
            return
        rest = candidates[1:]

        def compare(processing: Processing) -> None:
            if self._is_ours(processing.meta):
                self.succeed(processing)
            else:
                self._ask(rest, is_certain and bool(processing.meta))

        closer = fetch(self._client, candidates[0].id)
        self.follow(closer, on_success=compare, on_failure=lambda _error: self._ask(rest, False))

    def _not_found(self, is_certain: bool) -> None:
        if self._looks < _LOOKS:
            self._wait()
        else:
            self.fail(self._lost(is_certain))

    def _lost(self, is_certain: bool) -> ApiError:
        if is_certain:
            sentence = tr(
                "No answer came to the start, but the processing was not started and nothing was spent: it is safe "
                "to start it again."
            )
        else:
            sentence = tr(
                "No answer came to the start, and it is not known whether the processing was started. Look for "
                "“{name}” among the project's processings before you start it again."
            ).format(name=self._request.name)
        details = f"{self._cause.sentence}\n{self._cause.raw}".strip()
        return ApiError(
            Fault.LOST_ANSWER,
            sentence,
            NOT_STARTED if is_certain else UNKNOWN,
            self._cause.status,
            raw=details,
        )

    def _is_ours(self, meta: Mapping[str, object]) -> bool:
        return meta.get(META_KEY) == self._request.client_id

    def _may_be_ours(self, processing: Processing) -> bool:
        earlier = processing.created is not None and processing.created < self._sent_at - _CLOCKS_DIFFER
        return not processing.meta and processing.name == self._request.name and not earlier
