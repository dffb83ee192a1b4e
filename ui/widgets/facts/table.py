"""A table of facts: a label and a value in each row."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Optional

from qgis.PyQt.QtCore import QAbstractTableModel, QModelIndex, QObject, QPointF, QSize, Qt
from qgis.PyQt.QtGui import QFont, QKeyEvent, QKeySequence, QPainter, QResizeEvent, QTextLayout, QTextOption
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QAction,
    QApplication,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from ....text.facts import Fact, facts_text
from ....text.quantities import copied
from ....text.server_text import bounded_lines, plain_tip
from ....text.translation import translate
from ..rows.painting import make_legible, text_colour

_WIDEST_LABEL = 0.45  # of the table
_MOST_TIP = 1_000  # characters
_NEXT_LINE = "\u2028"  # what stands for \n in a text that is laid out
_INSET = 3  # logical pixels around the text of a cell


class FactsModel(QAbstractTableModel):
    """Two columns: what it is, and what it is like."""

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self.facts: tuple[Fact, ...] = ()

    def set_facts(self, facts: Sequence[Fact]) -> None:
        """Show these."""
        self.beginResetModel()
        self.facts = tuple(facts)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        """Qt: how many facts."""
        return 0 if parent.isValid() else len(self.facts)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        """Qt: label and value."""
        return 0 if parent.isValid() else 2

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: what a cell says."""
        if not index.isValid():
            return None
        fact = self.facts[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            first = fact.label or fact.value  # which takes both columns
            return bounded_lines(first if index.column() == 0 else fact.value)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(fact.line[:_MOST_TIP])
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return bounded_lines(fact.line)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        if role == Qt.ItemDataRole.FontRole and fact.is_heading:
            font = QFont()
            font.setBold(True)
            return font
        return None


class FactsDelegate(QStyledItemDelegate):
    """Writes all of a cell, in a colour that is read on the ground of its row; an address breaks anywhere."""

    def __init__(self, view: QTableView) -> None:
        super().__init__(view)
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Qt: paint a cell."""
        own = QStyleOptionViewItem(option)
        self.initStyleOption(own, index)
        text, own.text = own.text, ""
        self._view.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, own, painter, self._view)
        make_legible(own)
        painter.save()
        painter.setClipRect(own.rect)
        painter.setPen(text_colour(own))
        place = own.rect.adjusted(_INSET, _INSET, -_INSET, -_INSET)
        side = QStyle.visualAlignment(own.direction, Qt.AlignmentFlag.AlignLeft)
        towards = side | Qt.AlignmentFlag.AlignAbsolute
        layout, _height = _laid_out(text, own.font, place.width(), towards)  # type: ignore[arg-type]  # Qt 5
        layout.draw(painter, QPointF(place.topLeft()))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # noqa: N802 - Qt's name
        """Qt: as high as the text is at the width of its column, or of both."""
        own = QStyleOptionViewItem(option)
        self.initStyleOption(own, index)
        takes_both = self._view.columnSpan(index.row(), 0) > 1
        width = self._view.viewport().width() if takes_both else self._view.columnWidth(index.column())
        _layout, height = _laid_out(own.text, own.font, width - 2 * _INSET, Qt.AlignmentFlag.AlignLeft)
        return QSize(width, height + 2 * _INSET)


class FactsTable(QTableView):
    """Rows can be chosen, and copied with the copy key or a right click; `text` is all of it."""

    def __init__(self, title: str, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("factsTable")
        self.setAccessibleName(title)
        self._facts = FactsModel(self)
        self.setModel(self._facts)
        self.setItemDelegate(FactsDelegate(self))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setWordWrap(True)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        for name, text, act in (
            ("copyFactsAction", translate("Facts", "&Copy"), self.copy),
            ("chooseFactsAction", translate("Facts", "Select &All"), self.selectAll),
        ):
            action = QAction(text, self)
            action.setObjectName(name)
            action.triggered.connect(lambda _checked=False, act=act: act())
            self.addAction(action)

    @property
    def text(self) -> str:
        """All facts as lines of plain text."""
        return bounded_lines(facts_text(self._facts.facts))

    def set_facts(self, facts: Sequence[Fact]) -> None:
        """Show other facts; what is chosen and in view stays where the same facts are shown again."""
        if tuple(facts) == self._facts.facts:
            return
        place = self.verticalScrollBar().value()
        self._facts.set_facts(facts)
        self.clearSpans()
        for row, fact in enumerate(self._facts.facts):
            if not fact.label or fact.is_heading:
                self.setSpan(row, 0, 1, 2)
        self._fit()
        self.verticalScrollBar().setValue(place)

    def copy(self) -> None:
        """Put the chosen rows, or all of them where none is, on the clipboard."""
        rows = sorted({index.row() for index in self.selectionModel().selectedIndexes()})
        chosen = [self._facts.facts[row] for row in rows]
        QApplication.clipboard().setText(copied(bounded_lines(facts_text(chosen)) if chosen else self.text))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: the copy key copies rows; Qt itself would take one cell."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
            event.accept()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: values wrap elsewhere."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        metrics = self.fontMetrics()
        labels = [fact.label for fact in self._facts.facts if fact.label and not fact.is_heading]
        widest = max((metrics.horizontalAdvance(label) for label in labels), default=0)
        most = round(self.viewport().width() * _WIDEST_LABEL)
        self.setColumnWidth(0, max(20, min(widest + 2 * metrics.averageCharWidth() + 8, most)))
        self.resizeRowsToContents()


def _laid_out(text: str, font: QFont, width: int, alignment: Qt.AlignmentFlag) -> tuple[QTextLayout, int]:
    """`text` in lines of `width` pixels, broken between words, or within one that is longer; and its height."""
    layout = QTextLayout(text.replace("\n", _NEXT_LINE), font)
    option = QTextOption(alignment)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    height = 0.0
    line = layout.createLine()
    while line.isValid():
        line.setLineWidth(max(20, width))
        line.setPosition(QPointF(0, height))
        height += line.height()
        line = layout.createLine()
    layout.endLayout()
    return layout, math.ceil(height)
