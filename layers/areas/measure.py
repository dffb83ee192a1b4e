"""Areas on the WGS 84 ellipsoid, in m², of polygons and boxes whose edges are straight in longitude and latitude.

GeoJSON defines an edge so. QgsDistanceArea measures along the shortest way between the ends of an edge: this is
another line where the edge is long, and goes the other way round the globe where it is longer than 180°.
"""

from __future__ import annotations

import math

import numpy as np
from qgis.core import QgsCoordinateReferenceSystem, QgsGeometry, QgsRectangle

from .geojson import Numbers, polygons_of, ring_points, rings_of

SEMI_MAJOR = 6378137.0  # m
FLATTENING = 1 / 298.257223563
SEMI_MINOR = SEMI_MAJOR * (1 - FLATTENING)
ECCENTRICITY_SQUARED = FLATTENING * (2 - FLATTENING)


def wgs84() -> QgsCoordinateReferenceSystem:
    """Return EPSG:4326, the only system the service speaks."""
    return QgsCoordinateReferenceSystem("EPSG:4326")


def _area_below(latitude: Numbers) -> Numbers:
    """Return the ellipsoid's area between the equator and each latitude (degrees), for one radian of longitude."""
    eccentricity = math.sqrt(ECCENTRICITY_SQUARED)
    sine = np.sin(np.radians(latitude))
    zone = sine / (1 - ECCENTRICITY_SQUARED * sine**2) + np.arctanh(eccentricity * sine) / eccentricity
    below: Numbers = SEMI_MINOR**2 / 2 * zone
    return below


def ring_area(points: Numbers) -> float:
    """Return the area in m² inside a closed ring of degrees, an (n, 2) array, in whichever direction it runs."""
    width = np.radians(np.diff(points[:, 0]))
    latitude = points[:, 1]
    middle = (latitude[1:] + latitude[:-1]) / 2
    below = _area_below(latitude)
    mean = (below[:-1] + 4 * _area_below(middle) + below[1:]) / 6  # Simpson's rule along the edge
    # measured from the parallel of the first vertex: a small ring keeps its digits so
    return abs(float(np.sum(width * (mean - below[0]))))


def ellipsoidal_area(geometry: QgsGeometry) -> float:
    """Return the area in m² of a polygon or multi-polygon in EPSG:4326, less its holes."""
    total = 0.0
    for polygon in polygons_of(geometry):
        exterior, *holes = (ring_area(ring_points(ring)) for ring in rings_of(polygon))
        total += exterior - sum(holes)
    return max(total, 0.0)


def box_area(box: QgsRectangle) -> float:
    """Return the area in m² between two meridians and two parallels (degrees)."""
    south, north = _area_below(np.array([box.yMinimum(), box.yMaximum()])).tolist()
    return math.radians(box.width()) * float(north - south)
