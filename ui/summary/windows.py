"""Opens the summaries of results, one window for each; there is none for what has no objects to count."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Callable

from qgis.core import Qgis, QgsProject
from qgis.PyQt.QtCore import QObject

from ...layers.results.layers import PROCESSING, SERVER
from ...layers.summary.source import is_of_tiles, layers_of_result
from ...text.server_text import bounded
from ...text.translation import translate
from ..widgets.notice import Notice, show_notice
from .dialog import SummaryDialog
from .subject import SummarySubject

if TYPE_CHECKING:
    from qgis.core import QgsMapLayer, QgsPrintLayout
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
        dialog = SummaryDialog(title, subject, self._open_layout, self._iface.mainWindow())
        self._open[key] = dialog
        dialog.finished.connect(lambda _result: self._open.pop(key, None))
        dialog.show()
        return True

    def open_of(self, layer: QgsMapLayer, add: Callable[[str, str], None]) -> None:
        """Open the summary of the result that a layer is of.

        Where there is nothing to count it says so, with a button that calls `add(processing id, server)`.
        """
        processing_id = str(layer.customProperty(PROCESSING) or "")
        server = str(layer.customProperty(SERVER) or "")
        if not self.show(processing_id, server):
            self._offer(layer, partial(add, processing_id, server))

    def _offer(self, layer: QgsMapLayer, add: Callable[[], None]) -> None:
        if is_of_tiles(layer):
            text = translate(
                "Summary",
                "“{name}” shows tiles, which are pictures of the objects. Add the result itself to sum it up.",
            )
        else:
            text = translate(
                "Summary", "The file of “{name}” is not there any more. Add the result again to sum it up."
            )
        notice = Notice(
            text.format(name=bounded(layer.name(), 80)),
            Qgis.MessageLevel.Warning,
            "",
            translate("Summary", "Add Result and Sum Up"),
            add,
        )
        show_notice(self._iface.messageBar(), notice, owner=self._iface.mainWindow())

    def _open_layout(self, layout: QgsPrintLayout) -> None:
        self._iface.openLayoutDesigner(layout)

    def close(self) -> None:
        """Close every window."""
        for dialog in list(self._open.values()):
            dialog.close()
