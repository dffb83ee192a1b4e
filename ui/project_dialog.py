"""The dialog that makes or renames a project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional

from qgis.PyQt import uic
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QWidget,
)

from ..api.translation import tr

if TYPE_CHECKING:
    from ..api.errors import ApiError
    from ..api.projects import Project
    from ..api.reply import ApiReply

_FORM = str(Path(__file__).with_name("project_dialog.ui"))

MAX_NAME = 255  # characters
MAX_DESCRIPTION = 4_000


class ProjectDialog(QDialog):
    """Asks for name and description, and closes only once the server has them."""

    projectNameEdit: QLineEdit
    projectDescriptionEdit: QPlainTextEdit
    projectMessage: QLabel
    projectProgress: QProgressBar
    projectButtons: QDialogButtonBox

    saved = pyqtSignal(object)  # the answer: a Project, or None where the server tells nothing

    def __init__(
        self,
        title: str,
        submit: Callable[[str, str], ApiReply],
        project: Optional[Project] = None,
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__(parent)
        uic.loadUi(_FORM, self)
        self.setWindowTitle(title)
        self._submit = submit
        self._reply: Optional[ApiReply] = None
        self._ok = self.projectButtons.button(QDialogButtonBox.StandardButton.Ok)
        self.projectNameEdit.setMaxLength(MAX_NAME)
        if project is not None:
            self.projectNameEdit.setText(project.name)
            self.projectNameEdit.selectAll()
            self.projectDescriptionEdit.setPlainText(project.description)
            self._ok.setText(tr("&Save"))
        else:
            self._ok.setText(tr("&Create"))
        self.projectButtons.accepted.connect(self._send)
        self.projectButtons.rejected.connect(self.reject)
        self.projectNameEdit.textChanged.connect(self._forget_message)
        self.projectDescriptionEdit.textChanged.connect(self._forget_message)
        self._forget_message()
        self._set_busy(False)

    def done(self, result: int) -> None:
        """Qt: the dialog closes, however it does; a request in flight is dropped."""
        reply, self._reply = self._reply, None
        if reply is not None:
            reply.abort()
        super().done(result)

    def problem(self) -> str:
        """What keeps the fields from being sent, as a sentence; empty when nothing does."""
        if not self.projectNameEdit.text().strip():
            return tr("Give the project a name.")
        if len(self.projectDescriptionEdit.toPlainText().strip()) > MAX_DESCRIPTION:
            return tr("The description is too long: at most {count} characters.").format(
                count=MAX_DESCRIPTION
            )
        return ""

    def _send(self) -> None:
        if self._reply is not None:
            return
        problem = self.problem()
        if problem:
            self._say(problem)
            return
        name = " ".join(self.projectNameEdit.text().split())
        reply = self._submit(name, self.projectDescriptionEdit.toPlainText().strip())
        self._reply = reply
        self._set_busy(True)
        reply.succeeded.connect(self._succeed)
        reply.failed.connect(self._fail)

    def _succeed(self, project: object) -> None:
        self._reply = None
        self.saved.emit(project)
        self.accept()

    def _fail(self, error: ApiError) -> None:
        self._reply = None
        self._set_busy(False)
        self._say(error.sentence)

    def _set_busy(self, busy: bool) -> None:
        self.projectProgress.setVisible(busy)
        self._ok.setEnabled(not busy)
        self.projectNameEdit.setReadOnly(busy)
        self.projectDescriptionEdit.setReadOnly(busy)
        if not busy:
            self.projectNameEdit.setFocus()

    def _say(self, sentence: str) -> None:
        self.projectMessage.setText(sentence)
        self.projectMessage.setVisible(True)

    def _forget_message(self) -> None:
        self.projectMessage.clear()
        self.projectMessage.setVisible(False)
