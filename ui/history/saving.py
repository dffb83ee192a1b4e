"""Saves the history as CSV: asks where, writes, and says where the file is."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Callable

from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QWidget

from ...api.settings import HISTORY_TO
from ...jobs.history.csv_file import HistoryFile, write_entries
from ...jobs.job import LatestJob
from ...text.disk import write_fault
from ...text.translation import translate
from ..saving.file_choice import FileChoice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...api.history import HistoryEntry, HistoryQuery
    from ...api.session import Session
    from ...jobs.job import JobError


class HistorySaving(QObject):
    """One file at a time: what is asked for later takes the place of what is being written."""

    told = pyqtSignal(str)  # what came of it, as a sentence

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        title = translate("History", "Save History As")
        self._choice = FileChoice(window, "saveHistoryDialog", title, HISTORY_TO, Path.home)
        self._job = LatestJob()

    def save_from_service(self, query: HistoryQuery) -> None:
        """Save all that `query` finds, as the service itself writes it."""
        self._ask_where(partial(self._begin, query))

    def save_shown(self, entries: Sequence[HistoryEntry]) -> None:
        """Save these entries."""
        self._ask_where(partial(self._write, entries))

    def close(self) -> None:
        """Take back what is asked and what is being written."""
        self._choice.close()
        self._job.cancel()

    def _ask_where(self, write: Callable[[Path], None]) -> None:
        self.close()
        kind, stem = translate("History", "CSV file"), translate("History", "mapflow-history")
        self._choice.ask_for(kind, ".csv", stem, write)

    def _begin(self, query: HistoryQuery, path: Path) -> None:
        self.told.emit(translate("History", "Asking the service for all of it…"))
        job = HistoryFile(self._session.client, query, path)
        self._job.start(job, partial(self._on_saved, path), self._on_failed)

    def _write(self, entries: Sequence[HistoryEntry], path: Path) -> None:
        try:
            write_entries(entries, path)
        except OSError as error:
            self.told.emit(write_fault(error, path.parent))
        else:
            self._on_saved(path, len(entries))

    def _on_saved(self, path: Path, count: int) -> None:
        text = translate(
            "History",
            "%Ln processings were saved to {path}.",
            "1 processing was saved to {path}.",
            count,
        )
        self.told.emit(text.format(path=path))

    def _on_failed(self, error: JobError) -> None:
        self.told.emit(translate("History", "It could not be saved. {reason}").format(reason=error.sentence))
