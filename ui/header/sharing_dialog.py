"""The dialog that says whom a project is shared with, and shares it with others."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.PyQt import uic
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QKeyEvent
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ...api import projects
from ...api.http.replies import Replies
from ...api.projects import ProjectRole, Share
from ...text.server_text import bounded
from ...text.translation import translate
from ..widgets.facts.dialog import add_copy_button
from ..widgets.facts.table import FactsTable
from ..widgets.guide import Chapter, add_help_button
from .project_sharing import sharing_facts

if TYPE_CHECKING:
    from ...api.http.errors import ApiError
    from ...api.projects import Project
    from ...api.session import Session

_FORM = str(Path(__file__).with_name("sharing_dialog.ui"))


class SharingDialog(QDialog):
    """Shows the members of `project`; owners can add others. It stays open, so that several can be added."""

    shared = pyqtSignal(object)  # Project as it is now

    factsSlot: QVBoxLayout
    sharePanel: QWidget
    shareEdit: QLineEdit
    shareRoleCombo: QComboBox
    shareButton: QPushButton
    shareMessage: QLabel
    shareButtons: QDialogButtonBox

    def __init__(self, session: Session, project: Project, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        uic.loadUi(_FORM, self)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(translate("Header", "Sharing"))
        self._session = session
        self._project = project
        self._replies = Replies()
        self.facts = FactsTable(translate("Header", "Whom the project is shared with"), self)
        self.factsSlot.addWidget(self.facts)
        self.shareRoleCombo.addItem(translate("Header", "Member"), Share.MEMBER)
        self.shareRoleCombo.addItem(translate("Header", "Owner"), Share.OWNER)
        add_copy_button(self.shareButtons, self.facts)
        add_help_button(self.shareButtons, Chapter.PROJECT)
        self.shareButtons.rejected.connect(self.reject)
        self.shareButton.clicked.connect(self._share)
        self.shareEdit.textEdited.connect(lambda _text: self._say(""))
        self._say("")
        self._show(project)

    def done(self, result: int) -> None:
        """Qt: the dialog closes, however it does; a request in flight is dropped."""
        self._replies.abort()
        super().done(result)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: Enter in the field shares; it never closes the dialog."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.shareEdit.hasFocus():
            self.shareButton.click()
        else:
            super().keyPressEvent(event)

    def _show(self, project: Project) -> None:
        self._project = project
        self.facts.set_facts(sharing_facts(project))
        self.sharePanel.setVisible(project.role is ProjectRole.OWNER)

    def _share(self) -> None:
        if self._replies.are_waited_for:
            return
        email = self.shareEdit.text().strip()
        problem = self._problem(email)
        if problem:
            self._say(problem)
            return
        client, role = self._session.client, self.shareRoleCombo.currentData()
        reply = projects.share(client, self._project.id, email, role)
        self._replies.follow(reply, partial(self._on_shared, email), self._on_refused)
        self._set_busy(True)

    def _problem(self, email: str) -> str:
        name, at, host = email.partition("@")
        if not (name and at and "." in host) or any(letter.isspace() for letter in email):
            return translate("Header", "Enter the e-mail address of a Mapflow account.")
        account = self._session.account
        if account is not None and email.lower() == account.email.strip().lower():
            return translate("Header", "This is your own address. Enter that of somebody else.")
        return ""

    def _on_shared(self, email: str, _answer: object) -> None:
        self._say(translate("Header", "The project is shared with {email}.").format(email=bounded(email, 80)))
        self.shareEdit.clear()
        question = projects.fetch(self._session.client, self._project.id)
        self._replies.follow(question, self._on_project, lambda _error: self._set_busy(False))

    def _on_project(self, project: Project) -> None:
        self._set_busy(False)
        self._show(project)
        self.shared.emit(project)

    def _on_refused(self, error: ApiError) -> None:
        self._set_busy(False)
        self._say(error.sentence)

    def _set_busy(self, busy: bool) -> None:
        for widget in (self.shareEdit, self.shareRoleCombo, self.shareButton):
            widget.setEnabled(not busy)
        if not busy:
            self.shareEdit.setFocus()

    def _say(self, sentence: str) -> None:
        self.shareMessage.setText(sentence)
        self.shareMessage.setVisible(bool(sentence))
