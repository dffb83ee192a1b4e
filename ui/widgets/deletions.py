"""Deletes things on the service one after the other, and tells at the end what could not be deleted."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Callable, Optional, Protocol

from qgis.core import Qgis
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...api.http.errors import ApiError, Fault
from ...api.http.replies import Replies
from ...text.server_text import bounded
from ...text.translation import translate
from .notice import Notice, details_of

if TYPE_CHECKING:
    from ...api.http.reply import ApiReply


class Doomed(Protocol):
    """What is to go: it has an id and a name."""

    @property
    def id(self) -> str:
        """What the service knows it by."""

    @property
    def name(self) -> str:
        """What the user knows it by."""


class Deletions(QObject):
    """A queue of what is to go; `delete` sends one deletion, `many` says how many stay, with {reason}."""

    begun = pyqtSignal(object)  # one that waits to go
    deleted = pyqtSignal(object)  # one that is gone
    kept = pyqtSignal(object)  # one that could not be deleted, or is not going to be
    ended = pyqtSignal(bool)  # nothing waits any more; whether an answer was lost
    notice = pyqtSignal(object)  # Notice

    def __init__(
        self,
        delete: Callable[[Doomed], ApiReply],
        many: Callable[[int], str],
        parent: Optional[QObject] = None,
    ) -> None:
        super().__init__(parent)
        self._delete = delete
        self._many = many
        self._replies = Replies()
        self._waiting: list[Doomed] = []
        self._failures: list[tuple[Doomed, ApiError]] = []
        self._is_running = False

    def add(self, doomed: Iterable[Doomed]) -> None:
        """Delete these, too, unless they wait for it already."""
        waiting = {each.id for each in self._waiting}
        fresh = [each for each in doomed if each.id not in waiting]
        self._waiting += fresh
        for each in fresh:
            self.begun.emit(each)
        if not self._is_running:
            self._next()

    def close(self) -> None:
        """Delete no more, and tell nothing."""
        waiting, self._waiting = self._waiting, []
        self._failures.clear()
        self._is_running = False
        self._replies.abort()
        for each in waiting:
            self.kept.emit(each)

    def _next(self) -> None:
        self._is_running = bool(self._waiting)
        if not self._waiting:
            self._end()
            return
        doomed = self._waiting.pop(0)
        self._replies.follow(
            self._delete(doomed), partial(self._on_deleted, doomed), partial(self._on_failed, doomed)
        )

    def _on_deleted(self, doomed: Doomed, _answer: object = None) -> None:
        self.deleted.emit(doomed)
        self._next()

    def _on_failed(self, doomed: Doomed, error: ApiError) -> None:
        if error.fault is Fault.NOT_FOUND:  # someone else was quicker: it is gone all the same
            self._on_deleted(doomed)
            return
        self.kept.emit(doomed)
        self._failures.append((doomed, error))
        self._next()

    def _end(self) -> None:
        failures, self._failures = self._failures, []
        self.ended.emit(any(not error.unsent and error.status == 0 for _doomed, error in failures))
        if not failures:
            return
        first, error = failures[0]
        if len(failures) == 1:
            text = translate("Widgets", "“{name}” could not be deleted. {reason}").format(
                name=bounded(first.name, 80), reason=error.sentence
            )
        else:
            text = self._many(len(failures)).format(reason=error.sentence)
        details = "\n\n".join(f"{bounded(doomed.name)}\n{details_of(why)}" for doomed, why in failures)
        again = partial(self.add, [doomed for doomed, _why in failures])
        self.notice.emit(
            Notice(text, Qgis.MessageLevel.Warning, details, translate("Widgets", "Try Again"), again)
        )
