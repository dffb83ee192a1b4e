"""A question before something cannot be taken back, asked in a dialog that does not hold up QGIS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Callable, Optional

from qgis.PyQt.QtCore import QObject, Qt
from qgis.PyQt.QtWidgets import QMessageBox, QWidget

from ...text.server_text import bounded
from ...text.translation import translate

_MOST_NAMED = 8


class Question(QObject):
    """One question at a time: another one takes the place of the former, which then counts as answered with no."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._box: Optional[QMessageBox] = None

    def ask(self, name: str, text: str, more: str, yes: str, go_on: Callable[[], None]) -> None:
        """Ask `text`, and `more` below it; `go_on` is called when the button `yes` is pressed."""
        self.close()
        box = QMessageBox(self._window)
        box.setObjectName(name)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(translate("Widgets", "Mapflow"))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(text)
        box.setInformativeText(more)
        go = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
        go.setObjectName("goOnButton")
        stay = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(stay)
        box.setEscapeButton(stay)

        def answered(_result: int) -> None:
            said_yes = box.clickedButton() is go
            if self._box is not box:  # taken back meanwhile
                return
            self._forget(box)
            if said_yes:
                go_on()

        box.finished.connect(answered)
        self._box = box
        box.open()

    def close(self) -> None:
        """Take back an open question, which is then answered with no."""
        if self._box is not None:
            box = self._box
            self._forget(box)
            box.close()

    def _forget(self, box: QMessageBox) -> None:
        self._box = None
        box.deleteLater()


def named(names: Sequence[str]) -> list[str]:
    """The first of `names`, a line each, and how many more there are."""
    lines = ["• " + bounded(name, 80) for name in names[:_MOST_NAMED]]
    left = len(names) - _MOST_NAMED
    if left > 0:
        lines.append(translate("Widgets", "… and {count} more").format(count=left))
    return lines
