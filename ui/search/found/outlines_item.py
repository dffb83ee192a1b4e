"""Thousands of footprints over the map, drawn beside QGIS's own thread and shown as one picture."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from functools import partial
from typing import Optional

from qgis.core import (
    QgsFeature,
    QgsFillSymbol,
    QgsGeometry,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsRectangle,
    QgsSimpleFillSymbolLayer,
    QgsVectorLayer,
)
from qgis.gui import QgsMapCanvas, QgsMapCanvasItem
from qgis.PyQt.QtCore import QObject, QRectF, Qt, QTimer
from qgis.PyQt.QtGui import QImage, QPainter
from qgis.PyQt.QtWidgets import QStyleOptionGraphicsItem, QWidget

_AT_ONCE = 500


class OutlinesOnMap(QObject):
    """Keeps the picture in step with the map while it is open: to move or zoom stretches it until the next is there."""

    def __init__(
        self,
        canvas: QgsMapCanvas,
        parent: Optional[QObject] = None,
        line: str = "255,255,255,150",
        width_mm: float = 0.25,
    ) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._layer = _layer(line, width_mm)
        self._item: Optional[_Picture] = None
        self._job: Optional[QgsMapRendererParallelJob] = None
        self._given_up: set[QgsMapRendererParallelJob] = set()  # those that have not come to their end yet
        self._waiting: deque[QgsGeometry] = deque()  # are to be drawn, too
        self._taking = QTimer(self)
        self._taking.setSingleShot(True)
        self._taking.timeout.connect(self._take_some)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._render)

    def open(self) -> None:
        """Draw, and follow the map."""
        self._item = _Picture(self._canvas)
        self._canvas.extentsChanged.connect(self._render_soon)
        self._canvas.destinationCrsChanged.connect(self._render_soon)
        self._render_soon()

    def close(self) -> None:
        """Take the picture off the map, until opened again."""
        self._canvas.extentsChanged.disconnect(self._render_soon)
        self._canvas.destinationCrsChanged.disconnect(self._render_soon)
        self._soon.stop()
        self._drop_job()
        item, self._item = self._item, None
        if item is not None:
            self._canvas.scene().removeItem(item)

    def set_grounds(self, grounds: Iterable[QgsGeometry]) -> None:
        """Draw these (EPSG:4326), and no others."""
        self._layer.dataProvider().truncate()
        self._waiting.clear()
        self.add(grounds)

    def add(self, grounds: Iterable[QgsGeometry]) -> None:
        """Draw these, too."""
        self._waiting.extend(grounds)
        self._take_soon()

    def _take_soon(self) -> None:
        if self._waiting:
            self._taking.start(0)
        else:
            self._render_soon()

    def _take_some(self) -> None:
        """Take a part of those that wait: thousands at once would hold QGIS up."""
        rows: list[QgsFeature] = []
        while self._waiting and len(rows) < _AT_ONCE:
            row = QgsFeature()
            row.setGeometry(self._waiting.popleft())
            rows.append(row)
        self._layer.dataProvider().addFeatures(rows)
        self._take_soon()

    def _render_soon(self) -> None:
        if self._item is not None:
            self._soon.start(0)

    def _render(self) -> None:
        """Begin to draw; what is being drawn for an earlier extent is given up."""
        self._drop_job()
        settings = QgsMapSettings(self._canvas.mapSettings())
        if self._item is None or not settings.hasValidSettings():
            return
        settings.setLayers([self._layer])
        settings.setBackgroundColor(Qt.GlobalColor.transparent)
        job = QgsMapRendererParallelJob(settings)
        job.finished.connect(partial(self._on_rendered, job))
        self._job = job
        job.start()

    def _on_rendered(self, job: QgsMapRendererParallelJob) -> None:
        self._given_up.discard(job)
        if job is not self._job:
            return
        self._job = None
        if self._item is not None:
            self._item.show_image(job.renderedImage(), job.mapSettings().visibleExtent())

    def _drop_job(self) -> None:
        """Want the picture under way no more; to wait for its end would hold QGIS up."""
        job, self._job = self._job, None
        if job is not None:
            self._given_up.add(job)
            job.cancelWithoutBlocking()


class _Picture(QgsMapCanvasItem):
    """One picture of a part of the map, in its place."""

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas)
        self._image = QImage()

    def show_image(self, image: QImage, extent: QgsRectangle) -> None:
        """Show `image`, which is of `extent` in the map's system."""
        self._image = image
        self.setRect(extent)
        self.update()

    def paint(
        self,
        painter: Optional[QPainter],
        option: Optional[QStyleOptionGraphicsItem] = None,  # noqa: ARG002 - Qt's signature
        widget: Optional[QWidget] = None,  # noqa: ARG002 - Qt's signature
    ) -> None:
        """QGIS: draw it; the canvas has put the item where its rectangle is."""
        if painter is not None and not self._image.isNull():
            painter.drawImage(QRectF(self.boundingRect()), self._image, QRectF(self._image.rect()))


def _layer(colour: str, width_mm: float) -> QgsVectorLayer:
    """Lines with a dark edge and no fill."""
    layer = QgsVectorLayer("MultiPolygon?crs=EPSG:4326", "", "memory")
    symbol = QgsFillSymbol.createSimple(
        {
            "style": "no",
            "outline_color": "40,40,40,90",
            "outline_width": str(width_mm + 0.35),
            "outline_width_unit": "MM",
        }
    )
    line = {
        "style": "no",
        "outline_color": colour,
        "outline_width": str(width_mm),
        "outline_width_unit": "MM",
    }
    symbol.appendSymbolLayer(QgsSimpleFillSymbolLayer.create(line))
    layer.renderer().setSymbol(symbol)  # type: ignore[attr-defined]
    return layer
