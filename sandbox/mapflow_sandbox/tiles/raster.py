"""Imagery as XYZ tiles: any 8-bit GeoTIFFs in, a PNG out that is transparent where there is no imagery."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image
from rasterio.errors import RasterioError
from rasterio.features import rasterize
from rasterio.transform import from_bounds
from rio_tiler.errors import TileOutsideBounds
from rio_tiler.io import Reader
from rio_tiler.models import ImageData
from shapely.geometry.base import BaseGeometry

from .matrix import TILE_PX, TileAddress

# Deflate's own default takes three times as long for a tenth less.
_COMPRESSION = 3


class Gone(Exception):
    """An image was deleted while it was looked at."""


def tile(
    paths: Sequence[Path],
    address: TileAddress,
    finest_zoom: int | None = None,
    area: BaseGeometry | None = None,
) -> bytes:
    """A tile of 256 × 256 pixels as PNG with alpha, from GeoTIFFs of 1, 3 or 4 bands in any CRS.

    Where images overlap, the first of `paths` wins. Beyond `finest_zoom` its pixels are enlarged. With `area`
    (EPSG:3857) only what lies in it is shown. Raises Gone.
    """
    source = address
    if finest_zoom is not None and address.z > finest_zoom:
        source = address.ancestor(finest_zoom)
    pixels = _mosaicked(paths, source)
    if pixels is None:
        return blank()
    if source != address:
        pixels = _enlarged(pixels, source, address)
    if area is not None:
        transform = from_bounds(*address.bounds_3857, TILE_PX, TILE_PX)
        inside = rasterize(
            [area], out_shape=(TILE_PX, TILE_PX), transform=transform, all_touched=True, dtype="uint8"
        )
        pixels[..., 3] *= inside
    return png(pixels) if pixels[..., 3].any() else blank()


def finest_zoom(paths: Sequence[Path]) -> int:
    """The zoom from which on tiles show no more: that of the finest pixels of GeoTIFFs. Raises Gone."""
    finest = 0
    for path in paths:
        with _opened(path) as source:
            finest = max(finest, source.maxzoom)
    return finest


def state_of(paths: Sequence[Path]) -> tuple[tuple[str, int], ...]:
    """What changes when one of the files does. Raises Gone."""
    try:
        return tuple((str(path), path.stat().st_mtime_ns) for path in paths)
    except FileNotFoundError as error:
        raise Gone from error


@cache
def blank() -> bytes:
    """A tile without imagery: a picture, since QGIS keeps that, and would ask for a missing one at every redraw."""
    return png(np.zeros((TILE_PX, TILE_PX, 4), dtype=np.uint8))


def _mosaicked(paths: Sequence[Path], address: TileAddress) -> np.ndarray | None:
    """RGBA (256, 256, 4) of the first image that has something at each pixel; None where none reaches the tile."""
    whole: np.ndarray | None = None
    for path in paths:
        try:
            with _opened(path) as source:
                image = source.tile(
                    address.x, address.y, address.z, tilesize=TILE_PX,
                    resampling_method="bilinear", reproject_method="bilinear",
                )  # fmt: skip
        except TileOutsideBounds:
            continue
        if whole is None:
            whole = _rgba(image)
        else:
            missing = whole[..., 3] == 0
            whole[missing] = _rgba(image)[missing]
        if whole[..., 3].all():
            break
    return whole


@contextmanager
def _opened(path: Path) -> Iterator[Reader]:
    """A reader of a file. Raises Gone where the file was deleted, before or while it is read."""
    try:
        with Reader(str(path)) as source:
            yield source
    except RasterioError as error:
        if path.exists():
            raise
        raise Gone from error


def _rgba(image: ImageData) -> np.ndarray:
    bands = image.data[:3] if image.count >= 3 else np.repeat(image.data[:1], 3, axis=0)
    return np.dstack((*bands, image.mask))


def _enlarged(pixels: np.ndarray, source: TileAddress, address: TileAddress) -> np.ndarray:
    """The part of `source` that `address` covers, each pixel grown to a square."""
    steps = address.z - source.z
    side = max(1, TILE_PX >> steps)
    left = (address.x - (source.x << steps)) * TILE_PX >> steps
    top = (address.y - (source.y << steps)) * TILE_PX >> steps
    part = pixels[top : top + side, left : left + side]
    return part.repeat(TILE_PX // side, axis=0).repeat(TILE_PX // side, axis=1)


def png(pixels: np.ndarray) -> bytes:
    """Pixels (256, 256, 4) as PNG."""
    written = io.BytesIO()
    Image.fromarray(pixels, "RGBA").save(written, "PNG", compress_level=_COMPRESSION)
    return written.getvalue()
