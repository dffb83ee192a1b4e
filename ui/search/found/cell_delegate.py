"""Paints the cells of the table of found images, read on any theme; a row is lit as a whole."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import QModelIndex, QObject
from qgis.PyQt.QtGui import QPainter
from qgis.PyQt.QtWidgets import QStyleOptionViewItem

from ...widgets.rows.painting import PADDING, draw_text
from ...widgets.rows.two_line_delegate import TwoLineDelegate
from .cells import Column, is_number
from .lighting import light_up
from .model import SearchRole


class CellDelegate(TwoLineDelegate):
    """Cells of one line. `hovered_row` is the one under the pointer, -1 for none."""

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self.hovered_row = -1

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex) -> None:  # noqa: N802 - Qt's name
        """Qt: all cells of the row under the pointer look hovered."""
        super().initStyleOption(option, index)
        if index.row() == self.hovered_row or index.data(int(SearchRole.IS_LIT)):
            light_up(option)

    def paint_row(
        self, painter: QPainter, option: QStyleOptionViewItem, text: str, index: QModelIndex
    ) -> None:
        """Paint a line; figures stand at the far side."""
        line = option.rect.adjusted(PADDING, 0, -PADDING, 0)
        draw_text(painter, option, line, text, option.font, right=is_number(Column(index.column())))
