"""The canvas is lent to one drawing tool at a time, and its former tool comes back."""

from __future__ import annotations

from typing import Optional

from qgis.core import QgsProject
from qgis.gui import QgsMapCanvas, QgsMapTool
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, Qt, pyqtSignal
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import QShortcut

from ...text.translation import translate
from .drawing_tool import DrawingTool


class CanvasLoan(QObject):
    """Starts and ends drawings.

    A drawing ends by itself, by `cancel`, when the user picks another map tool (which then stays), and when
    another QGIS project is opened.
    """

    drawn = pyqtSignal(object, object)  # QgsGeometry, QgsCoordinateReferenceSystem
    ended = pyqtSignal(str)  # always the last of a drawing; why it was given up, or ""
    hinted = pyqtSignal(str)  # text for the status bar

    def __init__(self, canvas: QgsMapCanvas, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._tool: Optional[DrawingTool] = None
        self._former: Optional[QgsMapTool] = None
        self._escape: Optional[QShortcut] = None

    @property
    def is_drawing(self) -> bool:
        """Whether a drawing tool has the canvas."""
        return self._tool is not None

    @property
    def keys(self) -> str:
        """What clicks and keys do in the drawing under way; "" while there is none."""
        return "" if self._tool is None else self._tool.keys()

    def start(self, tool: DrawingTool) -> None:
        """Give the canvas to `tool`, which lives for this drawing; one under way with another tool is given up."""
        former = self._canvas.mapTool()
        self.cancel()
        if not self._canvas.mapSettings().destinationCrs().isValid():
            tool.deleteLater()
            self.ended.emit(
                translate(
                    "MapTools", "The map has no coordinate reference system. Set the project's CRS first."
                )
            )
            return
        self._former = self._canvas.mapTool() if isinstance(former, DrawingTool) else former
        self._tool = tool
        tool.drawn.connect(self._take)
        tool.cancelled.connect(self._end)
        tool.hinted.connect(self.hinted)
        tool.deactivated.connect(self._taken_over)
        # the canvas itself hands its keys to the tool: this is for a focus that is in the dock or anywhere else
        self._escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self._canvas)
        self._escape.setContext(Qt.ShortcutContext.ApplicationShortcut)
        self._escape.activated.connect(self.cancel)
        self._canvas.setMapTool(tool)

    def cancel(self) -> None:
        """Give up what is being drawn, if anything."""
        self._end("")

    def open(self) -> None:
        """Start to notice another project being opened."""
        QgsProject.instance().cleared.connect(self.cancel)

    def close(self) -> None:
        """The former tool is back, and nothing is listened to until opened again."""
        self.cancel()
        QgsProject.instance().cleared.disconnect(self.cancel)

    def _take(self, geometry: object, crs: object) -> None:
        self._end("")
        self.drawn.emit(geometry, crs)

    def _end(self, why: str) -> None:
        tool, former = self._release()
        if tool is None:
            return
        if not sip.isdeleted(self._canvas) and self._canvas.mapTool() is tool:
            if former is not None and not sip.isdeleted(former):
                self._canvas.setMapTool(former)
            else:
                self._canvas.unsetMapTool(tool)
        self.ended.emit(why)

    def _taken_over(self) -> None:
        if self._release()[0] is not None:
            self.ended.emit("")

    def _release(self) -> tuple[Optional[DrawingTool], Optional[QgsMapTool]]:
        tool, former = self._tool, self._former
        self._tool, self._former = None, None
        if tool is not None:
            tool.drawn.disconnect(self._take)
            tool.cancelled.disconnect(self._end)
            tool.deactivated.disconnect(self._taken_over)
            tool.deleteLater()  # the canvas owns it, and would keep it for good
        if self._escape is not None:
            self._escape.deleteLater()
            self._escape = None
        return tool, former
