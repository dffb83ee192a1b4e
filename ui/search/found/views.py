"""The two views of the found images, rows of two lines and a table, of which one is seen: they share all but looks."""

from __future__ import annotations

from collections.abc import Iterable

from qgis.PyQt.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPoint,
    QRect,
    QTimer,
    pyqtSignal,
)
from qgis.PyQt.QtWidgets import QAbstractItemView, QHeaderView, QListView, QTableView

from ....api.settings import SEARCH_AS_TABLE
from ....text.spreadsheets import tabbed
from ...widgets.rows.ranges import row_ranges
from .cell_delegate import CellDelegate
from .cells import Column, column_title
from .columns import FoundColumns
from .model import SearchRows

_SELECT = QItemSelectionModel.SelectionFlag
_BETWEEN_LINES = 6  # pixels


class FoundViews(QObject):
    """Only the view that is seen has the model: the other one costs nothing, and asks for no further pages."""

    entered = pyqtSignal(QModelIndex)  # the pointer is over this row
    left = pyqtSignal()  # it is over none
    opened = pyqtSignal()  # a row was double-clicked
    menu_wanted = pyqtSignal(QPoint)  # at this place of the screen
    switched = pyqtSignal()

    def __init__(self, rows: QListView, table: QTableView, model: SearchRows) -> None:
        super().__init__(rows)
        self.model = model
        self.selection = QItemSelectionModel(model, self)
        self.columns = FoundColumns(table)
        self._rows = rows
        self._table = table
        self._cells = CellDelegate(table)
        table.setItemDelegate(self._cells)
        rows.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        lines = table.verticalHeader()
        lines.hide()
        lines.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        lines.setDefaultSectionSize(table.fontMetrics().height() + _BETWEEN_LINES)
        for view in (rows, table):
            view.viewport().installEventFilter(self)
            view.entered.connect(self._on_entered)
            view.doubleClicked.connect(lambda _index: self.opened.emit())
            view.customContextMenuRequested.connect(self._on_menu)
        self._end = QTimer(self)  # rows have their places in the next turn
        self._end.setSingleShot(True)
        self._end.timeout.connect(self._ask_at_the_end)
        table.verticalScrollBar().valueChanged.connect(self.look_for_end)
        self._is_table = SEARCH_AS_TABLE.read()
        self._show()

    @property
    def is_table(self) -> bool:
        """Whether the table is seen."""
        return self._is_table

    @property
    def view(self) -> QAbstractItemView:
        """The view that is seen."""
        return self._table if self._is_table else self._rows

    def show_table(self, is_wanted: bool) -> None:
        """Show the table, or the rows of two lines; what is chosen, and where one looks, stays."""
        if is_wanted == self._is_table:
            return
        had_focus = self.view.hasFocus()
        first = self.view.indexAt(QPoint(2, 2)).row()
        self._is_table = is_wanted
        SEARCH_AS_TABLE.write(is_wanted)
        self._show()
        if had_focus:
            self.view.setFocus()
        if first > 0:
            self.view.scrollTo(self._cell(first), QAbstractItemView.ScrollHint.PositionAtTop)
        self.switched.emit()

    def chosen_rows(self) -> list[int]:
        """The rows that are chosen, from above to below."""
        ranges = self.selection.selection()
        each = (ranges[number] for number in range(len(ranges)))
        return sorted({row for one in each for row in range(one.top(), one.bottom() + 1)})

    def choose(self, rows: Iterable[int]) -> None:
        """Choose these, and no others."""
        last = self.model.columnCount() - 1
        wanted = QItemSelection()
        for first, end in row_ranges(sorted(rows)):
            wanted.select(self.model.index(first), self.model.index(end, last))
        self.selection.select(wanted, _SELECT.ClearAndSelect | _SELECT.Rows)

    def toggle(self, row: int) -> None:
        """Choose one besides the others, or no longer."""
        self.selection.select(self.model.index(row), _SELECT.Toggle | _SELECT.Rows)

    def go_to(self, row: int) -> None:
        """Let the keys go on from a row, and bring it into view."""
        cell = self._cell(row)
        self.selection.setCurrentIndex(cell, _SELECT.NoUpdate)
        self.view.scrollTo(cell)

    def text(self, rows: Iterable[int]) -> str:
        """The shown columns of some rows, for the clipboard: a line each below the titles, with tabs between."""
        shown = self.columns.shown
        lines = [[self.model.index(row, column).data() for column in shown] for row in rows]
        return tabbed([[column_title(column) for column in shown], *lines])

    def look_for_end(self, _value: int = 0) -> None:
        """Want a further page of the table if its end is seen.

        Qt would want one whenever one scrolls to the side, and none while the first column is hidden.
        """
        if self._is_table:
            self._end.start(0)

    def close(self) -> None:
        """Keep how the table looks."""
        self.columns.store()

    def eventFilter(self, _viewport: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Qt: the pointer has left the view, or more of the rows is seen."""
        if event.type() == QEvent.Type.Leave:
            self._hover(-1)
            self.left.emit()
        elif event.type() == QEvent.Type.Resize:
            self.look_for_end()
        return False

    # inside

    def _show(self) -> None:
        shown, other = (self._table, self._rows) if self._is_table else (self._rows, self._table)
        current = self.selection.currentIndex().row()
        if other.model() is not None:
            other.setModel(None)
        self.model.may_views_ask = not self._is_table
        self._attach(shown)
        other.setVisible(False)
        shown.setVisible(True)
        if current >= 0:  # in a column that this view shows: keys do not go on from another one
            self.selection.setCurrentIndex(self._cell(current), _SELECT.NoUpdate)

    def _ask_at_the_end(self) -> None:
        last = self.model.rowCount() - 1
        if not self._is_table or not self.model.is_more or last < 0:
            return
        if self._table.rowViewportPosition(last) < self._table.viewport().height():
            self.model.more_wanted.emit()

    def _attach(self, view: QAbstractItemView) -> None:
        former = view.selectionModel()
        view.setModel(self.model)
        own = view.selectionModel()
        view.setSelectionModel(self.selection)
        for unused in (former, own):
            if unused is not None and unused is not self.selection:
                unused.deleteLater()
        if self._is_table:
            self.columns.apply()
            self.columns.show_order(self.model.order.column, self.model.order.is_rising)

    def _cell(self, row: int) -> QModelIndex:
        return self.model.index(row, self.columns.shown[0] if self._is_table else Column.IMAGE)

    def _on_entered(self, index: QModelIndex) -> None:
        self._hover(index.row())
        self.entered.emit(index)

    def _hover(self, row: int) -> None:
        former, self._cells.hovered_row = self._cells.hovered_row, row
        if former != row:
            for each in {former, row} - {-1}:  # to paint all cells anew takes longer than a frame
                self._table.viewport().update(_line_of(self._table, each))

    def _on_menu(self, where: QPoint) -> None:
        self.menu_wanted.emit(self.view.viewport().mapToGlobal(where))


def _line_of(table: QTableView, row: int) -> QRect:
    return QRect(0, table.rowViewportPosition(row), table.viewport().width(), table.rowHeight(row))
