"""Asks where to download the files of images to, shows in their rows how far they are, and says what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.core import Qgis, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QFileDialog, QWidget

from ...api.settings import IMAGES_TO
from ...jobs.imagery.downloads import file_name
from ...text.server_text import bounded, unmarked
from ...text.translation import translate
from ..options.preferences import results_folder
from ..widgets.notice import Notice, job_details
from .tree.nodes import Doing

if TYPE_CHECKING:
    from ...api.imagery_records import Image
    from ...jobs.imagery.downloads import ImageDownloads
    from ...jobs.job import JobError
    from .tree.model import ImageryTree


class ImageSaving(QObject):
    """The *Download Original* of the page."""

    notice = pyqtSignal(object)  # Notice

    def __init__(self, downloads: ImageDownloads, tree: ImageryTree, window: QWidget) -> None:
        super().__init__(window)
        self._downloads = downloads
        self._tree = tree
        self._window = window
        self._dialog: Optional[QFileDialog] = None
        downloads.waiting.connect(self._on_waiting)
        downloads.progressed.connect(self._on_progressed)
        downloads.ended.connect(self._on_ended)
        downloads.succeeded.connect(self._on_downloaded)
        downloads.failed.connect(self._on_failed)

    def ask(self, images: Sequence[Image]) -> None:
        """Ask where to, a file for one image or a folder for several, then download them."""
        self.close()
        if not images:
            return
        dialog = QFileDialog(self._window)
        dialog.setObjectName("downloadImagesDialog")
        dialog.setDirectory(str(_last_folder()))
        if len(images) == 1:
            dialog.setWindowTitle(translate("MyImagery", "Download Image As"))
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setNameFilter(translate("MyImagery", "GeoTIFF") + " (*.tif *.tiff)")
            dialog.setDefaultSuffix("tif")
            dialog.selectFile(file_name(images[0]))
            dialog.fileSelected.connect(partial(self._on_file, images[0]))
        else:
            dialog.setWindowTitle(translate("MyImagery", "Download Images into Folder"))
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.setOption(QFileDialog.Option.ShowDirsOnly)
            dialog.fileSelected.connect(partial(self._on_folder, images))
        dialog.finished.connect(self._forget_dialog)
        self._dialog = dialog
        dialog.open()

    def close(self) -> None:
        """Take back an open dialog."""
        if self._dialog is not None:
            self._dialog.close()
            self._forget_dialog()

    def _on_file(self, image: Image, chosen: str) -> None:
        IMAGES_TO.write(str(Path(chosen).parent))
        self._downloads.add({Path(chosen): image})

    def _on_folder(self, images: Sequence[Image], chosen: str) -> None:
        IMAGES_TO.write(chosen)
        self._downloads.add_into(Path(chosen), images)

    def _forget_dialog(self, _result: int = 0) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            dialog.deleteLater()

    # what becomes of them

    def _on_waiting(self, image_id: str) -> None:
        self._tree.set_doing(image_id, Doing(translate("MyImagery", "Waiting")))

    def _on_progressed(self, image_id: str, fraction: float) -> None:
        self._tree.set_doing(image_id, Doing(translate("MyImagery", "Downloading"), fraction))

    def _on_ended(self, image_id: str) -> None:
        self._tree.set_doing(image_id, None)

    def _on_downloaded(self, image: Image, path: Path) -> None:
        text = translate("MyImagery", "“{name}” was downloaded to {path}.").format(
            name=bounded(image.name, 80), path=path
        )
        add = partial(_add_to_map, path)
        self.notice.emit(
            Notice(text, Qgis.MessageLevel.Success, "", translate("MyImagery", "Add to Map"), add)
        )

    def _on_failed(self, image: Image, path: Path, error: JobError) -> None:
        text = translate("MyImagery", "“{name}” could not be downloaded. {reason}").format(
            name=bounded(image.name, 80), reason=error.sentence
        )
        again = partial(self._downloads.add, {path: image})
        self.notice.emit(
            Notice(
                text,
                Qgis.MessageLevel.Warning,
                job_details(error),
                translate("MyImagery", "Try Again"),
                again,
            )
        )


def _last_folder() -> Path:
    stored = IMAGES_TO.read()
    folder = Path(stored) if stored else results_folder()
    return folder if folder.is_dir() else Path.home()


def _add_to_map(path: Path) -> None:
    layer = QgsRasterLayer(str(path), unmarked(path.stem), "gdal")
    if layer.isValid():
        QgsProject.instance().addMapLayer(layer)
