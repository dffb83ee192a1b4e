"""From a seed to a layout: through roads, the zones between them, and what fills each."""

from __future__ import annotations

import numpy as np
from shapely.geometry import Polygon

from .country import country_zone, park_zone, paved_ground, street_trees, waste_ground, woods_zone
from .districts import houses_district
from .estates import blocks_district, works_district
from .layout import Layout, main_roads, without_collisions, zone_kinds, zones_between


def lay_out(seed: int, size: float, kinds: tuple[str, ...] = ()) -> Layout:
    """Lay out a square of `size` metres; the same arguments give the same layout.

    `kinds` are those of the districts, in turn; a town that has grown by itself where there are none.
    """
    rng = np.random.default_rng([seed, 1])
    layout = Layout(size)
    layout.roads += main_roads(rng, size)
    zones = zones_between(layout.roads, size)
    chosen = zone_kinds(rng, zones, size)
    if kinds:
        chosen = [kinds[index % len(kinds)] for index in range(len(zones))]
    for zone, kind in zip(zones, chosen, strict=True):
        fill_zone(rng, layout, zone, kind)
    paved_ground(layout)
    street_trees(rng, layout, size)
    without_collisions(layout)
    return layout


def fill_zone(rng: np.random.Generator, layout: Layout, zone: Polygon, kind: str) -> None:
    """Fill one zone with the kind of district it is to be."""
    if kind in {"old town", "suburb"}:
        houses_district(rng, layout, zone, kind)
    elif kind == "blocks":
        blocks_district(rng, layout, zone)
    elif kind == "works":
        works_district(rng, layout, zone)
        waste_ground(rng, layout, zone)
    elif kind == "country":
        country_zone(rng, layout, zone)
    elif kind == "woods":
        woods_zone(rng, layout, zone)
    else:
        park_zone(rng, layout, zone)
