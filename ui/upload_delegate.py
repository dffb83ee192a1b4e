"""Paints an upload in two lines: its name and mosaic, and how far it is or what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Optional

from qgis.PyQt.QtCore import QModelIndex, QObject, QRect, QSize
from qgis.PyQt.QtGui import QFontMetrics, QIcon, QPainter
from qgis.PyQt.QtWidgets import QProgressBar, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ..api.translation import tr
from .row_painting import PADDING, draw_bar, draw_icon, draw_text, line_rects, row_height, small_font
from .server_text import bounded
from .upload_model import Role, Stage, UploadRow, stage_text, state_text

_ICONS = {
    Stage.CHECKING: "mTaskQueued.svg",
    Stage.UNDECIDED: "mIconWarning.svg",
    Stage.WAITING: "mTaskQueued.svg",
    Stage.CONVERTING: "mTaskRunning.svg",
    Stage.SENDING: "mTaskRunning.svg",
    Stage.PROCESSING: "mTaskRunning.svg",
    Stage.DONE: "mIconSuccess.svg",
    Stage.FAILED: "mIconWarning.svg",
    Stage.CANCELLED: "mTaskCancel.svg",
    Stage.LEFT_OUT: "mTaskOnHold.svg",
}


def stage_icon(stage: Stage) -> str:
    """The name of the theme's icon for `stage`."""
    return _ICONS[stage]


class UploadDelegate(QStyledItemDelegate):
    """Two-line rows; a native progress bar for what is converted or sent, words for the rest."""

    def __init__(self, icons: Mapping[Stage, QIcon], parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self._bar = QProgressBar()  # style sheets of a theme look at the widget that is painted
        self._bar.setTextVisible(False)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Qt: paint one row."""
        row = index.data(int(Role.ROW))
        if not isinstance(row, UploadRow):
            super().paint(painter, option, index)
            return
        own = QStyleOptionViewItem(option)
        self.initStyleOption(own, index)
        own.text = ""
        view = own.widget
        style = view.style() if view is not None else self._bar.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, own, painter, view)
        painter.save()
        painter.setClipRect(own.rect)
        first, second = line_rects(own)
        draw_icon(painter, own, first, self._icons.get(row.stage, QIcon()))
        words = first.adjusted(first.height() + PADDING, 0, 0, 0)
        draw_text(painter, own, words, bounded(row.name), own.font)
        self._paint_state(painter, own, second.adjusted(first.height() + PADDING, 0, 0, 0), row, index)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, _index: QModelIndex) -> QSize:  # noqa: N802 - Qt's name
        """Qt: two lines high, and no wider than the view."""
        return QSize(1, row_height(option.font))

    def _paint_state(
        self, painter: QPainter, option: QStyleOptionViewItem, line: QRect, row: UploadRow, index: QModelIndex
    ) -> None:
        small = small_font(option.font)
        percent = index.data(int(Role.PERCENT))
        if percent is None:
            text = state_text(row)
            if not row.sentence:
                text = tr("{state} · {mosaic}").format(state=text, mosaic=bounded(row.target, 60))
            draw_text(painter, option, line, bounded(text), small, faint=True)
            return
        doing = stage_text(row.stage)
        taken = QFontMetrics(small).horizontalAdvance(doing) + 2 * PADDING
        draw_text(painter, option, line, doing, small, faint=True)
        draw_bar(painter, option, line.adjusted(taken, 0, 0, 0), int(percent), self._bar)
