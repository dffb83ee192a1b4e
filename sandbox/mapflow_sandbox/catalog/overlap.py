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
    shares: np.ndarray = np.full(len(footprints), 100.0)
    partly = ~shapely.covers(footprints, area.envelope)
    if partly.any():
        shared = shapely.area(_projected(shapely.intersection(footprints[partly], area)))
        exact = 100 * shared / shapely.area(_projected(area))
        told = np.round(exact, _DECIMALS)
        # what is very little of a continent is not nothing
        shares[partly] = np.minimum(100.0, np.where(told > 0, told, exact))
    return shares


def _projected(degrees: BaseGeometry | np.ndarray) -> BaseGeometry | np.ndarray:
    def project(points: np.ndarray) -> np.ndarray:
        return np.column_stack(_EQUAL_AREA.transform(points[:, 0], points[:, 1]))

    # an edge that is straight in degrees is bent in the projection
    return shapely.transform(shapely.segmentize(degrees, _STEP), project)
