"""What stands where in a painted scene, in metres from its upper left corner (x to the right, y down)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely import affinity
from shapely.geometry import LineString, Polygon, box
from shapely.geometry.base import BaseGeometry
from shapely.ops import polygonize, unary_union

Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Wing:
    """A rectangular part of a roof; the ridge runs along `length`, at `angle` radians from the x axis."""

    x: float
    y: float
    angle: float
    length: float
    width: float

    def outline(self) -> Polygon:
        """The rectangle in scene metres."""
        half_l, half_w = self.length / 2, self.width / 2
        upright = box(-half_l, -half_w, half_l, half_w)
        turned = affinity.rotate(upright, self.angle, origin=(0, 0), use_radians=True)
        return affinity.translate(turned, self.x, self.y)


@dataclass(frozen=True)
class Building:
    """A building: `roof` is gable, hip, hall or flat, `height` in metres, `kind` what it is used for."""

    footprint: Polygon
    wings: tuple[Wing, ...]
    kind: str
    roof: str
    material: str
    height: float


@dataclass(frozen=True)
class Road:
    """A road: `kind` is main, street, path or track; the first two are paved and belong to the truth."""

    line: LineString
    width: float
    kind: str
    tone: float = 1.0


@dataclass(frozen=True)
class Cover:
    """A piece of ground of one kind; the ground varies between `colour` and `other`; `rows` in metres, 0 for none."""

    shape: BaseGeometry
    colour: Colour
    other: Colour
    roughness: float = 1.0
    rows: float = 0.0
    angle: float = 0.0
    depth: float = 0.0


@dataclass(frozen=True)
class Tree:
    """One crown of `radius` metres; `in_forest` trees make up the truth's forest.

    `grown` is the tree's height in metres, None where it follows from the crown as in gardens and streets.
    """

    x: float
    y: float
    radius: float
    species: int
    in_forest: bool = False
    grown: float | None = None

    @property
    def height(self) -> float:
        """Metres from the ground to the top."""
        return 1.4 + 1.5 * self.radius if self.grown is None else self.grown


@dataclass(frozen=True)
class Car:
    """A parked or driving vehicle, metres and radians."""

    x: float
    y: float
    angle: float
    length: float
    width: float
    colour: Colour


@dataclass(frozen=True)
class Site:
    """A construction site: a fenced rectangle turned by `angle` radians, and how far the work is, 0 to 2."""

    shape: Polygon
    angle: float
    stage: int


@dataclass(frozen=True)
class Solid:
    """Something small that throws a shadow but is no building: a wall, a heap, a crane. Height in metres."""

    shape: BaseGeometry
    height: float
    colour: Colour
    base: float = 0.0


@dataclass
class Layout:
    """All that is to be painted on a square of `size` metres."""

    size: float
    buildings: list[Building] = field(default_factory=list)
    roads: list[Road] = field(default_factory=list)
    covers: list[Cover] = field(default_factory=list)
    trees: list[Tree] = field(default_factory=list)
    cars: list[Car] = field(default_factory=list)
    forests: list[Polygon] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    solids: list[Solid] = field(default_factory=list)


@dataclass(frozen=True)
class Grid:
    """A street grid's own coordinates: (u, v) turned by `angle` about (x, y), and gently bent."""

    x: float
    y: float
    angle: float
    bend: float
    wave: float
    phase: float

    def to_scene(self, u: np.ndarray | float, v: np.ndarray | float) -> tuple[np.ndarray, np.ndarray]:
        """Street coordinates (u, v) as scene metres (x, y)."""
        bent_u = np.asarray(u) + 0.6 * self.bend * np.sin(np.asarray(v) / self.wave + 1.7 * self.phase)
        bent_v = np.asarray(v) + self.bend * np.sin(np.asarray(u) / self.wave + self.phase)
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        return self.x + bent_u * cos - bent_v * sin, self.y + bent_u * sin + bent_v * cos

    def heading(self, u: float) -> float:
        """Direction of the street along u, in radians."""
        return self.angle + math.atan(self.bend / self.wave * math.cos(u / self.wave + self.phase))

    def quad(self, u0: float, u1: float, v0: float, v1: float) -> Polygon:
        """The four-sided piece between two u and two v."""
        xs, ys = self.to_scene(np.array([u0, u1, u1, u0]), np.array([v0, v0, v1, v1]))
        return Polygon(zip(xs, ys, strict=True))

    def line(self, u: np.ndarray, v: np.ndarray) -> LineString:
        """A line through street coordinates."""
        return LineString(np.column_stack(self.to_scene(u, v)))


def main_roads(rng: np.random.Generator, size: float) -> list[Road]:
    """Through roads, some 500 m apart each way, wandering across the whole scene."""
    count = max(1, round(size / 520))
    gap = size / count
    along = np.arange(-60.0, size + 61.0, 12.0)
    roads = []
    for across in (False, True):
        for index in range(count):
            middle = gap * (index + 0.5) + rng.uniform(-0.16, 0.16) * gap
            tilt = rng.uniform(-0.09, 0.09)
            swing = rng.uniform(0.02, 0.09) * gap
            wave, phase = rng.uniform(0.35, 0.8) * gap, rng.uniform(0, 2 * math.pi)
            off = middle + tilt * (along - size / 2) + swing * np.sin(along / wave + phase)
            points = np.column_stack((along, off) if across else (off, along))
            width = float(rng.choice([9.0, 10.5, 13.5]))
            roads.append(Road(LineString(points), width, "main", rng.uniform(0.92, 1.06)))
    return roads


def zones_between(roads: list[Road], size: float) -> list[Polygon]:
    """The pieces of the scene that the through roads leave, largest first; slivers are left out."""
    frame = box(0, 0, size, size)
    lines = unary_union([road.line for road in roads] + [frame.exterior])
    pieces = [piece for piece in polygonize(lines) if frame.contains(piece.representative_point())]
    return sorted((piece for piece in pieces if piece.area > 1500), key=lambda piece: -piece.area)


def zone_kinds(rng: np.random.Generator, zones: list[Polygon], size: float) -> list[str]:
    """A kind of district for each zone: old streets in the middle, then blocks and works, fields and woods outside."""
    if len(zones) <= 4:
        kinds = ["suburb", "country", "works", "woods"]
        return [kinds[index % 4] for index in range(len(zones))]
    heart_x, heart_y = size * rng.uniform(0.4, 0.6, 2)
    away = [
        math.hypot(zone.centroid.x - heart_x, zone.centroid.y - heart_y) + rng.uniform(-0.1, 0.1) * size
        for zone in zones
    ]
    order = np.argsort(away)
    pattern = [
        ("old town", 0.12), ("blocks", 0.1), ("park", 0.05), ("works", 0.12),
        ("suburb", 0.27), ("country", 0.2), ("woods", 0.14),
    ]  # fmt: skip
    wanted: list[str] = []
    for kind, share in pattern:
        wanted += [kind] * max(1, round(share * len(zones)))
    wanted += ["suburb"] * max(0, len(zones) - len(wanted))
    # the outer kinds mingle, or the town would be a set of rings
    start = wanted.index("works")
    outer = wanted[start : len(zones)]
    middle = len(outer) // 2
    wanted[start : len(zones)] = [*rng.permutation(outer[:middle]), *rng.permutation(outer[middle:])]
    kinds = [""] * len(zones)
    for rank, index in enumerate(order):
        kinds[index] = str(wanted[rank])
    return kinds


def without_collisions(layout: Layout, gap: float = 1.4) -> None:
    """Drop buildings that stand on a road or too near another one, in place."""
    paved = [road.line.buffer(road.width / 2 + 1.0) for road in layout.roads if road.kind != "path"]
    streets = shapely.STRtree(paved)
    clear = [b for b in layout.buildings if not len(streets.query(b.footprint, predicate="intersects"))]
    outlines = shapely.STRtree([building.footprint for building in clear])
    dropped: set[int] = set()
    for index, building in enumerate(clear):
        if index in dropped:
            continue
        for other in outlines.query(building.footprint.buffer(gap), predicate="intersects"):
            if other > index:
                dropped.add(int(other))
    layout.buildings = [building for index, building in enumerate(clear) if index not in dropped]
