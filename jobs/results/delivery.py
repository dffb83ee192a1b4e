"""One result on its way to the map: its tiles at once, its downloaded and styled layers when they are ready."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsLayerTreeGroup,
    QgsProject,
    QgsRectangle,
    QgsReferencedRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ...layers.areas.measure import wgs84
from ...layers.results.conversion import Conversion
from ...layers.results.files import safe_stem
from ...layers.results.formats import GEOPACKAGE
from ...layers.results.layers import (
    RESULT_ROLE,
    TILES_ROLE,
    UPDATED,
    describe_layer,
    ensured_group,
    group_of,
    is_on_disk,
    layer_source,
    layer_title,
    layers_of,
    open_result_layer,
    style_result_layer,
    takes_place_of,
    updated_stamp,
)
from ...layers.styles.kinds import kind_of
from ...layers.tables import Table
from ...layers.tiles.vector import TileMatrix, read_tilejson, result_tiles_layer
from ...text.translation import translate
from .download import Destination, ResultDownload

if TYPE_CHECKING:
    from ...api.http.client import Client
    from ...api.http.errors import ApiError
    from ...api.http.reply import ApiReply
    from ...api.processings import Processing

TILEJSON_WAIT_MS = 2000  # then the tiles are shown without knowing their zooms and bounds


@dataclass(frozen=True)
class ResultLayers:
    """What a delivered result became. `path` is None and `layers` empty where nothing was found."""

    layers: tuple[QgsVectorLayer, ...]
    group: Optional[QgsLayerTreeGroup]
    path: Optional[Path]
    feature_count: int
    extent: QgsReferencedRectangle


class ResultDelivery(QObject):
    """Brings one result into one project; ends with `completed` or `failed`, or silently after `cancel`.

    A result already there is refreshed: as it is where the service has no newer one, else with the new file's data.
    A file is never overwritten, since it may have been edited: a newer result goes to a file of its own.
    """

    tiles_added = pyqtSignal(object)  # QgsVectorTileLayer
    progressed = pyqtSignal(float, str)  # 0..1, what it is doing
    completed = pyqtSignal(object)  # ResultLayers
    failed = pyqtSignal(str, str)  # sentence, detail

    # keeps each alive until it ends, whatever its caller does
    _running: ClassVar[set[ResultDelivery]] = set()

    def __init__(
        self, client: Client, processing: Processing, authcfg: str, folder: Path, project: QgsProject
    ) -> None:
        super().__init__()
        self._client = client
        self._processing = processing
        self._authcfg = authcfg
        self._project = project
        self._server = client.server
        self._tiles_id = ""
        self._reply: Optional[ApiReply] = None
        stem = safe_stem(processing.name, processing.id)
        table_name = kind_of(processing.model_name).value
        destination = Destination(folder, stem, table_name, GEOPACKAGE, overwrite=False)
        self._download = ResultDownload(client, processing, destination)
        self._download.progressed.connect(self.progressed)
        self._download.converted.connect(self._on_converted)
        self._download.failed.connect(self._on_failed)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self._stop_waiting_for_tilejson)

    def start(self) -> None:
        """Begin; the outcome is told by signal, never before this returns."""
        self._running.add(self)
        self._project.cleared.connect(self._on_project_cleared)
        if self._current_layers():
            QTimer.singleShot(0, self._complete_with_current)
            return
        self._ask_for_tiles()
        self._download.start()

    def cancel(self) -> None:
        """Stop and take back what was begun: tiles, group, files; no signal follows."""
        if self._end():
            self._download.cancel()
            self._remove_tiles()
            self._remove_empty_group()

    def _end(self) -> bool:
        """Stop everything but the download; False where that has happened before."""
        if self not in self._running:
            return False
        self._running.discard(self)
        self._patience.stop()
        self._project.cleared.disconnect(self._on_project_cleared)
        reply, self._reply = self._reply, None
        if reply is not None:
            reply.abort()
        return True

    # Tiles

    def _ask_for_tiles(self) -> None:
        """Show the tiles as soon as their TileJSON is read, which says how deep they go and where they are."""
        vector = self._processing.vector
        if vector is None or layers_of(self._project, self._processing.id, self._server, TILES_ROLE):
            return
        if not vector.tilejson_url:
            QTimer.singleShot(0, self._stop_waiting_for_tilejson)
            return
        self._reply = self._client.get(vector.tilejson_url, read_tilejson)
        self._reply.succeeded.connect(self._add_tiles)
        self._reply.failed.connect(self._on_no_tilejson)
        self._patience.start(TILEJSON_WAIT_MS)

    def _on_no_tilejson(self, _error: ApiError) -> None:
        self._add_tiles(TileMatrix())

    def _stop_waiting_for_tilejson(self) -> None:
        reply, self._reply = self._reply, None
        if reply is not None:
            reply.abort()
        self._add_tiles(TileMatrix())

    def _add_tiles(self, matrix: object) -> None:
        self._reply = None
        self._patience.stop()
        if self not in self._running or self._tiles_id:
            return
        known = matrix if isinstance(matrix, TileMatrix) else TileMatrix()
        layer = result_tiles_layer(self._processing, self._server, self._authcfg, known)
        if layer is None:
            return
        describe_layer(layer, self._processing, self._server, TILES_ROLE)
        if self._project.addMapLayer(layer, False) is None:
            return
        ensured_group(self._project, self._processing, self._server).addLayer(layer)
        self._tiles_id = layer.id()
        self.tiles_added.emit(layer)

    def _remove_tiles(self) -> None:
        if self._tiles_id:
            self._project.removeMapLayer(self._tiles_id)
            self._tiles_id = ""

    def _remove_empty_group(self) -> None:
        group = group_of(self._project, self._processing.id, self._server)
        if group is not None and not group.children():
            group.parent().removeChildNode(group)  # type: ignore[attr-defined]  # a group's parent is one

    # The downloaded result

    def _current_layers(self) -> list[QgsVectorLayer]:
        """Return the layers of this very result, where the project has them and their file is there."""
        layers = [
            layer
            for layer in layers_of(self._project, self._processing.id, self._server, RESULT_ROLE)
            if isinstance(layer, QgsVectorLayer)
        ]
        stamp = updated_stamp(self._processing)
        is_current = bool(stamp) and all(
            layer.customProperty(UPDATED) == stamp and is_on_disk(layer) for layer in layers
        )
        return layers if is_current else []

    def _complete_with_current(self) -> None:
        layers = self._current_layers()
        if not layers or not self._end():
            return
        for layer in layers:
            layer.triggerRepaint()
            node = self._project.layerTreeRoot().findLayer(layer.id())
            if node is not None:
                node.setItemVisibilityCheckedParentRecursive(True)
        self._complete(layers, sum(max(0, int(layer.featureCount())) for layer in layers))

    def _on_converted(self, conversion: Conversion) -> None:
        if not self._end():
            return
        if conversion.count == 0:
            for table in conversion.tables:
                table.path.unlink(missing_ok=True)
            self._replace_former([])
            self._complete([], 0)
            return
        tables = [table for table in conversion.tables if table.count]
        layers = self._replace_former(tables)
        if not all(layer.isValid() for layer in layers):
            self._remove_empty_group()
            detail = "\n".join(str(table.path) for table in tables)
            self.failed.emit(
                translate("Results", "QGIS could not open the file the result was written to."), detail
            )
            return
        self._complete(layers, conversion.count)

    def _replace_former(self, tables: list[Table]) -> list[QgsVectorLayer]:
        """Put the new tables on the map, in the layers of the former result where there are such."""
        former = [
            layer
            for layer in layers_of(self._project, self._processing.id, self._server, RESULT_ROLE)
            if isinstance(layer, QgsVectorLayer) and not layer.isEditable()
        ]
        layers = []
        for table in tables:
            title = layer_title(table, self._processing, tables)
            fresh = open_result_layer(table, title)
            if not fresh.isValid():
                return [fresh]
            same = next((old for old in former if takes_place_of(fresh, table, old)), None)
            if same is None:
                style_result_layer(fresh, table, self._processing)
                describe_layer(fresh, self._processing, self._server, RESULT_ROLE)
                if self._project.addMapLayer(fresh, False) is not None:
                    ensured_group(self._project, self._processing, self._server).addLayer(fresh)
                layers.append(fresh)
            else:
                former.remove(same)
                same.setDataSource(layer_source(table), same.name(), "ogr", False)
                describe_layer(same, self._processing, self._server, RESULT_ROLE)
                layers.append(same)
        self._project.removeMapLayers([layer.id() for layer in former])
        return layers

    def _complete(self, layers: list[QgsVectorLayer], count: int) -> None:
        for tiles in layers_of(self._project, self._processing.id, self._server, TILES_ROLE):
            self._project.removeMapLayer(tiles.id())
        self._remove_empty_group()
        group = group_of(self._project, self._processing.id, self._server)
        path = Path(layers[0].source().split("|", 1)[0]) if layers else None
        self.progressed.emit(1.0, translate("Results", "Ready"))
        self.completed.emit(ResultLayers(tuple(layers), group, path, count, self._extent(layers)))

    def _extent(self, layers: list[QgsVectorLayer]) -> QgsReferencedRectangle:
        crs = layers[0].crs() if layers else wgs84()
        extent = QgsRectangle()
        extent.setMinimal()
        for layer in layers:
            box = self._box(layer, crs)
            if box is not None:
                extent.combineExtentWith(box)
        return QgsReferencedRectangle(extent if not extent.isNull() and layers else QgsRectangle(), crs)

    def _box(self, layer: QgsVectorLayer, crs: QgsCoordinateReferenceSystem) -> Optional[QgsRectangle]:
        transform = QgsCoordinateTransform(layer.crs(), crs, self._project)
        if not transform.isValid():  # it would let the numbers through as they are
            return None
        try:
            return transform.transformBoundingBox(layer.extent())
        except QgsCsException:
            return None

    # Failure

    def _on_failed(self, sentence: str, detail: str) -> None:
        """Tell; the tiles stay, for they do show the result."""
        if self._end():
            self._remove_empty_group()
            self.failed.emit(sentence, detail)

    def _on_project_cleared(self) -> None:
        self._tiles_id = ""
        if self._end():
            self._download.cancel()
            self.failed.emit(
                translate("Results", "The project was closed before the result had arrived."), ""
            )


def deliver_result(
    client: Client, processing: Processing, authcfg: str, folder: Path, project: QgsProject
) -> ResultDelivery:
    """Return what brings the result of `processing` into `project`, its file into `folder`; call its `start`.

    `authcfg` is the id of the stored login tile layers may name, "" where there is none.
    """
    return ResultDelivery(client, processing, authcfg, folder, project)
