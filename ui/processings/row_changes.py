"""Shows changes in their rows before the service has answered, and takes back what it refuses."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...api import processings
from ...api.http.errors import ApiError, Fault
from ...api.http.replies import Replies
from ...api.processings import Processing

if TYPE_CHECKING:
    from ...api.http.reply import ApiReply
    from ...api.session import Session
    from ...jobs.processings.pending_changes import Change, PendingChanges


class RowChanges(QObject):
    """Keeps the rows to what is being changed. Where an answer was lost, the processing is looked at."""

    # Processing as the service tells it, to be shown with what is still pending
    row_changed = pyqtSignal(object)
    gone = pyqtSignal(str)  # id of one that the service has no more

    def __init__(self, session: Session, pending: PendingChanges, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._pending = pending
        self._looks = Replies()
        self._deletions: dict[str, Change] = {}
        self._is_open = True

    def follow(self, before: Processing, expected: Processing, reply: ApiReply) -> None:
        """Show `expected` until `reply` tells; then what it says, or `before`."""
        change = self._pending.begin(before, expected)
        done: list[bool] = []

        def succeeded(answer: object) -> None:
            done.append(True)
            heard = self._pending.end(change, answer if isinstance(answer, Processing) else expected)
            self.row_changed.emit(heard)

        def finished() -> None:
            # it was refused, its answer was lost, or nobody waits for that: it may have been done
            if not done:
                self.row_changed.emit(self._pending.end(change))
                self.look_at(before.id)

        reply.succeeded.connect(succeeded)
        reply.finished.connect(finished)
        self.row_changed.emit(before)

    def begin_deletion(self, processing: Processing) -> None:
        """Its row leaves at once."""
        self._deletions[processing.id] = self._pending.begin(processing, None)
        self.row_changed.emit(processing)

    def end_deletion(self, processing_id: str) -> None:
        """It is gone."""
        change = self._deletions.pop(processing_id, None)
        if change is not None:
            self._pending.end(change)

    def give_up_deletion(self, processing: Processing) -> None:
        """It could not be deleted, or is not going to be: its row comes back, unless it is gone all the same."""
        change = self._deletions.pop(processing.id, None)
        if change is not None:
            self.row_changed.emit(self._pending.end(change))
            self.look_at(processing.id)

    def look_at(self, processing_id: str) -> None:
        """Ask what became of a processing, and show it."""
        if not self._is_open or not self._session.is_signed_in:
            return
        question = processings.fetch(self._session.client, processing_id)
        self._looks.follow(question, self.row_changed.emit, partial(self._not_there, processing_id))

    def close(self) -> None:
        """Look at nothing any more."""
        self._is_open = False
        self._looks.abort()

    def _not_there(self, processing_id: str, error: ApiError) -> None:
        if error.fault is Fault.NOT_FOUND:
            self.gone.emit(processing_id)
