"""The fewest images that cover an area, and what of it none of them covers."""

from __future__ import annotations

import heapq
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Callable, Generic, Optional, TypeVar

from qgis.core import QgsGeometry, QgsWkbTypes

from ..areas.measure import ellipsoidal_area

K = TypeVar("K", bound=Hashable)
_NOTHING_M2 = 1.0  # slivers between footprints are smaller
_AS_GOOD = 0.95  # of the best gain: an earlier image that gains as much is taken in its place


@dataclass(frozen=True)
class Cover(Generic[K]):
    """The images, in the order they were taken, the ground that is left (EPSG:4326), and the share that is covered."""

    keys: tuple[K, ...]
    uncovered: QgsGeometry
    share: float


def best_cover(
    area: QgsGeometry, groups: Mapping[str, Sequence[tuple[K, QgsGeometry]]], is_wanted: Callable[[], bool]
) -> tuple[str, Cover[K]]:
    """Return the group whose images cover the most of `area` (EPSG:4326), of two alike the one that needs fewer.

    The images of a group come in the order of preference. `is_wanted` is asked now and then; once it says no, what was
    found by then is returned. May run in any thread.
    """
    covers = [(name, cover(area, images, is_wanted)) for name, images in groups.items()]
    return max(covers, key=lambda each: (round(each[1].share, 6), -len(each[1].keys)))


def cover(
    area: QgsGeometry, images: Sequence[tuple[K, QgsGeometry]], is_wanted: Callable[[], bool] = lambda: True
) -> Cover[K]:
    """Return few of `images` that cover as much of `area` as all of them do; those that come first are preferred.

    The image that gains most is taken again and again (the greedy way, which is the best that is known for large
    numbers), and at the end what the others cover without it is given back.
    """
    whole = ellipsoidal_area(area)
    left = QgsGeometry(area)
    parts: dict[int, QgsGeometry] = {}
    gains: list[
        tuple[float, int]
    ] = []  # the most first; never less than what is gained now, for gains only shrink
    for place, (_key, ground) in enumerate(images):
        part = _shared(ground, area)
        if not part.isEmpty() and is_wanted():
            parts[place] = part
            gains.append((-ellipsoidal_area(part), place))
    heapq.heapify(gains)
    taken: list[int] = []
    while gains and ellipsoidal_area(left) > _NOTHING_M2 and is_wanted():
        best = _next(gains, parts, left)
        if best is None:
            break
        taken.append(best)
        left = _without(left, parts.pop(best))
    left_m2 = ellipsoidal_area(left)
    taken = _needed(area, taken, images, left_m2)
    keys = tuple(images[place][0] for place in taken)
    if left_m2 <= _NOTHING_M2:
        return Cover(keys, QgsGeometry(), 1.0)
    return Cover(keys, left, max(0.0, 1.0 - left_m2 / whole))


def _next(
    gains: list[tuple[float, int]], parts: Mapping[int, QgsGeometry], left: QgsGeometry
) -> Optional[int]:
    """Take the image that gains most of what is left; None where none gains anything."""
    fresh: list[tuple[float, int]] = []
    best = 0.0
    while gains and -gains[0][0] >= max(best * _AS_GOOD, _NOTHING_M2):
        _bound, place = heapq.heappop(gains)
        gain = ellipsoidal_area(_shared(parts[place], left))
        best = max(best, gain)
        fresh.append((-gain, place))
    good = [place for gain, place in fresh if -gain >= max(best * _AS_GOOD, _NOTHING_M2)]
    chosen = min(good, default=None)
    for each in fresh:
        if each[1] != chosen:
            heapq.heappush(gains, each)
    return chosen


def _needed(
    area: QgsGeometry, taken: Sequence[int], images: Sequence[tuple[K, QgsGeometry]], missing_m2: float
) -> list[int]:
    """Those of the taken without which more would be missing."""
    needed = list(taken)
    for place in list(taken):
        others = [images[other][1] for other in needed if other != place]
        if (
            others
            and ellipsoidal_area(_without(area, QgsGeometry.unaryUnion(others))) <= missing_m2 + _NOTHING_M2
        ):
            needed.remove(place)
    return needed


def _shared(one: QgsGeometry, other: QgsGeometry) -> QgsGeometry:
    return _ground(_valid(one).intersection(_valid(other)))


def _without(one: QgsGeometry, other: QgsGeometry) -> QgsGeometry:
    return _ground(_valid(one).difference(_valid(other)))


def _ground(geometry: QgsGeometry) -> QgsGeometry:
    """What of a geometry has an area: where footprints touch, lines and points are left as well."""
    if geometry.isNull() or geometry.isEmpty():
        return QgsGeometry()
    geometry.convertGeometryCollectionToSubclass(QgsWkbTypes.GeometryType.PolygonGeometry)
    is_ground = geometry.type() == QgsWkbTypes.GeometryType.PolygonGeometry and not geometry.isEmpty()
    return geometry if is_ground else QgsGeometry()


def _valid(geometry: QgsGeometry) -> QgsGeometry:
    return geometry if geometry.isGeosValid() else geometry.makeValid()
