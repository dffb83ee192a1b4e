"""Tile addresses as QGIS's layers take them."""

from __future__ import annotations

import math
from typing import Optional

from qgis.core import QgsDataSourceUri
from qgis.PyQt.QtCore import QUrl

_KEPT = b"!#$&'()*+,/:;=?@[]%{}"  # what an address may hold, and the marks of a template
_MERCATOR_LIMIT = 85.06  # degrees of latitude
_ECCENTRICITY = 0.0818191908426215  # of the ellipsoid WGS 84
_PLACEHOLDERS = ("{x}", "{y}", "{z}")


def tile_address(template: str, server: str) -> str:
    """Return the tile template as an absolute http address; "" where it is none, such as a file's."""
    text = template.strip()
    if text.startswith("/") and not text.startswith("//"):
        base = QUrl(server)
        text = f"{base.scheme()}://{base.authority()}{text}"
    url = QUrl(text)
    is_web = url.scheme().lower() in {"http", "https"} and bool(url.host()) and not url.userInfo()
    named = text.replace("{-y}", "{y}")
    is_template = "{q}" in named or all(mark in named for mark in _PLACEHOLDERS)
    return text if is_web and is_template else ""


def sample_tiles(
    address: str, zooms: tuple[int, ...], bounds: Optional[tuple[float, float, float, float]] = None
) -> tuple[str, ...]:
    """Return the addresses of the tiles in the middle of `bounds` at each of `zooms`.

    `bounds` are west, south, east, north in degrees; the whole world if they are None.
    """
    west, south, east, north = bounds or (-180.0, -_MERCATOR_LIMIT, 180.0, _MERCATOR_LIMIT)
    return tuple(
        dict.fromkeys(tile_at(address, zoom, (west + east) / 2, (south + north) / 2) for zoom in zooms)
    )


def tile_at(
    address: str,
    zoom: int,
    longitude: float,
    latitude: float,
    crs: str = "EPSG:3857",
    from_south: bool = False,
) -> str:
    """Return the address of the tile at a place, of tiles in EPSG:3857 or EPSG:3395.

    `from_south` says how the rows that stand for {y} are counted; those for {-y} are always counted from the south.
    """
    side = 2**zoom
    x, row = (max(0, min(side - 1, math.floor(share * side))) for share in _shares(longitude, latitude, crs))
    return filled(address, zoom, x, row, from_south)


def filled(address: str, zoom: int, x: int, row: int, from_south: bool = False) -> str:
    """Return the address of the tile in that column and row, which is counted from the north."""
    side = 2**zoom
    quadkey = "".join(str((x >> place & 1) + 2 * (row >> place & 1)) for place in reversed(range(zoom)))
    flipped = side - 1 - row
    values = {"{x}": x, "{y}": flipped if from_south else row, "{-y}": flipped, "{z}": zoom, "{q}": quadkey}
    for mark, value in values.items():
        address = address.replace(mark, str(value))
    return address


def _shares(longitude: float, latitude: float, crs: str) -> tuple[float, float]:
    """How far a place is from the left and from the top of the square that the tiles divide."""
    angle = math.radians(max(-_MERCATOR_LIMIT, min(_MERCATOR_LIMIT, latitude)))
    eccentricity = _ECCENTRICITY if crs == "EPSG:3395" else 0.0
    part = eccentricity * math.sin(angle)
    up = math.asinh(math.tan(angle)) - eccentricity * math.atanh(part)
    return (longitude + 180) / 360, (1 - up / math.pi) / 2


def address_in(uri: QgsDataSourceUri) -> str:
    """Return the address of a layer's tiles as it goes over the wire, whichever way the layer's source writes it.

    QGIS 3.22 decodes what the source says once. A newer one (seen in 3.44) leaves most of it encoded, and decodes
    spaces and letters beyond ASCII, which an address may not hold.
    """
    text = str(uri.param("url"))
    if "://" not in text and "%3a%2f%2f" in text.lower():
        text = QUrl.fromPercentEncoding(text.encode("utf-8"))
    return bytes(QUrl.toPercentEncoding(text, _KEPT)).decode("ascii")


def login_in(source: str) -> str:
    """Return the id of the login that a layer's source names; "" where it names none."""
    uri = QgsDataSourceUri()
    uri.setEncodedUri(source)
    return str(uri.param("authcfg") or uri.authConfigId())


def with_login(source: str, authcfg: str) -> str:
    """Return a tile layer's source with the login `authcfg` in place of the one it names; without any for ""."""
    parts = [part for part in source.split("&") if not part.startswith("authcfg=")]
    return "&".join([*parts, f"authcfg={authcfg}"] if authcfg else parts)


def layer_uri(address: str, authcfg: str, zooms: tuple[int, int]) -> str:
    """Return the source of an XYZ tile layer.

    QGIS 3.22 decodes the address once. A newer QGIS (seen in 3.44) decodes "&" alone, and knows no address whose
    "://" is encoded. So what QGIS will decode is encoded here, and the server gets the query as it was meant. A newer
    QGIS cannot be given an encoded "&" within a value.
    """
    encoded = bytes(QUrl.toPercentEncoding(address, _KEPT)).decode("ascii")
    if _takes_encoding_off():
        encoded = encoded.replace("%", "%25")
    encoded = encoded.replace("&", "%26")
    parts = ["type=xyz", f"url={encoded}", f"zmin={zooms[0]}", f"zmax={zooms[1]}"]
    if authcfg:
        parts.append(f"authcfg={authcfg}")
    return "&".join(parts)


def _takes_encoding_off() -> bool:
    """Whether this QGIS decodes what a layer's source says of its address."""
    probe = QgsDataSourceUri()
    probe.setEncodedUri("url=http://h/%2541")
    return bool(probe.param("url") == "http://h/%41")
