"""Work that takes a while, as whoever started it sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, ClassVar, Optional

from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ..api.http.guard import unforeseen
from ..api.http.replies import Replies
from ..text.translation import translate

if TYPE_CHECKING:
    from ..api.http.errors import ApiError
    from ..api.http.reply import ApiReply

UNKNOWN_FRACTION = -1.0


@dataclass(frozen=True)
class JobError:
    """Why a job failed: a sentence for the user, details to copy, and the service's error where it was one."""

    sentence: str
    detail: str = ""
    cause: Optional[ApiError] = None

    @staticmethod
    def of(error: ApiError) -> JobError:
        """The error of a request."""
        return JobError(error.sentence, error.raw, error)

    @staticmethod
    def unforeseen(error: Exception) -> JobError:
        """The error of a fault in this plugin or in a library."""
        return JobError(translate("Jobs", "Something unforeseen went wrong. Try again."), repr(error))


class Job(QObject):
    """One piece of work; `start` begins it, and signals tell how it goes.

    Exactly one of `succeeded` and `failed` is emitted, never before `start` returns, unless `cancel` was called; and
    then always `finished`. A running job keeps itself alive: whoever started it may drop it. It runs in any thread
    that has an event loop, and belongs to the thread it was made in.
    """

    progressed = pyqtSignal(float, object)  # 0..1, below 0 where it is not known; what it is doing
    succeeded = pyqtSignal(object)
    failed = pyqtSignal(object)  # JobError
    finished = pyqtSignal()

    _kept: ClassVar[set[Job]] = set()  # those that run, or whose work has not let go of its files

    def __init__(self) -> None:
        super().__init__()
        self._is_running = False
        self._is_starting = False
        self._replies = Replies()

    @property
    def is_running(self) -> bool:
        """Whether it was started and its outcome is still open."""
        return self._is_running

    def start(self) -> None:
        """Begin, once; returns at once."""
        self._is_running = self._is_starting = True
        self._kept.add(self)
        try:
            self._begin()
        except Exception as error:  # noqa: BLE001 - whatever it is, whoever waits has to be told
            self._fail(JobError.unforeseen(error))
        self._is_starting = False

    def cancel(self) -> None:
        """Stop, and take back what was begun: neither `succeeded` nor `failed` will be emitted, only `finished`."""
        if self._end():
            self._replies.abort()
            self._stop()
            self.finished.emit()

    # The rest is for the kinds of jobs.

    def _begin(self) -> None:
        """Begin the work."""
        raise NotImplementedError

    def _stop(self) -> None:
        """Stop what runs besides requests, and take back what was begun; the job was cancelled."""

    def _follow(
        self,
        reply: ApiReply,
        on_success: Callable[[Any], None],
        on_failure: Optional[Callable[[ApiError], None]] = None,
    ) -> ApiReply:
        """Go on when `reply` ends. It is aborted when the job is cancelled; its failure is the job's by default.

        A step that throws ends the job: Qt drops the exceptions of a slot, and whoever waits would wait for ever.
        """
        return self._replies.follow(
            reply, self._guarded(on_success), self._guarded(on_failure or self._fail_with)
        )

    def _guarded(self, step: Callable[[Any], None]) -> Callable[[Any], None]:
        def run(outcome: object) -> None:
            try:
                step(outcome)
            except Exception as problem:  # noqa: BLE001 - whatever it is, whoever waits has to be told
                error = JobError.of(unforeseen(problem))
                if self._is_running:
                    self._replies.abort()
                    self._stop()
                    self._fail(error)

        return run

    def _report(self, fraction: float, doing: object = "") -> None:
        if self._is_running:
            self.progressed.emit(fraction, doing)

    def _succeed(self, value: object = None) -> None:
        self._tell(lambda: self.succeeded.emit(value))

    def _fail(self, error: JobError) -> None:
        self._tell(lambda: self.failed.emit(error))

    def _fail_with(self, error: ApiError) -> None:
        self._fail(JobError.of(error))

    def _tell(self, outcome: Callable[[], None]) -> None:
        if self._is_starting:  # whoever called `start` may not be listening yet
            QTimer.singleShot(0, lambda: self._tell(outcome))
        elif self._end():
            outcome()
            self.finished.emit()

    def _end(self) -> bool:
        was_running, self._is_running = self._is_running, False
        self._kept.discard(self)
        return was_running


class LatestJob:
    """The job whose outcome somebody waits for: one that is started takes the place of the one before."""

    def __init__(self) -> None:
        self._job: Optional[Job] = None

    @property
    def is_waited_for(self) -> bool:
        """Whether an outcome is still to come."""
        return self._job is not None and self._job.is_running

    def start(self, job: Job, succeeded: Callable[..., None], failed: Callable[..., None]) -> None:
        """Start `job`, and tell its outcome to `succeeded` or `failed`."""
        self.cancel()
        job.succeeded.connect(succeeded)
        job.failed.connect(failed)
        self._job = job
        job.start()

    def cancel(self) -> None:
        """Wait for none any more."""
        job, self._job = self._job, None
        if job is not None and job.is_running:
            job.cancel()


class ReplyJob(Job):
    """One request as a job; `ask` sends it. It succeeds with what the reply does; its fraction is of the bytes."""

    def __init__(self, ask: Callable[[], ApiReply]) -> None:
        super().__init__()
        self._ask = ask

    def _begin(self) -> None:
        self._follow(self._ask(), self._succeed).progressed.connect(self._on_bytes)

    def _on_bytes(self, done: int, total: int) -> None:
        self._report(min(1.0, done / total) if total > 0 else UNKNOWN_FRACTION)
