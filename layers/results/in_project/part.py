"""The result of one part of a processing's area in a QGIS project: found again, put in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from qgis.core import QgsVectorLayer

from ....text.translation import translate
from ..layers import (
    UPDATED,
    describe_layer,
    is_on_disk,
    layer_title,
    layers_of,
    open_result_layer,
    style_result_layer,
    updated_stamp,
)
from .groups import ensured_group
from .result import ResultInProject, ResultLayers

if TYPE_CHECKING:
    from qgis.core import QgsProject

    from ....api.processings import Processing
    from ...tables import Table

PART_ROLE = "part"
PART = "mapflow_dock/part_id"


class PartInProject:
    """What `project` holds of one part. A project belongs to the main thread, and so does this."""

    def __init__(
        self, project: QgsProject, processing: Processing, server: str, part_id: str, number: int
    ) -> None:
        self._project = project
        self._processing = processing
        self._server = server
        self._part_id = part_id
        self._number = number
        self._result = ResultInProject(project, processing, server)

    def current(self) -> Optional[ResultLayers]:
        """Show the layers of this very result; None where the project has none, or their file is gone."""
        layers = self._layers()
        stamp = updated_stamp(self._processing)
        is_current = all(layer.customProperty(UPDATED) == stamp and is_on_disk(layer) for layer in layers)
        if not layers or not stamp or not is_current:
            return None
        self._result.show(layers)
        return self._result.outcome(layers, sum(max(0, int(layer.featureCount())) for layer in layers))

    def take(self, tables: list[Table], remarks: tuple[str, ...] = ()) -> Optional[ResultLayers]:
        """Put new tables on the map in place of the former layers; None where QGIS cannot open one."""
        fresh = [
            (table, open_result_layer(table, self._title(table, tables), is_kept=False)) for table in tables
        ]
        if not all(layer.isValid() for _table, layer in fresh):
            return None
        former = [layer.id() for layer in self._layers() if not layer.isEditable()]
        for table, layer in fresh:
            style_result_layer(layer, table, self._processing)
            describe_layer(layer, self._processing, self._server, PART_ROLE)
            layer.setCustomProperty(PART, self._part_id)
            self._project.addMapLayer(layer, False)
            group = ensured_group(self._project, self._processing, self._server)
            group.addLayer(layer).setItemVisibilityCheckedParentRecursive(True)
        self._project.removeMapLayers(former)
        layers = [layer for _table, layer in fresh]
        return self._result.outcome(layers, sum(table.count for table in tables), remarks)

    def _layers(self) -> list[QgsVectorLayer]:
        found = layers_of(self._project, self._processing.id, self._server, PART_ROLE)
        return [
            layer
            for layer in found
            if isinstance(layer, QgsVectorLayer) and layer.customProperty(PART) == self._part_id
        ]

    def _title(self, table: Table, tables: list[Table]) -> str:
        return translate("InProject", "{layer} (part {number})").format(
            layer=layer_title(table, self._processing, tables), number=self._number
        )
