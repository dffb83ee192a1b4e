"""HTTP to this machine alone: whatever a name leads to or an answer redirects to, nothing else is ever asked."""

from __future__ import annotations

import base64
import ipaddress
import socket
import ssl
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import SplitResult, urljoin, urlsplit

_TIMEOUT_S = 30.0  # until something comes
_DEADLINE_S = 60.0  # until all is there: who sends a byte at a time must not hold up a worker
_CHUNK = 64 * 1024
_MAX_BYTES = 16 * 1024 * 1024
_MAX_REDIRECTS = 5
_REDIRECTS = {301, 302, 303, 307, 308}
_SCHEMES = {"http", "https"}


class NotLoopback(Exception):
    """The address is not one of this machine's own; the message is the address."""


class NotFetched(Exception):
    """There is no usable answer; the message is the HTTP status, or what went wrong in a word or two."""


@dataclass(frozen=True)
class Login:
    """What a server is signed in to with; never in a repr."""

    name: str
    key: str

    def __repr__(self) -> str:
        return "Login()"

    @property
    def header(self) -> str:
        """The value of `Authorization`."""
        return "Basic " + base64.b64encode(f"{self.name}:{self.key}".encode()).decode("ascii")


def check(url: str) -> SplitResult:
    """The parts of an address whose host is a name or a number of loopback; nothing is looked up for it.

    Raises NotLoopback, or ValueError where it is no web address.
    """
    parts = urlsplit(url)
    if parts.scheme.lower() not in _SCHEMES or not parts.hostname:
        raise ValueError("no web address")
    _port(parts)
    if not _is_loopback_name(parts.hostname):
        raise NotLoopback(url)
    return parts


def get(url: str, login: Login | None = None) -> bytes | None:
    """What is at an address of loopback, None where it says that there is nothing. Raises NotLoopback, NotFetched.

    A login stays with the origin it was given for.
    """
    origin = _origin(check(url))
    for _ in range(_MAX_REDIRECTS + 1):
        parts = check(url)
        status, location, body = _asked(parts, login if _origin(parts) == origin else None)
        if status in _REDIRECTS and location:
            url = urljoin(url, location)
            continue
        if status in {204, 404}:
            return None
        if status != 200:
            raise NotFetched(str(status))
        if len(body) > _MAX_BYTES:
            raise NotFetched("too large")
        return body
    raise NotFetched("too many redirects")


def connected(host: str, port: int) -> socket.socket:
    """A connection to `host`, all of whose addresses have to be loopback. Raises NotLoopback and OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for *_kind, address in found:
        if not ipaddress.ip_address(str(address[0]).partition("%")[0]).is_loopback:
            raise NotLoopback(host)
    refused: OSError = ConnectionRefusedError(host)
    for family, kind, protocol, _name, address in found:
        opened = socket.socket(family, kind, protocol)
        opened.settimeout(_TIMEOUT_S)
        try:
            opened.connect(address)
        except OSError as error:
            opened.close()
            refused = error
        else:
            return opened
    raise refused


class _Connection(HTTPConnection):
    """Connects by `connected` alone."""

    def connect(self) -> None:
        """Open the connection."""
        self.sock = connected(self.host, self.port)


class _SecureConnection(HTTPSConnection):
    """As `_Connection`, encrypted."""

    def connect(self) -> None:
        """Open the connection."""
        context = ssl.create_default_context()
        self.sock = context.wrap_socket(connected(self.host, self.port), server_hostname=self.host)


def _asked(parts: SplitResult, login: Login | None) -> tuple[int, str | None, bytes]:
    """Status, Location and body of one answer."""
    is_secure = parts.scheme.lower() == "https"
    kind = _SecureConnection if is_secure else _Connection
    connection = kind(parts.hostname or "", _port(parts), timeout=_TIMEOUT_S)
    headers = {"User-Agent": "mapflow-sandbox", "Accept": "image/*"}
    if login is not None:
        headers["Authorization"] = login.header
    try:
        connection.request(
            "GET", f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}", headers=headers
        )
        answer = connection.getresponse()
        return answer.status, answer.getheader("Location"), _body(answer)
    except (OSError, HTTPException, ValueError) as error:
        raise NotFetched(type(error).__name__) from error
    finally:
        connection.close()


def _body(answer: HTTPResponse) -> bytes:
    """What is sent, cut off after the most that is taken. Raises TimeoutError."""
    until, read = time.monotonic() + _DEADLINE_S, bytearray()
    while len(read) <= _MAX_BYTES and (chunk := answer.read1(_CHUNK)):
        read += chunk
        if time.monotonic() > until:
            raise TimeoutError
    return bytes(read)


def _port(parts: SplitResult) -> int:
    return parts.port if parts.port is not None else {"http": 80, "https": 443}[parts.scheme.lower()]


def _origin(parts: SplitResult) -> tuple[str, str | None, int]:
    return parts.scheme.lower(), parts.hostname, _port(parts)


def _is_loopback_name(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
