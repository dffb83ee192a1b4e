"""How probable a model finds its objects at each pixel, as a GeoTIFF beside the result."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import rasterio
from affine import Affine
from rasterio.enums import Resampling

_NOTHING = 0  # is shown as transparent
_UNLIKELY = 13  # of 255: less than that is nothing
_TILE_PX = 256
_OVERVIEWS = (2, 4, 8, 16)


def write_likely(path: Path, likely: np.ndarray, transform: Affine) -> None:
    """Write uint8 (h, w) pixels, in EPSG:3857, to a file that appears whole or not at all."""
    height, width = likely.shape
    scratch = path.with_name(f".{path.stem}-{os.getpid()}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with rasterio.open(
            scratch,
            "w",
            driver="GTiff",
            height=height,
            width=width,
            count=1,
            dtype="uint8",
            crs="EPSG:3857",
            transform=transform,
            nodata=_NOTHING,
            compress="deflate",
            tiled=True,
            blockxsize=_TILE_PX,
            blockysize=_TILE_PX,
        ) as made:
            made.write(np.where(likely < _UNLIKELY, _NOTHING, likely).astype(np.uint8), 1)
        with rasterio.open(scratch, "r+") as made:
            made.build_overviews(_OVERVIEWS, Resampling.average)
        os.replace(scratch, path)
    finally:
        scratch.unlink(missing_ok=True)
