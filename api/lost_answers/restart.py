"""Running the failed parts of a processing again, which can cost: sent once, and looked at if no answer came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...text.translation import translate
from ..http.addresses import path_segment
from ..http.errors import ApiError, Fault
from ..processings import Processing, Status, fetch, read_processing_if_any
from .repeated_look import RepeatedLook
from .start import NOT_STARTED, UNKNOWN, is_answer_lost

if TYPE_CHECKING:
    from ..http.client import Client

_LOOKS = 3  # the service may need a moment until a processing says that it runs again


class RestartReply(RepeatedLook):
    """One restart of `processing`, as it was known before, until it is known whether it runs again."""

    def __init__(self, client: Client, processing: Processing) -> None:
        super().__init__(client)
        self._before = processing
        self._cause = ApiError(Fault.LOST_ANSWER, "")
        path = f"/processings/{path_segment(processing.id)}/restart"
        self.follow(client.send("POST", path, read_processing_if_any), on_failure=self._failed)

    def _failed(self, error: ApiError) -> None:
        if not is_answer_lost(error):
            self.fail(error)
            return
        self._cause = error
        self._wait()

    def _look(self) -> None:
        now = fetch(self._client, self._before.id)
        self.follow(now, on_success=self._compare, on_failure=lambda _error: self._go_on(False))

    def _compare(self, now: Processing) -> None:
        runs_or_ran = now.status is not self._before.status and now.status is not Status.UNKNOWN
        if now.status.is_running or runs_or_ran:
            self.succeed(now)
        else:
            self._go_on(self._is_untouched(now))

    def _is_untouched(self, now: Processing) -> bool:
        """Whether nothing says that it has run and failed once more; a listed record may lack what a whole one has."""
        before = self._before
        is_older = before.updated is None or now.updated is None or now.updated == before.updated
        return is_older and now.status is before.status

    def _go_on(self, is_certain: bool) -> None:
        if self._looks < _LOOKS:
            self._wait()
        else:
            self.fail(self._lost(is_certain))

    def _lost(self, is_certain: bool) -> ApiError:
        if is_certain:
            sentence = translate(
                "LostAnswers",
                "No answer came, but it was not restarted and nothing was spent: it is safe to try again.",
            )
        else:
            sentence = translate(
                "LostAnswers",
                "No answer came, and it is not known whether it was restarted. Refresh the list and look at its "
                "state before you try again.",
            )
        details = f"{self._cause.sentence}\n{self._cause.raw}".strip()
        code = NOT_STARTED if is_certain else UNKNOWN
        return ApiError(Fault.LOST_ANSWER, sentence, code, self._cause.status, raw=details)
