"""What the dock's lists of two-line rows have in common: the row's ground, its height, a name that is edited in it."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import QModelIndex, QObject, QRect, QSize
from qgis.PyQt.QtGui import QPainter
from qgis.PyQt.QtWidgets import (
    QLineEdit,
    QProgressBar,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

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


class NamedRowDelegate(TwoLineDelegate):
    """Rows with a name that is edited in its place."""

    def __init__(
        self, editor_name: str, editor_title: str, longest_name: int, parent: Optional[QObject] = None
    ) -> None:
        super().__init__(parent)
        self._editor_name, self._editor_title, self._longest_name = editor_name, editor_title, longest_name

    def name_rect(self, option: QStyleOptionViewItem) -> QRect:
        """Where in a row its name is edited."""
        return option.rect

    def createEditor(  # noqa: N802 - Qt's name
        self, parent: QWidget, _option: QStyleOptionViewItem, _index: QModelIndex
    ) -> QWidget:
        """Qt: the name is typed in the row."""
        editor = QLineEdit(parent)
        editor.setObjectName(self._editor_name)
        editor.setAccessibleName(self._editor_title)
        editor.setMaxLength(self._longest_name)
        return editor

    def updateEditorGeometry(  # noqa: N802 - Qt's name
        self, editor: QWidget, option: QStyleOptionViewItem, _index: QModelIndex
    ) -> None:
        """Qt: one line in the middle of the row."""
        place = self.name_rect(option)
        height = editor.sizeHint().height()
        top = option.rect.top() + max(0, (option.rect.height() - height) // 2)
        editor.setGeometry(place.left(), top, place.width(), height)
