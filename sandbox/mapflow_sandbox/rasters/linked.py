"""Takes an image in from an address on the web, as it takes in one that is uploaded."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import PurePosixPath
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit
from urllib.request import Request, urlopen

from ..data_faults import sentence
from .files import RasterFiles
from .intake import Allowance, Received, created, guarded
from .multipart import display_name

_TIMEOUT_S = 30.0
_CHUNK = 1024 * 1024


@contextmanager
def fetched(url: str, files: RasterFiles, allowance: Allowance) -> Iterator[Received]:
    """The file at `url`, for as long as the block lasts unless it is moved away in it.

    Raises DataFault, and leaves no file then.
    """
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise sentence(400, "The url is none.") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise sentence(400, "The url has to begin with http:// or https://.")
    path = files.new_upload()
    digest, size = hashlib.sha1(usedforsecurity=False), 0
    try:
        with guarded():
            request = Request(url, headers={"User-Agent": "mapflow-sandbox"})  # noqa: S310 - http or https alone
            try:
                with (
                    urlopen(request, timeout=_TIMEOUT_S) as answer,  # noqa: S310  # nosec B310
                    created(path) as stream,
                ):
                    while chunk := answer.read(_CHUNK):
                        size += len(chunk)
                        allowance.check(size)
                        digest.update(chunk)
                        stream.write(chunk)
            except HTTPError as error:
                raise sentence(400, f"The address answers with status {error.code}.") from error
            except (URLError, HTTPException, TimeoutError, ConnectionError, ValueError) as error:
                raise sentence(400, "The file at the address could not be fetched.") from error
            name = display_name({"filename": PurePosixPath(unquote(parts.path)).name})
            yield Received(path, name, size, digest.hexdigest())
    finally:
        path.unlink(missing_ok=True)
