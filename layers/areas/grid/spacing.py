"""Metres on the WGS 84 ellipsoid as degrees, along meridians and parallels: where the lines of a grid go."""

from __future__ import annotations

import math

import numpy as np

from ..geojson import Numbers
from ..measure import ECCENTRICITY_SQUARED, SEMI_MAJOR

_SAMPLES = 1025  # along a meridian; the arc between two is then right to a millimetre


def parallels(south: float, north: float, count: int) -> list[float]:
    """Return `count` + 1 latitudes from `south` to `north` (degrees), equally many metres apart."""
    latitudes, arcs = _arcs(south, north)
    between = np.interp(np.arange(1, count) * arcs[-1] / count, arcs, latitudes).tolist()
    return [south, *(float(latitude) for latitude in between), north]


def metres_between(south: float, north: float) -> float:
    """Return how many metres lie between two latitudes (degrees) along a meridian."""
    return float(_arcs(south, north)[1][-1])


def degrees_north(latitude: float, metres: float) -> float:
    """Return the degrees of latitude that are so many metres at `latitude` (degrees)."""
    sine = math.sin(math.radians(latitude))
    radius = SEMI_MAJOR * (1 - ECCENTRICITY_SQUARED) / (1 - ECCENTRICITY_SQUARED * sine**2) ** 1.5
    return math.degrees(metres / radius)


def degrees_east(latitude: float, metres: float) -> float:
    """Return the degrees of longitude that are so many metres along the parallel of `latitude`; at most 360."""
    sine = math.sin(math.radians(latitude))
    radius = SEMI_MAJOR * math.cos(math.radians(latitude)) / math.sqrt(1 - ECCENTRICITY_SQUARED * sine**2)
    return min(360.0, math.degrees(metres / radius)) if radius > 0 else 360.0


def _arcs(south: float, north: float) -> tuple[Numbers, Numbers]:
    """Return latitudes from `south` to `north`, and how many metres each is from `south`."""
    latitudes = np.linspace(south, north, _SAMPLES)
    sine = np.sin(np.radians(latitudes))
    radius = SEMI_MAJOR * (1 - ECCENTRICITY_SQUARED) / (1 - ECCENTRICITY_SQUARED * sine**2) ** 1.5
    steps = np.radians(np.diff(latitudes)) * (radius[1:] + radius[:-1]) / 2
    return latitudes, np.concatenate(([0.0], np.cumsum(steps)))
