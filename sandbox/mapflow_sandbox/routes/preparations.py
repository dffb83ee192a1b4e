"""How far uploaded images are, of the deployed service: one image, all of a mosaic; the failed ones can be cleared."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel

from ..context import AccountDep, SandboxDep
from ..store import images
from ..store.images import Image, ImageState
from ..strict_json import StrictRoute
from ..wire import Wire
from ..wire.rasters import SummaryBody, summary_of
from .images import image_of
from .mosaics import mosaic_of

Step = Literal["NONE", "PENDING", "IN_PROGRESS", "COMPLETED", "FAILED"]
_STEPS: dict[ImageState, Step] = {
    ImageState.PENDING: "PENDING",
    ImageState.IN_PROGRESS: "IN_PROGRESS",
    ImageState.READY: "COMPLETED",
    ImageState.FAILED: "FAILED",
}


class StatusBody(BaseModel):
    """How far an image is; `preprocessing_error` is a sentence on what went wrong."""

    preprocessing_status: Step
    preprocessing_error: str | None
    data_available: bool


class ListedStatusBody(StatusBody):
    """How far an image of a mosaic is."""

    image_id: UUID
    filename: str
    uploaded_at: str


class MosaicStatusBody(SummaryBody):
    """How many images of a mosaic are how far, and each of them."""

    mosaic_id: UUID
    images: list[ListedStatusBody]


def router(_wire: Wire) -> APIRouter:
    """GET status of an image and of a mosaic, DELETE of a mosaic's failed images."""
    routes = APIRouter(prefix="/rasters", route_class=StrictRoute)
    routes.add_api_route(
        "/image/{image_id}/status", get_status, methods=["GET"], response_model=StatusBody, tags=["Images"]
    )
    routes.add_api_route(
        "/mosaic/{mosaic_id}/status",
        get_mosaic_status,
        methods=["GET"],
        response_model=MosaicStatusBody,
        tags=["Mosaics"],
    )
    routes.add_api_route(
        "/mosaic/{mosaic_id}/failed",
        delete_failed,
        methods=["DELETE"],
        response_class=Response,
        tags=["Mosaics"],
    )
    return routes


def get_status(image_id: UUID, sandbox: SandboxDep, account: AccountDep) -> StatusBody:
    """How far the image's preparation is."""
    image = image_of(sandbox, account, image_id)
    return StatusBody(
        preprocessing_status=_STEPS[image.state],
        preprocessing_error=image.error,
        data_available=image.is_ready,
    )


def get_mosaic_status(mosaic_id: UUID, sandbox: SandboxDep, account: AccountDep) -> MosaicStatusBody:
    """How far each image of a mosaic is, those that are not listed among its images yet included; the oldest first."""
    mosaic = mosaic_of(sandbox, account, mosaic_id)
    found = images.of_mosaic(sandbox.database, mosaic.id)
    return MosaicStatusBody(
        mosaic_id=mosaic_id,
        images=[_listed(image) for image in found],
        **summary_of(found).model_dump(),
    )


def delete_failed(mosaic_id: UUID, sandbox: SandboxDep, account: AccountDep) -> None:
    """Delete the images of a mosaic that could not be prepared, for good."""
    mosaic = mosaic_of(sandbox, account, mosaic_id)
    for image_id in images.delete_failed(sandbox.database, mosaic.id):
        sandbox.rasters.files.remove(image_id)


def _listed(image: Image) -> ListedStatusBody:
    return ListedStatusBody(
        image_id=UUID(image.id),
        filename=image.filename,
        preprocessing_status=_STEPS[image.state],
        preprocessing_error=image.error,
        data_available=image.is_ready,
        uploaded_at=image.uploaded,
    )
