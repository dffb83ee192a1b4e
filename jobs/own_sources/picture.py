"""What a tile server sent in place of a tile, as a sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional

import numpy as np
from qgis.PyQt.QtCore import QBuffer, QByteArray, QIODevice
from qgis.PyQt.QtGui import QImage, QImageReader

from ...text.quantities import number_text
from ...text.translation import translate

SIDES = (256, 512)


@dataclass(frozen=True)
class SeenTile:
    """What a server sent: a picture that can be a tile, or the `problem` with it as a sentence.

    Where it `is_empty`, only this place may have no imagery; there is an image, all the same, where it has one colour.
    """

    image: Optional[QImage] = field(default=None, repr=False, compare=False)
    problem: str = ""
    is_empty: bool = False


def seen_tile(body: bytes) -> SeenTile:
    """The picture in `body`, and what is wrong with it as a tile."""
    if not body:
        return SeenTile(
            problem=translate(
                "OwnSources",
                "The tile under the area is empty: there is no imagery. Move the area, or choose another zoom.",
            ),
            is_empty=True,
        )
    data = QByteArray(body)
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    size = reader.size()
    if not reader.canRead():
        return SeenTile(
            problem=translate(
                "OwnSources",
                "What the server sends is no picture that can be read. Check the address of the source.",
            )
        )
    if size.isValid() and (size.width() != size.height() or size.width() not in SIDES):
        return SeenTile(problem=_wrong_size(size.width(), size.height()))
    image = reader.read()
    if image.isNull():
        return SeenTile(
            problem=translate(
                "OwnSources",
                "The picture of the tile is broken. Try again, or check the address of the source.",
            )
        )
    if image.width() != image.height() or image.width() not in SIDES:
        return SeenTile(problem=_wrong_size(image.width(), image.height()))
    return _filled(image)


def _wrong_size(width: int, height: int) -> str:
    return translate(
        "OwnSources",
        "The tiles of this server have {width} × {height} pixels, and Mapflow takes 256 × 256 or 512 × 512 only. Check "
        "the address, or use another source.",
    ).format(width=number_text(width, 0), height=number_text(height, 0))


def _filled(image: QImage) -> SeenTile:
    plain = image.convertToFormat(QImage.Format.Format_ARGB32)
    pointer = plain.constBits()
    pointer.setsize(plain.sizeInBytes())
    pixels = np.frombuffer(pointer, np.uint32)  # type: ignore[call-overload]  # a buffer, whatever the stubs say
    if not np.any(pixels >> 24):
        return SeenTile(
            problem=translate(
                "OwnSources",
                "The tile under the area is empty: it is transparent. Move the area, or choose another zoom.",
            ),
            is_empty=True,
        )
    return SeenTile(image, is_empty=bool(np.all(pixels == pixels[0])))
