"""Pieces of an area put together again, as far as the limits allow: slivers join a neighbour, small ones share a cell.

Each processing is paid from 1 km² up, so the fewest that will do are also the cheapest.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from typing import Optional

from qgis.core import QgsFeature, QgsGeometry, QgsRectangle, QgsSpatialIndex

from ..geojson import polygons_of
from ..measure import box_area, ellipsoidal_area
from .pieces import Piece

_SMALL = 0.5  # of the limit: what is larger has no other half


def joined(pieces: Sequence[Piece], limit_m2: float) -> list[Piece]:
    """Unite each piece of less than half the limit with the neighbour it has the longest border with.

    The box of what comes out keeps to the limit; a piece for which there is no such neighbour stays.
    """
    joining = _Joining(pieces, limit_m2)
    joining.run()
    return joining.pieces()


class _Joining:
    """Pieces by number, while they are united; a united piece gets a number of its own."""

    def __init__(self, pieces: Sequence[Piece], limit_m2: float) -> None:
        self._limit = limit_m2
        self._pieces = dict(enumerate(pieces))
        self._next = len(pieces)  # the number of the next one
        self._index = QgsSpatialIndex()
        for number, piece in self._pieces.items():
            self._index.addFeature(_entry(number, piece))
        self._small = [
            (area, number)
            for number, piece in self._pieces.items()
            if (area := ellipsoidal_area(piece.core)) < _SMALL * limit_m2
        ]
        heapq.heapify(self._small)

    def run(self) -> None:
        """Unite them, the smallest first."""
        while self._small:
            _area, number = heapq.heappop(self._small)
            if number in self._pieces:
                self._join(number)

    def pieces(self) -> list[Piece]:
        """What there is now."""
        return [self._pieces[number] for number in sorted(self._pieces)]

    def _join(self, number: int) -> None:
        for other in self._neighbours(number):
            united = _united(self._pieces[number], self._pieces[other])
            if united is None or box_area(united.grown.boundingBox()) > self._limit:
                continue
            for each in (number, other):
                self._index.deleteFeature(_entry(each, self._pieces.pop(each)))
            made, self._next = self._next, self._next + 1
            self._pieces[made] = united
            self._index.addFeature(_entry(made, united))
            area = ellipsoidal_area(united.core)
            if area < _SMALL * self._limit:
                heapq.heappush(self._small, (area, made))
            return

    def _neighbours(self, number: int) -> list[int]:
        """Return those that share an edge with a piece, the longest border first."""
        core = self._pieces[number].core
        borders = []
        for other in self._index.intersects(core.boundingBox()):
            if other != number:
                length = core.intersection(self._pieces[other].core).length()
                if length > 0:
                    borders.append((-length, other))
        return [other for _length, other in sorted(borders)]


def packed(pieces: Sequence[Piece], limit_m2: float, max_parts: int) -> list[list[Piece]]:
    """Put pieces that lie apart into as few cells as it takes, each of at most `limit_m2` and `max_parts` pieces.

    The largest are placed first, each into the first cell with room for it. Pieces that touch or overlap stay in
    different cells, since the parts of one area must not.
    """
    index = QgsSpatialIndex()
    for number, piece in enumerate(pieces):
        index.addFeature(_entry(number, piece))
    areas = [ellipsoidal_area(piece.grown) for piece in pieces]
    cells: list[list[int]] = []
    sizes: list[float] = []
    place: dict[int, int] = {}
    for number in sorted(range(len(pieces)), key=lambda each: (-areas[each], each)):
        taken = {place[other] for other in _touched(number, pieces, index) if other in place}
        for cell, members in enumerate(cells):
            has_room = len(members) < max_parts and sizes[cell] + areas[number] <= limit_m2
            if has_room and cell not in taken:
                break
        else:
            cell = len(cells)
            cells.append([])
            sizes.append(0.0)
        cells[cell].append(number)
        sizes[cell] += areas[number]
        place[number] = cell
    return [[pieces[number] for number in sorted(members)] for members in cells]


def _touched(number: int, pieces: Sequence[Piece], index: QgsSpatialIndex) -> Iterable[int]:
    grown = pieces[number].grown
    box = QgsRectangle(grown.boundingBox())
    box.grow(1e-7)  # degrees, more than what rounding to the decimals that are sent moves
    for other in index.intersects(box):
        if other != number and grown.distance(pieces[other].grown) < 1e-7:
            yield other


def _united(one: Piece, other: Piece) -> Optional[Piece]:
    core = one.core.combine(other.core)
    is_plain = one.grown is one.core and other.grown is other.core
    grown = core if is_plain else one.grown.combine(other.grown)
    if len(polygons_of(core)) != 1 or len(polygons_of(grown)) != 1:
        return None
    single = _single(core)
    return Piece(single, single if is_plain else _single(grown))


def _single(geometry: QgsGeometry) -> QgsGeometry:
    return QgsGeometry(polygons_of(geometry)[0].clone())


def _entry(number: int, piece: Piece) -> QgsFeature:
    entry = QgsFeature(number)
    entry.setGeometry(piece.grown)
    return entry
