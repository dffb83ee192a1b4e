"""Previews, drawn when they are asked for: a scene's pictures, and the tiles of a mosaic."""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np
import shapely
from PIL import Image

from ..tiles import raster
from ..tiles.matrix import TILE_PX, TileAddress, to_3857
from .ground import clouded, colours
from .pieces import pieces_of, whole_of
from .records import CatalogRecord, Preview

LONGER_SIDE_PX = 480
_JPEG_QUALITY = 88
_EARTH_M = 6_378_137.0


def picture(record: CatalogRecord, piece: int | None, scene: Path) -> tuple[bytes, str]:
    """A picture of a scene, of all of it or of a piece, and its media type. IndexError for no such piece.

    Its corners are those that `whole_of` or `pieces_of` says.
    """
    corners = whole_of(record) if piece is None else pieces_of(record)[piece]
    upper_left, lower_left, lower_right, upper_right = corners
    width, height = _size(upper_left, lower_left, upper_right)
    across = ((np.arange(width) + 0.5) / width)[None, :, None]
    down = ((np.arange(height) + 0.5) / height)[:, None, None]
    top = upper_left + (upper_right - upper_left) * across
    bottom = lower_left + (lower_right - lower_left) * across
    places = top + (bottom - top) * down
    longitude, latitude = (places[..., 0] + 180) % 360 - 180, places[..., 1]
    seen = colours(longitude, latitude, scene)
    seen = clouded(seen, longitude, latitude, (record.cloud_cover or 0) / 100, record.seed)
    kind = "JPEG" if record.preview is Preview.MISTOLD else "PNG"
    written = io.BytesIO()
    Image.fromarray(seen).save(written, kind, quality=_JPEG_QUALITY, compress_level=3)
    return written.getvalue(), f"image/{kind.lower()}"


def mosaic_tile(record: CatalogRecord, address: TileAddress, scene: Path) -> bytes:
    """A tile of a mosaic as PNG, transparent outside its footprint; the painted scene as its provider shows it."""
    footprint = shapely.transform(record.geometry, to_3857)
    left, bottom, right, top = address.bounds_3857
    if not footprint.intersects(shapely.box(left, bottom, right, top)):
        return raster.blank()
    x = left + (np.arange(TILE_PX) + 0.5) * (right - left) / TILE_PX
    y = top - (np.arange(TILE_PX) + 0.5) * (top - bottom) / TILE_PX
    longitude, latitude = np.meshgrid(np.degrees(x / _EARTH_M), np.degrees(np.arctan(np.sinh(y / _EARTH_M))))
    made_up = Image.fromarray(colours(longitude, latitude)).convert("RGBA")
    inside = shapely.contains_xy(footprint, *np.meshgrid(x, y))
    made_up.putalpha(Image.fromarray((inside * 255).astype(np.uint8)))
    painted = Image.open(io.BytesIO(raster.tile((scene,), address, area=footprint)))
    written = io.BytesIO()
    Image.alpha_composite(made_up, painted.convert("RGBA")).save(written, "PNG", compress_level=3)
    return written.getvalue()


def _size(upper_left: np.ndarray, lower_left: np.ndarray, upper_right: np.ndarray) -> tuple[int, int]:
    """Width and height in pixels: those on the ground, the longer one being `LONGER_SIDE_PX`."""
    metres = np.array([math.cos(math.radians(float(upper_left[1]))), 1.0])
    across = float(np.hypot(*((upper_right - upper_left) * metres)))
    down = float(np.hypot(*((lower_left - upper_left) * metres)))
    scale = LONGER_SIDE_PX / max(across, down)
    return max(16, round(across * scale)), max(16, round(down * scale))
