"""Heights from shadows: how far the dark beside an object reaches along the light of the painted sun.

Only pixels are looked at. The sun's place is known as it would be from a picture's metadata: all painted pictures have
the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from ..scene import sun

MAX_HEIGHT_M = 30.0
LEAST_RAYS = 6
_MOST_RAYS = 400  # of one object
_STEP_PX = 0.5
_EDGE_M = 1.8  # how much of the ground on both sides of a shadow's end is compared
_LEAST_RISE = 0.24  # of the logarithm of the light, from the shade into the sun
_LEAVE_PX = 1.5
_LEAST_CROWNS = 6


# The service's codes of how high a forest is.
CLASSES = ("00m-04m", "04m-10m", "10m-99m")


@dataclass(frozen=True)
class Shade:
    """How objects throw their shadows: metres of shadow that an outline hides, and how rays are put together."""

    hidden_m: float
    percentile: float


OF_TREES = Shade(hidden_m=0.0, percentile=50)
OF_BUILDINGS = Shade(hidden_m=-0.5, percentile=50)


def heights_of(
    labels: np.ndarray, rgb: np.ndarray, seen: np.ndarray, ground: np.ndarray, pixel_m: float, shade: Shade
) -> dict[int, float]:
    """Heights in metres of labelled objects, int32 (H, W), where enough of their shadows' ends can be seen.

    From each pixel where the light leaves an object a ray follows it over the ground; the first rise from dark to light
    is the shadow's end. `seen` says which pixels are imagery, `ground` which of them are known to be no such object:
    where an object is cut by the area's edge, it throws no shadow.
    """
    starts, numbers = rays(labels, seen & ground)
    if not len(numbers):
        return {}
    light = np.log(np.maximum(brightness(rgb), 4.0))
    light = ndimage.gaussian_filter(light, 0.6)
    lengths = ends(light, labels, seen, starts, pixel_m)
    found: dict[int, float] = {}
    ended = np.isfinite(lengths)
    for number in np.unique(numbers[ended]).tolist():
        own = lengths[ended & (numbers == number)]
        if len(own) >= LEAST_RAYS:
            reach = float(np.percentile(own, shade.percentile)) * pixel_m + shade.hidden_m
            found[number] = max(0.5, reach / sun.SHADOW_M)
    return found


# How coarse the crowns of one class and the next are, in metres: their distance over how much of the light's play is
# finer than a crown. Measured on the scenes that the classifier learns from and on eleven more.
_COARSENESS_M = (5.25, 7.25)
COARSEST_FOR_CROWNS_M = 0.7


def classes_by_crowns(
    labels: np.ndarray, rgb: np.ndarray, numbers: list[int], pixel_m: float
) -> dict[int, str]:
    """Height classes of stands by how large their crowns are, for those whose shadow cannot be seen."""
    light = brightness(rgb)
    leaves, crowns, stand = (ndimage.gaussian_filter(light, sigma) for sigma in (1.1, 2.0, 5.0))
    within = ndimage.binary_erosion(labels > 0, iterations=3)
    numbered = np.where(within, labels, 0)
    areas = ndimage.sum_labels(within, numbered, numbers) * pixel_m**2
    tops = ndimage.sum_labels(leaves == ndimage.maximum_filter(leaves, 3), numbered, numbers)
    fine = ndimage.sum_labels((leaves - crowns) ** 2, numbered, numbers)
    coarse = ndimage.sum_labels((crowns - stand) ** 2, numbered, numbers)
    found = {}
    for number, area, count, near, far in zip(numbers, areas, tops, fine, coarse, strict=True):
        if count >= _LEAST_CROWNS and near > 0:
            spacing, play = math.sqrt(area / count), math.sqrt(near / far)
            found[number] = CLASSES[int(np.searchsorted(_COARSENESS_M, spacing / play))]
    return found


def height_class(height_m: float) -> str:
    """The service's code of a stand's height."""
    return CLASSES[int(np.searchsorted((4.0, 10.0), height_m, side="right"))]


_LIGHT = np.array((0.3, 0.59, 0.11), dtype=np.float32)


def brightness(rgb: np.ndarray) -> np.ndarray:
    """Light of uint8 (3, H, W), 0-255."""
    light: np.ndarray = np.tensordot(_LIGHT, rgb.astype(np.float32), axes=1)
    return light


def rays(labels: np.ndarray, ground: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where shadows leave objects: rows and columns (n, 2), and the objects' numbers (n,)."""
    height, width = labels.shape
    rows, columns = np.nonzero(labels)
    down = np.round(rows + sun.DIRECTION[1] * _LEAVE_PX).astype(int)
    across = np.round(columns + sun.DIRECTION[0] * _LEAVE_PX).astype(int)
    within = (down < height) & (across < width)
    rows, columns, down, across = rows[within], columns[within], down[within], across[within]
    leaves = (labels[down, across] == 0) & ground[down, across]
    rows, columns = rows[leaves], columns[leaves]
    numbers = labels[rows, columns]
    order = np.argsort(numbers, kind="stable")
    rows, columns, numbers = rows[order], columns[order], numbers[order]
    counts = np.bincount(numbers)
    places = np.arange(len(numbers)) - (np.cumsum(counts) - counts)[numbers]
    every = np.maximum(1, counts // _MOST_RAYS)[numbers]
    kept = places % every == 0
    return np.column_stack((rows, columns))[kept].astype(np.float32), numbers[kept]


def ends(
    light: np.ndarray, labels: np.ndarray, seen: np.ndarray, starts: np.ndarray, pixel_m: float
) -> np.ndarray:
    """How far the shadow reaches on each ray, in pixels; NaN where its end is not seen."""
    edge = max(3, round(_EDGE_M / pixel_m / _STEP_PX))
    far = MAX_HEIGHT_M * sun.SHADOW_M / pixel_m
    steps = np.arange(0.5, far + edge * _STEP_PX, _STEP_PX, dtype=np.float32)
    rows = starts[:, :1] + steps * sun.DIRECTION[1]
    columns = starts[:, 1:] + steps * sun.DIRECTION[0]
    profile = ndimage.map_coordinates(light, (rows, columns), order=1, mode="nearest")
    near_row = np.clip(np.round(rows).astype(int), 0, labels.shape[0] - 1)
    near_column = np.clip(np.round(columns).astype(int), 0, labels.shape[1] - 1)
    outside = (rows > labels.shape[0] - 1) | (columns > labels.shape[1] - 1)
    stops = (
        outside
        | ~seen[near_row, near_column]
        | ((labels[near_row, near_column] > 0) & (steps > 2 * _LEAVE_PX))
    )
    is_open = ~np.logical_or.accumulate(stops, axis=1)
    total = np.cumsum(np.pad(profile, ((0, 0), (1, 0))), axis=1)
    places = np.arange(1, len(steps) - edge + 1)
    first = np.maximum(places - edge, 0)
    before = (total[:, places] - total[:, first]) / (places - first)
    after = (total[:, places + edge] - total[:, places]) / edge
    rise = np.where(is_open[:, places + edge - 1], after - before, -np.inf)
    crest = (rise > _LEAST_RISE) & (rise >= ndimage.maximum_filter1d(rise, 2 * edge + 1, axis=1))
    reach = steps[places[np.argmax(crest, axis=1)]]
    # light from the first pixel on: that is the dark object's own edge, and no shadow
    return np.where(crest.any(axis=1) & (reach > _LEAVE_PX), reach, np.nan)
