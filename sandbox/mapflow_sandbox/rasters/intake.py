"""Takes an upload in: from the connection to a file, never whole in memory, and gone again when it breaks off."""

from __future__ import annotations

import errno
import hashlib
import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from ..data_faults import disk_full, no_room, sentence, too_big
from .files import RasterFiles
from .multipart import FileForm, MultipartError, boundary_of

# What a body holds beside the file: boundaries and headers.
_WRAPPING_BYTES = 16 * 1024
_WRITE_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Received:
    """A file that has arrived whole; `size` in bytes, `checksum` is its SHA-1."""

    path: Path
    filename: str
    size: int
    checksum: str


@dataclass(frozen=True)
class Allowance:
    """What may be uploaded, in bytes: at once, and until the account's storage is full (None: it never is)."""

    upload: int
    storage: int | None

    def check(self, size: int) -> None:
        """Raises DataFault when `size` is too much."""
        if size > self.upload:
            raise too_big(size, self.upload)
        if self.storage is not None and size > self.storage:
            raise no_room(size, self.storage)


@asynccontextmanager
async def incoming(request: Request, files: RasterFiles, allowance: Allowance) -> AsyncIterator[Received]:
    """The file in the body of `request`, for as long as the block lasts unless it is moved away in it.

    Raises DataFault and RequestValidationError, and leaves no file then.
    """
    boundary = boundary_of(request.headers.get("content-type", ""))
    if boundary is None:
        raise _missing_file("Expected multipart/form-data")
    declared = request.headers.get("content-length", "")
    if declared.isdigit():
        allowance.check(int(declared) - _WRAPPING_BYTES)
    path: Path | None = None
    try:
        with guarded():
            path = files.new_upload()
            yield await _receive(request, FileForm(boundary), path, allowance)
    except MultipartError as error:
        raise sentence(400, f"{error}.") from error
    except ClientDisconnect as error:
        raise sentence(400, "The upload broke off.") from error
    finally:
        if path is not None:
            path.unlink(missing_ok=True)


@contextmanager
def guarded() -> Iterator[None]:
    """Raises DataFault 507 where the disk turns out to be full, under a file or under the database."""
    try:
        yield
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise disk_full() from error
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_FULL:
            raise
        raise disk_full() from error


async def _receive(request: Request, form: FileForm, path: Path, allowance: Allowance) -> Received:
    digest = hashlib.sha1(usedforsecurity=False)
    size = 0
    waiting = bytearray()
    with created(path) as stream:

        def write(content: bytearray) -> None:
            stream.write(content)
            digest.update(content)

        async for piece in request.stream():
            content = form.feed(piece)
            size += len(content)
            allowance.check(size)
            waiting += content
            if len(waiting) >= _WRITE_BYTES:
                full, waiting = waiting, bytearray()
                await run_in_threadpool(write, full)
        await run_in_threadpool(write, waiting)
    if not form.is_complete:
        raise sentence(400, "The upload broke off before its end.")
    if not form.has_file:
        raise _missing_file("Field required")
    return Received(path, form.filename or "", size, digest.hexdigest())


def created(path: Path) -> BinaryIO:
    """A new file that its owner alone can read, open for writing."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _missing_file(why: str) -> RequestValidationError:
    return RequestValidationError([{"type": "missing", "loc": ("body", "file"), "msg": why, "input": None}])
