"""Tile addresses as QGIS's layers take them."""

from __future__ import annotations

from qgis.core import QgsDataSourceUri
from qgis.PyQt.QtCore import QUrl

_KEPT = b"!#$&'()*+,/:;=?@[]%{}"  # what an address may hold, and the marks of a template
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
