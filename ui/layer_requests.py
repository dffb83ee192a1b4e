"""What the layer panel's menu asks of the dock: each request shows the dock, and the page that answers it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Optional

from qgis.core import Qgis

from ..text.translation import translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.core import QgsMapLayer
    from qgis.gui import QgisInterface

    from .dock import MapflowDock
    from .summary.windows import SummaryWindows


class LayerRequests:
    """Passes layers on to the pages of `dock`; what needs no page opens over QGIS itself. `close` closes that."""

    def __init__(self, dock: MapflowDock, iface: QgisInterface) -> None:
        self._dock = dock
        self._iface = iface
        self._summaries: Optional[SummaryWindows] = None

    def upload(self, layers: Sequence[QgsMapLayer]) -> None:
        """Upload raster layers, and show how that goes."""
        self._dock.setUserVisible(True)
        self._dock.contents.signed_in_page.upload_layers(layers)

    def use_area(self, layer: QgsMapLayer) -> None:
        """Let the polygons of `layer` be the area, and show that."""
        self._dock.setUserVisible(True)
        page = self._dock.contents.signed_in_page
        page.use_area_of(layer)  # type: ignore[arg-type]  # it is offered for these alone

    def open_processing(self, layer: QgsMapLayer) -> None:
        """Show the processing that `layer` came from."""
        from ..layers.results.layers import PROCESSING, SERVER

        self._dock.setUserVisible(True)
        processing, server = layer.customProperty(PROCESSING), layer.customProperty(SERVER)
        self._dock.contents.open_processing(str(processing or ""), str(server or ""))

    def sum_up(self, layer: QgsMapLayer) -> None:
        """Open the summary of the result that `layer` is of: no login and no network is needed."""
        from .summary.windows import SummaryWindows, ids_of

        if self._summaries is None:
            self._summaries = SummaryWindows(self._iface, self._dock)
        if not self._summaries.show_of(layer):
            self._offer_result(layer, *ids_of(layer))

    def close(self) -> None:
        """Close the summaries that are open."""
        if self._summaries is not None:
            self._summaries.close()
            self._summaries = None

    def _offer_result(self, layer: QgsMapLayer, processing_id: str, server: str) -> None:
        """There is nothing to count: say so, with the button that brings it."""
        from ..layers.summary.source import is_of_tiles
        from ..text.server_text import bounded
        from .widgets.notice import Notice, show_notice

        if is_of_tiles(layer):
            text = translate(
                "Ui",
                "“{name}” shows tiles, which are pictures of the objects. Add the result itself, and it can be summed "
                "up, from then on also offline.",
            )
        else:
            text = translate(
                "Ui", "The file of “{name}” is not there any more. Add the result again to sum it up."
            )
        add = partial(self._add_result, processing_id, server)
        notice = Notice(
            text.format(name=bounded(layer.name(), 80)),
            Qgis.MessageLevel.Warning,
            "",
            translate("Ui", "Add Result and Sum Up"),
            add,
        )
        show_notice(self._iface.messageBar(), notice, owner=self._iface.mainWindow())

    def _add_result(self, processing_id: str, server: str) -> None:
        self._dock.setUserVisible(True)
        self._dock.contents.open_processing(processing_id, server, sum_up=True)
