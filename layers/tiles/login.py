"""Whether a tile address may be given the login of the API: its own origin, or a host of the same owner."""

from __future__ import annotations

from qgis.core import QgsDataSourceUri
from qgis.PyQt.QtCore import QUrl

from ...api.http.addresses import origin_of

# below a country, names as short as "co.uk", "or.jp" or "com.br" may be anybody's to register under, and these
_SHORT = 3
_SECOND_LEVEL = {"asso", "firm", "gouv", "govt", "info", "name", "priv", "school"}
# where strangers get names beside each other
_SHARED_HOSTING = {
    "amazonaws.com",
    "appspot.com",
    "azureedge.net",
    "azurewebsites.net",
    "cloudfront.net",
    "fly.dev",
    "github.io",
    "gitlab.io",
    "googleapis.com",
    "herokuapp.com",
    "netlify.app",
    "ngrok.io",
    "onrender.com",
    "pages.dev",
    "run.app",
    "vercel.app",
    "web.app",
    "windows.net",
    "workers.dev",
}
_KEPT = b"!#$&'()*+,/:;=?@[]%{}"  # of an address: all it may hold, and the marks of a template
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


def may_have_login(address: str, server: str) -> bool:
    """Whether tiles of `address` may be asked for with the login of `server`."""
    tiles, api = QUrl(address), QUrl(server)
    if origin_of(tiles) == origin_of(api):
        return True
    if tiles.scheme().lower() != "https" or api.scheme().lower() != "https":
        return False
    domain = registrable_domain(api.host())
    return bool(domain) and registrable_domain(tiles.host()) == domain


def registrable_domain(host: str) -> str:
    """Return the part of a host name its owner registered; "" for an IP address and where strangers are neighbours.

    Where that cannot be told from the name alone it is rather too long than too short: a login less is sent then.
    """
    labels = host.lower().rstrip(".").split(".")
    if ":" in host or len(labels) < 2 or labels[-1].isdigit():
        return ""
    below_country = len(labels[-2]) <= _SHORT or labels[-2] in _SECOND_LEVEL
    takes_three = len(labels[-1]) == 2 and below_country
    if takes_three and len(labels) < 3:
        return ""
    domain = ".".join(labels[-3:] if takes_three else labels[-2:])
    return "" if domain in _SHARED_HOSTING else domain


def layer_uri(address: str, authcfg: str, zooms: tuple[int, int]) -> str:
    """Return the source of an XYZ tile layer.

    QGIS 3.22 takes one level of encoding off the address; a newer one (seen in 3.44) takes off that of "&" alone, and
    knows no address whose "://" is encoded. What QGIS will take off is put on here, so that a query arrives as it is
    meant. An encoded "&" within a value cannot be told to a newer one.
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
