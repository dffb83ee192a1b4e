"""The dialogs that make a mosaic, and that change the tags of one or several."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from ...api.imagery_records import Mosaic
from ...text.names import name_problem, tidy_name
from ...text.server_text import bounded
from ...text.translation import translate
from ..widgets.guide import Chapter, add_help_button
from ..widgets.saving_dialog import SavingDialog

if TYPE_CHECKING:
    from ...api.http.reply import ApiReply

_FORM = str(Path(__file__).with_name("mosaic_dialog.ui"))

MAX_NAME = 255  # characters; of a tag, too
MAX_TAGS = 100


class MosaicDialog(SavingDialog):
    """Asks for the name and tags of a new mosaic; `saved` has the Mosaic."""

    mosaicNameEdit: QLineEdit
    mosaicTagsEdit: QPlainTextEdit
    mosaicMessage: QLabel
    mosaicProgress: QProgressBar
    mosaicButtons: QDialogButtonBox

    def __init__(
        self, submit: Callable[[str, Sequence[str]], ApiReply], parent: Optional[QWidget] = None
    ) -> None:
        super().__init__(_FORM, translate("MyImagery", "New Mosaic"), parent)
        self._submit = submit
        self.set_up(
            (self.mosaicNameEdit, self.mosaicTagsEdit),
            self.mosaicMessage,
            self.mosaicProgress,
            self.mosaicButtons,
            translate("MyImagery", "&Create"),
        )
        add_help_button(self.mosaicButtons, Chapter.MY_IMAGERY)

    def problem(self) -> str:
        """What keeps the fields from being sent, as a sentence; empty when nothing does."""
        if not self.mosaicNameEdit.text().strip():
            return translate("MyImagery", "Give the mosaic a name.")
        problem = name_problem(self.mosaicNameEdit.text(), MAX_NAME)
        if problem:
            return problem
        return tags_problem(read_tags(self.mosaicTagsEdit.toPlainText()))

    def request(self) -> ApiReply:
        """Send name and tags."""
        name = tidy_name(self.mosaicNameEdit.text())
        return self._submit(name, read_tags(self.mosaicTagsEdit.toPlainText()))


class TagsDialog(QDialog):
    """Shows the tags some mosaics share; what is added or taken out of them is so in each."""

    decided = pyqtSignal(object)  # list of (Mosaic, its new tags): those that change

    def __init__(self, mosaics: Sequence[Mosaic], parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("TagsDialog")
        self.setWindowTitle(translate("MyImagery", "Tags"))
        self._mosaics = tuple(mosaics)
        self._shared = shared_tags(mosaics)
        if len(mosaics) == 1:
            name = bounded(mosaics[0].name, 60).replace("&", "&&")
            text = translate("MyImagery", "&Tags of “{name}”, one in each line").format(name=name)
        else:
            text = translate(
                "MyImagery", "&Tags that all %Ln mosaics have, one in each line", None, len(mosaics)
            )
        self.tags_edit = QPlainTextEdit("\n".join(bounded(tag) for tag in self._shared), self)
        self.tags_edit.setObjectName("tagsEdit")
        self.tags_edit.setAccessibleName(translate("MyImagery", "Tags, one in each line"))
        self.tags_edit.setTabChangesFocus(True)
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setBuddy(self.tags_edit)
        self.message = QLabel(self)
        self.message.setWordWrap(True)
        self.message.hide()
        kinds = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(kinds.Save | kinds.Cancel, self)
        add_help_button(self.buttons, Chapter.MY_IMAGERY)
        self.buttons.accepted.connect(self._save)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (label, self.tags_edit, self.message, self.buttons):
            layout.addWidget(widget)
        self.resize(320, 220)

    def _save(self) -> None:
        typed = read_tags(self.tags_edit.toPlainText())
        problem = tags_problem(typed)
        if problem:
            self.message.setText(problem)
            self.message.show()
            return
        changes = []
        for mosaic in self._mosaics:
            own = [tag for tag in mosaic.tags if tag not in self._shared and tag not in typed]
            tags = (*typed, *own)
            if tags != mosaic.tags:
                changes.append((mosaic, tags))
        self.decided.emit(changes)
        self.accept()


def read_tags(text: str) -> tuple[str, ...]:
    """The tags typed one in each line, tidied, each once."""
    return tuple(dict.fromkeys(tag for tag in (" ".join(line.split()) for line in text.splitlines()) if tag))


def tags_problem(tags: Sequence[str]) -> str:
    """What is wrong with the tags, as a sentence; empty when nothing is."""
    if len(tags) > MAX_TAGS:
        return translate("MyImagery", "There are too many tags: at most %Ln.", None, MAX_TAGS)
    if any(len(tag) > MAX_NAME for tag in tags):
        return translate("MyImagery", "A tag is too long: at most %Ln characters.", None, MAX_NAME)
    return ""


def shared_tags(mosaics: Sequence[Mosaic]) -> tuple[str, ...]:
    """The tags all of `mosaics` have, in the order of the first."""
    if not mosaics:
        return ()
    return tuple(tag for tag in mosaics[0].tags if all(tag in mosaic.tags for mosaic in mosaics))
