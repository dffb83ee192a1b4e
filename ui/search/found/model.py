"""The found images as an item model, a row each, which grows as one scrolls."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from typing import Optional

from qgis.PyQt.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, pyqtSignal

from ....jobs.catalog.search import FoundImage, Key
from .cells import Column, cell_text, column_title, is_number, sort_value
from .orders import Order
from .words import summary_of, title_of, tool_tip_of

_COLUMNS = len(Column)
_FIGURES = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
# what is wanted at the top of these is the newest, and the most
_FALLING_FIRST = (Column.DATE, Column.COVERS)


class SearchRole(enum.IntEnum):
    """What an index says beyond Qt's own roles."""

    FOUND = int(Qt.ItemDataRole.UserRole) + 1  # FoundImage
    SUMMARY = int(Qt.ItemDataRole.UserRole) + 2  # the second line
    IS_LIT = int(Qt.ItemDataRole.UserRole) + 3  # the pointer is over it on the map


class SearchRows(QAbstractTableModel):
    """Rows in the order they came, or sorted here where the service cannot sort by what is wanted.

    `more_wanted`: whoever looks has come to the end.
    """

    more_wanted = pyqtSignal()

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self.provider_titles: Mapping[str, str] = {}
        self.is_more = False
        self.may_views_ask = True  # for further pages, as Qt does
        self._order = Order.NEWEST
        self._came: list[FoundImage] = []
        self._rows: list[FoundImage] = []
        self._row_of: dict[Key, int] = {}
        self._lit: Optional[Key] = None

    @property
    def order(self) -> Order:
        """How the rows are sorted."""
        return self._order

    def set_found(self, found: Iterable[FoundImage]) -> None:
        """Show these, and only these."""
        self.beginResetModel()
        self._came = list(found)
        self._arrange()
        self.endResetModel()

    def add(self, found: Sequence[FoundImage]) -> None:
        """Show these, too: below the others, or where they belong in an order of our own."""
        if not found:
            return
        first = len(self._rows)
        self.beginInsertRows(QModelIndex(), first, first + len(found) - 1)
        self._came.extend(found)
        self._rows.extend(found)
        self._row_of.update((each.key, first + place) for place, each in enumerate(found))
        self.endInsertRows()
        if not self._order.is_of_service:
            self._sort_anew()

    def set_order(self, order: Order) -> None:
        """Sort by `order`; the rows come in it from the service where that can sort so."""
        if order is self._order:
            return
        was_own, self._order = not self._order.is_of_service, order
        if was_own or not order.is_of_service:
            self._sort_anew()

    def found(self) -> tuple[FoundImage, ...]:
        """All that is shown."""
        return tuple(self._rows)

    def at(self, row: int) -> FoundImage:
        """The image in that row."""
        return self._rows[row]

    def index_of(self, key: Key) -> QModelIndex:
        """Where an image is; invalid where it is not shown."""
        row = self._row_of.get(key)
        return QModelIndex() if row is None else self.index(row)

    def light(self, key: Optional[Key]) -> None:
        """Let one row look as if the pointer were over it, or none."""
        former, self._lit = self._lit, key
        for each in {former, key} - {None}:
            index = self.index_of(each)  # type: ignore[arg-type]
            if index.isValid():
                last = self.index(index.row(), _COLUMNS - 1)
                self.dataChanged.emit(index, last, [int(SearchRole.IS_LIT)])

    # QAbstractTableModel

    def index(
        self,
        row: int,
        column: int = 0,
        parent: QModelIndex = QModelIndex(),  # noqa: B008 - Qt's signature
    ) -> QModelIndex:
        """Qt: a cell. Qt's own way asks for the counts of rows and columns each time."""
        if 0 <= row < len(self._rows) and 0 <= column < _COLUMNS and not parent.isValid():
            return self.createIndex(row, column)
        return QModelIndex()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        """Qt: how many images."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        """Qt: how many columns."""
        return 0 if parent.isValid() else _COLUMNS

    def canFetchMore(self, parent: QModelIndex) -> bool:  # noqa: N802 - Qt's name
        """Qt: whether there are further pages."""
        return not parent.isValid() and self.is_more and self.may_views_ask

    def fetchMore(self, parent: QModelIndex) -> None:  # noqa: N802 - Qt's name
        """Qt: the end has come into view."""
        if not parent.isValid():
            self.more_wanted.emit()

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Qt: the titles."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < _COLUMNS:
            return None
        column = Column(section)
        if role == Qt.ItemDataRole.DisplayRole:
            return column_title(column)
        if role == Qt.ItemDataRole.TextAlignmentRole and is_number(column):
            return _FIGURES
        if role == Qt.ItemDataRole.InitialSortOrderRole and column in _FALLING_FIRST:
            return Qt.SortOrder.DescendingOrder
        return None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: what a cell says under `role`."""
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        found, column = self._rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            if column == Column.IMAGE:
                return title_of(found.image)
            return cell_text(found.image, Column(column), self.provider_titles)
        if role == SearchRole.FOUND:
            return found
        if role == SearchRole.SUMMARY:
            return summary_of(found.image, self.provider_titles)
        if role == SearchRole.IS_LIT:
            return found.key == self._lit
        if role == Qt.ItemDataRole.TextAlignmentRole and is_number(Column(column)):
            return _FIGURES
        if role == Qt.ItemDataRole.ToolTipRole:
            return tool_tip_of(found.image, self.provider_titles)
        if role == Qt.ItemDataRole.AccessibleTextRole and column == Column.IMAGE:
            return f"{title_of(found.image)}, {summary_of(found.image, self.provider_titles)}"
        return None

    # inside

    def _arrange(self) -> None:
        self._rows = list(self._came)
        if not self._order.is_of_service:
            column, titles = self._order.column, self.provider_titles
            told = [(sort_value(each.image, column, titles), each) for each in self._came]
            known = [pair for pair in told if pair[0] is not None]
            known.sort(key=lambda pair: pair[0], reverse=not self._order.is_rising)
            # as at the service, what is not known comes last whichever way
            self._rows = [each for _value, each in known] + [each for value, each in told if value is None]
        self._row_of = {each.key: row for row, each in enumerate(self._rows)}

    def _sort_anew(self) -> None:
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        keys = [self._rows[index.row()].key for index in before]
        self._arrange()
        after = [self.createIndex(self._row_of[key], index.column()) for key, index in zip(keys, before)]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()
