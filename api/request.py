"""How a request is put together for QGIS's network access manager."""

from __future__ import annotations

import configparser
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Optional

from qgis.core import QgsNetworkAccessManager
from qgis.PyQt.QtCore import QByteArray, QIODevice, QObject, QUrl
from qgis.PyQt.QtNetwork import QNetworkRequest

_METADATA = Path(__file__).parent.parent / "metadata.txt"


@dataclass(frozen=True)
class Request:
    """What is asked: `repeatable` says that asking twice does no harm, `is_text` that no JSON is to come."""

    verb: str
    url: QUrl
    body: Optional[bytes] = None
    repeatable: bool = False
    accept: bytes = b"application/json"
    is_text: bool = False


class SentOnceBody(QIODevice):
    """A request body that cannot be rewound.

    Qt sends a request again by itself, up to three times, when a connection closes before any answer came: a
    processing would be paid for four times. It gives up instead when the body refuses to start over.
    """

    def __init__(self, data: bytes, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)  # type: ignore[arg-type]  # None is fine, whatever the stubs say
        self._data = data
        self._position = 0
        self.open(QIODevice.OpenModeFlag.ReadOnly | QIODevice.OpenModeFlag.Unbuffered)

    def isSequential(self) -> bool:  # noqa: N802 - Qt's name
        """Qt: a size is known."""
        return False

    def size(self) -> int:
        """Qt: bytes in all."""
        return len(self._data)

    def bytesAvailable(self) -> int:  # noqa: N802 - Qt's name
        """Qt: bytes still to read."""
        return len(self._data) - self._position

    def readData(self, limit: int) -> bytes:  # noqa: N802 - Qt's name
        """Qt: the next bytes."""
        chunk = self._data[self._position : self._position + limit]
        self._position += len(chunk)
        return chunk

    def seek(self, _position: int) -> bool:
        """Qt: there is no way back."""
        return False

    def reset(self) -> bool:
        """Qt: there is no way back."""
        return False


def network_request(request: Request, url: QUrl) -> QNetworkRequest:
    """A fresh request for `url` with everything but the login set.

    HTTP/2 and redirects are set because their defaults differ between Qt 5 and 6. Nothing is cached, no cookie is
    kept and no login remembered, so that nothing outlives a sign-out.
    """
    made = QNetworkRequest(url)
    attribute = QNetworkRequest.Attribute
    manual = _number(QNetworkRequest.LoadControl.Manual)
    made.setAttribute(
        attribute.RedirectPolicyAttribute, _number(QNetworkRequest.RedirectPolicy.ManualRedirectPolicy)
    )
    made.setAttribute(attribute.Http2AllowedAttribute, False)
    made.setAttribute(
        attribute.CacheLoadControlAttribute, _number(QNetworkRequest.CacheLoadControl.AlwaysNetwork)
    )
    made.setAttribute(attribute.CacheSaveControlAttribute, False)
    made.setAttribute(attribute.CookieLoadControlAttribute, manual)
    made.setAttribute(attribute.CookieSaveControlAttribute, manual)
    made.setAttribute(attribute.AuthenticationReuseAttribute, manual)
    made.setRawHeader(b"x-plugin-version", plugin_version().encode("ascii", "replace"))
    made.setRawHeader(b"Accept", request.accept)
    if request.body is not None:
        made.setRawHeader(b"Content-Type", b"application/json")
    return made


def request_body(request: Request) -> QByteArray | SentOnceBody:
    """The body to send: one that Qt may send again, or one that it may not."""
    data = request.body or b""
    return QByteArray(data) if request.repeatable else SentOnceBody(data)


def network_manager() -> QgsNetworkAccessManager:
    """The manager of this thread, with the user's proxy, certificates and network log."""
    manager = QgsNetworkAccessManager.instance()
    if manager is None:
        raise RuntimeError("QGIS has not started")
    return manager


@lru_cache(maxsize=1)
def plugin_version() -> str:
    """The version in metadata.txt, read once."""
    metadata = configparser.ConfigParser(interpolation=None)
    try:
        metadata.read(_METADATA, encoding="utf-8")
        return metadata.get("general", "version", fallback="0").strip()
    except (OSError, configparser.Error):
        return "0"


def _number(member: object) -> int:
    """An enum's value: QVariant takes the number in Qt 5 and Qt 6 alike."""
    return int(getattr(member, "value", member))  # type: ignore[call-overload, no-any-return]
