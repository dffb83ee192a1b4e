"""The grid that Sentinel-2 images are cut by: squares of MGRS, named by zone, band and two letters, such as 37NBA."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import shapely
from pyproj import Transformer
from shapely.geometry import Polygon, box

_CELL = re.compile(r"(\d{1,2})([C-HJ-NP-X])([A-HJ-NP-Z])([A-HJ-NP-V])")
_BANDS = "CDEFGHJKLMNPQRSTUVWX"  # of 8° of latitude each, from 80° S; X is taller
_COLUMNS = ("ABCDEFGH", "JKLMNPQR", "STUVWXYZ")  # of zones 1, 4, …; of 2, 5, …; of 3, 6, …
_ROWS = "ABCDEFGHJKLMNPQRSTUV"
_SQUARE_M = 100_000
_OVERLAP_M = 9_800  # an image reaches so far into its neighbours to the east and to the south
_FALSE_NORTHING_M = 10_000_000
_FIRST_NORTHERN_BAND = "N"
_SOUTHERN_EDGE = -80.0
_BAND_DEGREES, _SLACK_DEGREES = 8.0, 1.0  # a square on the edge of two bands is in both
_POINTS_A_SIDE = 8


def outline(cell: str) -> Polygon | None:
    """What an image of the cell covers, in degrees; None where there is no such cell."""
    found = _CELL.fullmatch(cell.upper())
    if found is None or not 1 <= int(found[1]) <= 60:
        return None
    zone, band, column, row = int(found[1]), found[2], found[3], found[4]
    columns = _COLUMNS[(zone - 1) % 3]
    if column not in columns:
        return None
    west = (columns.index(column) + 1) * _SQUARE_M
    is_north = band >= _FIRST_NORTHERN_BAND
    to_degrees = Transformer.from_crs((32600 if is_north else 32700) + zone, 4326, always_xy=True)
    south_edge = _SOUTHERN_EDGE + _BANDS.index(band) * _BAND_DEGREES
    for south in _southings(zone, row, is_north):
        _longitude, latitude = to_degrees.transform(west + _SQUARE_M / 2, south + _SQUARE_M / 2)
        if south_edge - _SLACK_DEGREES <= latitude <= south_edge + _BAND_DEGREES + _SLACK_DEGREES:
            square = box(west, south - _OVERLAP_M, west + _SQUARE_M + _OVERLAP_M, south + _SQUARE_M)
            return _projected(square, to_degrees)
    return None


def _southings(zone: int, row: str, is_north: bool) -> Iterator[float]:
    """Where the southern edge of a square may be: the rows are named anew every 2,000 km."""
    shifted = _ROWS.index(row) - (5 if zone % 2 == 0 else 0)
    for turn in range(5):
        northing = (shifted % len(_ROWS) + turn * len(_ROWS)) * _SQUARE_M
        if northing < _FALSE_NORTHING_M or is_north:
            yield float(northing)


def _projected(square: Polygon, to_degrees: Transformer) -> Polygon:
    def project(points: np.ndarray) -> np.ndarray:
        return np.column_stack(to_degrees.transform(points[:, 0], points[:, 1]))

    dense = shapely.segmentize(square, (_SQUARE_M + _OVERLAP_M) / _POINTS_A_SIDE)
    found: Polygon = shapely.transform(dense, project)
    return found
