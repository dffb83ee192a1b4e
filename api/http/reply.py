"""One request in flight, as its caller sees it."""

from __future__ import annotations

from typing import Any, Callable, Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal

from .errors import ApiError
from .guard import unforeseen


class ApiReply(QObject):
    """What an api function returns at once. The outcome comes by signal, after the caller had time to connect.

    A reply emits exactly one of `succeeded` and `failed`, and then `finished`. After `abort` it emits `finished`
    alone. The client keeps a running reply alive, so the caller may drop it.
    """

    succeeded = pyqtSignal(object)
    failed = pyqtSignal(object)  # ApiError
    progressed = pyqtSignal(object, object)  # bytes done, bytes total (-1 where unknown)
    finished = pyqtSignal()

    def __init__(self, on_abort: Optional[Callable[[], None]] = None) -> None:
        super().__init__()
        self._running = True
        self._on_abort = on_abort

    @property
    def is_running(self) -> bool:
        """Whether the outcome is still open."""
        return self._running

    def abort(self) -> None:
        """Give up: neither `succeeded` nor `failed` will be emitted, only `finished`."""
        if not self._running:
            return
        self._running = False
        on_abort, self._on_abort = self._on_abort, None
        try:
            if on_abort is not None:
                on_abort()
        except Exception as problem:  # noqa: BLE001 - whatever could not be stopped, this reply has ended
            unforeseen(problem)
        self.finished.emit()

    # Only the code that produces the outcome calls the methods below.

    def when_aborted(self, on_abort: Optional[Callable[[], None]]) -> None:
        """Set the function that `abort` calls. A composed reply sets it anew for each step."""
        self._on_abort = on_abort

    def succeed(self, value: object) -> None:
        """Report success with `value`."""
        if self._end():
            self.succeeded.emit(value)
            self.finished.emit()

    def fail(self, error: ApiError) -> None:
        """Report failure."""
        if self._end():
            self.failed.emit(error)
            self.finished.emit()

    def progress(self, done: int, total: int) -> None:
        """Report bytes `done` of `total`, -1 where the total is unknown."""
        if self._running:
            self.progressed.emit(done, total)

    def follow(
        self,
        step: ApiReply,
        on_success: Optional[Callable[[Any], None]] = None,
        on_failure: Optional[Callable[[ApiError], None]] = None,
    ) -> None:
        """Wait for `step`. Its outcome becomes the outcome of this reply, or is given to `on_success` or `on_failure`.

        This reply fails when one of these functions throws an exception.
        """
        self.when_aborted(step.abort)
        step.progressed.connect(self.progress)
        step.succeeded.connect(self.succeed if on_success is None else self._guarded(on_success))
        step.failed.connect(self.fail if on_failure is None else self._guarded(on_failure))

    def _guarded(self, function: Callable[[Any], None]) -> Callable[[Any], None]:
        def run(outcome: object) -> None:
            try:
                function(outcome)
            except Exception as problem:  # noqa: BLE001 - what is to come here is not known
                self.fail(unforeseen(problem))

        return run

    def _end(self) -> bool:
        was_running, self._running = self._running, False
        self._on_abort = None
        return was_running
