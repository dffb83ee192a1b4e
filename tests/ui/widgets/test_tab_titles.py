"""Titles of tabs in a style sheet like that of QGIS's dark themes."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QImage
from qgis.PyQt.QtWidgets import QTabWidget, QWidget

from mapflow_dock.ui.widgets.tab_titles import TabTitles

# what resources/themes/Night Mapping/style.qss says of tabs
DARK = "QTabBar::tab { padding-left: 0.8em; padding-right: 0.8em; margin-right: -0.05em; }"


def shown(qtbot: QtBot, elide: Qt.TextElideMode, width: int) -> QTabWidget:
    tabs = QTabWidget()
    qtbot.addWidget(tabs)
    tabs.setStyleSheet(DARK)
    tabs.setTabBar(TabTitles(tabs))
    tabs.setElideMode(elide)
    for title in ("R&un", "Processi&ngs", "My Ima&gery"):
        tabs.addTab(QWidget(), title)
    tabs.resize(width, 100)
    tabs.show()
    return tabs


def painted(qtbot: QtBot, elide: Qt.TextElideMode, width: int) -> QImage:
    tabs = shown(qtbot, elide, width)
    return tabs.tabBar().grab().toImage()


@pytest.mark.parametrize("width", [380, 420])
def test_no_title_is_cut_where_there_is_room(qtbot: QtBot, width: int) -> None:
    assert painted(qtbot, Qt.TextElideMode.ElideRight, width) == painted(
        qtbot, Qt.TextElideMode.ElideNone, width
    )


def widths(tabs: QTabWidget) -> list[int]:
    bar = tabs.tabBar()
    return [bar.tabRect(index).width() for index in range(bar.count())]


def test_a_short_title_stays_whole_where_long_ones_have_no_room(qtbot: QtBot) -> None:
    tabs = shown(qtbot, Qt.TextElideMode.ElideRight, 500)
    wanted = widths(tabs)
    room = sum(wanted) - 30
    tabs.resize(room, 100)
    qtbot.waitUntil(lambda: sum(widths(tabs)) <= room)
    assert widths(tabs)[0] == wanted[0]
    assert widths(tabs)[1] < wanted[1]
    assert tabs.minimumSizeHint().width() < room - 30, "it can be made narrower still"
