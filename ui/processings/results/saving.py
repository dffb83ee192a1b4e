"""Saves results as files: asks where, downloads, converts, and says where the file is."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import Qgis, QgsProject
from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QWidget

from ....api.processings import Processing, Status
from ....jobs.results.export import ExportFormat, ResultExport, SavedResult
from ....jobs.results.transfers import Key, Kind, ResultTransfers
from ....text.server_text import bounded
from ....text.translation import translate
from ...saving.file_choice import FileChoice, add_files
from ...saving.loss_questions import LossQuestions
from ...widgets.notice import Notice
from .ready_parts import ReadyParts

if TYPE_CHECKING:
    from ....api.session import Session
    from ....jobs.job import JobError


class ResultSaving(QObject):
    """The *Save As* of the processings page."""

    notice = pyqtSignal(object)  # Notice
    saved = pyqtSignal(object)  # tuple of Path

    def __init__(self, session: Session, transfers: ResultTransfers, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._transfers = transfers
        self._choice = FileChoice(window, "saveResultDialog", translate("Results", "Save Result As"))
        self._losses = LossQuestions(window)
        self._parts = ReadyParts(session, self)
        self._parts.notice.connect(self.notice)

    def ask(self, processing: Processing, export_format: ExportFormat) -> None:
        """Ask where to save the result of `processing`, or what is ready of a failed one, then save it there."""
        self._close_questions()
        if processing.status is Status.FAILED:
            self._parts.ask(processing, partial(self._ask_where, export_format))
        else:
            self._ask_where(export_format, processing)

    def _ask_where(self, export_format: ExportFormat, processing: Processing) -> None:
        self._choice.ask(export_format, processing.name, partial(self.save, processing, export_format))

    def save(self, processing: Processing, export_format: ExportFormat, path: Path) -> bool:
        """Save the result of `processing` to `path`; False where it is being saved already."""
        return self._transfers.begin(
            Key(processing.id, Kind.FILE),
            bounded(processing.name, 28),
            partial(self._make, processing, export_format, path),
            partial(self._on_completed, processing),
            partial(self._on_failed, processing, export_format, path),
        )

    def close(self) -> None:
        """Take back what is asked: where to save, and what was asked before or after it."""
        self._close_questions()
        self._losses.close()

    def _make(self, processing: Processing, export_format: ExportFormat, path: Path) -> ResultExport:
        project = QgsProject.instance()
        ask = partial(self._losses.ask, processing.id, processing.name)
        export = ResultExport(self._session.client, processing, path, export_format, project, ask)
        export.finished.connect(partial(self._losses.drop, processing.id))
        return export

    def _close_questions(self) -> None:
        self._parts.close()
        self._choice.close()

    def _on_completed(self, processing: Processing, result: SavedResult) -> None:
        paths = result.paths
        self.saved.emit(paths)
        name = bounded(processing.name, 80)
        if len(paths) == 1:
            text = (
                translate("Results", "What is ready of “{name}” was saved to {path}.")
                if processing.status is Status.FAILED
                else translate("Results", "“{name}” was saved to {path}.")
            ).format(name=name, path=paths[0])
        else:
            files = ", ".join(path.name for path in paths)
            text = translate(
                "Results",
                "“{name}” was saved as %Ln files, one for each kind of objects: {files}.",
                None,
                len(paths),
            ).format(name=name, files=files)
        level = Qgis.MessageLevel.Warning if result.remarks else Qgis.MessageLevel.Success
        text = " ".join([text, *result.remarks])
        add = partial(add_files, paths)
        self.notice.emit(Notice(text, level, "", translate("Results", "Add to Map"), add))

    def _on_failed(
        self, processing: Processing, export_format: ExportFormat, path: Path, error: JobError
    ) -> None:
        text = translate("Results", "“{name}” could not be saved. {reason}").format(
            name=bounded(processing.name, 80), reason=error.sentence
        )
        again = partial(self.save, processing, export_format, path)
        self.notice.emit(
            Notice(
                text,
                Qgis.MessageLevel.Warning,
                error.detail,
                translate("Results", "Try Again"),
                _silent(again),
            )
        )


def _silent(begin: Any) -> Any:
    def run() -> None:
        begin()

    return run
