"""The coordinates of a GeoJSON geometry, as they are written and whatever is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_MOST_LATITUDE, _MOST_LONGITUDE = 90.0, 540.0


def is_empty(geometry: Mapping[str, Any]) -> bool:
    """Whether a GeoJSON geometry says that there is none."""
    parts = geometry.get("geometries")
    if isinstance(parts, list):
        return all(isinstance(part, dict) and is_empty(part) for part in parts)
    coordinates = geometry.get("coordinates")
    return isinstance(coordinates, list) and _holds_nothing(coordinates)


def has_z(geometry: Mapping[str, Any]) -> bool:
    """Whether a position of a GeoJSON geometry has a height."""
    parts = geometry.get("geometries")
    if isinstance(parts, list):
        return any(has_z(part) for part in parts if isinstance(part, dict))
    return _has_long_position(geometry.get("coordinates"))


def is_off_the_earth(geometry: Mapping[str, Any]) -> bool:
    """Whether the first position of a geometry is no longitude and latitude; the others are about where that is."""
    parts = geometry.get("geometries")
    if isinstance(parts, list):
        return any(is_off_the_earth(part) for part in parts if isinstance(part, dict))
    position: Any = geometry.get("coordinates")
    while isinstance(position, list) and position and isinstance(position[0], list):
        position = position[0]
    return _is_position(position) and not _is_on_earth(position)


def is_in_degrees(geometry: Mapping[str, Any]) -> bool:
    """Whether all positions of a geometry may be longitudes and latitudes."""
    return all(map(_is_on_earth, positions(geometry)))


def positions(geometry: Mapping[str, Any]) -> Iterator[tuple[float, float]]:
    """Yield all positions of a geometry, as far as they are such."""
    parts = geometry.get("geometries")
    for part in parts if isinstance(parts, list) else ():
        if isinstance(part, dict):
            yield from positions(part)
    stack = [geometry.get("coordinates")]
    while stack:
        each = stack.pop()
        if not isinstance(each, list) or not each:
            continue
        if isinstance(each[0], list):
            stack.extend(reversed(each))
        elif _is_position(each):
            yield each[0], each[1]


def _is_position(value: Any) -> bool:
    is_pair = isinstance(value, list) and len(value) > 1
    return is_pair and all(isinstance(number, (int, float)) for number in value[:2])


def _is_on_earth(position: Sequence[float]) -> bool:
    return abs(position[0]) <= _MOST_LONGITUDE and abs(position[1]) <= _MOST_LATITUDE


def _holds_nothing(coordinates: list[Any]) -> bool:
    return all(isinstance(each, list) and _holds_nothing(each) for each in coordinates)


def _has_long_position(coordinates: Any) -> bool:
    if not isinstance(coordinates, list) or not coordinates:
        return False
    first = coordinates[0]
    if not isinstance(first, list):
        return len(coordinates) > 2
    if first and isinstance(first[0], list):
        return any(_has_long_position(each) for each in coordinates)
    return max(len(each) for each in coordinates if isinstance(each, list)) > 2
