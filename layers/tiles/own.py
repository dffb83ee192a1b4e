"""A source of one's own as tiles: which of them lies where, and all of them as a layer."""

from __future__ import annotations

from qgis.core import QgsCoordinateReferenceSystem, QgsRasterLayer

from ...api.own_sources.kinds import WEB_MERCATOR, SourceKind
from ...api.own_sources.source import OwnSource
from ...text.server_text import unmarked
from ...text.translation import translate
from .address import layer_uri, tile_at

_LONGEST_TITLE = 80
_TILED = "wms"  # what QGIS calls the provider that reads tiles, too


def tile_under(source: OwnSource, zoom: int, longitude: float, latitude: float) -> str:
    """The address of the source's tile at a place; a key that the address needs is not in it yet."""
    from_south = source.kind is SourceKind.TMS
    return tile_at(source.url, zoom, longitude, latitude, source.crs, from_south)


def qgis_template(source: OwnSource) -> str:
    """The address as QGIS's tile layers take it: rows that are counted from the south are {-y}."""
    return source.url.replace("{y}", "{-y}") if source.kind is SourceKind.TMS else source.url


def own_source_layer(source: OwnSource, zoom: int, authcfg: str) -> QgsRasterLayer:
    """The source's tiles as a layer, none deeper than `zoom`; not valid where there is none to show.

    QGIS takes all tiles for EPSG:3857. Those of EPSG:3395 divide a square of the same size in metres, so that to tell
    the layer its system is enough; QGIS keeps that in a project.
    """
    name = unmarked(source.name, _LONGEST_TITLE)
    title = translate("Tiles", "{provider} (preview)").format(provider=name)
    if not source.kind.is_tiled or source.has_key:
        return QgsRasterLayer("", title, _TILED)
    layer = QgsRasterLayer(layer_uri(qgis_template(source), authcfg, (0, zoom)), title, _TILED)
    if layer.isValid() and source.crs != WEB_MERCATOR:
        layer.setCrs(QgsCoordinateReferenceSystem(source.crs))
    return layer
