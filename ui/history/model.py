"""The history as an item model: a row an entry, in the order of the service."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from typing import Optional

from qgis.PyQt.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, pyqtSignal

from ...api.history import HistoryEntry, HistoryField
from ...text.quantities import area_text, credits_text, local_time_text
from ...text.server_text import bounded, plain_tip
from ...text.translation import translate
from ..processings.status import state_word


class Column(enum.IntEnum):
    """The model's columns, in their order."""

    CREATED = 0
    NAME = 1
    PROJECT = 2
    MODEL = 3
    STATUS = 4
    AREA = 5
    COST = 6
    IMAGERY = 7
    USER = 8
    COMPLETED = 9

    @property
    def field(self) -> HistoryField:
        """What the service sorts by for this column."""
        return _FIELDS[self]

    @property
    def title(self) -> str:
        """Its header."""
        return {
            Column.CREATED: translate("History", "Created"),
            Column.NAME: translate("History", "Name"),
            Column.PROJECT: translate("History", "Project"),
            Column.MODEL: translate("History", "Model"),
            Column.STATUS: translate("History", "Status"),
            Column.AREA: translate("History", "Area"),
            Column.COST: translate("History", "Cost"),
            Column.IMAGERY: translate("History", "Imagery"),
            Column.USER: translate("History", "User"),
            Column.COMPLETED: translate("History", "Completed"),
        }[self]


_FIELDS = {
    Column.CREATED: HistoryField.CREATED,
    Column.NAME: HistoryField.NAME,
    Column.PROJECT: HistoryField.PROJECT,
    Column.MODEL: HistoryField.MODEL,
    Column.STATUS: HistoryField.STATUS,
    Column.AREA: HistoryField.AREA,
    Column.COST: HistoryField.COST,
    Column.IMAGERY: HistoryField.PROVIDER,
    Column.USER: HistoryField.EMAIL,
    Column.COMPLETED: HistoryField.COMPLETED,
}
NUMBERS = (Column.AREA, Column.COST)
ENTRY = int(Qt.ItemDataRole.UserRole) + 1


class HistoryModel(QAbstractTableModel):
    """The entries; `sort_wanted` when a header asks for another order, which is the service's to make."""

    sort_wanted = pyqtSignal(object, bool)  # HistoryField, ascending

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self.provider_titles: Mapping[str, str] = {}
        self._entries: list[HistoryEntry] = []

    def clear(self) -> None:
        """Show nothing."""
        self.beginResetModel()
        self._entries = []
        self.endResetModel()

    def add(self, entries: Sequence[HistoryEntry]) -> None:
        """Show these below the others."""
        if entries:
            first = len(self._entries)
            self.beginInsertRows(QModelIndex(), first, first + len(entries) - 1)
            self._entries.extend(entries)
            self.endInsertRows()

    def entries(self, rows: Iterable[int]) -> list[HistoryEntry]:
        """The entries in these rows."""
        return [self._entries[row] for row in rows]

    def cell(self, entry: HistoryEntry, column: Column) -> str:
        """What a cell says."""
        provider = entry.provider_name
        texts = {
            Column.CREATED: lambda: local_time_text(entry.created),
            Column.NAME: lambda: bounded(entry.name),
            Column.PROJECT: lambda: bounded(entry.project_name),
            Column.MODEL: lambda: bounded(entry.model_name),
            Column.STATUS: lambda: _status(entry),
            Column.AREA: lambda: area_text(entry.area_m2),
            Column.COST: lambda: credits_text(entry.cost),
            Column.IMAGERY: lambda: bounded(self.provider_titles.get(provider, provider)),
            Column.USER: lambda: bounded(entry.email),
            Column.COMPLETED: lambda: local_time_text(entry.completed),
        }
        return texts[column]()

    # QAbstractTableModel

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        """Qt: how many entries."""
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        """Qt: how many columns."""
        return 0 if parent.isValid() else len(Column)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Qt: the titles."""
        if orientation == Qt.Orientation.Horizontal and 0 <= section < len(Column):
            if role == Qt.ItemDataRole.DisplayRole:
                return Column(section).title
            if role == Qt.ItemDataRole.TextAlignmentRole and section in NUMBERS:
                return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: what a cell says under `role`."""
        if not index.isValid() or not 0 <= index.row() < len(self._entries):
            return None
        entry, column = self._entries[index.row()], Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self.cell(entry, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self.cell(entry, column))
        if role == Qt.ItemDataRole.TextAlignmentRole and column in NUMBERS:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return entry if role == ENTRY else None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Qt: a header was clicked."""
        if 0 <= column < len(Column):
            self.sort_wanted.emit(Column(column).field, order == Qt.SortOrder.AscendingOrder)


def _status(entry: HistoryEntry) -> str:
    word = state_word(entry.status)
    return translate("History", "{status}, archived").format(status=word) if entry.is_archived else word
