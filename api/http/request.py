"""How a request is put together for QGIS's network access manager."""

from __future__ import annotations

import configparser
import io
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Optional

from qgis.core import QgsNetworkAccessManager
from qgis.PyQt.QtCore import QByteArray, QDateTime, QIODevice, QObject, QUrl
from qgis.PyQt.QtNetwork import QNetworkReply, QNetworkRequest

from ..answers.content import Content

_METADATA = Path(__file__).parents[2] / "metadata.txt"
_CACHE_DAYS = 30


@dataclass(frozen=True)
class Request:
    """What is asked. `repeatable` says that asking twice does no harm; `content` says what the answer holds.

    `is_cacheable` lets QGIS's network cache keep the answer and give it again. Without `with_login` the request has no
    login, even when it goes to the server's own origin. One `for_tiles` has the login wherever a tile layer may have
    it, and is not sent on to any other place. `secrets` are texts of the body that no error may show.
    Of an address that `is_private` not even the path is logged: it may hold a key.
    """

    verb: str
    url: QUrl
    body: Optional[bytes] = field(default=None, repr=False)
    repeatable: bool = False
    accept: bytes = b"application/json"
    content: Content = Content.JSON
    is_cacheable: bool = False
    with_login: bool = True
    for_tiles: bool = False
    secrets: tuple[str, ...] = field(default=(), repr=False)
    is_private: bool = False


class SentOnceBody(QIODevice):
    """A request body of `size` bytes that cannot be rewound.

    Qt sends a request again by itself, up to three times, when a connection closes before any answer came: a
    processing would be paid for four times. It gives up instead when the body refuses to start over.

    The size is the one given, whatever becomes of a file meanwhile: Qt crashes on a part that shrinks. A source that
    ends early or breaks is an error of the request; `problem` is then what the system said, if it did.
    """

    def __init__(self, source: BinaryIO, size: int, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)  # type: ignore[arg-type]  # None is fine, whatever the stubs say
        self.problem: Optional[OSError] = None
        self._source: Optional[BinaryIO] = source
        self._size = size
        self._position = 0
        self.open(QIODevice.OpenModeFlag.ReadOnly | QIODevice.OpenModeFlag.Unbuffered)

    def size(self) -> int:
        """Qt: bytes in all."""
        return self._size

    def bytesAvailable(self) -> int:  # noqa: N802 - Qt's name
        """Qt: bytes still to read."""
        return self._size - self._position

    def readData(self, limit: int) -> Optional[bytes]:  # type: ignore[override]  # noqa: N802 - Qt's name
        """Qt: the next bytes; None where they cannot be had."""
        if self._source is None:
            return None
        wanted = min(limit, self._size - self._position)
        try:
            chunk = self._source.read(wanted)
        except OSError as problem:
            self.problem = problem
            return None
        self._position += len(chunk)
        return chunk if chunk or not wanted else None

    def let_go(self) -> None:
        """Read no more from the source: Qt may ask once more after a request was aborted."""
        self._source = None

    def seek(self, _position: int) -> bool:
        """Qt: there is no way back."""
        return False

    def reset(self) -> bool:
        """Qt: there is no way back."""
        return False


def network_request(request: Request, url: QUrl) -> QNetworkRequest:
    """A fresh request for `url` with everything but the login set.

    HTTP/2 and redirects are set because their defaults differ between Qt 5 and 6. Nothing is cached unless asked for,
    no cookie is kept and no login remembered, so that nothing outlives a sign-out.
    """
    made = QNetworkRequest(url)
    attribute = QNetworkRequest.Attribute
    manual = _number(QNetworkRequest.LoadControl.Manual)
    control = QNetworkRequest.CacheLoadControl
    caching = control.PreferCache if request.is_cacheable else control.AlwaysNetwork
    made.setAttribute(
        attribute.RedirectPolicyAttribute, _number(QNetworkRequest.RedirectPolicy.ManualRedirectPolicy)
    )
    made.setAttribute(attribute.Http2AllowedAttribute, False)
    made.setAttribute(attribute.CacheLoadControlAttribute, _number(caching))
    made.setAttribute(attribute.CacheSaveControlAttribute, request.is_cacheable)
    made.setAttribute(attribute.CookieLoadControlAttribute, manual)
    made.setAttribute(attribute.CookieSaveControlAttribute, manual)
    made.setAttribute(attribute.AuthenticationReuseAttribute, manual)
    made.setRawHeader(b"x-plugin-version", plugin_version().encode("ascii", "replace"))
    made.setRawHeader(b"Accept", request.accept)
    if request.body is not None:
        made.setRawHeader(b"Content-Type", b"application/json")
    return made


def request_body(request: Request) -> QByteArray | SentOnceBody:
    """Return the body: Qt may send it again by itself when the request is repeatable, otherwise it cannot."""
    data = request.body or b""
    return QByteArray(data) if request.repeatable else SentOnceBody(io.BytesIO(data), len(data))


def keep_body(body: object, network: QNetworkReply) -> None:
    """Keep the Python side of `body` until `network` is gone: Qt may read from it once more after an abort."""
    held = [body]
    network.destroyed.connect(lambda _gone=None: held.clear())


def keep_in_cache(url: QUrl) -> None:
    """Let QGIS's cache answer for `url` from now on.

    Qt asks the server each time when the answer did not say how long it may be kept, so that time is set here.
    """
    cache = network_manager().cache()
    if cache is None:
        return
    entry = cache.metaData(url)
    if entry.isValid() and not entry.expirationDate().isValid():
        entry.setExpirationDate(QDateTime.currentDateTimeUtc().addDays(_CACHE_DAYS))
        cache.updateMetaData(entry)


def drop_from_cache(url: QUrl) -> None:
    """Let QGIS's cache forget what it has of `url`."""
    cache = network_manager().cache()
    if cache is not None:
        cache.remove(url)


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
