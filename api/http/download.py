"""Downloads that are written to disk while they come: to name.part, which is checked and then renamed."""

from __future__ import annotations

import errno
import hashlib
import os
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, BinaryIO, Optional

from qgis.PyQt.QtCore import QObject, QRunnable, QStorageInfo, QThreadPool, pyqtSignal
from qgis.PyQt.QtNetwork import QNetworkReply, QNetworkRequest

from ...text.disk import write_fault
from ...text.translation import translate
from ..answers.expected import ANY_FILE, Expected, FileKind
from . import outcome
from .errors import ApiError
from .exchange import Exchange
from .flight import READ_BUFFER, Flight
from .guard import guarded
from .outcome import Attempt
from .request import Request

if TYPE_CHECKING:
    from .client import Client

_MARGIN = 16 * 1024 * 1024  # bytes that stay free on the disk
_STEP = 64 * 1024 * 1024  # bytes after which it is looked again how much is free
_HEAD = 4 * 1024  # bytes by which a file is told from a message
_AS_IT_IS = frozenset({b"", b"identity"})  # what is asked for, since Qt would not unpack it
_MOST_OF_AN_ERROR = READ_BUFFER // 4


class Download(Exchange):
    """Streams an answer to `destination`; the reply succeeds with that Path. If it fails, no file is left behind.

    The file is looked at before it gets its name: a server's message is no file, nor is one that is not `expected`.
    """

    def __init__(
        self, client: Client, request: Request, destination: Path, expected: Expected = ANY_FILE
    ) -> None:
        super().__init__(client, request, lambda _value: destination)
        self._destination = destination
        self._expected = expected
        self._part = destination.with_name(destination.name + ".part")
        self._file: Optional[BinaryIO] = None
        self._written = 0
        self._total = -1
        self._encoding = b""
        self._disk_error: Optional[ApiError] = None
        self._sealing: Optional[_Sealing] = None

    @guarded
    def _attempt(self) -> None:
        self._discard()
        super()._attempt()

    def _send(self, made: QNetworkRequest) -> QNetworkReply:
        made.setRawHeader(b"Accept-Encoding", b"identity")  # so that Content-Length is that of the file
        return super()._send(made)

    @guarded
    def _read(self) -> None:
        if self._flight is None:
            return
        ask = self._flight.ask
        status = QNetworkRequest.Attribute.HttpStatusCodeAttribute
        if ask(lambda network: network.attribute(status)) != 200:
            if ask(lambda network: network.bytesAvailable()) > _MOST_OF_AN_ERROR:
                # nothing more of an error is read, and with a full buffer Qt would wait for ever
                ask(lambda network: network.abort())
            return
        try:
            self._write(self._flight)
        except OSError as problem:
            self._disk_error = outcome.on_disk(write_fault(problem, self._destination.parent))
            ask(lambda network: network.abort())

    def _write(self, flight: Flight) -> None:
        if self._file is None:
            of_length = QNetworkRequest.KnownHeaders.ContentLengthHeader
            length = flight.ask(lambda network: network.header(of_length))
            self._total = -1 if length is None else int(length)
            encoding = flight.ask(lambda network: bytes(network.rawHeader(b"Content-Encoding")))
            self._encoding = encoding.strip().lower()
            if self._total > 0:
                self._check_room(self._total)
            self._file = self._part.open("wb")
        chunk = flight.ask(lambda network: bytes(network.readAll()))
        if self._written // _STEP != (self._written + len(chunk)) // _STEP:
            self._check_room(len(chunk))  # an answer of no length may have no end
        self._file.write(chunk)
        self._written += len(chunk)
        self.reply.progress(self._written, self._total)
        if self._expected.size is not None and self._written > 2 * self._expected.size + _MARGIN:
            self._too_big = True
            flight.ask(lambda network: network.abort())

    def _check_room(self, wanted: int) -> None:
        free = QStorageInfo(str(self._part.parent)).bytesAvailable()
        if 0 <= free < wanted + _MARGIN:
            raise OSError(errno.ENOSPC, "not enough room for the whole file")

    def _ended(self, flight: Flight) -> Attempt:
        if flight.ask(lambda network: network.isOpen()) and self._disk_error is None:
            self._read()
        attempt = super()._ended(flight)
        short = 0 <= self._total != self._written
        if attempt.status == 200 and attempt.error is None and short:
            return replace(attempt, error=QNetworkReply.NetworkError.RemoteHostClosedError)
        return attempt

    @guarded
    def _finished(self) -> None:
        if self._disk_error is not None:
            self.fail(self._disk_error)
            return
        super()._finished()

    def _accept(self, attempt: Attempt) -> None:
        if attempt.is_html:
            self.fail(outcome.not_mapflow(attempt))
        elif self._file is None or not self._written:
            self.fail(outcome.malformed(attempt, translate("Http", "it is empty")))
        elif self._encoding not in _AS_IT_IS:
            self.fail(outcome.malformed(attempt, translate("Http", "it was packed on the way")))
        else:
            self._sealing = _Sealing(self._file, self._part, self._expected)
            self._sealing.signals.done.connect(partial(self._sealed, attempt))
            self._file = None
            QThreadPool.globalInstance().start(self._sealing)

    @guarded
    def _sealed(self, attempt: Attempt, problem: Optional[Exception]) -> None:
        if isinstance(problem, _UnexpectedError):
            self.fail(outcome.not_the_file(attempt, problem.sentence, problem.head))
            return
        try:
            if problem is not None:
                raise problem
            os.replace(self._part, self._destination)
        except OSError as error:
            self.fail(outcome.on_disk(write_fault(error, self._destination.parent)))
            return
        self._sealing = None
        self._end()
        self.reply.succeed(self._destination)

    def _end(self) -> None:
        if self._sealing is not None:
            self._sealing.signals.done.disconnect()
            self._sealing.abandon()
            self._sealing = None
        try:
            self._discard()
        finally:
            super()._end()

    def _discard(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):  # a full disk is an error here, too; it was reported already
                file.close()
            with suppress(OSError):
                self._part.unlink(missing_ok=True)
        self._written, self._total = 0, -1


class _Signals(QObject):
    done = pyqtSignal(object)  # Optional[Exception]


class _UnexpectedError(Exception):
    """A file is whole, and is not what it was to be; `head` is its beginning."""

    def __init__(self, sentence: str, head: bytes = b"") -> None:
        super().__init__()
        self.sentence = sentence
        self.head = head


class _Sealing(QRunnable):
    """Writes everything of a file to the disk and looks at it, in another thread, since that may take seconds."""

    def __init__(self, file: BinaryIO, part: Path, expected: Expected) -> None:
        super().__init__()
        self.signals = _Signals()
        self._file = file
        self._part = part
        self._expected = expected
        self._lock = Lock()
        self._is_abandoned = False
        self._is_done = False

    def run(self) -> None:
        problem: Optional[Exception] = None
        try:
            with self._file:
                self._file.flush()
                os.fsync(self._file.fileno())
            self._look()
        except Exception as error:  # noqa: BLE001 - an exception would end here unheard
            problem = error
        with self._lock:
            self._is_done = True
            if self._is_abandoned:
                self._part.unlink(missing_ok=True)
        self.signals.done.emit(problem)

    def _look(self) -> None:
        expected = self._expected
        digest = hashlib.sha1(usedforsecurity=False)
        with self._part.open("rb") as file:
            head = file.read(_HEAD)
            if not expected.kind.accepts(head):
                raise _UnexpectedError(_another_kind(expected.kind), head)
            chunk = head if expected.checksum else b""
            while chunk and not self._is_abandoned:
                digest.update(chunk)
                chunk = file.read(READ_BUFFER)
            size = file.seek(0, os.SEEK_END)
        if self._is_abandoned:
            return
        if not expected.checksum and expected.size not in {None, size}:
            raise _UnexpectedError(
                translate(
                    "Http",
                    "What {server} sent is not the whole file that was uploaded there, or another one: its size is "
                    "another. Download it again; if it stays so, ask the service's support.",
                )
            )
        if expected.checksum and digest.hexdigest() != expected.checksum:
            raise _UnexpectedError(
                translate(
                    "Http",
                    "What {server} sent is not the file that was uploaded there: its checksum is another one. Download "
                    "it again; if it stays so, ask the service's support.",
                )
            )

    def abandon(self) -> None:
        """Remove the file. If it is still being written, the thread removes it at its end."""
        with self._lock:
            self._is_abandoned = True
            if self._is_done:
                self._part.unlink(missing_ok=True)


def _another_kind(kind: FileKind) -> str:
    if kind is FileKind.GEOJSON:
        return translate(
            "Http",
            "{server} sent something else than the result that was asked for. Try again; if it stays so, ask the "
            "service's support.",
        )
    return translate(
        "Http",
        "{server} sent a message in place of the picture that was asked for. Try again; if it stays so, ask the "
        "service's support.",
    )
