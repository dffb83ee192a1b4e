"""A layer drawn at full size by QGIS into a file, for styles that are more than a stretch; in any thread."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from qgis.core import (
    QgsCoordinateTransformContext,
    QgsRasterBlockFeedback,
    QgsRasterFileWriter,
    QgsRasterPipe,
)
from qgis.PyQt.QtCore import QThread

from ...text.translation import translate
from ..gdal_errors import ConversionCancelledError, ConversionError, Report
from .source import Drawing

_BANDS = 4


class LayerDrawing:
    """Draws once. Made in the thread the `drawing` belongs to; `write` can be called in another one."""

    def __init__(self, drawing: Drawing) -> None:
        self._drawing = drawing
        self._pipe = QgsRasterPipe()
        for step in drawing.steps:
            self._pipe.set(step.clone())
        _hand_over(self._pipe, None)

    def write(self, path: Path, report: Report) -> None:
        """Write a GeoTIFF of red, green, blue and alpha; raises ConversionError or ConversionCancelledError."""
        _hand_over(self._pipe, QThread.currentThread())
        drawing = self._drawing
        writer = QgsRasterFileWriter(str(path))
        writer.setOutputFormat("GTiff")
        writer.setCreateOptions(["TILED=YES", "BIGTIFF=IF_SAFER"])
        feedback = QgsRasterBlockFeedback()

        def follow(percent: float) -> None:
            if not report(percent / 100):
                feedback.cancel()

        feedback.progressChanged.connect(follow)
        outcome = writer.writeRaster(
            self._pipe,
            drawing.width,
            drawing.height,
            drawing.extent,
            drawing.crs,
            QgsCoordinateTransformContext(),  # it is drawn in the layer's own system
            feedback,
        )
        if feedback.isCanceled():
            raise ConversionCancelledError
        if outcome != QgsRasterFileWriter.NoError:
            text = translate(
                "Rasters",
                "QGIS could not draw the layer in {folder}. Free some room on that disk, and try again.",
            )
            raise ConversionError(text.format(folder=path.parent))


def drawn_bytes(drawing: Drawing) -> int:
    """Bytes the drawn file takes."""
    return drawing.width * drawing.height * _BANDS


def _hand_over(pipe: QgsRasterPipe, thread: Optional[QThread]) -> None:
    """Let another thread work with `pipe`: first it is given to none. QGIS asks for that from 3.30 on."""
    move = getattr(pipe, "moveToThread", None)
    if move is not None:
        move(thread)
