"""Sums up results in the background: one question at a time, the latest counts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...layers.summary.summing import sum_up
from ...text.translation import translate
from ..job import LatestJob
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
        self._job = LatestJob()

    @property
    def is_busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._job.is_waited_for

    def ask(self, request: SummaryRequest) -> None:
        """Sum up what is asked for; `told` or `failed` follows, unless something else is asked before."""
        was_busy = self.is_busy
        job = TaskJob(translate("Results", "Mapflow result summary"), partial(sum_up, request))
        self._job.start(job, self._on_told, self._on_failed)
        if not was_busy:
            self.busy_changed.emit(True)

    def close(self) -> None:
        """Ask nothing any more."""
        was_busy = self.is_busy
        self._job.cancel()
        if was_busy:
            self.busy_changed.emit(False)

    def _on_told(self, summary: Any) -> None:
        self.busy_changed.emit(False)
        self.told.emit(summary)

    def _on_failed(self, error: Any) -> None:
        self.busy_changed.emit(False)
        self.failed.emit(error)
