"""Where a processing's layers are served."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote
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
    """How probable the model found its objects at each pixel, once a part of the area is done."""
    if not processing.ready_count:
        return None
    plain = _address(processing, base, "layers", "png")
    root, query = f"{base}/layers/{processing.id}/raster", f"uri={quote(raster_uri(processing.id), safe='')}"
    return LayerAddress(
        id=uuid5(NAMESPACE_URL, f"mapflow-sandbox/raster/{plain.id}"),
        tiles=f"{root}/{{z}}/{{x}}/{{y}}.png?{query}",
        tilejson=f"{root}/tilejson.json?{query}",
    )


def raster_uri(processing_id: str) -> str:
    """The place of that raster in the service's own storage."""
    return f"s3://mapflow-sandbox-results/{processing_id}/likely.tif"


def _address(processing: Processing, base: str, kind: str, suffix: str) -> LayerAddress:
    root = f"{base}/{kind}/{processing.id}"
    return LayerAddress(
        id=uuid5(NAMESPACE_URL, f"mapflow-sandbox/{kind}/{processing.id}"),
        tiles=f"{root}/{{z}}/{{x}}/{{y}}.{suffix}",
        tilejson=f"{root}/tilejson.json",
    )
