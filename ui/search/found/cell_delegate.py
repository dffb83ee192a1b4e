"""Paints the cells of the table of found images; a row is lit as a whole."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import QModelIndex, QObject
from qgis.PyQt.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from .lighting import light_up
from .model import SearchRole


class CellDelegate(QStyledItemDelegate):
    """Cells as Qt paints them. `hovered_row` is the one under the pointer, -1 for none."""

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self.hovered_row = -1

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex) -> None:  # noqa: N802 - Qt's name
        """Qt: all cells of the row under the pointer look hovered."""
        super().initStyleOption(option, index)
        if index.row() == self.hovered_row or index.data(int(SearchRole.IS_LIT)):
            light_up(option)
