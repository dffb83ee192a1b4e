"""Imagery as tile layers: a provider's preview, and the imagery a processing has read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from qgis.core import QgsRasterLayer

from ..api.translation import tr
from .tile_login import layer_uri, may_have_login, tile_address

if TYPE_CHECKING:
    from ..api.account import Provider
    from ..api.processings import Processing

DEEPEST_ZOOM = 22
_TILED = "wms"  # what QGIS calls the provider that reads tiles, too


def provider_preview_layer(provider: Provider, zoom: int, server: str, authcfg: str) -> QgsRasterLayer:
    """Return the provider's imagery as a layer, its tiles no deeper than `zoom` and the provider's own limit.

    The login goes along only to the API's own domain. A layer that is not valid means that there is no preview.
    """
    deepest = min(zoom, provider.preview_max_zoom or DEEPEST_ZOOM)
    title = tr("{provider} (preview)").format(provider=provider.title or provider.name)
    layer = _layer(provider.preview_url, title, server, authcfg, (0, max(0, deepest)))
    return layer if layer is not None else QgsRasterLayer("", title, _TILED)


def result_raster_layer(processing: Processing, server: str, authcfg: str) -> Optional[QgsRasterLayer]:
    """Return the imagery a processing has read; None where the service offers none, or the login is missing."""
    if processing.raster is None:
        return None
    title = tr("{name} (imagery)").format(name=processing.name)
    address = tile_address(processing.raster.tile_url, server)
    if address and not authcfg and may_have_login(address, server):
        return None
    return _layer(address, title, server, authcfg, (0, DEEPEST_ZOOM))


def _layer(
    template: str, title: str, server: str, authcfg: str, zooms: tuple[int, int]
) -> Optional[QgsRasterLayer]:
    address = tile_address(template, server)
    if not address:
        return None
    login = authcfg if may_have_login(address, server) else ""
    layer = QgsRasterLayer(layer_uri(address, login, zooms), title, _TILED)
    return layer if layer.isValid() else None
