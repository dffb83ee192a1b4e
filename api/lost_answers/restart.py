"""Running the failed parts of a processing again, which can cost: sent once, and looked at if no answer came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..http.addresses import path_segment
from ..http.errors import ApiError
from ..http.fields import as_time
from ..http.reply import ApiReply
from ..processings import Processing, Status, fetch, read_processing_if_any
from .journal import Entry
from .poll_until_known import Look, PollUntilKnown
from .sent_once import WrittenDown
from .sentences import Sentences, of_restart, of_restart_held_back

if TYPE_CHECKING:
    from ..http.client import Client

_LOOKS = 3  # the service may need a moment until a processing says that it runs again


def restart(client: Client, processing: Processing) -> ApiReply:
    """Run the failed parts again (POST /processings/{id}/restart); succeeds with the processing, or None if not told.

    Sent once, since it can cost. Where the answer is lost the processing is looked at: it succeeds where its state is
    another one than that of `processing`, and else fails with LOST_ANSWER, whose code and sentence say whether it is
    safe to try again.
    """
    return client.keep(RestartReply(client, processing))


class RestartReply(WrittenDown):
    """One restart of `processing`, as it was known before, until it is known whether it runs again."""

    KIND = "restart"

    def __init__(self, client: Client, processing: Processing) -> None:
        super().__init__(client)
        self._before = processing
        self._send()

    def _draft(self) -> Entry:
        before = self._before
        updated = None if before.updated is None else before.updated.isoformat()
        facts = {"status": before.status.value, "updated": updated, "name": before.name}
        return Entry(before.id, self.KIND, before.id, facts)

    def _request(self) -> ApiReply:
        path = f"/processings/{path_segment(self._before.id)}/restart"
        return self._client.send("POST", path, read_processing_if_any)

    def _search_for(self, entry: Entry) -> ApiReply:
        client, processing_id = self._client, self._before.id
        return PollUntilKnown(
            client, lambda: fetch(client, processing_id), lambda now: _compared(entry, now), _LOOKS
        )

    def _held_back(self, facts: Mapping[str, object]) -> str:
        return of_restart_held_back(str(facts.get("name", "")))

    def _sentences(self, _cause: ApiError) -> Sentences:
        return of_restart()


def _compared(entry: Entry, now: Processing) -> Look:
    """Whether the processing runs again, or has run once more, since `entry` was written."""
    is_other_status = now.status.value != entry.facts.get("status")
    if now.status.is_running or (is_other_status and now.status is not Status.UNKNOWN):
        return Look(now)
    before = as_time(entry.facts.get("updated"))  # a listed record may lack its time
    is_older = before is None or now.updated is None or now.updated == before
    is_untouched = is_older and not is_other_status
    # a processing that has ended is no risk for good: after a while the user knows its state as well as we do
    return Look(is_certain=is_untouched or not entry.is_recent)
