"""Requests that are sent only once, because a second one would spend or make something twice.

If the answer is lost, the service is asked what became of the request, before anything is sent again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Optional

from ..http.errors import ApiError, Fault
from ..http.guard import guarded
from ..http.reply import ApiReply
from . import journal
from .journal import Entry
from .poll_until_known import Look
from .sentences import Sentences

if TYPE_CHECKING:
    from ..http.client import Client

NOT_DONE = "lost-answer.not-done"  # the service surely did not do it: it is safe to try again
UNKNOWN = "lost-answer.unknown"  # the service may have done it, or may do it yet
_LOST = frozenset(
    {Fault.NETWORK, Fault.TIMEOUT, Fault.SERVER, Fault.MALFORMED, Fault.NOT_MAPFLOW, Fault.INTERNAL}
)


def is_answer_lost(error: ApiError) -> bool:
    """Whether the service may have done what was asked, although the request failed with `error`."""
    if error.is_done:
        return True
    answered_otherwise = error.fault is Fault.NOT_MAPFLOW and not 200 <= error.status < 300
    return error.fault in _LOST and not error.unsent and not answered_otherwise


def lost_answer(cause: ApiError, sentences: Sentences, is_certain: bool) -> ApiError:
    """Return the error of a request that failed with `cause` and whose result was not found.

    Its code is NOT_DONE when it `is_certain` that the service did nothing, and UNKNOWN otherwise.
    """
    return ApiError(
        Fault.LOST_ANSWER,
        sentences.told(is_certain),
        NOT_DONE if is_certain else UNKNOWN,
        cause.status,
        raw=f"{cause.sentence}\n{cause.raw}".strip(),
    )


class SentOnce(ApiReply):
    """Sends a request once. If its answer is lost, it searches for the result and succeeds with what it finds.

    Each case is a subclass that says what to send (`_request`), how to search (`_search`), and what to tell the user
    when nothing is found (`_sentences`). A case that must know what was there before asks for it, and then calls
    `_send`.
    """

    def __init__(self, client: Client) -> None:
        super().__init__()
        self._client = client
        self._cause: Optional[ApiError] = None  # why no answer told what became of it
        self._entry: Optional[Entry] = None  # what was written down of this request, where a case does that

    # what a case says

    def _request(self) -> ApiReply:
        """Send it."""
        raise NotImplementedError

    def _search(self) -> ApiReply:
        """Look for what the request has made or changed; succeeds with a `Look`."""
        raise NotImplementedError

    def _sentences(self, cause: ApiError) -> Sentences:
        """Return what to tell the user when nothing was found."""
        raise NotImplementedError

    # before it is sent

    def _not_begun(self, error: ApiError) -> None:
        """Fail without sending anything, since the service could not say what was there before."""
        self.fail(replace(error, unsent=True))

    # sending

    def _send(self) -> None:
        self.follow(self._request(), on_success=self._answered, on_failure=self._failed)

    def _answered(self, answer: object) -> None:
        self.succeed(answer)

    def _failed(self, error: ApiError) -> None:
        if error.unsent:
            self.fail(error)
        elif is_answer_lost(error):
            self._cause = error
            self.follow(self._search(), on_success=lambda look: self._looked(look, error))
        else:
            self._give_up(error)

    # afterwards

    def _looked(self, look: Look, cause: ApiError) -> None:
        if look.found is not None:
            self.succeed(look.found)
        else:
            self._not_found(cause, look.is_certain)

    def _not_found(self, cause: ApiError, is_certain: bool) -> None:
        error = lost_answer(cause, self._sentences(cause), is_certain)
        if error.code == NOT_DONE:
            self._give_up(error)
        else:
            self.fail(error)

    def _give_up(self, error: ApiError) -> None:
        """Fail with `error`, when the service surely did not do what was asked. A case may tidy up first."""
        self.fail(error)

    def succeed(self, value: object) -> None:
        """Report success: it is settled."""
        self._settle()
        super().succeed(value)

    def fail(self, error: ApiError) -> None:
        """Report failure: it is settled where an answer said so."""
        if error.fault is not Fault.LOST_ANSWER:
            self._settle()
        super().fail(error)

    def _settle(self) -> None:
        if self._entry is not None:
            journal.settle(self._client, self._entry)


class WrittenDown(SentOnce):
    """What is written down before it is sent, so that it is not sent a second time after QGIS was ended in its midst.

    What became of an earlier request for the same is searched for first. If it is found the reply succeeds with it,
    unless that is so long ago that the user knows of it; if it is surely not there the request is sent; and if neither
    is known the reply fails, and nothing is sent.
    """

    KIND: ClassVar[str]

    def has_sent(self, entry: Entry) -> bool:
        """Whether this has sent a request for the same as `entry`."""
        sent = self._entry
        return sent is not None and (sent.kind, sent.subject) == (entry.kind, entry.subject)

    # what a case says

    def _draft(self) -> Entry:
        """What is to be written down."""
        raise NotImplementedError

    def _search_for(self, entry: Entry) -> ApiReply:
        """Look for what `entry`'s request has made or changed; succeeds with a `Look`."""
        raise NotImplementedError

    def _held_back(self, facts: Mapping[str, object]) -> str:
        """Return the sentence for the user when an earlier request may have been done, so that none is sent now."""
        raise NotImplementedError

    # before it is sent

    def _send(self) -> None:
        draft = self._draft()
        earlier = journal.unsettled_like(self._client, draft)
        if earlier is None or self._twin_of(draft) is not None:
            self._write_and_send(draft)
        else:
            self.follow(self._search_for(earlier), on_success=partial(self._decide, draft, earlier))

    def _decide(self, draft: Entry, earlier: Entry, look: Look) -> None:
        if look.found is not None and earlier.is_recent:
            self.succeed(look.found)
        elif look.found is not None or look.is_certain:
            journal.settle(self._client, earlier)
            self._write_and_send(draft if look.found is not None else replace(draft, id=earlier.id))
        else:
            sentence = self._held_back(earlier.facts)
            self.fail(ApiError(Fault.LOST_ANSWER, sentence, UNKNOWN, unsent=True))

    def _twin_of(self, entry: Entry) -> Optional[WrittenDown]:
        """The reply that has sent the same as `entry` and still waits for what becomes of it."""
        others = (each for each in self._client.kept if isinstance(each, WrittenDown) and each is not self)
        return next((other for other in others if other.has_sent(entry)), None)

    def _write_and_send(self, entry: Entry) -> None:
        twin = self._twin_of(entry)
        if twin is not None:
            self.follow(twin)
            self.when_aborted(None)  # the other one goes on
            twin.finished.connect(self._twin_ended)
            return
        self._entry = entry
        journal.note(self._client, entry)
        super()._send()

    @guarded
    def _twin_ended(self) -> None:
        if self.is_running:  # the other one was aborted: what became of it is in the journal
            self._send()

    # afterwards

    def _search(self) -> ApiReply:
        return self._search_for(self._entry or self._draft())
