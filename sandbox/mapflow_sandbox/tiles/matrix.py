"""The Web Mercator tile matrix: addresses of tiles (XYZ, rows counted from the north) and what they cover."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

TILE_PX = 256
MAX_ZOOM = 24
HALF_WORLD_M = math.pi * 6_378_137.0
# Where the matrix ends, in degrees of latitude.
MAX_LATITUDE = math.degrees(math.atan(math.sinh(math.pi)))


@dataclass(frozen=True)
class TileAddress:
    """One tile: zoom `z`, column `x` from 180° W, row `y` from the north."""

    z: int
    x: int
    y: int

    @property
    def exists(self) -> bool:
        """Whether the matrix has such a tile."""
        return 0 <= self.z <= MAX_ZOOM and 0 <= self.x < 2**self.z and 0 <= self.y < 2**self.z

    @property
    def bounds_3857(self) -> tuple[float, float, float, float]:
        """Left, bottom, right, top in metres of EPSG:3857."""
        side = 2 * HALF_WORLD_M / 2**self.z
        left, top = self.x * side - HALF_WORLD_M, HALF_WORLD_M - self.y * side
        return left, top - side, left + side, top

    def ancestor(self, zoom: int) -> TileAddress:
        """The tile of a coarser zoom that this one lies in."""
        steps = self.z - zoom
        return TileAddress(zoom, self.x >> steps, self.y >> steps)


def to_world(lon_lat: np.ndarray) -> np.ndarray:
    """Positions in the matrix, (n, 2) with x from 180° W and y from the north, 0 to 1 each, of degrees (n, 2)."""
    latitude = np.radians(np.clip(lon_lat[:, 1], -MAX_LATITUDE, MAX_LATITUDE))
    x = lon_lat[:, 0] / 360 + 0.5
    y = 0.5 - np.arcsinh(np.tan(latitude)) / (2 * math.pi)
    return np.column_stack((x, y))


def to_3857(lon_lat: np.ndarray) -> np.ndarray:
    """Metres of EPSG:3857 (n, 2) of degrees (n, 2)."""
    metres: np.ndarray = (to_world(lon_lat) - 0.5) * (2 * HALF_WORLD_M, -2 * HALF_WORLD_M)
    return metres
