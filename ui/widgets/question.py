"""A question before something cannot be taken back, asked in a dialog that does not hold up QGIS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Callable, Optional

from qgis.PyQt.QtCore import QObject, Qt
from qgis.PyQt.QtWidgets import QLabel, QMessageBox, QWidget

from ...text.quantities import number_text
from ...text.server_text import bounded
from ...text.translation import translate
from .guide import Chapter, open_guide

_MOST_NAMED = 8


@dataclass(frozen=True)
class Answer:
    """One button of a question, and what is done when it is pressed."""

    button: str
    act: Callable[[], None]
    name: str = "goOnButton"


class Question(QObject):
    """One question at a time: another one takes the place of the former, which then counts as answered with no."""

    def __init__(self, window: QWidget, chapter: Chapter) -> None:
        super().__init__(window)
        self._window = window
        self._chapter = chapter
        self._box: Optional[QMessageBox] = None

    def ask(self, name: str, text: str, more: str, yes: str, go_on: Callable[[], None]) -> None:
        """Ask `text`, and `more` below it; `go_on` is called when the button `yes` is pressed."""
        self.choose(name, text, more, [Answer(yes, go_on)])

    def choose(
        self,
        name: str,
        text: str,
        more: str,
        answers: Sequence[Answer],
        on_cancel: Optional[Callable[[], None]] = None,
        default: Optional[Answer] = None,
    ) -> None:
        """Ask for one of several answers, or none: that is the default, unless `default` is one of them."""
        self.close()
        box = plain_box(self._window, name, text, more, self._chapter)
        acts: dict[object, Callable[[], None]] = {}
        stay = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(stay)
        box.setEscapeButton(stay)
        for answer in answers:
            button = box.addButton(answer.button, QMessageBox.ButtonRole.AcceptRole)
            button.setObjectName(answer.name)
            acts[button] = answer.act
            if answer is default:
                box.setDefaultButton(button)
        box.finished.connect(partial(self._answered, box, acts, on_cancel))
        self._box = box
        box.open()

    def close(self) -> None:
        """Take back an open question, which is then answered with no."""
        if self._box is not None:
            box = self._box
            self._forget(box)
            box.close()

    def _answered(
        self,
        box: QMessageBox,
        acts: dict[object, Callable[[], None]],
        on_cancel: Optional[Callable[[], None]],
        _result: int,
    ) -> None:
        act = acts.get(box.clickedButton(), on_cancel)
        if self._box is not box:  # taken back meanwhile
            return
        self._forget(box)
        if act is not None:
            act()

    def _forget(self, box: QMessageBox) -> None:
        self._box = None
        box.deleteLater()


def plain_box(window: Optional[QWidget], name: str, text: str, more: str, chapter: Chapter) -> QMessageBox:
    """A message box whose texts are shown as they are: Qt would guess whether they are HTML.

    Its one button is *Help*, which opens `chapter` and leaves the question open.
    """
    box = QMessageBox(window)
    box.setObjectName(name)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(translate("Widgets", "Mapflow Dock"))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(text)
    box.setInformativeText(more)
    for label in box.findChildren(QLabel):  # setTextFormat reaches the first text only
        label.setTextFormat(Qt.TextFormat.PlainText)
    button = box.addButton(QMessageBox.StandardButton.Help)
    button.setAutoDefault(False)  # Enter keeps its answer, also after help was read
    button.clicked.disconnect()  # from the box, which would close as with any other answer
    button.clicked.connect(partial(open_guide, chapter))
    return box


def named(names: Sequence[str]) -> list[str]:
    """The first of `names`, a line each, and how many more there are."""
    lines = ["• " + bounded(name, 80) for name in names[:_MOST_NAMED]]
    left = len(names) - _MOST_NAMED
    if left > 0:
        lines.append(translate("Widgets", "… and {count} more").format(count=number_text(left, 0)))
    return lines
