"""Paints cells of one line in a colour that is read on the ground of their row, chosen or not, on any theme."""

from __future__ import annotations

from qgis.PyQt.QtCore import QModelIndex, QSize, Qt
from qgis.PyQt.QtGui import QPainter
from qgis.PyQt.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from .painting import PADDING, draw_text
from .two_line_delegate import TwoLineDelegate


class LineDelegate(TwoLineDelegate):
    """Text alone, on the side where the model puts it."""

    def paint_row(
        self, painter: QPainter, option: QStyleOptionViewItem, text: str, _index: QModelIndex
    ) -> None:
        """Paint the line."""
        line = option.rect.adjusted(PADDING, 0, -PADDING, 0)
        is_right = bool(option.displayAlignment & Qt.AlignmentFlag.AlignRight)
        draw_text(painter, option, line, text, option.font, right=is_right)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # noqa: N802 - Qt's name
        """Qt: as high as a line of any table, and with room for all of the text."""
        return QStyledItemDelegate.sizeHint(self, option, index) + QSize(2 * PADDING, 0)
