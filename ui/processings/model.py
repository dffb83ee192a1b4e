"""The processings of a project as an item model: a row each, kept by the processing's id."""

from __future__ import annotations

import enum
import html
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, pyqtSignal

from ...api.processings import Processing
from ...text.quantities import age_text, area_text, credits_text, local_time_text
from ...text.server_text import bounded
from ...text.translation import translate
from .status import reasons, shown_percent, status_order, status_text

if TYPE_CHECKING:
    from ...jobs.results.transfers import TransferState

_NUMBER_ALIGNMENT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class Column(enum.IntEnum):
    """The model's columns, in their order."""

    NAME = 0
    STATUS = 1
    AREA = 2
    COST = 3
    CREATED = 4


class Role(enum.IntEnum):
    """What an index says beyond Qt's own roles."""

    PROCESSING = int(Qt.ItemDataRole.UserRole) + 1  # the Processing itself
    SORT = int(Qt.ItemDataRole.UserRole) + 2  # str or float, never None
    TRANSFER = int(Qt.ItemDataRole.UserRole) + 3  # TransferState of a result on its way, or None
    PERCENT = int(Qt.ItemDataRole.UserRole) + 4  # what the row's progress bar shows; None without a bar


class ProcessingsModel(QAbstractTableModel):
    """Rows are changed by difference, so that views keep their selection and their place.

    `rename_asked(id, name)` says that the user typed another name; the row changes once it is told so.
    """

    rename_asked = pyqtSignal(str, str)

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._rows: list[Processing] = []
        self._row_of: dict[str, int] = {}
        self._transfers: dict[str, TransferState] = {}
        self.may_rename = False

    # what the page puts in

    def set_processings(self, processings: Iterable[Processing]) -> None:
        """Make the rows be `processings`: what is gone leaves, what changed is replaced, what is new is appended."""
        wanted = {processing.id: processing for processing in processings}
        self._remove_rows([row for row, held in enumerate(self._rows) if held.id not in wanted])
        for row, held in enumerate(self._rows):
            self._replace(row, wanted[held.id])
        self._append([item for item in wanted.values() if item.id not in self._row_of])

    def put(self, processing: Processing) -> None:
        """Insert or replace one row."""
        row = self._row_of.get(processing.id)
        if row is None:
            self._append([processing])
        else:
            self._replace(row, processing)

    def remove(self, processing_id: str) -> None:
        """Take one row out; nothing happens where there is none."""
        row = self._row_of.get(processing_id)
        if row is not None:
            self._remove_rows([row])

    def set_transfer(self, processing_id: str, state: Optional[TransferState]) -> None:
        """Show in the row that its result is on its way; None ends that."""
        if state is None:
            self._transfers.pop(processing_id, None)
        else:
            self._transfers[processing_id] = state
        row = self._row_of.get(processing_id)
        if row is not None:
            cell = self.index(row, Column.STATUS)
            self.dataChanged.emit(cell, cell, [int(Role.TRANSFER), int(Role.PERCENT)])

    # what others ask

    def processing(self, processing_id: str) -> Optional[Processing]:
        """The processing of that id, if it is listed."""
        row = self._row_of.get(processing_id)
        return None if row is None else self._rows[row]

    def processings(self) -> tuple[Processing, ...]:
        """All rows, unsorted."""
        return tuple(self._rows)

    def index_of(self, processing_id: str, column: int = Column.NAME) -> QModelIndex:
        """The index of that processing; invalid where it is not listed."""
        row = self._row_of.get(processing_id)
        return QModelIndex() if row is None else self.index(row, column)

    # QAbstractTableModel

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        """Qt: how many processings."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        """Qt: how many columns."""
        return 0 if parent.isValid() else len(Column)

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:  # type: ignore[override]  # ItemFlags on Qt 5
        """Qt: names can be edited by who may rename."""
        flags = super().flags(index)
        if index.isValid():
            flags |= Qt.ItemFlag.ItemNeverHasChildren
            if index.column() == Column.NAME and self.may_rename:
                flags |= Qt.ItemFlag.ItemIsEditable
        return flags  # type: ignore[return-value]

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Qt: the titles."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(Column):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return column_title(Column(section))
        if role == Qt.ItemDataRole.TextAlignmentRole and section in (Column.AREA, Column.COST):
            return int(_NUMBER_ALIGNMENT)
        return None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: what a cell says under `role`."""
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        processing = self._rows[index.row()]
        column = Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(processing, column)
        if role == Qt.ItemDataRole.EditRole:
            return processing.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tool_tip(processing)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(processing, column)
        return self._own_data(processing, column, role)

    def setData(  # noqa: N802 - Qt's name
        self, index: QModelIndex, value: object, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        """Qt: ask for another name; blanks are tidied, nothing is not a name."""
        if role != Qt.ItemDataRole.EditRole or not self.flags(index) & Qt.ItemFlag.ItemIsEditable:
            return False
        name = " ".join(str(value).split())
        processing = self._rows[index.row()]
        if not name or name == processing.name:
            return False
        self.rename_asked.emit(processing.id, name)
        return True

    # inside

    def _own_data(self, processing: Processing, column: Column, role: int) -> object:
        if role == Role.PROCESSING:
            return processing
        if role == Role.SORT:
            return _sort_key(processing, column)
        if role == Role.TRANSFER:
            return self._transfers.get(processing.id)
        if role == Role.PERCENT:
            return self._percent(processing)
        return None

    def _spoken(self, processing: Processing, column: Column) -> str:
        text = _text(processing, column)
        transfer = self._transfers.get(processing.id)
        if column is Column.STATUS and transfer is not None:
            return f"{text}, {transfer.doing}"
        if column is Column.NAME:
            return f"{text}, {processing.model_name}, {status_text(processing)}"
        return text

    def _percent(self, processing: Processing) -> Optional[int]:
        transfer = self._transfers.get(processing.id)
        if transfer is not None:
            return None if transfer.fraction < 0 else max(0, min(100, round(transfer.fraction * 100)))
        return shown_percent(processing)

    def _replace(self, row: int, processing: Processing) -> None:
        if self._rows[row] != processing:
            self._rows[row] = processing
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(Column) - 1))

    def _append(self, processings: Sequence[Processing]) -> None:
        if not processings:
            return
        first = len(self._rows)
        self.beginInsertRows(QModelIndex(), first, first + len(processings) - 1)
        self._rows.extend(processings)
        self._renumber()
        self.endInsertRows()

    def _remove_rows(self, rows: Sequence[int]) -> None:
        for first, last in reversed(runs(rows)):
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._rows[first : last + 1]
            self._renumber()
            self.endRemoveRows()

    def _renumber(self) -> None:
        self._row_of = {processing.id: row for row, processing in enumerate(self._rows)}


def column_title(column: Column) -> str:
    """The header of `column`."""
    return {
        Column.NAME: translate("Processings", "Name"),
        Column.STATUS: translate("Processings", "Status"),
        Column.AREA: translate("Processings", "Area"),
        Column.COST: translate("Processings", "Cost"),
        Column.CREATED: translate("Processings", "Created"),
    }[column]


def _text(processing: Processing, column: Column) -> str:
    if column is Column.NAME:
        return processing.name
    if column is Column.STATUS:
        return status_text(processing)
    if column is Column.AREA:
        return area_text(processing.area_m2)
    if column is Column.COST:
        return credits_text(processing.cost)
    return age_text(processing.created)


def _sort_key(processing: Processing, column: Column) -> object:
    if column is Column.NAME:
        return processing.name.casefold()
    if column is Column.STATUS:
        return float(status_order(processing))
    if column is Column.AREA:
        return -1.0 if processing.area_m2 is None else float(processing.area_m2)
    if column is Column.COST:
        return -1.0 if processing.cost is None else float(processing.cost)
    return 0.0 if processing.created is None else processing.created.timestamp()


def _tool_tip(processing: Processing) -> str:
    lines = [processing.name, f"{processing.model_name} – {status_text(processing)}"]
    lines.append(
        translate("Processings", "{area}, {cost}").format(
            area=area_text(processing.area_m2), cost=credits_text(processing.cost)
        )
    )
    lines.append(translate("Processings", "Created {when}").format(when=local_time_text(processing.created)))
    lines.extend(reasons(processing))
    # Text from the service must not be taken for HTML: Qt guesses, and an escaped <qt> ends the guessing.
    return "<qt>" + "<br/>".join(html.escape(bounded(line)) for line in lines if line) + "</qt>"


def runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Ascending row numbers as unbroken runs (first, last)."""
    found: list[tuple[int, int]] = []
    for row in rows:
        if found and found[-1][1] == row - 1:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return found
