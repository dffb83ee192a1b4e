"""Rasters that wait for a decision, as an item model, and how they are painted: with all that is wrong with each."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Optional

from qgis.PyQt.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QRect,
    QSize,
    Qt,
    QTimer,
)
from qgis.PyQt.QtGui import QFontMetrics, QIcon, QMouseEvent, QPainter
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStyleOptionViewItem,
    QWidget,
)

from ...jobs.uploads.batch import Decision, Upload
from ...text.quantities import size_text
from ...text.server_text import bounded, tip_of_lines
from ...text.translation import translate
from ..widgets.icons import icon_named
from ..widgets.rows.painting import (
    PADDING,
    draw_icon,
    draw_text,
    inner,
    make_legible,
    mirrored,
    small_font,
    text_colour,
)

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

    def choices(self, row: int) -> tuple[Decision, ...]:
        """What can be decided of the upload in that row."""
        return tuple(decision for decision in Decision if self._uploads[row].allows(decision))

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:  # type: ignore[override]  # ItemFlags on Qt 5
        """Qt: where there is a choice, it can be made in the row."""
        flags = super().flags(index)
        is_open = index.isValid() and len(self.choices(index.row())) > 1
        return flags | Qt.ItemFlag.ItemIsEditable if is_open else flags  # type: ignore[return-value]

    def setData(  # noqa: N802 - Qt's name
        self, index: QModelIndex, value: object, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        """Qt: decide of one row; `value` is a Decision."""
        if role != Qt.ItemDataRole.EditRole or not index.isValid() or not isinstance(value, Decision):
            return False
        self.decide([index.row()], value)
        return True

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
        self._fine = icon_named("sign_ready.svg")
        self._doubtful = icon_named("sign_warning.svg")
        self._left_out = icon_named("sign_cancelled.svg")

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
        make_legible(own)
        painter.save()
        painter.setClipRect(own.rect)
        within = inner(own.rect)
        metrics = QFontMetrics(own.font)
        first = QRect(within.left(), within.top(), within.width(), self._line_height(own))
        draw_icon(painter, own, first, self._icon(upload, decision))
        words = first.adjusted(first.height() + PADDING, 0, 0, 0)
        if index.flags() & Qt.ItemFlag.ItemIsEditable:
            combo = self._combo_rect(own)
            _draw_combo(painter, own, mirrored(own, combo), decision_text(decision))
            words.setRight(combo.left() - PADDING)
        else:
            draw_text(painter, own, words, decision_text(decision), own.font, faint=True, right=True)
            words.setRight(words.right() - metrics.horizontalAdvance(decision_text(decision)) - 2 * PADDING)
        draw_text(painter, own, words, bounded(upload.source.name), own.font)
        words = first.adjusted(first.height() + PADDING, 0, 0, 0)
        below = QRect(words.left(), first.bottom() + 2, words.width(), within.bottom() - first.bottom())
        painter.setPen(text_colour(own, faint=True))
        painter.setFont(small_font(own.font))
        painter.drawText(mirrored(own, below), _WRAPPED, _told(upload))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # noqa: N802 - Qt's name
        """Qt: as high as the sentences are at the view's width."""
        metrics = QFontMetrics(option.font)
        width = self._view.viewport().width()
        upload = index.data(int(Role.UPLOAD))
        room = QRect(0, 0, max(60, width - metrics.height() - 3 * PADDING), _MOST_HEIGHT)
        told = QFontMetrics(small_font(option.font)).boundingRect(room, _WRAPPED, _told(upload))
        return QSize(width, self._line_height(option) + told.height() + 2 * PADDING + 3)

    def createEditor(  # noqa: N802 - Qt's name
        self, parent: QWidget, _option: QStyleOptionViewItem, index: QModelIndex
    ) -> QWidget:
        """Qt: the choices of a row, opened at once."""
        combo = QComboBox(parent)
        combo.setObjectName("decisionCombo")
        combo.setAccessibleName(translate("Uploads", "What to do with the file"))
        model = self._view.model()
        if isinstance(model, ReviewModel):
            for decision in model.choices(index.row()):
                combo.addItem(decision_text(decision), decision)
        combo.activated.connect(partial(self._take, combo))
        QTimer.singleShot(0, combo.showPopup)
        return combo

    def setEditorData(self, editor: QWidget, index: QModelIndex) -> None:  # noqa: N802 - Qt's name
        """Qt: what is decided now."""
        if isinstance(editor, QComboBox):
            choices = [editor.itemData(row) for row in range(editor.count())]
            editor.setCurrentIndex(choices.index(index.data(int(Role.DECISION))))

    def setModelData(  # noqa: N802 - Qt's name
        self, editor: QWidget, model: QAbstractItemModel, index: QModelIndex
    ) -> None:
        """Qt: what was chosen."""
        if isinstance(editor, QComboBox):
            model.setData(index, editor.currentData())

    def updateEditorGeometry(  # noqa: N802 - Qt's name
        self, editor: QWidget, option: QStyleOptionViewItem, _index: QModelIndex
    ) -> None:
        """Qt: the editor stands where its picture was."""
        editor.setGeometry(mirrored(option, self._combo_rect(option)))

    def editorEvent(  # noqa: N802 - Qt's name
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: QModelIndex
    ) -> bool:
        """Qt: a click on the picture of a combo box opens it."""
        if (
            isinstance(event, QMouseEvent)
            and event.type() == QEvent.Type.MouseButtonRelease
            and index.flags() & Qt.ItemFlag.ItemIsEditable
            and mirrored(option, self._combo_rect(option)).contains(event.pos())
        ):
            self._view.edit(index)
            return True
        return bool(super().editorEvent(event, model, option, index))

    def _take(self, combo: QComboBox, _index: int) -> None:
        self.commitData.emit(combo)
        self.closeEditor.emit(combo)

    def _line_height(self, option: QStyleOptionViewItem) -> int:
        """Of the first line, in which a combo box has its place."""
        return max(QFontMetrics(option.font).height(), _combo_size(option, "").height())

    def _combo_rect(self, option: QStyleOptionViewItem) -> QRect:
        within = inner(option.rect)
        widest = max(
            (decision_text(decision) for decision in Decision),
            key=QFontMetrics(option.font).horizontalAdvance,
        )
        size = _combo_size(option, widest)
        return QRect(within.right() - size.width() + 1, within.top(), size.width(), size.height())

    def _icon(self, upload: Upload, decision: Decision) -> QIcon:
        if decision is Decision.LEAVE_OUT:
            return self._left_out
        return self._doubtful if upload.issues else self._fine


def _combo_size(option: QStyleOptionViewItem, text: str) -> QSize:
    drawn = QStyleOptionComboBox()
    drawn.initFrom(option.widget)
    metrics = QFontMetrics(option.font)
    content = QSize(metrics.horizontalAdvance(text) + 2 * PADDING, metrics.height())
    style = option.widget.style() if option.widget is not None else QApplication.style()
    return style.sizeFromContents(QStyle.ContentsType.CT_ComboBox, drawn, content, option.widget)


def _draw_combo(painter: QPainter, option: QStyleOptionViewItem, place: QRect, text: str) -> None:
    drawn = QStyleOptionComboBox()
    drawn.initFrom(option.widget)
    drawn.rect, drawn.currentText = place, text
    drawn.state = QStyle.StateFlag.State_Enabled | QStyle.StateFlag.State_Active
    style = option.widget.style() if option.widget is not None else QApplication.style()
    style.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, drawn, painter, option.widget)
    painter.setFont(option.font)
    style.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, drawn, painter, option.widget)


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
