"""Processings as the API reference shows them: little in a list, more when asked for one."""

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
    """A step of the model, and whether it runs."""

    name: str
    enabled: bool


class ParamsBody(BaseModel):
    """Where the pixels come from, and what the model was told."""

    sourceParams: dict[str, Any]
    inferenceParams: dict[str, Any] | None


class ListedBody(BaseModel):
    """A processing in a list; API reference, "List processings (v2)"."""

    id: UUID
    name: str
    projectId: UUID
    status: str
    percentCompleted: int


class StartedBody(BaseModel):
    """A processing that was just started; API reference, "Create processing (v2)"."""

    id: UUID
    name: str
    status: str
    percentCompleted: int
    cost: Credits
    created: str


class ProcessingBody(StartedBody):
    """A processing; API reference, "Get processing (v2)", with what its creation took. Area in m²."""

    description: str | None
    projectId: UUID
    wdId: UUID
    wdName: str
    area: int
    vectorLayer: LayerBody | None
    params: ParamsBody
    blocks: list[BlockStateBody]
    meta: dict[str, Any] | None
    messages: list[MessageBody]
    reviewStatus: str | None
    updated: str


def listed_body(processing: Processing) -> ListedBody:
    """API reference, "List processings (v2)"."""
    return ListedBody(
        id=UUID(processing.id),
        name=processing.name,
        projectId=UUID(processing.project_id),
        status=processing.status,
        percentCompleted=processing.percent,
    )


def started_body(processing: Processing) -> StartedBody:
    """API reference, "Create processing (v2)"."""
    return StartedBody(
        id=UUID(processing.id),
        name=processing.name,
        status=processing.status,
        percentCompleted=processing.percent,
        cost=amount(processing.cost),
        created=to_seconds(processing.created),
    )


def processing_body(processing: Processing, model: ModelSpec, base: str) -> ProcessingBody:
    """API reference, "Get processing (v2)"."""
    layer = vector_layer(processing, base)
    chosen = {kind: values for kind, values in processing.source.items() if values is not None}
    return ProcessingBody(
        **started_body(processing).model_dump(),
        description=processing.description,
        projectId=UUID(processing.project_id),
        wdId=UUID(model.id),
        wdName=model.name,
        area=round(processing.area_m2),
        vectorLayer=LayerBody(id=layer.id, tileUrl=layer.tiles) if layer else None,
        params=ParamsBody(sourceParams=chosen, inferenceParams=processing.params or None),
        blocks=[BlockStateBody(name=name, enabled=enabled) for name, enabled in processing.blocks],
        meta=processing.meta or None,
        messages=message_bodies(processing.messages),
        reviewStatus=processing.review.status if processing.review else None,
        updated=to_seconds(processing.updated),
    )
