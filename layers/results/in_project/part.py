"""The result of one part of a processing's area in a QGIS project: found again, put in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Optional

from qgis.core import QgsVectorLayer

from ...origin.metadata import Part, part_title
from ..layers import (
    DOWNLOADED,
    UPDATED,
    describe_layer,
    downloaded_of,
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
    from collections.abc import Sequence
    from datetime import datetime

    from qgis.core import QgsProject

    from ....api.processings import Processing
    from ...tables import Table

PART_ROLE = "part"
PART = "mapflow_dock/part_id"


class PartInProject:
    """What `project` holds of one part. A project belongs to the main thread, and so does this."""

    def __init__(
        self, project: QgsProject, processing: Processing, server: str, part: Part, project_name: str = ""
    ) -> None:
        self._project = project
        self._project_name = project_name
        self._processing = processing
        self._server = server
        self._part = part
        self._result = ResultInProject(project, processing, server)

    def current(self) -> Optional[ResultLayers]:
        """Show the layers of this very result; None where the project has none, or their file is gone."""
        stamp = updated_stamp(self._processing)
        layers = self._layers()
        if not stamp or any(layer.customProperty(UPDATED) != stamp for layer in layers):
            return None
        return self._shown(layers)

    def readable(self) -> Optional[ResultLayers]:
        """Show the layers of this or a former result; None where the project has none, or their file is gone."""
        return self._shown(self._layers())

    def take(
        self,
        tables: Sequence[Table],
        downloaded: Optional[datetime],
        remarks: tuple[str, ...] = (),
        is_kept: bool = False,
    ) -> Optional[ResultLayers]:
        """Put tables on the map in place of the former layers; None where QGIS cannot open one.

        Those of a file that `is_kept` look as the file says, which the user may have changed.
        """
        fresh = [(table, open_result_layer(table, self._title(table, tables), is_kept)) for table in tables]
        if not all(layer.isValid() for _table, layer in fresh):
            return None
        former = [layer.id() for layer in self._layers() if not layer.isEditable()]
        faults: dict[str, None] = {}  # each once
        for table, layer in fresh:
            faults[style_result_layer(layer, table, self._processing, is_kept)] = None
            describe_layer(layer, self._processing, self._server, PART_ROLE, self._part)
            layer.setCustomProperty(PART, self._part.id)
            layer.setCustomProperty(DOWNLOADED, downloaded.isoformat() if downloaded else "")
            self._project.addMapLayer(layer, False)
            group = ensured_group(self._project, self._processing, self._server, self._project_name)
            group.addLayer(layer).setItemVisibilityCheckedParentRecursive(True)
        self._project.removeMapLayers(former)
        layers = [layer for _table, layer in fresh]
        told = (*remarks, *filter(None, faults))
        return self._result.outcome(layers, sum(table.count for table in tables), told)

    def _shown(self, layers: list[QgsVectorLayer]) -> Optional[ResultLayers]:
        if not layers or not all(is_on_disk(layer) for layer in layers):
            return None
        self._result.show(layers)
        outcome = self._result.outcome(layers, sum(max(0, int(layer.featureCount())) for layer in layers))
        return replace(outcome, downloaded=downloaded_of(layers))

    def _layers(self) -> list[QgsVectorLayer]:
        found = layers_of(self._project, self._processing.id, self._server, PART_ROLE)
        return [
            layer
            for layer in found
            if isinstance(layer, QgsVectorLayer) and layer.customProperty(PART) == self._part.id
        ]

    def _title(self, table: Table, tables: Sequence[Table]) -> str:
        return part_title(layer_title(table, self._processing, tables), self._part.number)
