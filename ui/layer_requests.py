"""What the layer panel's menu asks of the dock: a request shows the dock with a page, or the window that answers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import Qgis, QgsProject

from ..text.translation import translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.core import QgsMapLayer

    from .dock import MapflowDock
    from .files_for_tiles import FilesForTiles
    from .processings.results.of_layers import ResultLayerWork
    from .widgets.notice import Notice


class LayerRequests:
    """Passes layers on to the pages of `dock`, and to the windows that need no page."""

    def __init__(self, dock: MapflowDock) -> None:
        self._dock = dock
        self._files: Optional[FilesForTiles] = None

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
        self._dock.setUserVisible(True)
        self._dock.contents.open_processing(*_origin_of(layer))

    def refresh(self, layer: QgsMapLayer) -> None:
        """Bring the newest result to the layers of the processing that `layer` came from."""
        self._ask(
            layer,
            lambda work, processing_id: work.refresh(processing_id),
            translate("Ui", "Sign in to ask for a newer result. The layer stays as it is until then."),
        )

    def swap(self, layer: QgsMapLayer) -> None:
        """Put the file of a result where its tiles are, or its tiles where its file is."""
        from ..layers.summary.source import is_of_tiles

        if is_of_tiles(layer):
            self.files.swap(layer, partial(self._download_for, layer.id()))
        elif _is_edited(layer):
            self._show_notice(_edits_first(layer))
        else:
            self._ask(
                layer,
                lambda work, processing_id: work.to_tiles(processing_id),
                translate("Ui", "Sign in to see the tiles of this result. The file stays until then."),
            )

    def add_imagery(self, layer: QgsMapLayer) -> None:
        """Put the imagery below a result that it was found in."""
        self._add_raster(layer, "SOURCE")

    def add_raster(self, layer: QgsMapLayer) -> None:
        """Put the raster that came of a processing below its result."""
        self._add_raster(layer, "RESULT")

    def sum_up(self, layer: QgsMapLayer) -> None:
        """Open the summary of the result that `layer` is of: no login and no network is needed."""
        self._dock.summaries.open_of(layer, self._add_result)

    def _add_result(self, processing_id: str, server: str) -> None:
        self._dock.setUserVisible(True)
        self._dock.contents.open_processing(processing_id, server, sum_up=True)

    @property
    def files(self) -> FilesForTiles:
        """What looks for files on this computer; made when it is first needed."""
        from .files_for_tiles import FilesForTiles

        if self._files is None:
            self._files = FilesForTiles(self._dock)
            self._files.notice.connect(self._show_notice)
        return self._files

    def close(self) -> None:
        """Look for no file any more."""
        if self._files is not None:
            self._files.close()

    def _add_raster(self, layer: QgsMapLayer, kind: str) -> None:
        from ..layers.results.in_project.rasters import RasterKind

        self._ask(
            layer,
            lambda work, processing_id: work.add_raster(processing_id, RasterKind[kind]),
            translate("Ui", "Sign in to see this imagery: it comes from Mapflow."),
        )

    def _download_for(self, layer_id: str) -> None:
        """The file is not on this computer."""
        layer = QgsProject.instance().mapLayer(layer_id)
        if layer is not None:
            self._ask(
                layer,
                lambda work, processing_id: work.to_file(processing_id),
                translate(
                    "Ui",
                    "The file of this result is not on this computer. Sign in to download it. The tiles stay until "
                    "then.",
                ),
            )

    def _ask(self, layer: QgsMapLayer, act: Callable[[ResultLayerWork, str], None], sentence: str) -> None:
        """Let the page of processings do something for a layer, once somebody is signed in where it came from."""
        contents = self._dock.contents
        processing_id, server = _origin_of(layer)

        def run() -> None:
            act(contents.signed_in_page.processings.results.of_layers, processing_id)

        self._dock.setUserVisible(True)
        other = translate("Ui", "This layer came from another server, {server}. Sign in there first.")
        contents.after_sign_in.ask(server, run, sentence, other)

    def _show_notice(self, notice: Notice) -> None:
        self._dock.setUserVisible(True)
        self._dock.contents.show_notice(notice)


def _origin_of(layer: QgsMapLayer) -> tuple[str, str]:
    """The id of the processing of a layer, and its server."""
    from ..layers.results.layers import PROCESSING, SERVER

    return str(layer.customProperty(PROCESSING) or ""), str(layer.customProperty(SERVER) or "")


def _is_edited(layer: QgsMapLayer) -> bool:
    from ..layers.summary.source import layers_of_result

    layers = layers_of_result(QgsProject.instance(), *_origin_of(layer))
    return any(each.isEditable() for each in layers)


def _edits_first(layer: QgsMapLayer) -> Notice:
    from ..jobs.results.tiles import edits_first
    from .widgets.notice import Notice

    return Notice(edits_first(layer.name()), Qgis.MessageLevel.Warning)
