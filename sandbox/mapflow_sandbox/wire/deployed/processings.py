"""Processings as the deployed service shows them, in lists as well as alone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import BaseModel

from ...detect.catalog import ModelSpec
from ...store import Processing
from ..layers import LayerAddress, raster_layer, vector_layer
from ..messages import MessageBody, message_bodies
from .models import ModelBody, model_body


class LayerBody(BaseModel):
    """A layer of tiles."""

    id: UUID
    name: str
    tileUrl: str
    tileJsonUrl: str


class BlockStateBody(BaseModel):
    """A step of the model, and whether it runs."""

    name: str
    displayName: str
    enabled: bool


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
    inferenceParams: dict[str, Any]


class ProcessingBody(BaseModel):
    """A processing; areas in m²."""

    id: UUID
    name: str
    description: str | None
    projectId: UUID
    vectorLayer: LayerBody | None
    rasterLayer: LayerBody | None
    workflowDef: ModelBody
    aoiCount: int
    aoiArea: int
    area: int
    cost: float
    status: str
    reviewStatus: ReviewBody | None
    rating: RatingBody | None
    percentCompleted: int
    params: ParamsBody
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
        vectorLayer=_layer(vector_layer(processing, base), processing.name),
        rasterLayer=_layer(raster_layer(processing, base), processing.name),
        workflowDef=model_body(model),
        aoiCount=processing.aoi_count,
        aoiArea=round(processing.area_m2),
        area=round(processing.area_m2),
        cost=processing.cost,
        status=processing.status,
        reviewStatus=_review(processing),
        rating=_rating(processing),
        percentCompleted=processing.percent,
        params=ParamsBody(sourceParams=processing.source, inferenceParams=processing.params),
        blocks=_blocks(processing, model),
        meta=processing.meta,
        messages=message_bodies(processing.messages),
        created=processing.created,
        updated=processing.updated,
    )


def _layer(address: LayerAddress | None, name: str) -> LayerBody | None:
    if address is None:
        return None
    return LayerBody(id=address.id, name=name, tileUrl=address.tiles, tileJsonUrl=address.tilejson)


def _blocks(processing: Processing, model: ModelSpec) -> list[BlockStateBody]:
    titles = {block.name: block.title for block in model.blocks}
    return [
        BlockStateBody(name=name, displayName=titles.get(name, name), enabled=enabled)
        for name, enabled in processing.blocks
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
