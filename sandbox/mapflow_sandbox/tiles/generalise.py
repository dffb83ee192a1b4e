"""What of a result one tile shows: clipped, simplified, and with what is too small to see drawn together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from .matrix import TileAddress
from .objects import ABSENT, EXTENT, Objects, polygonal

# A pixel of a tile on a fine screen, 512 to a tile, in tile coordinates.
PIXEL = 8
# Beyond its edges a tile holds this much more, so that outlines do not end in sight.
BUFFER = 64
# Outlines move by no more than this share of a pixel.
TOLERANCE = 0.25
# Only objects that agree in these are drawn together: they are what a map is coloured by.
CLASSES = ("object_type", "class_id")


@dataclass(frozen=True)
class Drawn:
    """Shapes of one tile in its coordinates: whole numbers, x to the right and y down.

    `codes` (n, columns) are as in the columns of the objects; `ids` (n,) say which object it is, or the first of
    those drawn together, and `counts` (n,) how many these are.
    """

    shapes: np.ndarray
    codes: np.ndarray
    ids: np.ndarray
    counts: np.ndarray


@dataclass(frozen=True)
class Frame:
    """A tile's place in the plane: tile coordinates are those of the plane × `scale` - `corner`."""

    scale: float
    corner: np.ndarray

    @classmethod
    def of(cls, address: TileAddress) -> Frame:
        """The frame of the tile at `address`."""
        return cls(2.0**address.z, np.array((address.x, address.y), dtype=float) * EXTENT)

    def placed(self, positions: np.ndarray) -> np.ndarray:
        """Positions of the plane in tile coordinates."""
        moved: np.ndarray = positions * self.scale - self.corner
        return moved


@dataclass(frozen=True)
class Selection:
    """The objects a tile shows, as rows: those `large` enough to be drawn alone, and the `faint` ones.

    The limit is `pixel` tile coordinates across.
    """

    frame: Frame
    pixel: int
    large: np.ndarray
    faint: np.ndarray


def select(objects: Objects, address: TileAddress, pixel: int) -> Selection:
    """Look up what lies in a tile."""
    frame = Frame.of(address)
    reach = np.array((frame.corner - BUFFER, frame.corner + EXTENT + BUFFER)) / frame.scale
    rows = np.sort(objects.tree.query(shapely.box(*reach.ravel())))
    boxes = objects.boxes[rows]
    across = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]) * frame.scale
    return Selection(frame, pixel, rows[across >= pixel], rows[across < pixel])


def draw(objects: Objects, selection: Selection) -> Drawn:
    """Draw what was selected."""
    frame, pixel, large = selection.frame, selection.pixel, selection.large
    shapes = _outlines(objects.shapes[large], frame, pixel)
    gone = shapely.area(shapes) == 0
    specks = _specks(objects, np.concatenate((selection.faint, large[gone])), frame, pixel)
    alone, shapes = large[~gone], _clipped(shapes[~gone])
    seen = shapely.area(shapes) > 0
    alone = alone[seen]
    return Drawn(
        np.concatenate((shapes[seen], specks.shapes)),
        np.concatenate((_codes(objects, alone), specks.codes)),
        np.concatenate((alone + 1, specks.ids)),
        np.concatenate((np.ones(len(alone), dtype=int), specks.counts)),
    )


def _outlines(shapes: np.ndarray, frame: Frame, pixel: int) -> np.ndarray:
    """Simplified and in tile coordinates, the same in every tile that a shape lies in."""
    simple = shapely.simplify(shapes, pixel * TOLERANCE / frame.scale)
    return without_holes(on_grid(shapely.transform(simple, frame.placed)), pixel**2)


def _clipped(shapes: np.ndarray) -> np.ndarray:
    """What of shapes in tile coordinates lies in the tile and its buffer."""
    low, high = -BUFFER, EXTENT + BUFFER
    boxes = shapely.bounds(shapes)
    beyond = (boxes[:, :2] < low).any(axis=1) | (boxes[:, 2:] > high).any(axis=1)
    if beyond.any():
        frame = shapely.box(low, low, high, high)
        shapes[beyond] = on_grid(polygonal(shapely.intersection(shapes[beyond], frame)))
    return shapes


def on_grid(exact: np.ndarray) -> np.ndarray:
    """Polygons moved to whole coordinates and valid there; what has no area left is empty or has an area of 0."""
    shapes = shapely.transform(exact, np.rint)
    broken = ~shapely.is_valid(shapes)
    if broken.any():
        # rounded vertex by vertex a narrow part can cross itself: those are few, and worth ten times as long
        shapes[broken] = polygonal(shapely.set_precision(exact[broken], 1.0))
    repaired: np.ndarray = shapely.remove_repeated_points(shapes)
    return repaired


def without_holes(shapes: np.ndarray, least: float) -> np.ndarray:
    """Polygons with their holes of less than `least` filled."""
    parts, owners = shapely.get_parts(shapes, return_index=True)
    holed = np.unique(owners[shapely.get_num_interior_rings(parts) > 0])
    for index in holed:
        filled = [
            shapely.Polygon(
                part.exterior, [ring for ring in part.interiors if shapely.Polygon(ring).area >= least]
            )
            for part in shapely.get_parts(shapes[index])
        ]
        shapes[index] = shapely.MultiPolygon(filled)
    return shapes


def _specks(objects: Objects, rows: np.ndarray, frame: Frame, pixel: int) -> Drawn:
    """Objects too small to see, a square of their area for each cell of a pixel that has any."""
    rows = np.sort(rows)
    middles = frame.placed((objects.boxes[rows, :2] + objects.boxes[rows, 2:]) / 2)
    within = ((middles >= 0) & (middles < EXTENT)).all(axis=1)
    rows, middles = rows[within], middles[within]
    cells = (middles // pixel).astype(np.int64)
    key = cells[:, 1] * EXTENT + cells[:, 0]
    for column in objects.columns:
        if column.name in CLASSES:
            key = key * (len(column.values) + 1) + column.codes[rows] + 1
    _, first, group, counts = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
    areas = objects.areas[rows] * frame.scale**2
    whole = np.bincount(group, areas, len(counts))
    at = np.column_stack([np.bincount(group, areas * middles[:, axis], len(counts)) for axis in (0, 1)])
    at = np.rint(at / whole[:, None])
    half = np.clip(np.rint(np.sqrt(whole) / 2), 1, pixel // 2)[:, None]
    shapes = shapely.box(*(at - half).T, *(at + half).T)
    return Drawn(shapes, _shared(_codes(objects, rows), group, counts), rows[first] + 1, counts)


def _shared(codes: np.ndarray, group: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The codes that all of a group have in common, ABSENT where they differ."""
    if not len(counts):
        return codes
    ordered = codes[np.argsort(group, kind="stable")]
    starts = np.concatenate(([0], np.cumsum(counts)[:-1]))
    least, most = np.minimum.reduceat(ordered, starts), np.maximum.reduceat(ordered, starts)
    return np.where(least == most, least, ABSENT)


def _codes(objects: Objects, rows: np.ndarray) -> np.ndarray:
    if not objects.columns:
        return np.empty((len(rows), 0), dtype=np.int32)
    return np.column_stack([column.codes[rows] for column in objects.columns])
