"""A result's vector tile of bounded size."""

from __future__ import annotations

from . import generalise, mvt
from .matrix import TileAddress
from .objects import EXTENT, Objects

# Compressed, less than half of it.
MOST_BYTES = 1_000_000
MOST_OBJECTS = 25_000
# The deepest zoom worth asking for: a tile coordinate is 7 cm there, and a client enlarges from it.
FINEST_ZOOM = 17
_COARSEST_PIXEL = EXTENT // 16


def tile(objects: Objects, address: TileAddress) -> bytes:
    """The tile as MVT, of no more than a megabyte: where there is too much, more of it is drawn together."""
    pixel = generalise.PIXEL
    while True:
        content = generalise.drawn(objects, address, pixel)
        is_coarsest = pixel >= _COARSEST_PIXEL
        if len(content.shapes) <= MOST_OBJECTS or is_coarsest:
            written = mvt.encode(content, objects.columns)
            if len(written) <= MOST_BYTES or is_coarsest:
                return written
        pixel *= 2
