"""Layers of a WMTS as tiles by number: their addresses hold the same numbers where the grid is that of Web Mercator."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import QUrl

from ...text.translation import translate
from ..tiles.address import address_in

if TYPE_CHECKING:
    from qgis.core import QgsDataSourceUri

_MERCATOR = ("EPSG:3857", "EPSG:900913")
# Grids whose levels are called after their zoom: those of the standard, and of known services.
_BY_ZOOM = re.compile(r"googlemapscompatible(_level\d+)?|webmercatorquad|pm|3857|900913", re.IGNORECASE)
_BY_GRID_AND_ZOOM = re.compile(r"epsg:(3857|900913)", re.IGNORECASE)  # as GeoServer calls them
_OF_THE_REQUEST = frozenset(
    (
        *("service", "request", "version", "layer", "style", "format", "tilematrixset", "tilematrix"),
        *("tilerow", "tilecol"),
    )
)


def tiles_of_wmts(uri: QgsDataSourceUri) -> tuple[str, str]:
    """The template of a WMTS layer's tiles, and what keeps it from being one as a sentence: one of them is ""."""
    grid, crs = uri.param("tileMatrixSet"), uri.param("crs").upper()
    level = _level(grid)
    if level is None or crs not in _MERCATOR:
        return "", translate(
            "Sources",
            "The tiles of this WMTS are cut by the grid {grid}, and Mapflow takes Web Mercator only. Choose a layer "
            "of the service in EPSG:3857, or export the imagery as a GeoTIFF and upload it under My Imagery.",
        ).format(grid=grid[:40] or "?")
    address, _mark, query = address_in(uri).partition("?")
    if address.lower().endswith(".xml"):
        return "", translate(
            "Sources",
            "This WMTS gives its tiles by addresses of its own, which QGIS does not tell. Look them up in the "
            "service's description, and type the address with {z}, {x} and {y}.",
        )
    kept = [part for part in query.split("&") if part and part.split("=")[0].lower() not in _OF_THE_REQUEST]
    asked = {
        "SERVICE": "WMTS",
        "REQUEST": "GetTile",
        "VERSION": "1.0.0",
        "LAYER": uri.param("layers"),
        "STYLE": uri.param("styles"),
        "FORMAT": uri.param("format") or "image/png",
        "TILEMATRIXSET": grid,
        **_dimensions(uri.param("tileDimensions")),
    }
    parts = [*kept, *(f"{name}={_encoded(value)}" for name, value in asked.items())]
    numbers = f"TILEMATRIX={level}&TILEROW={{y}}&TILECOL={{x}}"
    return f"{address}?{'&'.join(parts)}&{numbers}", ""


def _level(grid: str) -> Optional[str]:
    """What a level of the grid is called; None for a grid that is not known."""
    if _BY_ZOOM.fullmatch(grid):
        return "{z}"
    return _encoded(grid) + ":{z}" if _BY_GRID_AND_ZOOM.fullmatch(grid) else None


def _dimensions(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";"))
    return {name: value for name, _equals, value in pairs if name and value}


def _encoded(text: str) -> str:
    return bytes(QUrl.toPercentEncoding(text, b"/:")).decode("ascii")
