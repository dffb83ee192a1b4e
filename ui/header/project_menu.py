"""The menu of the current project: a new one, renaming, sharing, deleting."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QActionGroup, QMenu

from ...api import projects
from ...api.http.replies import LatestReply
from ...api.lost_answers.create import create_project
from ...api.projects import ProjectOrder
from ...api.settings import PROJECTS_ORDER
from ...text.translation import translate
from ..widgets.icons import icon_named
from ..widgets.notice import from_error
from .menu import ButtonMenu
from .project_deletion import ProjectDeletion
from .project_dialog import ProjectDialog
from .project_order import listed_order, order_title
from .sharing_dialog import SharingDialog

if TYPE_CHECKING:
    from qgis.PyQt.QtWidgets import QToolButton, QWidget

    from ...api.http.errors import ApiError
    from ...api.http.reply import ApiReply
    from ...api.projects import Project
    from ...api.session import Session


class ProjectMenu(ButtonMenu):
    """Makes and changes projects; its dialogs belong to `window`."""

    notice = pyqtSignal(object)  # Notice
    list_changed = pyqtSignal()  # the service may have other projects than before

    def __init__(self, session: Session, button: QToolButton, window: QWidget) -> None:
        super().__init__("projectMenu", button)
        self._session = session
        self._window = window
        self._renamed = LatestReply()
        self.deletion = ProjectDeletion(session, window)
        self.deletion.notice.connect(self.notice)
        self.deletion.list_changed.connect(self.list_changed)
        button.setIcon(icon_named("mActionFileOpen.svg"))
        self.new_action = self.add(
            "newProjectAction", translate("Header", "&New Project…"), self._new, "mActionAdd.svg"
        )
        self.rename_action = self.add(
            "renameProjectAction", translate("Header", "&Rename…"), self._rename, "mActionToggleEditing.svg"
        )
        self.sharing_action = self.add(
            "projectSharingAction", translate("Header", "&Sharing…"), self._show_sharing, "mActionSharing.svg"
        )
        self.order_menu = self._add_order_menu()
        self.addSeparator()
        self.delete_action = self.add(
            "deleteProjectAction",
            translate("Header", "&Delete…"),
            self.deletion.ask,
            "mActionDeleteSelected.svg",
        )

    def show_project(self, project: Optional[Project]) -> None:
        """Offer what may be done with `project`, the current one."""
        self.rename_action.setEnabled(project is not None and project.may_rename)
        self.delete_action.setEnabled(project is not None and project.may_delete)
        self.sharing_action.setEnabled(project is not None)

    def stop(self) -> None:
        """Wait for no answer any more."""
        self._renamed.abort()
        self.deletion.stop()

    def _add_order_menu(self) -> QMenu:
        menu = self.addMenu(icon_named("sort.svg"), translate("Header", "Sor&t Projects By"))
        menu.setObjectName("projectOrderMenu")
        group = QActionGroup(menu)
        for order in ProjectOrder:
            action = menu.addAction(order_title(order))
            action.setCheckable(True)
            action.setChecked(order is listed_order())
            action.triggered.connect(partial(self._sort_by, order))
            group.addAction(action)
        return menu

    def _sort_by(self, order: ProjectOrder, _checked: bool = False) -> None:
        PROJECTS_ORDER.write(order.name)
        self.list_changed.emit()

    def _new(self) -> None:
        client = self._session.client

        def submit(name: str, description: str) -> ApiReply:
            return create_project(client, name, description)

        dialog = ProjectDialog(translate("Header", "New Project"), submit, parent=self._window)
        dialog.saved.connect(self._session.choose_project)
        self._run(dialog)

    def _rename(self) -> None:
        project = self._session.project
        if project is None:
            return
        client = self._session.client

        def submit(name: str, description: str) -> ApiReply:
            return projects.update(client, project.id, name=name, description=description)

        dialog = ProjectDialog(translate("Header", "Rename Project"), submit, project, self._window)
        dialog.saved.connect(lambda _answer: self._read_renamed(project.id))
        self._run(dialog)

    def _run(self, dialog: ProjectDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        # also after Cancel: a request that nobody waits for any more may have reached the service
        dialog.finished.connect(lambda _result: self.list_changed.emit())
        dialog.open()

    def _read_renamed(self, project_id: str) -> None:
        """Read the project again: the answer to a change may be empty, or hold a part of the project."""
        self._renamed.follow(
            projects.fetch(self._session.client, project_id), self._session.choose_project, self._report
        )

    def _report(self, error: ApiError) -> None:
        self.notice.emit(from_error(error))

    def _show_sharing(self) -> None:
        project = self._session.project
        if project is not None:
            dialog = SharingDialog(self._session, project, self._window)
            dialog.shared.connect(self._session.choose_project)
            dialog.open()
