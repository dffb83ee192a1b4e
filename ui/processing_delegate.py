"""Paints a processing in two lines: what it is and what it cost, how far it is and how old."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Optional

from qgis.PyQt.QtCore import QModelIndex, QObject, QRect, QSize, Qt
from qgis.PyQt.QtGui import QColor, QFont, QFontMetrics, QIcon, QPainter, QPalette
from qgis.PyQt.QtWidgets import (
    QLineEdit,
    QProgressBar,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionProgressBar,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from ..api.processings import Processing, Status
from ..api.translation import tr
from .processing_status import status_word
from .processings_model import Column, Role, TransferState
from .quantities import age_text, area_text, credits_text

_PADDING = 4  # pixels at 100 %: the style's own margins know nothing of two lines
_SMALLER = 0.88  # the second line's size to the first's
_FAINTER = 0.72  # the second line's opacity: readable on every theme, and still second


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
            first, second = _line_rects(own)
            _draw_text(painter, own, first, text, own.font)
            _draw_text(painter, own, second, _summary(processing, view), _small(own.font), faint=True)
        elif column == Column.STATUS:
            self._paint_status(painter, own, processing, index)
        else:
            right = column in (Column.AREA, Column.COST)
            _draw_text(painter, own, _inner(own.rect), text, own.font, right=right)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # noqa: N802 - Qt's name
        """Qt: two lines high."""
        first = QFontMetrics(option.font).height()
        second = QFontMetrics(_small(option.font)).height()
        return QSize(super().sizeHint(option, index).width(), first + second + 2 * _PADDING + 1)

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
        first, second = _line_rects(option)
        if not below:
            first.moveCenter(_inner(option.rect).center())
        if percent is not None:
            self._paint_bar(painter, option, first, int(percent))
        else:
            self._paint_icon(painter, option, first, processing.status)
            words = first.adjusted(first.height() + _PADDING, 0, 0, 0)
            _draw_text(painter, option, words, doing or word, option.font)
        _draw_text(painter, option, second, below, _small(option.font), faint=True)

    def _paint_icon(
        self, painter: QPainter, option: QStyleOptionViewItem, line: QRect, status: Status
    ) -> None:
        rect = QRect(line.left(), line.top(), line.height(), line.height())
        mode = QIcon.Mode.Selected if _is_selected(option) else QIcon.Mode.Normal
        self._icons.get(status, QIcon()).paint(painter, rect, Qt.AlignmentFlag.AlignCenter, mode)

    def _paint_bar(self, painter: QPainter, option: QStyleOptionViewItem, line: QRect, percent: int) -> None:
        """Paint the bar, and beside it the number: written across the bar, no one colour is read on all themes."""
        small = _small(option.font)
        number = QRect(line)
        number.setLeft(line.right() - QFontMetrics(small).horizontalAdvance(_percent_text(100)))
        bar = QStyleOptionProgressBar()
        bar.initFrom(self._bar)
        bar.rect = line.adjusted(0, 1, -number.width() - _PADDING, -1)
        bar.state = QStyle.StateFlag.State_Enabled | QStyle.StateFlag.State_Horizontal
        bar.direction = option.direction
        bar.minimum, bar.maximum, bar.progress = 0, 100, percent
        bar.textVisible = False
        self._bar.style().drawControl(QStyle.ControlElement.CE_ProgressBar, bar, painter, self._bar)
        _draw_text(painter, option, number, _percent_text(percent), small, right=True)


def _percent_text(percent: int) -> str:
    return tr("{percent} %").format(percent=percent)


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


def _inner(rect: QRect) -> QRect:
    return rect.adjusted(_PADDING, _PADDING, -_PADDING, -_PADDING)


def _line_rects(option: QStyleOptionViewItem) -> tuple[QRect, QRect]:
    inner = _inner(option.rect)
    first = QRect(inner.left(), inner.top(), inner.width(), QFontMetrics(option.font).height())
    height = QFontMetrics(_small(option.font)).height()
    return first, QRect(inner.left(), first.bottom() + 2, inner.width(), height)


def _small(font: QFont) -> QFont:
    small = QFont(font)
    if font.pointSizeF() > 0:
        small.setPointSizeF(font.pointSizeF() * _SMALLER)
    else:
        small.setPixelSize(max(1, round(font.pixelSize() * _SMALLER)))
    return small


def _is_selected(option: QStyleOptionViewItem) -> bool:
    return bool(option.state & QStyle.StateFlag.State_Selected)


def _text_colour(option: QStyleOptionViewItem) -> QColor:
    if not option.state & QStyle.StateFlag.State_Enabled:
        group = QPalette.ColorGroup.Disabled
    elif option.state & QStyle.StateFlag.State_Active:
        group = QPalette.ColorGroup.Normal
    else:
        group = QPalette.ColorGroup.Inactive
    role = QPalette.ColorRole.HighlightedText if _is_selected(option) else QPalette.ColorRole.Text
    return QColor(option.palette.color(group, role))


def _draw_text(
    painter: QPainter,
    option: QStyleOptionViewItem,
    rect: QRect,
    text: str,
    font: QFont,
    faint: bool = False,
    right: bool = False,
) -> None:
    colour = _text_colour(option)
    if faint:
        colour.setAlphaF(_FAINTER)
    painter.setPen(colour)
    painter.setFont(font)
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    flags = int(side | Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextSingleLine)
    painter.drawText(rect, flags, shown)
