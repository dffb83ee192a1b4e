"""Deletes the current project, once the user has been told what goes with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import Qgis
from qgis.PyQt.QtCore import QObject, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QMessageBox, QWidget

from ...api import projects
from ...api.http.replies import Replies
from ...text.translation import translate
from ..widgets.notice import Notice, from_error

if TYPE_CHECKING:
    from ...api.http.errors import ApiError
    from ...api.projects import Project
    from ...api.session import Session


class ProjectDeletion(QObject):
    """Asks, deletes, and makes the default project the current one."""

    notice = pyqtSignal(object)  # Notice
    list_changed = pyqtSignal()  # the service has one project fewer

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._answers = Replies()

    def ask(self) -> None:
        """Ask whether the current project is to be deleted."""
        project = self._session.project
        if project is None:
            return
        box = QMessageBox(self._window)
        box.setObjectName("deleteProjectBox")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(translate("Header", "Delete Project"))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(deletion_text(project))
        box.addButton(translate("Header", "&Delete"), QMessageBox.ButtonRole.DestructiveRole).clicked.connect(
            lambda _checked=False: self._delete(project)
        )
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(cancel)
        box.setEscapeButton(cancel)
        box.open()

    def stop(self) -> None:
        """Wait for no answer any more; what was sent may still happen on the service."""
        self._answers.abort()

    def _delete(self, project: Project) -> None:
        self._answers.follow(
            projects.delete(self._session.client, project.id),
            lambda _nothing: self._leave(project),
            self._report,
        )

    def _leave(self, project: Project) -> None:
        text = translate("Header", "The project {name} was deleted.").format(name=project.name)
        self.notice.emit(Notice(text, Qgis.MessageLevel.Success))
        self._answers.follow(projects.fetch_default(self._session.client), self._choose_default, self._report)

    def _choose_default(self, project: Project) -> None:
        self._session.choose_project(project)
        self.list_changed.emit()

    def _report(self, error: ApiError) -> None:
        self.notice.emit(from_error(error))


def deletion_text(project: Project) -> str:
    """What goes when a project is deleted."""
    count = project.succeeded + project.failed
    if count == 0:
        return translate("Header", "Delete the project {name}? It has no finished processings.").format(
            name=project.name
        )
    return translate(
        "Header",
        "Delete the project {name}? Its %n finished processings and their results go with it. "
        "Layers and files already on this computer stay.",
        "Delete the project {name}? Its one finished processing and the results of that go with it. "
        "Layers and files already on this computer stay.",
        count,
    ).format(name=project.name)
