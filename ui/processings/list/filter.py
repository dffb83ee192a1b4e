"""Which processings the list shows, and in what order."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import QModelIndex, QObject, QSortFilterProxyModel, Qt

from ..status import StatusGroup, state_of
from .cells import SORT_KEYS, TEXT_COLUMNS, Column
from .model import ProcessingRole, ProcessingsModel


class ProcessingsFilter(QSortFilterProxyModel):
    """Filters by words (all of them have to occur in name or model, or among several projects in theirs) and by status.

    Words are looked for where the service looks for them, so that no processing is found only once it was loaded.
    """

    def __init__(self, model: ProcessingsModel, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setSourceModel(model)
        self.words: tuple[str, ...] = ()
        self.group = StatusGroup.ALL
        self.setSortRole(int(ProcessingRole.SORT))
        self.setSortLocaleAware(True)
        self.setSortCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setDynamicSortFilter(True)

    @property
    def is_filtering(self) -> bool:
        """Whether anything could be hidden."""
        return bool(self.words) or self.group is not StatusGroup.ALL

    def set_text(self, text: str) -> None:
        """Show only what holds every word of `text`, in upper or lower case."""
        self.words = tuple(text.casefold().split())
        self.invalidateFilter()

    def set_group(self, group: StatusGroup) -> None:
        """Show only processings in a status of `group`."""
        self.group = group
        self.invalidateFilter()

    def filterAcceptsRow(self, source_row: int, _source_parent: QModelIndex) -> bool:  # noqa: N802 - Qt's name
        """Qt: whether a row of the source passes."""
        if not self.is_filtering:
            return True
        processing = self._model.at(source_row)
        if not self.group.holds(state_of(processing)):
            return False
        if not self.words:
            return True
        project = "" if self._model.renamable is None else self._model.project_title(processing)
        parts = (processing.name, processing.model_title, project)
        text = "\n".join(part for part in parts if part).casefold()
        return all(word in text for word in self.words)

    def lessThan(self, left: QModelIndex, right: QModelIndex) -> bool:  # noqa: N802 - Qt's name
        """Qt: which row comes first. Numbers are compared here, since Qt would ask for each of them by its role."""
        column = left.column()
        one, other = self._model.at(left.row()), self._model.at(right.row())
        key_of = self._model.key_of(column)
        own, its = key_of(one), key_of(other)
        if own != its:
            return bool(super().lessThan(left, right) if column in TEXT_COLUMNS else own < its)
        is_first = one.id < other.id  # as at the service, whichever way the others are sorted
        if column == Column.PROJECT and one.created != other.created:
            is_first = _moment(one) > _moment(other)
        return is_first == (self.sortOrder() == Qt.SortOrder.AscendingOrder)

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:  # type: ignore[override]  # ItemFlags on Qt 5
        """Qt: as the model says. A view that lays out its rows asks this of each of them."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if self._model.renamable is None or index.column():
            return self._model.flags_of(index.column())
        return self._model.flags(self.mapToSource(index))


_moment = SORT_KEYS[Column.CREATED]
