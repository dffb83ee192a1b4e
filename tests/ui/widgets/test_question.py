"""What a question names, and that its help neither answers nor closes it."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot
from qgis.PyQt.QtCore import QLocale, Qt
from qgis.PyQt.QtWidgets import QMessageBox, QWidget

from mapflow_dock.ui.widgets.guide import Chapter, close_guide
from mapflow_dock.ui.widgets.guide_window import GuideView
from mapflow_dock.ui.widgets.question import Question, named


def test_how_many_more_there_are_is_grouped_as_every_number_is() -> None:
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    try:
        lines = named([f"image {number}" for number in range(1508)])
    finally:
        QLocale.setDefault(before)
    assert len(lines) == 9
    assert lines[0] == "• image 0"
    assert lines[-1] == "… and 1.500 more"


@pytest.mark.parametrize("chapter", list(Chapter))
def test_help_opens_the_chapter_and_the_question_stays(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, chapter: Chapter
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(GuideView, "show_chapter", lambda _view, anchor: shown.append(anchor))
    answers: list[str] = []
    window = QWidget()
    qtbot.addWidget(window)
    Question(window, chapter).ask("question", "Delete it?", "", "&Delete", lambda: answers.append("yes"))
    box = window.findChild(QMessageBox, "question")
    qtbot.mouseClick(box.button(QMessageBox.StandardButton.Help), Qt.MouseButton.LeftButton)
    assert shown == [chapter.value]
    close_guide()
    assert box.isVisible()
    assert answers == []
    assert not box.button(QMessageBox.StandardButton.Help).autoDefault(), "Enter answers as before"
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert not box.isVisible()
    assert answers == []
