"""The found images as an item model, a row each, which grows as one scrolls."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from typing import Optional

from qgis.PyQt.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, pyqtSignal

from ...jobs.catalog.search import FoundImage, Key
from .words import summary_of, title_of, tool_tip_of


class SearchRole(enum.IntEnum):
    """What an index says beyond Qt's own roles."""

    FOUND = int(Qt.ItemDataRole.UserRole) + 1  # FoundImage
    SUMMARY = int(Qt.ItemDataRole.UserRole) + 2  # the second line
    IS_LIT = int(Qt.ItemDataRole.UserRole) + 3  # the pointer is over it on the map


class SearchRows(QAbstractListModel):
    """Rows in the order they came. `more_wanted`: whoever looks has come to the end."""

    more_wanted = pyqtSignal()

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self.provider_titles: Mapping[str, str] = {}
        self.is_more = False
        self._rows: list[FoundImage] = []
        self._row_of: dict[Key, int] = {}
        self._lit: Optional[Key] = None

    def set_found(self, found: Iterable[FoundImage]) -> None:
        """Show these, and only these."""
        self.beginResetModel()
        self._rows = list(found)
        self._row_of = {each.key: row for row, each in enumerate(self._rows)}
        self.endResetModel()

    def add(self, found: Sequence[FoundImage]) -> None:
        """Show these below the others."""
        if not found:
            return
        first = len(self._rows)
        self.beginInsertRows(QModelIndex(), first, first + len(found) - 1)
        self._rows.extend(found)
        self._row_of.update((each.key, first + place) for place, each in enumerate(found))
        self.endInsertRows()

    def found(self) -> tuple[FoundImage, ...]:
        """All that is shown."""
        return tuple(self._rows)

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
                self.dataChanged.emit(index, index, [int(SearchRole.IS_LIT)])

    # QAbstractListModel

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        """Qt: how many images."""
        return 0 if parent.isValid() else len(self._rows)

    def canFetchMore(self, parent: QModelIndex) -> bool:  # noqa: N802 - Qt's name
        """Qt: whether there are further pages."""
        return not parent.isValid() and self.is_more

    def fetchMore(self, parent: QModelIndex) -> None:  # noqa: N802 - Qt's name
        """Qt: the end has come into view."""
        if not parent.isValid():
            self.more_wanted.emit()

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: what a row says under `role`."""
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        found = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return title_of(found.image)
        if role == SearchRole.FOUND:
            return found
        if role == SearchRole.SUMMARY:
            return summary_of(found.image, self.provider_titles)
        if role == SearchRole.IS_LIT:
            return found.key == self._lit
        if role == Qt.ItemDataRole.ToolTipRole:
            return tool_tip_of(found.image, self.provider_titles)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{title_of(found.image)}, {summary_of(found.image, self.provider_titles)}"
        return None
