"""How far the processings of a batch are, by the project's list; those it leaves out are asked for by themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Optional

from ...api.http.errors import Fault
from ...api.processings import META_KEY, Processing, ProcessingListing, fetch
from ...layers.batches.rows import PartState
from ...text.translation import translate
from .board import Board
from .key import run_key_of

if TYPE_CHECKING:
    from ...api.http.client import Client
    from ...api.http.errors import ApiError

_MOST_STRAYS = 20  # asked for in one go


class Following:
    """Takes over what the service says of the runs that have a processing, or may have one."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.board: Optional[Board] = None

    def note(self, listing: ProcessingListing) -> list[str]:
        """Take over what is listed; returns the runs whose processing is not."""
        board = self.board
        if board is None:
            return []
        by_id = {processing.id: processing for processing in listing.processings}
        by_request = {processing.meta.get(META_KEY): processing for processing in listing.processings}
        by_key = {run_key_of(processing): processing for processing in listing.processings}
        for key in board.in_state(PartState.UNCLEAR):
            found = by_request.get(board.run(key).client_id) or by_key.get(key)
            if found is not None:
                board.note(key, found)
        strays = []
        for key in board.in_state(PartState.RUNNING, PartState.FAILED):
            processing = by_id.get(board.run(key).processing_id)
            if processing is not None:
                board.note(key, processing)
            else:
                strays.append(key)
        return strays[:_MOST_STRAYS]

    def ask_for(
        self,
        keys: Sequence[str],
        follow: Callable[..., Any],
        then: Callable[[], None],
        on_failure: Callable[[ApiError], None],
    ) -> None:
        """Ask for the processings of runs one by one, and call `then` at the end."""
        board = self.board
        if board is None or not keys:
            then()
            return
        key, rest = keys[0], keys[1:]

        def told(processing: Processing) -> None:
            board.note(key, processing)
            self.ask_for(rest, follow, then, on_failure)

        def not_told(error: ApiError) -> None:
            if error.fault is not Fault.NOT_FOUND:
                on_failure(error)
                return
            text = translate("Batches", "Its processing is not there any more: it was deleted.")
            board.set(key, state=PartState.DELETED, message=text)
            self.ask_for(rest, follow, then, on_failure)

        follow(fetch(self._client, board.run(key).processing_id), told, not_told)
