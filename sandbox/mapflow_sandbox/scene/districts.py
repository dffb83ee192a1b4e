"""Built-up districts: streets, plots and buildings along them, and what stands in the yards."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from shapely.geometry import LineString, Polygon
from shapely.ops import unary_union
from shapely.prepared import PreparedGeometry, prep

from . import houses
from .layout import Building, Car, Cover, Grid, Layout, Road, Tree

CAR_COLOURS = (
    (228, 228, 230), (205, 206, 208), (150, 153, 158), (58, 60, 66), (40, 42, 48), (150, 40, 38), (52, 78, 128),
)  # fmt: skip

LAWN = (104, 122, 72)
DRY_GRASS = (150, 143, 100)
EARTH = (168, 146, 116)
PAVING = (170, 163, 150)
CONCRETE_YARD = (176, 172, 162)
ASPHALT_YARD = (118, 117, 117)


@dataclass(frozen=True)
class StreetPlan:
    """Metres: the depth of a plot, how many stand between side streets, a street's width and how it bends."""

    plot: tuple[float, float]
    plots_a_side: int
    depth: float
    street: float
    bend: float


PLANS = {
    "old town": StreetPlan((15.0, 20.0), 6, 27.0, 6.0, 5.0),
    "suburb": StreetPlan((20.0, 26.0), 7, 31.0, 6.0, 17.0),
}


def zone_angle(zone: Polygon) -> float:
    """Direction of the zone's longer side, radians."""
    corners = np.array(zone.minimum_rotated_rectangle.exterior.coords)
    sides = np.diff(corners, axis=0)
    longest = sides[np.argmax(np.hypot(sides[:, 0], sides[:, 1]))]
    return math.atan2(longest[1], longest[0])


def grid_of(rng: np.random.Generator, zone: Polygon, bend: float) -> tuple[Grid, float]:
    """A street grid for the zone, and half the reach that covers it."""
    centre = zone.centroid
    angle = zone_angle(zone) + rng.uniform(-0.12, 0.12)
    left, top, right, bottom = zone.bounds
    reach = math.hypot(right - left, bottom - top) / 2 + 30
    grid = Grid(centre.x, centre.y, angle, bend, rng.uniform(75, 120), rng.uniform(0, 2 * math.pi))
    return grid, reach


def lay_streets(
    layout: Layout, zone: Polygon, grid: Grid, us: list[float], vs: list[float], width: float, tone: float
) -> list[LineString]:
    """Lay streets along the grid's lines within the zone; returns their centre lines."""
    steps = np.arange(us[0] - 400, us[-1] + 400, 8.0)
    rows = [grid.line(steps, np.full_like(steps, v)) for v in vs]
    columns = [grid.line(np.full(40, u), np.linspace(vs[0] - 200, vs[-1] + 200, 40)) for u in us]
    laid = []
    for line in rows + columns:
        inside = line.intersection(zone)
        for piece in getattr(inside, "geoms", [inside]):
            if piece.geom_type == "LineString" and piece.length > 45:
                layout.roads.append(Road(piece, width, "street", tone))
                laid.append(piece)
    return laid


def plot_rows(grid_reach: float, plan: StreetPlan, gap: float) -> tuple[list[float], list[float]]:
    """Where the streets run: u of the side streets, v of the long ones."""
    deep = 2 * plan.depth + gap
    wide = plan.plots_a_side * sum(plan.plot) / 2 + gap
    vs = [deep * step for step in range(-int(grid_reach / deep) - 1, int(grid_reach / deep) + 2)]
    us = [wide * step for step in range(-int(grid_reach / wide) - 1, int(grid_reach / wide) + 2)]
    return us, vs


def houses_district(rng: np.random.Generator, layout: Layout, zone: Polygon, kind: str) -> None:
    """An old town or a suburb: rows of plots back to back between bent streets."""
    plan = PLANS[kind]
    grid, reach = grid_of(rng, zone, plan.bend)
    us, vs = plot_rows(reach, plan, plan.street + 3.0)
    base = PAVING if kind == "old town" else LAWN
    layout.covers.append(Cover(zone, base, EARTH if kind == "old town" else DRY_GRASS))
    lines = lay_streets(layout, zone, grid, us, vs, plan.street, rng.uniform(0.98, 1.14))
    inside = prep(zone.buffer(-9.0))
    streets = prep(unary_union([line.buffer(plan.street / 2 + 0.8) for line in lines]))
    edge = plan.street / 2 + 1.5
    for u0, u1 in pairwise(us):
        for v0, v1 in pairwise(vs):
            for start, back, side in ((v0 + edge, (v0 + v1) / 2, 1), (v1 - edge, (v0 + v1) / 2, -1)):
                u = u0 + edge
                while True:
                    wide = rng.uniform(*plan.plot)
                    if u + wide > u1 - edge + 1.0:
                        break
                    plot = (u, u + wide, start, back)
                    fill_plot(rng, layout, grid, kind, plot, side, inside, streets)
                    u += wide


def fill_plot(
    rng: np.random.Generator,
    layout: Layout,
    grid: Grid,
    kind: str,
    plot: tuple[float, float, float, float],
    side: int,
    inside: PreparedGeometry,
    streets: PreparedGeometry,
) -> None:
    """One plot: its ground, a house near the street, now and then a shed, a drive and trees behind."""
    u0, u1, front, back = plot
    shape = grid.quad(u0 + 0.3, u1 - 0.3, front, back)
    if not inside.contains(shape.centroid):
        return
    wide, heading = u1 - u0, grid.heading((u0 + u1) / 2) + (0 if side > 0 else math.pi)
    if inside.contains(shape):
        layout.covers.append(yard(rng, shape, kind))
    if rng.random() < (0.04 if kind == "old town" else 0.08):
        plant(rng, layout, grid, plot, int(rng.integers(3, 8)))
        return
    if kind == "old town":
        length, width, setback = wide - rng.uniform(2.6, 4.6), rng.uniform(9.5, 12.5), rng.uniform(1.2, 2.6)
    else:
        length, width, setback = rng.uniform(10.5, 14.5), rng.uniform(8.0, 10.0), rng.uniform(4.5, 7.5)
    middle_u = (u0 + u1) / 2 + rng.uniform(-0.5, 0.5) * max(0.0, wide - length - 6)
    x, y = grid.to_scene(middle_u, front + side * (setback + width * 0.62))
    building = houses.house(rng, kind, float(x), float(y), heading, length, width)
    stands = inside.contains(building.footprint) and not streets.intersects(building.footprint)
    if stands:
        layout.buildings.append(building)
        if kind == "suburb" and rng.random() < 0.75:
            drive_u = u0 + 2.2 if middle_u > (u0 + u1) / 2 else u1 - 2.2
            add_drive(rng, layout, grid, drive_u, front, side, heading)
    if rng.random() < (0.3 if kind == "old town" else 0.26):
        add_shed(rng, layout, grid, plot, side, inside)
    trees = rng.integers(0, 3) if kind == "old town" else rng.integers(1, 5)
    plant(rng, layout, grid, plot, int(trees))
    if kind == "suburb" and rng.random() < 0.5:
        hedge(rng, layout, grid, u1, front, back)


def yard(rng: np.random.Generator, shape: Polygon, kind: str) -> Cover:
    """Ground of a plot: lawn, dry grass, a kitchen garden, bare earth or paving."""
    shares = [0.12, 0.16, 0.06, 0.34, 0.32] if kind == "old town" else [0.46, 0.27, 0.1, 0.12, 0.05]
    which = int(rng.choice(5, p=shares))
    shade = rng.uniform(0.86, 1.12)
    grounds = [
        (LAWN, DRY_GRASS),
        (DRY_GRASS, EARTH),
        ((116, 100, 74), LAWN),
        (EARTH, DRY_GRASS),
        (PAVING, EARTH),
    ]
    colour, other = grounds[which]
    toned = (colour[0] * shade, colour[1] * shade * rng.uniform(0.97, 1.04), colour[2] * shade)
    rows = 1.6 if which == 2 else 0.0
    return Cover(shape, toned, other, 0.8, rows, rng.uniform(0, math.pi), 0.14)


def add_drive(
    rng: np.random.Generator, layout: Layout, grid: Grid, u: float, front: float, side: int, heading: float
) -> None:
    """A paved drive beside the house, with a car on it at times."""
    shape = grid.quad(u - 1.5, u + 1.5, front - side * 2.0, front + side * 11.0)
    tone = rng.uniform(0.9, 1.12)
    layout.covers.append(Cover(shape, tuple(c * tone for c in PAVING), EARTH, 0.5))  # type: ignore[arg-type]
    if rng.random() < 0.4:
        x, y = grid.to_scene(u, front + side * rng.uniform(3, 8))
        layout.cars.append(car(rng, float(x), float(y), heading + math.pi / 2))


def add_shed(
    rng: np.random.Generator,
    layout: Layout,
    grid: Grid,
    plot: tuple[float, float, float, float],
    side: int,
    inside: PreparedGeometry,
) -> None:
    """Put a shed at the back of a plot."""
    u0, u1, _front, back = plot
    u = u0 + 4.2 if rng.random() < 0.5 else u1 - 4.2
    x, y = grid.to_scene(u, back - side * 4.0)
    built = houses.shed(rng, float(x), float(y), grid.heading(u))
    if inside.contains(built.footprint):
        layout.buildings.append(built)


def plant(
    rng: np.random.Generator, layout: Layout, grid: Grid, plot: tuple[float, float, float, float], count: int
) -> None:
    """Put `count` trees on a plot."""
    u0, u1, front, back = plot
    for _ in range(int(count)):
        u = rng.uniform(u0 + 1.5, u1 - 1.5)
        v = front + (back - front) * rng.uniform(0.5, 0.97)
        x, y = grid.to_scene(u, v)
        layout.trees.append(Tree(float(x), float(y), rng.uniform(1.3, 3.4), int(rng.integers(0, 5))))


def hedge(rng: np.random.Generator, layout: Layout, grid: Grid, u: float, front: float, back: float) -> None:
    """A row of bushes along the border of a plot."""
    for v in np.arange(min(front, back) + 3.0, max(front, back), 1.5):
        x, y = grid.to_scene(u + rng.uniform(-0.2, 0.2), v)
        layout.trees.append(Tree(float(x), float(y), rng.uniform(0.8, 1.1), 1))


def car(rng: np.random.Generator, x: float, y: float, angle: float) -> Car:
    """A car at (x, y), about parallel to `angle`."""
    colour = CAR_COLOURS[int(rng.integers(len(CAR_COLOURS)))]
    return Car(x, y, angle + rng.uniform(-0.04, 0.04), rng.uniform(4.1, 4.8), 1.9, colour)


def stand_within(
    building: Building, inside: PreparedGeometry, streets: PreparedGeometry | None = None
) -> bool:
    """Whether the building keeps to its zone and off the streets."""
    clear = streets is None or not streets.intersects(building.footprint)
    return bool(inside.contains(building.footprint)) and clear
