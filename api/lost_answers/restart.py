"""Running the failed parts of a processing again, which can cost: sent once, and looked at if no answer came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..http.addresses import path_segment
from ..http.errors import ApiError
from ..http.reply import ApiReply
from ..processings import Processing, Status, fetch, read_processing_if_any
from .poll_until_known import Look, PollUntilKnown
from .sent_once import SentOnce
from .sentences import Sentences, of_restart

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


class RestartReply(SentOnce):
    """One restart of `processing`, as it was known before, until it is known whether it runs again."""

    def __init__(self, client: Client, processing: Processing) -> None:
        super().__init__(client)
        self._before = processing
        self._send()

    def _request(self) -> ApiReply:
        path = f"/processings/{path_segment(self._before.id)}/restart"
        return self._client.send("POST", path, read_processing_if_any)

    def _search(self) -> ApiReply:
        client, processing_id = self._client, self._before.id
        return PollUntilKnown(client, lambda: fetch(client, processing_id), self._compare, _LOOKS)

    def _compare(self, now: Processing) -> Look:
        runs_or_ran = now.status is not self._before.status and now.status is not Status.UNKNOWN
        if now.status.is_running or runs_or_ran:
            return Look(now)
        return Look(is_certain=self._is_untouched(now))

    def _is_untouched(self, now: Processing) -> bool:
        """Whether nothing says that it has run and failed once more; a listed record may lack its time."""
        before = self._before
        is_older = before.updated is None or now.updated is None or now.updated == before.updated
        return is_older and now.status is before.status

    def _sentences(self, _cause: ApiError) -> Sentences:
        return of_restart()
