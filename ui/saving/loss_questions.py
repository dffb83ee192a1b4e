"""Asks what to do where a format cannot hold all of what is saved: in another one, all the same, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable

from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QWidget

from ...text.server_text import bounded
from ...text.translation import translate
from ..widgets.guide import Chapter
from ..widgets.question import Answer, Question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...jobs.results.export import LossQuestion
    from ...layers.results.losses import Loss

_MOST_LOSSES = 8
_LONGEST_LOSS = 300
_LONGEST_NAME = 80


@dataclass(frozen=True)
class _Asked:
    key: str  # of what is saved
    name: str
    about: LossQuestion


class LossQuestions(QObject):
    """One question at a time, the others after it; there is none about what is not being saved any more."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._question = Question(window, Chapter.RESULTS)
        self._asked: list[_Asked] = []

    def ask(self, key: str, name: str, about: LossQuestion) -> None:
        """Ask `about` what is saved as `key`, when the questions before it are answered."""
        self._asked.append(_Asked(key, name, about))
        if len(self._asked) == 1:
            self._show()

    def drop(self, key: str) -> None:
        """What is known as `key` is not being saved any more."""
        is_shown = bool(self._asked) and self._asked[0].key == key
        self._asked = [each for each in self._asked if each.key != key]
        if is_shown:
            self._question.close()
            self._show()

    def close(self) -> None:
        """Take back every question."""
        self._asked = []
        self._question.close()

    def _show(self) -> None:
        if not self._asked:
            return
        asked = self._asked[0]
        about = asked.about
        text = translate("Saving", "{format} cannot hold all of “{name}”.").format(
            format=about.export_format.title, name=bounded(asked.name, _LONGEST_NAME)
        )
        anyway = Answer(
            translate("Saving", "Save &Anyway"), self._answer(asked, about.save_anyway), "saveAnywayButton"
        )
        answers, more = [anyway], _lines(about.losses)
        default = None
        if about.better is not None:
            button = translate("Saving", "Save as &{format} Instead").format(format=about.better.title)
            default = Answer(button, self._answer(asked, about.save_better), "saveInsteadButton")
            answers = [default, anyway]
            more += ["", _told_of_better(about)]
        self._question.choose(
            "lossQuestion",
            text,
            "\n".join(more),
            answers,
            self._answer(asked, about.cancel),
            default,
        )

    def _answer(self, asked: _Asked, act: Callable[[], None]) -> Callable[[], None]:
        def answered() -> None:
            self._asked = [each for each in self._asked if each is not asked]
            act()
            self._show()

        return answered


def _told_of_better(about: LossQuestion) -> str:
    if about.better is None:
        return ""
    if not about.losses_of_better:
        return translate("Saving", "{format} keeps all of it.").format(format=about.better.title)
    text = translate("Saving", "{format} keeps more of it, but not all:").format(format=about.better.title)
    return "\n".join([text, *_lines(about.losses_of_better)])


def _lines(losses: Sequence[Loss]) -> list[str]:
    lines = [f"• {bounded(loss.sentence, _LONGEST_LOSS)}" for loss in losses[:_MOST_LOSSES]]
    return lines if len(losses) <= _MOST_LOSSES else [*lines, "…"]
