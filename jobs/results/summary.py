"""Sums up results in the background: one question at a time, the latest counts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...layers.summary.summing import sum_up
from ...text.translation import translate
from ..task import TaskJob

if TYPE_CHECKING:
    from ...layers.summary.source import SummaryRequest


class LatestSummary(QObject):
    """Answers the latest request; an answer to an earlier one never comes. `close` drops what is asked."""

    told = pyqtSignal(object)  # ResultSummary
    failed = pyqtSignal(object)  # JobError
    busy_changed = pyqtSignal(bool)

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._job: Optional[TaskJob] = None

    @property
    def is_busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._job is not None

    def ask(self, request: SummaryRequest) -> None:
        """Sum up what is asked for; `told` or `failed` follows, unless something else is asked before."""
        was_busy = self.is_busy
        self._drop()
        job = TaskJob(translate("Results", "Mapflow result summary"), partial(sum_up, request))
        self._job = job
        job.succeeded.connect(partial(self._on_told, job))
        job.failed.connect(partial(self._on_failed, job))
        job.start()
        if not was_busy:
            self.busy_changed.emit(True)

    def close(self) -> None:
        """Ask nothing any more."""
        was_busy = self.is_busy
        self._drop()
        if was_busy:
            self.busy_changed.emit(False)

    def _drop(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.cancel()

    def _on_told(self, job: TaskJob, summary: Any) -> None:
        if job is self._job:
            self._job = None
            self.busy_changed.emit(False)
            self.told.emit(summary)

    def _on_failed(self, job: TaskJob, error: Any) -> None:
        if job is self._job:
            self._job = None
            self.busy_changed.emit(False)
            self.failed.emit(error)
