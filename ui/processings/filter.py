"""Which processings the list shows, and in what order."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import QModelIndex, QObject, QSortFilterProxyModel, Qt

from .model import Role
from .status import StatusGroup, status_word


class ProcessingsFilter(QSortFilterProxyModel):
    """Filters by words (all of them have to occur in name, model, description or status) and by status."""

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._words: tuple[str, ...] = ()
        self._group = StatusGroup.ALL
        self.setSortRole(int(Role.SORT))
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

    def filterAcceptsRow(self, source_row: int, source_parent: QModelIndex) -> bool:  # noqa: N802 - Qt's name
        """Qt: whether a row of the source passes."""
        source = self.sourceModel()
        if source is None:
            return False
        processing = source.index(source_row, 0, source_parent).data(int(Role.PROCESSING))
        if processing is None or not self._group.holds(processing.status):
            return False
        if not self._words:
            return True
        parts = (
            processing.name, processing.model_name, processing.description, status_word(processing.status)
        )  # fmt: skip
        text = "\n".join(part for part in parts if part).casefold()
        return all(word in text for word in self._words)
