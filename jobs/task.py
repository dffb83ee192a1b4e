"""Work that spends its time in GDAL or QGIS, done off the thread that asks for it."""

from __future__ import annotations

from typing import Any, Callable, ClassVar, Optional

from qgis.core import QgsApplication, QgsTask
from qgis.PyQt.QtCore import QCoreApplication, QThread, pyqtSignal

from ..api.background import BackgroundWork
from ..layers.gdal_errors import ConversionCancelledError, ConversionError, Report
from ..text.server_text import unmarked
from ..text.translation import translate
from .job import Job, JobError

Work = Callable[[Report], Any]
OnCancel = Optional[Callable[[], None]]


class _Call:
    """Calls `work` where an exception must not get out, and keeps what came of it.

    Afterwards `error` is set, or `was_cancelled`, or neither and `value` is what `work` returned.
    """

    def __init__(self, work: Work, report: Report) -> None:
        self.value: Any = None
        self.error: Optional[JobError] = None
        self.was_cancelled = False
        self._work = work
        self._report = report

    def run(self) -> bool:
        """Call it; False where it did not come to its end."""
        try:
            self.value = self._work(self._report)
        except ConversionCancelledError:
            self.was_cancelled = True
        except ConversionError as error:
            self.error = JobError(error.sentence, error.detail)
        except Exception as error:  # noqa: BLE001 - whatever it is, it must be told, and not end QGIS
            self.error = JobError.unforeseen(error)
        return self.error is None and not self.was_cancelled


class _Task(QgsTask):
    """A call as QGIS's task manager shows and cancels it."""

    _alive: ClassVar[set[_Task]] = set()  # the task manager keeps the C++ side only

    def __init__(self, title: str, work: Work, on_cancel: OnCancel, on_end: Callable[[_Call], None]) -> None:
        # QGIS's list of tasks shows the title as it is, its tool tip makes HTML of it
        super().__init__(unmarked(title), QgsTask.Flag.CanCancel)
        self._call = _Call(work, self._report)
        self._on_cancel = on_cancel
        self._on_end = on_end
        self._has_run = False
        self._alive.add(self)

    def run(self) -> bool:
        """QGIS: do it, in the task's thread."""
        self._has_run = True
        return self._call.run()

    def cancel(self) -> None:
        """QGIS: the user or the job wants it no more."""
        super().cancel()
        if self._on_cancel is not None:
            self._on_cancel()

    def finished(self, _result: bool) -> None:
        """QGIS: tell, in the main thread; also of a task that was cancelled before it began."""
        self._alive.discard(self)
        self._call.was_cancelled = self._call.was_cancelled or not self._has_run
        self._on_end(self._call)

    def _report(self, fraction: float) -> bool:
        self.setProgress(100 * fraction)
        return not self.isCanceled()


class TaskJob(Job):
    """One call of `work`, off the thread it is started in.

    In the main thread it is a task that QGIS's task manager shows as `title` and can cancel; in any other thread, which
    the task manager does not serve, it runs in a thread of Qt's pool.

    `work` gets a function that takes a fraction 0..1 and returns False when it should stop. It raises ConversionError
    with a sentence, or ConversionCancelledError. `on_cancel` is called when the work is to stop, for work that does not
    ask; `on_let_go` once, when `work` has ended or will never begin: files it used can be removed then. Both are called
    in the job's thread.
    """

    _moved = pyqtSignal(float)  # from the thread of the work to the job's

    def __init__(
        self,
        title: str,
        work: Work,
        on_let_go: Optional[Callable[[], None]] = None,
        on_cancel: OnCancel = None,
    ) -> None:
        super().__init__()
        self._title = title
        self._work = work
        self._on_let_go = on_let_go
        self._on_cancel = on_cancel
        self._task: Optional[_Task] = None
        self._background: Optional[BackgroundWork] = None
        self._is_wanted = True
        self._moved.connect(self._report)

    def _begin(self) -> None:
        application = QCoreApplication.instance()
        if application is not None and QThread.currentThread() == application.thread():
            self._task = _Task(self._title, self._work, self._on_cancel, self._ended)
            self._task.progressChanged.connect(self._on_percent)
            QgsApplication.taskManager().addTask(self._task)
            return
        call = _Call(self._work, self._report_from_pool)
        self._background = BackgroundWork(call.run, self)
        self._background.done.connect(lambda _whole: self._ended(call))
        self._background.start()

    def _stop(self) -> None:
        self._is_wanted = False
        if self._background is not None:
            self._kept.add(self)
            if self._on_cancel is not None:
                self._on_cancel()
        elif self._task is not None:
            self._task.cancel()

    def _on_percent(self, percent: float) -> None:
        self._report(percent / 100)

    def _report_from_pool(self, fraction: float) -> bool:
        self._moved.emit(fraction)
        return self._is_wanted

    def _ended(self, call: _Call) -> None:
        if self._background is not None:
            self._background.deleteLater()  # its connection to here would keep both for good
        self._task = self._background = None
        if self._on_let_go is not None:
            self._on_let_go()
        if not self.is_running:
            self._kept.discard(self)
        elif call.error is not None:
            self._fail(call.error)
        elif call.was_cancelled:
            self._fail(JobError(translate("Jobs", "It was cancelled in QGIS's task manager.")))
        else:
            self._succeed(call.value)
