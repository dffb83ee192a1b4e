"""Rasters that wait for a decision, as an item model, and how they are painted: with all that is wrong with each."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from typing import Optional

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QAbstractListModel, QModelIndex, QObject, QRect, QSize, Qt
from qgis.PyQt.QtGui import QFontMetrics, QIcon, QPainter
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from ...jobs.uploads.batch import Decision, Upload
from ...text.quantities import size_text
from ...text.server_text import bounded, tip_of_lines
from ...text.translation import translate
from ..widgets.rows.painting import PADDING, draw_icon, draw_text, inner, small_font, text_colour

_WRAPPED = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
_MOST_HEIGHT = 100_000  # pixels


class Role(enum.IntEnum):
    """What an index says beyond Qt's own roles."""

    UPLOAD = int(Qt.ItemDataRole.UserRole) + 1
    DECISION = int(Qt.ItemDataRole.UserRole) + 2


class ReviewModel(QAbstractListModel):
    """The uploads of a batch and what is decided of each so far."""

    def __init__(self, uploads: Sequence[Upload], parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._uploads = list(uploads)
        self._decisions = {upload.id: upload.decision or upload.advised for upload in uploads}

    @property
    def decisions(self) -> Mapping[int, Decision]:
        """What is decided, by the upload's id."""
        return dict(self._decisions)

    def decide(self, rows: Iterable[int], decision: Decision) -> None:
        """Decide so of those rows that allow it."""
        for row in rows:
            upload = self._uploads[row]
            if upload.allows(decision) and self._decisions[upload.id] is not decision:
                self._decisions[upload.id] = decision
                index = self.index(row)
                self.dataChanged.emit(index, index)

    def allows(self, rows: Iterable[int], decision: Decision) -> bool:
        """Whether any of those rows can be dealt with so."""
        return any(self._uploads[row].allows(decision) for row in rows)

    def settle(self) -> list[Upload]:
        """Write the decisions into the uploads; returns those that are going to be uploaded."""
        found = []
        for upload in self._uploads:
            upload.decision = self._decisions[upload.id]
            if upload.decision is not Decision.LEAVE_OUT:
                found.append(upload)
        return found

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        """Qt: how many."""
        return 0 if parent.isValid() else len(self._uploads)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: what a row says under `role`."""
        if not index.isValid() or not 0 <= index.row() < len(self._uploads):
            return None
        upload = self._uploads[index.row()]
        decision = self._decisions[upload.id]
        if role == Qt.ItemDataRole.DisplayRole:
            return upload.source.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip_of_lines([upload.source.uri])
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join([bounded(upload.source.name), *reasons(upload), decision_text(decision)])
        if role == Role.UPLOAD:
            return upload
        if role == Role.DECISION:
            return decision
        return None


class ReviewDelegate(QStyledItemDelegate):
    """A line with the name and the decision, and below it, wrapped, each thing that is wrong."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view
        self._fine = QgsApplication.getThemeIcon("/mIconSuccess.svg")
        self._doubtful = QgsApplication.getThemeIcon("/mIconWarning.svg")
        self._left_out = QgsApplication.getThemeIcon("/mTaskCancel.svg")

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Qt: paint one row."""
        upload, decision = index.data(int(Role.UPLOAD)), index.data(int(Role.DECISION))
        if not isinstance(upload, Upload) or not isinstance(decision, Decision):
            super().paint(painter, option, index)
            return
        own = QStyleOptionViewItem(option)
        self.initStyleOption(own, index)
        own.text = ""
        style = own.widget.style() if own.widget is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, own, painter, own.widget)
        painter.save()
        painter.setClipRect(own.rect)
        within = inner(own.rect)
        metrics = QFontMetrics(own.font)
        first = QRect(within.left(), within.top(), within.width(), metrics.height())
        draw_icon(painter, own, first, self._icon(upload, decision))
        words = first.adjusted(first.height() + PADDING, 0, 0, 0)
        draw_text(painter, own, words, decision_text(decision), own.font, faint=True, right=True)
        taken = metrics.horizontalAdvance(decision_text(decision)) + 2 * PADDING
        draw_text(painter, own, words.adjusted(0, 0, -taken, 0), bounded(upload.source.name), own.font)
        below = QRect(words.left(), first.bottom() + 2, words.width(), within.bottom() - first.bottom())
        painter.setPen(text_colour(own, faint=True))
        painter.setFont(small_font(own.font))
        painter.drawText(below, _WRAPPED, _told(upload))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # noqa: N802 - Qt's name
        """Qt: as high as the sentences are at the view's width."""
        metrics = QFontMetrics(option.font)
        width = self._view.viewport().width()
        upload = index.data(int(Role.UPLOAD))
        room = QRect(0, 0, max(60, width - metrics.height() - 3 * PADDING), _MOST_HEIGHT)
        told = QFontMetrics(small_font(option.font)).boundingRect(room, _WRAPPED, _told(upload))
        return QSize(width, metrics.height() + told.height() + 2 * PADDING + 3)

    def _icon(self, upload: Upload, decision: Decision) -> QIcon:
        if decision is Decision.LEAVE_OUT:
            return self._left_out
        return self._doubtful if upload.issues else self._fine


def decision_text(decision: Decision) -> str:
    """A decision as the user reads it."""
    return {
        Decision.AS_IT_IS: translate("Uploads", "Send as It Is"),
        Decision.CONVERT: translate("Uploads", "Convert"),
        Decision.LEAVE_OUT: translate("Uploads", "Leave Out"),
    }[decision]


def reasons(upload: Upload) -> list[str]:
    """All that is wrong with an upload, or that nothing is."""
    sentences = [bounded(issue.sentence) for issue in upload.issues]
    if sentences:
        return sentences
    size = upload.check.size_as_it_is if upload.check is not None else 0
    return [
        translate("Uploads", "Nothing is wrong with it; its size is {size}.").format(size=size_text(size))
    ]


def _told(upload: Upload) -> str:
    told = reasons(upload)
    return "\n".join(told) if len(told) == 1 else "\n".join(f"• {sentence}" for sentence in told)
