"""Facts are a table: read, chosen from and copied, by mouse and by keys; runs without QGIS, too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot
from qgis.PyQt.QtCore import QItemSelectionModel, Qt
from qgis.PyQt.QtGui import QFontMetrics
from qgis.PyQt.QtWidgets import QApplication, QPushButton

from mapflow_dock.text.facts import Fact, facts_text
from mapflow_dock.ui.widgets.facts.dialog import FactsDialog
from mapflow_dock.ui.widgets.facts.table import _laid_out
from mapflow_dock.ui.widgets.guide import Chapter

FACTS = [
    Fact("", "Harbour"),
    Fact("Size", "1 MiB"),
    Fact("Pixel", "<b>30 cm</b>"),
    Fact("For support"),
    Fact("ID", "abc"),
]
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def dialog(qtbot: QtBot) -> Iterator[FactsDialog]:
    dialog = FactsDialog("Details", FACTS, Chapter.RUN)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    QApplication.clipboard().clear()
    yield dialog
    dialog.close()


def test_as_text_a_heading_has_an_empty_line_before_it() -> None:
    assert facts_text(FACTS) == "Harbour\nSize: 1 MiB\nPixel: <b>30 cm</b>\n\nFor support\nID: abc"


def test_the_button_copies_all_or_what_is_chosen(dialog: FactsDialog) -> None:
    copy = dialog.findChild(QPushButton, "copyButton")
    copy.click()
    assert QApplication.clipboard().text() == facts_text(FACTS)
    flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    for row in (4, 1):
        dialog.table.selectionModel().select(dialog.table.model().index(row, 0), flags)
    copy.click()
    assert QApplication.clipboard().text() == "Size: 1 MiB\nID: abc"


def test_keys_choose_and_copy_and_leave_the_table(dialog: FactsDialog, qtbot: QtBot) -> None:
    table = dialog.table
    table.setFocus()
    table.setCurrentIndex(table.model().index(1, 0))
    qtbot.keyClick(table, Qt.Key.Key_C, CTRL)
    assert QApplication.clipboard().text() == "Size: 1 MiB"
    qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.keyClick(table, Qt.Key.Key_C, CTRL)
    assert QApplication.clipboard().text() == "Pixel: <b>30 cm</b>"
    qtbot.keyClick(table, Qt.Key.Key_A, CTRL)
    qtbot.keyClick(table, Qt.Key.Key_C, CTRL)
    assert QApplication.clipboard().text() == facts_text(FACTS)
    assert not table.tabKeyNavigation()


def test_cells_are_plain_text_and_sentences_take_both_columns(dialog: FactsDialog) -> None:
    model = dialog.table.model()
    assert model.index(2, 0).data() == "Pixel"
    assert model.index(2, 1).data() == "<b>30 cm</b>"
    assert "&lt;b&gt;30 cm" in model.index(2, 1).data(int(Qt.ItemDataRole.ToolTipRole))
    assert [dialog.table.columnSpan(row, 0) for row in range(5)] == [2, 1, 1, 2, 1]
    assert model.index(3, 0).data(int(Qt.ItemDataRole.FontRole)).bold()


def test_the_same_facts_again_keep_what_is_chosen(dialog: FactsDialog) -> None:
    dialog.table.selectRow(1)
    dialog.set_facts(list(FACTS))
    assert [index.row() for index in dialog.table.selectionModel().selectedRows()] == [1]
    dialog.set_facts([*FACTS, Fact("More", "yes")])
    assert dialog.table.text.endswith("More: yes")


def test_long_values_wrap_and_no_label_takes_all_the_room(dialog: FactsDialog) -> None:
    low = dialog.table.rowHeight(1)
    dialog.set_facts([Fact("label " * 40, "value"), Fact("Size", "many words " * 40)])
    assert dialog.table.rowHeight(1) > 2 * low
    dialog.set_facts([Fact("Tiles", "https://tiles.example.org/" + "a" * 400)])
    assert dialog.table.rowHeight(0) > 2 * low, "an address has no blanks"
    assert dialog.table.columnWidth(0) <= dialog.table.viewport().width() / 2


def test_a_line_is_broken_between_words(qapp: object) -> None:
    text, font = (
        "The service sets them for the owner of the project, and for your account.",
        QApplication.font(),
    )
    for width in range(80, 400, 15):
        layout, height = _laid_out(text, font, width, Qt.AlignmentFlag.AlignLeft)
        starts = [layout.lineAt(number).textStart() for number in range(layout.lineCount())]
        assert all(start == 0 or text[start - 1] == " " for start in starts), width
        assert height >= layout.lineCount() * QFontMetrics(font).height() * 0.9
    layout, _height = _laid_out("one\ntwo", font, 400, Qt.AlignmentFlag.AlignLeft)
    assert layout.lineCount() == 2
