"""TileJSON 3.0.0, the same in both dialects."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

Bounds = tuple[float, float, float, float]


class TileJsonBody(BaseModel):
    """Where tiles are and what they cover; `bounds` is west, south, east, north in degrees."""

    tilejson: str = "3.0.0"
    name: str
    scheme: str = "xyz"
    tiles: list[str]
    minzoom: int
    maxzoom: int
    bounds: Annotated[list[float], Field(min_length=4, max_length=4)]
    center: Annotated[list[float], Field(min_length=3, max_length=3)]


class VectorLayerBody(BaseModel):
    """A layer of vector tiles and the types of its fields."""

    id: str
    fields: dict[str, str]
    minzoom: int
    maxzoom: int


class VectorTileJsonBody(TileJsonBody):
    """TileJSON of vector tiles."""

    vector_layers: list[VectorLayerBody]


def middle(bounds: Bounds, zoom: int) -> list[float]:
    """Where a map of `bounds` may begin: longitude, latitude, zoom."""
    west, south, east, north = bounds
    return [(west + east) / 2, (south + north) / 2, zoom]
