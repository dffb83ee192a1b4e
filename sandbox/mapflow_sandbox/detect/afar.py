"""Forest in pixels so large that no crown is seen in them: it is what is dark and green."""

from __future__ import annotations

import numpy as np
from affine import Affine
from rasterio.features import shapes
from scipy import ndimage
from shapely.geometry import Polygon, shape

from .grid import ground_scale

COARSE_M = 3.0  # on the ground; the classifier sees nothing in pixels that are larger
_BRIGHTEST = 280  # of red, green and blue together
_LEAST_GREEN = 26  # twice the green without the red and the blue
_LEAST_M2 = 1_000.0
_ROUND = np.ones((2, 2), dtype=bool)


def is_coarse(transform: Affine, height: int) -> bool:
    """Whether pixels of EPSG:3857 are too large for the classifier."""
    return abs(transform.a) * ground_scale(transform, height) > COARSE_M


def forest_from_afar(rgb: np.ndarray, valid: np.ndarray, transform: Affine) -> list[tuple[Polygon, float]]:
    """Stands of trees in uint8 (3, H, W) pixels as polygons of EPSG:3857, each with its area on the ground in m²."""
    red, green, blue = rgb.astype(np.int32)
    mask = (red + green + blue < _BRIGHTEST) & (2 * green - red - blue > _LEAST_GREEN) & valid
    mask = ndimage.binary_opening(mask, _ROUND)
    to_ground = ground_scale(transform, rgb.shape[1]) ** 2
    found = []
    for raw, _value in shapes(mask.astype(np.uint8), mask=mask, connectivity=4, transform=transform):
        stand = shape(raw)
        if stand.area * to_ground >= _LEAST_M2:
            found.append((stand, stand.area * to_ground))
    return found
