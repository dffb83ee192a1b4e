"""A result's vector tile of bounded size."""

from __future__ import annotations

from . import generalise, mvt
from .matrix import TileAddress
from .objects import Objects

# Compressed, less than half of it.
MOST_BYTES = 1_000_000
# So many take up about as much.
MOST_OBJECTS = 20_000
# The deepest zoom worth asking for: a tile coordinate is 7 cm there, and a client enlarges from it.
FINEST_ZOOM = 17
_PIXELS = tuple(generalise.PIXEL * 2**step for step in range(6))


def tile(objects: Objects, address: TileAddress) -> bytes:
    """The tile as MVT, of no more than a megabyte: where there is too much, more of it is drawn together."""
    written = b""
    for pixel in _PIXELS:
        is_last = pixel == _PIXELS[-1]
        selection = generalise.select(objects, address, pixel)
        if len(selection.large) > MOST_OBJECTS and not is_last:
            continue
        content = generalise.draw(objects, selection)
        if len(content.shapes) > MOST_OBJECTS and not is_last:
            continue
        written = mvt.encode(content, objects.columns)
        if len(written) <= MOST_BYTES:
            break
    return written
