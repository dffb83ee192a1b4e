"""What the layer panel's menu asks of the dock: a request shows the dock with a page, or the window that answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.core import QgsMapLayer

    from .dock import MapflowDock


class LayerRequests:
    """Passes layers on to the pages of `dock`, and to the windows that need no page."""

    def __init__(self, dock: MapflowDock) -> None:
        self._dock = dock

    def upload(self, layers: Sequence[QgsMapLayer]) -> None:
        """Upload raster layers, and show how that goes."""
        self._dock.setUserVisible(True)
        self._dock.contents.signed_in_page.upload_layers(layers)

    def use_area(self, layer: QgsMapLayer) -> None:
        """Let the polygons of `layer` be the area, and show that."""
        self._dock.setUserVisible(True)
        self._dock.contents.use_area_of(layer)  # type: ignore[arg-type]  # it is offered for these alone

    def use_imagery(self, layer: QgsMapLayer) -> None:
        """Let what `layer` shows be the imagery to process, and show that."""
        self._dock.setUserVisible(True)
        self._dock.contents.use_imagery(layer.id())

    def open_processing(self, layer: QgsMapLayer) -> None:
        """Show the processing that `layer` came from."""
        from ..layers.results.layers import PROCESSING, SERVER

        self._dock.setUserVisible(True)
        processing, server = layer.customProperty(PROCESSING), layer.customProperty(SERVER)
        self._dock.contents.open_processing(str(processing or ""), str(server or ""))

    def sum_up(self, layer: QgsMapLayer) -> None:
        """Open the summary of the result that `layer` is of: no login and no network is needed."""
        self._dock.summaries.open_of(layer, self._add_result)

    def _add_result(self, processing_id: str, server: str) -> None:
        self._dock.setUserVisible(True)
        self._dock.contents.open_processing(processing_id, server, sum_up=True)
