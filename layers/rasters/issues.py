"""What can be wrong with a raster that is to be uploaded."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Problem(enum.Enum):
    """The kinds of issues a raster may have."""

    UNREADABLE = "unreadable"
    SERVICE = "service"
    NO_CRS = "no crs"
    NOT_ON_EARTH = "not on earth"
    NOT_PLACED = "not placed"
    OFF_THE_EARTH = "off the earth"
    CONTROL_POINTS = "control points"
    PLACED_BESIDE = "placed beside"
    READ_BESIDE = "read beside"
    WORLD_FILE = "world file"
    OTHER_CRS_IN_QGIS = "other crs in qgis"
    ROTATED = "rotated"
    DRIVER = "driver"
    BANDS = "bands"
    PALETTE = "palette"
    DTYPE = "dtype"
    SCALED = "scaled"
    SIDE = "side"
    PIXEL_TOO_LARGE = "pixel too large"
    PIXEL_VERY_FINE = "pixel very fine"
    FILE_TOO_BIG = "file too big"
    MOSAIC_CRS = "mosaic crs"
    MOSAIC_BANDS = "mosaic bands"
    MOSAIC_PIXEL = "mosaic pixel"


@dataclass(frozen=True)
class RasterIssue:
    """One thing that is wrong: a sentence with what to do, whether it stops the upload, whether Convert mends it."""

    problem: Problem
    sentence: str
    is_fatal: bool = True
    convert_mends: bool = False
