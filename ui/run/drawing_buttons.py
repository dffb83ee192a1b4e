"""The buttons that start a drawing on the map, and what the status bar says meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Optional

from qgis.gui import QgisInterface, QgsMapCanvas
from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QToolButton

from ..map_tools.canvas_loan import CanvasLoan
from ..map_tools.drawing_tool import DrawingTool


class DrawingButtons(QObject):
    """Each button has a tool; it stays pressed for as long as its tool draws, and gives up when pressed again."""

    started = pyqtSignal()  # a tool draws now

    def __init__(
        self,
        tools: Mapping[QToolButton, type[DrawingTool]],
        loan: CanvasLoan,
        canvas: QgsMapCanvas,
        iface: QgisInterface,
        parent: Optional[QObject] = None,
    ) -> None:
        super().__init__(parent)
        self._tools = tools
        self._loan = loan
        self._canvas = canvas
        self._iface = iface
        for button in tools:
            button.clicked.connect(partial(self._on_click, button))
        loan.ended.connect(self._release)
        loan.hinted.connect(self._show_in_status_bar)

    def _on_click(self, button: QToolButton, checked: bool) -> None:
        if not checked:
            self._loan.cancel()
            return
        self._loan.start(self._tools[button](self._canvas))
        button.setChecked(self._loan.is_drawing)
        self.started.emit()

    def _release(self) -> None:
        for button in self._tools:
            button.setChecked(False)

    def _show_in_status_bar(self, text: str) -> None:
        bar = self._iface.statusBarIface()
        if text:
            bar.showMessage(text)
        else:
            bar.clearMessage()
