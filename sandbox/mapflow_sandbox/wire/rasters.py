"""What both dialects say the same way of images: where they are served, how their files are named, how far they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from pydantic import BaseModel

from ..rasters.files import BUCKET
from ..store.images import Image, ImageState


@dataclass(frozen=True)
class TileAddresses:
    """The addresses of a layer's tiles and of their TileJSON; both empty where there is nothing to show yet."""

    tiles: str = ""
    tilejson: str = ""


def mosaic_uri(mosaic_id: str) -> str:
    """A mosaic's place in the service's own storage."""
    return f"{BUCKET}/{mosaic_id}"


def image_uri(image: Image) -> str:
    """The place of the file as it was uploaded."""
    return f"{BUCKET}/{image.mosaic_id}/{image.id}.tif"


def cog_uri(image: Image) -> str:
    """The place of the Cloud Optimized GeoTIFF made of it."""
    return f"{BUCKET}/{image.mosaic_id}/cog/{image.id}.tif"


def tile_addresses(uri: str, base: str) -> TileAddresses:
    """The layer that shows what lies at `uri`."""
    root, query = f"{base}/rasters/cogs/tiles", f"uri={quote(uri, safe='')}"
    return TileAddresses(f"{root}/{{z}}/{{x}}/{{y}}.png?{query}", f"{root}.json?{query}")


def preview_url(image: Image, size: str, base: str) -> str:
    """Where the preview of a size, `s` or `l`, is."""
    return f"{base}/rasters/image/{image.id}/preview/{size}"


class SummaryBody(BaseModel):
    """How many images of a mosaic are in which state."""

    total: int
    ready: int
    pending: int
    in_progress: int
    failed: int
    loading: int


def summary_of(images: Sequence[Image]) -> SummaryBody:
    """The images of a mosaic, counted."""
    counts = Counter(image.state for image in images)
    return SummaryBody(
        total=len(images),
        ready=counts[ImageState.READY],
        pending=counts[ImageState.PENDING],
        in_progress=counts[ImageState.IN_PROGRESS],
        failed=counts[ImageState.FAILED],
        loading=0,  # an image that is still arriving has no record yet
    )
