"""A notice in a message bar: one line, and all of it on request."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot
from qgis.core import Qgis
from qgis.gui import QgsMessageBar
from qgis.PyQt.QtCore import QPoint, QRect, Qt
from qgis.PyQt.QtGui import QFontMetrics
from qgis.PyQt.QtWidgets import QApplication, QLabel, QToolButton, QVBoxLayout, QWidget

from mapflow_dock.ui.widgets.notice import Notice, show_notice
from mapflow_dock.ui.widgets.notice_row import NoticeRow
from mapflow_dock.ui.widgets.sentence import first_lines

TEXT = "“Beyond the imagery” failed. There is no imagery in the area. Move the area, or choose other imagery."


@pytest.mark.parametrize("most", [1, 2, 3])
@pytest.mark.parametrize(
    "text", [TEXT, "short", "", "onewordthatislongerthanitslineandsomemore", "два слова " * 9]
)
def test_the_first_lines_fit_and_leave_out_only_the_end(qtbot: QtBot, text: str, most: int) -> None:
    font = QApplication.font()
    metrics = QFontMetrics(font)
    for width in range(40, 900, 20):
        lines = first_lines(text, font, width, most)
        assert len(lines) <= most
        assert all(metrics.horizontalAdvance(line) <= width for line in lines)
        whole = "".join(text.split())
        shown = "".join("".join(lines).split())
        assert shown == whole or (shown.endswith("…") and whole.startswith(shown[:-1]))
    assert " ".join(first_lines(text, font, 5000, most)) == text.strip()


@pytest.fixture
def row(qtbot: QtBot) -> Iterator[NoticeRow]:
    around = QWidget()
    qtbot.addWidget(around)
    row = NoticeRow(TEXT, around)
    QVBoxLayout(around).addWidget(row)
    row.add_button("Details…", lambda: None, is_later=True)
    row.add_button("Try Again", lambda: None)
    around.resize(330, 60)
    around.show()
    yield row
    around.close()


def button(row: NoticeRow, text: str) -> QToolButton:
    return next(each for each in row.findChildren(QToolButton) if each.text() == text)


def test_in_a_narrow_bar_more_shows_all_of_it_and_its_details(qtbot: QtBot, row: NoticeRow) -> None:
    more = row.findChild(QToolButton, "moreButton")
    qtbot.waitUntil(more.isVisible)
    assert not button(row, "Details…").isVisible()
    assert button(row, "Try Again").isVisible()
    low = row.heightForWidth(row.width())
    qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
    assert row.heightForWidth(row.width()) > low
    assert button(row, "Details…").isVisible()
    assert not more.isVisible()
    assert row.findChild(QLabel).text() == TEXT


NOTICES = [
    Notice(TEXT, level, details, action, on_action)
    for level in (Qgis.MessageLevel.Info, Qgis.MessageLevel.Success, Qgis.MessageLevel.Critical)
    for details in ("", "HTTP status: 500")
    for action, on_action in (("", None), ("Add to Map", lambda: None))
]


@pytest.mark.parametrize("width", [300, 340, 380, 420])
@pytest.mark.parametrize("notice", NOTICES)
def test_every_notice_takes_one_line_of_the_dock_until_it_is_opened(
    qtbot: QtBot, notice: Notice, width: int
) -> None:
    around = QWidget()
    qtbot.addWidget(around)
    bar = QgsMessageBar(around)
    layout = QVBoxLayout(around)
    layout.addWidget(bar)
    layout.addStretch()
    around.resize(width, 400)
    around.show()
    row = show_notice(bar, notice).findChild(NoticeRow) or bar.findChild(NoticeRow)
    more = row.findChild(QToolButton, "moreButton")
    qtbot.waitUntil(more.isVisible)
    one_line = row.fontMetrics().lineSpacing()
    buttons = [each for each in row.findChildren(QToolButton) if each is not more]
    qtbot.waitUntil(lambda: row.height() < 2 * one_line)
    sentence = row.findChild(QLabel)
    assert sentence.width() >= 10 * row.fontMetrics().averageCharWidth(), "enough to tell what it is about"
    assert sentence.accessibleName() == more.accessibleDescription() == TEXT
    assert all(within(each, row) for each in row.findChildren(QToolButton) if each.isVisible())
    qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: all(each.isVisible() for each in buttons) and sentence.height() > 2 * one_line)


def within(widget: QWidget, around: QWidget) -> bool:
    return around.rect().contains(QRect(widget.mapTo(around, QPoint()), widget.size()))


def test_a_wide_bar_needs_no_more(qtbot: QtBot, row: NoticeRow) -> None:
    row.parentWidget().resize(1200, 60)
    more = row.findChild(QToolButton, "moreButton")
    qtbot.waitUntil(lambda: not more.isVisible())
    assert button(row, "Details…").isVisible()
    assert row.heightForWidth(row.width()) < 3 * row.fontMetrics().lineSpacing()


def test_nothing_is_shown_or_hidden_while_a_bar_lays_its_parts_out(qtbot: QtBot, row: NoticeRow) -> None:
    more = row.findChild(QToolButton, "moreButton")
    qtbot.waitUntil(more.isVisible)
    row.parentWidget().resize(1200, 60)
    assert row.width() > 1000, "the layout is done with its pass"
    assert more.isVisible(), "a bar would keep its other parts where they were in the midst of it"
    qtbot.waitUntil(lambda: not more.isVisible())
