"""Where a login may go: to the server's own origin, and to tile hosts of the same owner."""

from __future__ import annotations

from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtNetwork import QHostAddress

from .addresses import origin_of

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


def may_have_login(address: str, server: str) -> bool:
    """Whether tiles of `address` may be asked for with the login of `server`."""
    tiles, api = QUrl(address), QUrl(server)
    if origin_of(tiles) == origin_of(api):
        return tiles.scheme().lower() == "https" or _is_this_computer(tiles.host())
    if tiles.scheme().lower() != "https" or api.scheme().lower() != "https":
        return False
    domain = registrable_domain(api.host())
    return bool(domain) and registrable_domain(tiles.host()) == domain


def is_unprotected(address: str, server: str) -> bool:
    """Whether tiles of the server itself would have its login, were the connection to it a secure one."""
    return origin_of(QUrl(address)) == origin_of(QUrl(server)) and not may_have_login(address, server)


def _is_this_computer(host: str) -> bool:
    return host.lower() == "localhost" or QHostAddress(host).isLoopback()


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
