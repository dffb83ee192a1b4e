"""What of the history is wanted: the combo boxes above it, and the question they make."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Optional

from qgis.PyQt.QtCore import QObject, QSignalBlocker, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox

from ...api.history import HistoryEntry, HistoryField, HistoryQuery
from ...api.processings import Status
from ...text.server_text import bounded, plain_tip
from ...text.translation import translate
from ..processings.status import state_word
from .months_model import model_title

_OFFERED = (
    Status.OK, Status.IN_PROGRESS, Status.UNPROCESSED, Status.AWAITING,
    Status.FAILED, Status.CANCELLED, Status.REFUNDED,
)  # fmt: skip
_LONGEST = 60


@dataclass(frozen=True)
class FilterCombos:
    """The combo boxes, one for each condition."""

    project: QComboBox
    model: QComboBox
    status: QComboBox
    archive: QComboBox

    @property
    def all(self) -> tuple[QComboBox, ...]:
        """All of them."""
        return self.project, self.model, self.status, self.archive


class HistoryFilters(QObject):
    """Fills the combo boxes; projects and models are those of the entries that came so far."""

    changed = pyqtSignal()  # `query` is another one

    def __init__(self, combos: FilterCombos, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._combos = combos
        self._order = HistoryQuery()
        combos.project.addItem(translate("History", "All Projects"), "")
        combos.model.addItem(translate("History", "All Models"), "")
        combos.status.addItem(translate("History", "All Statuses"), None)
        for status in _OFFERED:
            combos.status.addItem(state_word(status), status)
        for title, archived in (
            (translate("History", "Archived and Not"), None),
            (translate("History", "Not Archived"), False),
            (translate("History", "Archived Only"), True),
        ):
            combos.archive.addItem(title, archived)
        for combo in combos.all:
            combo.currentIndexChanged.connect(self._on_chosen)

    @property
    def query(self) -> HistoryQuery:
        """What is asked for."""
        combos = self._combos
        return replace(
            self._order,
            status=combos.status.currentData(),
            model_name=combos.model.currentData(),
            project_name=combos.project.currentData(),
            is_archived=combos.archive.currentData(),
        )

    @property
    def is_narrowing(self) -> bool:
        """Whether not everything is asked for."""
        return any(combo.currentIndex() > 0 for combo in self._combos.all)

    def sort_by(self, field: HistoryField, ascending: bool) -> None:
        """Ask for another order."""
        if (field, ascending) != (self._order.sort_by, self._order.ascending):
            self._order = replace(self._order, sort_by=field, ascending=ascending)
            self.changed.emit()

    def clear(self) -> None:
        """Ask for everything."""
        if self.is_narrowing:
            for combo in self._combos.all:
                blocker = QSignalBlocker(combo)
                combo.setCurrentIndex(0)
                blocker.unblock()
            self.changed.emit()

    def learn(self, entries: Iterable[HistoryEntry]) -> None:
        """Offer the projects and the models of these, too."""
        came = list(entries)
        _offer(
            self._combos.project,
            {entry.project_name: bounded(entry.project_name, _LONGEST) for entry in came},
        )
        _offer(self._combos.model, {entry.model_name: model_title(entry.model_name) for entry in came})

    def _on_chosen(self, _index: int) -> None:
        self.changed.emit()


def _offer(combo: QComboBox, titles: dict[str, str]) -> None:
    """Add what is missing, in the order of the alphabet; what is chosen stays chosen."""
    known = {combo.itemData(row) for row in range(combo.count())}
    fresh = {name: title for name, title in titles.items() if name and name not in known}
    blocker = QSignalBlocker(combo)
    for name, title in fresh.items():
        row = 1
        while row < combo.count() and combo.itemText(row).casefold() < title.casefold():
            row += 1
        combo.insertItem(row, title, name)
        combo.setItemData(row, plain_tip(name), Qt.ItemDataRole.ToolTipRole)
    blocker.unblock()
