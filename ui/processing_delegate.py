"""Paints a processing in two lines: what it is and what it cost, how far it is and how old."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Optional

from qgis.PyQt.QtCore import QModelIndex, QObject, QSize
from qgis.PyQt.QtGui import QIcon, QPainter
from qgis.PyQt.QtWidgets import (
    QLineEdit,
    QProgressBar,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from ..api.processings import Processing, Status
from ..api.translation import tr
from .processing_status import status_word
from .processings_model import Column, Role, TransferState
from .quantities import age_text, area_text, credits_text
from .row_painting import PADDING, draw_bar, draw_icon, draw_text, inner, line_rects, row_height, small_font


class ProcessingDelegate(QStyledItemDelegate):
    """Two-line rows; a native progress bar for what is running, an icon and a word for the rest."""

    def __init__(self, icons: Mapping[Status, QIcon], parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._icons = icons
        # Style sheets of a theme look at the widget that is painted: a bar gets the colours of bars.
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Qt: paint one cell."""
        processing = index.data(int(Role.PROCESSING))
        if not isinstance(processing, Processing):
            super().paint(painter, option, index)
            return
        own = QStyleOptionViewItem(option)
        self.initStyleOption(own, index)
        text, own.text = own.text, ""
        view = own.widget
        style = view.style() if view is not None else self._bar.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, own, painter, view)
        painter.save()
        painter.setClipRect(own.rect)
        column = index.column()
        if column == Column.NAME:
            first, second = line_rects(own)
            draw_text(painter, own, first, text, own.font)
            draw_text(painter, own, second, _summary(processing, view), small_font(own.font), faint=True)
        elif column == Column.STATUS:
            self._paint_status(painter, own, processing, index)
        else:
            right = column in (Column.AREA, Column.COST)
            draw_text(painter, own, inner(own.rect), text, own.font, right=right)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # noqa: N802 - Qt's name
        """Qt: two lines high."""
        return QSize(super().sizeHint(option, index).width(), row_height(option.font))

    def createEditor(  # noqa: N802 - Qt's name
        self, parent: QWidget, _option: QStyleOptionViewItem, _index: QModelIndex
    ) -> QWidget:
        """Qt: the name is typed in the row."""
        editor = QLineEdit(parent)
        editor.setObjectName("processingNameEdit")
        editor.setAccessibleName(tr("New name of the processing"))
        editor.setMaxLength(200)
        return editor

    def updateEditorGeometry(  # noqa: N802 - Qt's name
        self, editor: QWidget, option: QStyleOptionViewItem, _index: QModelIndex
    ) -> None:
        """Qt: one line in the middle of the row."""
        height = editor.sizeHint().height()
        top = option.rect.top() + max(0, (option.rect.height() - height) // 2)
        editor.setGeometry(option.rect.left(), top, option.rect.width(), height)

    def _paint_status(
        self, painter: QPainter, option: QStyleOptionViewItem, processing: Processing, index: QModelIndex
    ) -> None:
        percent = index.data(int(Role.PERCENT))
        transfer = index.data(int(Role.TRANSFER))
        doing = transfer.doing if isinstance(transfer, TransferState) else ""
        word = status_word(processing.status)
        below = age_text(processing.created) if _is_hidden(option.widget, Column.CREATED) else ""
        if percent is not None:
            below = doing or word
        first, second = line_rects(option)
        if not below:
            first.moveCenter(inner(option.rect).center())
        if percent is not None:
            draw_bar(painter, option, first, int(percent), self._bar)
        else:
            draw_icon(painter, option, first, self._icons.get(processing.status, QIcon()))
            words = first.adjusted(first.height() + PADDING, 0, 0, 0)
            draw_text(painter, option, words, doing or word, option.font)
        draw_text(painter, option, second, below, small_font(option.font), faint=True)


def _summary(processing: Processing, view: Optional[QWidget]) -> str:
    """The second line: the model, and whatever has no column of its own just now."""
    parts = [processing.model_name]
    if _is_hidden(view, Column.AREA) and processing.area_m2 is not None:
        parts.append(area_text(processing.area_m2))
    if _is_hidden(view, Column.COST) and processing.cost is not None:
        parts.append(credits_text(processing.cost))
    return " · ".join(part for part in parts if part)


def _is_hidden(view: Optional[QWidget], column: Column) -> bool:
    return isinstance(view, QTreeView) and view.isColumnHidden(column)
