"""The ways rasters come into the queue by mouse: dropped on the page, or chosen in a file dialog."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import QgsProviderRegistry
from qgis.PyQt.QtCore import QEvent, QObject, QPoint, QRect, Qt, pyqtSignal
from qgis.PyQt.QtGui import QDropEvent, QPainter, QPaintEvent, QPalette, QPen
from qgis.PyQt.QtWidgets import QFileDialog, QWidget

from ...api.settings import UPLOADS_FROM
from ...jobs.uploads.batch import UploadTarget
from ...layers.rasters.source import holds_rasters, sources_of_mime, sources_of_paths
from ...text.server_text import bounded
from ...text.translation import translate

if TYPE_CHECKING:
    from qgis.PyQt.QtCore import QMimeData

_FRAME, _MARGIN = 2, 10  # pixels at 100 %
_DRAGGED = (QEvent.Type.DragEnter, QEvent.Type.DragMove)


class UploadDrops(QObject):
    """Takes what is dropped anywhere on `page`, and shows where it would go while it hovers.

    `target_at` tells the mosaic at a place of the page: a new one where there is none.
    """

    dropped = pyqtSignal(object, object, object)  # sources, refused, UploadTarget

    def __init__(self, page: QWidget, target_at: Callable[[QPoint], UploadTarget]) -> None:
        super().__init__(page)
        self._page = page
        self._target_at = target_at
        self.hint = _DropHint(page)
        page.setAcceptDrops(True)
        page.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Qt: what happens to the page first."""
        if event.type() in _DRAGGED:
            return self._hover(event)  # type: ignore[arg-type]  # the type says that it is one
        if event.type() == QEvent.Type.DragLeave:
            self.hint.hide()
        elif event.type() == QEvent.Type.Drop:
            return self._drop(event)  # type: ignore[arg-type]
        elif event.type() == QEvent.Type.Resize:
            self.hint.setGeometry(self._page.rect())
        return False

    def _hover(self, event: QDropEvent) -> bool:
        if not holds_rasters(_mime(event)):
            event.ignore()
            return True
        self.hint.show_target(self._target_at(_place(event)))
        event.setDropAction(Qt.DropAction.CopyAction)  # a layer that is uploaded stays where it is
        event.accept()
        return True

    def _drop(self, event: QDropEvent) -> bool:
        self.hint.hide()
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        sources, refused = sources_of_mime(_mime(event))
        self.dropped.emit(sources, refused, self._target_at(_place(event)))
        return True


class UploadFiles(QObject):
    """Lets the user choose files; `chosen` tells which, and where they go."""

    chosen = pyqtSignal(object, object, object)  # sources, refused, UploadTarget

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._dialog: Optional[QFileDialog] = None

    def ask(self, target: UploadTarget) -> None:
        """Open the file dialog."""
        self.close()
        dialog = QFileDialog(self._window, translate("Uploads", "Upload Rasters to Mapflow"))
        dialog.setObjectName("uploadFilesDialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptOpen)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        rasters = QgsProviderRegistry.instance().fileRasterFilters()
        dialog.setNameFilter(
            ";;".join((translate("Uploads", "GeoTIFF") + " (*.tif *.tiff *.TIF *.TIFF)", rasters))
        )
        dialog.setDirectory(str(_last_folder()))
        dialog.filesSelected.connect(lambda names: self._take(names, target))
        dialog.finished.connect(self._forget)
        self._dialog = dialog
        dialog.open()

    def close(self) -> None:
        """Take back an open dialog."""
        if self._dialog is not None:
            self._dialog.close()
            self._forget()

    def _forget(self, _result: int = 0) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            dialog.deleteLater()

    def _take(self, names: Sequence[str], target: UploadTarget) -> None:
        paths = [Path(name) for name in names]
        if paths:
            UPLOADS_FROM.write(str(paths[0].parent))
        self.chosen.emit(*sources_of_paths(paths), target)


class _DropHint(QWidget):
    """Lies over the page while something is dragged across it, and says what dropping does.

    It paints itself: the style sheets of QGIS's themes have their own mind of what frames and labels look like.
    """

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self.setObjectName("uploadDropHint")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.text = ""
        self.hide()

    def show_target(self, target: UploadTarget) -> None:
        """Say where what is dragged would go."""
        if target.is_new:
            self.text = translate("Uploads", "Drop to upload as a new mosaic")
        else:
            self.text = translate("Uploads", "Drop to upload into “{name}”").format(
                name=bounded(target.name, 80)
            )
        self.setAccessibleName(self.text)
        self.setGeometry(self.parentWidget().rect())
        self.raise_()
        self.show()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: a frame round the page, and a band with the words at its foot."""
        painter = QPainter(self)
        palette = self.palette()
        colour = palette.color(QPalette.ColorRole.Highlight)
        painter.setPen(QPen(colour, _FRAME))
        painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        room = self.rect().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        wrapped = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignCenter)
        words = self.fontMetrics().boundingRect(room, wrapped, self.text)
        band = QRect(
            room.left(), room.bottom() - words.height() - _MARGIN, room.width(), words.height() + _MARGIN
        )
        painter.fillRect(band, colour)
        painter.setPen(palette.color(QPalette.ColorRole.HighlightedText))
        painter.drawText(band, wrapped, self.text)


def _mime(event: QDropEvent) -> QMimeData:
    return event.mimeData()


def _place(event: QDropEvent) -> QPoint:
    """Where on the page: Qt 6 has another name for it."""
    position = getattr(event, "position", None)
    return position().toPoint() if position is not None else event.pos()


def _last_folder() -> Path:
    stored = UPLOADS_FROM.read()
    folder = Path(stored) if stored else Path.home()
    return folder if folder.is_dir() else Path.home()
