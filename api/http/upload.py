"""Uploads of one file as multipart/form-data, sent once. The file is read from the disk while it is sent."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Callable, Optional

from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtNetwork import QHttpMultiPart, QHttpPart, QNetworkReply, QNetworkRequest

from ...text.translation import translate
from . import outcome
from .errors import ApiError
from .exchange import Exchange
from .guard import guarded
from .outcome import Attempt
from .request import Request, SentOnceBody, keep_body, network_manager

if TYPE_CHECKING:
    from .client import Client

UNREADABLE = "file.unreadable"  # the file could not be opened
CHANGED = "file.changed"  # the file was changed, replaced or removed while it was sent
_LOOK_MS = 1_000


@dataclass(frozen=True)
class FilePart:
    """A file to send: where it is, the name the server is told, and what the form calls it."""

    path: Path
    name: str
    field: str = "file"
    media_type: str = "image/tiff"


@dataclass(frozen=True)
class _FileState:
    """What changes when a file is written to or replaced."""

    size: int
    modified_ns: int
    inode: int


class Upload(Exchange):
    """Sends `part`. It fails with CHANGED if the file changes before all of it is sent."""

    def __init__(
        self, client: Client, request: Request, part: FilePart, parse: Callable[[object], object]
    ) -> None:
        super().__init__(client, request, parse)
        self._part = part
        self._file: Optional[BinaryIO] = None
        self._content: Optional[SentOnceBody] = None
        self._problem: Optional[OSError] = None  # why the file could not be read on
        self._as_opened: Optional[_FileState] = None
        self._is_all_sent = False
        self._is_changed = False
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(self._check_file)

    @guarded
    def _attempt(self) -> None:
        # after a 303: the server has the file, and its answer is at another address
        if self._route.verb == "GET":
            self._is_all_sent = True
            super()._attempt()
            self._allow_thinking()
            return
        self._is_all_sent = self._is_changed = False
        try:
            self._file = self._part.path.open("rb", buffering=0)
            self._as_opened = _state_of(os.fstat(self._file.fileno()))
        except OSError as problem:
            self.fail(outcome.on_disk(_unreadable(self._part.path, problem), UNREADABLE))
            return
        self._look.start()
        super()._attempt()

    def _send(self, made: QNetworkRequest) -> QNetworkReply:
        if self._route.verb == "GET":
            return super()._send(made)
        if self._file is None or self._as_opened is None:
            raise RuntimeError("an attempt opens the file first")
        multipart = QHttpMultiPart(QHttpMultiPart.ContentType.FormDataType)
        self._content = SentOnceBody(self._file, self._as_opened.size, multipart)
        part = QHttpPart()
        part.setRawHeader(b"Content-Disposition", _disposition(self._part))
        part.setRawHeader(b"Content-Type", self._part.media_type.encode("ascii"))
        part.setBodyDevice(self._content)
        multipart.append(part)
        network = network_manager().post(made, multipart)
        multipart.setParent(network)
        keep_body((multipart, self._content), network)
        network.uploadProgress.connect(self._sent)
        return network

    # while it runs

    @guarded
    def _sent(self, done: int, total: int) -> None:
        if total <= 0:  # Qt ends with 0 of 0
            return
        if done >= total and not self._is_all_sent:
            self._look.stop()  # a change of the file after its last byte was sent does no harm
            self._check_file()
            self._is_all_sent = True
            self._allow_thinking()
        self.reply.progress(done, total)

    def _allow_thinking(self) -> None:
        """Allow the service more time to answer, once it has the whole file."""
        if self._flight is not None:
            thinking = self._client.thinking_timeout_ms
            self._flight.allow(thinking, thinking + self._client.window_ms)

    @guarded
    def _check_file(self) -> None:
        try:
            is_same = _state_of(os.stat(self._part.path)) == self._as_opened
        except OSError:
            is_same = False
        if not is_same:
            self._is_changed = True
            if self._flight is not None and self._look.isActive():
                self._flight.ask(lambda network: network.abort())

    # when it ended

    def _broken(self, attempt: Attempt) -> None:
        if not self._is_all_sent:
            self._check_file()
        if self._is_changed:
            self.fail(outcome.on_disk(_changed(self._part.path), CHANGED))
        elif self._problem is not None:
            self.fail(outcome.on_disk(_unreadable(self._part.path, self._problem), UNREADABLE))
        else:
            super()._broken(attempt)

    def _why_broken(self, attempt: Attempt) -> ApiError:
        return outcome.broken_upload(attempt, self._is_all_sent)

    def _accept(self, attempt: Attempt) -> None:
        if self._is_changed:
            # The caller's parser keeps the id of the image that the service made, so that it can be deleted.
            with suppress(ValueError, RecursionError):
                self._parse(outcome.decoded(attempt, self._request.content))
            self.fail(outcome.on_disk(_changed(self._part.path), CHANGED, attempt.status))
        else:
            super()._accept(attempt)

    def _let_go(self) -> None:
        self._look.stop()
        file, self._file = self._file, None
        if self._content is not None:
            self._problem = self._content.problem
            self._content.let_go()
            self._content = None
        if file is not None:
            file.close()
        super()._let_go()


def _state_of(found: os.stat_result) -> _FileState:
    return _FileState(found.st_size, found.st_mtime_ns, found.st_ino)


def _disposition(part: FilePart) -> bytes:
    """The header that names the file: in UTF-8 as browsers send it, quotes and backslashes escaped."""
    shown = "".join(letter if letter.isprintable() else " " for letter in part.name)
    escaped = shown.replace("\\", "\\\\").replace('"', '\\"')
    return f'form-data; name="{part.field}"; filename="{escaped}"'.encode("utf-8", "replace")


def _unreadable(path: Path, problem: OSError) -> str:
    return translate(
        "Http",
        "{file} in {folder} could not be read: {reason}. Check that it is there and may be read, and try again.",
    ).format(file=path.name, folder=path.parent, reason=problem.strerror or str(problem))


def _changed(path: Path) -> str:
    return translate(
        "Http",
        "{file} was changed or removed while it was being sent, so its upload was stopped. Upload it again when "
        "nothing writes to it any more.",
    ).format(file=path.name)
