"""The kinds of imagery source that the service takes (API reference, "Custom URL")."""

from __future__ import annotations

import enum
from typing import Optional

from ...text.translation import translate

WEB_MERCATOR = "EPSG:3857"
WORLD_MERCATOR = "EPSG:3395"
CRSES = (WEB_MERCATOR, WORLD_MERCATOR)
ZOOMS = (0, 22)  # of tiles


class SourceKind(enum.Enum):
    """The value is the word the service knows the kind by. It takes no WMS, although its reference names one."""

    XYZ = "XYZ"  # tiles by {z}, {x} and {y}, rows counted from the north
    TMS = "TMS"  # the same with rows counted from the south
    QUADKEY = "QUADKEY"  # tiles by {q}
    SENTINEL_L2A = "SENTINEL_L2A"  # the name of a granule
    LOCAL = "LOCAL"  # a GeoTIFF in the storage of the service

    @property
    def is_tiled(self) -> bool:
        """Whether the source has tiles, with a zoom, a CRS and perhaps a login."""
        return self in _TILED

    @property
    def title(self) -> str:
        """What people know it by."""
        return {
            SourceKind.XYZ: translate("OwnSources", "XYZ Tiles"),
            SourceKind.TMS: translate("OwnSources", "TMS Tiles"),
            SourceKind.QUADKEY: translate("OwnSources", "Quadkey Tiles"),
            SourceKind.SENTINEL_L2A: translate("OwnSources", "Sentinel-2 L2A Granule"),
            SourceKind.LOCAL: translate("OwnSources", "GeoTIFF in Mapflow's Storage"),
        }[self]


_TILED = frozenset({SourceKind.XYZ, SourceKind.TMS, SourceKind.QUADKEY})


def kind_named(word: str) -> Optional[SourceKind]:
    """The kind that the service calls `word`, in any case; None where there is no such kind."""
    return SourceKind.__members__.get(word.strip().upper())
