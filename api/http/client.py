"""The one place that sends: authorises, times out, retries, streams and turns faults into ApiError."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Callable, Optional

from qgis.PyQt.QtCore import QObject, QUrl, pyqtSignal

from ...text.translation import translate
from ..answers.content import Content
from ..answers.expected import ANY_FILE, Expected, FileKind
from ..login.credential import Credential
from .addresses import query_text
from .download import Download
from .errors import ApiError, MalformedReply
from .exchange import Exchange
from .reply import ApiReply
from .request import Request
from .upload import FilePart, Upload

Query = Sequence[tuple[str, str]]
Parse = Callable[[object], object]

IDLE_TIMEOUT_MS = 60_000  # without a byte in either direction
THINKING_TIMEOUT_MS = 15 * 60_000  # for the server to check and convert an image it has got
WINDOW_MS = 5 * 60_000  # in which an answer that only drips has to have moved some kilobytes
RETRY_BASE_S = 0.5


class Client(QObject):
    """Speaks to one server with one login.

    A path is relative to the server ("/projects"), or it is a whole address. The login is sent to the server's own
    origin only. A request runs until it ends or `close` is called, also when the caller drops the reply.
    """

    # False when the server cannot be reached, True when it answers again.
    reachable_changed = pyqtSignal(bool)
    # ApiError: the server answered 401 to both schemes of the login.
    refused = pyqtSignal(object)
    # Credential: the server accepts the login in the other scheme.
    credential_changed = pyqtSignal(object)

    def __init__(
        self, server: str, credential: Optional[Credential] = None, parent: Optional[QObject] = None
    ) -> None:
        super().__init__(parent)
        self.server = server
        self.credential = credential
        self.account_email = ""  # who is signed in, by which a project's members are read
        self.lacks_pages = False  # the service was asked for a page of processings, and has none
        self.idle_timeout_ms = IDLE_TIMEOUT_MS
        self.thinking_timeout_ms = THINKING_TIMEOUT_MS
        self.window_ms = WINDOW_MS
        self.retry_base_s = RETRY_BASE_S
        self.is_reachable = True
        self._exchanges: set[Exchange] = set()
        self._kept: set[ApiReply] = set()

    def get(self, path: str, parse: Parse, query: Query = (), content: Content = Content.JSON) -> ApiReply:
        """Ask for JSON, and ask again where that can help. The reply succeeds with what `parse` returns.

        For `Content.RECORDS`, `parse` gets an iterator of the records where the document is a list. It raises
        MalformedReply when the document lacks something, and ForeignReply when no Mapflow service would send it.
        """
        return self._run(
            Exchange(self, Request("GET", self._url(path, query), repeatable=True, content=content), parse)
        )

    def send(
        self,
        verb: str,
        path: str,
        parse: Parse,
        body: Optional[object] = None,
        query: Query = (),
        repeatable: bool = False,
        as_text: bool = False,
        secrets: Sequence[str] = (),
    ) -> ApiReply:
        """Send `body` as JSON. A request is sent again only when it is `repeatable`: it neither spends nor deletes.

        `parse` gets None when the answer is empty, and the text of the answer when `as_text` is set. `secrets` are
        texts in `body` that no error shows, though the server sent them back.
        """
        data = None if body is None else json.dumps(body, ensure_ascii=False, allow_nan=False).encode("utf-8")
        accept, content = (b"text/*", Content.TEXT) if as_text else (b"application/json", Content.JSON)
        url, hidden = self._url(path, query), tuple(secrets)
        request = Request(verb, url, data, repeatable, accept, content, secrets=hidden)
        return self._run(Exchange(self, request, parse))

    def picture(self, path: str) -> ApiReply:
        """Ask for a picture; the reply succeeds with its bytes. QGIS's network cache may answer."""
        request = Request(
            "GET",
            self._url(path, ()),
            repeatable=True,
            accept=b"image/*",
            content=Content.BYTES,
            is_cacheable=True,
        )
        return self._run(Exchange(self, request, _read_picture))

    def tile(self, address: str) -> ApiReply:
        """Ask for a tile of a server that is not Mapflow's, once and not of a cache.

        The reply succeeds with its bytes, of which there are none where the server has nothing to send.
        """
        url = self._url(address, ())
        request = Request("GET", url, accept=b"image/*", content=Content.BYTES, is_private=True)
        return self._run(Exchange(self, request, lambda body: body))

    def try_tile(self, address: str) -> ApiReply:
        """Ask for a tile as a tile layer with the login would; the reply succeeds with None.

        It fails with the code MOVED_CODE when the tile is at a place that may not have the login. QGIS would send the
        login there all the same, so a layer must not name it then.
        """
        url = self._url(address, ())
        request = Request("GET", url, repeatable=True, accept=b"*/*", content=Content.BYTES, for_tiles=True)
        return self._run(Exchange(self, request, lambda _tile: None))

    def download(
        self,
        path: str,
        destination: Path,
        query: Query = (),
        with_login: bool = True,
        expected: Expected = ANY_FILE,
    ) -> ApiReply:
        """Download to `destination`; the reply succeeds with this Path.

        The bytes go to a file with `.part` after its name, which is renamed when it is complete and as `expected`.
        """
        url = self._url(path, query)
        request = Request("GET", url, repeatable=True, accept=b"*/*", with_login=with_login)
        return self._run(Download(self, request, destination, expected))

    def upload(self, path: str, part: FilePart, parse: Parse, query: Query = ()) -> ApiReply:
        """Send a file as multipart/form-data, once. The file is read from the disk while it is sent.

        The progress of the reply counts the bytes of the whole body. After the last byte the server has
        `thinking_timeout_ms` to answer.
        """
        return self._run(Upload(self, Request("POST", self._url(path, query)), part, parse))

    def keep(self, reply: ApiReply) -> ApiReply:
        """Keep a composed `reply` alive until it is finished; returns it."""
        self._kept.add(reply)
        reply.finished.connect(self._drop_finished)
        return reply

    @property
    def kept(self) -> frozenset[ApiReply]:
        """The composed replies that run."""
        return frozenset(reply for reply in self._kept if reply.is_running)

    def close(self) -> None:
        """Abort all that runs."""
        for reply in list(self._kept) + [exchange.reply for exchange in self._exchanges]:
            reply.abort()

    @property
    def running(self) -> int:
        """How many requests are in flight or waiting to be tried again."""
        return len(self._exchanges)

    # Only exchanges call the methods below.

    def forget(self, exchange: Exchange) -> None:
        """An exchange has ended."""
        self._exchanges.discard(exchange)

    def note_reachable(self, reachable: bool) -> None:
        """The server answered, or could not be reached."""
        if reachable != self.is_reachable:
            self.is_reachable = reachable
            self.reachable_changed.emit(reachable)

    def note_refused(self, error: ApiError) -> None:
        """The server does not accept the login in either scheme."""
        self.refused.emit(error)

    def learn(self, credential: Credential) -> None:
        """`credential` is the form of the login that works."""
        if credential != self.credential:
            self.credential = credential
            self.credential_changed.emit(credential)

    def _drop_finished(self) -> None:
        """Drop the composed replies that have ended.

        A slot that holds its reply could drop that one reply, but Qt would then keep slot and reply for good.
        """
        self._kept = {reply for reply in self._kept if reply.is_running}

    def _run(self, exchange: Exchange) -> ApiReply:
        self._exchanges.add(exchange)
        return exchange.reply

    def _url(self, path: str, query: Query) -> QUrl:
        url = QUrl(path if "://" in path else self.server + path, QUrl.ParsingMode.StrictMode)
        if query:
            url.setQuery(query_text(query), QUrl.ParsingMode.StrictMode)
        return url


def _read_picture(value: object) -> object:
    if not isinstance(value, bytes) or not value or not FileKind.PICTURE.accepts(value):
        raise MalformedReply(translate("Http", "it is no picture"))
    return value
