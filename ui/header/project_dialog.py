"""The dialog that makes or renames a project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional

from qgis.PyQt.QtWidgets import QDialogButtonBox, QLabel, QLineEdit, QPlainTextEdit, QProgressBar, QWidget

from ...text.names import name_problem, tidy_name
from ...text.server_text import bounded, bounded_lines
from ...text.translation import translate
from ..widgets.guide import Chapter, add_help_button
from ..widgets.saving_dialog import SavingDialog

if TYPE_CHECKING:
    from ...api.http.reply import ApiReply
    from ...api.projects import Project

_FORM = str(Path(__file__).with_name("project_dialog.ui"))

MAX_NAME = 255  # characters
MAX_DESCRIPTION = 4_000


class ProjectDialog(SavingDialog):
    """Asks for name and description; `saved` has the Project, or None where the server tells nothing."""

    projectNameEdit: QLineEdit
    projectDescriptionEdit: QPlainTextEdit
    projectMessage: QLabel
    projectProgress: QProgressBar
    projectButtons: QDialogButtonBox

    def __init__(
        self,
        title: str,
        submit: Callable[[str, str], ApiReply],
        project: Optional[Project] = None,
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__(_FORM, title, parent)
        self._submit = submit
        if project is not None:
            self.projectNameEdit.setText(bounded(project.name, MAX_NAME))
            self.projectNameEdit.selectAll()
            self.projectDescriptionEdit.setPlainText(bounded_lines(project.description))
        self.set_up(
            (self.projectNameEdit, self.projectDescriptionEdit),
            self.projectMessage,
            self.projectProgress,
            self.projectButtons,
            translate("Header", "&Create") if project is None else translate("Header", "&Save"),
        )
        add_help_button(self.projectButtons, Chapter.PROJECT)

    def problem(self) -> str:
        """What keeps the fields from being sent, as a sentence; empty when nothing does."""
        if not self.projectNameEdit.text().strip():
            return translate("Header", "Give the project a name.")
        problem = name_problem(self.projectNameEdit.text(), MAX_NAME)
        if problem:
            return problem
        if len(self.projectDescriptionEdit.toPlainText().strip()) > MAX_DESCRIPTION:
            return translate(
                "Header", "The description is too long: at most %Ln characters.", None, MAX_DESCRIPTION
            )
        return ""

    def request(self) -> ApiReply:
        """Send name and description."""
        return self._submit(
            tidy_name(self.projectNameEdit.text()), self.projectDescriptionEdit.toPlainText().strip()
        )
