"""Where the imagery of a tile layer lies: tiles have no extent of their own, and a project file does not keep one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from qgis.core import QgsRectangle

if TYPE_CHECKING:
    from qgis.core import QgsMapLayer

EXTENT = "mapflow_dock/extent"  # on a layer: west, south, east, north in its CRS


def set_extent(layer: QgsMapLayer, extent: QgsRectangle) -> None:
    """Let `layer` lie within `extent`, in its CRS, also once its project was saved and opened."""
    layer.setExtent(extent)
    edges = (extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum())
    layer.setCustomProperty(EXTENT, " ".join(repr(edge) for edge in edges))


def restore_extent(layer: QgsMapLayer) -> None:
    """Give `layer` the extent that was once set, where it is one of ours that came with a project."""
    words = str(layer.customProperty(EXTENT) or "").split()
    try:
        edges = [float(word) for word in words]
    except ValueError:  # changed by hand
        return
    if len(edges) == 4 and all(math.isfinite(edge) for edge in edges):
        extent = QgsRectangle(*edges)
        if not extent.isEmpty():
            layer.setExtent(extent)
