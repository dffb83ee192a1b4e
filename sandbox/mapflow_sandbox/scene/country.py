"""Open land: fields, woods, parks with a pond, farms and rows of trees."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import affinity
from shapely.geometry import LineString, Point, Polygon, box
from shapely.geometry.base import BaseGeometry
from shapely.prepared import prep

from . import houses
from .districts import DRY_GRASS, EARTH, LAWN, PAVING, car, zone_angle
from .layout import Cover, Layout, Road, Tree
from .works import building_site

# the crop's colour, the soil or second colour, how deep the furrows show
CROPS = (
    ((112, 132, 66), (134, 142, 84), 0.10),
    ((146, 150, 82), (166, 158, 104), 0.10),
    ((186, 168, 112), (198, 180, 128), 0.09),
    ((146, 116, 86), (160, 132, 102), 0.13),
    ((122, 98, 76), (138, 114, 90), 0.12),
    ((92, 116, 62), (108, 126, 74), 0.12),
)
FOREST_FLOOR = (62, 74, 44)
WATER = (52, 76, 78)
DEEP_WATER = (40, 62, 68)
SAND = (188, 172, 138)


def blob(rng: np.random.Generator, x: float, y: float, radius: float) -> Polygon:
    """A rounded, uneven patch about (x, y), `radius` metres on the average."""
    turn = np.linspace(0, 2 * math.pi, 60, endpoint=False)
    reach = np.full_like(turn, radius)
    for lobes in range(2, 7):
        reach += radius * rng.uniform(0.0, 0.36) / lobes * np.sin(lobes * turn + rng.uniform(0, 6.3))
    return Polygon(np.column_stack((x + reach * np.cos(turn), y + reach * np.sin(turn)))).buffer(0)


def polygons_of(shape: BaseGeometry, least: float) -> list[Polygon]:
    """The polygons in a geometry that have at least `least` m²."""
    parts = getattr(shape, "geoms", [shape])
    return [part for part in parts if part.geom_type == "Polygon" and part.area >= least]


@dataclass(frozen=True)
class Age:
    """How trees of one age stand: metres of height, of a crown's radius, and from one tree to the next."""

    height: tuple[float, float]
    radius: tuple[float, float]
    spacing: float


AGES = (
    Age((2.2, 3.5), (1.2, 1.8), 2.5),  # planted some years ago
    Age((5.0, 8.8), (1.9, 3.1), 3.6),
    Age((12.0, 22.0), (2.7, 4.4), 4.7),
)
_OF_ONE_AGE = 0.1  # how far a tree's height strays from its neighbours'


def grow_forest(rng: np.random.Generator, layout: Layout, shape: BaseGeometry) -> None:
    """Fill patches with crowns, each of one age: a closed canopy with an uneven edge."""
    for patch in polygons_of(shape, 400):
        age = AGES[int(rng.choice(3, p=(0.22, 0.36, 0.42)))]
        tall, spacing = rng.uniform(*age.height), age.spacing
        layout.forests.append(patch)
        layout.covers.append(Cover(patch, FOREST_FLOOR, (78, 84, 52), 1.0))
        left, top, right, bottom = patch.bounds
        xs, ys = np.meshgrid(np.arange(left, right, spacing), np.arange(top, bottom, spacing * 0.87))
        xs = xs + (np.arange(len(xs)) % 2)[:, None] * spacing / 2 + rng.normal(0, 0.9, xs.shape)
        ys = ys + rng.normal(0, 0.9, ys.shape)
        stands = shapely.contains_xy(patch, xs, ys) & (rng.random(xs.shape) < 0.985)
        mix = rng.integers(0, 5, 2)
        for x, y in zip(xs[stands].tolist(), ys[stands].tolist(), strict=True):
            species = int(
                mix[0] if rng.random() < 0.62 else mix[1] if rng.random() < 0.6 else rng.integers(0, 5)
            )
            grown = tall * (1 + float(np.clip(rng.normal(0, _OF_ONE_AGE), -0.25, 0.25)))
            layout.trees.append(Tree(x, y, rng.uniform(*age.radius), species, in_forest=True, grown=grown))


def country_zone(rng: np.random.Generator, layout: Layout, zone: Polygon) -> None:
    """Fields in strips with tracks and tree rows between, and a farm by the road."""
    layout.covers.append(Cover(zone, DRY_GRASS, LAWN, 1.0))
    centre, angle = zone.centroid, zone_angle(zone) + rng.uniform(-0.1, 0.1)
    left, top, right, bottom = zone.bounds
    reach = math.hypot(right - left, bottom - top) / 2 + 10
    inner = zone.buffer(-11)
    farms = [farm(rng, layout, zone) for _ in range(1 if zone.area < 60_000 else 3)]
    sites = []
    for _ in range(2):
        site = new_estate(rng, zone, farms)
        if site is not None:
            sites.append(site)
            farms.append(site.buffer(4))
    v = -reach
    while v < reach:
        deep = rng.uniform(55, 120)
        u = -reach
        while u < reach:
            wide = rng.uniform(90, 210)
            strip = affinity.translate(
                affinity.rotate(box(u + 2, v + 2, u + wide - 2, v + deep - 2), angle, (0, 0), use_radians=True),
                centre.x, centre.y,
            )  # fmt: skip
            field_shape = strip.intersection(inner)
            for yard in farms:
                field_shape = field_shape.difference(yard)
            for piece in polygons_of(field_shape, 500):
                sow(rng, layout, piece, angle)
            u += wide
        edge_of_strip(rng, layout, inner, farms, (centre.x, centre.y, angle), v, reach)
        v += deep
    for site in sites:
        building_site(rng, layout, site)


def sow(rng: np.random.Generator, layout: Layout, piece: Polygon, angle: float) -> None:
    """Give a field its crop, with the rows it was sown in."""
    crop, soil, depth = CROPS[int(rng.integers(len(CROPS)))]
    shade = rng.uniform(0.92, 1.08)
    colour = (crop[0] * shade, crop[1] * shade, crop[2] * shade)
    turn = angle + (math.pi / 2 if rng.random() < 0.3 else 0.0)
    layout.covers.append(Cover(piece, colour, soil, 0.55, float(rng.uniform(2.2, 4.5)), turn, depth))


def edge_of_strip(
    rng: np.random.Generator,
    layout: Layout,
    inner: BaseGeometry,
    farms: list[Polygon],
    frame: tuple[float, float, float],
    v: float,
    reach: float,
) -> None:
    """A farm track, a row of trees or nothing between two strips of fields."""
    x, y, angle = frame
    us = np.arange(-reach, reach, 10.0)
    vs = v + 1.2 * np.sin(us / 60)
    cos, sin = math.cos(angle), math.sin(angle)
    line = LineString(np.column_stack((x + us * cos - vs * sin, y + us * sin + vs * cos))).intersection(inner)
    for yard in farms:
        line = line.difference(yard)
    choice = rng.random()
    for piece in getattr(line, "geoms", [line]):
        if piece.geom_type != "LineString" or piece.length < 30:
            continue
        if choice < 0.4:
            layout.roads.append(Road(piece, 3.0, "track"))
        elif choice < 0.75:
            for along in np.arange(0, piece.length, 7.5):
                if rng.random() < 0.72:
                    spot = piece.interpolate(along)
                    x_off, y_off = rng.normal(0, 0.8, 2)
                    layout.trees.append(
                        Tree(spot.x + x_off, spot.y + y_off, rng.uniform(1.4, 3.6), int(rng.integers(0, 5)))
                    )


def farm(rng: np.random.Generator, layout: Layout, zone: Polygon) -> Polygon:
    """A farmstead near the zone's edge: a house, two barns, a yard and trees; returns the ground it takes."""
    spot = zone.buffer(-40).exterior
    if spot.is_empty:
        return Polygon()
    at = spot.interpolate(rng.random(), normalized=True)
    ahead = spot.interpolate(spot.project(at) + 5)
    angle = math.atan2(ahead.y - at.y, ahead.x - at.x)
    ground = blob(rng, at.x, at.y, 27).intersection(zone.buffer(-9))
    layout.covers.append(Cover(ground, EARTH, DRY_GRASS, 1.0))
    places = [(-14, 8, "house"), (11, -9, "barn"), (12, 13, "barn")]
    for u, v, what in places:
        x = at.x + u * math.cos(angle) - v * math.sin(angle)
        y = at.y + u * math.sin(angle) + v * math.cos(angle)
        turn = angle + rng.uniform(-0.1, 0.1)
        if what == "house":
            built = houses.house(rng, "farm", x, y, turn, rng.uniform(11, 14), rng.uniform(8, 10))
        else:
            built = houses.barn(rng, x, y, turn)
        if ground.buffer(4).contains(built.footprint):
            layout.buildings.append(built)
    for _ in range(int(rng.integers(5, 12))):
        turn, away = rng.uniform(0, 2 * math.pi), rng.uniform(20, 29)
        tree = Tree(
            at.x + away * math.cos(turn),
            at.y + away * math.sin(turn),
            rng.uniform(2, 4),
            int(rng.integers(0, 5)),
        )
        if zone.contains(Point(tree.x, tree.y)):
            layout.trees.append(tree)
    return ground


def new_estate(rng: np.random.Generator, zone: Polygon, farms: list[Polygon]) -> Polygon | None:
    """Ground for a construction site by the road, where a town begins to grow into the fields; None for none."""
    edge = zone.buffer(-55).exterior
    if edge.is_empty:
        return None
    for _ in range(6):
        at = edge.interpolate(rng.random(), normalized=True)
        ahead = edge.interpolate(edge.project(at) + 5)
        half_u, half_v = rng.uniform(24, 50), rng.uniform(22, 36)
        turned = affinity.rotate(
            box(at.x - half_u, at.y - half_v, at.x + half_u, at.y + half_v),
            math.atan2(ahead.y - at.y, ahead.x - at.x),
            use_radians=True,
        )
        if zone.buffer(-13).contains(turned) and not any(turned.buffer(6).intersects(yard) for yard in farms):
            return turned
    return None


def woods_zone(rng: np.random.Generator, layout: Layout, zone: Polygon) -> None:
    """A wood with clearings, in rough grass."""
    layout.covers.append(Cover(zone, (122, 126, 80), DRY_GRASS, 1.1))
    inner = zone.buffer(-13)
    left, top, right, bottom = zone.bounds
    wood: BaseGeometry = inner.buffer(-4).buffer(4)
    for _ in range(int(rng.integers(3, 6))):
        x, y = rng.uniform(left, right), rng.uniform(top, bottom)
        wood = wood.difference(blob(rng, x, y, rng.uniform(14, 46)))
    if zone.area > 40_000:
        ride = LineString([(left, rng.uniform(top, bottom)), (right, rng.uniform(top, bottom))])
        wood = wood.difference(ride.buffer(7))
        inside = ride.intersection(inner)
        if inside.geom_type == "LineString":
            layout.roads.append(Road(inside, 3.0, "track"))
    grow_forest(rng, layout, wood.buffer(-6).buffer(6))
    scatter(rng, layout, inner.difference(wood.buffer(3)), 1 / 900)


def park_zone(rng: np.random.Generator, layout: Layout, zone: Polygon) -> None:
    """Lawns with groves, paths and a pond, and a patch of bare ground."""
    layout.covers.append(Cover(zone, LAWN, (136, 142, 88), 1.0))
    inner = zone.buffer(-12)
    left, top, right, bottom = zone.bounds
    size = math.sqrt(zone.area)
    x, y = zone.centroid.x, zone.centroid.y
    pond = blob(rng, x, y, size * 0.16).intersection(inner)
    layout.covers.append(Cover(pond.buffer(3.5), SAND, DRY_GRASS, 0.8))
    layout.covers.append(Cover(pond, WATER, DEEP_WATER, 0.12))
    layout.covers.append(Cover(pond.buffer(-6), DEEP_WATER, WATER, 0.1))
    bare = blob(rng, rng.uniform(left, right), rng.uniform(top, bottom), size * 0.12)
    layout.covers.append(Cover(bare.intersection(inner).difference(pond.buffer(8)), EARTH, SAND, 1.4))
    paths = []
    for _ in range(3):
        ends = [zone.exterior.interpolate(rng.random(), normalized=True) for _ in range(2)]
        path = LineString([ends[0], (x + rng.normal(0, size * 0.2), y + rng.normal(0, size * 0.2)), ends[1]])
        walk = path.intersection(inner).difference(pond.buffer(7))
        for piece in getattr(walk, "geoms", [walk]):
            if piece.geom_type == "LineString" and piece.length > 20:
                paths.append(piece)
                layout.roads.append(Road(piece, 2.4, "path", 1.4))
    kept_open = pond.buffer(8)
    for path in paths:
        kept_open = kept_open.union(path.buffer(5))
    groves = shapely.union_all(
        [
            blob(rng, rng.uniform(left, right), rng.uniform(top, bottom), rng.uniform(0.07, 0.14) * size)
            for _ in range(6)
        ]
    )
    grow_forest(rng, layout, groves.intersection(inner).difference(kept_open).buffer(-4).buffer(4))
    scatter(rng, layout, inner.difference(kept_open), 1 / 700)


def waste_ground(rng: np.random.Generator, layout: Layout, zone: Polygon) -> None:
    """Bare, scraped ground with weeds, inside a zone of any kind."""
    left, top, right, bottom = zone.bounds
    patch = blob(rng, rng.uniform(left, right), rng.uniform(top, bottom), rng.uniform(20, 45))
    layout.covers.append(Cover(patch.intersection(zone.buffer(-11)), EARTH, SAND, 1.5))


def scatter(rng: np.random.Generator, layout: Layout, shape: BaseGeometry, density: float) -> None:
    """Single trees, `density` a m²."""
    if shape.is_empty:
        return
    left, top, right, bottom = shape.bounds
    inside = prep(shape)
    for _ in range(int((right - left) * (bottom - top) * density)):
        x, y = rng.uniform(left, right), rng.uniform(top, bottom)
        if inside.contains(Point(x, y)):
            layout.trees.append(Tree(x, y, rng.uniform(1.2, 4.0), int(rng.integers(0, 5))))


def street_trees(rng: np.random.Generator, layout: Layout, size: float) -> None:
    """Trees along some of the streets, cars on all of them, clear of one another."""
    for road in layout.roads:
        if road.kind not in {"main", "street"}:
            continue
        lined = rng.random() < (0.45 if road.kind == "main" else 0.3)
        spacing = rng.uniform(9, 14)
        for along in np.arange(8, road.line.length - 8, spacing):
            spot, ahead = road.line.interpolate(along), road.line.interpolate(along + 1.0)
            if not (0 < spot.x < size and 0 < spot.y < size):
                continue
            angle = math.atan2(ahead.y - spot.y, ahead.x - spot.x)
            side = 1 if rng.random() < 0.5 else -1
            if lined:
                off = road.width / 2 + rng.uniform(2.2, 3.2)
                tree_x, tree_y = spot.x - side * off * math.sin(angle), spot.y + side * off * math.cos(angle)
                layout.trees.append(Tree(tree_x, tree_y, rng.uniform(1.6, 2.9), int(rng.integers(0, 5))))
            if rng.random() < (0.22 if road.kind == "main" else 0.12):
                off = side * road.width / 4
                layout.cars.append(
                    car(rng, spot.x - off * math.sin(angle), spot.y + off * math.cos(angle), angle)
                )


def paved_ground(layout: Layout) -> None:
    """Pavements along the streets, verges along the through roads: laid over the plots."""
    for road in layout.roads:
        if road.kind == "street":
            layout.covers.append(Cover(road.line.buffer(road.width / 2 + 1.3), PAVING, EARTH, 0.6))
        elif road.kind == "main":
            layout.covers.append(
                Cover(road.line.buffer(road.width / 2 + 1.8), (158, 148, 122), DRY_GRASS, 0.9)
            )
