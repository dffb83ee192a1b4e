"""What the parts of a batch would cost: asked of the service, a few at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Callable

from qgis.PyQt.QtCore import pyqtSignal

from ...api.processings import ProcessingRequest, cost
from ..job import Job
from .patience import Patience

if TYPE_CHECKING:
    from ...api.http.client import Client
    from ...api.http.errors import ApiError

_AT_ONCE = 4


class Estimates(Job):
    """Asks for each of `keys`, whose request `request_of` makes; succeeds with None when all are told."""

    known = pyqtSignal(str, float)  # key, credits
    refused = pyqtSignal(str, str)  # key, why, as a sentence

    def __init__(
        self,
        client: Client,
        keys: Iterable[str],
        request_of: Callable[[str], ProcessingRequest],
        patience: Patience,
    ) -> None:
        super().__init__()
        self._client = client
        self._waiting = deque(keys)
        self._total = len(self._waiting)
        self._request_of = request_of
        self._patience = patience
        self._open = 0
        self._done = 0

    def _begin(self) -> None:
        self._go_on()

    def _stop(self) -> None:
        self._patience.stop()

    def _go_on(self) -> None:
        while self._waiting and self._open < _AT_ONCE and not self._patience.is_waiting:
            key = self._waiting.popleft()
            self._open += 1
            reply = cost(self._client, self._request_of(key))
            self._follow(reply, partial(self._told, key), partial(self._not_told, key))
        if not self._waiting and not self._open:
            self._succeed()

    def _told(self, key: str, amount: float) -> None:
        self._patience.answered()
        self.known.emit(key, amount)
        self._one_less(1)

    def _not_told(self, key: str, error: ApiError) -> None:
        if self._patience.repeats(self._go_on, error):
            self._waiting.appendleft(key)
            self._one_less(0)
        elif error.status and error.status not in {401, 403} and error.status < 500:
            self.refused.emit(key, error.sentence)
            self._one_less(1)
        else:
            self._replies.abort()
            self._fail_with(error)

    def _one_less(self, done: int) -> None:
        self._open -= 1
        self._done += done
        self._report(self._done / self._total)
        self._go_on()
