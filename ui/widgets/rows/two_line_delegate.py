"""What the dock's lists of two-line rows have in common: the row's ground and its height."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import QModelIndex, QObject, QSize
from qgis.PyQt.QtGui import QPainter
from qgis.PyQt.QtWidgets import QProgressBar, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from .painting import make_legible, row_height


class TwoLineDelegate(QStyledItemDelegate):
    """Paints the ground of a row and leaves what is on it to `paint_row`."""

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        # Style sheets of a theme look at the widget that is painted: a bar gets the colours of bars.
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)

    def paint_row(
        self, painter: QPainter, option: QStyleOptionViewItem, text: str, index: QModelIndex
    ) -> None:
        """Paint what a row says; `text` is what Qt would have painted."""
        raise NotImplementedError

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Qt: paint one cell."""
        own = QStyleOptionViewItem(option)
        self.initStyleOption(own, index)
        text, own.text = own.text, ""
        view = own.widget
        style = view.style() if view is not None else self.bar.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, own, painter, view)
        make_legible(own)
        painter.save()
        painter.setClipRect(own.rect)
        self.paint_row(painter, own, text, index)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # noqa: N802 - Qt's name
        """Qt: two lines high, whatever is in the row."""
        return QSize(super().sizeHint(option, index).width(), row_height(option.font))
