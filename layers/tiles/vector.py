"""A result as vector tiles: on the map at once, while its objects are still being downloaded."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsCsException,
    QgsRectangle,
    QgsVectorTileLayer,
)

from ...api.http.home import may_have_login
from ...text.server_text import bounded, unmarked
from ...text.translation import translate
from ..areas.measure import wgs84
from ..styles.kinds import kinds_within, model_kind
from ..styles.labels import label_tiles
from ..styles.tiles import tile_renderer
from .address import layer_uri, tile_address
from .extent import set_extent

if TYPE_CHECKING:
    from ...api.processings import Processing

DEFAULT_ZOOMS = (0, 14)  # deeper, QGIS enlarges the tiles of the deepest zoom
DEEPEST_ZOOM = 24
_LONGEST_TITLE = 80
MERCATOR_LIMIT = 85.06  # degrees of latitude
_MARKUP = re.compile(r"<[^<>]*>")


@dataclass(frozen=True)
class TileMatrix:
    """What a TileJSON says: the first and last zoom, the bounds west, south, east, north in degrees, whom to name.

    `layer` is the name of the one layer that the tiles have, "" where they have several, or it is not told.
    """

    zooms: tuple[int, int] = DEFAULT_ZOOMS
    bounds: Optional[tuple[float, float, float, float]] = None
    attribution: str = ""
    layer: str = ""


def read_tilejson(value: object, zooms: tuple[int, int] = DEFAULT_ZOOMS) -> TileMatrix:
    """Return what a TileJSON document says; a wrong value counts as missing, and `zooms` is used for missing zooms."""
    data = value if isinstance(value, Mapping) else {}
    lowest = _zoom(data.get("minzoom"), zooms[0])
    deepest = _zoom(data.get("maxzoom"), zooms[1])
    bounds = data.get("bounds")
    numbers = bounds if isinstance(bounds, list) and len(bounds) == 4 else []
    is_box = bool(numbers) and all(
        isinstance(number, (int, float)) and abs(number) <= 180 for number in numbers
    )
    west, south, east, north = (float(number) for number in numbers) if is_box else (0.0, 0.0, 0.0, 0.0)
    box = (west, south, east, north) if west < east and south < north else None
    return TileMatrix(
        (min(lowest, deepest), deepest),
        box,
        _plain_text(data.get("attribution")),
        _only_layer(data.get("vector_layers")),
    )


def result_tiles_layer(
    processing: Processing, server: str, authcfg: str, matrix: Optional[TileMatrix] = None
) -> Optional[QgsVectorTileLayer]:
    """Return a processing's vector tiles as a layer; None without tiles, or where a layer cannot name the login.

    The login is sent to the API's own domain alone; tiles from elsewhere are asked for without it.
    """
    if processing.vector is None:
        return None
    address = tile_address(processing.vector.tile_url, server)
    takes_login = bool(address) and may_have_login(address, server)
    if not address or (takes_login and not authcfg):
        return None
    known = matrix or TileMatrix()
    uri = layer_uri(address, authcfg if takes_login else "", known.zooms)
    names = (processing.model_style, processing.model_name, processing.model_display_name)
    kind, within = model_kind(*names), kinds_within(*names)
    name = unmarked(processing.name, _LONGEST_TITLE) or kind.title
    layer = QgsVectorTileLayer(uri, translate("Tiles", "{name} (tiles)").format(name=name))
    if not layer.isValid():
        return None
    layer.setRenderer(tile_renderer(kind, within, known.layer))
    label_tiles(layer, kind, within, known.layer)
    extent = extent_of(known, layer.crs())
    if extent is not None:
        set_extent(layer, extent)
    return layer


def extent_of(matrix: TileMatrix, crs: QgsCoordinateReferenceSystem) -> Optional[QgsRectangle]:
    """Return what the tiles cover, in `crs`; None where that is not known."""
    if matrix.bounds is None:
        return None
    west, south, east, north = matrix.bounds
    box = QgsRectangle(west, max(south, -MERCATOR_LIMIT), east, min(north, MERCATOR_LIMIT))
    try:
        extent = QgsCoordinateTransform(wgs84(), crs, QgsCoordinateTransformContext()).transformBoundingBox(
            box
        )
    except QgsCsException:
        return None
    return extent if extent.isFinite() and not extent.isEmpty() else None


def _plain_text(value: object) -> str:
    """Return what a browser would show of a text with links."""
    return bounded(html.unescape(_MARKUP.sub("", value)), _LONGEST_TITLE) if isinstance(value, str) else ""


def _only_layer(value: object) -> str:
    """Return the name of the only one of a TileJSON's layers."""
    layers = value if isinstance(value, list) else []
    name = layers[0].get("id") if len(layers) == 1 and isinstance(layers[0], Mapping) else ""
    return name if isinstance(name, str) else ""


def _zoom(value: object, default: int) -> int:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= DEEPEST_ZOOM
    return int(value) if is_number else default  # type: ignore[call-overload]
