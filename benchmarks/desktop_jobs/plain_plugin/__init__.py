"""A plugin that does no more than any plugin with a dock: what a start costs at the least."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qgis.gui import QgisInterface

    from .plugin import PlainPlugin


def classFactory(iface: QgisInterface) -> PlainPlugin:  # noqa: N802 - the name QGIS calls
    """QGIS: build the plugin."""
    from .plugin import PlainPlugin

    return PlainPlugin(iface)
