"""One result in a QGIS project: its group in the layer tree, its tiles, its layers; found again, put in, taken out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.core import (
    QgsCoordinateTransform,
    QgsCsException,
    QgsLayerTreeGroup,
    QgsRectangle,
    QgsReferencedRectangle,
    QgsVectorLayer,
)

from ...areas.measure import wgs84
from ...mapflow_group import insert_above_rasters, remove_if_empty, show_in_tree
from ...origin.metadata import RESULT_ROLE, TILES_ROLE
from ..layers import (
    DOWNLOADED,
    UPDATED,
    apply_own_style,
    describe_layer,
    file_of,
    is_on_disk,
    layer_source,
    layer_title,
    layers_of,
    open_result_layer,
    style_result_layer,
    takes_place_of,
    tell_offers,
    updated_stamp,
)
from .groups import ensured_group, group_of, remove_if_left_empty
from .swapping import note_as_made, take_place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.core import QgsCoordinateReferenceSystem, QgsMapLayer, QgsProject

    from ....api.processings import Processing
    from ...tables import Table


@dataclass(frozen=True)
class ResultLayers:
    """What a delivered result became. `path` is None and `layers` empty where nothing was found.

    `remarks` are sentences on objects that are not on the map. `downloaded` says when the file was, where it was there
    before; `is_outdated` that the service has a newer result, which could not be had. `former` is the file that its
    layers showed before; it is still there.
    """

    layers: tuple[QgsVectorLayer, ...]
    group: Optional[QgsLayerTreeGroup]
    path: Optional[Path]
    feature_count: int
    extent: QgsReferencedRectangle
    remarks: tuple[str, ...] = ()
    downloaded: Optional[datetime] = None
    is_outdated: bool = False
    former: Optional[Path] = None


class ResultInProject:
    """What `project` holds of a processing's result. A project belongs to the main thread, and so does this."""

    def __init__(
        self, project: QgsProject, processing: Processing, server: str, project_name: str = ""
    ) -> None:
        self._project = project
        self._project_name = project_name
        self._processing = processing
        self._server = server
        self._style_faults: dict[str, None] = {}  # each once, in the order they came

    @property
    def tiles(self) -> list[QgsMapLayer]:
        """Return the layers of its tiles; none where there is none."""
        return self._layers(TILES_ROLE)

    def add_tiles(self, layer: QgsMapLayer) -> bool:
        """Put its tiles into the group; False where the project does not take them."""
        describe_layer(layer, self._processing, self._server, TILES_ROLE)
        self._style_faults[apply_own_style(layer, self._processing)] = None
        note_as_made(layer)
        return self._add(layer)

    def put_tiles(self, layer: QgsMapLayer) -> bool:
        """Put its tiles where the layers of its file are, and take these out; without such, into the group."""
        describe_layer(layer, self._processing, self._server, TILES_ROLE)
        self._style_faults[apply_own_style(layer, self._processing)] = None
        files = self._result_layers()
        return (bool(files) and take_place(self._project, files, [layer])) or self.add_tiles(layer)

    def renew_tiles(self) -> None:
        """Let its tiles be drawn again, and be described as the service does by now."""
        for layer in self._layers(TILES_ROLE):
            describe_layer(layer, self._processing, self._server, TILES_ROLE)
            layer.reload()
            layer.triggerRepaint()

    def show_tiles(self) -> QgsMapLayer:
        """Let its tiles be seen, which are there."""
        layers = self._layers(TILES_ROLE)
        self.show(layers)
        return layers[0]

    def remove_tiles(self) -> None:
        """Take its tiles out."""
        self._project.removeMapLayers([layer.id() for layer in self._layers(TILES_ROLE)])

    def remove_empty_group(self) -> None:
        """Take its group out where nothing is in it."""
        group = self._group()
        if group is not None and not group.children():
            remove_if_left_empty(group)
            remove_if_empty(self._project)

    @property
    def has_edits(self) -> bool:
        """Whether one of its layers is being edited."""
        return any(layer.isEditable() for layer in self._result_layers())

    def current_layers(self) -> list[QgsVectorLayer]:
        """Return the layers of this very result, where the project has them and their file is there."""
        stamp = updated_stamp(self._processing)
        layers = self.readable_layers()
        is_current = bool(stamp) and all(layer.customProperty(UPDATED) == stamp for layer in layers)
        return layers if is_current else []

    @property
    def shown_file(self) -> Optional[Path]:
        """Return the file that its layers show; None where they show none that is there."""
        layers = self.readable_layers()
        return file_of(layers[0]) if layers else None

    def readable_layers(self) -> list[QgsVectorLayer]:
        """Return the layers of its result, be it a former one, where all their files are there."""
        layers = self._result_layers()
        return layers if all(is_on_disk(layer) for layer in layers) else []

    def show(self, layers: Sequence[QgsMapLayer]) -> None:
        """Let layers that are there be seen, and offer in their menu what the service has by now."""
        for layer in layers:
            tell_offers(layer, self._processing)
            layer.triggerRepaint()
            show_in_tree(self._project, layer)

    def replace_former(
        self, tables: Sequence[Table], downloaded: Optional[datetime], is_kept: bool = False
    ) -> list[QgsVectorLayer]:
        """Put tables on the map, in the layers of the former result where there are such, or else of its tiles.

        Those of a file that `is_kept` look as the file says, which the user may have changed. Where QGIS cannot open a
        table, its invalid layer is returned alone.
        """
        former = [layer for layer in self._result_layers() if not layer.isEditable()]
        opened = [
            open_result_layer(table, layer_title(table, self._processing, tables), is_kept)
            for table in tables
        ]
        broken = [layer for layer in opened if not layer.isValid()]
        if broken:
            return broken[:1]
        layers, fresh = [], []
        for table, layer in zip(tables, opened):
            same = next((old for old in former if takes_place_of(layer, table, old)), None)
            if same is None:
                self._style_faults[style_result_layer(layer, table, self._processing, is_kept)] = None
                fresh.append(layer)
            else:
                former.remove(same)
                same.setDataSource(layer_source(table), same.name(), "ogr", False)
            layers.append(layer if same is None else same)
        for layer in layers:
            describe_layer(layer, self._processing, self._server, RESULT_ROLE)
            layer.setCustomProperty(DOWNLOADED, downloaded.isoformat() if downloaded else "")
        self._place(fresh)
        self._project.removeMapLayers([layer.id() for layer in former])
        return layers

    def outcome(
        self, layers: list[QgsVectorLayer], count: int, remarks: tuple[str, ...] = ()
    ) -> ResultLayers:
        """Return what the result became: `layers` of `count` objects in all."""
        path = file_of(layers[0]) if layers else None
        told = (*remarks, *filter(None, self._style_faults))
        return ResultLayers(tuple(layers), self._group(), path, count, _extent(layers, self._project), told)

    def _place(self, fresh: Sequence[QgsVectorLayer]) -> None:
        """Put new layers where the tiles are, and where there are none, into the group."""
        tiles = self._layers(TILES_ROLE)
        if tiles and take_place(self._project, tiles, fresh):
            return
        for layer in fresh:
            note_as_made(layer)
            self._add(layer)

    def _layers(self, role: str) -> list[QgsMapLayer]:
        return layers_of(self._project, self._processing.id, self._server, role)

    def _result_layers(self) -> list[QgsVectorLayer]:
        return [layer for layer in self._layers(RESULT_ROLE) if isinstance(layer, QgsVectorLayer)]

    def _group(self) -> Optional[QgsLayerTreeGroup]:
        return group_of(self._project, self._processing.id, self._server)

    def _add(self, layer: QgsMapLayer) -> bool:
        group = ensured_group(self._project, self._processing, self._server, self._project_name)
        return insert_above_rasters(self._project, layer, group)


def _extent(layers: list[QgsVectorLayer], project: QgsProject) -> QgsReferencedRectangle:
    crs = layers[0].crs() if layers else wgs84()
    extent = QgsRectangle()
    extent.setMinimal()
    for layer in layers:
        box = _box(layer, crs, project)
        if box is not None:
            extent.combineExtentWith(box)
    return QgsReferencedRectangle(extent if not extent.isNull() and layers else QgsRectangle(), crs)


def _box(
    layer: QgsVectorLayer, crs: QgsCoordinateReferenceSystem, project: QgsProject
) -> Optional[QgsRectangle]:
    to_crs = QgsCoordinateTransform(layer.crs(), crs, project)
    if not to_crs.isValid():  # it would let the numbers through as they are
        return None
    try:
        return to_crs.transformBoundingBox(layer.extent())
    except QgsCsException:
        return None
