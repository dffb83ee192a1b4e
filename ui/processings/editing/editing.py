"""Opens the dialogs for a processing, and shows in the list what came of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import Qgis
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ....api import processings, projects, reviews
from ....api.http.replies import Replies
from ....api.processings import Processing, Review
from ....text.server_text import bounded
from ....text.translation import translate
from ...widgets.guide import Chapter
from ...widgets.notice import Notice, from_error
from ...widgets.question import Question
from .dialogs import DescriptionDialog, MoveDialog, RatingDialog, RejectionDialog

if TYPE_CHECKING:
    from qgis.PyQt.QtWidgets import QWidget

    from ....api.http.errors import ApiError
    from ....api.http.reply import ApiReply
    from ....api.projects import Project
    from ....api.session import Session
    from .dialogs import EditDialog

_LONGEST_NAME = 80


class ProcessingEditing(QObject):
    """One dialog at a time; `close` closes it, and what was sent may still happen on the service."""

    # Processing as it was, as it will be, and the ApiReply that says whether it is
    begun = pyqtSignal(object, object, object)
    moved = pyqtSignal(str)  # id of one that is in another project now
    notice = pyqtSignal(object)  # Notice

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._question = Question(window, Chapter.PROCESSINGS)
        self._replies = Replies()
        self._dialog: Optional[EditDialog] = None

    @property
    def is_waiting(self) -> bool:
        """Whether the answer to something that shows in the list already is still to come."""
        return self._replies.are_waited_for

    def describe(self, processing: Processing) -> None:
        """Ask for another description."""
        client = self._session.client

        def submit(text: str) -> ApiReply:
            reply = processings.update(client, processing.id, description=text)
            return self._begun(processing, dataclasses.replace(processing, description=text), reply)

        self._open(DescriptionDialog(processing.description, submit, self._window))

    def move(self, processing: Processing) -> None:
        """Ask for another project."""
        client, project = self._session.client, self._session.project
        present = processing.project_id or (project.id if project is not None else "")

        def fetch(limit: int, offset: int, text: str) -> ApiReply:
            return projects.page(client, limit=limit, offset=offset, text=text)

        def submit(project: Project) -> ApiReply:
            reply = processings.update(client, processing.id, project_id=project.id)
            return self._begun(processing, dataclasses.replace(processing, project_id=project.id), reply)

        dialog = MoveDialog(fetch, present, submit, self._window)

        def moved(_answer: object) -> None:
            if dialog.project is not None:
                self._on_moved(processing, dialog.project)

        dialog.saved.connect(moved)
        self._open(dialog)

    def ask_to_accept(self, processing: Processing) -> None:
        """Accept the result once that is confirmed: afterwards it cannot be rejected."""
        text = translate("Editing", "Accept the result of “{name}”?").format(
            name=bounded(processing.name, _LONGEST_NAME)
        )
        more = translate("Editing", "It counts as ready then, and can no longer be rejected.")
        self._question.ask(
            "acceptResultQuestion",
            text,
            more,
            translate("Editing", "&Accept"),
            partial(self._accept, processing),
        )

    def reject(self, processing: Processing) -> None:
        """Ask what is wrong with the result."""
        client = self._session.client

        def submit(comment: str, corrections: Optional[Mapping[str, object]]) -> ApiReply:
            rejected = dataclasses.replace(processing, review_status=Review.NOT_ACCEPTED.value)
            reply = reviews.reject(client, processing.id, comment, corrections)
            return self._begun(processing, rejected, reply)

        self._open(RejectionDialog(submit, self._window))

    def rate(self, processing: Processing) -> None:
        """Ask how good the result is."""
        client = self._session.client

        def submit(rating: int, feedback: str) -> ApiReply:
            rated = dataclasses.replace(processing, rating=rating, feedback=feedback)
            return self._begun(processing, rated, reviews.rate(client, processing.id, rating, feedback))

        dialog = RatingDialog(submit, self._window, processing.rating, processing.feedback)
        dialog.saved.connect(lambda _answer: self._on_rated(processing))
        self._open(dialog)

    def close(self) -> None:
        """Ask nothing more, and wait for nothing."""
        if self._dialog is not None:
            self._dialog.reject()
        self._question.close()
        self._replies.abort()

    def _open(self, dialog: EditDialog) -> None:
        if self._dialog is not None:
            self._dialog.reject()
        self._dialog = dialog
        dialog.finished.connect(lambda _result: self._forget(dialog))
        dialog.open()

    def _forget(self, dialog: EditDialog) -> None:
        if self._dialog is dialog:
            self._dialog = None

    def _accept(self, processing: Processing) -> None:
        """The row changes at once, and goes back where the service refuses."""

        def refused(error: ApiError) -> None:
            text = translate("Editing", "The result of “{name}” could not be accepted. {reason}").format(
                name=bounded(processing.name, _LONGEST_NAME), reason=error.sentence
            )
            self.notice.emit(dataclasses.replace(from_error(error), text=text))

        reply = self._replies.follow(reviews.accept(self._session.client, processing.id), None, refused)
        self._begun(processing, dataclasses.replace(processing, review_status=Review.ACCEPTED.value), reply)

    def _begun(self, before: Processing, expected: Processing, reply: ApiReply) -> ApiReply:
        self.begun.emit(before, expected, reply)
        return reply

    def _on_moved(self, processing: Processing, project: Project) -> None:
        self.moved.emit(processing.id)
        text = translate("Editing", "“{name}” was moved to the project “{project}”.").format(
            name=bounded(processing.name, _LONGEST_NAME),
            project=bounded(project.name, _LONGEST_NAME),
        )
        show: Callable[[], None] = partial(self._session.choose_project, project)
        self.notice.emit(
            Notice(
                text, Qgis.MessageLevel.Success, action=translate("Editing", "Open Project"), on_action=show
            )
        )

    def _on_rated(self, processing: Processing) -> None:
        text = translate("Editing", "The result of “{name}” was rated. Thank you.").format(
            name=bounded(processing.name, _LONGEST_NAME)
        )
        self.notice.emit(Notice(text, Qgis.MessageLevel.Success))
