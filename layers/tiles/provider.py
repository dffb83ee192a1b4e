"""Imagery as tile layers: a provider's preview."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from qgis.core import QgsRasterLayer

from ...api.http.home import may_have_login
from ...text.server_text import unmarked
from ...text.translation import translate
from .address import layer_uri, tile_address
from .extent import set_extent
from .vector import TileMatrix, extent_of

if TYPE_CHECKING:
    from ...api.account import Provider

DEEPEST_ZOOM = 22
PREVIEW_OF = "mapflow_dock/preview_of"  # on a preview's layer: the provider's name
_LONGEST_TITLE = 80
_TILED = "wms"  # what QGIS calls the provider that reads tiles, too


def tilejson_beside(address: str) -> str:
    """Return where a service that describes its tiles does so: beside them. "" where the address leaves that open."""
    before, mark, _after = address.partition("/{z}/")
    return f"{before}/tilejson.json" if mark and "?" not in before else ""


def provider_preview_layer(
    provider: Provider, zoom: int, server: str, authcfg: str, matrix: Optional[TileMatrix] = None
) -> QgsRasterLayer:
    """Return the provider's imagery as a layer, its tiles no deeper than `zoom` and the provider's own limit.

    Its extent is what `matrix` says, else the whole world.

    The login is sent to the API's own domain alone. A layer that is not valid means that there is no preview.
    """
    deepest = min(zoom, provider.preview_max_zoom or DEEPEST_ZOOM)
    name = unmarked(provider.title or provider.name, _LONGEST_TITLE)
    title = translate("Tiles", "{provider} (preview)").format(provider=name)
    address = tile_address(provider.preview_url, server)
    if not address:
        return QgsRasterLayer("", title, _TILED)
    login = authcfg if may_have_login(address, server) else ""
    layer = QgsRasterLayer(layer_uri(address, login, (0, max(0, deepest))), title, _TILED)
    extent = None if matrix is None else extent_of(matrix, layer.crs())
    if layer.isValid() and extent is not None:
        set_extent(layer, extent)
    return layer
