"""QGIS's own dialog for saving a layer: every vector format it can write, with all of their options."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qgis.core import QgsVectorLayer
    from qgis.gui import QgisInterface


def save_with_qgis(iface: QgisInterface, layer: QgsVectorLayer) -> None:
    """Open the dialog *Save Vector Layer as…* for `layer`, which is in the project; returns when it is closed."""
    iface.setActiveLayer(layer)
    iface.actionLayerSaveAs().trigger()
