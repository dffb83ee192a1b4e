"""The dialogs that change what a processing says of itself, move it, or say what its result is worth."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import QgsMapLayerProxyModel, QgsVectorLayer
from qgis.gui import QgsMapLayerComboBox
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QRadioButton,
    QWidget,
)

from ....api.reviews import LONGEST_COMMENT
from ....layers.results.corrections import corrections_of
from ....text.quantities import number_text
from ....text.server_text import bounded_lines
from ....text.translation import translate
from ...header.project_chooser import ProjectChooser
from ...widgets.guide import Chapter, add_help_button
from ...widgets.saving_dialog import SavingDialog

if TYPE_CHECKING:
    from ....api.http.reply import ApiReply
    from ....api.projects import Project
    from ...header.project_pages import FetchPage
    from ...widgets.saving_dialog import Input

MAX_DESCRIPTION = 4_000  # characters


class EditDialog(SavingDialog):
    """A form of this folder: its fields, a message, a bar while it is sent, and buttons."""

    editMessage: QLabel
    editProgress: QProgressBar
    editButtons: QDialogButtonBox

    def __init__(self, form: str, title: str, parent: Optional[QWidget]) -> None:
        super().__init__(str(Path(__file__).with_name(form)), title, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def set_up_fields(self, fields: tuple[Input, ...], ok_text: str) -> None:
        """Put the widgets together; the first of `fields` gets the focus."""
        self.set_up(fields, self.editMessage, self.editProgress, self.editButtons, ok_text)
        add_help_button(self.editButtons, Chapter.PROCESSINGS)


class DescriptionDialog(EditDialog):
    """Asks for another description; `submit` sends it."""

    descriptionEdit: QPlainTextEdit

    def __init__(
        self, text: str, submit: Callable[[str], ApiReply], parent: Optional[QWidget] = None
    ) -> None:
        super().__init__("description.ui", translate("Editing", "Describe Processing"), parent)
        self._submit = submit
        self.descriptionEdit.setPlainText(bounded_lines(text))
        self.set_up_fields((self.descriptionEdit,), translate("Editing", "&Save"))

    @property
    def text(self) -> str:
        """What was typed."""
        return str(self.descriptionEdit.toPlainText()).strip()

    def problem(self) -> str:
        """Why it cannot be sent."""
        return _too_long(self.text, MAX_DESCRIPTION)

    def request(self) -> ApiReply:
        """Send it."""
        return self._submit(self.text)


class MoveDialog(EditDialog):
    """Asks for another project; `submit` moves there."""

    moveCombo: QComboBox
    moveHint: QLabel

    def __init__(
        self,
        fetch: FetchPage,
        present: str,
        submit: Callable[[Project], ApiReply],
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__("move.ui", translate("Editing", "Move to Project"), parent)
        self._present = present  # the id of the project it is in
        self._submit = submit
        self.project: Optional[Project] = None
        self.moveHint.setText(translate("Editing", "Type a part of a name to find a project."))
        self.set_up_fields((self.moveCombo.lineEdit(),), translate("Editing", "&Move"))
        self.chooser = ProjectChooser(self.moveCombo, self)
        self.chooser.set_source(fetch)
        self.chooser.chosen.connect(self._on_chosen)
        self.chooser.failed.connect(lambda error: self._say(error.sentence))

    def problem(self) -> str:
        """Why it cannot be moved there."""
        if self.project is None:
            return translate("Editing", "Choose the project to move it to.")
        if self.project.id == self._present:
            return translate("Editing", "It is in this project already. Choose another one.")
        if not self.project.may_change_processings:
            return translate("Editing", "You may not change processings in that project. Choose another one.")
        return ""

    def request(self) -> ApiReply:
        """Send it."""
        if self.project is None:
            raise RuntimeError("there is a project once `problem` says nothing")
        return self._submit(self.project)

    def done(self, result: int) -> None:
        """Qt: the dialog closes, however it does."""
        self.chooser.close()
        super().done(result)

    def _on_chosen(self, project: Project) -> None:
        self.project = project
        self._forget_message()


class RejectionDialog(EditDialog):
    """Asks why a result is rejected; `submit` sends that, and the features that show where."""

    rejectionEdit: QPlainTextEdit
    correctionsCombo: QgsMapLayerComboBox
    selectedCheck: QCheckBox

    def __init__(
        self,
        submit: Callable[[str, Optional[Mapping[str, object]]], ApiReply],
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__("rejection.ui", translate("Editing", "Reject Result"), parent)
        self._submit = submit
        self._corrections: Optional[Mapping[str, object]] = None  # what `problem` found to be sent
        combo = self.correctionsCombo
        combo.setFilters(QgsMapLayerProxyModel.Filter.VectorLayer)
        combo.setAllowEmptyLayer(True)
        combo.setLayer(None)
        combo.layerChanged.connect(self._on_layer)
        self.selectedCheck.toggled.connect(self._forget_message)
        self.set_up_fields((self.rejectionEdit,), translate("Editing", "&Reject"))
        self._on_layer()

    def problem(self) -> str:
        """Why it cannot be sent."""
        if not self._comment:
            return translate("Editing", "Say what is wrong: people will read it.")
        return _too_long(self._comment, LONGEST_COMMENT) or self._read_corrections()

    def request(self) -> ApiReply:
        """Send it."""
        return self._submit(self._comment, self._corrections)

    @property
    def _comment(self) -> str:
        return str(self.rejectionEdit.toPlainText()).strip()

    def _read_corrections(self) -> str:
        """Read what the layer shows, if one is chosen; returns why it cannot be sent."""
        self._corrections = None
        layer = self.correctionsCombo.currentLayer()
        if not isinstance(layer, QgsVectorLayer):
            return ""
        corrections = corrections_of(layer, self.selectedCheck.isChecked())
        self._corrections = corrections.geojson
        return corrections.problem

    def _on_layer(self, _layer: object = None) -> None:
        self._forget_message()
        layer = self.correctionsCombo.currentLayer()
        self.selectedCheck.setEnabled(layer is not None)
        self.selectedCheck.setChecked(isinstance(layer, QgsVectorLayer) and layer.selectedFeatureCount() > 0)


class RatingDialog(EditDialog):
    """Asks how good a result is; `submit` sends a number from 1 to 5, and a comment."""

    rating1Button: QRadioButton
    rating2Button: QRadioButton
    rating3Button: QRadioButton
    rating4Button: QRadioButton
    rating5Button: QRadioButton
    feedbackEdit: QPlainTextEdit

    def __init__(
        self,
        submit: Callable[[int, str], ApiReply],
        parent: Optional[QWidget] = None,
        rating: Optional[int] = None,
        feedback: str = "",
    ) -> None:
        """`rating` and `feedback` are what was said before."""
        super().__init__("rating.ui", translate("Editing", "Rate Result"), parent)
        self._submit = submit
        self._buttons = {
            1: self.rating1Button,
            2: self.rating2Button,
            3: self.rating3Button,
            4: self.rating4Button,
            5: self.rating5Button,
        }
        self.set_up_fields((self.feedbackEdit,), translate("Editing", "&Rate"))
        for button in self._buttons.values():
            button.toggled.connect(self._forget_message)
        said = self._buttons.get(rating or 0)
        if said is not None:
            said.setChecked(True)
        self.feedbackEdit.setPlainText(bounded_lines(feedback))
        self._forget_message()
        (said or self.rating5Button).setFocus()

    def problem(self) -> str:
        """Why it cannot be sent."""
        if self._rating is None:
            return translate("Editing", "Choose one of the five.")
        return _too_long(self._feedback, LONGEST_COMMENT)

    def request(self) -> ApiReply:
        """Send it."""
        if self._rating is None:
            raise RuntimeError("there is a rating once `problem` says nothing")
        return self._submit(self._rating, self._feedback)

    @property
    def _rating(self) -> Optional[int]:
        chosen = (number for number, button in self._buttons.items() if button.isChecked())
        return next(chosen, None)

    @property
    def _feedback(self) -> str:
        return str(self.feedbackEdit.toPlainText()).strip()


def _too_long(text: str, most: int) -> str:
    if len(text) <= most:
        return ""
    told = translate("Editing", "The text is too long: at most {count} characters.")
    return told.format(count=number_text(most, 0))
