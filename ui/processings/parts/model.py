"""The parts of a processing's area as an item model: which, how far, how large, and why one failed."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import Optional

from qgis.PyQt.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from ....api.processings import AreaState, Processing
from ....text.quantities import area_text, number_text
from ....text.server_text import bounded, tip_of_lines
from ....text.translation import translate
from ..status import part_text


class Column(enum.IntEnum):
    """The model's columns, in their order."""

    PART = 0
    STATE = 1
    AREA = 2
    WHY = 3


PART = int(Qt.ItemDataRole.UserRole) + 1  # the AreaState itself


class PartsModel(QAbstractTableModel):
    """A row for each part, in the order of the service."""

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._processing: Optional[Processing] = None
        self.parts: tuple[AreaState, ...] = ()

    def set_parts(self, processing: Processing, parts: Sequence[AreaState]) -> None:
        """Show these; rows of the same parts stay, so that what is chosen does."""
        same = [part.id for part in parts] == [part.id for part in self.parts]
        if not same:
            self.beginResetModel()
        self._processing, self.parts = processing, tuple(parts)
        if not same:
            self.endResetModel()
        elif parts:
            self.dataChanged.emit(self.index(0, 0), self.index(len(parts) - 1, len(Column) - 1))

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        """Qt: how many parts."""
        return 0 if parent.isValid() else len(self.parts)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        """Qt: how many columns."""
        return 0 if parent.isValid() else len(Column)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Qt: the titles."""
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return {
            Column.PART: translate("Parts", "Part"),
            Column.STATE: translate("Parts", "Status"),
            Column.AREA: translate("Parts", "Area"),
            Column.WHY: translate("Parts", "Reason"),
        }[Column(section)]

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: what a cell says under `role`."""
        if not index.isValid() or self._processing is None:
            return None
        part = self.parts[index.row()]
        if role == PART:
            return part
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(part, index.row(), Column(index.column()))
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip_of_lines([part_text(self._processing, part), *_why(part)])
        if role == Qt.ItemDataRole.AccessibleTextRole:
            texts = [self._text(part, index.row(), column) for column in Column]
            return ", ".join(text for text in texts if text)
        return None

    def _text(self, part: AreaState, row: int, column: Column) -> str:
        if self._processing is None:
            return ""
        if column is Column.PART:
            return part_title(row + 1, len(self.parts))
        if column is Column.STATE:
            return part_text(self._processing, part)
        if column is Column.AREA:
            return area_text(part.area_m2)
        return bounded(" ".join(_why(part)))


def part_title(number: int, count: int) -> str:
    """What to call a part."""
    return translate("Parts", "{number} of {count}").format(
        number=number_text(number, 0), count=number_text(count, 0)
    )


def _why(part: AreaState) -> list[str]:
    return [message.sentence for message in part.messages if message.sentence]
