"""Previews of what the catalog's providers offer, which are for everybody; uploads have signed links of their own."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from ..catalog import pictures
from ..catalog.records import CatalogRecord, Preview
from ..context import Sandbox, SandboxDep
from ..faults import not_found
from ..strict_json import StrictRoute
from ..tiles import raster
from ..tiles.matrix import TileAddress
from ..wire import Wire
from ..wire.catalog import WHOLE
from . import tiling
from .imagery import PICTURE
from .tiling import PNG, TileDep

_KEEP = "public, max-age=3600"
_DRAWN = {Preview.PICTURE, Preview.MISTOLD, Preview.PARTS}
_SCENE: dict[int | str, dict[str, Any]] = {
    200: {"content": {PNG: {}, "image/jpeg": {}}},
    304: {"description": "As the client has it"},
}


def router(_wire: Wire) -> APIRouter:
    """Pictures of scenes, and tiles of mosaics; none needs to sign in."""
    routes = APIRouter(prefix="/providers/{name}", tags=["Imagery catalog"], route_class=StrictRoute)
    for ending in ("png", "jpg"):
        routes.add_api_route(
            f"/scenes/{{imageId}}/{WHOLE}.{ending}", whole_scene, methods=["GET"],
            response_class=Response, responses=_SCENE, operation_id=f"whole_scene_{ending}",
        )  # fmt: skip
        routes.add_api_route(
            f"/scenes/{{imageId}}/{{piece}}.{ending}", scene_picture, methods=["GET"],
            response_class=Response, responses=_SCENE, operation_id=f"scene_picture_{ending}",
        )  # fmt: skip
    for place, counted in (("", mosaic_tile), ("tms/", mosaic_tile_from_south)):
        routes.add_api_route(
            f"/mosaics/{{imageId}}/{place}{{z}}/{{x}}/{{y}}.png", counted, methods=["GET"],
            response_class=Response, responses=PICTURE,
        )  # fmt: skip
    return routes


def whole_scene(name: str, imageId: str, request: Request, sandbox: SandboxDep) -> Response:
    """A picture of all of a scene. What it really is, PNG or JPEG, the answer says."""
    return _scene(name, imageId, None, request, sandbox)


def scene_picture(name: str, imageId: str, piece: int, request: Request, sandbox: SandboxDep) -> Response:
    """A picture of a part of a scene, in the format the answer says."""
    return _scene(name, imageId, piece, request, sandbox)


def _scene(name: str, imageId: str, piece: int | None, request: Request, sandbox: Sandbox) -> Response:
    record = _record(sandbox, name, imageId)
    if record.preview not in _DRAWN:
        raise not_found("Preview", imageId)
    tag = tiling.etag(record.id, WHOLE if piece is None else piece)
    known = request.headers.get("if-none-match", "")
    headers = {"ETag": tag, "Cache-Control": _KEEP}
    if tag in (each.strip() for each in known.split(",")):
        return Response(status_code=304, headers=headers)
    try:
        drawn, media_type = pictures.picture(record, piece, sandbox.scene.path_to_cog)
    except IndexError as error:
        raise not_found("Preview", f"{imageId}/{piece}") from error
    return Response(drawn, media_type=media_type, headers=headers)


def mosaic_tile(name: str, imageId: str, address: TileDep, request: Request, sandbox: SandboxDep) -> Response:
    """A tile of a mosaic, its rows counted from the north; transparent outside its footprint."""
    record = _record(sandbox, name, imageId)
    if record.preview not in {Preview.TILES, Preview.TILES_FROM_SOUTH}:
        raise not_found("Preview", imageId)
    scene = sandbox.scene.path_to_cog
    tag = tiling.etag(raster.state_of((scene,)), record.id, address)
    return tiling.answer(request, tag, lambda: pictures.mosaic_tile(record, address, scene), PNG, _KEEP)


def mosaic_tile_from_south(
    name: str, imageId: str, address: TileDep, request: Request, sandbox: SandboxDep
) -> Response:
    """A tile of a mosaic, its rows counted from the south, as TMS has them."""
    flipped = TileAddress(address.z, address.x, 2**address.z - 1 - address.y)
    return mosaic_tile(name, imageId, flipped, request, sandbox)


def _record(sandbox: Sandbox, name: str, image_id: str) -> CatalogRecord:
    for record in sandbox.catalog.find([image_id]):
        if record.provider == name:
            return record
    raise not_found("Image", image_id)
