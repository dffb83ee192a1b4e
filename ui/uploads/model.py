"""The uploads as an item model: a row each, in the order they were asked for."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from ...jobs.uploads.stage import Stage
from ...text.quantities import percent_text
from ...text.server_text import bounded, tip_of_lines
from ...text.translation import translate
from ..widgets.rows.ranges import row_ranges

if TYPE_CHECKING:
    from ...jobs.uploads.batch import Upload
    from ...jobs.uploads.list import UploadList


class Role(enum.IntEnum):
    """What an index says beyond Qt's own roles."""

    ROW = int(Qt.ItemDataRole.UserRole) + 1  # the UploadRow itself
    PERCENT = int(Qt.ItemDataRole.UserRole) + 2  # what the row's progress bar shows; None without a bar


@dataclass(frozen=True)
class UploadRow:
    """One upload as it is shown. `fraction` (0..1) is that of the stage, below 0 where it is not known."""

    id: int
    name: str
    target: str  # the mosaic it goes to
    stage: Stage = Stage.CHECKING
    fraction: float = -1.0
    sentence: str = ""  # why it failed, or what is to be decided

    @staticmethod
    def of(upload: Upload) -> UploadRow:
        """The row that shows an upload as it is now."""
        name, target = upload.source.name, upload.batch.target.name
        return UploadRow(upload.id, name, target, upload.stage, upload.fraction, upload.sentence)


class UploadModel(QAbstractListModel):
    """Rows are changed one by one, so that views keep their selection and their place."""

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._rows: list[UploadRow] = []
        self._place_of: dict[int, int] = {}  # upload id: row

    def show(self, uploads: UploadList) -> None:
        """Show what is in the list from now on."""
        uploads.added.connect(lambda added: self.append([UploadRow.of(upload) for upload in added]))
        uploads.updated.connect(lambda upload: self.put(UploadRow.of(upload)))
        uploads.removed.connect(self.remove)

    def append(self, rows: Sequence[UploadRow]) -> None:
        """Add rows at the end."""
        if rows:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
            self._rows.extend(rows)
            self._number(first)
            self.endInsertRows()

    def put(self, row: UploadRow) -> None:
        """Replace the row of that id; nothing happens where there is none."""
        place = self._place(row.id)
        if place is not None and self._rows[place] != row:
            self._rows[place] = row
            index = self.index(place)
            self.dataChanged.emit(index, index)

    def remove(self, ids: Iterable[int]) -> None:
        """Take rows out."""
        gone = set(ids)
        places = [self._place_of[upload_id] for upload_id in gone if upload_id in self._place_of]
        for first, last in reversed(row_ranges(sorted(places))):
            self.beginRemoveRows(QModelIndex(), first, last)
            for row in self._rows[first : last + 1]:
                del self._place_of[row.id]
            del self._rows[first : last + 1]
            self._number(first)
            self.endRemoveRows()

    def row(self, upload_id: int) -> Optional[UploadRow]:
        """The row of that id."""
        place = self._place(upload_id)
        return None if place is None else self._rows[place]

    def rows(self) -> tuple[UploadRow, ...]:
        """All of them."""
        return tuple(self._rows)

    # QAbstractListModel

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's signature
        """Qt: how many uploads."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: what a row says under `role`."""
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.name
        if role == Qt.ItemDataRole.ToolTipRole:
            lines = [
                row.name,
                translate("Uploads", "To the mosaic {name}").format(name=row.target),
                state_text(row),
            ]
            return tip_of_lines(lines)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            percent = shown_percent(row)
            told = "" if percent is None else percent_text(percent)
            parts = (bounded(row.name), bounded(state_text(row)), told)
            return ", ".join(part for part in parts if part)
        if role == Role.ROW:
            return row
        if role == Role.PERCENT:
            return shown_percent(row)
        return None

    def _place(self, upload_id: int) -> Optional[int]:
        return self._place_of.get(upload_id)

    def _number(self, first: int) -> None:
        """Note where the rows from `first` on are."""
        self._place_of.update({row.id: place for place, row in enumerate(self._rows[first:], first)})


def stage_text(stage: Stage) -> str:
    """Name a stage in a word or two, as the user reads it."""
    return {
        Stage.CHECKING: translate("Uploads", "Checking"),
        Stage.UNDECIDED: translate("Uploads", "Waits for your decision"),
        Stage.WAITING: translate("Uploads", "Waiting"),
        Stage.CONVERTING: translate("Uploads", "Converting"),
        Stage.SENDING: translate("Uploads", "Sending"),
        Stage.PROCESSING: translate("Uploads", "The service is processing it"),
        Stage.PREPARING: translate("Uploads", "Being prepared…"),
        Stage.DONE: translate("Uploads", "Uploaded"),
        Stage.FAILED: translate("Uploads", "Failed"),
        Stage.CANCELLED: translate("Uploads", "Cancelled"),
        Stage.LEFT_OUT: translate("Uploads", "Left out"),
    }[stage]


def state_text(row: UploadRow) -> str:
    """The state of an upload with its reason, where there is one."""
    if row.sentence:
        return translate("Uploads", "{state}: {reason}").format(
            state=stage_text(row.stage), reason=row.sentence
        )
    return stage_text(row.stage)


def shown_percent(row: UploadRow) -> Optional[int]:
    """The number that the row's progress bar shows, in percent; None for a row without a bar."""
    if row.stage not in {Stage.CONVERTING, Stage.SENDING} or row.fraction < 0:
        return None
    return max(0, min(100, int(row.fraction * 100)))
