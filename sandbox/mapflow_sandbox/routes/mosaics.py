"""API reference, "Data API" > "Mosaics"."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, BeforeValidator, Field, StringConstraints

from ..context import AccountDep, BaseUrlDep, Sandbox, SandboxDep
from ..data_faults import missing
from ..rasters.uploads import take_in, take_in_link
from ..store import Account, images, mosaics
from ..store.mosaics import Mosaic, NewMosaic
from ..strict_json import StrictRoute
from ..wire import Wire
from .paging import listing
from .projects import Name

Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)]
Tags = Annotated[list[Tag], Field(max_length=100)]


def _given(tags: list[str]) -> list[str]:
    """The tags of a query without the empty ones: clients send `tags=` where there are none."""
    return [tag for tag in tags if tag.strip()]


def _separate(tags: list[str]) -> list[str]:
    """The tags of a query that names each (`tags=a&tags=b`), or all in one value as some clients do (`tags=a, b`)."""
    return _given(tags[0].split(", ") if len(tags) == 1 else tags)


TagFilter = Annotated[list[Tag], BeforeValidator(_given), Query(default_factory=list, max_length=100)]
NewTags = Annotated[list[Tag], BeforeValidator(_separate), Query(default_factory=list, max_length=100)]

NO_LIMIT = 2**62  # of the body: an upload is stopped by its own limit, with the service's own words
_FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}


class MosaicRequest(BaseModel):
    """POST /rasters/mosaic."""

    name: Name
    tags: Tags | None = None


class MosaicChange(BaseModel):
    """PUT /rasters/mosaic/{mosaic_id}: what is absent or null stays, tags are replaced as a whole."""

    name: Name | None = None
    tags: Tags | None = None


class LinkRequest(BaseModel):
    """POST /rasters/mosaic/{mosaic_id}/link-image: the address of a GeoTIFF."""

    url: Annotated[str, StringConstraints(max_length=4000)]


def router(wire: Wire) -> APIRouter:
    """All verbs of mosaics."""
    routes = APIRouter(prefix="/rasters/mosaic", tags=["Mosaics"], route_class=StrictRoute)
    shapes = wire.rasters
    upload: dict[str, Any] = {
        "methods": ["POST"],
        "response_model": shapes.UploadModel,
        "max_body_size": NO_LIMIT,
        "openapi_extra": _FILE,
    }
    routes.add_api_route("", list_mosaics, methods=["GET"], response_model=listing(shapes.MosaicModel))
    routes.add_api_route("", create_mosaic, methods=["POST"], response_model=shapes.NewMosaicModel)
    routes.add_api_route("/image", upload_to_new_mosaic, **upload)
    routes.add_api_route("/{mosaic_id}", get_mosaic, methods=["GET"], response_model=shapes.MosaicModel)
    routes.add_api_route("/{mosaic_id}", update_mosaic, methods=["PUT"], response_model=shapes.MosaicModel)
    routes.add_api_route("/{mosaic_id}", delete_mosaic, methods=["DELETE"], response_class=Response)
    routes.add_api_route("/{mosaic_id}/image", upload_to_mosaic, **upload)
    routes.add_api_route(
        "/{mosaic_id}/link-image", link_image, methods=["POST"], response_model=shapes.UploadModel
    )
    routes.add_api_route(
        "/{mosaic_id}/image", list_images, methods=["GET"], response_model=listing(shapes.ListedImageModel)
    )
    return routes


def list_mosaics(
    sandbox: SandboxDep, account: AccountDep, base: BaseUrlDep, tags: TagFilter
) -> list[BaseModel]:
    """The account's mosaics that carry all of `tags`, the oldest first."""
    by_mosaic = defaultdict(list)
    for image in images.of_account(sandbox.database, account.id):
        by_mosaic[image.mosaic_id].append(image)
    return [
        sandbox.wire.rasters.mosaic(mosaic, by_mosaic[mosaic.id], base)
        for mosaic in mosaics.of_account(sandbox.database, account.id, tags)
    ]


def create_mosaic(new: MosaicRequest, sandbox: SandboxDep, account: AccountDep) -> BaseModel:
    """Make an empty mosaic."""
    mosaic_id = mosaics.create(sandbox.database, account.id, NewMosaic(new.name, tuple(new.tags or ())))
    return sandbox.wire.rasters.new_mosaic(mosaic_of(sandbox, account, mosaic_id))


def get_mosaic(mosaic_id: UUID, sandbox: SandboxDep, account: AccountDep, base: BaseUrlDep) -> BaseModel:
    """One mosaic."""
    return _shown(sandbox, mosaic_of(sandbox, account, mosaic_id), base)


def update_mosaic(
    mosaic_id: UUID, change: MosaicChange, sandbox: SandboxDep, account: AccountDep, base: BaseUrlDep
) -> BaseModel:
    """Rename a mosaic, or replace its tags."""
    mosaic = mosaic_of(sandbox, account, mosaic_id)
    mosaics.update(sandbox.database, mosaic.id, change.name, change.tags)
    return _shown(sandbox, mosaic_of(sandbox, account, mosaic_id), base)


def delete_mosaic(mosaic_id: UUID, sandbox: SandboxDep, account: AccountDep) -> None:
    """Delete a mosaic and all its images, for good."""
    gone = mosaics.delete(sandbox.database, account.id, str(mosaic_id))
    if gone is None:
        raise missing("Mosaic", mosaic_id)
    for image_id in gone:
        sandbox.rasters.files.remove(image_id)


async def upload_to_mosaic(
    mosaic_id: UUID, request: Request, sandbox: SandboxDep, account: AccountDep
) -> BaseModel:
    """Upload a georeferenced GeoTIFF into a mosaic: CRS, number of bands and resolution as of the others in it."""
    mosaic = mosaic_of(sandbox, account, mosaic_id)
    return sandbox.wire.rasters.upload(await take_in(sandbox, account, request, mosaic.id))


async def upload_to_new_mosaic(
    request: Request,
    sandbox: SandboxDep,
    account: AccountDep,
    name: Annotated[Name, Query()],
    tags: NewTags,
) -> BaseModel:
    """Make a mosaic and upload its first image; a file that is refused leaves no mosaic behind."""
    new = NewMosaic(name, tuple(tags))
    return sandbox.wire.rasters.upload(await take_in(sandbox, account, request, new))


def link_image(mosaic_id: UUID, asked: LinkRequest, sandbox: SandboxDep, account: AccountDep) -> BaseModel:
    """Fetch a GeoTIFF from an address into a mosaic; what holds of an upload holds of it, too."""
    mosaic = mosaic_of(sandbox, account, mosaic_id)
    return sandbox.wire.rasters.upload(take_in_link(sandbox, account, asked.url, mosaic.id))


def list_images(
    mosaic_id: UUID, sandbox: SandboxDep, account: AccountDep, base: BaseUrlDep
) -> list[BaseModel]:
    """A mosaic's images, the oldest first. The deployed service lists those alone whose pixels can be read."""
    mosaic = mosaic_of(sandbox, account, mosaic_id)
    shapes = sandbox.wire.rasters
    return [
        shapes.listed_image(image, base, sandbox.settings.downloads)
        for image in images.of_mosaic(sandbox.database, mosaic.id)
        if image.is_ready or shapes.lists_unready
    ]


def mosaic_of(sandbox: Sandbox, account: Account, mosaic_id: UUID | str) -> Mosaic:
    """The account's mosaic. Raises DataFault 404."""
    mosaic = mosaics.fetch(sandbox.database, account.id, str(mosaic_id))
    if mosaic is None:
        raise missing("Mosaic", mosaic_id)
    return mosaic


def _shown(sandbox: Sandbox, mosaic: Mosaic, base: str) -> BaseModel:
    return sandbox.wire.rasters.mosaic(mosaic, images.of_mosaic(sandbox.database, mosaic.id), base)
