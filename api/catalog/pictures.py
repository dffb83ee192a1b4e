"""Small pictures of what is in the catalog, from wherever the catalog says they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QUrl

from ..http.reply import ApiReply
from ..http.request import drop_from_cache

if TYPE_CHECKING:
    from ..http.client import Client

_asked: set[str] = set()


def picture(client: Client, address: str) -> ApiReply:
    """Ask for a picture; succeeds with its bytes. The login goes to the service's own server alone."""
    _asked.add(address)
    return client.picture(address)


def forget_pictures() -> None:
    """Let QGIS's network cache forget all that was asked for since QGIS started."""
    while _asked:
        drop_from_cache(QUrl(_asked.pop()))
