"""Asks the service a few times, with a growing pause before each time, until it is known what became of a request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, Optional

from qgis.PyQt.QtCore import QTimer

from ..http.errors import ApiError
from ..http.guard import guarded
from ..http.reply import ApiReply

if TYPE_CHECKING:
    from ..http.client import Client

_PAUSE_MS = 2000  # of a client that tries again after a second; doubled for each further look


@dataclass(frozen=True)
class Look:
    """What one look at the service showed.

    `found` is what was looked for, or None. If it is None and `is_certain` is true, it is surely not there: the whole
    answer could be read, and nothing in it can be what was looked for.
    """

    found: Optional[Any] = None
    is_certain: bool = True


class PollUntilKnown(ApiReply):
    """Looks until something is found, at most `looks` times; succeeds with the last `Look`.

    `ask` sends one question, and `judge` makes a `Look` of the answer. If a question fails, that look is not certain.
    If `is_final` says of its error that there is no use in asking again, this reply fails with the error. The first
    look comes after a pause, unless it `is_urgent`.
    """

    def __init__(
        self,
        client: Client,
        ask: Callable[[], ApiReply],
        judge: Callable[[Any], Look],
        looks: int,
        is_urgent: bool = False,
        is_final: Callable[[ApiError], bool] = lambda _error: False,
    ) -> None:
        super().__init__()
        self._client = client
        self._ask = ask
        self._judge = judge
        self._most = looks
        self._done = 0
        self._is_final = is_final
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._look)
        self._wait(0 if is_urgent else _PAUSE_MS)

    def _wait(self, milliseconds: int) -> None:
        self.when_aborted(self._pause.stop)
        self._pause.start(int(milliseconds * self._client.retry_base_s * 2**self._done))

    @guarded
    def _look(self) -> None:
        self._done += 1
        self.follow(self._ask(), on_success=self._answered, on_failure=self._unanswered)

    def _answered(self, answer: object) -> None:
        self._note(self._judge(answer))

    def _unanswered(self, error: ApiError) -> None:
        if self._is_final(error):
            self.fail(error)
        else:
            self._note(Look(is_certain=False))

    def _note(self, look: Look) -> None:
        if look.found is not None or self._done >= self._most:
            self.succeed(look)
        else:
            self._wait(_PAUSE_MS)
