"""Forest and roads from probabilities: cleaned surfaces as polygons. Units are pixels until the map takes over."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from rasterio.features import shapes
from scipy import ndimage
from shapely.geometry import Polygon, shape
from skimage.morphology import skeletonize

from .lens import CANONICAL_M

LEAST_FOREST_M2 = 300.0
LEAST_GLADE_M2 = 80.0
LEAST_SITE_M2 = 400.0
LEAST_ROAD_M2 = 160.0
LEAST_ISLAND_M2 = 30.0
_NARROWEST_M = 2.05  # what is narrower is a scrap between two sections, not a road
_PIXEL_M2 = CANONICAL_M**2
_SPUR_PX = 16
_NEIGHBOURS = np.ones((3, 3), dtype=np.uint8)


def forest_labels(likely: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """Stands of closed tree cover from probabilities (uint8, 0-255), int32: a number each."""
    mask = ndimage.gaussian_filter(likely, 2.0) > 127
    mask = ndimage.binary_closing(mask, disc(3), border_value=0) & valid
    mask = ndimage.binary_opening(mask, disc(3))
    mask = cleaned(mask, LEAST_FOREST_M2, LEAST_GLADE_M2) & valid
    labels, _count = ndimage.label(mask)
    numbered: np.ndarray = labels.astype(np.int32)
    return numbered


def construction_labels(likely: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """Construction sites from probabilities (uint8, 0-255), int32: what stands on a site belongs to it."""
    mask = ndimage.gaussian_filter(likely, 2.0) > 127
    mask = ndimage.binary_closing(mask, disc(6), border_value=0) & valid
    mask = ndimage.binary_opening(mask, disc(7))
    mask = cleaned(mask, LEAST_SITE_M2, LEAST_SITE_M2) & valid
    labels, _count = ndimage.label(mask)
    numbered: np.ndarray = labels.astype(np.int32)
    return numbered


def labelled(
    labels: np.ndarray, likely: np.ndarray, kind: str, least_m2: float
) -> list[tuple[Polygon, int, dict[str, Any]]]:
    """Outlines of labelled surfaces with their numbers and how sure the classifier is."""
    count = int(labels.max(initial=0))
    sure = ndimage.mean(likely, labels, np.arange(count + 1)) / 255 if count else []
    made = []
    for raw, number in shapes(labels, mask=labels > 0, connectivity=4):
        outline = shape(raw).simplify(1.2)
        if outline.geom_type == "Polygon" and outline.area * _PIXEL_M2 >= least_m2:
            about = {"object_type": kind, "confidence": round(float(sure[int(number)]), 3)}
            made.append((outline, int(number), about))
    return made


def road_sections(likely: np.ndarray, valid: np.ndarray) -> list[tuple[Polygon, dict[str, Any]]]:
    """Road surfaces from probabilities (uint8, 0-255), cut at the junctions, with length and width in metres."""
    mask = ndimage.gaussian_filter(likely, 1.0) > 127
    mask = ndimage.binary_closing(mask, disc(2)) & valid
    mask = ndimage.binary_opening(mask, disc(2))
    mask = cleaned(mask, LEAST_ROAD_M2, LEAST_ISLAND_M2) & valid
    if not mask.any():
        return []
    sections, lengths = cut_at_junctions(mask)
    sure = ndimage.mean(likely, sections, np.arange(len(lengths))) / 255
    drawn = [(shape(raw), int(number)) for raw, number in shapes(sections, mask=sections > 0, connectivity=4)]
    # neighbours keep the border they share
    simple = shapely.coverage_simplify(np.array([outline for outline, _ in drawn], dtype=object), 1.1)
    made = []
    for outline, (_, number) in zip(simple, drawn, strict=True):
        if outline.geom_type != "Polygon" or outline.area * _PIXEL_M2 < 12:
            continue
        length = max(float(lengths[number]), 1.0) * CANONICAL_M
        width = outline.area * _PIXEL_M2 / length if length > 8 else None
        if width is not None and width < _NARROWEST_M:
            continue
        about = {
            "object_type": "roads",
            "confidence": round(float(sure[number]), 3),
            "length_m": round(length, 1),
            "width_m": None if width is None else round(width, 1),
        }
        made.append((outline, about))
    return made


def cut_at_junctions(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Label each road pixel (int32) by the section of centre line nearest to it; lengths of the lines in pixels."""
    line = without_spurs(skeletonize(mask))
    crossing = line & (neighbour_count(line) > 2)
    pieces, count = ndimage.label(line & ~ndimage.binary_dilation(crossing, _NEIGHBOURS), _NEIGHBOURS)
    sizes = np.bincount(pieces.ravel(), minlength=count + 1)
    pieces[(sizes < 6)[pieces]] = 0
    if not pieces.any():
        labels, count = ndimage.label(mask)
        sizes = np.bincount((labels * line).ravel(), minlength=count + 1)
        return labels.astype(np.int32), sizes.astype(float)
    _, (rows, columns) = ndimage.distance_transform_edt(pieces == 0, return_indices=True)
    nearest = np.where(mask, pieces[rows, columns], 0)
    order = np.unique(nearest)
    lookup = np.zeros(int(nearest.max()) + 1, dtype=np.int32)
    lookup[order[order > 0]] = np.arange(1, int((order > 0).sum()) + 1)
    # a step along a diagonal is longer than a pixel: 1.12 on the average over all directions
    lengths = np.concatenate(([0.0], sizes[order[order > 0]] * 1.12))
    return lookup[nearest].astype(np.int32), lengths


def without_spurs(line: np.ndarray) -> np.ndarray:
    """Take short dead ends off a centre line; they are corners of the surface, not roads."""
    crossing = line & (neighbour_count(line) > 2)
    around = ndimage.binary_dilation(crossing, _NEIGHBOURS)
    pieces, count = ndimage.label(line & ~around, _NEIGHBOURS)
    if not count:
        return line
    sizes = np.bincount(pieces.ravel(), minlength=count + 1)
    ends = np.bincount(pieces[line & (neighbour_count(line) == 1)].ravel(), minlength=count + 1) > 0
    meets = np.bincount(pieces[ndimage.binary_dilation(around, _NEIGHBOURS)].ravel(), minlength=count + 1) > 0
    spur = ends & meets & (sizes < _SPUR_PX)
    spur[0] = False
    kept: np.ndarray = skeletonize(line & ~spur[pieces])
    return kept


def neighbour_count(line: np.ndarray) -> np.ndarray:
    """How many of the eight neighbours of a pixel belong to the line."""
    counted: np.ndarray = ndimage.convolve(line.astype(np.uint8), _NEIGHBOURS, mode="constant") - line
    return counted


def cleaned(mask: np.ndarray, least_m2: float, least_hole_m2: float) -> np.ndarray:
    """Drop small patches, fill small holes."""
    return ~without_small(~without_small(mask, least_m2), least_hole_m2)


def without_small(mask: np.ndarray, least_m2: float) -> np.ndarray:
    """The mask without its connected parts under `least_m2`."""
    labels, count = ndimage.label(mask)
    kept = np.bincount(labels.ravel(), minlength=count + 1) * _PIXEL_M2 >= least_m2
    kept[0] = False
    result: np.ndarray = kept[labels]
    return result


def disc(radius: int) -> np.ndarray:
    """A round structuring element."""
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    round_shape: np.ndarray = x * x + y * y <= radius * radius + 1
    return round_shape
