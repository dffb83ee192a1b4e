"""Paints what lies flat: the ground, roads with their markings, cars, and the shadows on all of it."""

from __future__ import annotations

import math

import numpy as np
import shapely
from scipy import ndimage
from shapely import affinity
from shapely.geometry import LineString, box
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring, unary_union

from .layout import Car, Layout, Road
from .texture import Grain, burn, tint

BAND = 512
ROUGH_GRASS = ((140, 138, 94), (112, 124, 76))
ASPHALT = {"main": (107, 107, 110), "street": (124, 122, 120), "path": (128, 124, 115)}
MARKING = (226, 226, 220)
SHADE = np.array((0.54, 0.50, 0.42), dtype=np.float32)


def paint_ground(layout: Layout, grain: Grain) -> np.ndarray:
    """Paint every cover: float32 (size, size, 3), 0-255."""
    size = grain.fine.shape[0]
    ids = burn([cover.shape for cover in layout.covers], size, pixel_m=grain.pixel_m)
    first = np.array([ROUGH_GRASS[0], *[cover.colour for cover in layout.covers]], dtype=np.float32)
    second = np.array([ROUGH_GRASS[1], *[cover.other for cover in layout.covers]], dtype=np.float32)
    rough = np.array([1.0, *[cover.roughness for cover in layout.covers]], dtype=np.float32)
    image = np.empty((size, size, 3), dtype=np.float32)
    for top in range(0, size, BAND):
        rows = slice(top, min(top + BAND, size))
        which = ids[rows]
        mix = np.clip(
            0.3 + 0.24 * grain.broad[rows] + 0.14 * grain.middle[rows] + 0.05 * grain.small[rows], 0, 1
        )
        light = 0.035 * grain.middle[rows] + 0.035 * grain.small[rows] + 0.03 * grain.fine[rows]
        band = first[which]
        band += (second[which] - band) * (mix * np.minimum(1.0, rough[which]))[..., None]
        band *= (1 + light * rough[which])[..., None]
        image[rows] = band
    furrow(image, ids, layout, grain)
    return image


def furrow(image: np.ndarray, ids: np.ndarray, layout: Layout, grain: Grain) -> None:
    """Darken and lighten rows of crops and beds, with the wheel tracks of a sprayer in the larger fields."""
    size = ids.shape[0]
    for number, cover in enumerate(layout.covers, start=1):
        if not cover.rows or cover.shape.is_empty:
            continue
        left, top, right, bottom = (int(value / grain.pixel_m) for value in cover.shape.bounds)
        rows, columns = slice(max(0, top), min(size, bottom + 2)), slice(max(0, left), min(size, right + 2))
        inside = ids[rows, columns] == number
        if not inside.any():
            continue
        y, x = np.mgrid[rows, columns].astype(np.float32) * grain.pixel_m
        across = -x * math.sin(cover.angle) + y * math.cos(cover.angle) + 0.25 * grain.middle[rows, columns]
        light = 1 + cover.depth * np.sin(across * (2 * math.pi / cover.rows))
        if cover.shape.area > 2500:
            light = np.where((across % 24.0 < 0.7) | ((across - 1.9) % 24.0 < 0.7), light * 0.86, light)
        image[rows, columns] *= np.where(inside, light, 1.0)[..., None]


def paved_shape(layout: Layout) -> BaseGeometry:
    """Surfaces of the paved roads with rounded corners at the junctions, within the scene."""
    paved = [road.line.buffer(road.width / 2) for road in layout.roads if road.kind in {"main", "street"}]
    rounded = unary_union(paved).buffer(3.0).buffer(-3.0)
    return rounded.intersection(box(0, 0, layout.size, layout.size))


def paint_roads(image: np.ndarray, layout: Layout, grain: Grain, paved: BaseGeometry) -> None:
    """Paint tracks, paths, streets, through roads and the markings on them."""
    size, pixel_m = image.shape[0], grain.pixel_m
    for road in layout.roads:
        if road.kind == "track":
            paint_track(image, road, pixel_m)
    ordered = sorted(
        (road for road in layout.roads if road.kind in ASPHALT),
        key=lambda road: ("path", "street", "main").index(road.kind),
    )
    surfaces = [paved, *[road.line.buffer(road.width / 2) for road in ordered]]
    ids = burn(surfaces, size, pixel_m=pixel_m)
    tones = [ASPHALT["street"]] + [tuple(c * road.tone for c in ASPHALT[road.kind]) for road in ordered]
    table = np.array([(0, 0, 0), *tones], dtype=np.float32)
    where = ids > 0
    light = 1 + 0.035 * grain.broad[where] + 0.02 * grain.middle[where] + 0.028 * grain.fine[where]
    image[where] = table[ids[where]] * light[:, None]
    kerb = where & ~ndimage.binary_erosion(where) & (burn([paved], size, pixel_m=pixel_m) > 0)
    tint(image, kerb, (178, 174, 164), 0.45)
    marked = burn(markings(layout), size, pixel_m=pixel_m) > 0
    worn = np.clip(0.72 + 0.16 * grain.middle[marked], 0.2, 0.95)[:, None]
    image[marked] = image[marked] * (1 - worn) + np.array(MARKING, dtype=np.float32) * worn


def paint_track(image: np.ndarray, road: Road, pixel_m: float) -> None:
    """Two ruts of bare earth with grass between them."""
    size = image.shape[0]
    left, top, right, bottom = road.line.buffer(3).bounds
    rows = slice(max(0, int(top / pixel_m)), min(size, int(bottom / pixel_m) + 1))
    columns = slice(max(0, int(left / pixel_m)), min(size, int(right / pixel_m) + 1))
    window = image[rows, columns]
    if not window.size:
        return
    moved = affinity.translate(road.line, -columns.start * pixel_m, -rows.start * pixel_m)
    count = max(window.shape[:2])
    whole = (
        burn([moved.buffer(road.width / 2)], count, pixel_m=pixel_m)[: window.shape[0], : window.shape[1]] > 0
    )
    ruts = [side.buffer(0.5) for side in (moved.parallel_offset(0.85), moved.parallel_offset(-0.85))]
    rutted = burn(ruts, count, pixel_m=pixel_m)[: window.shape[0], : window.shape[1]] > 0
    tint(window, whole, (150, 140, 104), 0.5)
    tint(window, rutted, (176, 156, 124), 0.75)


def markings(layout: Layout) -> list[BaseGeometry]:
    """Painted lines: dashes along the middle, edge lines on the wide roads, zebra crossings where streets join."""
    mains = [road for road in layout.roads if road.kind == "main"]
    painted: list[BaseGeometry] = []
    for road in mains:
        others = [other.line.buffer(other.width / 2 + 5) for other in mains if other is not road]
        joined = [
            other.line.buffer(other.width / 2 + 1.5) for other in layout.roads if other.kind == "street"
        ]
        middle = road.line.difference(unary_union(others)) if others else road.line
        for piece in getattr(middle, "geoms", [middle]):
            painted += [
                substring(piece, at, at + 3.5).buffer(0.26) for at in np.arange(2, piece.length - 4, 9.0)
            ]
        if road.width > 10:
            gaps = unary_union(others + joined)
            for side in (1, -1):
                painted.append(
                    road.line.parallel_offset(side * (road.width / 2 - 0.7)).difference(gaps).buffer(0.24)
                )
    streets = [road for road in layout.roads if road.kind == "street"]
    main_lines = shapely.STRtree([road.line for road in mains])
    for street in streets:
        for end in (0, -1):
            line = street.line if end == 0 else street.line.reverse()
            near = main_lines.query(line.interpolate(0).buffer(1.0), predicate="intersects")
            if len(near) and line.length > 40:
                painted += zebra(line, mains[int(near[0])].width / 2 + 2.5, street.width)
    return painted


def zebra(line: LineString, at: float, width: float) -> list[BaseGeometry]:
    """Stripes of a crossing over a street, `at` metres from the end of its line."""
    spot, ahead = line.interpolate(at), line.interpolate(at + 1)
    angle = math.degrees(math.atan2(ahead.y - spot.y, ahead.x - spot.x))
    stripes = [
        box(-1.4, offset - 0.28, 1.4, offset + 0.28) for offset in np.arange(-width / 2 + 0.7, width / 2, 1.3)
    ]
    return [
        affinity.translate(affinity.rotate(stripe, angle, origin=(0, 0)), spot.x, spot.y)
        for stripe in stripes
    ]


def paint_cars(image: np.ndarray, cars: list[Car], pixel_m: float) -> None:
    """Paint vehicles: body, dark glass, a sliver of shadow."""
    size = image.shape[0]
    bodies, glass, shadows, colours = [], [], [], []
    for vehicle in cars:
        half, side = vehicle.length / 2, vehicle.width / 2
        body = placed(box(-half, -side, half, side), vehicle)
        bodies.append(body)
        shadows.append(affinity.translate(body, 0.6, 0.6))
        colours.append(vehicle.colour)
        if vehicle.length < 5:
            glass.append(placed(box(half * 0.1, -side * 0.9, half * 0.45, side * 0.9), vehicle))
    tint(image, burn(shadows, size, pixel_m=pixel_m) > 0, (50, 50, 56), 0.5)
    ids = burn(bodies, size, pixel_m=pixel_m)
    table = np.array([(0, 0, 0), *colours], dtype=np.float32)
    image[ids > 0] = table[ids[ids > 0]]
    tint(image, burn(glass, size, pixel_m=pixel_m) > 0, (46, 52, 60), 0.6)


def placed(shape: BaseGeometry, vehicle: Car) -> BaseGeometry:
    """A shape around the origin, turned and moved to where the vehicle stands."""
    turned = affinity.rotate(shape, vehicle.angle, origin=(0, 0), use_radians=True)
    return affinity.translate(turned, vehicle.x, vehicle.y)


def cast_shadows(
    image: np.ndarray, layout: Layout, towards: tuple[float, float], tree_shade: np.ndarray, pixel_m: float
) -> None:
    """Darken what buildings and trees (a mask of 0-1) stand in the light of; `towards` is metres a metre of height."""
    size = image.shape[0]
    wings, moved = [], []
    for building in layout.buildings:
        for wing in building.wings:
            outline = wing.outline()
            wings.append(outline)
            moved.append(
                affinity.translate(outline, towards[0] * building.height, towards[1] * building.height)
            )
    for solid in layout.solids:
        wings.append(affinity.translate(solid.shape, towards[0] * solid.base, towards[1] * solid.base))
        moved.append(affinity.translate(solid.shape, towards[0] * solid.height, towards[1] * solid.height))
    both = shapely.union(np.array(wings, dtype=object), np.array(moved, dtype=object))
    shaded = burn(list(shapely.convex_hull(both)), size, pixel_m=pixel_m) > 0
    shade = np.maximum(ndimage.gaussian_filter(shaded.astype(np.float32), 0.4 / pixel_m), tree_shade)
    for top in range(0, size, BAND):
        rows = slice(top, min(top + BAND, size))
        image[rows] *= 1 - shade[rows, :, None] * SHADE[None, None, :]
