"""Paints a processing in two lines: what it is and what it cost, how far it is and how old."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Optional

from qgis.PyQt.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, QRect, Qt, pyqtSignal
from qgis.PyQt.QtGui import QFontMetrics, QIcon, QMouseEvent, QPainter
from qgis.PyQt.QtWidgets import QStyleOptionViewItem, QTreeView, QWidget

from ....api.processings import Processing
from ....jobs.results.transfers import TransferState
from ....text.quantities import age_text, area_text, credits_text, elapsed_text
from ....text.translation import translate
from ...widgets.rows.named_row_delegate import NamedRowDelegate
from ...widgets.rows.painting import (
    PADDING,
    draw_bar,
    draw_icon,
    draw_sign,
    draw_text,
    inner,
    lines_in,
    mirrored,
    small_font,
)
from ..status import State, state_of, state_word, until_texts
from .cells import Column, news_text, running_for
from .model import ProcessingRole

_LONGEST_NAME = 200


class ProcessingDelegate(NamedRowDelegate):
    """Two-line rows; a native progress bar for what is running, an icon and a word for the rest.

    Where a processing runs and may be deleted, which is the one way to stop it, a sign at the end of its bar does that.
    """

    stop_wanted = pyqtSignal(object)  # Processing whose sign was clicked

    def __init__(
        self,
        icons: Mapping[State, QIcon],
        parent: Optional[QObject] = None,
        stop_icon: Optional[QIcon] = None,
    ) -> None:
        super().__init__(
            "processingNameEdit",
            translate("List", "New name of the processing"),
            _LONGEST_NAME,
            parent,
        )
        self._icons = icons
        self._stop_icon = stop_icon

    def editorEvent(  # noqa: N802 - Qt's name
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: QModelIndex,
    ) -> bool:
        """Qt: a click on the sign."""
        is_click = isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease
        if isinstance(event, QMouseEvent) and is_click and event.button() == Qt.MouseButton.LeftButton:
            place = mirrored(option, _stop_place(option))
            if has_stop(index) and place.contains(event.pos()):
                self.stop_wanted.emit(index.data(int(ProcessingRole.PROCESSING)))
                return True
        return bool(super().editorEvent(event, model, option, index))

    def paint_row(
        self, painter: QPainter, option: QStyleOptionViewItem, text: str, index: QModelIndex
    ) -> None:
        """Paint one cell of a processing."""
        processing = index.data(int(ProcessingRole.PROCESSING))
        if not isinstance(processing, Processing):
            return
        column = index.column()
        if column == Column.NAME:
            first, second = lines_in(inner(option.rect), option.font)
            project, news = index.data(int(ProcessingRole.PROJECT)), index.data(int(ProcessingRole.NEWS))
            summary = _summary(processing, project or "", news, option.widget)
            if self.is_edited(index):
                self.draw_below_editor(painter, option, inner(option.rect), summary)
                return
            draw_text(painter, option, first, text, option.font)
            draw_text(painter, option, second, summary, small_font(option.font), faint=True)
        elif column == Column.STATUS:
            self._paint_status(painter, option, processing, index)
        else:
            right = column in (Column.AREA, Column.COST)
            draw_text(painter, option, inner(option.rect), text, option.font, right=right)

    def _paint_status(
        self, painter: QPainter, option: QStyleOptionViewItem, processing: Processing, index: QModelIndex
    ) -> None:
        percent = index.data(int(ProcessingRole.PERCENT))
        transfer = index.data(int(ProcessingRole.TRANSFER))
        doing = transfer.doing if isinstance(transfer, TransferState) else ""
        word = state_word(state_of(processing))
        first, second = lines_in(inner(option.rect), option.font)
        age = age_text(processing.created) if _is_hidden(option.widget, Column.CREATED) else ""
        since = index.data(int(ProcessingRole.SINCE))
        if since is not None:
            age = translate("List", "for {time}").format(time=elapsed_text(since))
        narrow = QFontMetrics(small_font(option.font))
        fitting = (
            each for each in until_texts(processing) if narrow.horizontalAdvance(each) <= second.width()
        )
        below = doing or next(fitting, "") or "".join(until_texts(processing)[-1:]) or age
        if percent is not None and not doing:
            whole = word if since is None else running_for(word, elapsed_text(since))
            room = narrow.horizontalAdvance(whole) <= second.width()
            below = whole if room or since is None else age  # the bar says that it runs
        if not below:
            first.moveCenter(inner(option.rect).center())
        if has_stop(index):
            place = _stop_place(option)
            if self._stop_icon is not None:
                draw_sign(painter, option, mirrored(option, place), self._stop_icon)
            first.setRight(place.left() - PADDING)
        if percent is not None:
            draw_bar(painter, option, first, int(percent), self.bar)
        else:
            draw_icon(painter, option, first, self._icons.get(state_of(processing), QIcon()))
            words = first.adjusted(first.height() + PADDING, 0, 0, 0)
            draw_text(painter, option, words, word, option.font)
        draw_text(painter, option, second, below, small_font(option.font), faint=True)


def has_stop(index: QModelIndex) -> bool:
    """Whether the processing in a row of the Status column can be stopped there."""
    processing = index.data(int(ProcessingRole.PROCESSING))
    is_running = isinstance(processing, Processing) and processing.status.is_running
    may_delete = bool(index.siblingAtColumn(Column.NAME).flags() & Qt.ItemFlag.ItemIsEditable)
    return index.column() == Column.STATUS and is_running and may_delete


def _stop_place(option: QStyleOptionViewItem) -> QRect:
    """A square at the end of the first line; as in a row read from left to right."""
    first, _second = lines_in(inner(option.rect), option.font)
    return QRect(first.right() - first.height() + 1, first.top(), first.height(), first.height())


def _summary(processing: Processing, project: str, news: Optional[datetime], view: Optional[QWidget]) -> str:
    """The second line: news of what runs, and whatever has no column of its own just now."""
    parts = ["" if news is None else news_text(news)]
    if _is_hidden(view, Column.PROJECT):
        parts.append(project)
    if _is_hidden(view, Column.MODEL):
        parts.append(processing.model_title)
    if _is_hidden(view, Column.AREA) and processing.area_m2 is not None:
        parts.append(area_text(processing.area_m2))
    if _is_hidden(view, Column.COST) and processing.cost is not None:
        parts.append(credits_text(processing.cost))
    return " · ".join(part for part in parts if part)


def _is_hidden(view: Optional[QWidget], column: Column) -> bool:
    return isinstance(view, QTreeView) and view.isColumnHidden(column)
