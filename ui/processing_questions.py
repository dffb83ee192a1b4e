"""What is asked before something cannot be taken back: deleting, and running again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Callable, Optional

from qgis.PyQt.QtCore import QObject, Qt
from qgis.PyQt.QtWidgets import QMessageBox, QWidget

from ..api.processings import Processing
from ..api.translation import tr
from .quantities import credits_text
from .server_text import bounded

_MOST_NAMED = 8


class ProcessingQuestions(QObject):
    """Asks in a dialog that does not hold up QGIS; there is one question at a time."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._box: Optional[QMessageBox] = None

    def before_delete(self, doomed: Sequence[Processing], go_on: Callable[[], None]) -> None:
        """Ask whether `doomed` may be deleted, naming them."""
        if len(doomed) == 1:
            text = tr("Delete “{name}” and its result?").format(name=bounded(doomed[0].name, 120))
        else:
            text = tr("Delete {count} processings and their results?").format(count=len(doomed))
        more = [] if len(doomed) == 1 else _named(doomed)
        running = sum(processing.status.is_running for processing in doomed)
        if running:
            more += ["", tr("Still running: {count}. What was paid for is lost.").format(count=running)]
        more += ["", tr("This cannot be undone. Layers and files that QGIS has already stay.")]
        self._ask("deleteProcessingsQuestion", text, "\n".join(more).strip(), tr("&Delete"), go_on)

    def before_restart(self, processing: Processing, go_on: Callable[[], None]) -> None:
        """Ask whether `processing` may run again, which can cost."""
        text = tr("Run the failed parts of “{name}” again?").format(name=bounded(processing.name, 120))
        more = tr("Mapflow may charge for the parts that run again.")
        if processing.cost:
            more = tr("Mapflow may charge for the parts that run again, up to {cost}.").format(
                cost=credits_text(processing.cost)
            )
        self._ask("restartProcessingQuestion", text, more, tr("&Restart"), go_on)

    def close(self) -> None:
        """Take back an open question, which is then answered with no."""
        if self._box is not None:
            box = self._box
            self._forget(box)
            box.close()

    def _forget(self, box: QMessageBox) -> None:
        self._box = None
        box.deleteLater()

    def _ask(self, name: str, text: str, more: str, yes: str, go_on: Callable[[], None]) -> None:
        self.close()
        box = QMessageBox(self._window)
        box.setObjectName(name)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(tr("Mapflow"))
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


def _named(processings: Sequence[Processing]) -> list[str]:
    names = ["• " + bounded(processing.name, 80) for processing in processings[:_MOST_NAMED]]
    left = len(processings) - _MOST_NAMED
    if left > 0:
        names.append(tr("… and {count} more").format(count=left))
    return names
