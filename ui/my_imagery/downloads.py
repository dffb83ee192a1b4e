"""Downloads of the files images were made of: asked where to, a few at a time, shown in their rows."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.core import Qgis, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QFileDialog, QWidget

from ...api import imagery
from ...api.http.errors import ApiError
from ...api.imagery_records import Image
from ...api.settings import IMAGES_TO
from ...text.file_names import file_stem
from ...text.server_text import bounded
from ...text.translation import translate
from ..options.preferences import results_folder
from ..widgets.notice import Notice, details_of
from .tree.nodes import Doing

if TYPE_CHECKING:
    from ...api.http.reply import ApiReply
    from ...api.session import Session
    from .tree.model import ImageryTree

AT_ONCE = 2  # more at a time make each of them slower
_SUFFIXES = (".tif", ".tiff")


class ImageDownloads(QObject):
    """The downloads under way. None is left half-written where it ends early."""

    notice = pyqtSignal(object)  # Notice
    changed = pyqtSignal()  # another image is on its way, or one less

    def __init__(self, session: Session, tree: ImageryTree, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._tree = tree
        self._window = window
        self._dialog: Optional[QFileDialog] = None
        self._waiting: dict[str, tuple[Image, Path]] = {}
        self._running: dict[str, tuple[ApiReply, Path]] = {}

    def ask(self, images: Sequence[Image]) -> None:
        """Ask where to, a file for one image or a folder for several, then download them."""
        self._close_dialog()
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
            dialog.fileSelected.connect(lambda chosen: self.download({Path(chosen): images[0]}))
        else:
            dialog.setWindowTitle(translate("MyImagery", "Download Images into Folder"))
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.setOption(QFileDialog.Option.ShowDirsOnly)
            dialog.fileSelected.connect(lambda chosen: self._download_into(Path(chosen), images))
        dialog.finished.connect(self._forget_dialog)
        self._dialog = dialog
        dialog.open()

    def download(self, targets: dict[Path, Image]) -> None:
        """Download each image to its path; one that is on its way already is left as it is.

        A path another download is writing to is not given away twice: the later one gets a number.
        """
        for path, image in targets.items():
            IMAGES_TO.write(str(path.parent))
            if not self.is_under_way(image.id):
                taken = self._taken()
                free = _free(path, taken) if _key(path) in taken else path
                self._waiting[image.id] = (image, free)
                self._tree.set_doing(image.id, Doing(translate("MyImagery", "Waiting")))
        self.changed.emit()
        self._start_waiting()

    def is_under_way(self, image_id: str) -> bool:
        """Whether an image is being downloaded, or will be."""
        return image_id in self._waiting or image_id in self._running

    def cancel(self, image_id: str) -> None:
        """Stop the download of an image; nothing is left of it."""
        self._waiting.pop(image_id, None)
        running = self._running.pop(image_id, None)
        if running is not None:
            running[0].abort()
        self._tree.set_doing(image_id, None)
        self.changed.emit()
        self._start_waiting()

    def close(self) -> None:
        """Stop all, and take back an open dialog."""
        self._close_dialog()
        ids = [*self._waiting, *self._running]
        self._waiting.clear()
        for image_id in ids:
            self.cancel(image_id)

    def _download_into(self, folder: Path, images: Sequence[Image]) -> None:
        self.download(_placed(folder, images, self._taken()))

    def _taken(self) -> frozenset[str]:
        """The paths that are written to, or will be."""
        paths = [path for _what, path in (*self._waiting.values(), *self._running.values())]
        return frozenset(_key(path) for path in paths)

    def _start_waiting(self) -> None:
        while self._waiting and len(self._running) < AT_ONCE:
            image_id = next(iter(self._waiting))
            image, path = self._waiting.pop(image_id)
            reply = imagery.download(self._session.client, image_id, path)
            self._running[image_id] = (reply, path)
            self._tree.set_doing(image_id, Doing(translate("MyImagery", "Downloading")))
            reply.progressed.connect(partial(self._on_progressed, image))
            reply.succeeded.connect(partial(self._on_downloaded, image))
            reply.failed.connect(partial(self._on_failed, image, path))

    def _on_progressed(self, image: Image, done: int, total: int) -> None:
        whole = total if total > 0 else image.size or 0
        fraction = min(1.0, done / whole) if whole > 0 else -1.0
        self._tree.set_doing(image.id, Doing(translate("MyImagery", "Downloading"), fraction))

    def _on_downloaded(self, image: Image, path: Path) -> None:
        self._end(image)
        text = translate("MyImagery", "“{name}” was downloaded to {path}.").format(
            name=bounded(image.name, 80), path=path
        )
        add = partial(_add_to_map, path)
        self.notice.emit(
            Notice(text, Qgis.MessageLevel.Success, "", translate("MyImagery", "Add to Map"), add)
        )

    def _on_failed(self, image: Image, path: Path, error: ApiError) -> None:
        self._end(image)
        text = translate("MyImagery", "“{name}” could not be downloaded. {reason}").format(
            name=bounded(image.name, 80), reason=error.sentence
        )
        again = partial(self.download, {path: image})
        self.notice.emit(
            Notice(
                text, Qgis.MessageLevel.Warning, details_of(error), translate("MyImagery", "Try Again"), again
            )
        )

    def _end(self, image: Image) -> None:
        self._running.pop(image.id, None)
        self._tree.set_doing(image.id, None)
        self.changed.emit()
        self._start_waiting()

    def _close_dialog(self) -> None:
        if self._dialog is not None:
            self._dialog.close()
            self._forget_dialog()

    def _forget_dialog(self, _result: int = 0) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            dialog.deleteLater()


def file_name(image: Image) -> str:
    """A file name made of an image's name: what no system takes is left out."""
    name = file_stem(image.name, "image", 120)
    return name if name.lower().endswith(_SUFFIXES) else f"{name}.tif"


def _placed(folder: Path, images: Sequence[Image], taken: frozenset[str] = frozenset()) -> dict[Path, Image]:
    """A path in `folder` for each image: none that is there, and none of the keys in `taken`."""
    placed: dict[Path, Image] = {}
    for image in images:
        path = folder / file_name(image)
        now_taken = taken | {_key(held) for held in placed}
        placed[_free(path, now_taken)] = image
    return placed


def _free(path: Path, taken: frozenset[str]) -> Path:
    """`path`, numbered where it is there already or its key is in `taken`."""
    found, number = path, 1
    while _key(found) in taken or found.exists():
        number += 1
        found = path.with_name(f"{path.stem} ({number}){path.suffix}")
    return found


def _key(path: Path) -> str:
    """The same for paths that name one file, on systems that do not mind upper and lower case, too."""
    return os.path.abspath(path).casefold()


def _last_folder() -> Path:
    stored = IMAGES_TO.read()
    folder = Path(stored) if stored else results_folder()
    return folder if folder.is_dir() else Path.home()


def _add_to_map(path: Path) -> None:
    layer = QgsRasterLayer(str(path), path.stem, "gdal")
    if layer.isValid():
        QgsProject.instance().addMapLayer(layer)
