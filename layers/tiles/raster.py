"""Raster tiles of the service as a layer: the imagery of a processing, and the raster that came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from qgis.core import QgsRasterLayer

from ...api.http.home import may_have_login
from .address import layer_uri, tile_address
from .extent import set_extent
from .vector import TileMatrix, extent_of

if TYPE_CHECKING:
    from ...api.processings import TileSet

_TILED = "wms"  # what QGIS calls the provider that reads tiles, too


def lacks_login(tiles: TileSet, server: str, authcfg: str) -> bool:
    """Whether the tiles need a login that a layer cannot name, so that they cannot be shown."""
    address = tile_address(tiles.tile_url, server)
    return bool(address) and not authcfg and may_have_login(address, server)


def raster_tiles_layer(
    tiles: TileSet, title: str, server: str, authcfg: str, matrix: TileMatrix
) -> Optional[QgsRasterLayer]:
    """Return the tiles as a layer that ends at the bounds of `matrix`; None where QGIS cannot show them.

    The login is sent to the API's own domain alone.
    """
    address = tile_address(tiles.tile_url, server)
    if not address or lacks_login(tiles, server, authcfg):
        return None
    login = authcfg if may_have_login(address, server) else ""
    layer = QgsRasterLayer(layer_uri(address, login, matrix.zooms), title, _TILED)
    if not layer.isValid():
        return None
    extent = extent_of(matrix, layer.crs())
    if extent is not None:
        set_extent(layer, extent)
    return layer
