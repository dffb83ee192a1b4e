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
from .buildings import building_properties, labels_in_tile, outlines_in_tile
from .catalog import BUILDINGS, BUILDINGS_AERIAL, CONSTRUCTION, FOREST, ROADS
from .classifier import CONSTRUCTION as CONSTRUCTION_CLASS
from .classifier import FOREST as FOREST_CLASS
from .classifier import RIM, ROAD, ROOF, PixelClassifier, load
from .features import REACH_PX
from .grid import ground_scale, resampled, resampled_mask, tiles
from .heights import (
    COARSEST_FOR_CROWNS_M,
    OF_BUILDINGS,
    OF_TREES,
    classes_by_crowns,
    height_class,
    heights_of,
)
from .lens import AERIAL, SATELLITE, Lens
from .surfaces import (
    LEAST_FOREST_M2,
    LEAST_SITE_M2,
    construction_labels,
    forest_labels,
    labelled,
    road_sections,
)

TILE_PX = 1024
# A building is found whole when it reaches less than this beyond its tile.
BUILDING_REACH_M = 90.0
_SHARE_OF_READING = 0.85


@dataclass(frozen=True)
class Detection:
    """One object: a polygon in EPSG:3857, and what is known of it."""

    geometry: BaseGeometry
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Picture:
    """Pixels of `pixel_m`, the classifier's size, made of some of `source_m`; both in metres on the ground.

    `valid` pixels count, `seen` ones are imagery. `to_ground` is m² on the ground in a m² of EPSG:3857. Into `likely`
    goes how probable the model finds its objects at each pixel, 0 to 255.
    """

    rgb: np.ndarray
    valid: np.ndarray
    seen: np.ndarray
    transform: Affine
    to_ground: float
    pixel_m: float
    source_m: float
    likely: np.ndarray


def run(
    key: str,
    rgb: np.ndarray,
    valid: np.ndarray,
    transform: Affine,
    blocks: frozenset[str],
    assets: Path,
    progress: Callable[[float], None] = lambda _share: None,
    seen: np.ndarray | None = None,
    keep: Callable[[np.ndarray, Affine], None] = lambda _likely, _transform: None,
) -> list[Detection]:
    """Find the objects of the model `key` in uint8 (3, H, W) pixels.

    `valid` (H, W) says which pixels count, `transform` leads from pixels to EPSG:3857, `blocks` names the enabled
    optional steps, `assets` is the folder that `assets.prepare` filled, `progress` hears 0 to 1. `seen` (H, W) says
    which pixels are imagery: those that do not count still tell what lies beside the ones that do. `keep` gets how
    probable objects are at each pixel, uint8 (h, w), with the way to EPSG:3857. KeyError where there is no such model.
    """
    finders = {
        BUILDINGS.key: (find_buildings, SATELLITE),
        BUILDINGS_AERIAL.key: (find_buildings, AERIAL),
        FOREST.key: (find_forest, SATELLITE),
        ROADS.key: (find_roads, SATELLITE),
        CONSTRUCTION.key: (find_construction, SATELLITE),
    }
    find, lens = finders[key]
    progress(0.0)
    found: list[Detection] = []
    if key == FOREST.key and valid.any() and is_coarse(transform, rgb.shape[1]):
        found = [
            Detection(stand, {"object_type": "forest", "area": round(area)})
            for stand, area in forest_from_afar(rgb, valid, transform)
        ]
    elif valid.any():
        picture = at_canonical_size(rgb, valid, transform, valid if seen is None else seen, lens)
        if picture.valid.any():
            with threadpool_limits(limits=1):
                found = find(load(assets, lens), picture, blocks, progress)
            keep(picture.likely, picture.transform)
    progress(1.0)
    return found


def at_canonical_size(
    rgb: np.ndarray, valid: np.ndarray, transform: Affine, seen: np.ndarray, lens: Lens
) -> Picture:
    """Resample to the classifier's pixel size; pixels that are no imagery take the mean colour of those that count."""
    scale = ground_scale(transform, rgb.shape[1])
    if not seen.all():
        rgb = rgb.copy()
        for plane in rgb:
            plane[~seen] = int(plane[valid].mean())
    fitted, fitted_transform = resampled(rgb, transform, lens.pixel_m)
    shape = fitted.shape[1:]
    counts, known = resampled_mask(valid, shape), resampled_mask(seen, shape)
    likely = np.zeros(shape, dtype=np.uint8)
    source_m = abs(transform.a) * scale
    return Picture(fitted, counts, known, fitted_transform, scale * scale, lens.pixel_m, source_m, likely)


def find_buildings(
    model: PixelClassifier, picture: Picture, blocks: frozenset[str], progress: Callable[[float], None]
) -> list[Detection]:
    """Roof outlines; each building is answered for by the tile that its middle lies in."""
    height, width = picture.valid.shape
    found = []
    cut = list(tiles(height, width, TILE_PX, round(BUILDING_REACH_M / picture.pixel_m)))
    for done, tile in enumerate(cut, start=1):
        valid = picture.valid[tile.outer]
        if picture.valid[tile.inner].any():
            rgb = picture.rgb[:, tile.outer[0], tile.outer[1]]
            likely = model.probabilities(rgb)
            transform = picture.transform * Affine.translation(tile.outer[1].start, tile.outer[0].start)
            whole = likely[ROOF] + likely[RIM]
            inner = np.clip(whole[tile.inner_in_outer()], 0, 1) * picture.valid[tile.inner]
            picture.likely[tile.inner] = np.round(inner * 255)
            labels = labels_in_tile(likely[ROOF], likely[RIM], valid)
            heights = {}
            if "Heights" in blocks:
                seen, ground = picture.seen[tile.outer], valid & (whole < 0.5)
                heights = heights_of(labels, rgb, seen, ground, picture.pixel_m, OF_BUILDINGS)
            for shape in outlines_in_tile(labels, whole, picture.pixel_m, "Simplification" in blocks):
                if tile.owns(shape.middle[1], shape.middle[0]):
                    geometry = affinity.affine_transform(shape.outline, as_shapely(transform))
                    area = geometry.area * picture.to_ground
                    about = building_properties(shape, rgb, area, "Classification" in blocks)
                    if shape.number in heights:
                        about["height"] = round(heights[shape.number], 1)
                    found.append(Detection(geometry, about))
        progress(done / len(cut))
    return found


def class_map(
    model: PixelClassifier, picture: Picture, wanted: int, progress: Callable[[float], None]
) -> np.ndarray:
    """Probability of one class over the whole picture, uint8 0-255 and 0 where pixels do not count."""
    height, width = picture.valid.shape
    likely = picture.likely
    cut = list(tiles(height, width, TILE_PX, REACH_PX))
    for done, tile in enumerate(cut, start=1):
        if picture.valid[tile.inner].any():
            answer = model.probabilities(picture.rgb[:, tile.outer[0], tile.outer[1]])[wanted]
            likely[tile.inner] = np.round(answer[tile.inner_in_outer()] * 255)
        progress(_SHARE_OF_READING * done / len(cut))
    likely[~picture.valid] = 0
    return likely


def find_forest(
    model: PixelClassifier, picture: Picture, blocks: frozenset[str], progress: Callable[[float], None]
) -> list[Detection]:
    """Closed tree cover; with the block Heights, each stand's height by its shadow, and its class."""
    likely = class_map(model, picture, FOREST_CLASS, progress)
    labels = forest_labels(likely, picture.valid)
    told = stand_heights(picture, labels, picture.valid & (likely < 128)) if "Heights" in blocks else {}
    found = labelled(labels, likely, "forest", LEAST_FOREST_M2)
    return [in_map(picture, shape, about | told.get(number, {})) for shape, number, about in found]


def stand_heights(picture: Picture, labels: np.ndarray, ground: np.ndarray) -> dict[int, dict[str, Any]]:
    """Height and class of stands by their shadows; the class alone, by the crowns, where no shadow is seen."""
    heights = heights_of(labels, picture.rgb, picture.seen, ground, picture.pixel_m, OF_TREES)
    told: dict[int, dict[str, Any]] = {
        number: {"class_id": height_class(height), "height": round(height, 1)}
        for number, height in heights.items()
    }
    unknown = [number for number in range(1, int(labels.max(initial=0)) + 1) if number not in told]
    if unknown and picture.source_m <= COARSEST_FOR_CROWNS_M:
        by_crowns = classes_by_crowns(labels, picture.rgb, unknown, picture.pixel_m)
        told |= {number: {"class_id": code} for number, code in by_crowns.items()}
    return told


def find_construction(
    model: PixelClassifier, picture: Picture, _blocks: frozenset[str], progress: Callable[[float], None]
) -> list[Detection]:
    """Construction sites, from fence to fence."""
    likely = class_map(model, picture, CONSTRUCTION_CLASS, progress)
    labels = construction_labels(likely, picture.valid)
    found = labelled(labels, likely, "construction", LEAST_SITE_M2)
    return [in_map(picture, shape, about) for shape, _number, about in found]


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
