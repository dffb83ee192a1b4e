"""What the tile endpoints share: reading an address, and answering so that clients may keep what they have."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Callable, Sequence
from typing import Annotated
from uuid import UUID

import numpy as np
import shapely
from fastapi import Depends, Path, Request, Response
from shapely.geometry.base import BaseGeometry

from ..context import AccountDep, SandboxDep
from ..faults import ApiFault
from ..store import Aoi, Processing, Role
from ..tiles.matrix import MAX_ZOOM, TileAddress
from .processings import processing_with_role

PNG = "image/png"
MVT = "application/vnd.mapbox-vector-tile"
_GZIP_LEVEL = 5
_NO_QUALITY = re.compile(r"\s*q\s*=\s*0(\.0*)?\s*")
_Number = Annotated[int, Path(ge=0, lt=2**MAX_ZOOM)]


def _address(z: Annotated[int, Path(ge=0, le=MAX_ZOOM)], x: _Number, y: _Number) -> TileAddress:
    address = TileAddress(z, x, y)
    if not address.exists:
        raise ApiFault(404, "NOT_FOUND", f"There is no tile {z}/{x}/{y}: columns and rows end at {2**z - 1}.")
    return address


def _processing(processingId: UUID, sandbox: SandboxDep, account: AccountDep) -> Processing:
    return processing_with_role(sandbox, account, processingId, Role.READONLY)


TileDep = Annotated[TileAddress, Depends(_address)]
# The processing a path names, where the account that asks may see it.
ProcessingDep = Annotated[Processing, Depends(_processing)]


def area_of(aois: Sequence[Aoi]) -> BaseGeometry:
    """The whole area of a processing, in degrees."""
    return shapely.union_all(np.array([shapely.geometry.shape(aoi.geometry) for aoi in aois]))


def etag(*parts: object) -> str:
    """A weak tag that changes with any of `parts`."""
    digest = hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()
    return f'W/"{digest[:20]}"'


def answer(
    request: Request, tag: str, make: Callable[[], bytes], media_type: str, keep: str, squeeze: bool = False
) -> Response:
    """304 when the client has `tag` already, else what `make` makes; `keep` is its Cache-Control.

    With `squeeze` it is compressed for clients that take gzip.
    """
    headers = {"ETag": tag, "Cache-Control": keep}
    if squeeze:
        headers["Vary"] = "Accept-Encoding"
    known = request.headers.get("if-none-match", "")
    if tag in (each.strip() for each in known.split(",")):
        return Response(status_code=304, headers=headers)
    content = make()
    if squeeze and content and _takes_gzip(request):
        content = gzip.compress(content, _GZIP_LEVEL)
        headers["Content-Encoding"] = "gzip"
    return Response(content, media_type=media_type, headers=headers)


def _takes_gzip(request: Request) -> bool:
    for each in request.headers.get("accept-encoding", "").lower().split(","):
        name, _, quality = each.partition(";")
        if name.strip() in {"gzip", "*"}:
            return not _NO_QUALITY.fullmatch(quality)
    return False
