"""Uploaded images and mosaics as XYZ tiles: what lies at a `uri` of the service's own storage."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from shapely import from_wkt

from ..context import AccountDep, BaseUrlDep, Sandbox, SandboxDep
from ..data_faults import missing, sentence
from ..rasters.files import BUCKET
from ..rasters.footprint import bounds_3857, union_of
from ..rasters.links import preview_of
from ..store import images
from ..store.images import Image
from ..strict_json import StrictRoute
from ..tiles import raster
from ..tiles.matrix import TileAddress
from ..wire import Wire
from ..wire.rasters import tile_addresses
from ..wire.tilejson import TileJsonBody, middle
from . import tiling
from .imagery import PICTURE
from .images import check_link, image_of, ready_image
from .mosaics import mosaic_of
from .tiling import PNG, TileDep

_ID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_URI = re.compile(rf"{re.escape(BUCKET)}/(?P<mosaic>{_ID})(?:/cog/(?P<image>{_ID})\.tif)?")
# A mosaic grows: clients ask each time whether what they have is still good.
_KEEP_MOSAIC, _KEEP_IMAGE = "private, no-cache", "private, max-age=3600"


@dataclass(frozen=True)
class Shown:
    """What a `uri` leads to: its name, and its images, the newest first: it lies on top."""

    name: str
    uri: str
    images: tuple[Image, ...]
    keep: str

    def files_at(self, sandbox: Sandbox, address: TileAddress) -> list[FilePath]:
        """The files of the images that reach into a tile."""
        left, bottom, right, top = address.bounds_3857
        found = []
        for image in self.images:
            west, south, east, north = bounds_3857(image.footprint or "")
            if west < right and east > left and south < top and north > bottom:
                found.append(sandbox.rasters.files.of(image.id).cog)
        return found


def _shown(uri: Annotated[str, Query()], sandbox: SandboxDep, account: AccountDep) -> Shown:
    match = _URI.fullmatch(uri)
    if match is None:
        raise sentence(400, f"The uri is none of {BUCKET}.")
    mosaic = mosaic_of(sandbox, account, match["mosaic"])
    if match["image"] is not None:
        image = image_of(sandbox, account, UUID(match["image"]))
        if image.mosaic_id != mosaic.id:
            raise missing("Image", image.id)
        return Shown(image.filename, uri, (ready_image(image),), _KEEP_IMAGE)
    ready = [image for image in images.of_mosaic(sandbox.database, mosaic.id) if image.is_ready]
    return Shown(mosaic.name, uri, tuple(reversed(ready)), _KEEP_MOSAIC)


ShownDep = Annotated[Shown, Depends(_shown)]


def router(_wire: Wire) -> APIRouter:
    """Tiles and their TileJSON."""
    routes = APIRouter(prefix="/rasters", tags=["Tiles"], route_class=StrictRoute)
    routes.add_api_route("/cogs/tiles.json", get_tilejson, methods=["GET"], response_model=TileJsonBody)
    for path, shows in (("/cogs/tiles", get_tile), ("/file/{mosaic_id}/tiles", get_signed_tile)):
        routes.add_api_route(
            f"{path}/{{z}}/{{x}}/{{y}}.png",
            shows,
            methods=["GET"],
            response_class=Response,
            responses=PICTURE,
        )
    return routes


def get_tilejson(shown: ShownDep, sandbox: SandboxDep, base: BaseUrlDep) -> TileJsonBody:
    """Where the tiles of a mosaic or an image are, and what they cover."""
    if not shown.images:
        raise sentence(409, "The mosaic has no image that is ready yet.")
    footprints = tuple(image.footprint for image in shown.images if image.footprint)
    west, south, east, north = from_wkt(union_of(footprints)).bounds
    finest = raster.finest_zoom([sandbox.rasters.files.of(image.id).cog for image in shown.images])
    return TileJsonBody(
        name=shown.name,
        tiles=[tile_addresses(shown.uri, base).tiles],
        minzoom=0,
        maxzoom=finest,
        bounds=[west, south, east, north],
        center=middle((west, south, east, north), finest),
    )


def get_signed_tile(
    mosaic_id: UUID, address: TileDep, request: Request, sandbox: SandboxDep, expires: int, signature: str
) -> Response:
    """One tile of a mosaic, for whoever has the link that the imagery catalog gives its owner."""
    check_link(sandbox, preview_of(str(mosaic_id)), expires, signature)
    ready = [image for image in images.of_mosaic(sandbox.database, str(mosaic_id)) if image.is_ready]
    if not ready:
        raise missing("Mosaic", mosaic_id)
    return get_tile(address, Shown("", "", tuple(reversed(ready)), _KEEP_MOSAIC), request, sandbox)


def get_tile(address: TileDep, shown: ShownDep, request: Request, sandbox: SandboxDep) -> Response:
    """One tile, transparent where there is no imagery; where images overlap, the newest is seen."""
    files = shown.files_at(sandbox, address)
    tag = tiling.etag(raster.state_of(files), address)
    return tiling.answer(request, tag, lambda: raster.tile(files, address), PNG, shown.keep)
