"""Saves the history as CSV: asks where, writes, and says where the file is."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QFileDialog, QWidget

from ...api.settings import HISTORY_TO
from ...jobs.history.csv_file import HistoryFile, write_entries
from ...text.disk import write_fault
from ...text.translation import translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...api.history import HistoryEntry, HistoryQuery
    from ...api.session import Session
    from ...jobs.job import JobError

_SUFFIX = ".csv"


class HistorySaving(QObject):
    """One file at a time: what is asked for later takes the place of what is being written."""

    told = pyqtSignal(str)  # what came of it, as a sentence

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._dialog: Optional[QFileDialog] = None
        self._job: Optional[HistoryFile] = None

    def save_from_service(self, query: HistoryQuery) -> None:
        """Save all that `query` finds, as the service itself writes it."""
        self._ask_where(partial(self._begin, query))

    def save_shown(self, entries: Sequence[HistoryEntry]) -> None:
        """Save these entries."""
        self._ask_where(partial(self._write, entries))

    def close(self) -> None:
        """Take back what is asked and what is being written."""
        if self._dialog is not None:
            self._dialog.close()
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _ask_where(self, write: Callable[[Path], None]) -> None:
        self.close()
        dialog = QFileDialog(self._window, translate("History", "Save History As"))
        dialog.setObjectName("saveHistoryDialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setNameFilter(translate("History", "CSV file (*.csv)"))
        dialog.setDefaultSuffix(_SUFFIX.lstrip("."))
        folder = Path(HISTORY_TO.read() or Path.home())
        dialog.setDirectory(str(folder if folder.is_dir() else Path.home()))
        dialog.selectFile(translate("History", "mapflow-history.csv"))
        dialog.fileSelected.connect(partial(self._on_chosen, write))
        dialog.finished.connect(self._forget_dialog)
        self._dialog = dialog
        dialog.open()

    def _forget_dialog(self, _result: int = 0) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None

    def _on_chosen(self, write: Callable[[Path], None], chosen: str) -> None:
        path = Path(chosen)
        if path.suffix.lower() != _SUFFIX:
            path = path.with_name(path.name + _SUFFIX)
        HISTORY_TO.write(str(path.parent))
        write(path)

    def _begin(self, query: HistoryQuery, path: Path) -> None:
        self._job = job = HistoryFile(self._session.client, query, path)
        job.succeeded.connect(partial(self._on_saved, path))
        job.failed.connect(self._on_failed)
        self.told.emit(translate("History", "Asking the service for all of it…"))
        job.start()

    def _write(self, entries: Sequence[HistoryEntry], path: Path) -> None:
        try:
            write_entries(entries, path)
        except OSError as error:
            self.told.emit(write_fault(error, path.parent))
        else:
            self._on_saved(path, len(entries))

    def _on_saved(self, path: Path, count: int) -> None:
        self._job = None
        text = translate(
            "History",
            "%Ln processings were saved to {path}.",
            "1 processing was saved to {path}.",
            count,
        )
        self.told.emit(text.format(path=path))

    def _on_failed(self, error: JobError) -> None:
        self._job = None
        self.told.emit(translate("History", "It could not be saved. {reason}").format(reason=error.sentence))
