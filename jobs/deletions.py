"""Deletes things on the service one after the other, and tells at the end what could not be deleted."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Callable, Optional, Protocol

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..api.http.errors import Fault
from .job import Job, JobError, ReplyJob
from .queue import JobQueue

if TYPE_CHECKING:
    from ..api.http.reply import ApiReply


class Deletable(Protocol):
    """What can be deleted: it has an id and a name."""

    @property
    def id(self) -> str:
        """What the service knows it by."""

    @property
    def name(self) -> str:
        """What the user knows it by."""


Failures = tuple[tuple[Deletable, JobError], ...]


class Deletions(QObject):
    """A queue of things to delete; `delete` sends the request for one of them."""

    begun = pyqtSignal(object)  # a thing that waits to be deleted
    deleted = pyqtSignal(object)  # a thing that is gone
    kept = pyqtSignal(object)  # a thing that could not be deleted, or is not going to be
    ended = pyqtSignal(object)  # Failures: nothing waits any more, and these could not be deleted

    def __init__(self, delete: Callable[[Deletable], ApiReply], parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._delete = delete
        self._things: dict[str, Deletable] = {}  # those added since `ended` was told last
        self._failures: list[tuple[Deletable, JobError]] = []
        self._queue = JobQueue(1, parent=self)
        self._queue.changed.connect(self._on_queue)

    def add(self, things: Iterable[Deletable]) -> None:
        """Delete these, too, unless they wait for it already."""
        fresh = {thing.id: thing for thing in things if thing.id not in self._queue}
        self._things.update(fresh)
        for thing in fresh.values():
            self.begun.emit(thing)
        for thing in fresh.values():
            self._queue.add(thing.id, partial(self._job, thing))

    def close(self) -> None:
        """Delete nothing more, and do not say what could not be deleted.

        A request that was sent already may still be carried out by the service.
        """
        open_things = [thing for thing in self._things.values() if thing.id in self._queue]
        self._things.clear()
        self._failures.clear()
        self._queue.close()
        for thing in open_things:
            self.kept.emit(thing)

    def _job(self, thing: Deletable) -> Job:
        job = ReplyJob(partial(self._delete, thing))
        job.succeeded.connect(partial(self._on_deleted, thing))
        job.failed.connect(partial(self._on_failed, thing))
        return job

    def _on_deleted(self, thing: Deletable, _answer: object = None) -> None:
        self.deleted.emit(thing)

    def _on_failed(self, thing: Deletable, error: JobError) -> None:
        if error.cause is not None and error.cause.fault is Fault.NOT_FOUND:
            self._on_deleted(thing)  # someone else has deleted it: it is gone all the same
            return
        self._failures.append((thing, error))
        self.kept.emit(thing)

    def _on_queue(self) -> None:
        if self._things and not self._queue.ids:
            failures, self._failures = self._failures, []
            self._things.clear()
            self.ended.emit(tuple(failures))


def is_answer_lost(failures: Failures) -> bool:
    """Whether one of these may have been deleted all the same: it was sent, and no answer came."""
    causes = [error.cause for _thing, error in failures]
    return any(cause is not None and not cause.unsent and cause.status == 0 for cause in causes)
