"""Districts of large buildings: blocks of flats with car parks, and works with halls and yards."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from shapely.geometry import Polygon
from shapely.ops import unary_union
from shapely.prepared import PreparedGeometry, prep

from . import houses
from .districts import (
    ASPHALT_YARD,
    CONCRETE_YARD,
    DRY_GRASS,
    EARTH,
    LAWN,
    PAVING,
    car,
    grid_of,
    lay_streets,
    stand_within,
)  # fmt: skip
from .layout import Car, Cover, Grid, Layout, Road, Tree
from .works import building_site

_LORRY = ((225, 226, 226), (150, 52, 44), (58, 92, 140), (92, 120, 84), (176, 120, 56))


def steps(reach: float, step: float) -> list[float]:
    """Evenly spaced grid lines that cover `reach` both ways."""
    count = int(reach / step) + 1
    return [step * index for index in range(-count, count + 1)]


def blocks_district(rng: np.random.Generator, layout: Layout, zone: Polygon) -> None:
    """Blocks of flats on lawns, with a car park and paths in each block."""
    grid, reach = grid_of(rng, zone, 6.0)
    us, vs = steps(reach, 118.0), steps(reach, 96.0)
    layout.covers.append(Cover(zone, LAWN, DRY_GRASS, 1.0))
    lines = lay_streets(layout, zone, grid, us, vs, 7.0, rng.uniform(0.95, 1.05))
    inside = prep(zone.buffer(-11.0))
    streets = prep(unary_union([line.buffer(4.5) for line in lines]))
    for u0, u1 in pairwise(us):
        for v0, v1 in pairwise(vs):
            fill_estate(rng, layout, grid, (u0 + 8, u1 - 8, v0 + 8, v1 - 8), inside, streets)


def fill_estate(
    rng: np.random.Generator,
    layout: Layout,
    grid: Grid,
    block: tuple[float, float, float, float],
    inside: PreparedGeometry,
    streets: PreparedGeometry,
) -> None:
    """Put blocks of flats, lawns and car parks on an estate."""
    u0, u1, v0, v1 = block
    plot = grid.quad(u0, u1, v0, v1)
    if rng.random() < 0.18 and inside.contains(plot) and not streets.intersects(plot):
        building_site(rng, layout, plot)
        return
    heading = grid.heading((u0 + u1) / 2)
    rows = [(v0 + 9.0, "rectangle"), (v1 - 14.0, str(rng.choice(["rectangle", "L", "U", "T"])))]
    for v, shape in rows:
        if rng.random() < 0.45:
            lengths = [(u0 + 22.0, rng.uniform(32, 40)), (u1 - 22.0, rng.uniform(30, 40))]
        else:
            lengths = [((u0 + u1) / 2 + rng.uniform(-6, 6), rng.uniform(58, 78))]
        for u, length in lengths:
            x, y = grid.to_scene(u, v)
            built = houses.slab(rng, float(x), float(y), heading, length, shape)
            if stand_within(built, inside, streets):
                layout.buildings.append(built)
    middle = (v0 + v1) / 2
    park = grid.quad(u0 + 10, u1 - 14, middle - 6.5, middle + 6.5)
    if inside.contains(park):
        car_park(rng, layout, grid, (u0 + 10, u1 - 14, middle - 6.5, middle + 6.5))
        line = grid.line(np.array([u1 - 14.0, u1 + 6.0]), np.array([middle, middle]))
        layout.roads.append(Road(line, 5.0, "path", 1.05))
    for v in (v0 + 20.0, v1 - 28.0):
        path = grid.line(np.linspace(u0 - 6, u1 + 6, 12), np.full(12, v) + rng.uniform(-1, 1, 12))
        if inside.contains(path):
            layout.roads.append(Road(path, 2.2, "path", 1.35))
    for _ in range(int(rng.integers(8, 18))):
        u, v = rng.uniform(u0, u1), rng.choice([v0 - 1, v0 + 22, v1 - 31, v1 + 1]) + rng.uniform(-2, 2)
        x, y = grid.to_scene(u, v)
        layout.trees.append(Tree(float(x), float(y), rng.uniform(1.8, 3.8), int(rng.integers(0, 5))))


def car_park(
    rng: np.random.Generator, layout: Layout, grid: Grid, area: tuple[float, float, float, float]
) -> None:
    """Asphalt with two rows of bays, about half of them taken."""
    u0, u1, v0, v1 = area
    layout.covers.append(Cover(grid.quad(u0, u1, v0, v1), ASPHALT_YARD, PAVING, 0.5))
    heading = grid.heading((u0 + u1) / 2) + math.pi / 2
    for u in np.arange(u0 + 2.0, u1 - 2.0, 2.6):
        for v in (v0 + 2.6, v1 - 2.6):
            if rng.random() < 0.5:
                x, y = grid.to_scene(u, v)
                layout.cars.append(car(rng, float(x), float(y), heading))


def works_district(rng: np.random.Generator, layout: Layout, zone: Polygon) -> None:
    """Halls and warehouses on paved yards, with lorries and containers."""
    grid, reach = grid_of(rng, zone, 2.0)
    us, vs = steps(reach, 150.0), steps(reach, 104.0)
    layout.covers.append(Cover(zone, DRY_GRASS, EARTH, 1.1))
    lines = lay_streets(layout, zone, grid, us, vs, 8.0, rng.uniform(0.98, 1.08))
    inside = prep(zone.buffer(-12.0))
    streets = prep(unary_union([line.buffer(5.5) for line in lines]))
    for u0, u1 in pairwise(us):
        for v0, v1 in pairwise(vs):
            for left, right in ((u0 + 9, (u0 + u1) / 2 - 2), ((u0 + u1) / 2 + 2, u1 - 9)):
                fill_works(rng, layout, grid, (left, right, v0 + 9, v1 - 9), inside, streets)


def fill_works(
    rng: np.random.Generator,
    layout: Layout,
    grid: Grid,
    plot: tuple[float, float, float, float],
    inside: PreparedGeometry,
    streets: PreparedGeometry,
) -> None:
    """Put halls and yards on a works plot."""
    u0, u1, v0, v1 = plot
    shape = grid.quad(u0, u1, v0, v1)
    if not inside.contains(shape.centroid):
        return
    if rng.random() < 0.3 and inside.contains(shape) and not streets.intersects(shape):
        building_site(rng, layout, shape)
        return
    if inside.contains(shape) and rng.random() < 0.85:
        colour = CONCRETE_YARD if rng.random() < 0.55 else ASPHALT_YARD
        layout.covers.append(Cover(shape, colour, EARTH, 0.8))
    heading = grid.heading((u0 + u1) / 2)
    if rng.random() < 0.6:
        halls = [((u0 + u1) / 2, v0 + 26, rng.uniform(38, u1 - u0 - 6), rng.uniform(28, 44))]
    else:
        halls = [
            ((u0 + u1) / 2, v0 + 13, rng.uniform(36, u1 - u0 - 6), rng.uniform(16, 22)),
            ((u0 + u1) / 2 - 8, v0 + 46, rng.uniform(24, 38), rng.uniform(16, 22)),
        ]
    for u, v, length, width in halls:
        x, y = grid.to_scene(u, v)
        built = houses.hall(rng, float(x), float(y), heading, length, width)
        if stand_within(built, inside, streets):
            layout.buildings.append(built)
    if not inside.contains(shape):
        return
    for _ in range(int(rng.integers(2, 12))):
        x, y = grid.to_scene(rng.uniform(u0 + 6, u1 - 6), v1 - rng.uniform(3, 20))
        turn = heading + rng.choice([0.0, math.pi / 2])
        colour = _LORRY[int(rng.integers(len(_LORRY)))]
        layout.cars.append(Car(float(x), float(y), turn, rng.uniform(6, 12.2), 2.5, colour))
