"""The Name part of the Run page."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Optional

from qgis.gui import QgsCollapsibleGroupBox
from qgis.PyQt import uic
from qgis.PyQt.QtCore import QDateTime
from qgis.PyQt.QtWidgets import QLineEdit, QWidget

from ...text.server_text import bounded
from ...text.translation import translate

_FORM = str(Path(__file__).with_name("name_section.ui"))
_MAX_MODEL = 60


class NameSection(QgsCollapsibleGroupBox):
    """A name that says model and time until the user types another, and a description."""

    nameEdit: QLineEdit
    descriptionEdit: QLineEdit

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        uic.loadUi(_FORM, self)
        self._model_name = ""
        self._is_typed = False
        self._given = ("", "")  # a description of several lines, and how the line of the form shows it
        self._used: set[str] = set()  # names of processings started from here; each gets another one
        self.nameEdit.textEdited.connect(self._on_edited)
        self.refresh()

    @property
    def name(self) -> str:
        """What the processing is to be called; never empty."""
        return self.nameEdit.text().strip() or self._default()

    @property
    def description(self) -> str:
        """The description, "" where there is none; one that was given is as it was while nobody changes it."""
        whole, shown = self._given
        text = str(self.descriptionEdit.text())
        return whole if shown and text == shown else text.strip()

    @property
    def filled(self) -> tuple[str, str]:
        """The name that was typed, "" where it is a suggestion, and the description."""
        return (self.name if self._is_typed else "", self.description)

    def fill(self, name: str, description: str) -> None:
        """Let these be as if they were typed; no name is the suggested one."""
        self.nameEdit.setText(name)
        self.nameEdit.setCursorPosition(0)
        self._is_typed = bool(name)
        self.descriptionEdit.setText(bounded(description, self.descriptionEdit.maxLength()))
        self.descriptionEdit.setCursorPosition(0)
        self._given = (description, str(self.descriptionEdit.text()))
        self.refresh()

    def set_model_name(self, name: str) -> None:
        """The suggested name begins with the model's."""
        self._model_name = _words(name)
        self.refresh()

    def refresh(self) -> None:
        """Bring the suggestion up to the present minute, unless the user has typed a name."""
        default = self._default()
        self.nameEdit.setPlaceholderText(default)
        if not self._is_typed and self.nameEdit.text() != default:
            self.nameEdit.setText(default)
            self.nameEdit.setCursorPosition(0)

    def renew(self) -> None:
        """Suggest a name for the next processing, and clear the description."""
        self._used.add(self.name)
        self._is_typed = False
        self.descriptionEdit.clear()
        self.refresh()

    def _on_edited(self, text: str) -> None:
        self._is_typed = bool(text.strip())

    def _default(self) -> str:
        now = QDateTime.currentDateTime().toString("yyyy-MM-dd HH:mm")
        name = (
            translate("Run", "{model} {time}").format(model=self._model_name, time=now)
            if self._model_name
            else now
        )
        numbered = (
            translate("Run", "{name} ({number})").format(name=name, number=number)
            for number in itertools.count(2)
        )
        return next(each for each in itertools.chain([name], numbered) if each not in self._used)


def _words(name: str) -> str:
    """Return a model's name without the emoji that some begin with."""
    text = bounded(name)[:_MAX_MODEL]
    for index, character in enumerate(text):
        if character.isalnum():
            return text[index:]
    return ""
