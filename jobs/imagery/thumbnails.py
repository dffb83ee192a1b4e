"""Small pictures of images: asked for, and decoded off the thread that asks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Callable, Optional

from qgis.PyQt.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from qgis.PyQt.QtGui import QImage, QImageReader

from ...api.background import BackgroundWork
from ..job import Job

if TYPE_CHECKING:
    from ...api.http.reply import ApiReply

_MOST_BYTES = 4 * 1024 * 1024
_LARGEST_SIDE = 2_048  # pixels of a picture that is decoded: it says itself how large it is
_SIDE = 128  # pixels kept: sharp at 36 pixels on a screen of 300 %


class Thumbnail(Job):
    """The picture that `ask` asks for; succeeds with a QImage, a null one where what came is no picture."""

    def __init__(self, ask: Callable[[], ApiReply]) -> None:
        super().__init__()
        self._ask = ask
        self._decoding: Optional[BackgroundWork] = None

    def _begin(self) -> None:
        self._follow(self._ask(), self._decode)

    def _stop(self) -> None:
        if self._decoding is not None:
            self._decoding.drop()

    def _decode(self, data: bytes) -> None:
        self._decoding = BackgroundWork(partial(decoded, data), self)
        self._decoding.done.connect(self._succeed)
        self._decoding.start()


def decoded(data: bytes) -> QImage:
    """The picture in `data`, made small; a null one where there is none, or one of absurd size."""
    if len(data) > _MOST_BYTES:
        return QImage()
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    size = reader.size()
    if not size.isValid() or max(size.width(), size.height()) > _LARGEST_SIDE:
        return QImage()
    image: QImage = reader.read()
    if image.isNull() or max(image.width(), image.height()) <= _SIDE:
        return image
    return image.scaled(
        QSize(_SIDE, _SIDE), Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
