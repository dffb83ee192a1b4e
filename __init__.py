"""Mapflow Dock: find buildings, roads and forest in imagery with Mapflow, from a dock beside the map."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qgis.gui import QgisInterface

    from .plugin import MapflowDockPlugin


def classFactory(iface: QgisInterface) -> MapflowDockPlugin:  # noqa: N802 - the name QGIS calls
    """Build the plugin; QGIS calls this once when the plugin is loaded."""
    from .plugin import MapflowDockPlugin

    return MapflowDockPlugin(iface)
