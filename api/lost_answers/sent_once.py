"""Requests that are sent once, because twice would cost or make something twice, and reconciled if no answer came."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Optional

from ..http.errors import ApiError, Fault
from ..http.reply import ApiReply
from .poll_until_known import Look
from .sentences import Sentences

if TYPE_CHECKING:
    from ..http.client import Client

NOT_DONE = "lost-answer.not-done"  # the service surely did not do it: it is safe to try again
UNKNOWN = "lost-answer.unknown"  # the service may have done it, or may do it yet
_LOST = frozenset(
    {Fault.NETWORK, Fault.TIMEOUT, Fault.SERVER, Fault.MALFORMED, Fault.NOT_MAPFLOW, Fault.INTERNAL}
)
_SEE_OTHER = 303  # says that the request was done, and where its answer is


def is_answer_lost(error: ApiError) -> bool:
    """Whether what was sent may have been done by the service although it failed with `error` here."""
    may_be_done = 200 <= error.status < 300 or error.status == _SEE_OTHER
    answered_otherwise = error.fault is Fault.NOT_MAPFLOW and not may_be_done
    return error.fault in _LOST and not error.unsent and not answered_otherwise


def lost_answer(cause: ApiError, sentences: Sentences, is_certain: bool) -> ApiError:
    """The error of a request that failed with `cause`; its code is NOT_DONE where that is certain, else UNKNOWN."""
    return ApiError(
        Fault.LOST_ANSWER,
        sentences.told(is_certain),
        NOT_DONE if is_certain else UNKNOWN,
        cause.status,
        raw=f"{cause.sentence}\n{cause.raw}".strip(),
    )


class SentOnce(ApiReply):
    """Sends a request once; where its answer is lost, looks what became of it and succeeds with what is found.

    A case says what is sent (`_request`), how to look (`_search`), and what to tell where that finds nothing
    (`_sentences`). One that has to know what was there before asks for that first, in `_begin`.
    """

    def __init__(self, client: Client) -> None:
        super().__init__()
        self._client = client
        self._cause: Optional[ApiError] = None  # why no answer told what became of it

    # what a case says

    def _request(self) -> ApiReply:
        """Send it."""
        raise NotImplementedError

    def _search(self) -> ApiReply:
        """Look for what the request has made or changed; succeeds with a `Look`."""
        raise NotImplementedError

    def _sentences(self, cause: ApiError) -> Sentences:
        """What to tell the user where it was not found."""
        raise NotImplementedError

    # before it is sent

    def _not_begun(self, error: ApiError) -> None:
        """What was there before could not be asked: nothing was sent."""
        self.fail(replace(error, unsent=True))

    # sending

    def _send(self) -> None:
        self.follow(self._request(), on_success=self._answered, on_failure=self._failed)

    def _answered(self, answer: object) -> None:
        self.succeed(answer)

    def _failed(self, error: ApiError) -> None:
        if is_answer_lost(error):
            self._cause = error
            self.follow(self._search(), on_success=self._looked)
        else:
            self._give_up(error)

    # afterwards

    def _looked(self, look: Look) -> None:
        if look.found is not None:
            self.succeed(look.found)
        elif self._cause is not None:
            self._not_found(self._cause, look.is_certain)

    def _not_found(self, cause: ApiError, is_certain: bool) -> None:
        error = lost_answer(cause, self._sentences(cause), is_certain)
        if error.code == NOT_DONE:
            self._give_up(error)
        else:
            self.fail(error)

    def _give_up(self, error: ApiError) -> None:
        """The service surely did not do it."""
        self.fail(error)
