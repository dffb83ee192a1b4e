"""What is merged: the results of parts, and what they turn into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from qgis.core import QgsGeometry


@dataclass(frozen=True)
class ResultPart:
    """The result of one part of an area, GeoJSON in longitude and latitude.

    `core` is the part's own ground, `sent` the same with the overlap, both in EPSG:4326. Parts of one `group` were cut
    from one area, and only they have seams in common. `attributes` are those of the feature the area is of.
    """

    path: Path
    core: QgsGeometry
    sent: QgsGeometry
    group: str = ""
    attributes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Merged:
    """What came out: `count` objects. `united` were put together of pieces, `doubles` were found twice and left out."""

    count: int
    united: int = 0
    doubles: int = 0
