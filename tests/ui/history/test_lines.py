"""Chosen rows of the history are read, whatever colour a theme gives them: measured in what is painted."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from qgis.PyQt.QtCore import QItemSelectionModel
from qgis.PyQt.QtGui import QColor, QPalette
from qgis.PyQt.QtWidgets import QComboBox, QTreeView, QVBoxLayout, QWidget
from wcag import contrast

from mapflow_dock.api.history import HistoryEntry
from mapflow_dock.api.processings import Status
from mapflow_dock.ui.history.months import HistoryMonths
from mapflow_dock.ui.history.table import HistoryTable
from mapflow_dock.ui.widgets.rows.painting import PADDING

NOON = datetime(2026, 2, 10, 12, tzinfo=UTC)
ENTRY = HistoryEntry("MMMM", model_name="Roads", status=Status.OK, area_m2=13.48e6, cost=143.0, created=NOON)
POINTS = 22  # so large that a stroke is wider than a pixel
LEAST = 4.5


def table(view: QTreeView) -> None:
    HistoryTable(view, {}).add([ENTRY])


def months(view: QTreeView) -> None:
    HistoryMonths(view, QComboBox(view), QVBoxLayout(QWidget(view))).add([ENTRY])


@pytest.mark.parametrize("fill", [table, months])
@pytest.mark.parametrize("ground", ["#308cc6", "#0f6e00", "#ffd54f"])
def test_a_chosen_row_is_read(qtbot, fill, ground):
    view = QTreeView()
    qtbot.addWidget(view)
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Highlight, QColor(ground))
    palette.setColor(QPalette.ColorRole.HighlightedText, QColor("#ffffff"))
    view.setPalette(palette)
    font = view.font()
    font.setPointSize(POINTS)
    view.setFont(font)
    fill(view)
    view.resize(900, 200)
    view.show()
    qtbot.waitExposed(view)
    view.resizeColumnToContents(0)
    index = view.model().index(0, 0)
    qtbot.waitUntil(lambda: not view.visualRect(index).isEmpty())
    flags = QItemSelectionModel.SelectionFlag
    view.selectionModel().select(index, flags.Select | flags.Rows)
    place = view.visualRect(index)
    image = view.viewport().grab(place).toImage()
    pixels = Counter(image.pixel(x, y) for x in range(image.width()) for y in range(image.height()))
    beneath = QColor(pixels.most_common(1)[0][0])
    assert beneath != QColor("#ffffff"), "the row is chosen"
    assert max(contrast(QColor(pixel), beneath) for pixel in pixels) >= LEAST


def test_figures_of_months_are_not_cut(qtbot):
    view = QTreeView()
    qtbot.addWidget(view)
    months(view)
    view.resize(900, 200)
    view.show()
    qtbot.waitUntil(lambda: not view.visualRect(view.model().index(0, 1)).isEmpty())
    for column in range(1, view.model().columnCount()):
        index = view.model().index(0, column)
        needed = view.fontMetrics().horizontalAdvance(index.data()) + 2 * PADDING
        assert view.visualRect(index).width() >= needed
