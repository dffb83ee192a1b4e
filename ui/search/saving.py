"""Saves footprints of found images as files: asks where, and what to do where a format cannot hold all of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import Qgis, QgsProject
from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QWidget

from ...jobs.catalog.export import FootprintsExport
from ...jobs.catalog.search import FoundImage
from ...jobs.queue import JobQueue
from ...jobs.results.export import ExportFormat, SavedResult
from ...text.translation import translate
from ..saving.file_choice import FileChoice, add_files
from ..saving.loss_questions import LossQuestions
from ..widgets.notice import Notice

if TYPE_CHECKING:
    from ...jobs.job import JobError


class FootprintsSaving(QObject):
    """One file at a time, the others after it; each in the background."""

    notice = pyqtSignal(object)  # Notice

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        title = translate("Search", "Save Footprints As")
        self._choice = FileChoice(window, "saveFootprintsDialog", title)
        self._losses = LossQuestions(window)
        self._queue = JobQueue(1, parent=self)

    def ask(self, found: Sequence[FoundImage], export_format: ExportFormat) -> None:
        """Ask where to save the footprints of `found`, then save them there."""
        name = translate("Search", "Footprints")
        self._choice.ask(export_format, name, partial(self.save, tuple(found), export_format))

    def save(self, found: tuple[FoundImage, ...], export_format: ExportFormat, path: Path) -> None:
        """Save the footprints of `found` to `path`."""
        self._queue.add(str(path), partial(self._make, found, export_format, path))

    def close(self) -> None:
        """Take back what is asked, and what is on its way."""
        self._choice.close()
        self._losses.close()
        self._queue.close()

    def _make(
        self, found: tuple[FoundImage, ...], export_format: ExportFormat, path: Path
    ) -> FootprintsExport:
        ask = partial(self._losses.ask, str(path), path.name)
        job = FootprintsExport(found, path, export_format, QgsProject.instance(), ask)
        job.finished.connect(partial(self._losses.drop, str(path)))
        job.succeeded.connect(partial(self._on_saved, len(found)))
        job.failed.connect(partial(self._on_failed, found, export_format, path))
        return job

    def _on_saved(self, count: int, saved: SavedResult) -> None:
        text = translate(
            "Search",
            "The footprints of %Ln images were saved to {path}.",
            "The footprint of one image was saved to {path}.",
            count,
        ).format(path=saved.paths[0])
        level = Qgis.MessageLevel.Warning if saved.remarks else Qgis.MessageLevel.Success
        add = partial(add_files, saved.paths)
        text = " ".join([text, *saved.remarks])
        self.notice.emit(Notice(text, level, "", translate("Search", "Add to Map"), add))

    def _on_failed(
        self, found: tuple[FoundImage, ...], export_format: ExportFormat, path: Path, error: JobError
    ) -> None:
        text = translate("Search", "The footprints could not be saved. {reason}")
        again = partial(self.save, found, export_format, path)
        self.notice.emit(
            Notice(
                text.format(reason=error.sentence),
                Qgis.MessageLevel.Warning,
                error.detail,
                translate("Search", "Try Again"),
                again,
            )
        )
