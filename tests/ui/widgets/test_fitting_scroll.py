"""What scrolls only where there is no room, in every theme."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot
from qgis.PyQt.QtWidgets import QLabel, QVBoxLayout, QWidget

from mapflow_dock.ui.widgets.fitting_scroll import FittingScroll

ROOM, NO_ROOM = 400, 70


@pytest.mark.parametrize("sheet", ["", "QScrollArea { border: 1px solid grey; }"])
def test_it_scrolls_only_where_there_is_no_room(qtbot: QtBot, sheet: str) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    page.setStyleSheet(sheet)
    content = QWidget()
    lines = QVBoxLayout(content)
    for _line in range(5):
        label = QLabel("a line of text", content)
        label.setWordWrap(True)
        lines.addWidget(label)
    rows = QVBoxLayout(page)
    scroll = FittingScroll(content, page)
    rows.addWidget(scroll)
    rows.addStretch(1)
    page.resize(300, ROOM)
    page.show()
    qtbot.waitUntil(lambda: scroll.height() > NO_ROOM)
    qtbot.waitUntil(lambda: not scroll.verticalScrollBar().isVisible())
    page.resize(300, NO_ROOM)
    qtbot.waitUntil(scroll.verticalScrollBar().isVisible)
    page.resize(300, ROOM)
    qtbot.waitUntil(lambda: not scroll.verticalScrollBar().isVisible())
