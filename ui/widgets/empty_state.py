"""What stands in place of a list while there is nothing to list: a text, and a button that helps."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from typing import Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QLabel, QPushButton, QStackedWidget, QWidget

from ...text.quantities import local_time_text
from ...text.translation import translate


class Remedy(enum.Enum):
    """What the button under the text does."""

    NONE = ""
    CLEAR_FILTER = "clear"
    TRY_AGAIN = "again"
    UPLOAD = "upload"


@dataclass(frozen=True)
class EmptyState:
    """The text, and the button that helps."""

    text: str
    remedy: Remedy = Remedy.NONE

    @property
    def button(self) -> str:
        """The text of the button; "" for none."""
        return {
            Remedy.NONE: "",
            Remedy.CLEAR_FILTER: translate("Widgets", "Clear &Filter"),
            Remedy.TRY_AGAIN: translate("Widgets", "Tr&y Again"),
            Remedy.UPLOAD: translate("Widgets", "Upload Images…"),
        }[self.remedy]


class InsteadOfList(QObject):
    """Shows the page with the list, or the one with a text and a button in its place."""

    remedy_wanted = pyqtSignal(object)  # Remedy: the button was pressed

    def __init__(
        self, stack: QStackedWidget, list_page: QWidget, page: QWidget, label: QLabel, button: QPushButton
    ) -> None:
        super().__init__(stack)
        self._stack, self._list_page, self._page = stack, list_page, page
        self._label, self._button = label, button
        self._remedy = Remedy.NONE
        button.clicked.connect(self._on_button)

    def show(self, shown: Optional[EmptyState]) -> None:
        """Show this, or the list."""
        if shown is None:
            self._stack.setCurrentWidget(self._list_page)
            return
        self._label.setText(shown.text)
        self._button.setText(shown.button)
        self._button.setVisible(shown.remedy is not Remedy.NONE)
        self._remedy = shown.remedy
        self._stack.setCurrentWidget(self._page)

    def _on_button(self) -> None:
        self.remedy_wanted.emit(self._remedy)


def notes_of(stale_since: Optional[datetime], left_out: str) -> list[str]:
    """What is said under a list: that it is not up to date, and `left_out`, what of it could not be read."""
    stale = ""
    if stale_since is not None:
        text = translate("Widgets", "This is the list of {time}; Mapflow has not answered since.")
        stale = text.format(time=local_time_text(stale_since))
    return [line for line in (stale, left_out) if line]
