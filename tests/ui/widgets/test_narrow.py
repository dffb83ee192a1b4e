"""Combo boxes and rows of tools where there is little room."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QFont, QIcon, QPixmap
from qgis.PyQt.QtWidgets import QComboBox, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from mapflow_dock.ui.widgets.combos.eliding import elide_combos
from mapflow_dock.ui.widgets.tool_row import ToolRow

TEXT = "From a Provider of imagery"


def a_combo(qtbot: QtBot, text: str, width: int, icon: bool = False) -> QComboBox:
    around = QWidget()
    qtbot.addWidget(around)
    combo = QComboBox(around)
    combo.around = around  # lives as long as the combo box is looked at
    picture = QPixmap(16, 16)
    picture.fill(Qt.GlobalColor.red)
    combo.addItem(QIcon(picture) if icon else QIcon(), text)
    combo.setFixedWidth(width)
    around.resize(400, 50)
    around.show()
    return combo


@pytest.mark.parametrize("icon", [False, True])
@pytest.mark.parametrize("width", [90, 120, 150])
def test_a_text_that_is_too_long_ends_with_dots(qtbot: QtBot, width: int, icon: bool) -> None:
    combo = a_combo(qtbot, TEXT, width, icon)
    elide_combos(combo.parentWidget())
    shown = combo.grab().toImage()
    shortened = [f"{TEXT[:count]}…" for count in range(len(TEXT))]
    assert any(a_combo(qtbot, text, width, icon).grab().toImage() == shown for text in shortened)


def test_a_text_with_room_is_painted_as_ever(qtbot: QtBot) -> None:
    combo = a_combo(qtbot, TEXT, 300)
    elide_combos(combo.parentWidget())
    assert combo.grab().toImage() == a_combo(qtbot, TEXT, 300).grab().toImage()


@pytest.fixture
def row(qtbot: QtBot) -> tuple[QWidget, list[QToolButton]]:
    around = QWidget()
    qtbot.addWidget(around)
    outer = QVBoxLayout(around)
    layout = QHBoxLayout()
    outer.addLayout(layout)
    buttons = []
    for text in ("&Polygon", "&Rectangle", "Map &Extent"):
        button = QToolButton(around)
        button.setText(text)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        layout.addWidget(button)
        buttons.append(button)
    around.resize(600, 60)
    around.show()
    return around, buttons


def is_any_text_cut(buttons: list[QToolButton]) -> bool:
    return any(button.width() < button.sizeHint().width() for button in buttons)


def has_words(buttons: list[QToolButton]) -> bool:
    return all(button.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon for button in buttons)


def test_a_narrow_row_shows_icons_and_a_wide_one_words_again(
    qtbot: QtBot, row: tuple[QWidget, list[QToolButton]]
) -> None:
    around, buttons = row
    ToolRow(buttons, around)
    assert has_words(buttons)
    seen = set()
    for width in (*range(600, 90, -15), *range(90, 600, 15)):
        around.resize(width, 60)
        qtbot.waitUntil(lambda: around.layout().geometry().width() == around.width())
        assert not is_any_text_cut(buttons), width
        seen.add(has_words(buttons))
    assert seen == {True, False}
    assert has_words(buttons)


def test_words_are_shown_as_soon_as_they_fit(qtbot: QtBot, row: tuple[QWidget, list[QToolButton]]) -> None:
    _around, buttons = row
    own = QWidget()
    qtbot.addWidget(own)
    layout = QHBoxLayout(own)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(2)
    for button in buttons:
        layout.addWidget(button)
    own.resize(600, 60)
    own.show()
    ToolRow(buttons, own)
    needed = sum(button.sizeHint().width() for button in buttons) + 2 * 2
    own.resize(needed, 60)
    assert not has_words(buttons), "with no room to spare the window could not get narrower"
    own.resize(needed + 1, 60)
    assert has_words(buttons)


def test_a_larger_font_counts(qtbot: QtBot, row: tuple[QWidget, list[QToolButton]]) -> None:
    around, buttons = row
    ToolRow(buttons, around)
    around.resize(460, 60)
    assert has_words(buttons)
    around.setFont(QFont(around.font().family(), 24))
    qtbot.waitUntil(lambda: not has_words(buttons))


def test_a_button_without_words_keeps_its_name_to_be_read_aloud(
    row: tuple[QWidget, list[QToolButton]],
) -> None:
    around, buttons = row
    ToolRow(buttons, around)
    assert [button.accessibleName() for button in buttons] == ["Polygon", "Rectangle", "Map Extent"]
