"""Web addresses: the server's own, parts of a path, and whether two share an origin."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from qgis.PyQt.QtCore import QUrl

_DEFAULT_PORTS = {"http": 80, "https": 443}


def server_address(text: str) -> str:
    """Return the address of a server from what the user typed; "" when it is no address.

    https is added when there is no scheme, and a slash at the end is removed.
    """
    typed = text.strip().rstrip("/")
    if not typed:
        return ""
    if "://" not in typed:
        typed = f"https://{typed}"
    url = QUrl(typed, QUrl.ParsingMode.StrictMode)
    if not url.isValid() or not url.host() or url.scheme().lower() not in _DEFAULT_PORTS or url.userInfo():
        return ""
    return f"{url.scheme()}://{_authority(url)}{url.path(QUrl.ComponentFormattingOption.FullyEncoded).rstrip('/')}"


def origin_of(url: QUrl) -> tuple[str, str, int]:
    """Return scheme, host and port. A login may be sent to two addresses when these three are the same."""
    scheme = url.scheme().lower()
    return scheme, url.host().lower(), url.port(_DEFAULT_PORTS.get(scheme, -1))


def path_segment(text: str) -> str:
    """Return `text` encoded as one segment of a path. The server may have sent it: a slash in it must not count."""
    if text in {"", ".", ".."}:
        raise ValueError("an id cannot be empty or a dot")
    return bytes(QUrl.toPercentEncoding(text)).decode("ascii")


def query_text(query: Sequence[tuple[str, str]]) -> str:
    """`query` as the part of an address after the question mark, "+" and "&" in values encoded."""
    return "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in query)


def shown_host(url: QUrl) -> str:
    """Scheme, host and port of an address, to name it in a sentence: no path, no query, which may hold a key."""
    return f"{url.scheme()}://{_authority(url)}"


def _authority(url: QUrl) -> str:
    host = url.host(QUrl.ComponentFormattingOption.FullyEncoded)
    host = f"[{host}]" if ":" in host else host
    return host if url.port() == -1 else f"{host}:{url.port()}"


def _encoded(text: str) -> str:
    return bytes(QUrl.toPercentEncoding(text)).decode("ascii")


def account_key(server: str, email: str) -> str:
    """Return a short text that is different for each account of each server, and shows neither name."""
    return hashlib.sha256(f"{server}\n{email.lower()}".encode()).hexdigest()[:16]
