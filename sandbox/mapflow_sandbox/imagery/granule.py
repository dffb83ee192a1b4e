"""Sentinel-2 images by the name of their granule. All are of one kind: the painted scene at pixels of 10 m."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import rasterio
from affine import Affine
from rasterio.enums import ColorInterp, Resampling
from rasterio.transform import from_origin
from rasterio.warp import reproject

from ..clock import now
from .raster import Bounds

PIXEL_M = 10.0
LAUNCHED = date(2015, 6, 23)  # before that day there is no image
_EARTH_RADIUS_M = 6_378_137.0
_NAMED_CELL = re.compile(r"[Tt](\d{2}[A-Za-z]{3})")
_NAMED_DAY = re.compile(r"_(\d{4})(\d{2})(\d{2})T\d{6}")
_FOLDERS = re.compile(
    r"/(\d{1,2})/([A-Z])/([A-Z]{2})/(20[0-2]\d)/(1[0-2]|0?[1-9])/(0?[1-9]|[12]\d|3[01])/\d{1,2}/$"
)


class NotAGranule(ValueError):
    """The text is no name of a granule."""


@dataclass(frozen=True)
class Granule:
    """One image: the cell of the grid it covers, and the day it was taken on."""

    cell: str
    year: int
    month: int
    day: int

    @classmethod
    def of(cls, name: str) -> Granule:
        """The granule called so, or kept in folders that are called so. Raises NotAGranule."""
        cell, day = _NAMED_CELL.search(name), _NAMED_DAY.search(name)
        if cell is not None and day is not None:
            return cls(cell[1].upper(), int(day[1]), int(day[2]), int(day[3]))
        folders = _FOLDERS.search(name)
        if folders is None:
            raise NotAGranule(name)
        zone, band, square, *numbers = folders.groups()
        return cls(f"{int(zone):02}{band}{square}", *map(int, numbers))

    @property
    def exists(self) -> bool:
        """Whether an image can have been taken on that day."""
        try:
            taken = date(self.year, self.month, self.day)
        except ValueError:
            return False
        return LAUNCHED <= taken <= date.fromisoformat(now()[:10])


def pixel_3857(latitude: float) -> float:
    """The side of a pixel in metres of EPSG:3857."""
    return PIXEL_M / math.cos(math.radians(latitude))


def develop(scene: Path, bounds: Bounds, pixel: float, path: Path) -> None:
    """Write the scene within `bounds` (EPSG:3857) to `path`, its pixels `pixel` metres of EPSG:3857 a side."""
    west, south, east, north = bounds
    left, top = math.floor(west / pixel) * pixel, math.ceil(north / pixel) * pixel
    width, height = math.ceil((east - left) / pixel), math.ceil((top - south) / pixel)
    placed: Affine = from_origin(left, top, pixel, pixel)
    pixels = np.zeros((4, height, width), dtype=np.uint8)
    with rasterio.open(scene) as dataset:
        for band in range(4):
            source = rasterio.band(dataset, band + 1) if band < 3 else dataset.dataset_mask()
            reproject(
                source,
                pixels[band],
                src_transform=dataset.transform,
                src_crs=dataset.crs,
                dst_transform=placed,
                dst_crs="EPSG:3857",
                resampling=Resampling.average,
            )
    profile = {"driver": "GTiff", "dtype": "uint8", "count": 4, "crs": "EPSG:3857", "transform": placed}
    path.parent.mkdir(parents=True, exist_ok=True)
    with rasterio.open(path, "w", **profile, width=width, height=height) as written:
        written.colorinterp = (ColorInterp.red, ColorInterp.green, ColorInterp.blue, ColorInterp.alpha)
        written.write(pixels)
