"""One run of an algorithm: what it asks of the service, waited for in the algorithm's own thread."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Callable, Optional

from qgis.core import QgsProcessingException, QgsProcessingFeedback
from qgis.PyQt.QtCore import QCoreApplication, QEventLoop, QObject, QThread, QTimer, pyqtBoundSignal, pyqtSlot

from ...api.http.client import Client
from ...text.server_text import unmarked

if TYPE_CHECKING:
    from ...api.http.errors import ApiError
    from ...api.http.reply import ApiReply
    from ...jobs.job import Job, JobError
    from .login import Login

_LONGEST = 1_000  # characters of a line of feedback
_WHOLE = (0.0, 100.0)


class CancelledError(Exception):
    """The user wants the algorithm to stop."""


class RefusedError(Exception):
    """The service, or the network, said no; `error` says why."""

    def __init__(self, error: ApiError) -> None:
        super().__init__(error.sentence)
        self.error = error


class Errand(QObject):
    """Waits for replies and jobs, and stops them at once when `feedback` is cancelled.

    It belongs to the thread it is made in, and so does its client. Progress is in per cent.
    """

    def __init__(self, login: Login, feedback: QgsProcessingFeedback) -> None:
        super().__init__()
        self.client = Client(login.server, login.credential, self)
        self.feedback = feedback
        self._stop: Optional[Callable[[], None]] = None
        self._span = _WHOLE
        # Where the feedback is cancelled in another thread, the event loop of this one is woken.
        feedback.canceled.connect(self._on_canceled)

    def close(self) -> None:
        """Stop all that runs."""
        self.feedback.canceled.disconnect(self._on_canceled)
        self.client.close()

    # waiting

    def ask(self, reply: ApiReply) -> Any:
        """Return what `reply` succeeds with; raises QgsProcessingException with its sentence, or CancelledError."""
        try:
            return self.try_to_ask(reply)
        except RefusedError as refusal:
            raise QgsProcessingException(refusal.error.sentence) from None

    def try_to_ask(self, reply: ApiReply) -> Any:
        """Return what `reply` succeeds with; raises RefusedError or CancelledError."""
        told: list[Any] = []
        refused: list[ApiError] = []
        reply.succeeded.connect(told.append)
        reply.failed.connect(refused.append)
        self._wait(reply.finished, lambda: reply.is_running, reply.abort)
        if refused:
            raise RefusedError(refused[0])
        return told[0]

    def carry_out(self, job: Job) -> Any:
        """Start `job` and return what it succeeds with; raises QgsProcessingException or CancelledError."""
        told: list[Any] = []
        failed: list[JobError] = []
        job.succeeded.connect(told.append)
        job.failed.connect(failed.append)
        job.progressed.connect(partial(self._on_progress, []))
        self.stop_if_cancelled()
        job.start()
        self._wait(job.finished, lambda: job.is_running, job.cancel)
        if failed:
            raise QgsProcessingException(failed[0].sentence)
        return told[0]

    def pause(self, milliseconds: int) -> None:
        """Let time pass; raises CancelledError at once when the user cancels."""
        timer = QTimer()
        timer.setSingleShot(True)
        timer.start(milliseconds)
        self._wait(timer.timeout, timer.isActive, timer.stop)

    def stop_if_cancelled(self) -> None:
        """Raise CancelledError if the user has cancelled."""
        if self.feedback.isCanceled():
            raise CancelledError

    # telling

    @contextmanager
    def span(self, start: float, end: float) -> Iterator[None]:
        """What is done within is the part from `start` to `end` per cent of what is done around it."""
        low, high = former = self._span
        self._span = (low + (high - low) * start / 100, low + (high - low) * end / 100)
        self.progress(0.0)
        try:
            yield
            self.progress(1.0)
        finally:
            self._span = former

    def progress(self, fraction: float) -> None:
        """Tell how much of the span is done, 0..1."""
        low, high = self._span
        self.feedback.setProgress(low + (high - low) * min(1.0, max(0.0, fraction)))

    def stage(self, sentence: str) -> None:
        """Tell what is being done."""
        self.feedback.setProgressText(unmarked(sentence, _LONGEST))

    def say(self, sentence: str) -> None:
        """Tell what was found or done."""
        self.feedback.pushInfo(unmarked(sentence, _LONGEST))

    def warn(self, sentence: str) -> None:
        """Tell what the user should look at."""
        self.feedback.pushWarning(unmarked(sentence, _LONGEST))

    def _on_progress(self, told: list[str], fraction: float, doing: object) -> None:
        """Tell how far a job is, and what it does where that is something else than it `told` last."""
        if fraction >= 0:
            self.progress(fraction)
        if isinstance(doing, str) and doing and told[-1:] != [doing]:
            told[:] = [doing]
            self.stage(doing)

    @pyqtSlot()
    def _on_canceled(self) -> None:
        if self._stop is not None:
            self._stop()
            self._stop = None

    def _wait(self, ended: pyqtBoundSignal, is_running: Callable[[], bool], stop: Callable[[], None]) -> None:
        loop = QEventLoop()
        ended.connect(loop.quit)

        def give_up() -> None:
            stop()
            loop.quit()

        self._stop = give_up
        if self.feedback.isCanceled():
            self._on_canceled()
        elif is_running():
            loop.exec(_events())  # type: ignore[arg-type]
        self._stop = None
        self.stop_if_cancelled()


def _events() -> QEventLoop.ProcessEventsFlag:
    """What a loop lets through: in the main thread whoever called waits, and nobody is to click in between."""
    application = QCoreApplication.instance()
    is_main = application is not None and QThread.currentThread() == application.thread()
    flags = QEventLoop.ProcessEventsFlag
    return flags.ExcludeUserInputEvents if is_main else flags.AllEvents
