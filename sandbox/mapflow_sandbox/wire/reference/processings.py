"""Processings as the API reference shows them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import BaseModel

from ...clock import to_seconds
from ...detect.catalog import ModelSpec
from ...store import Processing
from ..amounts import Credits, amount
from ..layers import vector_layer
from ..messages import MessageBody, message_bodies


class LayerBody(BaseModel):
    """A layer of vector tiles."""

    id: UUID
    tileUrl: str


class BlockStateBody(BaseModel):
    """An optional step of the model, and whether it runs."""

    name: str
    enabled: bool


class ParamsBody(BaseModel):
    """Where the pixels come from, and what the model was told."""

    sourceParams: dict[str, Any]
    inferenceParams: dict[str, Any] | None = None


class ProcessingBody(BaseModel):
    """A processing with all the reference shows of one, and what its creation took. Area in m²."""

    id: UUID
    name: str
    description: str | None = None
    projectId: UUID
    status: str
    percentCompleted: int | None = None
    wdId: UUID
    wdName: str
    area: int
    cost: Credits
    vectorLayer: LayerBody | None = None
    params: ParamsBody
    blocks: list[BlockStateBody]
    meta: dict[str, Any] | None = None
    messages: list[MessageBody]
    reviewStatus: str | None = None
    created: str
    updated: str


def processing_body(processing: Processing, model: ModelSpec, base: str) -> ProcessingBody:
    """API reference, "Get processing (v2)"; created and listed ones look the same, which the reference abridges."""
    layer = vector_layer(processing, base)
    optional = {block.name for block in model.blocks if block.optional}
    chosen = {kind: values for kind, values in processing.source.items() if values is not None}
    return ProcessingBody(
        id=UUID(processing.id),
        name=processing.name,
        description=processing.description,
        projectId=UUID(processing.project_id),
        status=processing.status,
        percentCompleted=processing.percent,
        wdId=UUID(model.id),
        wdName=model.name,
        area=round(processing.area_m2),
        cost=amount(processing.cost),
        vectorLayer=LayerBody(id=layer.id, tileUrl=layer.tiles) if layer else None,
        params=ParamsBody(sourceParams=chosen, inferenceParams=processing.params or None),
        blocks=[
            BlockStateBody(name=name, enabled=enabled)
            for name, enabled in processing.blocks
            if name in optional
        ],
        meta=processing.meta or None,
        messages=message_bodies(processing.messages),
        reviewStatus=processing.review.status if processing.review else None,
        created=to_seconds(processing.created),
        updated=to_seconds(processing.updated),
    )
