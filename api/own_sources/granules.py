"""Where on the Earth a Sentinel-2 granule lies, by the cell of the military grid (MGRS) that its name tells."""

from __future__ import annotations

import math
import re

_CELL = re.compile(r"T(\d{2})([C-HJ-NP-X])([A-Z]{2})(?![A-Z0-9])", re.IGNORECASE)
_FOLDERS = re.compile(r"(?:^|/)(\d{1,2})/([C-HJ-NP-X])/([A-Z]{2})/", re.IGNORECASE)
_BANDS = "CDEFGHJKLMNPQRSTUVWX"  # from 80° south on
_ZONE, _BAND, _LAST_BAND = 6.0, 8.0, 12.0  # degrees
_BEYOND = 2.0  # degrees that a granule, with its square, may reach beyond its zone or band, on the equator
_UNEVEN = "VX"  # bands where some zones are wider


def cell_of(name: str) -> str:
    """The cell, such as 32TQM; "" where the name tells none."""
    found = _CELL.search(name) or _FOLDERS.search(name)
    return "" if found is None else f"{int(found[1]):02d}{found[2]}{found[3]}".upper()


def may_cover(name: str, longitude: float, latitude: float) -> bool:
    """Whether the granule may reach a place, by the zone and the band of its cell; True where that is not told."""
    cell = cell_of(name)
    if not cell:
        return True
    zone, band = int(cell[:2]), cell[2]
    south = -80 + _BAND * _BANDS.index(band)
    north = south + (_LAST_BAND if band == _BANDS[-1] else _BAND)
    if not south - _BEYOND <= latitude <= north + _BEYOND:
        return False
    middle = -180 + _ZONE * (zone - 0.5)
    away = abs((longitude - middle + 180) % 360 - 180)
    beyond = _BEYOND / math.cos(math.radians(min(abs(latitude), 85.0)))
    return away <= _ZONE / 2 + beyond + (_ZONE if band in _UNEVEN else 0)
