"""Shows a provider's imagery on the map before it is paid for."""

from __future__ import annotations

from typing import Optional

from qgis.core import Qgis, QgsLayerTreeLayer, QgsLayerTreeNode, QgsProject, QgsRasterLayer

from ...api.account import Provider
from ...api.http.home import may_have_login
from ...layers.tiles.address import tile_address
from ...layers.tiles.provider import provider_preview_layer
from ...text.server_text import bounded
from ...text.translation import translate
from ..widgets.notice import Notice

_PREVIEW_OF = "mapflow_dock/preview_of"  # on a preview's layer: the provider's name
_DEFAULT_ZOOM = 18  # where neither the form nor the provider names one


def add_preview(provider: Provider, zoom: Optional[int], server: str, authcfg: str) -> Optional[Notice]:
    """Add the provider's tiles to the project, below its other layers, or show them again when they are there already.

    Returns what to tell the user, if anything.
    """
    address = tile_address(provider.preview_url, server)
    if address and not authcfg and may_have_login(address, server):
        sentence = translate(
            "Run",
            "The imagery of {provider} needs your login, which QGIS sends along only when it is stored. Sign in again "
            "with “Remember” ticked.",
        )
        return Notice(sentence.format(provider=bounded(provider.title, 60)), Qgis.MessageLevel.Warning)
    level = zoom if zoom is not None else provider.preview_max_zoom or _DEFAULT_ZOOM
    layer = provider_preview_layer(provider, level, server, authcfg)
    if not layer.isValid():
        sentence = translate("Run", "The imagery of {provider} cannot be shown on the map.")
        return Notice(sentence.format(provider=bounded(provider.title, 60)), Qgis.MessageLevel.Warning)
    _put_on_map(layer, provider.name)
    return None


def _put_on_map(layer: QgsRasterLayer, provider_name: str) -> None:
    """Insert `layer` below the other layers and above earlier previews, in place of one of the same provider."""
    project = QgsProject.instance()
    root = project.layerTreeRoot()
    for present in list(project.mapLayers().values()):
        if present.customProperty(_PREVIEW_OF) != provider_name:
            continue
        node = root.findLayer(present)
        if present.source() == layer.source() and node is not None:
            node.setItemVisibilityCheckedParentRecursive(True)
            return
        project.removeMapLayer(present)
    layer.setCustomProperty(_PREVIEW_OF, provider_name)
    if project.addMapLayer(layer, False) is not None:
        nodes = root.children()
        previews = (row for row, node in enumerate(nodes) if _is_preview(node))
        root.insertLayer(next(previews, len(nodes)), layer)


def _is_preview(node: QgsLayerTreeNode) -> bool:
    layer = node.layer() if isinstance(node, QgsLayerTreeLayer) else None
    return layer is not None and bool(layer.customProperty(_PREVIEW_OF))
