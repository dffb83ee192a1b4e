"""The processings of a project as an item model: a row each, kept by the processing's id."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, Callable, Optional

from qgis.PyQt.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, QTimer, pyqtSignal

from ....api.processings import Processing
from ....text.names import tidy_name
from ....text.server_text import bounded
from ...widgets.rows.ranges import row_ranges
from ..status import shown_percent, status_text
from .cells import (
    SORT_KEYS,
    Column,
    cell_text,
    column_title,
    last_changed,
    running_text,
    shown_name,
    tool_tip,
)
from .times import RowTimes

if TYPE_CHECKING:
    from ....jobs.results.transfers import TransferState

AT_ONCE = 400  # rows put in before Qt gets its turn: a view lays all of them out each time
_FEW_RANGES = 60  # of rows that are taken out; each of them costs as much as all rows together
_READABLE = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren
_EDITABLE = _READABLE | Qt.ItemFlag.ItemIsEditable
_COLUMNS = len(Column)
_NUMBER_ALIGNMENT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ProcessingRole(enum.IntEnum):
    """What an index of the list says beyond Qt's own roles."""

    PROCESSING = int(Qt.ItemDataRole.UserRole) + 1  # the Processing itself
    SORT = int(Qt.ItemDataRole.UserRole) + 2  # str or float, never None
    TRANSFER = int(Qt.ItemDataRole.UserRole) + 3  # TransferState of a result on its way, or None
    PERCENT = int(Qt.ItemDataRole.UserRole) + 4  # what the row's progress bar shows; None without a bar
    SINCE = int(Qt.ItemDataRole.UserRole) + 5  # datetime since which it runs, or None
    NEWS = int(Qt.ItemDataRole.UserRole) + 6  # datetime of the last news of one that runs, or None
    PROJECT = int(Qt.ItemDataRole.UserRole) + 7  # the title of its project where there are several, else ""


class ProcessingRows(QAbstractTableModel):
    """The rows, changed by difference, so that views keep their selection and their place.

    Many new rows come a few at a time, those that a view sorted by `order` shows first before the others. Where the
    service has further ones, `more_wanted` is emitted as a view comes near its end.
    """

    more_wanted = pyqtSignal()

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self.order = (Column.CREATED, Qt.SortOrder.DescendingOrder)
        self.is_more = False  # the service has further ones
        self.is_end_near: Callable[[], bool] = lambda: True  # whether a view shows the last rows
        self.times = RowTimes()
        self._rows: list[Processing] = []
        self._row_of: dict[str, int] = {}
        self._coming: dict[str, Processing] = {}  # rows that are still to be put in
        self._next_turn = QTimer(self)
        self._next_turn.setSingleShot(True)
        self._next_turn.timeout.connect(self._put_some_in)

    def set_processings(self, processings: Iterable[Processing]) -> None:
        """Make the rows be `processings`: what is gone leaves, what changed is replaced, what is new is appended."""
        wanted = {processing.id: processing for processing in processings}
        rows, row_of = self._rows, self._row_of
        gone = sorted(row_of[key] for key in row_of.keys() - wanted.keys())
        # in the order of the answer: memory is read from its one end to the other, which takes a third of the time
        changed = [
            now
            for key, now in wanted.items()
            if key in row_of and now is not rows[row_of[key]] and now != rows[row_of[key]]
        ]
        if len(gone) > _FEW_RANGES and len(row_ranges(gone)) > _FEW_RANGES:
            self._begin_anew(wanted)
            return
        self._remove_rows(gone)
        for processing in changed:
            self._replace(self._row_of[processing.id], processing)
        is_any_new = len(wanted) > len(self._rows)
        fresh = [item for key, item in wanted.items() if key not in self._row_of] if is_any_new else []
        if len(fresh) > AT_ONCE:
            fresh = _in_order(fresh, self.order)
        self._coming = {item.id: item for item in fresh}
        self._put_some_in()

    def put(self, processing: Processing) -> None:
        """Insert or replace one row."""
        row = self._row_of.get(processing.id)
        if row is None:
            self._coming.pop(processing.id, None)
            self._append([processing])
        elif self._rows[row] != processing:
            self._replace(row, processing)

    def remove(self, processing_id: str) -> None:
        """Take one row out; nothing happens where there is none."""
        self._coming.pop(processing_id, None)
        row = self._row_of.get(processing_id)
        if row is not None:
            self._remove_rows([row])

    # what others ask

    def processing(self, processing_id: str) -> Optional[Processing]:
        """The processing of that id, if it is listed."""
        row = self._row_of.get(processing_id)
        return self._coming.get(processing_id) if row is None else self._rows[row]

    def processings(self) -> tuple[Processing, ...]:
        """All rows, unsorted."""
        return tuple(self._rows)

    def at(self, row: int) -> Processing:
        """The processing in that row."""
        return self._rows[row]

    def index_of(self, processing_id: str, column: int = Column.NAME) -> QModelIndex:
        """The index of that processing; invalid where it is not listed."""
        row = self._row_of.get(processing_id)
        return QModelIndex() if row is None else self.index(row, column)

    # QAbstractItemModel

    def index(
        self,
        row: int,
        column: int,
        parent: QModelIndex = QModelIndex(),  # noqa: B008 - Qt's signature
    ) -> QModelIndex:
        """Qt: a cell. Qt's own way asks for the counts of rows and columns each time."""
        if 0 <= row < len(self._rows) and 0 <= column < _COLUMNS and not parent.isValid():
            return self.createIndex(row, column)
        return QModelIndex()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        """Qt: how many processings."""
        return 0 if parent.isValid() else len(self._rows)

    def canFetchMore(self, parent: QModelIndex) -> bool:  # noqa: N802 - Qt's name
        """Qt: whether there are further ones to ask for. A view asks each time it lays out its rows."""
        return not parent.isValid() and self.is_more and not self._coming and self.is_end_near()

    def fetchMore(self, parent: QModelIndex) -> None:  # noqa: N802 - Qt's name
        """Qt: the end has come into view."""
        if not parent.isValid():
            self.more_wanted.emit()

    # inside

    def _begin_anew(self, wanted: Mapping[str, Processing]) -> None:
        """Hardly any row stays: to take the others out one by one would hold up whoever waits."""
        rows = _in_order(wanted.values(), self.order)
        self.times.forget(self._row_of.keys() - wanted.keys())
        self.beginResetModel()
        self._rows, rest = rows[:AT_ONCE], rows[AT_ONCE:]
        self._row_of = {processing.id: row for row, processing in enumerate(self._rows)}
        self._coming = {processing.id: processing for processing in rest}
        self.endResetModel()
        if self._coming:
            self._next_turn.start(0)

    def _replace(self, row: int, processing: Processing) -> None:
        before, self._rows[row] = self._rows[row], processing
        self.times.note(before, processing)
        last = last_changed(before, processing)  # a view that is sorted by another column need not sort again
        self.dataChanged.emit(self.index(row, 0), self.index(row, last))

    def _put_some_in(self) -> None:
        some = [self._coming.pop(key) for key in list(self._coming)[:AT_ONCE]]
        self._append(some)
        if self._coming:
            self._next_turn.start(0)

    def _append(self, processings: Sequence[Processing]) -> None:
        if not processings:
            return
        first = len(self._rows)
        self.beginInsertRows(QModelIndex(), first, first + len(processings) - 1)
        self._rows.extend(processings)
        self._row_of.update((item.id, first + place) for place, item in enumerate(processings))
        self.endInsertRows()

    def _remove_rows(self, rows: Sequence[int]) -> None:
        for first, last in reversed(row_ranges(rows)):
            self.times.forget(each.id for each in self._rows[first : last + 1])
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._rows[first : last + 1]
            self._row_of = {processing.id: row for row, processing in enumerate(self._rows)}
            self.endRemoveRows()


def _in_order(rows: Iterable[Processing], order: tuple[Column, Qt.SortOrder]) -> list[Processing]:
    return sorted(rows, key=SORT_KEYS[order[0]], reverse=order[1] == Qt.SortOrder.DescendingOrder)


class ProcessingsModel(ProcessingRows):
    """What each cell says. `rename_asked(id, name)`: another name was typed; the row changes once it is told so."""

    rename_asked = pyqtSignal(str, str)

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._transfers: dict[str, TransferState] = {}
        self.may_rename = False
        # of several projects, those whose processings may be renamed; None where there is one project
        self.renamable: Optional[AbstractSet[str]] = None
        self.project_titles: Mapping[str, str] = {}

    def key_of(self, column: int) -> Callable[[Processing], Any]:
        """What rows are sorted by in `column`."""
        if column == Column.PROJECT:
            return lambda processing: self.project_title(processing).casefold()
        return SORT_KEYS[column]

    def project_title(self, processing: Processing) -> str:
        """What the project of a processing is called; "" where that is not known."""
        return self.project_titles.get(processing.project_id, "")

    def set_transfer(self, processing_id: str, state: Optional[TransferState]) -> None:
        """Show in the row that its result is on its way; None ends that."""
        if state is None:
            self._transfers.pop(processing_id, None)
        else:
            self._transfers[processing_id] = state
        row = self._row_of.get(processing_id)
        if row is not None:
            cell = self.index(row, Column.STATUS)
            self.dataChanged.emit(cell, cell, [int(ProcessingRole.TRANSFER), int(ProcessingRole.PERCENT)])

    # QAbstractTableModel

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        """Qt: how many columns."""
        return 0 if parent.isValid() else _COLUMNS

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:  # type: ignore[override]  # ItemFlags on Qt 5
        """Qt: names can be edited by who may rename. Views ask this of every row, so it has to be quick."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if self.renamable is not None and index.column() == 0:
            may_rename = self._rows[index.row()].project_id in self.renamable
            return _EDITABLE if may_rename else _READABLE  # type: ignore[return-value]
        return self.flags_of(index.column())

    def flags_of(self, column: int) -> Qt.ItemFlag:
        """What may be done with the cells of a column, where there is one project."""
        return _EDITABLE if self.may_rename and column == 0 else _READABLE  # type: ignore[return-value]

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
            return cell_text(processing, column, self.project_title(processing))
        if role == Qt.ItemDataRole.EditRole:
            return shown_name(processing)
        if role == Qt.ItemDataRole.ToolTipRole:
            transfer = self._transfers.get(processing.id)
            doing = "" if transfer is None else transfer.doing
            return tool_tip(processing, self.times.since(processing), self.times.news(processing), doing)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(processing, column)
        return self._own_data(processing, column, role)

    def setData(  # noqa: N802 - Qt's name
        self, index: QModelIndex, value: object, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        """Qt: ask for another name; blanks are tidied, nothing is not a name."""
        if role != Qt.ItemDataRole.EditRole or not self.flags(index) & Qt.ItemFlag.ItemIsEditable:
            return False
        name = tidy_name(str(value))
        processing = self._rows[index.row()]
        if not name or name in (processing.name, shown_name(processing)):
            return False
        self.rename_asked.emit(processing.id, name)
        return True

    # inside

    def _own_data(self, processing: Processing, column: Column, role: int) -> object:
        if role == ProcessingRole.PROCESSING:
            return processing
        if role == ProcessingRole.SORT:
            key = self.key_of(column)(processing)
            return bounded(key) if isinstance(key, str) else float(key)
        if role == ProcessingRole.TRANSFER:
            return self._transfers.get(processing.id)
        if role == ProcessingRole.PERCENT:
            return self._percent(processing)
        if role == ProcessingRole.SINCE:
            return self.times.since(processing)
        if role == ProcessingRole.NEWS:
            return self.times.news(processing)
        if role == ProcessingRole.PROJECT:
            return "" if self.renamable is None else self.project_title(processing)
        return None

    def _spoken(self, processing: Processing, column: Column) -> str:
        text = cell_text(processing, column, self.project_title(processing))
        transfer = self._transfers.get(processing.id)
        if column is Column.STATUS:
            running = running_text(self.times.since(processing), self.times.news(processing))
            return ", ".join(
                part for part in (text, "" if transfer is None else transfer.doing, running) if part
            )
        if column is Column.NAME:
            return f"{text}, {bounded(processing.model_title)}, {status_text(processing)}"
        return text

    def _percent(self, processing: Processing) -> Optional[int]:
        transfer = self._transfers.get(processing.id)
        if transfer is not None:
            return None if transfer.fraction < 0 else max(0, min(100, round(transfer.fraction * 100)))
        return shown_percent(processing)
