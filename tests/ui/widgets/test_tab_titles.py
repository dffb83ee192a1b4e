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


def painted(qtbot: QtBot, elide: Qt.TextElideMode, width: int) -> QImage:
    tabs = QTabWidget()
    qtbot.addWidget(tabs)
    tabs.setStyleSheet(DARK)
    tabs.setTabBar(TabTitles(tabs))
    tabs.setElideMode(elide)
    for title in ("R&un", "Processi&ngs", "My Ima&gery"):
        tabs.addTab(QWidget(), title)
    tabs.resize(width, 100)
    tabs.show()
    return tabs.tabBar().grab().toImage()


@pytest.mark.parametrize("width", [380, 420])
def test_no_title_is_cut_where_there_is_room(qtbot: QtBot, width: int) -> None:
    assert painted(qtbot, Qt.TextElideMode.ElideRight, width) == painted(
        qtbot, Qt.TextElideMode.ElideNone, width
    )
