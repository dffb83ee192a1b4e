"""A name that is typed in a row: its place, why it is refused, and what was typed stays; runs without QGIS, too."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pytestqt.qtbot import QtBot
from qgis.PyQt.QtCore import QEvent, QPoint, QRect, Qt
from qgis.PyQt.QtGui import QFocusEvent, QFontMetrics
from qgis.PyQt.QtWidgets import QApplication, QLineEdit, QTreeView

from mapflow_dock.api.processings import Processing, Status
from mapflow_dock.text.names import name_problem
from mapflow_dock.ui.processings.list.delegate import ProcessingDelegate
from mapflow_dock.ui.processings.list.model import ProcessingsModel
from mapflow_dock.ui.widgets.rows.painting import small_font

LONGEST = 200
NOON = datetime(2026, 2, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Give it a name"),
        (" \t ", "Give it a name"),
        ("a" * 9, "by 4 characters"),
        ("a" * 6, "by 1 character"),
        ("a\x07b", "unreadable"),
        ("a\x00", "unreadable"),
        (" a  b ", ""),
        ("Поле", ""),
        ("🏠 ab", ""),
    ],
)
def test_what_is_wrong_with_a_name(qapp: object, typed: str, words: str) -> None:
    told = name_problem(typed, 5)
    assert (words in told) if words else told == ""


class Rows:
    """A list with two processings, the first of which is edited."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.model = ProcessingsModel()
        self.model.may_rename = True
        for key in ("a", "b"):
            self.model.put(Processing(key, f"Name {key}", status=Status.OK, created=NOON, model_name="Roads"))
        self.asked: list[tuple[str, str]] = []
        self.model.rename_asked.connect(lambda key, name: self.asked.append((key, name)))
        self.view = QTreeView()
        qtbot.addWidget(self.view)
        self.view.setModel(self.model)
        self.delegate = ProcessingDelegate({}, self.view)
        self.refused: list[str] = []
        self.delegate.refused.connect(self.refused.append)
        self.view.setItemDelegate(self.delegate)
        self.view.resize(500, 200)
        self.view.show()
        self.edit()

    def edit(self) -> None:
        self.view.setCurrentIndex(self.model.index_of("a"))
        self.view.edit(self.model.index_of("a"))

    @property
    def editor(self) -> QLineEdit:
        return self.view.findChild(QLineEdit, "processingNameEdit")

    def type(self, text: str) -> None:
        self.editor.setText(text)
        self.qtbot.keyClick(self.editor, Qt.Key.Key_Return)

    def second_line(self) -> QRect:
        row = self.view.visualRect(self.model.index_of("a"))
        height = QFontMetrics(small_font(self.view.font())).height()
        return QRect(row.left(), row.bottom() - height + 1, row.width(), height)


@pytest.fixture
def rows(qtbot: QtBot) -> Rows:
    return Rows(qtbot)


def test_the_field_leaves_the_second_line_free(rows: Rows) -> None:
    row = rows.view.visualRect(rows.model.index_of("a"))
    assert row.contains(rows.editor.geometry())
    assert not rows.editor.geometry().intersects(rows.second_line())
    assert rows.editor.height() >= QFontMetrics(rows.editor.font()).height() + 4


@pytest.mark.parametrize("typed", ["  ", "a" * (LONGEST + 1), "bell\x07"])
def test_a_name_that_cannot_be_stays_to_be_mended_and_says_why(rows: Rows, typed: str) -> None:
    before = rows.view.viewport().grab(rows.second_line()).toImage()
    rows.type(typed)
    assert rows.editor.isVisible()
    assert rows.editor.text() == typed
    assert rows.editor.toolTip() == name_problem(typed, LONGEST) != ""
    assert rows.editor.accessibleDescription() == rows.editor.toolTip()
    assert rows.view.viewport().grab(rows.second_line()).toImage() != before, "the reason stands below"
    assert rows.asked == []
    rows.type("Harbour")
    rows.qtbot.waitUntil(lambda: rows.asked == [("a", "Harbour")])


def test_the_reason_goes_as_the_name_is_mended(rows: Rows) -> None:
    rows.type("")
    rows.editor.setText("H")
    assert rows.editor.toolTip() == ""


def test_the_focus_that_leaves_does_not_close_a_refused_name(rows: Rows) -> None:
    rows.editor.setText(" ")
    QApplication.sendEvent(rows.editor, QFocusEvent(QEvent.Type.FocusOut))
    assert rows.editor.isVisible()
    assert rows.editor.toolTip()


def test_esc_gives_up(rows: Rows, qtbot: QtBot) -> None:
    rows.type(" ")
    editor = rows.editor
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert not editor.isVisible()
    assert rows.asked == []
    assert rows.refused == []


def test_another_row_that_is_chosen_is_told_and_loses_nothing(rows: Rows, qtbot: QtBot) -> None:
    typed = "x" * (LONGEST + 3)
    rows.editor.setText(typed)
    rows.view.setCurrentIndex(rows.model.index_of("b"))
    assert rows.refused == ["Too long by 3 characters."]
    assert rows.asked == []
    qtbot.waitUntil(lambda: rows.editor is None)
    rows.edit()
    assert rows.editor.text() == typed, "it goes on where it was"


def test_news_of_the_row_leave_what_is_typed(rows: Rows) -> None:
    rows.editor.setText("Half a na")
    index = rows.model.index_of("a")
    rows.model.put(replace(rows.model.processing("a"), percent=50))
    rows.model.dataChanged.emit(index, index)
    assert rows.editor.text() == "Half a na"


def test_a_click_beside_the_field_is_no_part_of_it(rows: Rows) -> None:
    assert not rows.editor.geometry().contains(rows.second_line().center() + QPoint(0, 1))
