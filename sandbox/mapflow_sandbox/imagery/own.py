"""One's own uploads as the imagery of a processing: which images, in which order, at which pixel size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import shapely

from ..faults import ApiFault, bad_request
from ..rasters.files import RasterFiles
from ..store import Database, images, mosaics
from ..store.images import Image, ImageState

# No model looks at smaller pixels: finer ones would only take memory.
FINEST_READ_M = 0.3


@dataclass(frozen=True)
class OwnSource:
    """Images that were found: their files, the first on top.

    `pixel` is how finely they are read, in metres of EPSG:3857; `resolution` is the coarsest of them, in metres on the
    ground.
    """

    name: str
    files: tuple[Path, ...]
    pixel: float
    resolution: float


@dataclass(frozen=True)
class Uploads:
    """All uploads of a sandbox."""

    database: Database
    files: RasterFiles

    def find(self, image_ids: Sequence[str], mosaic_id: str | None, account_id: str) -> OwnSource:
        """The images with these ids, the first on top, or those of a mosaic, the newest on top; ids must be in it.

        Raises ApiFault where one is not there for this account, or not ready.
        """
        if mosaic_id is None and not image_ids:
            raise bad_request("myImagery needs imageIds, mosaicId or both.")
        name, found = "My Imagery", self._named(image_ids, account_id)
        if mosaic_id is not None:
            mosaic = mosaics.fetch(self.database, account_id, mosaic_id)
            if mosaic is None:
                raise _missing("Mosaic", mosaic_id)
            name = mosaic.name
            strays = [image for image in found if image.mosaic_id != mosaic.id]
            if strays:
                raise _missing("Image", strays[0].id)
            found = found or self._usable(mosaic.id)
        return OwnSource(
            name=name,
            files=tuple(self.files.of(image.id).cog for image in found),
            pixel=max(FINEST_READ_M, min(image.facts.pixel_m for image in found)) * _mercator_scale(found[0]),
            resolution=max(image.facts.pixel_m for image in found),
        )

    def _named(self, image_ids: Sequence[str], account_id: str) -> list[Image]:
        found = []
        for image_id in dict.fromkeys(image_ids):
            image = images.fetch(self.database, account_id, image_id)
            if image is None:
                raise _missing("Image", image_id)
            found.append(_ready(image))
        return found

    def _usable(self, mosaic_id: str) -> list[Image]:
        """A mosaic's images but for those that could not be prepared, the newest first."""
        listed = images.of_mosaic(self.database, mosaic_id)
        usable = [_ready(image) for image in reversed(listed) if image.state is not ImageState.FAILED]
        if not usable:
            raise bad_request("The mosaic has no image that can be processed.")
        return usable


def _ready(image: Image) -> Image:
    if image.state is ImageState.FAILED:
        raise bad_request(f"The image {image.filename} could not be prepared: upload it again.")
    if not image.is_ready:
        raise bad_request(f"The image {image.filename} is still being prepared: try again in a moment.")
    return image


def _missing(kind: str, identifier: str) -> ApiFault:
    """There is no such `Mosaic` or `Image`, or it is not this account's; told as the data API does."""
    params = {"instance_type": kind, "uid": identifier[:100]}
    return ApiFault(404, "ItemNotFound", f"{kind} with id: {identifier[:100]} can't be found", params)


def _mercator_scale(image: Image) -> float:
    """Metres of EPSG:3857 in a metre on the ground, where the image lies."""
    _west, south, _east, north = shapely.from_wkt(image.footprint).bounds
    return 1 / math.cos(math.radians((south + north) / 2))
