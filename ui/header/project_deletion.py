"""Deletes the current project, once the user has been told what goes with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from qgis.core import Qgis
from qgis.PyQt.QtCore import QObject, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QMessageBox, QWidget

from ...api import projects
from ...api.http.replies import LatestReply, Replies
from ...text.server_text import bounded
from ...text.translation import translate
from ..widgets.guide import Chapter
from ..widgets.notice import Notice, from_error
from ..widgets.question import plain_box

if TYPE_CHECKING:
    from ...api.http.errors import ApiError
    from ...api.projects import Project
    from ...api.session import Session

_LONGEST_NAME = 80


class ProjectDeletion(QObject):
    """Counts, asks, deletes, and makes the default project the current one."""

    notice = pyqtSignal(object)  # Notice
    list_changed = pyqtSignal()  # the service has one project fewer

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._answers = Replies()
        self._count = LatestReply()

    def ask(self) -> None:
        """Ask whether the current project is to be deleted."""
        project = self._session.project
        if project is None:
            return
        counting = translate("Header", "Counting the processings of {name}…")
        box = plain_box(
            self._window,
            "deleteProjectBox",
            counting.format(name=bounded(project.name, _LONGEST_NAME)),
            "",
            Chapter.PROJECT,
        )
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        delete = box.addButton(translate("Header", "&Delete"), QMessageBox.ButtonRole.DestructiveRole)
        delete.setEnabled(False)
        delete.clicked.connect(lambda _checked=False: self._delete(project))
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(cancel)
        box.setEscapeButton(cancel)
        box.finished.connect(lambda _result: self._count.abort())
        box.open()

        def put_question(count: Optional[int]) -> None:
            box.setText(deletion_text(project, count))
            delete.setEnabled(True)

        self._count.follow(
            projects.count_processings(self._session.client, project.id),
            put_question,
            lambda _error: put_question(None),
        )

    def stop(self) -> None:
        """Wait for no answer any more; what was sent may still happen on the service."""
        self._answers.abort()
        self._count.abort()

    def _delete(self, project: Project) -> None:
        self._answers.follow(
            projects.delete(self._session.client, project.id),
            lambda _nothing: self._leave(project),
            self._report,
        )

    def _leave(self, project: Project) -> None:
        text = translate("Header", "The project “{name}” was deleted.")
        text = text.format(name=bounded(project.name, _LONGEST_NAME))
        self.notice.emit(Notice(text, Qgis.MessageLevel.Success))
        self._answers.follow(projects.fetch_default(self._session.client), self._choose_default, self._report)

    def _choose_default(self, project: Project) -> None:
        self._session.choose_project(project)
        self.list_changed.emit()

    def _report(self, error: ApiError) -> None:
        self.notice.emit(from_error(error))


def deletion_text(project: Project, count: Optional[int]) -> str:
    """What goes when a project is deleted; `count` processings, None where that is not known."""
    if count is None:
        text = translate(
            "Header",
            "Delete the project “{name}”? How many processings it has is not known: all of them and their results go "
            "with it. Layers and files already on this computer stay.",
        )
    elif count == 0:
        text = translate("Header", "Delete the project “{name}”? It has no processings.")
    else:
        text = translate(
            "Header",
            "Delete the project “{name}”? Its %Ln processings and their results go with it. "
            "Layers and files already on this computer stay.",
            "Delete the project “{name}”? Its one processing and the results of that go with it. "
            "Layers and files already on this computer stay.",
            count,
        )
    return text.format(name=bounded(project.name, _LONGEST_NAME))
