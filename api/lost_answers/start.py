"""Starting a processing, which spends: sent once, and looked for among the project's processings if no answer came."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from ...text.translation import translate
from ..http.errors import ApiError, Fault
from ..http.reply import ApiReply
from ..processings import Processing, ProcessingRequest, read_processing, start_body
from .start_search import Finding, find_started

if TYPE_CHECKING:
    from ..http.client import Client

NOT_STARTED = "lost-answer.not-started"
UNKNOWN = "lost-answer.unknown"
_LOST = frozenset({Fault.NETWORK, Fault.TIMEOUT, Fault.SERVER, Fault.MALFORMED, Fault.NOT_MAPFLOW})


class StartReply(ApiReply):
    """One start, until it is known whether the processing is there."""

    def __init__(self, client: Client, request: ProcessingRequest) -> None:
        super().__init__()
        self._client = client
        self._request = request
        self._sent_at = datetime.now(timezone.utc)
        self._cause = ApiError(Fault.LOST_ANSWER, "")
        sent = client.send("POST", "/processings/v2", self._read, start_body(request))
        self.follow(sent, on_failure=self._failed)

    def _read(self, value: object) -> Processing:
        return read_processing(value, self._request.project_id)

    def _failed(self, error: ApiError) -> None:
        if not is_answer_lost(error):
            self.fail(error)
            return
        self._cause = error
        self.follow(find_started(self._client, self._request, self._sent_at), on_success=self._searched)

    def _searched(self, finding: Finding) -> None:
        if finding.processing is not None:
            self.succeed(finding.processing)
        else:
            self.fail(self._lost(finding.is_certain))

    def _lost(self, is_certain: bool) -> ApiError:
        if is_certain:
            sentence = translate(
                "LostAnswers",
                "No answer came to the start, but the processing was not started and nothing was spent: it is safe "
                "to start it again.",
            )
        else:
            sentence = translate(
                "LostAnswers",
                "No answer came to the start, and it is not known whether the processing was started. Look for "
                "“{name}” among the project's processings before you start it again.",
            ).format(name=self._request.name)
        details = f"{self._cause.sentence}\n{self._cause.raw}".strip()
        return ApiError(
            Fault.LOST_ANSWER,
            sentence,
            NOT_STARTED if is_certain else UNKNOWN,
            self._cause.status,
            raw=details,
        )


def is_answer_lost(error: ApiError) -> bool:
    """Whether what was sent may have been done by the service although it failed with `error` here."""
    answered_otherwise = error.fault is Fault.NOT_MAPFLOW and not 200 <= error.status < 300
    return error.fault in _LOST and not error.unsent and not answered_otherwise


def still_unknown(lost: ProcessingRequest) -> ApiError:
    """The error of a start that is not sent again, since `lost` may have been started already."""
    sentence = translate(
        "LostAnswers",
        "It is still not known whether “{name}” was started, so it was not started again: it might be paid for "
        "twice. Look for it among the project's processings; if it is not there, try again later, or with an area "
        "that differs a little.",
    ).format(name=lost.name)
    return ApiError(Fault.LOST_ANSWER, sentence, UNKNOWN, unsent=True)
