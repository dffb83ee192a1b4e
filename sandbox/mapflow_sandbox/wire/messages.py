"""What both dialects say the same way: messages, and the parts of a processing's area."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import BaseModel

from ..store import Aoi, Message


class MessageBody(BaseModel):
    """Something that happened to a processing; `code` is one of the service's error codes."""

    code: str
    parameters: dict[str, str]


class AoiBody(BaseModel):
    """A part of a processing's area, in GET /processings/{id}/aois. `area` is in m²."""

    id: UUID
    status: str
    percentCompleted: int
    area: int
    messages: list[MessageBody]
    geometry: dict[str, Any]


def message_bodies(messages: tuple[Message, ...]) -> list[MessageBody]:
    """Messages as they travel."""
    return [MessageBody(code=message.code, parameters=dict(message.parameters)) for message in messages]


def aoi_body(aoi: Aoi) -> AoiBody:
    """One part of a processing's area."""
    return AoiBody(
        id=UUID(aoi.id),
        status=aoi.status,
        percentCompleted=int(aoi.percent),
        area=round(aoi.area_m2),
        messages=message_bodies(aoi.messages),
        geometry=aoi.geometry,
    )
