"""Which processings the list shows, and in what order."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import QModelIndex, QObject, QSortFilterProxyModel, Qt

from ..status import StatusGroup, state_of, state_word
from .cells import SORT_KEYS, Column
from .model import ProcessingRole, ProcessingsModel


class ProcessingsFilter(QSortFilterProxyModel):
    """Filters by words (all of them have to occur in name, model, description or status) and by status."""

    def __init__(self, model: ProcessingsModel, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setSourceModel(model)
        self._words: tuple[str, ...] = ()
        self._group = StatusGroup.ALL
        self.setSortRole(int(ProcessingRole.SORT))
        self.setSortLocaleAware(True)
        self.setSortCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setDynamicSortFilter(True)

    @property
    def is_filtering(self) -> bool:
        """Whether anything could be hidden."""
        return bool(self._words) or self._group is not StatusGroup.ALL

    def set_text(self, text: str) -> None:
        """Show only what holds every word of `text`, in upper or lower case."""
        self._words = tuple(text.casefold().split())
        self.invalidateFilter()

    def set_group(self, group: StatusGroup) -> None:
        """Show only processings in a status of `group`."""
        self._group = group
        self.invalidateFilter()

    def filterAcceptsRow(self, source_row: int, _source_parent: QModelIndex) -> bool:  # noqa: N802 - Qt's name
        """Qt: whether a row of the source passes."""
        if not self.is_filtering:
            return True
        processing = self._model.at(source_row)
        state = state_of(processing)
        if not self._group.holds(state):
            return False
        if not self._words:
            return True
        parts = (
            processing.name, processing.model_title, processing.description, state_word(state)
        )  # fmt: skip
        text = "\n".join(part for part in parts if part).casefold()
        return all(word in text for word in self._words)

    def lessThan(self, left: QModelIndex, right: QModelIndex) -> bool:  # noqa: N802 - Qt's name
        """Qt: which row comes first. Numbers are compared here, since Qt would ask for each of them by its role."""
        column = left.column()
        if column == Column.NAME:
            return bool(super().lessThan(left, right))
        key_of = SORT_KEYS[column]
        return bool(key_of(self._model.at(left.row())) < key_of(self._model.at(right.row())))

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:  # type: ignore[override]  # ItemFlags on Qt 5
        """Qt: as the model says. A view that lays out its rows asks this of each of them."""
        return self._model.flags_of(index.column()) if index.isValid() else Qt.ItemFlag.NoItemFlags
