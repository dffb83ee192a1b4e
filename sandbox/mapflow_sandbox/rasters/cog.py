"""From an uploaded GeoTIFF to a Cloud Optimized GeoTIFF of 8 bits a band, which every tile and processing reads."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import rasterio
from rasterio.enums import ColorInterp, MaskFlags
from rasterio.io import DatasetReader
from rasterio.vrt import WarpedVRT
from rasterio.windows import Window
from rio_cogeo.cogeo import cog_translate, cog_validate

from .masks import valid_pixels

BLOCK_PX = 512
_ROWS_AT_ONCE = 256
_SAMPLE_PX = 1024
_DARKEST, _BRIGHTEST = 2.0, 98.0  # per cent of the pixels that a stretch leaves out at either end
_OPTIONS = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_TIFF_INTERNAL_MASK": True,
    "GDAL_TIFF_OVR_BLOCKSIZE": str(BLOCK_PX),
    "GDAL_CACHEMAX": 64,  # MiB
}

_PROFILE = {
    "driver": "GTiff", "interleave": "pixel", "tiled": True, "blockxsize": BLOCK_PX, "blockysize": BLOCK_PX,
    "compress": "ZSTD", "zstd_level": 1, "predictor": 2, "bigtiff": "IF_SAFER",
}  # fmt: skip


def make_cog(original: Path, work: Path, cog: Path) -> None:
    """Write `cog` from `original`; `work` is a folder for what is needed on the way. Raises RasterioError."""
    with rasterio.Env(**_OPTIONS):
        with rasterio.open(original, driver="GTiff") as dataset:
            source = original
            if not _is_plain(dataset):
                source = work / "8bit.tif"
                _write_8bit(dataset, source)
            elif _is_cog(original):
                for _position, window in dataset.block_windows(1):
                    dataset.read(window=window)  # nothing else would notice that they are damaged
                _link(original, cog)
                return
        cog_translate(
            source, cog, _PROFILE, config=_OPTIONS, overview_resampling="average", in_memory=False, quiet=True
        )


def _is_plain(dataset: DatasetReader) -> bool:
    """Whether the pixels may stay as they are: bytes that are colours, in rows that run east."""
    return (
        dataset.dtypes[0] == "uint8"
        and dataset.colorinterp[0] is not ColorInterp.palette
        and dataset.transform.is_rectilinear
    )


def _is_cog(original: Path) -> bool:
    valid, _errors, warned = cog_validate(original, quiet=True)
    return bool(valid and not warned)


def _link(original: Path, cog: Path) -> None:
    try:
        os.link(original, cog)
    except OSError:  # a file system without links
        shutil.copyfile(original, cog)


def _write_8bit(dataset: DatasetReader, path: Path) -> None:
    """Write what is to be seen of any raster as 1 or 3 bands of bytes, where 0 means no data."""
    with _north_up(dataset) as source:
        colours = _colours(source)
        profile = {
            "driver": "GTiff", "dtype": "uint8", "count": colours.count, "nodata": 0,
            "width": source.width, "height": source.height, "crs": source.crs, "transform": source.transform,
            "tiled": True, "blockxsize": BLOCK_PX, "blockysize": _ROWS_AT_ONCE, "bigtiff": "IF_SAFER",
        }  # fmt: skip
        with rasterio.open(path, "w", **profile) as target:
            for top in range(0, source.height, _ROWS_AT_ONCE):
                window = Window(0, top, source.width, min(_ROWS_AT_ONCE, source.height - top))
                valid = valid_pixels(source, window=window)
                pixels = colours.of(source.read(colours.bands, window=window), valid)
                target.write(np.where(valid, np.maximum(pixels, 1), 0).astype(np.uint8), window=window)


@contextmanager
def _north_up(dataset: DatasetReader) -> Iterator[DatasetReader]:
    """The dataset, turned so that rows run east where they do not."""
    if dataset.transform.is_rectilinear:
        yield dataset
        return
    masked = dataset.nodata is not None or dataset.mask_flag_enums[0] != [MaskFlags.all_valid]
    with WarpedVRT(dataset, add_alpha=not masked) as turned:
        yield turned


class _Stretch:
    """Spreads the values of each band over the bytes 1 to 255."""

    def __init__(self, source: DatasetReader) -> None:
        self.bands = [1] if source.count < 3 else [1, 2, 3]
        self.count = len(self.bands)
        if source.dtypes[0] == "uint8":
            self._limits = [(0.0, 255.0)] * self.count
            return
        scale = max(1.0, max(source.width, source.height) / _SAMPLE_PX)
        shape = (max(1, int(source.height / scale)), max(1, int(source.width / scale)))
        valid = valid_pixels(source, shape)
        self._limits = [_limits(source.read(band, out_shape=shape), valid) for band in self.bands]

    def of(self, pixels: np.ndarray, _valid: np.ndarray) -> np.ndarray:
        """The bytes of `pixels` (bands, H, W)."""
        spread = np.empty(pixels.shape, dtype=np.float32)
        for plane, values, (low, high) in zip(spread, pixels, self._limits, strict=True):
            plane[:] = 1 + 254 * np.clip(
                (np.nan_to_num(values.astype(np.float32)) - low) / (high - low), 0, 1
            )
        return np.round(spread)


class _Palette:
    """Looks up the colours of a raster with a colour table."""

    bands = (1,)
    count = 3

    def __init__(self, source: DatasetReader) -> None:
        self._table = np.zeros((256, 4), dtype=np.uint8)
        for value, colour in source.colormap(1).items():
            if 0 <= value < len(self._table):
                self._table[value] = colour

    def of(self, pixels: np.ndarray, valid: np.ndarray) -> np.ndarray:
        """The colours (3, H, W) of `pixels` (1, H, W); what the table calls transparent becomes invalid in `valid`."""
        colours = self._table[pixels[0]]
        valid &= colours[..., 3] > 0
        return np.moveaxis(colours[..., :3], -1, 0)


def _colours(source: DatasetReader) -> _Stretch | _Palette:
    return _Palette(source) if source.colorinterp[0] is ColorInterp.palette else _Stretch(source)


def _limits(values: np.ndarray, valid: np.ndarray) -> tuple[float, float]:
    seen = values[valid & np.isfinite(values)]
    if not seen.size:
        return 0.0, 1.0
    low, high = np.percentile(seen, (_DARKEST, _BRIGHTEST))
    return float(low), float(high) if high > low else float(low) + 1.0
