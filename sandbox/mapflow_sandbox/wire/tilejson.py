"""TileJSON 3.0.0, the same in both dialects."""

from __future__ import annotations

from pydantic import BaseModel

Bounds = tuple[float, float, float, float]


class TileJsonBody(BaseModel):
    """Where tiles are and what they cover; `bounds` is west, south, east, north in degrees."""

    tilejson: str = "3.0.0"
    name: str
    scheme: str = "xyz"
    tiles: list[str]
    minzoom: int
    maxzoom: int
    bounds: Bounds
    center: tuple[float, float, int]


class VectorLayerBody(BaseModel):
    """A layer of vector tiles and the types of its fields."""

    id: str
    fields: dict[str, str]
    minzoom: int
    maxzoom: int


class VectorTileJsonBody(TileJsonBody):
    """TileJSON of vector tiles."""

    vector_layers: list[VectorLayerBody]


def middle(bounds: Bounds, zoom: int) -> tuple[float, float, int]:
    """Where a map of `bounds` may begin."""
    west, south, east, north = bounds
    return (west + east) / 2, (south + north) / 2, zoom
