"""Where a processing's layers are served."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

from ..store import Processing


@dataclass(frozen=True)
class LayerAddress:
    """A layer's id, and the addresses of its tiles and of their TileJSON."""

    id: UUID
    tiles: str
    tilejson: str


def vector_layer(processing: Processing, base: str) -> LayerAddress | None:
    """The result as vector tiles, once a part of it is there; one that failed keeps its layer, empty or not."""
    is_there = processing.ready_count or processing.status == "FAILED"
    return _address(processing, base, "layers", "pbf") if is_there else None


def raster_layer(processing: Processing, base: str) -> LayerAddress:
    """The imagery the processing reads."""
    return _address(processing, base, "imagery", "png")


def result_raster_layer(processing: Processing, base: str) -> LayerAddress | None:
    """The result as raster tiles, where it was asked for."""
    return _address(processing, base, "layers", "png", "/raster") if processing.has_result_raster else None


def _address(processing: Processing, base: str, kind: str, suffix: str, below: str = "") -> LayerAddress:
    root = f"{base}/{kind}/{processing.id}{below}"
    return LayerAddress(
        id=uuid5(NAMESPACE_URL, f"mapflow-sandbox/{kind}/{processing.id}{below}"),
        tiles=f"{root}/{{z}}/{{x}}/{{y}}.{suffix}",
        tilejson=f"{root}/tilejson.json",
    )
