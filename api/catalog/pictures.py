"""Small pictures of what is in the catalog, from wherever the catalog says they are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QUrl

from ..http.reply import ApiReply
from ..http.request import drop_from_cache
from .records import CatalogImage

if TYPE_CHECKING:
    from ..http.client import Client

_MOST_ZOOM = 22
_MERCATOR_LIMIT = 85.0  # degrees of latitude
_asked: set[str] = set()


def picture(client: Client, address: str) -> ApiReply:
    """Ask for a picture; succeeds with its bytes. The login goes to the service's own server alone."""
    _asked.add(address)
    return client.picture(address)


def forget_pictures() -> None:
    """Let QGIS's network cache forget all that was asked for since QGIS started."""
    while _asked:
        drop_from_cache(QUrl(_asked.pop()))


def picture_address(image: CatalogImage, box: tuple[float, float, float, float]) -> str:
    """Where a small picture of `image` is; "" where there is none.

    `box` is what the image covers: west, south, east and north in degrees. Of tiles, it is the one that shows the
    middle of the box, and most of it.
    """
    if not image.has_preview_tiles:
        return image.preview_url or (image.preview_parts[0].url if image.preview_parts else "")
    west, south, east, north = box
    if not west < east or not south < north:
        return ""
    longitude, latitude = (west + east) / 2, (south + north) / 2
    if abs(latitude) > _MERCATOR_LIMIT:
        return ""
    zoom = max(0, min(_MOST_ZOOM, round(math.log2(360 / (east - west)))))
    tiles = 2**zoom
    column = min(tiles - 1, int((longitude + 180) / 360 * tiles))
    angle = math.radians(latitude)
    row = min(tiles - 1, int((1 - math.asinh(math.tan(angle)) / math.pi) / 2 * tiles))
    return tile_at(image.preview_url, zoom, column, row)


def tile_at(template: str, zoom: int, column: int, row: int) -> str:
    """The address of a tile; `row` counts from the north."""
    quadkey = "".join(
        str(((column >> level) & 1) + 2 * ((row >> level) & 1)) for level in range(zoom - 1, -1, -1)
    )
    values = {"{z}": zoom, "{x}": column, "{y}": row, "{-y}": 2**zoom - 1 - row, "{q}": quadkey}
    for mark, value in values.items():
        template = template.replace(mark, str(value))
    return template
