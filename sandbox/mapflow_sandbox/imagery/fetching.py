"""Fetches a user's own tiles and puts them together as a GeoTIFF, so that they are read as any other imagery."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from tempfile import mkstemp

import numpy as np
import rasterio
from affine import Affine
from PIL import Image, UnidentifiedImageError
from rasterio.enums import ColorInterp
from rasterio.warp import transform_bounds
from rasterio.windows import Window

from . import loopback
from .loopback import Login, NotFetched, NotLoopback
from .tile_service import HALF_WORLD_M, Bounds, TileService, tiles_of

SIDES = (256, 512)
_AT_A_TIME = 6
_BYTES_A_PIXEL = 12  # what the work on them takes
_RGBA = 4


class TileFault(Exception):
    """The tiles cannot be used; `code` is one of the service's."""

    def __init__(self, code: str, **parameters: object) -> None:
        super().__init__(code)
        self.code, self.parameters = code, parameters


def fetch(
    service: TileService, zoom: int, bounds: Bounds, login: Login | None, path: Path, most_bytes: int
) -> None:
    """Write the tiles that reach into `bounds` (EPSG:3857) to `path`. A tile that is not there is left transparent.

    Raises TileFault.
    """
    here = bounds if service.crs == "EPSG:3857" else transform_bounds("EPSG:3857", service.crs, *bounds)
    left, right, top, bottom = tiles_of(here, zoom)
    size = (right - left + 1) * (bottom - top + 1) * SIDES[0] ** 2 * _BYTES_A_PIXEL
    if size > most_bytes:
        raise TileFault("dataloader.MemoryLimitExceeded", allowed_size=most_bytes, estimated_size=size)
    places = [(column, row) for row in range(top, bottom + 1) for column in range(left, right + 1)]

    def load(place: tuple[int, int]) -> np.ndarray | None:
        return _tile(service.address(zoom, *place), login)

    path.parent.mkdir(parents=True, exist_ok=True)
    handle, scratch = mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=".part")
    os.close(handle)
    try:
        with ThreadPoolExecutor(_AT_A_TIME) as pool:
            loaded = zip(places, pool.map(load, places), strict=True)
            if not _write(Path(scratch), service, zoom, (left, right, top, bottom), loaded):
                raise TileFault(
                    "dataloader.TileNotLoaded", tile_location=service.address(zoom, left, top), status=404
                )
        os.replace(scratch, path)
    finally:
        Path(scratch).unlink(missing_ok=True)


def _write(
    path: Path,
    service: TileService,
    zoom: int,
    edges: tuple[int, int, int, int],
    loaded: Iterator[tuple[tuple[int, int], np.ndarray | None]],
) -> bool:
    """Write tiles as they come; False where there is none at all."""
    first = next((each for each in loaded if each[1] is not None), None)
    if first is None or first[1] is None:
        return False
    left, right, top, bottom = edges
    side = first[1].shape[0]
    tile_m = 2 * HALF_WORLD_M / 2**zoom
    corner = Affine(
        tile_m / side, 0, left * tile_m - HALF_WORLD_M, 0, -tile_m / side, HALF_WORLD_M - top * tile_m
    )
    profile = {"driver": "GTiff", "dtype": "uint8", "count": _RGBA, "crs": service.crs, "transform": corner}
    size = {"width": (right - left + 1) * side, "height": (bottom - top + 1) * side}
    with rasterio.open(path, "w", **profile, **size, tiled=True, compress="deflate", zlevel=1) as dataset:
        dataset.colorinterp = (ColorInterp.red, ColorInterp.green, ColorInterp.blue, ColorInterp.alpha)
        for (column, row), pixels in chain([first], loaded):
            _put(dataset, column - left, row - top, pixels, side)
    return True


def _put(
    dataset: rasterio.io.DatasetWriter, column: int, row: int, pixels: np.ndarray | None, side: int
) -> None:
    if pixels is None:
        return
    if pixels.shape[0] != side:
        raise TileFault("dataloader.WrongTileSize", expected_size=side, real_size=pixels.shape[0])
    dataset.write(np.moveaxis(pixels, -1, 0), window=Window(column * side, row * side, side, side))


def _tile(address: str, login: Login | None) -> np.ndarray | None:
    """One tile as RGBA (side, side, 4); None where there is none."""
    try:
        body = loopback.get(address, login)
    except NotLoopback as error:
        raise TileFault("source-validator.UrlBlacklisted", url=str(error)) from error
    except (NotFetched, ValueError) as error:
        raise TileFault("dataloader.TileNotLoaded", tile_location=address, status=str(error)) from error
    if body is None:
        return None
    try:
        with Image.open(io.BytesIO(body)) as picture:
            width, height = picture.size
            if width != height or width not in SIDES:
                raise TileFault(
                    "dataloader.WrongTileSize", expected_size=SIDES[0], real_size=f"{width}×{height}"
                )
            return np.asarray(picture.convert("RGBA"))
    except Image.DecompressionBombError as error:
        raise TileFault("dataloader.WrongTileSize", expected_size=SIDES[0], real_size="far larger") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise TileFault("dataloader.TileNotReadable", tile_location=address) from error
