"""Mapflow Dock: find buildings, roads and forest in imagery with Mapflow, from a dock beside the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional, Union

if TYPE_CHECKING:
    from qgis.gui import QgisInterface

    from .algorithms.registration import Algorithms
    from .plugin import MapflowDockPlugin


def classFactory(  # noqa: N802 - the name QGIS calls
    iface: Optional[QgisInterface],
) -> Union[MapflowDockPlugin, Algorithms]:
    """Build the plugin; QGIS calls this once when the plugin is loaded. Without a window, it is its algorithms."""
    if iface is None:
        from .algorithms.registration import Algorithms

        return Algorithms()
    from .plugin import MapflowDockPlugin

    return MapflowDockPlugin(iface)
