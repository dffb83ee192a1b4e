"""Buildings from roof probabilities: neighbours separated, outlined, measured and told apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from rasterio.features import rasterize, shapes
from scipy import ndimage
from shapely.geometry import Polygon, shape
from skimage.segmentation import watershed

from .lens import CANONICAL_M
from .outline import fit, smoothed, straightened

LEAST_AREA_M2 = 14.0
LEAST_COURTYARD_M2 = 40.0
# Roof colours by their mean RGB as painted and photographed; the nearest one names the roof.
ROOF_COLOURS = {
    "red": (178, 112, 88),
    "brown": (132, 98, 84),
    "grey": (166, 170, 176),
    "dark": (92, 92, 98),
    "white": (216, 216, 214),
    "blue": (104, 128, 164),
    "green": (108, 138, 124),
}
# The service's codes of what buildings are.
APARTMENTS, HOUSE, INDUSTRIAL, OTHER = "101", "102", "103", "105"
ROOF_MATERIALS = {
    "red": "tile", "brown": "tile", "grey": "metal", "dark": "bitumen", "white": "membrane",
    "blue": "metal", "green": "metal",
}  # fmt: skip


@dataclass(frozen=True)
class RoofShape:
    """One building in a tile's pixels: its outline, its middle (x, y) and how sure the classifier is, 0-1.

    `likeness` says how well a straightened outline covers what was found, 0-1; None where it was not straightened.
    """

    outline: Polygon
    middle: tuple[float, float]
    confidence: float
    likeness: float | None = None
    number: int = 0


def labels_in_tile(roof: np.ndarray, rim: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """Label the buildings in a tile, int32, from the probabilities of roof and rim, only where `valid`."""
    whole = ndimage.gaussian_filter(roof + rim, 0.6)
    whole[~valid] = 0
    return separated(whole, roof)


def outlines_in_tile(
    labels: np.ndarray, whole: np.ndarray, pixel_m: float, straight: bool
) -> Iterator[RoofShape]:
    """Outline the labelled buildings of a tile; `whole` is the probability of a building."""
    numbers = np.unique(labels[labels > 0])
    sure = dict(zip(numbers.tolist(), ndimage.mean(whole, labels, numbers), strict=True))
    for raw, number in shapes(labels, mask=labels > 0, connectivity=4):
        outline = without_small_holes(shape(raw), LEAST_COURTYARD_M2 / pixel_m**2)
        if outline.area * pixel_m**2 < LEAST_AREA_M2:
            continue
        drawn = straightened(outline) if straight and not outline.interiors else smoothed(outline)
        middle = outline.centroid
        likeness = fit(drawn, outline) if straight else None
        yield RoofShape(
            drawn, (middle.x, middle.y), float(min(1.0, sure[int(number)])), likeness, int(number)
        )


def separated(whole: np.ndarray, roof: np.ndarray) -> np.ndarray:
    """Label buildings, int32: grown from the hearts of the roofs to their rims, so that neighbours stay two."""
    mask = ndimage.binary_opening(whole > 0.5, iterations=1)
    hearts = (ndimage.gaussian_filter(roof, 0.8) > 0.5) & mask
    markers, count = ndimage.label(hearts)
    if not count:
        return np.zeros(whole.shape, dtype=np.int32)
    sizes = np.bincount(markers.ravel())
    markers[(sizes < 9)[markers]] = 0
    grown: np.ndarray = watershed(-whole, markers, mask=mask)
    return grown.astype(np.int32)


def without_small_holes(outline: Polygon, least: float) -> Polygon:
    """Fill what is smaller than `least` square pixels, so too small for a courtyard."""
    kept = [ring for ring in outline.interiors if Polygon(ring).area >= least]
    return Polygon(outline.exterior, kept)


def building_properties(found: RoofShape, rgb: np.ndarray, area_m2: float, classify: bool) -> dict[str, Any]:
    """Properties of a building, named as the service does; with `classify`, its class and its roof."""
    about: dict[str, Any] = {"object_type": "buildings"}
    if classify:
        about["class_id"] = class_id(found.outline, area_m2)
    about["area"] = round(area_m2)
    if found.likeness is not None:
        about["shape_type"] = "rectangle" if len(found.outline.exterior.coords) == 5 else "polygon"
        about["simplification_confidence_score"] = round(found.likeness, 3)
    about["confidence"] = round(found.confidence, 3)
    if classify:
        colour = roof_colour(found.outline, rgb)
        about["roof_colour"] = colour
        about["roof_material"] = ROOF_MATERIALS[colour]
    return about


def roof_colour(outline: Polygon, rgb: np.ndarray) -> str:
    """Name of the colour nearest to the roof's median."""
    left, top, right, bottom = (int(value) for value in outline.bounds)
    left, top = max(0, left), max(0, top)
    window = rgb[:, top : bottom + 1, left : right + 1]
    moved = Polygon([(x - left, y - top) for x, y in outline.exterior.coords])
    inside = rasterize([moved], out_shape=window.shape[1:], dtype="uint8", all_touched=True) > 0
    median = np.median(window[:, inside], axis=1)
    names = list(ROOF_COLOURS)
    away = [float(np.sum((median - np.array(ROOF_COLOURS[name])) ** 2)) for name in names]
    return names[int(np.argmin(away))]


def class_id(outline: Polygon, area_m2: float) -> str:
    """The service's code of a building, by its size and how drawn-out it is."""
    about = np.asarray(outline.minimum_rotated_rectangle.exterior.coords)
    one, other = np.hypot(*(about[1] - about[0])), np.hypot(*(about[2] - about[1]))
    length, width = max(one, other) * CANONICAL_M, min(one, other) * CANONICAL_M
    if area_m2 < 50:
        return OTHER
    if area_m2 < 300:
        return HOUSE
    if width < 19 and length > 1.8 * width:
        return APARTMENTS
    return APARTMENTS if area_m2 / (length * width) < 0.78 else INDUSTRIAL
