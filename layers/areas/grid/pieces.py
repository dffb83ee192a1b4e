"""One polygon cut into pieces whose bounding boxes keep to a limit: rows of equal height, each cut equally wide.

A row begins and ends where the outline does, so the grid follows it. Geometries are in EPSG:4326, areas in m² on the
ellipsoid.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Optional

from qgis.core import QgsGeometry, QgsRectangle

from ....text.translation import translate
from ..geojson import polygons_of
from ..measure import box_area
from ..transform import UnplaceableError
from .spacing import degrees_east, degrees_north, metres_between, parallels

MOST_PIECES = 10_000  # more processings than that nobody means
_TRIED = (-2, 4)  # numbers of rows that are tried, beside the one that makes cells square


@dataclass(frozen=True)
class Piece:
    """A polygon of an area: its own ground, and the same with the overlap, which is what is sent."""

    core: QgsGeometry
    grown: QgsGeometry


def cut(polygon: QgsGeometry, limit_m2: float, overlap_m: float) -> list[Piece]:
    """Cut a polygon into pieces whose boxes, overlap included, have at most `limit_m2`; row by row from the south.

    Neighbours share a strip at least `overlap_m` metres wide. Raises UnplaceableError where no such pieces are, or too
    many.
    """
    box = polygon.boundingBox()
    if box_area(box) <= limit_m2:
        return [Piece(polygon, polygon)]
    if box_area(box) / limit_m2 > MOST_PIECES * 100:
        raise _too_many()
    square = _rows_of_squares(box, limit_m2)
    least, most = max(1, square + _TRIED[0]), square + _TRIED[1]
    plans = [
        (_cells(runs), abs(count - square), count, runs)
        for count, runs in _plans(polygon, range(least, most + 1), limit_m2, overlap_m)
    ]
    if not plans:
        raise UnplaceableError(
            translate(
                "Grid",
                "The overlap is so wide that no part of the area keeps to your account's limit. Choose a smaller one.",
            )
        )
    best = min(plans, key=lambda each: each[:3])
    if best[0] > MOST_PIECES:
        raise _too_many()
    return [piece for run in best[3] for piece in run.pieces()]


@dataclass(frozen=True)
class _Run:
    """What one row has of a polygon without a gap: `ground`, to be cut into `columns`; `around` reaches further."""

    ground: QgsGeometry
    around: QgsGeometry
    columns: int
    growth: float  # degrees of longitude

    def pieces(self) -> Iterator[Piece]:
        """Cut it, from the west to the east."""
        box = self.ground.boundingBox()
        width = box.width() / self.columns
        edges = [box.xMinimum() + width * number for number in range(self.columns)] + [box.xMaximum()]
        for west, east in zip(edges[:-1], edges[1:]):
            cores = _between(self.ground, west, east)
            wider = _between(self.around, west - self.growth, east + self.growth) if cores else []
            for core in cores:
                yield Piece(core, _holding(core, wider))


def _plans(
    polygon: QgsGeometry, counts: range, limit_m2: float, overlap_m: float
) -> Iterator[tuple[int, list[_Run]]]:
    """Yield the ways to cut with so many rows, where there are any."""
    box = polygon.boundingBox()
    for count in counts:
        edges = parallels(box.yMinimum(), box.yMaximum(), count)
        runs: list[_Run] = []
        for south, north in zip(edges[:-1], edges[1:]):
            row = _row(polygon, south, north, limit_m2, overlap_m)
            if row is None:
                break
            runs.extend(row)
        else:
            yield count, runs


def _row(
    polygon: QgsGeometry, south: float, north: float, limit_m2: float, overlap_m: float
) -> Optional[list[_Run]]:
    """Return the runs of a row; None where the overlap leaves no room for its cells."""
    rise = degrees_north((south + north) / 2, overlap_m / 2)
    lower, upper = max(-90.0, south - rise), min(90.0, north + rise)
    growth = degrees_east(max(abs(lower), abs(upper)), overlap_m / 2) if overlap_m else 0.0
    grounds = _within(polygon, QgsRectangle(-360, south, 720, north))
    arounds = _within(polygon, QgsRectangle(-360, lower, 720, upper)) if overlap_m else grounds
    runs = []
    for ground in grounds:
        around = _holding(ground, arounds)
        box, high = ground.boundingBox(), around.boundingBox()  # what is above and below it may be wider
        widest = limit_m2 / box_area(QgsRectangle(0, high.yMinimum(), 1, high.yMaximum()))
        columns = 1
        if high.width() > widest:
            room = widest - 2 * growth
            if room <= growth:
                return None
            columns = math.ceil(box.width() / room)
        runs.append(_Run(ground, around, columns, growth))
    return runs


def _rows_of_squares(box: QgsRectangle, limit_m2: float) -> int:
    """Return the number of rows that makes the cells of a box square."""
    height = metres_between(box.yMinimum(), box.yMaximum())
    return max(1, math.ceil(height / math.sqrt(limit_m2)))


def _cells(runs: list[_Run]) -> int:
    return sum(run.columns for run in runs)


def _between(ground: QgsGeometry, west: float, east: float) -> list[QgsGeometry]:
    box = ground.boundingBox()
    return _within(ground, QgsRectangle(west, box.yMinimum() - 1, east, box.yMaximum() + 1))


def _within(ground: QgsGeometry, box: QgsRectangle) -> list[QgsGeometry]:
    """Return the polygons of `ground` in a box, the most western first. Raises UnplaceableError where GEOS fails."""
    if box.contains(ground.boundingBox()):
        return [ground]
    found = ground.intersection(QgsGeometry.fromRect(box))
    if found.isNull() and found.lastError():
        raise UnplaceableError(translate("Grid", "The area could not be split. Check its outline."))
    polygons = [QgsGeometry(each.clone()) for each in polygons_of(found)]
    return sorted((each for each in polygons if each.area() > 0), key=_place)


def _place(ground: QgsGeometry) -> tuple[float, float]:
    box = ground.boundingBox()
    return box.xMinimum(), box.yMinimum()


def _holding(core: QgsGeometry, wider: list[QgsGeometry]) -> QgsGeometry:
    """Return the one of `wider` that the ground `core` is a part of."""
    if len(wider) == 1:
        return wider[0]
    inside = core.pointOnSurface()
    return next((each for each in wider if each.intersects(inside)), core)


def _too_many() -> UnplaceableError:
    return UnplaceableError(
        translate(
            "Grid",
            "The area would take more than %Ln processings. Choose a smaller one.",
            None,
            MOST_PIECES,
        )
    )
