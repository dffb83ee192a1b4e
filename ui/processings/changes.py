"""What is changed about processings on the service: their name, that they run again, that they are gone."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...api import processings
from ...api.http.errors import ApiError
from ...api.http.replies import Replies
from ...api.lost_answers.restart import restart
from ...api.lost_answers.sent_once import UNKNOWN
from ...api.processings import Processing, Status
from ...jobs.deletions import Deletable, Deletions, Failures
from ...text.server_text import bounded
from ...text.translation import translate
from ..widgets.deletions import failures_notice
from ..widgets.notice import from_error

if TYPE_CHECKING:
    from ...api.http.reply import ApiReply
    from ...api.session import Session


class ProcessingChanges(QObject):
    """Sends the changes and says what came of them. Deletions go one after the other."""

    # Processing as it was, as it will be, and the ApiReply that says whether it is
    begun = pyqtSignal(object, object, object)
    leaving = pyqtSignal(object)  # Processing that is to be deleted
    kept = pyqtSignal(object)  # Processing that could not be deleted, or is not going to be
    removed = pyqtSignal(str)  # id of one that was deleted
    restarted = pyqtSignal(object)  # Processing that runs again
    notice = pyqtSignal(object)  # Notice

    def __init__(self, session: Session, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._session = session
        self._replies = Replies()
        self._deletions = Deletions(self._send_deletion, self)
        self._deletions.begun.connect(self.leaving)
        self._deletions.kept.connect(self.kept)
        self._deletions.deleted.connect(self._on_deleted)
        self._deletions.ended.connect(self._on_ended)

    def rename(self, processing: Processing, name: str) -> None:
        """Give `processing` another name: shown at once, taken back where the service refuses."""
        reply = processings.update(self._session.client, processing.id, name=name)

        def refused(error: ApiError) -> None:
            text = translate("Processings", "“{name}” could not be renamed. {reason}").format(
                name=bounded(processing.name, 80), reason=error.sentence
            )
            self.notice.emit(dataclasses.replace(from_error(error), text=text))

        self._replies.follow(reply, None, refused)
        self.begun.emit(processing, dataclasses.replace(processing, name=name), reply)

    def restart(self, processing: Processing) -> None:
        """Run the failed parts of `processing` again: shown at once, taken back where the service refuses."""
        reply = restart(self._session.client, processing)
        running = dataclasses.replace(processing, status=Status.IN_PROGRESS, percent=0, messages=())

        def began(answer: Optional[Processing]) -> None:
            self.restarted.emit(answer or running)

        def refused(error: ApiError) -> None:
            if error.code == UNKNOWN:
                text = translate("Processings", "“{name}”: {reason}")
            else:
                text = translate("Processings", "“{name}” could not be restarted. {reason}")
            text = text.format(name=bounded(processing.name, 80), reason=error.sentence)
            self.notice.emit(dataclasses.replace(from_error(error), text=text))

        self._replies.follow(reply, began, refused)
        self.begun.emit(processing, running, reply)

    def delete(self, unwanted: Iterable[Processing]) -> None:
        """Delete processings with their results; what could not be deleted is told at the end, in one notice."""
        self._deletions.add(unwanted)

    def close(self) -> None:
        """Stop what is under way; what was sent already may still happen on the service."""
        self._deletions.close()
        self._replies.abort()

    def _send_deletion(self, processing: Deletable) -> ApiReply:
        return processings.delete(self._session.client, processing.id)

    def _on_deleted(self, processing: Processing) -> None:
        self.removed.emit(processing.id)

    def _on_ended(self, failures: Failures) -> None:
        if failures:
            self.notice.emit(failures_notice(failures, _kept_ones, self._deletions.add))


def _kept_ones(count: int) -> str:
    return translate("Processings", "%Ln processings could not be deleted. {reason}", None, count)
