"""How much of an area each of many footprints covers, measured in an equal-area projection of the WGS 84 ellipsoid."""

from __future__ import annotations

import numpy as np
import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

_EQUAL_AREA = Transformer.from_crs("EPSG:4326", "EPSG:6933", always_xy=True)
_STEP = 0.01  # degrees
_DECIMALS = 6  # of a per cent; finer is noise of the arithmetic, which would lose a cover of 100 %


def covered(area: BaseGeometry, footprints: np.ndarray) -> np.ndarray:
    """Per cent of `area` that each of `footprints` covers; all in degrees."""
    shapely.prepare(area)
    shared = shapely.intersection(footprints, area)
    whole = shapely.area(_projected(area))
    shares: np.ndarray = np.round(100 * shapely.area(_projected(shared)) / whole, _DECIMALS)
    return np.asarray(np.minimum(100.0, shares))


def _projected(degrees: BaseGeometry | np.ndarray) -> BaseGeometry | np.ndarray:
    def project(points: np.ndarray) -> np.ndarray:
        return np.column_stack(_EQUAL_AREA.transform(points[:, 0], points[:, 1]))

    # an edge that is straight in degrees is bent in the projection
    return shapely.transform(shapely.segmentize(degrees, _STEP), project)
