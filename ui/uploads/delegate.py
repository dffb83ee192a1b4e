"""Paints an upload in two lines: its name, and below it how far it is or how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Optional

from qgis.PyQt.QtCore import QModelIndex, QObject, QRect, QSize
from qgis.PyQt.QtGui import QFontMetrics, QIcon, QPainter
from qgis.PyQt.QtWidgets import QStyleOptionViewItem

from ...jobs.uploads.stage import Stage
from ...text.server_text import bounded
from ...text.translation import translate
from ..widgets.rows.painting import (
    PADDING,
    draw_bar,
    draw_icon,
    draw_text,
    inner,
    lines_in,
    row_height,
    small_font,
)
from ..widgets.rows.two_line_delegate import TwoLineDelegate
from .model import Role, UploadRow, stage_text, state_text

_ICONS = {
    Stage.CHECKING: "sign_queued.svg",
    Stage.UNDECIDED: "sign_warning.svg",
    Stage.WAITING: "sign_queued.svg",
    Stage.CONVERTING: "sign_running.svg",
    Stage.SENDING: "sign_running.svg",
    Stage.PROCESSING: "sign_running.svg",
    Stage.PREPARING: "sign_running.svg",
    Stage.DONE: "sign_ready.svg",
    Stage.FAILED: "sign_warning.svg",
    Stage.CANCELLED: "sign_cancelled.svg",
    Stage.LEFT_OUT: "sign_cancelled.svg",
}


def stage_icon(stage: Stage) -> str:
    """The name of the sign that stands for `stage`, of one colour."""
    return _ICONS[stage]


class UploadDelegate(TwoLineDelegate):
    """Two-line rows; a native progress bar for what is converted or sent, words for the rest."""

    def __init__(self, icons: Mapping[Stage, QIcon], parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._icons = icons

    def paint_row(
        self, painter: QPainter, option: QStyleOptionViewItem, _text: str, index: QModelIndex
    ) -> None:
        """Paint an upload."""
        row = index.data(int(Role.ROW))
        if not isinstance(row, UploadRow):
            return
        first, second = lines_in(inner(option.rect), option.font)
        draw_icon(painter, option, first, self._icons.get(row.stage, QIcon()))
        beside = first.height() + PADDING
        draw_text(painter, option, first.adjusted(beside, 0, 0, 0), bounded(row.name), option.font)
        self._paint_state(painter, option, second.adjusted(beside, 0, 0, 0), row, index)

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
                text = translate("Uploads", "{state} · {mosaic}").format(
                    state=text, mosaic=bounded(row.target, 60)
                )
            draw_text(painter, option, line, bounded(text), small, faint=True)
            return
        doing = stage_text(row.stage)
        taken = QFontMetrics(small).horizontalAdvance(doing) + 2 * PADDING
        draw_text(painter, option, line, doing, small, faint=True)
        draw_bar(painter, option, line.adjusted(taken, 0, 0, 0), int(percent), self.bar)
