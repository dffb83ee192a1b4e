"""Lays out construction sites: the fenced ground, the stage of the work, and what stands about."""

from __future__ import annotations

import math

import numpy as np
from shapely import affinity
from shapely.geometry import LineString, Polygon, box
from shapely.geometry.base import BaseGeometry

from .layout import Car, Colour, Cover, Layout, Site, Solid
from .sites import CONCRETE, FRAME, SLAB

# a subsoil's colour and what it is mixed with
SUBSOILS: tuple[tuple[Colour, Colour], ...] = (
    ((194, 164, 124), (150, 120, 88)),
    ((180, 152, 124), (206, 190, 160)),
    ((168, 142, 112), (132, 106, 84)),
    ((198, 184, 158), (160, 148, 128)),
)
_HUTS: tuple[Colour, ...] = ((226, 228, 230), (92, 124, 164), (206, 206, 200), (196, 146, 72))
_PLANT: tuple[Colour, ...] = ((222, 172, 44), (214, 128, 40), (226, 226, 224))
_CRANES: tuple[Colour, ...] = ((226, 180, 52), (206, 92, 60), (226, 226, 222))


def building_site(rng: np.random.Generator, layout: Layout, ground: Polygon) -> None:
    """Make a site of a piece of ground with four corners, at any stage of the work."""
    corners = np.asarray(ground.exterior.coords)
    angle = math.atan2(corners[1][1] - corners[0][1], corners[1][0] - corners[0][0])
    middle = ground.centroid
    upright = affinity.rotate(ground, -angle, origin=middle, use_radians=True)
    left, top, right, bottom = upright.bounds
    half_u, half_v = (right - left) / 2 - 1.0, (bottom - top) / 2 - 1.0
    placed = _Place(middle.x, middle.y, angle)
    shape = placed.of(box(-half_u, -half_v, half_u, half_v))
    soil, other = SUBSOILS[int(rng.integers(len(SUBSOILS)))]
    stage = int(rng.integers(3))
    layout.covers.append(Cover(shape, soil, other, 1.7))
    layout.sites.append(Site(shape, angle, stage))
    if stage == FRAME:
        frame(rng, layout, placed, half_u * rng.uniform(0.42, 0.62), half_v * rng.uniform(0.42, 0.62))
    stores(rng, layout, placed, half_u, half_v)
    if (stage >= SLAB and rng.random() < 0.75) or rng.random() < 0.25:
        crane(rng, layout, placed, half_u, half_v)


class _Place:
    """Coordinates along a site's fence, from its middle."""

    def __init__(self, x: float, y: float, angle: float) -> None:
        self.x, self.y, self.angle = x, y, angle

    def of(self, shape: BaseGeometry) -> Polygon:
        """A shape about the middle as it lies in the scene."""
        turned = affinity.rotate(shape, self.angle, origin=(0, 0), use_radians=True)
        return affinity.translate(turned, self.x, self.y)


def frame(rng: np.random.Generator, layout: Layout, placed: _Place, half_u: float, half_v: float) -> None:
    """Walls and columns of a building to be, some storeys high, with decks over a part of it."""
    tall = rng.uniform(3.0, 8.0)
    for u in np.arange(-half_u, half_u + 0.1, rng.uniform(4.5, 7.5)):
        low = half_v * rng.choice([-1.0, -0.4, 0.1])
        layout.solids.append(Solid(placed.of(box(u - 0.2, low, u + 0.2, half_v)), tall, CONCRETE))
    for v in (-half_v, half_v, half_v * rng.uniform(-0.5, 0.5)):
        layout.solids.append(Solid(placed.of(box(-half_u, v - 0.2, half_u, v + 0.2)), tall, CONCRETE))
    for _ in range(int(rng.integers(1, 4))):
        u, v = rng.uniform(-0.8, 0.4) * half_u, rng.uniform(-0.8, 0.4) * half_v
        deck = box(u, v, u + rng.uniform(4, 8), v + rng.uniform(4, 8))
        tone = rng.uniform(0.72, 1.0)
        colour = (CONCRETE[0] * tone, CONCRETE[1] * tone * 0.97, CONCRETE[2] * tone * 0.9)
        layout.solids.append(Solid(placed.of(deck), tall + 0.2, colour, tall - 0.3))


def stores(rng: np.random.Generator, layout: Layout, placed: _Place, half_u: float, half_v: float) -> None:
    """Huts by the fence, heaps of soil, stacks of material, diggers and lorries."""
    for number in range(int(rng.integers(2, 6))):
        u = -half_u + 5.5 + number * 7.0
        if u < half_u - 5:
            hut = box(u - 3.0, -half_v + 1.6, u + 3.0, -half_v + 4.1)
            colour = _HUTS[int(rng.integers(len(_HUTS)))]
            layout.solids.append(Solid(placed.of(hut), 2.7, colour))
    for _ in range(int(rng.integers(5, 13))):
        u, v = _near_fence(rng, half_u, half_v)
        stack = affinity.rotate(
            box(u, v, u + rng.uniform(1.0, 6.0), v + rng.uniform(0.7, 2.0)), rng.choice([0.0, 90.0, 25.0])
        )
        tone = rng.uniform(0.6, 1.1)
        layout.solids.append(
            Solid(placed.of(stack), rng.uniform(0.6, 1.8), (176 * tone, 154 * tone, 122 * tone))
        )
    for _ in range(int(rng.integers(1, 4))):
        heap(rng, layout, placed, *_near_fence(rng, half_u, half_v))
    for _ in range(int(rng.integers(2, 7))):
        u, v = _near_fence(rng, half_u, half_v)
        spot = placed.of(box(u, v, u + 0.1, v + 0.1)).centroid
        colour = _PLANT[int(rng.integers(len(_PLANT)))]
        long = rng.uniform(4.5, 9.0)
        layout.cars.append(Car(spot.x, spot.y, rng.uniform(0, math.pi), long, rng.uniform(2.3, 2.9), colour))


def _near_fence(rng: np.random.Generator, half_u: float, half_v: float) -> tuple[float, float]:
    """A place in the outer part of a site."""
    if rng.random() < 0.5:
        return rng.uniform(-0.85, 0.8) * half_u, rng.choice([-1, 1]) * rng.uniform(0.68, 0.84) * half_v
    return rng.choice([-1, 1]) * rng.uniform(0.68, 0.84) * half_u, rng.uniform(-0.85, 0.8) * half_v


def heap(rng: np.random.Generator, layout: Layout, placed: _Place, u: float, v: float) -> None:
    """A heap of soil or gravel: paler towards the light and the top."""
    soil = SUBSOILS[int(rng.integers(len(SUBSOILS)))][int(rng.integers(2))]
    radius = rng.uniform(2.2, 4.5)
    for share, light in ((1.0, 0.78), (0.72, 0.96), (0.42, 1.12)):
        ring = placed.of(LineString([(u, v), (u + 2, v + 1)]).buffer(radius * share))
        off = (1 - share) * radius * 0.4
        moved = affinity.translate(ring, -off, -off)
        colour = (soil[0] * light, soil[1] * light, soil[2] * light)
        layout.solids.append(Solid(moved, radius * 0.55 * (1.2 - share) + 0.3, colour))


def crane(rng: np.random.Generator, layout: Layout, placed: _Place, half_u: float, half_v: float) -> None:
    """A tower crane: a square mast, a jib over the site and a ballast behind, high above their shadow."""
    u, v = rng.uniform(-0.6, 0.6) * half_u, rng.uniform(-0.6, 0.6) * half_v
    colour = _CRANES[int(rng.integers(len(_CRANES)))]
    top, turn = rng.uniform(22, 34), rng.uniform(0, 360)
    reach = min(rng.uniform(24, 40), 0.9 * (half_u + half_v))
    jib = affinity.rotate(box(u - 9.0, v - 0.5, u + reach, v + 0.5), turn, origin=(u, v))
    ballast = affinity.rotate(box(u - 10.0, v - 1.1, u - 7.0, v + 1.1), turn, origin=(u, v))
    layout.solids.append(Solid(placed.of(box(u - 1.0, v - 1.0, u + 1.0, v + 1.0)), top, colour))
    layout.solids.append(Solid(placed.of(jib), top + 0.5, colour, top - 0.5))
    layout.solids.append(Solid(placed.of(ballast), top + 1.0, (150, 148, 144), top - 1.0))
