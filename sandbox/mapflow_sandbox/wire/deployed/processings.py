"""Processings as the deployed service shows them, in lists as well as alone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import BaseModel

from ...detect.catalog import ModelSpec
from ...store import Processing
from ..amounts import Credits, amount
from ..layers import LayerAddress, raster_layer, result_raster_layer, vector_layer
from ..messages import MessageBody, message_bodies
from .models import ModelBody, model_body


class RasterLayerBody(BaseModel):
    """A layer of raster tiles."""

    id: UUID
    tileJsonUrl: str
    tileUrl: str


class VectorLayerBody(RasterLayerBody):
    """A layer of vector tiles."""

    name: str


class BlockStateBody(BaseModel):
    """An optional step of the model, and whether it runs."""

    name: str
    enabled: bool
    displayName: str | None


class ReviewBody(BaseModel):
    """Whether the result was accepted, and until when that has to be said."""

    reviewStatus: str
    inReviewUntil: str | None
    feedback: str | None


class RatingBody(BaseModel):
    """What the user thinks of the result, 1 to 5."""

    rating: int
    feedback: str | None


class ParamsBody(BaseModel):
    """Where the pixels come from: all kinds of source as keys, all but one of them null."""

    sourceParams: dict[str, Any]
    inferenceParams: dict[str, Any] | None


class ProcessingBody(BaseModel):
    """A processing; areas in m², `cost` in credits. `currentRevision` is that of the result, null where it has none."""

    id: UUID
    name: str
    description: str | None
    projectId: UUID
    vectorLayer: VectorLayerBody | None
    currentRevision: int | None
    rasterLayer: RasterLayerBody | None
    resultRasterLayer: RasterLayerBody | None
    workflowDef: ModelBody
    aoiCount: int
    aoiArea: int
    area: int
    cost: Credits
    status: str
    reviewStatus: ReviewBody | None
    rating: RatingBody | None
    percentCompleted: int | None
    params: ParamsBody | dict[str, str]
    blocks: list[BlockStateBody]
    meta: dict[str, Any]
    messages: list[MessageBody]
    created: str
    updated: str


def processing_body(processing: Processing, model: ModelSpec, base: str) -> ProcessingBody:
    """A processing, whoever asks and however."""
    return ProcessingBody(
        id=UUID(processing.id),
        name=processing.name,
        description=processing.description,
        projectId=UUID(processing.project_id),
        vectorLayer=_vector(processing, base),
        currentRevision=0 if processing.status == "OK" else None,
        rasterLayer=_raster(raster_layer(processing, base)),
        resultRasterLayer=_raster(result_raster_layer(processing, base)),
        workflowDef=model_body(model),
        aoiCount=processing.aoi_count,
        aoiArea=round(processing.area_m2),
        area=round(processing.area_m2),
        cost=amount(processing.cost),
        status=processing.status,
        reviewStatus=_review(processing),
        rating=_rating(processing),
        percentCompleted=processing.percent,
        params=processing.flat_params
        or ParamsBody(sourceParams=processing.source, inferenceParams=processing.params or None),
        blocks=_blocks(processing, model),
        meta=processing.meta,
        messages=message_bodies(processing.messages),
        created=processing.created,
        updated=processing.updated,
    )


def _vector(processing: Processing, base: str) -> VectorLayerBody | None:
    address = vector_layer(processing, base)
    if address is None:
        return None
    return VectorLayerBody(
        id=address.id, tileJsonUrl=address.tilejson, tileUrl=address.tiles, name=processing.name
    )


def _raster(address: LayerAddress | None) -> RasterLayerBody | None:
    if address is None:
        return None
    return RasterLayerBody(id=address.id, tileJsonUrl=address.tilejson, tileUrl=address.tiles)


def _blocks(processing: Processing, model: ModelSpec) -> list[BlockStateBody]:
    optional = {block.name: block.title for block in model.blocks if block.optional}
    return [
        BlockStateBody(name=name, enabled=enabled, displayName=optional[name] or None)
        for name, enabled in processing.blocks
        if name in optional
    ]


def _review(processing: Processing) -> ReviewBody | None:
    if processing.review is None:
        return None
    review = processing.review
    return ReviewBody(reviewStatus=review.status, inReviewUntil=review.until, feedback=review.comment)


def _rating(processing: Processing) -> RatingBody | None:
    if processing.rating is None:
        return None
    return RatingBody(rating=processing.rating, feedback=processing.rating_feedback)
