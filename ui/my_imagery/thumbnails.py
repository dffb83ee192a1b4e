"""Small pictures of the images that are seen: asked for a few at a time, the latest first, and kept."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSize, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QImage, QImageReader, QPixmap

from ...api import imagery

if TYPE_CHECKING:
    from ...api.http.errors import ApiError
    from ...api.http.reply import ApiReply
    from ...api.imagery_records import Image
    from ...api.session import Session

AT_ONCE = 4
_MOST_WAITING = 32  # what was scrolled past is not worth asking for any more
_MOST_KEPT = 400
_MOST_BYTES = 4 * 1024 * 1024
_LARGEST_SIDE = 2_048  # pixels of a picture that is decoded: it says itself how large it is
_SIDE = 128  # pixels kept: sharp at 36 pixels on a screen of 300 %


class Thumbnails(QObject):
    """Pixmaps by image id. `picture` never waits: what is not there yet is announced by `arrived`."""

    arrived = pyqtSignal(str)  # image id

    def __init__(self, session: Session, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._session = session
        self._kept: OrderedDict[str, QPixmap] = (
            OrderedDict()
        )  # a null one where there is no picture to be had
        self._waiting: OrderedDict[str, None] = OrderedDict()
        self._asking: dict[str, ApiReply] = {}
        self._soon = QTimer(self)  # a picture is asked for while a row is painted: nothing may start in there
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._ask)
        session.signed_out.connect(self._on_signed_out)

    def picture(self, image: Image) -> QPixmap:
        """The picture of `image` where it is there; otherwise a null one, and it is asked for."""
        kept = self._kept.get(image.id)
        if kept is not None:
            self._kept.move_to_end(image.id)
            return kept
        if image.is_usable and image.id not in self._asking:
            self._waiting[image.id] = None
            self._waiting.move_to_end(image.id)
            while len(self._waiting) > _MOST_WAITING:
                self._waiting.popitem(last=False)
            self._soon.start(0)
        return QPixmap()

    def forget_missing(self) -> None:
        """Ask again for those that could not be had, once they are seen."""
        for image_id in [key for key, pixmap in self._kept.items() if pixmap.isNull()]:
            del self._kept[image_id]
            self.arrived.emit(image_id)  # its row is painted anew if it is seen, and asks

    def clear(self) -> None:
        """Drop everything, whether it is there or on its way."""
        self._soon.stop()
        self._waiting.clear()
        self._kept.clear()
        asking, self._asking = self._asking, {}
        for reply in asking.values():
            reply.abort()

    def close(self) -> None:
        """Stop, for good."""
        self.clear()
        self._session.signed_out.disconnect(self._on_signed_out)

    def _on_signed_out(self, _why: str) -> None:
        """Nobody is to find pictures of one's own in QGIS's cache, either."""
        self.clear()
        imagery.forget_previews()

    def _ask(self) -> None:
        while self._waiting and len(self._asking) < AT_ONCE and self._session.is_signed_in:
            image_id, _nothing = self._waiting.popitem(last=True)
            reply = imagery.preview(self._session.client, image_id)
            self._asking[image_id] = reply
            reply.succeeded.connect(partial(self._on_picture, image_id))
            reply.failed.connect(partial(self._on_failed, image_id))

    def _on_picture(self, image_id: str, data: bytes) -> None:
        self._keep(image_id, decoded(data))

    def _on_failed(self, image_id: str, _error: ApiError) -> None:
        self._keep(image_id, QPixmap())

    def _keep(self, image_id: str, pixmap: QPixmap) -> None:
        self._asking.pop(image_id, None)
        self._kept[image_id] = pixmap
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        self.arrived.emit(image_id)
        self._ask()


def decoded(data: bytes) -> QPixmap:
    """The picture in `data`, made small; a null one where there is none, or one of absurd size."""
    if len(data) > _MOST_BYTES:
        return QPixmap()
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    size = reader.size()
    if not size.isValid() or max(size.width(), size.height()) > _LARGEST_SIDE:
        return QPixmap()
    image: QImage = reader.read()
    if image.isNull():
        return QPixmap()
    if max(image.width(), image.height()) > _SIDE:
        image = image.scaled(
            QSize(_SIDE, _SIDE),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
    return QPixmap.fromImage(image)
