"""Jobs that wait their turn: so many at a time, in the order they came."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Callable, Optional, Union

from qgis.PyQt.QtCore import QObject, pyqtSignal

from .job import Job

Lane = Union[Hashable, Callable[[], Hashable]]


@dataclass
class _Entry:
    make: Callable[[], Job]
    lane: Lane
    job: Optional[Job] = None

    @property
    def current_lane(self) -> Hashable:
        return self.lane() if callable(self.lane) else self.lane


class JobQueue(QObject):
    """Runs jobs, `at_once` at a time, the others waiting in the order they were added, or the newest first.

    Each has an id, by which it is asked for and cancelled: there is never a second of the same. Jobs of one `lane` run
    one after the other; those of no lane do not care. Where the lane may change, a function tells it. Of more than
    `most_waiting`, the oldest are dropped unstarted.
    """

    changed = pyqtSignal()  # one more waits, or runs, or has ended

    def __init__(
        self,
        at_once: int,
        newest_first: bool = False,
        most_waiting: Optional[int] = None,
        parent: Optional[QObject] = None,
    ) -> None:
        super().__init__(parent)
        self._at_once = at_once
        self._newest_first = newest_first
        self._most_waiting = most_waiting
        self._entries: dict[Hashable, _Entry] = {}
        self._running: dict[Hashable, _Entry] = {}  # those of them that have begun

    def __len__(self) -> int:
        """How many wait or run."""
        return len(self._entries)

    def __contains__(self, job_id: Hashable) -> bool:
        """Whether that job waits or runs."""
        return job_id in self._entries

    @property
    def ids(self) -> list[Hashable]:
        """Those that wait or run, in the order they were added."""
        return list(self._entries)

    def is_running(self, job_id: Hashable) -> bool:
        """Whether that job has begun, and not ended."""
        return job_id in self._running

    def add(self, job_id: Hashable, make: Callable[[], Job], lane: Lane = None) -> bool:
        """Let the job that `make` builds run when its turn comes; False where the same waits or runs already.

        `make` connects what it wants to know of the job before it returns it.
        """
        if job_id in self._entries:
            if self._newest_first:  # asked for again, it is the newest; for what runs the order says nothing
                self._entries[job_id] = self._entries.pop(job_id)
            return False
        self._entries[job_id] = _Entry(make, lane)
        self._drop_what_is_too_much()
        self.changed.emit()
        self._start_of([job_id])  # none of the others may start now: they would have started before
        return True

    def cancel(self, job_ids: Iterable[Hashable]) -> list[Hashable]:
        """Stop these, those that wait first, so that none of them begins meanwhile; returns which there were."""
        known = [job_id for job_id in job_ids if job_id in self._entries]
        for job_id in known:
            self._running.pop(job_id, None)
        for job in [self._entries.pop(job_id).job for job_id in known]:
            if job is not None:
                job.cancel()
        if known:
            self.changed.emit()
            self.go_on()
        return known

    def close(self) -> None:
        """Stop all."""
        self.cancel(self.ids)

    def go_on(self) -> None:
        """Start what may start now."""
        waiting = [job_id for job_id in self._entries if job_id not in self._running]
        self._start_of(reversed(waiting) if self._newest_first else waiting)

    def _start_of(self, job_ids: Iterable[Hashable]) -> None:
        """Start those of these that may start now."""
        for job_id in job_ids:
            if len(self._running) >= self._at_once:
                return
            entry = self._entries.get(job_id)
            if entry is None or job_id in self._running:
                continue  # a job that began before it has changed the queue
            lane = entry.current_lane
            if lane is None or all(other.current_lane != lane for other in self._running.values()):
                self._start(job_id, entry)

    def _start(self, job_id: Hashable, entry: _Entry) -> None:
        entry.job = entry.make()
        self._running[job_id] = entry
        entry.job.finished.connect(partial(self._on_finished, job_id, entry))
        entry.job.start()
        self.changed.emit()

    def _on_finished(self, job_id: Hashable, entry: _Entry) -> None:
        entry.job = None  # its connection to here holds the entry: both would stay for good
        if self._entries.get(job_id) is entry:
            del self._entries[job_id], self._running[job_id]
            self.changed.emit()
        self.go_on()

    def _drop_what_is_too_much(self) -> None:
        if self._most_waiting is not None:
            waiting = [job_id for job_id in self._entries if job_id not in self._running]
            for job_id in waiting[: max(0, len(waiting) - self._most_waiting)]:
                del self._entries[job_id]
