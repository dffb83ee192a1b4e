"""The one place that sends: authorises, times out, retries, streams and turns faults into ApiError."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Callable, Optional

from qgis.PyQt.QtCore import QObject, QUrl, pyqtSignal

from ..login.credential import Credential
from .addresses import query_text
from .download import Download
from .errors import ApiError
from .exchange import Exchange
from .reply import ApiReply
from .request import Content, Request
from .upload import FilePart, Upload

Query = Sequence[tuple[str, str]]
Parse = Callable[[object], object]

IDLE_TIMEOUT_MS = 60_000  # without a byte in either direction
THINKING_TIMEOUT_MS = 15 * 60_000  # for the server to check and convert an image it has got
WINDOW_MS = 5 * 60_000  # in which an answer that only drips has to have moved some kilobytes
RETRY_BASE_S = 0.5


class Client(QObject):
    """Speaks to one server with one login.

    A path is relative to the server ("/projects") or a whole address; the login goes to the server's own origin only.
    Requests run until they end or `close` is called; a caller may drop the reply it got.
    """

    reachable_changed = pyqtSignal(
        bool
    )  # False when the server cannot be reached, True when it answers again
    refused = pyqtSignal(object)  # ApiError: 401, after the other scheme was tried
    credential_changed = pyqtSignal(object)  # Credential: the other scheme is the one that works

    def __init__(
        self, server: str, credential: Optional[Credential] = None, parent: Optional[QObject] = None
    ) -> None:
        super().__init__(parent)
        self.server = server
        self.credential = credential
        self.account_email = ""  # who is signed in, by which a project's members are read
        self.idle_timeout_ms = IDLE_TIMEOUT_MS
        self.thinking_timeout_ms = THINKING_TIMEOUT_MS
        self.window_ms = WINDOW_MS
        self.retry_base_s = RETRY_BASE_S
        self.is_reachable = True
        self._exchanges: set[Exchange] = set()
        self._kept: set[ApiReply] = set()

    def get(self, path: str, parse: Parse, query: Query = ()) -> ApiReply:
        """Ask for JSON; asked again where that can help. Succeeds with what `parse` makes of the document.

        `parse` raises MalformedReply for a document that lacks something, ForeignReply where it is no Mapflow's.
        """
        return self._run(Exchange(self, Request("GET", self._url(path, query), repeatable=True), parse))

    def send(
        self,
        verb: str,
        path: str,
        parse: Parse,
        body: Optional[object] = None,
        query: Query = (),
        repeatable: bool = False,
        as_text: bool = False,
    ) -> ApiReply:
        """Send `body` as JSON. Only what is `repeatable`, since it neither spends nor deletes, is sent again.

        `parse` gets None where the answer is empty, and the answer undecoded where it comes `as_text`.
        """
        data = None if body is None else json.dumps(body, ensure_ascii=False, allow_nan=False).encode("utf-8")
        accept, content = (b"text/*", Content.TEXT) if as_text else (b"application/json", Content.JSON)
        request = Request(verb, self._url(path, query), data, repeatable, accept, content)
        return self._run(Exchange(self, request, parse))

    def picture(self, path: str) -> ApiReply:
        """Ask for a picture, which QGIS's network cache may have: it stays as it is. Succeeds with its bytes."""
        request = Request(
            "GET",
            self._url(path, ()),
            repeatable=True,
            accept=b"image/*",
            content=Content.BYTES,
            is_cacheable=True,
        )
        return self._run(Exchange(self, request, lambda value: value))

    def download(self, path: str, destination: Path, query: Query = (), with_login: bool = True) -> ApiReply:
        """Stream to `destination`, by way of a file beside it with `.part` after its name; succeeds with the Path."""
        url = self._url(path, query)
        request = Request("GET", url, repeatable=True, accept=b"*/*", with_login=with_login)
        return self._run(Download(self, request, destination))

    def upload(self, path: str, part: FilePart, parse: Parse, query: Query = ()) -> ApiReply:
        """Send a file as multipart/form-data, once, read from the disk as it goes.

        The reply's progress counts the bytes of the whole body; when all are sent the server may still think for
        `thinking_timeout_ms`.
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

    # The rest is for exchanges.

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
        """Not by a function that holds the reply: Qt would keep both for good."""
        self._kept = {reply for reply in self._kept if reply.is_running}

    def _run(self, exchange: Exchange) -> ApiReply:
        self._exchanges.add(exchange)
        return exchange.reply

    def _url(self, path: str, query: Query) -> QUrl:
        url = QUrl(path if "://" in path else self.server + path, QUrl.ParsingMode.StrictMode)
        if query:
            url.setQuery(query_text(query), QUrl.ParsingMode.StrictMode)
        return url
