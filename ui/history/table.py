"""The table of the history: its header is kept, its rows are copied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject, QPoint, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QHeaderView, QMenu, QTreeView

from ...api.settings import HISTORY_HEADER
from ..widgets.keys.letters import with_letters
from ..widgets.rows.copied_rows import copy_action
from ..widgets.rows.line_delegate import LineDelegate
from .model import ENTRY, Column, HistoryModel

if TYPE_CHECKING:
    from ...api.history import HistoryEntry

_HIDDEN_AT_FIRST = (Column.IMAGERY, Column.USER, Column.COMPLETED)
# in average letters
_WIDTHS = {
    Column.CREATED: 26,
    Column.NAME: 22,
    Column.PROJECT: 20,
    Column.MODEL: 20,
    Column.STATUS: 17,
    Column.AREA: 11,
    Column.COST: 12,
    Column.USER: 22,
    Column.COMPLETED: 26,
}
_WIDTH = 16


class HistoryTable(QObject):
    """Shows entries in `view`; a header that is clicked wants another order, a menu on it chooses the columns."""

    sort_wanted = pyqtSignal(object, bool)  # HistoryField, ascending

    def __init__(self, view: QTreeView, provider_titles: Mapping[str, str]) -> None:
        super().__init__(view)
        self.model = HistoryModel(self)
        self.model.provider_titles = provider_titles
        self._view = view
        view.setModel(self.model)
        view.setItemDelegate(LineDelegate(view))
        copy_action(view)
        header = view.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        letter = view.fontMetrics().averageCharWidth()
        for column in Column:
            header.resizeSection(column, _WIDTHS.get(column, _WIDTH) * letter)
            view.setColumnHidden(column, column in _HIDDEN_AT_FIRST)
        state = HISTORY_HEADER.read()
        if not state.isEmpty():
            header.restoreState(state)
        # what is stored is how the table looks; the newest come first each time
        header.setSortIndicator(Column.CREATED, Qt.SortOrder.DescendingOrder)
        view.setSortingEnabled(True)
        self.model.sort_wanted.connect(self.sort_wanted)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._open_menu)

    def clear(self) -> None:
        """Show nothing."""
        self.model.clear()

    def add(self, entries: Sequence[HistoryEntry]) -> None:
        """Show these below the others."""
        self.model.add(entries)

    def chosen(self) -> list[HistoryEntry]:
        """The chosen entries, in the order they are shown."""
        rows = sorted({index.row() for index in self._view.selectionModel().selectedRows()})
        return [self.model.index(row, 0).data(ENTRY) for row in rows]

    def store(self) -> None:
        """Keep the columns and their widths for the next time."""
        HISTORY_HEADER.write(self._view.header().saveState())

    def columns_menu(self) -> QMenu:
        """A menu with an entry for each column but the name."""
        menu = QMenu(self._view)
        menu.setObjectName("historyColumnsMenu")
        columns = [column for column in Column if column is not Column.NAME]
        for column, title in zip(columns, with_letters(column.title for column in columns)):
            action = menu.addAction(title)
            action.setCheckable(True)
            action.setChecked(not self._view.isColumnHidden(column))
            action.toggled.connect(partial(self._show_column, column))
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _show_column(self, column: Column, shown: bool) -> None:
        self._view.setColumnHidden(column, not shown)

    def _open_menu(self, where: QPoint) -> None:
        self.columns_menu().popup(self._view.header().mapToGlobal(where))
