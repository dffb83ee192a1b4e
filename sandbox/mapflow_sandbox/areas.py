"""Areas of interest: GeoJSON that is checked, measured on the WGS 84 ellipsoid, and held against the limits."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from pyproj import Geod
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.polygon import orient
from shapely.validation import explain_validity

from .faults import ApiFault, bad_request
from .settings import Settings

_WGS84 = Geod(ellps="WGS84")
_SHORTEST_RING = 4


@dataclass(frozen=True)
class Part:
    """One polygon of an area; `area_m2` is ellipsoidal."""

    polygon: Polygon
    area_m2: float

    @property
    def geojson(self) -> dict[str, Any]:
        """The polygon as GeoJSON."""
        geometry: dict[str, Any] = shapely.geometry.mapping(self.polygon)
        return geometry


@dataclass(frozen=True)
class Area:
    """The area of a processing: one polygon or several that do not overlap, in degrees of EPSG:4326."""

    parts: tuple[Part, ...]

    @property
    def area_m2(self) -> float:
        """Ellipsoidal area of all parts."""
        return sum(part.area_m2 for part in self.parts)

    @property
    def geojson(self) -> dict[str, Any]:
        """The whole area as GeoJSON."""
        if len(self.parts) == 1:
            return self.parts[0].geojson
        geometry: dict[str, Any] = shapely.geometry.mapping(
            MultiPolygon([part.polygon for part in self.parts])
        )
        return geometry


def read(geometry: Mapping[str, Any]) -> Area:
    """The area in a GeoJSON Polygon or MultiPolygon. Raises ApiFault `geometry.Invalid` with what is wrong."""
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind == "Polygon":
        polygons = [_polygon(coordinates)]
    elif kind == "MultiPolygon":
        polygons = [_polygon(each) for each in _listed(coordinates, "The area has no polygons.")]
    else:
        raise _invalid("The area has to be a Polygon or a MultiPolygon.")
    whole = polygons[0] if len(polygons) == 1 else MultiPolygon(polygons)
    if not whole.is_valid:
        raise _invalid(f"The area is not valid: {explain_validity(whole)}.")
    return Area(tuple(Part(polygon, _ellipsoidal_m2(polygon)) for polygon in polygons))


def check_limits(area: Area, settings: Settings) -> None:
    """Hold `area` against the limits of the account. Raises ApiFault `TOO_LARGE_PROCESSING` or `BAD_REQUEST`.

    The area taken together must not be larger than the limit, nor the box of degrees around any part of it.
    """
    if len(area.parts) > settings.max_aois:
        raise bad_request(
            f"The area has {len(area.parts)} parts, and at most {settings.max_aois} are allowed."
        )
    check_size(area.area_m2, settings)
    for part in area.parts:
        check_size(box_m2(*part.polygon.bounds), settings)


def check_search(area: Area, settings: Settings) -> None:
    """Raises ApiFault `TOO_LARGE_PROCESSING` for an area that is too large to be searched."""
    _check(area.area_m2, settings.search_area_limit_m2, "Searches")


def check_size(area_m2: float, settings: Settings) -> None:
    """Raises ApiFault `TOO_LARGE_PROCESSING` for an area above the limit."""
    _check(area_m2, settings.area_limit_m2, "Processings")


def _check(area_m2: float, limit_m2: float, what: str) -> None:
    if area_m2 > limit_m2:
        limit, area = round(limit_m2), round(area_m2)
        raise bad_request(
            f"{what} larger than {limit} sq.m. are prohibited. Area: {area} sq.m.",
            "TOO_LARGE_PROCESSING",
            area=area,
            aoiAreaLimit=limit,
        )


def box_m2(west: float, south: float, east: float, north: float) -> float:
    """Area on the ellipsoid between two meridians and two parallels, in degrees."""
    return math.radians(east - west) * (_zone(north) - _zone(south))


def _zone(latitude: float) -> float:
    """Area between the equator and a parallel for each radian of longitude, in m²."""
    sine, eccentricity = math.sin(math.radians(latitude)), math.sqrt(_WGS84.es)
    return (
        _WGS84.b**2 / 2 * (sine / (1 - _WGS84.es * sine**2) + math.atanh(eccentricity * sine) / eccentricity)
    )


def _ellipsoidal_m2(polygon: Polygon) -> float:
    area, _perimeter = _WGS84.geometry_area_perimeter(orient(polygon))
    return abs(float(area))


def _polygon(rings: object) -> Polygon:
    exterior, *holes = (_ring(ring) for ring in _listed(rings, "A polygon has no rings."))
    return Polygon(exterior, holes)


def _ring(positions: object) -> list[tuple[float, float]]:
    ring = [_position(each) for each in _listed(positions, "A ring has no positions.")]
    if ring[0] != ring[-1]:
        raise _invalid("A ring is not closed: its last position has to be its first.")
    if len(ring) < _SHORTEST_RING:
        raise _invalid(f"A ring has {len(ring)} positions; it needs at least {_SHORTEST_RING}.")
    return ring


def _position(position: object) -> tuple[float, float]:
    longitude, latitude, *_height = _listed(position, "A position is not a pair of numbers.", least=2)
    for number in (longitude, latitude):
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise _invalid("A position is not a pair of numbers.")
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise _invalid(f"{longitude}, {latitude} is no longitude and latitude in degrees.")
    return float(longitude), float(latitude)


def _listed(value: object, otherwise: str, least: int = 1) -> list[Any]:
    if not isinstance(value, list) or len(value) < least:
        raise _invalid(otherwise)
    return value


def _invalid(reason: str) -> ApiFault:
    return bad_request(reason, "geometry.Invalid")
