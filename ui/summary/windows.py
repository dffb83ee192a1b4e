"""Opens the summaries of results, one window for each; there is none for what has no objects to count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QObject

from ...layers.results.layers import PROCESSING, SERVER
from ...layers.summary.source import layers_of_result
from .dialog import SummaryDialog
from .subject import SummarySubject

if TYPE_CHECKING:
    from qgis.core import QgsMapLayer
    from qgis.gui import QgisInterface


class SummaryWindows(QObject):
    """Has the windows that are open; `close` closes them."""

    def __init__(self, iface: QgisInterface, parent: QObject) -> None:
        super().__init__(parent)
        self._iface = iface
        self._open: dict[tuple[str, str], SummaryDialog] = {}

    def show(self, processing_id: str, server: str, name: str = "") -> bool:
        """Open the summary of a result, or bring it to the front; False where no layer of it can be read."""
        key = (processing_id, server)
        if key in self._open:
            self._open[key].raise_()
            self._open[key].activateWindow()
            return True
        layers = layers_of_result(QgsProject.instance(), processing_id, server)
        if not any(layer.isValid() for layer in layers):
            return False
        subject = SummarySubject(processing_id, server, self._iface.mapCanvas(), self)
        title = name or layers[0].metadata().title() or layers[0].name()
        open_layout = self._iface.openLayoutDesigner
        dialog = SummaryDialog(title, subject, open_layout, self._iface.mainWindow())
        self._open[key] = dialog
        dialog.finished.connect(lambda _result: self._open.pop(key, None))
        dialog.show()
        return True

    def show_of(self, layer: QgsMapLayer) -> bool:
        """Open the summary of the result that a layer is of; False where no layer of it can be read."""
        return self.show(*ids_of(layer))

    def close(self) -> None:
        """Close every window."""
        for dialog in list(self._open.values()):
            dialog.close()


def ids_of(layer: QgsMapLayer) -> tuple[str, str]:
    """Return processing and server of a layer of a result."""
    return str(layer.customProperty(PROCESSING) or ""), str(layer.customProperty(SERVER) or "")
