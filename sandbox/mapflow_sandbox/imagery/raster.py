"""Pixels of raster files in EPSG:3857, at any pixel size, with what is no imagery told apart."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from affine import Affine
from rasterio.warp import transform_bounds
from rio_tiler.reader import part

WEB_MERCATOR = "EPSG:3857"
_EQUATOR_M = 2 * math.pi * 6_378_137.0
_TILE_PX = 256

Bounds = tuple[float, float, float, float]  # west, south, east, north


@dataclass(frozen=True)
class Pixels:
    """`rgb` is uint8 (3, H, W), `valid` (H, W) says which pixels are imagery, `transform` leads to EPSG:3857."""

    rgb: np.ndarray
    valid: np.ndarray
    transform: Affine


def pixel_m(zoom: int) -> float:
    """Side of a pixel of a zoom's tiles, in metres of EPSG:3857."""
    return _EQUATOR_M / _TILE_PX / (1 << zoom)


def bounds_3857(path: Path) -> Bounds:
    """The box around a raster file, in EPSG:3857."""
    with rasterio.open(path) as dataset:
        west, south, east, north = transform_bounds(dataset.crs, WEB_MERCATOR, *dataset.bounds)
    return west, south, east, north


def shape_of(bounds: Bounds, pixel: float) -> tuple[int, int]:
    """Height and width in pixels of `bounds` once they are widened to whole pixels."""
    west, south, east, north = _on_grid(bounds, pixel)
    return round((north - south) / pixel), round((east - west) / pixel)


def read(files: Iterable[Path], bounds: Bounds, pixel: float) -> Pixels:
    """Pixels of `files` within `bounds` (EPSG:3857), `pixel` metres of EPSG:3857 a side; the first file lies on top.

    The bounds are widened to whole pixels of a grid that all readings share, so that neighbours fit together.
    """
    west, south, east, north = _on_grid(bounds, pixel)
    height, width = shape_of(bounds, pixel)
    rgb = np.zeros((3, height, width), dtype=np.uint8)
    valid = np.zeros((height, width), dtype=bool)
    for path in files:
        with rasterio.open(path) as dataset:
            image = part(
                dataset,
                (west, south, east, north),
                height=height,
                width=width,
                dst_crs=WEB_MERCATOR,
                bounds_crs=WEB_MERCATOR,
                indexes=(1, 2, 3) if dataset.count >= 3 else (1, 1, 1),
                resampling_method="bilinear",
                reproject_method="bilinear",
            )
        seen = (image.mask > 0) & ~valid
        np.copyto(rgb, image.data.astype(np.uint8, copy=False), where=seen)
        valid |= seen
        if valid.all():
            break
    return Pixels(rgb, valid, Affine(pixel, 0, west, 0, -pixel, north))


def _on_grid(bounds: Bounds, pixel: float) -> Bounds:
    west, south, east, north = bounds
    columns = math.floor(west / pixel), math.ceil(east / pixel)
    rows = math.floor(south / pixel), math.ceil(north / pixel)
    return columns[0] * pixel, rows[0] * pixel, columns[1] * pixel, rows[1] * pixel
