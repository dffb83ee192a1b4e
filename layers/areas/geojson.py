"""An area as the service wants it: GeoJSON in longitude and latitude, closed rings, at most 8 decimals, no Z."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from qgis.core import QgsGeometry, QgsLineString, QgsPolygon

Numbers = NDArray[np.float64]
DECIMALS = 8  # about a millimetre on the ground


def ring_points(ring: QgsLineString) -> Numbers:
    """Return the ring's vertices as an (n, 2) array, without Z and M."""
    header = 9  # WKB: byte order, type, number of points
    dimensions = 2 + ring.is3D() + ring.isMeasure()
    return np.frombuffer(bytes(ring.asWkb()), dtype="<f8", offset=header).reshape(-1, dimensions)[:, :2]


def ring_from_points(points: Numbers) -> QgsLineString:
    """Return a line string of the (n, 2) array's rows."""
    return QgsLineString(points[:, 0].tolist(), points[:, 1].tolist())


def without_repeats(points: Numbers) -> Numbers:
    """Drop vertices equal to the one before, and close the ring; return no rows when fewer than 4 are left."""
    if len(points) < 3:
        return points[:0]
    moved = np.any(points[1:] != points[:-1], axis=1)
    kept: Numbers = points[np.concatenate(([True], moved))]
    if np.any(kept[0] != kept[-1]):
        kept = np.concatenate((kept, kept[:1]))
    return kept if len(kept) >= 4 else kept[:0]


def signed_area(points: Numbers) -> float:
    """Return the planar area of a closed ring in square degrees, positive when it runs anticlockwise."""
    x, y = (points - points[0]).T
    return float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])) / 2


def polygons_of(geometry: QgsGeometry) -> list[QgsPolygon]:
    """Return copies of the straight polygons of a polygon or multi-polygon; its own parts are deleted with it."""
    copies = [part.clone() for part in geometry.constParts()]
    return [copy for copy in copies if isinstance(copy, QgsPolygon)]


def rings_of(polygon: QgsPolygon) -> list[QgsLineString]:
    """Return the exterior ring, then the holes."""
    rings = [polygon.exteriorRing(), *(polygon.interiorRing(i) for i in range(polygon.numInteriorRings()))]
    return [ring for ring in rings if isinstance(ring, QgsLineString)]


def _positions(ring: QgsLineString, anticlockwise: bool) -> list[list[float]]:
    points = np.round(ring_points(ring), DECIMALS) + 0.0  # adding zero turns -0.0 into 0.0
    if (signed_area(points) > 0) != anticlockwise:
        points = points[::-1]
    rows: list[list[float]] = points.tolist()
    return rows


def multipolygon_to_geojson(geometry: QgsGeometry) -> dict[str, object]:
    """Write a multi-polygon in EPSG:4326 as a GeoJSON Polygon, or as a MultiPolygon when it has several parts."""
    coordinates = [
        [_positions(ring, anticlockwise=index == 0) for index, ring in enumerate(rings_of(polygon))]
        for polygon in polygons_of(geometry)
    ]
    if len(coordinates) == 1:
        return {"type": "Polygon", "coordinates": coordinates[0]}
    return {"type": "MultiPolygon", "coordinates": coordinates}
