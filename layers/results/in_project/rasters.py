"""The rasters of a processing in a QGIS project: the imagery it looked at, and what it made of it."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Optional

from ....text.server_text import unmarked
from ....text.translation import translate
from ...mapflow_group import insert_above_rasters, insert_at_bottom, show_in_tree
from ...origin.metadata import LONGEST_TITLE, RASTER_ROLE, SOURCE_ROLE, attribute, attribution
from ..layers import describe_layer, layers_of
from .groups import ensured_group

if TYPE_CHECKING:
    from qgis.core import QgsMapLayer, QgsProject, QgsRasterLayer

    from ....api.processings import Processing, TileSet


class RasterKind(enum.Enum):
    """Which raster; the value is the role of its layer."""

    SOURCE = SOURCE_ROLE
    RESULT = RASTER_ROLE

    def tiles_of(self, processing: Processing) -> Optional[TileSet]:
        """Where its tiles are; None where the service does not say."""
        return processing.raster if self is RasterKind.SOURCE else processing.result_raster

    def title(self, processing: Processing) -> str:
        """What to call its layer: its beginning is seen in a narrow panel, too."""
        text = {
            RasterKind.SOURCE: translate("InProject", "Imagery: {name}"),
            RasterKind.RESULT: translate("InProject", "Raster: {name}"),
        }[self]
        return text.format(name=unmarked(processing.name, LONGEST_TITLE))


def raster_in(
    project: QgsProject, processing: Processing, server: str, kind: RasterKind
) -> Optional[QgsMapLayer]:
    """Return the layer of that raster, where the project has it."""
    return next(iter(layers_of(project, processing.id, server, kind.value)), None)


def show_raster(project: QgsProject, layer: QgsMapLayer) -> None:
    """Let a raster that is there be seen."""
    layer.triggerRepaint()
    show_in_tree(project, layer)


def add_raster(
    project: QgsProject,
    layer: QgsRasterLayer,
    processing: Processing,
    server: str,
    kind: RasterKind,
    told_of_tiles: str = "",
    project_name: str = "",
) -> bool:
    """Put a raster below the result of its processing, the imagery lowest; False where the project refuses it.

    `told_of_tiles` is whom the service wants to be named on a map.
    """
    describe_layer(layer, processing, server, kind.value)
    attribute(layer, attribution(processing, kind.value, told_of_tiles))
    group = ensured_group(project, processing, server, project_name)
    insert = insert_at_bottom if kind is RasterKind.SOURCE else insert_above_rasters
    return insert(project, layer, group)
