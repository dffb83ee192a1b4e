"""The key of a run: what is asked for, as a short text, by which a later run finds the processing that did it.

It says nothing of when, by whom or under which name something was run. It goes into the `meta` of a processing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Optional

from ...layers.areas.geojson import DECIMALS

if TYPE_CHECKING:
    from ...api.processings import Processing
    from ...api.sources import Source

META_RUN_KEY = "runKey"  # where a processing carries its key
_VERSION = 1  # of what a key is made of: another one makes other keys
_KEY_DECIMALS = 6  # a tenth of a metre: what reprojecting adds or takes away is far below
_LISTED = ("imageIds",)  # of a source: their order means nothing

_Point = tuple[int, int]
_Ring = tuple[_Point, ...]


def run_key(
    geometry: Mapping[str, object], model_id: str, source: Source, blocks: Iterable[tuple[str, bool]]
) -> str:
    """Return the key of a run: 32 hexadecimal digits, the same in every session and on every machine.

    `geometry` is a GeoJSON Polygon or MultiPolygon in EPSG:4326, as a ProcessingRequest has it; ValueError where it is
    something else. The order of its parts, where a ring starts and which way it runs do not matter, nor do
    coordinates that differ by much less than a tenth of a metre. Of `blocks`, pairs of name and whether it is enabled,
    the enabled ones count. The login of a source of one's own does not.
    """
    asked = {
        "version": _VERSION,
        "area": _outline(geometry),
        "model": model_id,
        "source": _told(source.to_params()),
        "blocks": sorted({name for name, is_enabled in blocks if is_enabled}),
    }
    text = json.dumps(asked, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:32]


def run_key_of(processing: Processing) -> Optional[str]:
    """Return the key a processing was started with; None where it has none, or the service did not tell it."""
    key = processing.meta.get(META_RUN_KEY)
    return key if isinstance(key, str) and key else None


def _told(params: Mapping[str, object]) -> dict[str, object]:
    """What a source says of itself, its lists in one order."""
    told: dict[str, object] = {}
    for key, value in params.items():
        if isinstance(value, Mapping):
            told[key] = _told(value)
        elif key in _LISTED and isinstance(value, (list, tuple)):
            told[key] = sorted(str(each) for each in value)
        else:
            told[key] = value
    return told


def _outline(geometry: Mapping[str, object]) -> list[list[_Ring]]:
    """The polygons of a geometry, their rings in one order and each from one point on."""
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in {"Polygon", "MultiPolygon"} or not isinstance(coordinates, (list, tuple)):
        raise ValueError("a GeoJSON Polygon or MultiPolygon is expected")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    return sorted(_polygon(rings) for rings in polygons)


def _polygon(rings: Iterable[Iterable[Iterable[float]]]) -> list[_Ring]:
    exterior, *holes = (_ring(ring) for ring in rings)
    return [exterior, *sorted(holes)]


def _ring(positions: Iterable[Iterable[float]]) -> _Ring:
    points: list[_Point] = []
    for longitude, latitude, *_height in positions:
        point = (_rounded(longitude), _rounded(latitude))
        if not points or point != points[-1]:
            points.append(point)
    if len(points) > 1 and points[0] == points[-1]:
        points.pop()
    return min(_from_least(points), _from_least(points[::-1]))


def _rounded(degrees: float) -> int:
    """Degrees in steps of the key's decimals; first as they are sent, so that both give the same."""
    steps: int = round(round(float(degrees), DECIMALS) * 10**_KEY_DECIMALS)
    return steps


def _from_least(points: list[_Point]) -> _Ring:
    """The ring from its least point on; where it passes that one twice, the one that makes the lesser row."""
    least = min(points, default=None)
    starts = [index for index, point in enumerate(points) if point == least]
    return min((tuple(points[start:] + points[:start]) for start in starts), default=())
