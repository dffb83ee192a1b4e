"""Buildings of several shapes, as wings of a roof and the outline they make."""

from __future__ import annotations

import math

import numpy as np
from shapely.geometry import Polygon
from shapely.ops import unary_union

from .layout import Building, Wing

PALETTES: dict[str, tuple[tuple[str, float], ...]] = {
    "old town": (
        ("terracotta", 0.5), ("brown tile", 0.14), ("bitumen", 0.1), ("concrete", 0.1), ("zinc", 0.1), ("white", 0.06),
    ),
    "suburb": (
        ("terracotta", 0.34), ("brown tile", 0.16), ("zinc", 0.17), ("blue metal", 0.07), ("green metal", 0.05),
        ("rust metal", 0.08), ("white", 0.07), ("slate", 0.06),
    ),
    "blocks": (("concrete", 0.42), ("bitumen", 0.3), ("white", 0.18), ("terracotta", 0.1)),
    "works": (("zinc", 0.44), ("white", 0.2), ("bitumen", 0.14), ("concrete", 0.1), ("blue metal", 0.07),
        ("rust metal", 0.05)),
    "farm": (("rust metal", 0.3), ("zinc", 0.3), ("terracotta", 0.25), ("brown tile", 0.15)),
}  # fmt: skip

_FLAT_ROOFS = {"bitumen", "concrete", "white"}


def pick(rng: np.random.Generator, options: tuple[tuple[str, float], ...]) -> str:
    """One of the options, by their weights."""
    names, weights = zip(*options, strict=True)
    shares = np.array(weights) / sum(weights)
    return str(names[rng.choice(len(names), p=shares)])


def place(
    x: float, y: float, angle: float, parts: list[tuple[float, float, float, float, bool]]
) -> list[Wing]:
    """Put parts (u, v, length along u, width along v, ridge along v) of a roof at (x, y), turned by `angle`."""
    cos, sin = math.cos(angle), math.sin(angle)
    wings = []
    for u, v, along_u, along_v, upright in parts:
        turned = angle + math.pi / 2 if upright else angle
        length, width = (along_v, along_u) if upright else (along_u, along_v)
        wings.append(Wing(x + u * cos - v * sin, y + u * sin + v * cos, turned, length, width))
    return wings


def outline_of(wings: list[Wing]) -> Polygon:
    """The outline of all wings together."""
    merged = unary_union([wing.outline() for wing in wings])
    return max(merged.geoms, key=lambda part: part.area) if merged.geom_type == "MultiPolygon" else merged


def parts_of_shape(
    rng: np.random.Generator, shape: str, length: float, width: float
) -> list[tuple[float, float, float, float, bool]]:
    """Parts of a rectangle, L, T or U within `length` × `width` metres, the front at -v."""
    if shape == "rectangle":
        return [(0, 0, length, width, False)]
    bar = width * rng.uniform(0.52, 0.64)
    leg = max(5.0, length * rng.uniform(0.34, 0.48))
    front = (0.0, -(width - bar) / 2, length, bar, False)
    if shape == "L":
        side = (length - leg) / 2 * (1 if rng.random() < 0.5 else -1)
        return [front, (side, 0, leg, width, True)]
    if shape == "T":
        return [front, (rng.uniform(-0.12, 0.12) * length, 0, leg, width, True)]
    leg = max(9.0, length * 0.24)
    return [front, (-(length - leg) / 2, 0, leg, width, True), ((length - leg) / 2, 0, leg, width, True)]


def house(
    rng: np.random.Generator, district: str, x: float, y: float, angle: float, length: float, width: float
) -> Building:
    """A dwelling of the district's taste at (x, y), its front along `angle`."""
    shape = str(
        rng.choice(["rectangle", "L", "T"], p=[0.52, 0.3, 0.18] if length > 10.5 else [0.8, 0.2, 0.0])
    )
    deep = width * 1.25 if shape != "rectangle" else width
    wings = place(x, y, angle, parts_of_shape(rng, shape, length, deep))
    if shape == "rectangle" and rng.random() < 0.12:
        wings = place(x, y, angle, [(0, 0, length, width, True)])
    material = pick(rng, PALETTES[district])
    roof = (
        "flat"
        if material in _FLAT_ROOFS and rng.random() < 0.85
        else ("hip" if rng.random() < 0.42 else "gable")
    )
    height = rng.uniform(6.5, 10.5) if district == "old town" else rng.uniform(3.8, 6.2)
    return Building(outline_of(wings), tuple(wings), "house", roof, material, height)


def shed(rng: np.random.Generator, x: float, y: float, angle: float) -> Building:
    """A garage or a garden shed."""
    wings = place(x, y, angle, [(0, 0, rng.uniform(5.2, 7.0), rng.uniform(4.4, 5.6), False)])
    material = str(rng.choice(["zinc", "rust metal", "bitumen", "white"]))
    return Building(outline_of(wings), tuple(wings), "outbuilding", "hall", material, rng.uniform(2.4, 3.0))


def slab(rng: np.random.Generator, x: float, y: float, angle: float, length: float, shape: str) -> Building:
    """A block of flats, flat-roofed."""
    if shape == "rectangle":
        parts = [(0.0, 0.0, length, rng.uniform(12.0, 15.0), False)]
    else:
        parts = parts_of_shape(rng, shape, length, rng.uniform(26.0, 34.0))
    wings = place(x, y, angle, parts)
    material = pick(rng, PALETTES["blocks"])
    roof = "hip" if material == "terracotta" else "flat"
    return Building(outline_of(wings), tuple(wings), "flats", roof, material, rng.uniform(10, 17))


def hall(rng: np.random.Generator, x: float, y: float, angle: float, length: float, width: float) -> Building:
    """A works hall or a warehouse."""
    shape = "L" if rng.random() < 0.2 and width > 24 else "rectangle"
    wings = place(x, y, angle, parts_of_shape(rng, shape, length, width))
    material = pick(rng, PALETTES["works"])
    roof = "flat" if material in {"bitumen", "concrete"} or rng.random() < 0.25 else "hall"
    return Building(outline_of(wings), tuple(wings), "hall", roof, material, rng.uniform(6.5, 11))


def barn(rng: np.random.Generator, x: float, y: float, angle: float) -> Building:
    """A farm's barn."""
    wings = place(x, y, angle, [(0, 0, rng.uniform(15, 21), rng.uniform(8.5, 11), False)])
    return Building(
        outline_of(wings), tuple(wings), "hall", "hall", pick(rng, PALETTES["farm"]), rng.uniform(4.5, 6)
    )
