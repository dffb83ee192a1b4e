"""Saves results as files: asks where, downloads, converts, and says where the file is."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import Qgis, QgsProject, QgsProviderRegistry, QgsProviderSublayerDetails
from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QFileDialog, QMenu, QWidget

from ....api.processings import Processing, Status
from ....api.settings import RESULTS_TO
from ....jobs.results.export import ExportFormat, ResultExport, SavedResult
from ....jobs.results.transfers import Key, Kind, ResultTransfers
from ....text.file_names import file_stem
from ....text.server_text import bounded
from ....text.translation import translate
from ...options.preferences import results_folder
from ...widgets.notice import Notice
from .loss_questions import LossQuestions
from .ready_parts import ReadyParts

if TYPE_CHECKING:
    from ....api.session import Session
    from ....jobs.job import JobError

# Under which an entry of the menu is reached; the titles are names, the same in every language.
_LETTERS = {
    ExportFormat.GEOPACKAGE: "P",
    ExportFormat.GEOJSON: "J",
    ExportFormat.FLATGEOBUF: "F",
    ExportFormat.SHAPEFILE: "S",
}


class ResultSaving(QObject):
    """The *Save As* of the processings page."""

    notice = pyqtSignal(object)  # Notice
    saved = pyqtSignal(object)  # tuple of Path

    def __init__(self, session: Session, transfers: ResultTransfers, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._transfers = transfers
        self._window = window
        self._dialog: Optional[QFileDialog] = None
        self._losses = LossQuestions(window)
        self._parts = ReadyParts(session, self)
        self._parts.notice.connect(self.notice)

    def fill_menu(self, menu: QMenu, asked: Any) -> None:
        """Add an entry for each format to `menu`; choosing one calls `asked(format)`."""
        for export_format in ExportFormat:
            letter = _LETTERS[export_format]
            title = export_format.title.replace(letter, f"&{letter}", 1)
            action = menu.addAction(translate("Results", "{format}…").format(format=title))
            action.setObjectName(f"saveAs{export_format.name.title()}Action")
            action.triggered.connect(partial(_call, asked, export_format))

    def ask(self, processing: Processing, export_format: ExportFormat) -> None:
        """Ask where to save the result of `processing`, or what is ready of a failed one, then save it there."""
        self._close_dialog()
        if processing.status is Status.FAILED:
            self._parts.ask(processing, partial(self._ask_where, export_format))
        else:
            self._ask_where(export_format, processing)

    def _ask_where(self, export_format: ExportFormat, processing: Processing) -> None:
        dialog = QFileDialog(self._window, translate("Results", "Save Result As"))
        dialog.setObjectName("saveResultDialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        suffix = export_format.suffix.lstrip(".")
        dialog.setNameFilter(f"{export_format.title} (*.{suffix})")
        dialog.setDefaultSuffix(suffix)
        dialog.setDirectory(str(_last_folder()))
        dialog.selectFile(f"{file_stem(processing.name, 'result')}.{suffix}")
        dialog.fileSelected.connect(partial(self._on_chosen, processing, export_format))
        dialog.finished.connect(self._forget_dialog)
        self._dialog = dialog
        dialog.open()

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
        self._close_dialog()
        self._losses.close()

    def _make(self, processing: Processing, export_format: ExportFormat, path: Path) -> ResultExport:
        project = QgsProject.instance()
        ask = partial(self._losses.ask, processing.id, processing.name)
        export = ResultExport(self._session.client, processing, path, export_format, project, ask)
        export.finished.connect(partial(self._losses.drop, processing.id))
        return export

    def _close_dialog(self) -> None:
        self._parts.close()
        if self._dialog is not None:
            self._dialog.close()
            self._forget_dialog()

    def _forget_dialog(self, _result: int = 0) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None

    def _on_chosen(self, processing: Processing, export_format: ExportFormat, chosen: str) -> None:
        path = Path(chosen)
        if path.suffix.lower() != export_format.suffix.lower():
            path = path.with_name(path.name + export_format.suffix)
        RESULTS_TO.write(str(path.parent))
        self.save(processing, export_format, path)

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
        add = partial(_add_files, paths)
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


def _last_folder() -> Path:
    stored = RESULTS_TO.read()
    folder = Path(stored) if stored else results_folder()
    return folder if folder.is_dir() else Path.home()


def _add_files(paths: tuple[Path, ...]) -> None:
    project = QgsProject.instance()
    options = QgsProviderSublayerDetails.LayerOptions(project.transformContext())
    for path in paths:
        for details in QgsProviderRegistry.instance().querySublayers(str(path)):
            layer = details.toLayer(options)
            if layer is not None and layer.isValid():
                project.addMapLayer(layer)


def _call(asked: Any, export_format: ExportFormat, _checked: bool = False) -> None:
    asked(export_format)


def _silent(begin: Any) -> Any:
    def run() -> None:
        begin()

    return run
