"""Asks in which format and where to save something, and puts what was saved on the map."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Callable, Optional

from qgis.core import QgsProject, QgsProviderRegistry, QgsProviderSublayerDetails
from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QFileDialog, QMenu, QWidget

from ...api.settings import RESULTS_TO, TextSetting
from ...jobs.results.export import ExportFormat
from ...text.file_names import file_stem
from ...text.translation import translate
from ..options.preferences import results_folder

# Under which an entry of the menu is reached; the titles are names, the same in every language.
_LETTERS = {
    ExportFormat.GEOPACKAGE: "P",
    ExportFormat.GEOJSON: "J",
    ExportFormat.FLATGEOBUF: "F",
    ExportFormat.SHAPEFILE: "S",
}


def fill_format_menu(menu: QMenu, asked: Callable[[ExportFormat], None]) -> None:
    """Add an entry for each format to `menu`; choosing one calls `asked(format)`."""
    for export_format in ExportFormat:
        letter = _LETTERS[export_format]
        title = export_format.title.replace(letter, f"&{letter}", 1)
        action = menu.addAction(translate("Saving", "{format}…").format(format=title))
        action.setObjectName(f"saveAs{export_format.name.title()}Action")
        action.triggered.connect(partial(_call, asked, export_format))


class FileChoice(QObject):
    """Asks for a file, one question at a time; the folder is the one of the last time, which `folder` keeps.

    `usual` is the folder of the first time.
    """

    def __init__(
        self,
        window: QWidget,
        name: str,
        title: str,
        folder: TextSetting = RESULTS_TO,
        usual: Callable[[], Path] = results_folder,
    ) -> None:
        super().__init__(window)
        self._folder = folder
        self._usual = usual
        self._window = window
        self._name = name
        self._title = title
        self._dialog: Optional[QFileDialog] = None

    def ask(self, export_format: ExportFormat, name: str, chosen: Callable[[Path], object]) -> None:
        """Ask where to save; `name` is offered. `chosen(path)` is called with a path of the format's suffix."""
        self.ask_for(export_format.title, export_format.suffix, file_stem(name, "result"), chosen)

    def ask_for(self, kind: str, suffix: str, stem: str, chosen: Callable[[Path], object]) -> None:
        """Ask where to save a file of a `kind` that is called so, with a `suffix` such as ".csv"."""
        self.close()
        dialog = QFileDialog(self._window, self._title)
        dialog.setObjectName(self._name)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setNameFilter(f"{kind} (*{suffix})")
        dialog.setDefaultSuffix(suffix.lstrip("."))
        dialog.setDirectory(str(self._last_folder()))
        dialog.selectFile(f"{stem}{suffix}")
        dialog.fileSelected.connect(partial(self._on_chosen, suffix, chosen))
        dialog.finished.connect(self._forget)
        self._dialog = dialog
        dialog.open()

    def close(self) -> None:
        """Take the question back."""
        if self._dialog is not None:
            self._dialog.close()
            self._forget()

    def _forget(self, _result: int = 0) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None

    def _last_folder(self) -> Path:
        stored = self._folder.read()
        folder = Path(stored) if stored else self._usual()
        return folder if folder.is_dir() else Path.home()

    def _on_chosen(self, suffix: str, chosen: Callable[[Path], object], file: str) -> None:
        path = Path(file)
        if path.suffix.lower() != suffix.lower():
            path = path.with_name(path.name + suffix)
        self._folder.write(str(path.parent))
        chosen(path)


def add_files(paths: tuple[Path, ...]) -> None:
    """Add what is in files to the project."""
    project = QgsProject.instance()
    options = QgsProviderSublayerDetails.LayerOptions(project.transformContext())
    for path in paths:
        for details in QgsProviderRegistry.instance().querySublayers(str(path)):
            layer = details.toLayer(options)
            if layer is not None and layer.isValid():
                project.addMapLayer(layer)


def _call(asked: Any, export_format: ExportFormat, _checked: bool = False) -> None:
    asked(export_format)
