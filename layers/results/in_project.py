"""One result in a QGIS project: its group in the layer tree, its tiles, its layers; found again, put in, taken out."""

from __future__ import annotations

from dataclasses import dataclass
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

from ..areas.measure import wgs84
from ..mapflow_group import remove_if_empty, say_again_whether_open, show_in_tree
from .layers import (
    RESULT_ROLE,
    TILES_ROLE,
    UPDATED,
    apply_own_style,
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

if TYPE_CHECKING:
    from qgis.core import QgsCoordinateReferenceSystem, QgsMapLayer, QgsProject

    from ...api.processings import Processing
    from ..tables import Table


@dataclass(frozen=True)
class ResultLayers:
    """What a delivered result became. `path` is None and `layers` empty where nothing was found.

    `remarks` are sentences on objects that are not on the map.
    """

    layers: tuple[QgsVectorLayer, ...]
    group: Optional[QgsLayerTreeGroup]
    path: Optional[Path]
    feature_count: int
    extent: QgsReferencedRectangle
    remarks: tuple[str, ...] = ()


class ResultInProject:
    """What `project` holds of a processing's result. A project belongs to the main thread, and so does this."""

    def __init__(self, project: QgsProject, processing: Processing, server: str) -> None:
        self._project = project
        self._processing = processing
        self._server = server
        self._style_faults: list[str] = []

    @property
    def has_tiles(self) -> bool:
        """Whether its tiles are there."""
        return bool(self._layers(TILES_ROLE))

    def add_tiles(self, layer: QgsMapLayer) -> bool:
        """Put its tiles into the group; False where the project does not take them."""
        describe_layer(layer, self._processing, self._server, TILES_ROLE)
        self._take_note(apply_own_style(layer, self._processing))
        return self._add(layer)

    def remove_tiles(self) -> None:
        """Take its tiles out."""
        self._project.removeMapLayers([layer.id() for layer in self._layers(TILES_ROLE)])

    def remove_empty_group(self) -> None:
        """Take its group out where nothing is in it."""
        group = self._group()
        if group is not None and not group.children():
            group.parent().removeChildNode(group)  # type: ignore[attr-defined]  # a group's parent is one
            remove_if_empty(self._project)

    def current_layers(self) -> list[QgsVectorLayer]:
        """Return the layers of this very result, where the project has them and their file is there."""
        layers = self._result_layers()
        stamp = updated_stamp(self._processing)
        is_current = bool(stamp) and all(
            layer.customProperty(UPDATED) == stamp and is_on_disk(layer) for layer in layers
        )
        return layers if is_current else []

    def show(self, layers: list[QgsVectorLayer]) -> None:
        """Let layers that are there be seen."""
        for layer in layers:
            layer.triggerRepaint()
            show_in_tree(self._project, layer)

    def replace_former(self, tables: list[Table]) -> list[QgsVectorLayer]:
        """Put new tables on the map, in the layers of the former result where there are such.

        Where QGIS cannot open a table, its invalid layer is returned alone.
        """
        former = [layer for layer in self._result_layers() if not layer.isEditable()]
        layers = []
        for table in tables:
            fresh = open_result_layer(table, layer_title(table, self._processing, tables))
            if not fresh.isValid():
                return [fresh]
            same = next((old for old in former if takes_place_of(fresh, table, old)), None)
            if same is None:
                self._take_note(style_result_layer(fresh, table, self._processing))
                describe_layer(fresh, self._processing, self._server, RESULT_ROLE)
                self._add(fresh)
                layers.append(fresh)
            else:
                former.remove(same)
                same.setDataSource(layer_source(table), same.name(), "ogr", False)
                describe_layer(same, self._processing, self._server, RESULT_ROLE)
                layers.append(same)
        self._project.removeMapLayers([layer.id() for layer in former])
        return layers

    def outcome(
        self, layers: list[QgsVectorLayer], count: int, remarks: tuple[str, ...] = ()
    ) -> ResultLayers:
        """Return what the result became: `layers` of `count` objects in all."""
        path = Path(layers[0].source().split("|", 1)[0]) if layers else None
        told = (*remarks, *self._style_faults)
        return ResultLayers(tuple(layers), self._group(), path, count, self._extent(layers), told)

    def _take_note(self, fault: str) -> None:
        if fault and fault not in self._style_faults:
            self._style_faults.append(fault)

    def _layers(self, role: str) -> list[QgsMapLayer]:
        return layers_of(self._project, self._processing.id, self._server, role)

    def _result_layers(self) -> list[QgsVectorLayer]:
        return [layer for layer in self._layers(RESULT_ROLE) if isinstance(layer, QgsVectorLayer)]

    def _group(self) -> Optional[QgsLayerTreeGroup]:
        return group_of(self._project, self._processing.id, self._server)

    def _add(self, layer: QgsMapLayer) -> bool:
        if self._project.addMapLayer(layer, False) is None:
            return False
        group = ensured_group(self._project, self._processing, self._server)
        group.addLayer(layer).setItemVisibilityCheckedParentRecursive(True)
        say_again_whether_open(group)
        return True

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
        to_crs = QgsCoordinateTransform(layer.crs(), crs, self._project)
        if not to_crs.isValid():  # it would let the numbers through as they are
            return None
        try:
            return to_crs.transformBoundingBox(layer.extent())
        except QgsCsException:
            return None
