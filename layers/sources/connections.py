"""QGIS's own connections to tiles and to WMS as sources of imagery.

QGIS 3.22 keeps those of tiles elsewhere in its settings than 3.30 and later do, and neither has Python for them: both
places are read.
"""

from __future__ import annotations

from collections.abc import Mapping

from qgis.core import QgsOwsConnection, QgsSettings

from ...text.server_text import bounded
from .found import FoundSource, TileFacts, found_tiles
from .from_layer import no_wms, whole

_TILES = ("connections/xyz/items", "qgis/connections-xyz")  # of QGIS 3.30 and later, of earlier ones
_LONGEST_TITLE = 80
_MOST = 1_000


def found_connections() -> tuple[FoundSource, ...]:
    """All connections to tiles, then all to WMS, each sorted by name. Nothing is asked of any server."""
    tiles = _tile_connections()
    wms = sorted(set(QgsOwsConnection.connectionList("WMS")), key=str.casefold)[:_MOST]
    return (*tiles, *(FoundSource(bounded(name, _LONGEST_TITLE), problem=no_wms()) for name in wms))


def _tile_connections() -> tuple[FoundSource, ...]:
    found: dict[str, FoundSource] = {}
    for place in _TILES:
        for name in _names(place):
            if name not in found and len(found) < _MOST:
                found[name] = found_tiles(_facts(place, name))
    return tuple(found[name] for name in sorted(found, key=str.casefold))


def _names(place: str) -> list[str]:
    """The connections kept at `place`, without those that an administrator offers and the user has hidden."""
    settings = QgsSettings()
    settings.beginGroup(place)
    names = list(settings.childGroups())
    settings.endGroup()
    return [name for name in names if not settings.value(f"{place}/{name}/hidden", False, type=bool)]


def _facts(place: str, name: str) -> TileFacts:
    settings = QgsSettings()

    def text(*keys: str) -> str:
        """The value under the first of the names it may have."""
        values = (settings.value(f"{place}/{name}/{key}") for key in keys)
        return next((str(value) for value in values if value not in (None, "")), "")

    headers = settings.value(f"{place}/{name}/http-header")
    sends = {str(key) for key, value in headers.items() if value} if isinstance(headers, Mapping) else set()
    sends |= {"referer"} if text("referer") else set()
    ratio = text("tile-pixel-ratio", "tilePixelRatio")
    return TileFacts(
        title=bounded(name, _LONGEST_TITLE),
        url=text("url"),
        deepest=whole(text("zmax")),
        authcfg=text("authcfg"),
        user=text("username"),
        secret=text("password"),
        sends=tuple(sorted(sends)),
        pixel_ratio=float(ratio) if ratio.replace(".", "", 1).isdigit() else 1.0,
        interpretation=text("interpretation"),
    )
