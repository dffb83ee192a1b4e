"""A result as a raster: its objects burnt into the pixels of a tile."""

from __future__ import annotations

import numpy as np
import shapely
from affine import Affine
from rasterio.features import rasterize

from .matrix import TILE_PX, TileAddress
from .objects import EXTENT, Objects
from .raster import blank, png

# A pixel is 0.6 m there at the equator, as of the imagery; a client enlarges from it.
FINEST_ZOOM = 18
_COLOUR = (255, 140, 0, 180)


def tile(objects: Objects, address: TileAddress) -> bytes:
    """The tile as PNG of 256 × 256 pixels, transparent where there is no object."""
    side = EXTENT / 2**address.z
    left, top = address.x * side, address.y * side
    found = objects.shapes[objects.tree.query(shapely.box(left, top, left + side, top + side))]
    if not len(found):
        return blank()
    pixel = side / TILE_PX
    burnt = rasterize(
        found,
        out_shape=(TILE_PX, TILE_PX),
        transform=Affine(pixel, 0, left, 0, pixel, top),
        all_touched=True,
        dtype="uint8",
    )
    return png(np.array(_COLOUR, dtype="uint8") * burnt[..., None])
