"""The dock at the widths and with the fonts people have: no text is cut off, and nothing lies beyond its edge."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import pytest
from pytestqt.exceptions import TimeoutError as QtBotTimeoutError
from pytestqt.qtbot import QtBot
from qgis.gui import QgisInterface, QgsAuthConfigSelect
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtGui import QFont
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLabel,
    QTabBar,
    QToolButton,
    QWidget,
)

from mapflow_dock.api.own_sources.kept import KeptSources
from mapflow_dock.api.own_sources.kinds import SourceKind
from mapflow_dock.api.own_sources.source import OwnSource
from mapflow_dock.api.session import Session
from mapflow_dock.ui.dock import MapflowDock
from mapflow_dock.ui.standby import Standby
from mapflow_dock.ui.widgets.combos.eliding import ELIDES, elide_combos

PATIENCE_MS = 20_000
WIDTHS = (300, 380, 600)
NARROWEST = 300
SEARCH, MY_IMAGERY = 2, 3  # the tabs
# high: what is left to a dock of a 1080p screen at 200 %, toolbars and status bar taken off
SMALL_SCREEN = 380


@pytest.fixture(params=[9, 14])
def font_size(request: pytest.FixtureRequest, qgis_app: object) -> Iterator[int]:
    former = QApplication.font()
    font = QFont(former)
    font.setPointSize(request.param)
    QApplication.setFont(font)
    yield request.param
    QApplication.setFont(former)


@pytest.fixture
def dock(
    qtbot: QtBot, font_size: int, qgis_iface: QgisInterface, qgis_new_project: object
) -> Iterator[MapflowDock]:
    session = Session()
    standby = Standby(lambda: session)
    dock = MapflowDock(standby, qgis_iface)
    qtbot.addWidget(dock)
    dock.resize(380, 640)
    dock.show()
    qtbot.waitUntil(lambda: dock.is_filled)
    yield dock
    dock.close()
    standby.close()


def cut(dock: MapflowDock) -> list[str]:
    """What of the dock cannot be read as it stands."""
    found = []
    for widget in dock.findChildren(QWidget):
        if not widget.isVisible() or is_of_style(widget):
            continue
        if is_beyond(widget, dock):
            found.append(f"{name_of(widget)} lies beyond the edge")
        if isinstance(widget, QLabel):
            is_cut = is_label_cut(widget)
        elif isinstance(widget, QTabBar):
            is_cut = is_any_tab_cut(widget)
        elif isinstance(widget, QComboBox):
            is_cut = is_combo_cut(widget)
        elif isinstance(widget, QToolButton):
            shows_text = (
                widget.toolButtonStyle() != Qt.ToolButtonStyle.ToolButtonIconOnly or widget.icon().isNull()
            )
            is_cut = bool(widget.text()) and shows_text and widget.width() < widget.sizeHint().width()
        elif isinstance(widget, QAbstractButton):
            is_cut = bool(widget.text()) and widget.width() < widget.minimumSizeHint().width()
        else:
            continue
        if is_cut:
            found.append(f"{name_of(widget)} is cut at {widget.width()} × {widget.height()}")
    return found


def is_of_style(widget: QWidget) -> bool:
    """Whether Qt made it as part of another widget, such as the arrows of a row of tabs."""
    return isinstance(widget.parentWidget(), (QTabBar, QComboBox))


def name_of(widget: QWidget) -> str:
    return f"{widget.objectName() or type(widget).__name__} ({getattr(widget, 'text', str)()!r})"


def is_beyond(widget: QWidget, dock: QWidget) -> bool:
    window: QWidget = dock
    around = widget.parentWidget()
    while around is not None and around is not dock:
        if isinstance(around.parentWidget(), QAbstractScrollArea):
            window = around
            break
        around = around.parentWidget()
    left = widget.mapTo(window, QPoint(0, 0)).x() if window.isAncestorOf(widget) else 0
    room = window.parentWidget().viewport().width() if window is not dock else dock.width()
    return left < 0 or left + widget.width() > room


def is_label_cut(label: QLabel) -> bool:
    if not label.text() or label.width() == 0:
        return bool(label.text())
    if not label.wordWrap():
        return "…" not in label.text() and label.width() < label.sizeHint().width()
    words = max((label.fontMetrics().horizontalAdvance(word) for word in label.text().split()), default=0)
    is_plain = "<" not in label.text()
    return label.height() < label.heightForWidth(label.width()) or (is_plain and words > label.width())


def is_combo_cut(combo: QComboBox) -> bool:
    needed = combo.fontMetrics().horizontalAdvance(combo.currentText())
    return not combo.isEditable() and not combo.property(ELIDES) and needed > combo.width() - 24


def is_any_tab_cut(bar: QTabBar) -> bool:
    ends_with_dots = bar.elideMode() == Qt.TextElideMode.ElideRight and not bar.usesScrollButtons()
    widths = [bar.tabRect(index).width() for index in range(bar.count())]
    texts = [bar.fontMetrics().horizontalAdvance(bar.tabText(index)) for index in range(bar.count())]
    fits = sum(widths) <= bar.width() and all(
        text <= width for text, width in zip(texts, widths, strict=True)
    )
    return not fits and not (ends_with_dots and all(bar.tabToolTip(index) for index in range(bar.count())))


def look(dock: MapflowDock, qtbot: QtBot, width: int) -> list[str]:
    dock.resize(width, 640)
    try:  # a scroll bar that comes or goes lays everything out once more
        qtbot.waitUntil(lambda: dock.width() == width and not cut(dock), timeout=1500)
    except QtBotTimeoutError:
        return cut(dock) or [f"the dock is {dock.width()} wide"]
    return []


def test_nothing_is_cut_before_signing_in(qtbot: QtBot, dock: MapflowDock) -> None:
    assert dock.devicePixelRatioF() == float(os.environ.get("QT_SCALE_FACTOR", "1"))
    assert dock.minimumSizeHint().width() <= NARROWEST
    page = dock.contents.sign_in_page
    for unfolded in (False, True):
        page.advancedGroup.setCollapsed(not unfolded)
        assert {width: look(dock, qtbot, width) for width in WIDTHS} == {width: [] for width in WIDTHS}


def test_nothing_is_cut_on_any_tab(qtbot: QtBot, dock: MapflowDock, sandbox) -> None:
    session = dock.contents.sign_in_page._session
    with qtbot.waitSignal(session.project_changed, timeout=PATIENCE_MS):
        session.sign_in(sandbox.basic, sandbox.url, remember=False)
    tabs = dock.contents.signed_in_page.tabs
    found = {}
    for index in range(tabs.count()):
        tabs.setCurrentIndex(index)
        if index == MY_IMAGERY:
            qtbot.waitUntil(dock.contents.signed_in_page.imagery.storageBox.isVisible, timeout=PATIENCE_MS)
        if index == SEARCH:
            dock.contents.signed_in_page._search.page.filters.setCollapsed(False)
        for width in WIDTHS:
            found[tabs.tabText(index), width] = look(dock, qtbot, width)
        least = dock.minimumSizeHint()
        if least.width() > NARROWEST or least.height() > SMALL_SCREEN:
            found[tabs.tabText(index), 0] = [f"needs {least.width()} × {least.height()}"]
    assert {place: texts for place, texts in found.items() if texts} == {}


def test_nothing_is_cut_of_ones_own_sources(qtbot: QtBot, dock: MapflowDock, sandbox) -> None:
    name = "Orthophotos of the valley in the spring of 2026, second flight"
    KeptSources().save(OwnSource(name, SourceKind.XYZ, f"{sandbox.url}/{{z}}/{{x}}/{{y}}", 15))
    session = dock.contents.sign_in_page._session
    with qtbot.waitSignal(session.project_changed, timeout=PATIENCE_MS):
        session.sign_in(sandbox.basic, sandbox.url, remember=False)
    page = dock.contents.signed_in_page.tabs.currentWidget().page
    page.imagery.use(page.sources.chooser)
    assert "needs zoom" in page.imagery.problem
    assert {width: look(dock, qtbot, width) for width in WIDTHS} == {width: [] for width in WIDTHS}
    assert dock.minimumSizeHint().width() <= NARROWEST


def test_a_combo_box_that_qgis_made_itself_goes_on_ending_with_dots(qtbot: QtBot, qgis_app: object) -> None:
    select = QgsAuthConfigSelect()
    qtbot.addWidget(select)
    select.findChild(QComboBox).setFixedWidth(70)
    select.show()
    whole = select.findChild(QComboBox).grab().toImage()
    elide_combos(select)
    gc.collect()  # nothing holds the combo box in Python
    assert select.findChild(QComboBox).grab().toImage() != whole
