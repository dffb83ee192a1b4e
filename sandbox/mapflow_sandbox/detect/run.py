"""Finds a model's objects in pixels, tile by tile, and hands them back in map coordinates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from affine import Affine
from shapely import affinity
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry
from threadpoolctl import threadpool_limits

from .afar import forest_from_afar, is_coarse
from .buildings import building_properties, outlines_in_tile
from .catalog import BUILDINGS, FOREST, ROADS
from .classifier import FOREST as FOREST_CLASS
from .classifier import RIM, ROAD, ROOF, PixelClassifier, load
from .features import CANONICAL_M, REACH_PX
from .grid import ground_scale, resampled, resampled_mask, tiles
from .surfaces import forest_stands, road_sections

TILE_PX = 1024
# A building is found whole when it reaches less than this beyond its tile.
BUILDING_REACH_PX = 150
_SHARE_OF_READING = 0.85


@dataclass(frozen=True)
class Detection:
    """One object: a polygon in EPSG:3857, and what is known of it."""

    geometry: BaseGeometry
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Picture:
    """Pixels at the classifier's size. `to_ground` is m² on the ground in a m² of EPSG:3857."""

    rgb: np.ndarray
    valid: np.ndarray
    transform: Affine
    to_ground: float


def run(
    key: str,
    rgb: np.ndarray,
    valid: np.ndarray,
    transform: Affine,
    blocks: frozenset[str],
    assets: Path,
    progress: Callable[[float], None] = lambda _share: None,
    seen: np.ndarray | None = None,
) -> list[Detection]:
    """Find the objects of the model `key` in uint8 (3, H, W) pixels.

    `valid` (H, W) says which pixels count, `transform` leads from pixels to EPSG:3857, `blocks` names the enabled
    optional steps, `assets` is the folder that `assets.prepare` filled, `progress` hears 0 to 1. `seen` (H, W) says
    which pixels are imagery: those that do not count still tell what lies beside the ones that do. KeyError where there
    is no such model.
    """
    finders = {BUILDINGS.key: find_buildings, FOREST.key: find_forest, ROADS.key: find_roads}
    find = finders[key]
    progress(0.0)
    found: list[Detection] = []
    if key == FOREST.key and valid.any() and is_coarse(transform, rgb.shape[1]):
        found = [
            Detection(stand, {"object_type": "forest", "area": round(area)})
            for stand, area in forest_from_afar(rgb, valid, transform)
        ]
    elif valid.any() and min(valid.shape) * CANONICAL_M > 0:
        picture = at_canonical_size(rgb, valid, transform, valid if seen is None else seen)
        if picture.valid.any():
            with threadpool_limits(limits=1):
                found = find(load(assets), picture, blocks, progress)
    progress(1.0)
    return found


def at_canonical_size(rgb: np.ndarray, valid: np.ndarray, transform: Affine, seen: np.ndarray) -> Picture:
    """Resample to the classifier's pixel size; pixels that are no imagery take the mean colour of those that count."""
    scale = ground_scale(transform, rgb.shape[1])
    if not seen.all():
        rgb = rgb.copy()
        for plane in rgb:
            plane[~seen] = int(plane[valid].mean())
    fitted, fitted_transform = resampled(rgb, transform)
    return Picture(fitted, resampled_mask(valid, fitted.shape[1:]), fitted_transform, scale * scale)


def find_buildings(
    model: PixelClassifier, picture: Picture, blocks: frozenset[str], progress: Callable[[float], None]
) -> list[Detection]:
    """Roof outlines; each building is answered for by the tile that its middle lies in."""
    height, width = picture.valid.shape
    found = []
    cut = list(tiles(height, width, TILE_PX, BUILDING_REACH_PX))
    for done, tile in enumerate(cut, start=1):
        valid = picture.valid[tile.outer]
        if picture.valid[tile.inner].any():
            rgb = picture.rgb[:, tile.outer[0], tile.outer[1]]
            likely = model.probabilities(rgb)
            transform = picture.transform * Affine.translation(tile.outer[1].start, tile.outer[0].start)
            for shape in outlines_in_tile(likely[ROOF], likely[RIM], valid, "Simplification" in blocks):
                if tile.owns(shape.middle[1], shape.middle[0]):
                    geometry = affinity.affine_transform(shape.outline, as_shapely(transform))
                    area = geometry.area * picture.to_ground
                    about = building_properties(shape, rgb, area, "Classification" in blocks)
                    found.append(Detection(geometry, about))
        progress(done / len(cut))
    return found


def class_map(
    model: PixelClassifier, picture: Picture, wanted: int, progress: Callable[[float], None]
) -> np.ndarray:
    """Probability of one class over the whole picture, uint8 0-255 and 0 where pixels do not count."""
    height, width = picture.valid.shape
    likely = np.zeros((height, width), dtype=np.uint8)
    cut = list(tiles(height, width, TILE_PX, REACH_PX))
    for done, tile in enumerate(cut, start=1):
        if picture.valid[tile.inner].any():
            answer = model.probabilities(picture.rgb[:, tile.outer[0], tile.outer[1]])[wanted]
            likely[tile.inner] = np.round(answer[tile.inner_in_outer()] * 255)
        progress(_SHARE_OF_READING * done / len(cut))
    likely[~picture.valid] = 0
    return likely


def find_forest(
    model: PixelClassifier, picture: Picture, _blocks: frozenset[str], progress: Callable[[float], None]
) -> list[Detection]:
    """Closed tree cover."""
    likely = class_map(model, picture, FOREST_CLASS, progress)
    return [in_map(picture, shape, about) for shape, about in forest_stands(likely, picture.valid)]


def find_roads(
    model: PixelClassifier, picture: Picture, _blocks: frozenset[str], progress: Callable[[float], None]
) -> list[Detection]:
    """Road surfaces, a polygon from junction to junction."""
    likely = class_map(model, picture, ROAD, progress)
    return [in_map(picture, shape, about) for shape, about in road_sections(likely, picture.valid)]


def in_map(picture: Picture, shape: Polygon, about: dict[str, Any]) -> Detection:
    """A shape in the picture's pixels as an object on the map."""
    geometry = affinity.affine_transform(shape, as_shapely(picture.transform))
    return Detection(geometry, {**about, "area": round(geometry.area * picture.to_ground)})


def as_shapely(transform: Affine) -> list[float]:
    """An affine transform in the order that shapely takes."""
    return [transform.a, transform.b, transform.d, transform.e, transform.c, transform.f]
