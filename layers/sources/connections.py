"""QGIS's own connections to tiles and to WMS as sources of imagery.

QGIS 3.22 keeps those of tiles elsewhere in its settings than 3.30 and later do, and neither has Python for them: both
places are read.
"""

from __future__ import annotations

from collections.abc import Mapping

from qgis.core import QgsOwsConnection

from ...api.settings import TILE_CONNECTIONS
from ...text.server_text import bounded
from ...text.translation import translate
from .found import FoundSource, TileFacts, found_tiles
from .from_layer import decimal, whole

_LONGEST_TITLE = 80
_MOST = 1_000


def found_connections() -> tuple[FoundSource, ...]:
    """All connections to tiles, then all to WMS, each sorted by name. Nothing is asked of any server."""
    tiles = _tile_connections()
    wms = sorted(set(QgsOwsConnection.connectionList("WMS")), key=str.casefold)[:_MOST]
    return (*tiles, *(FoundSource(bounded(name, _LONGEST_TITLE), problem=_many_layers()) for name in wms))


def _many_layers() -> str:
    return translate(
        "Sources",
        "This connection has many layers. Add one of them to the project, and import that: Mapflow takes layers of a "
        "WMTS in Web Mercator, and does not take WMS.",
    )


def _tile_connections() -> tuple[FoundSource, ...]:
    """Without those that an administrator offers and the user has hidden."""
    kept = {name: values for name, values in TILE_CONNECTIONS.read_all().items() if not _is_hidden(values)}
    names = sorted(kept, key=str.casefold)[:_MOST]
    return tuple(found_tiles(_facts(name, kept[name])) for name in names)


def _is_hidden(values: Mapping[str, object]) -> bool:
    return str(values.get("hidden") or "").lower() in {"true", "1"}


def _facts(name: str, values: Mapping[str, object]) -> TileFacts:
    def text(*keys: str) -> str:
        """The value under the first of the names it may have."""
        return next((str(values[key]) for key in keys if values.get(key) not in (None, "")), "")

    headers = values.get("http-header")
    sends = {str(key) for key, value in headers.items() if value} if isinstance(headers, Mapping) else set()
    sends |= {"referer"} if text("referer") else set()
    return TileFacts(
        title=bounded(name, _LONGEST_TITLE),
        url=text("url"),
        deepest=whole(text("zmax")),
        authcfg=text("authcfg"),
        user=text("username"),
        secret=text("password"),
        sends=tuple(sorted(sends)),
        pixel_ratio=decimal(text("tile-pixel-ratio", "tilePixelRatio")),
        interpretation=text("interpretation"),
    )
