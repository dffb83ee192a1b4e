"""From any raster to pixels of 0.6 m on the ground, and to tiles that overlap."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from affine import Affine
from PIL import Image

from .lens import CANONICAL_M

_EARTH_RADIUS_M = 6_378_137.0


def ground_scale(transform: Affine, height: int) -> float:
    """Ground metres in a Web Mercator metre, at the middle of a raster."""
    y = transform.f + transform.e * height / 2
    return 1 / math.cosh(y / _EARTH_RADIUS_M)


def resampled(rgb: np.ndarray, transform: Affine, pixel_m: float = CANONICAL_M) -> tuple[np.ndarray, Affine]:
    """Resample uint8 (bands, H, W) in EPSG:3857 to pixels of `pixel_m` on the ground."""
    _, height, width = rgb.shape
    scale = ground_scale(transform, height)
    new_width = max(1, round(width * abs(transform.a) * scale / pixel_m))
    new_height = max(1, round(height * abs(transform.e) * scale / pixel_m))
    if (new_height, new_width) == (height, width):
        return rgb, transform
    finer = new_width > width
    method = Image.Resampling.BICUBIC if finer else Image.Resampling.HAMMING
    planes = [np.asarray(Image.fromarray(plane).resize((new_width, new_height), method)) for plane in rgb]
    return np.stack(planes), transform * Affine.scale(width / new_width, height / new_height)


def resampled_mask(mask: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Resample a boolean mask to another shape, by the nearest pixel."""
    height, width = shape
    picture = Image.fromarray(mask.astype(np.uint8)).resize((width, height), Image.Resampling.NEAREST)
    return np.asarray(picture) > 0


@dataclass(frozen=True)
class Tile:
    """A tile of a raster: `outer` is read, `inner` (within it) is what the tile answers for."""

    outer: tuple[slice, slice]
    inner: tuple[slice, slice]

    def inner_in_outer(self) -> tuple[slice, slice]:
        """The inner part in the outer one's own rows and columns."""
        rows, columns = self.inner
        top, left = self.outer[0].start, self.outer[1].start
        return slice(rows.start - top, rows.stop - top), slice(columns.start - left, columns.stop - left)

    def owns(self, row: float, column: float) -> bool:
        """Whether a position in the outer part's rows and columns lies in the inner part."""
        rows, columns = self.inner_in_outer()
        return bool(rows.start <= row < rows.stop and columns.start <= column < columns.stop)


def tiles(height: int, width: int, side: int, overlap: int) -> Iterator[Tile]:
    """Cut a raster into evenly sized tiles of at most `side` pixels, each read with `overlap` more on every side."""
    down, across = math.ceil(height / side), math.ceil(width / side)
    tops = [round(height * step / down) for step in range(down + 1)]
    lefts = [round(width * step / across) for step in range(across + 1)]
    for top, bottom in pairwise(tops):
        for left, right in pairwise(lefts):
            outer = (
                slice(max(0, top - overlap), min(height, bottom + overlap)),
                slice(max(0, left - overlap), min(width, right + overlap)),
            )
            yield Tile(outer, (slice(top, bottom), slice(left, right)))
