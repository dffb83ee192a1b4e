"""A user's own tile server: its address as a request gives it, and the tiles it has."""

from __future__ import annotations

import math
from dataclasses import dataclass

CRSES = ("EPSG:3857", "EPSG:3395")
HALF_WORLD_M = math.pi * 6_378_137.0
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class TileService:
    """Tiles by a template: `kind` says how they are numbered, `crs` in which of the two Mercators they are cut."""

    kind: str
    url: str
    crs: str

    def address(self, zoom: int, column: int, row: int) -> str:
        """Where a tile is; rows are counted from the north."""
        if self.kind == "QUADKEY":
            return self.url.replace("{q}", _quadkey(zoom, column, row))
        told = 2**zoom - 1 - row if self.kind == "TMS" else row
        return self.url.replace("{z}", str(zoom)).replace("{x}", str(column)).replace("{y}", str(told))


def tiles_of(bounds: Bounds, zoom: int) -> tuple[int, int, int, int]:
    """First and last column, first and last row of the tiles that `bounds` (metres of the tiles' own CRS) reach."""
    side, most = 2 * HALF_WORLD_M / 2**zoom, 2**zoom - 1
    west, south, east, north = bounds
    edges = ((west + HALF_WORLD_M) / side, (east + HALF_WORLD_M) / side)
    rows = ((HALF_WORLD_M - north) / side, (HALF_WORLD_M - south) / side)
    first_column, first_row = (min(most, max(0, math.floor(edge))) for edge in (edges[0], rows[0]))
    last_column, last_row = (min(most, max(0, math.ceil(edge) - 1)) for edge in (edges[1], rows[1]))
    return first_column, max(first_column, last_column), first_row, max(first_row, last_row)


def _quadkey(zoom: int, column: int, row: int) -> str:
    return "".join(str((column >> step & 1) + 2 * (row >> step & 1)) for step in reversed(range(zoom)))
