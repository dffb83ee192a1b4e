"""Asking again while the service does not answer: after growing pauses, and not for ever."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Callable, Optional

from qgis.PyQt.QtCore import QObject, QTimer

from ...api.http.errors import PASSING, Fault

if TYPE_CHECKING:
    from ...api.http.errors import ApiError

_BORNE = PASSING | {Fault.NOT_MAPFLOW}
_LONGEST_S = 300.0


class Patience:
    """Repeats one step until it has an answer, for `most_s` at most; the first pause takes `first_s`."""

    def __init__(self, parent: QObject, most_s: float, first_s: float) -> None:
        self._most_s = most_s
        self._first_s = first_s
        self._pause_s = first_s
        self._since: Optional[float] = None
        self._step: Optional[Callable[[], None]] = None
        self._timer = QTimer(parent)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._again)

    @property
    def is_waiting(self) -> bool:
        """Whether a step is to be repeated."""
        return self._timer.isActive()

    def answered(self) -> None:
        """The service answers."""
        self._since = None
        self._pause_s = self._first_s

    def repeats(self, step: Callable[[], None], error: ApiError) -> bool:
        """Repeat `step` after a pause, where that may help; False where `error` is to be told."""
        now = time.monotonic()
        self._since = now if self._since is None else self._since
        if error.fault not in _BORNE or now - self._since >= self._most_s:
            return False
        self._step = step
        self._timer.start(int(1000 * self._pause_s))
        self._pause_s = min(_LONGEST_S, 2 * self._pause_s)
        return True

    def stop(self) -> None:
        """Repeat nothing."""
        self._timer.stop()
        self._step = None

    def _again(self) -> None:
        step, self._step = self._step, None
        if step is not None:
            step()
