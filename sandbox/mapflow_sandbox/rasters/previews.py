"""Small pictures of an image, for lists: JPEG, as large as fits into a square."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import rasterio
from PIL import Image as Picture
from rasterio.enums import Resampling

from .masks import valid_pixels

_QUALITY = 85
_PAPER = 255  # what shows where the image has no pixels


def write_preview(cog: Path, path: Path, side: int) -> None:
    """Write a JPEG of the whole image, `side` pixels along its longer side; a smaller image stays as it is."""
    with rasterio.open(cog) as dataset:
        scale = max(1.0, max(dataset.width, dataset.height) / side)
        shape = (max(1, round(dataset.height / scale)), max(1, round(dataset.width / scale)))
        bands = [1] if dataset.count < 3 else [1, 2, 3]
        pixels = dataset.read(bands, out_shape=(len(bands), *shape), resampling=Resampling.average)
        valid = valid_pixels(dataset, shape)
    pixels = np.where(valid, pixels, _PAPER).astype(np.uint8)
    picture = Picture.fromarray(pixels[0] if len(bands) == 1 else np.moveaxis(pixels, 0, -1))
    picture.save(path, "JPEG", quality=_QUALITY)
