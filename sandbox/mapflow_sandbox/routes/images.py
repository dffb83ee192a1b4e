"""API reference, "Data API" > "Images"; the download is of the deployed service."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel

from ..context import AccountDep, BaseUrlDep, Sandbox, SandboxDep
from ..data_faults import DataFault, missing, no_access, sentence
from ..rasters.links import preview_of
from ..store import Account, images
from ..store.images import Image, ImageState
from ..strict_json import StrictRoute
from ..wire import Wire
from .projects import Name

TIFF, JPEG = "image/tiff", "image/jpeg"
# An image's pixels never change; what the client keeps is good until the image is deleted.
_KEEP = {"Cache-Control": "private, max-age=31536000, immutable"}


class DownloadBody(BaseModel):
    """Where an image's file can be fetched without signing in, for `expires_in` seconds."""

    download_url: str
    filename: str
    expires_in: int


def router(wire: Wire) -> APIRouter:
    """All verbs of images."""
    routes = APIRouter(prefix="/rasters", tags=["Images"], route_class=StrictRoute)
    shape = wire.rasters.ImageModel
    one = "/image/{image_id}"
    routes.add_api_route(one, get_image, methods=["GET"], response_model=shape)
    routes.add_api_route(one, rename_image, methods=["PUT"], response_model=shape)
    routes.add_api_route(one, delete_image, methods=["DELETE"], response_class=Response)
    routes.add_api_route(
        f"{one}/preview/{{size}}", get_preview, methods=["GET"], response_class=FileResponse,
        responses={200: {"content": {JPEG: {}}}},
    )  # fmt: skip
    routes.add_api_route(f"{one}/download", get_download, methods=["GET"], response_model=DownloadBody)
    routes.add_api_route(
        "/file/{image_id}", get_file, methods=["GET"], response_class=FileResponse,
        responses={200: {"content": {TIFF: {}}}, 206: {"content": {TIFF: {}}}},
    )  # fmt: skip
    routes.add_api_route(
        "/file/{image_id}/preview", get_signed_preview, methods=["GET"], response_class=FileResponse,
        responses={200: {"content": {JPEG: {}}}},
    )  # fmt: skip
    # described once: the description names each operation, and would name the two alike
    routes.add_api_route("/file/{image_id}", get_file, methods=["HEAD"], include_in_schema=False)
    return routes


def get_image(image_id: UUID, sandbox: SandboxDep, account: AccountDep, base: BaseUrlDep) -> BaseModel:
    """One image, with what its file says of itself."""
    return _shown(sandbox, image_of(sandbox, account, image_id), base)


def rename_image(
    image_id: UUID,
    sandbox: SandboxDep,
    account: AccountDep,
    base: BaseUrlDep,
    name: Annotated[Name, Query()],
) -> BaseModel:
    """Change the name an image is shown by."""
    image = image_of(sandbox, account, image_id)
    images.rename(sandbox.database, image.id, name)
    return _shown(sandbox, image_of(sandbox, account, image_id), base)


def delete_image(image_id: UUID, sandbox: SandboxDep, account: AccountDep) -> None:
    """Delete an image, for good."""
    if not images.delete(sandbox.database, account.id, str(image_id)):
        raise missing("Image", image_id)
    sandbox.rasters.files.remove(str(image_id))


def get_preview(
    image_id: UUID, size: Literal["s", "l"], sandbox: SandboxDep, account: AccountDep
) -> FileResponse:
    """A JPEG of the whole image that fits into 256 (s) or 1024 (l) pixels square."""
    image = ready_image(image_of(sandbox, account, image_id))
    path = sandbox.rasters.files.of(image.id).preview(size)
    return FileResponse(path, media_type=JPEG, headers=_KEEP)


def get_download(image_id: UUID, sandbox: SandboxDep, account: AccountDep, base: BaseUrlDep) -> DownloadBody:
    """A link to the file as it was uploaded, which works without signing in until it expires."""
    image = image_of(sandbox, account, image_id)
    if not sandbox.settings.downloads:
        raise no_access("Image", image_id, "The image is not available for download")
    ready_image(image)
    links = sandbox.rasters.links
    return DownloadBody(
        download_url=f"{base}/rasters/file/{image.id}?{links.query(image.id)}",
        filename=image.filename,
        expires_in=links.lifetime,
    )


def get_file(image_id: UUID, sandbox: SandboxDep, expires: int, signature: str) -> FileResponse:
    """The file a signed link leads to, whole or in ranges."""
    check_link(sandbox, str(image_id), expires, signature)
    image = _anyones(sandbox, image_id)
    path = sandbox.rasters.files.of(image.id).original
    return FileResponse(path, media_type=TIFF, filename=image.filename)


def get_signed_preview(image_id: UUID, sandbox: SandboxDep, expires: int, signature: str) -> FileResponse:
    """The large preview of an image, for whoever has the link that the imagery catalog gives its owner."""
    check_link(sandbox, preview_of(str(image_id)), expires, signature)
    image = ready_image(_anyones(sandbox, image_id))
    return FileResponse(sandbox.rasters.files.of(image.id).preview("l"), media_type=JPEG, headers=_KEEP)


def check_link(sandbox: Sandbox, what: str, expires: int, signature: str) -> None:
    """Raises DataFault 403 where a link to `what` was not made here, or does not hold any more."""
    if not sandbox.rasters.links.is_signed(what, expires, signature):
        raise sentence(403, "The link's signature is not ours.")
    if sandbox.rasters.links.is_over(expires):
        raise sentence(403, "The link has expired; ask for a new one.")


def _anyones(sandbox: Sandbox, image_id: UUID) -> Image:
    image = images.anyones(sandbox.database, str(image_id))
    if image is None:
        raise missing("Image", image_id)
    return image


def image_of(sandbox: Sandbox, account: Account, image_id: UUID) -> Image:
    """The account's image. Raises DataFault 404."""
    image = images.fetch(sandbox.database, account.id, str(image_id))
    if image is None:
        raise missing("Image", image_id)
    return image


def ready_image(image: Image) -> Image:
    """The image, once its pixels can be read. Raises DataFault 409."""
    if not image.is_ready:
        raise _not_ready(image)
    return image


def _not_ready(image: Image) -> DataFault:
    if image.state is ImageState.FAILED:
        return sentence(409, f"The image could not be prepared. {image.error}")
    return sentence(409, "The image is not ready yet: it is still being prepared.")


def _shown(sandbox: Sandbox, image: Image, base: str) -> BaseModel:
    return sandbox.wire.rasters.image(image, base, sandbox.settings.downloads)
