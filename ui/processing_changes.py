"""What is changed about processings on the service: their name, that they run again, that they are gone."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import Qgis
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..api import processings
from ..api.errors import ApiError, Fault
from ..api.processing_start import UNKNOWN
from ..api.processings import Processing, Status
from ..api.translation import tr
from .notice import Notice, details_of, from_error
from .server_text import bounded

if TYPE_CHECKING:
    from ..api.reply import ApiReply
    from ..api.session import Session


class ProcessingChanges(QObject):
    """Sends the changes and says what came of them. Deletions go one after the other."""

    changed = pyqtSignal(object)  # Processing as it is now
    removed = pyqtSignal(str)  # id of one that was deleted
    restarted = pyqtSignal(object)  # Processing that runs again
    notice = pyqtSignal(object)  # Notice

    def __init__(self, session: Session, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._session = session
        self._replies: list[ApiReply] = []
        self._to_delete: list[Processing] = []
        self._not_deleted: list[tuple[Processing, ApiError]] = []
        self._is_deleting = False

    def rename(self, processing: Processing, name: str) -> None:
        """Give `processing` another name: shown at once, taken back where the service refuses."""
        self.changed.emit(dataclasses.replace(processing, name=name))
        reply = processings.update(self._session.client, processing.id, name=name)

        def refused(error: ApiError) -> None:
            self.changed.emit(processing)
            text = tr("“{name}” could not be renamed. {reason}").format(
                name=bounded(processing.name, 80), reason=error.sentence
            )
            self.notice.emit(dataclasses.replace(from_error(error), text=text))

        self._follow(reply, self._on_told, refused)

    def restart(self, processing: Processing) -> None:
        """Run the failed parts of `processing` again."""
        reply = processings.restart(self._session.client, processing)

        def began(answer: Optional[Processing]) -> None:
            running = answer or dataclasses.replace(
                processing, status=Status.IN_PROGRESS, percent=0, messages=()
            )
            self.changed.emit(running)
            self.restarted.emit(running)

        def refused(error: ApiError) -> None:
            if error.code == UNKNOWN:
                text = tr("“{name}”: {reason}")
            else:
                text = tr("“{name}” could not be restarted. {reason}")
            text = text.format(name=bounded(processing.name, 80), reason=error.sentence)
            self.notice.emit(dataclasses.replace(from_error(error), text=text))

        self._follow(reply, began, refused)

    def delete(self, doomed: Iterable[Processing]) -> None:
        """Delete processings with their results; what could not be deleted is told at the end, in one notice."""
        waiting = {processing.id for processing in self._to_delete}
        self._to_delete += [processing for processing in doomed if processing.id not in waiting]
        if not self._is_deleting:
            self._delete_next()

    def close(self) -> None:
        """Stop what is under way; what was sent already may still happen on the service."""
        self._to_delete.clear()
        self._not_deleted.clear()
        self._is_deleting = False
        replies, self._replies = self._replies, []
        for reply in replies:
            reply.abort()

    def _delete_next(self) -> None:
        self._is_deleting = bool(self._to_delete)
        if not self._to_delete:
            self._tell_undeleted()
            return
        processing = self._to_delete.pop(0)
        reply = processings.delete(self._session.client, processing.id)
        self._follow(
            reply, partial(self._on_deleted, processing), partial(self._on_delete_failed, processing)
        )

    def _on_deleted(self, processing: Processing, _answer: object = None) -> None:
        self.removed.emit(processing.id)
        self._delete_next()

    def _on_delete_failed(self, processing: Processing, error: ApiError) -> None:
        if error.fault is Fault.NOT_FOUND:  # someone else was quicker: it is gone all the same
            self._on_deleted(processing)
            return
        self._not_deleted.append((processing, error))
        self._delete_next()

    def _tell_undeleted(self) -> None:
        failures, self._not_deleted = self._not_deleted, []
        if not failures:
            return
        first, error = failures[0]
        if len(failures) == 1:
            text = tr("“{name}” could not be deleted. {reason}").format(
                name=bounded(first.name, 80), reason=error.sentence
            )
        else:
            text = tr("{count} processings could not be deleted. {reason}").format(
                count=len(failures), reason=error.sentence
            )
        details = "\n\n".join(f"{bounded(item.name)}\n{details_of(why)}" for item, why in failures)
        again = partial(self.delete, [item for item, _why in failures])
        self.notice.emit(Notice(text, Qgis.MessageLevel.Warning, details, tr("Try Again"), again))

    def _on_told(self, answer: Optional[Processing]) -> None:
        if answer is not None:
            self.changed.emit(answer)

    def _follow(
        self,
        reply: ApiReply,
        succeeded: Callable[..., None],
        failed: Callable[[ApiError], None],
    ) -> None:
        self._replies.append(reply)
        reply.succeeded.connect(succeeded)
        reply.failed.connect(failed)
        reply.finished.connect(partial(self._forget, reply))

    def _forget(self, reply: ApiReply) -> None:
        if reply in self._replies:
            self._replies.remove(reply)
