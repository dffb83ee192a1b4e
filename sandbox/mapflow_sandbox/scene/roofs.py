"""Paints roofs: pitched ones by the light on their faces, flat ones with what stands on them."""

from __future__ import annotations

import math

import numpy as np

from .layout import Building, Wing
from .texture import Grain

MATERIALS: dict[str, tuple[float, float, float]] = {
    "terracotta": (180, 106, 78),
    "brown tile": (128, 92, 76),
    "zinc": (164, 168, 172),
    "slate": (98, 102, 110),
    "blue metal": (98, 122, 156),
    "green metal": (104, 134, 116),
    "rust metal": (146, 96, 80),
    "concrete": (186, 180, 170),
    "bitumen": (86, 85, 88),
    "white": (220, 219, 214),
}


def paint_roofs(
    image: np.ndarray,
    buildings: list[Building],
    grain: Grain,
    towards: tuple[float, float],
    rng: np.random.Generator,
) -> None:
    """Paint all roofs in place; `towards` is where shadows fall."""
    reach = math.hypot(*towards)
    sun = (towards[0] / reach, towards[1] / reach)
    for building in buildings:
        paint_roof(image, building, grain, sun, rng)


def paint_roof(
    image: np.ndarray, building: Building, grain: Grain, sun: tuple[float, float], rng: np.random.Generator
) -> None:
    """Paint one roof; the parts outside the scene are left out."""
    size, pixel_m = image.shape[0], grain.pixel_m
    left, top, right, bottom = building.footprint.bounds
    rows = slice(max(0, int(top / pixel_m) - 1), min(size, int(bottom / pixel_m) + 2))
    columns = slice(max(0, int(left / pixel_m) - 1), min(size, int(right / pixel_m) + 2))
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return
    y, x = (np.mgrid[rows, columns].astype(np.float32) + 0.5) * pixel_m
    tone = rng.uniform(0.87, 1.1) * rng.uniform(0.97, 1.03, 3)
    colour = np.array(MATERIALS[building.material], dtype=np.float32) * tone
    lie = pitched if building.roof != "flat" else flat
    cover, light = lie(building, x, y, sun, pixel_m)
    near = (rows, columns)
    weather = 0.03 if building.roof != "flat" else 0.05
    light = light * (1 + weather * grain.middle[near] + 0.03 * grain.small[near] + 0.025 * grain.fine[near])
    roof = colour[None, None, :] * light[..., None]
    if building.roof == "flat":
        furnish(roof, building, x, y, sun, rng)
    elif building.roof == "hall" and building.footprint.area > 250:
        skylights(roof, building, x, y, rng)
    window = image[rows, columns]
    window += (roof - window) * cover[..., None]


def along(wing: Wing, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates along the ridge and across it, from the wing's middle."""
    cos, sin = math.cos(wing.angle), math.sin(wing.angle)
    return (x - wing.x) * cos + (y - wing.y) * sin, -(x - wing.x) * sin + (y - wing.y) * cos


def pitched(
    building: Building, x: np.ndarray, y: np.ndarray, sun: tuple[float, float], pixel_m: float
) -> tuple[np.ndarray, np.ndarray]:
    """Cover (0-1) and light of a gable, hip or low hall roof: the highest wing is seen, each face lit by its slope."""
    steep = 0.09 if building.roof == "hall" else 0.21
    cover = np.zeros_like(x)
    height = np.full_like(x, -1e3)
    light = np.ones_like(x)
    for wing in building.wings:
        u, v = along(wing, x, y)
        to_side, to_end = wing.width / 2 - np.abs(v), wing.length / 2 - np.abs(u)
        edge = np.minimum(to_side, to_end)
        cover = np.maximum(cover, np.clip(edge / pixel_m + 0.5, 0, 1))
        hipped = building.roof == "hip"
        rise = np.where(edge > -pixel_m, np.minimum(to_side, to_end) if hipped else to_side, -1e3)
        # uphill points from the eaves to the ridge; a face is lit when the shadows run uphill over it
        cos, sin = math.cos(wing.angle), math.sin(wing.angle)
        side_light = -np.sign(v) * (-sin * sun[0] + cos * sun[1])
        end_light = -np.sign(u) * (cos * sun[0] + sin * sun[1])
        lit = np.where(to_end < to_side, end_light, side_light) if hipped else side_light
        face = 1 + steep * lit
        if building.roof == "hall":
            face = face * (1 + 0.035 * np.sign(np.sin(u * (2 * math.pi / 2.4))))
        else:
            face = face * (1 + 0.03 * np.sin(v * (2 * math.pi / 1.25)))
        ridge = (np.abs(v) < 0.32) & (to_end > (wing.width / 2 if hipped else 0))
        face = np.where(ridge, 1.07, face)
        face = np.where(edge < 0.35, face * 0.93, face)
        light = np.where(rise > height, face, light)
        height = np.maximum(height, rise)
    return cover, light


def flat(
    building: Building, x: np.ndarray, y: np.ndarray, sun: tuple[float, float], pixel_m: float
) -> tuple[np.ndarray, np.ndarray]:
    """Cover (0-1) and light of a flat roof: a pale parapet that shades the strip behind it."""
    inside = distance_within(building, x, y)
    cover = np.clip(inside / pixel_m + 0.5, 0, 1)
    behind = distance_within(building, x - sun[0] * 1.3, y - sun[1] * 1.3)
    light = np.where(behind < 0.55, 0.8, 1.0)
    light = np.where(inside < 0.6, 1.1, light)
    return cover, light


def distance_within(building: Building, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Distance to the outline, positive inside: exact for one wing, near enough for several."""
    best = np.full_like(x, -1e3)
    for wing in building.wings:
        u, v = along(wing, x, y)
        best = np.maximum(best, np.minimum(wing.width / 2 - np.abs(v), wing.length / 2 - np.abs(u)))
    return best


def furnish(
    roof: np.ndarray,
    building: Building,
    x: np.ndarray,
    y: np.ndarray,
    sun: tuple[float, float],
    rng: np.random.Generator,
) -> None:
    """Lift houses, ventilators and patches of new felt on a flat roof."""
    for wing in building.wings:
        u, v = along(wing, x, y)
        cos, sin = math.cos(wing.angle), math.sin(wing.angle)
        sun_u, sun_v = sun[0] * cos + sun[1] * sin, -sun[0] * sin + sun[1] * cos
        if rng.random() < 0.5:
            middle = rng.uniform(-0.3, 0.3) * wing.length
            patch = (np.abs(u - middle) < wing.length * 0.16) & (np.abs(v) < wing.width / 2 - 0.8)
            roof[patch] *= rng.choice([0.88, 1.08])
        for _ in range(min(14, int(wing.length * wing.width / 55) + int(rng.integers(0, 3)))):
            half_u, half_v = rng.uniform(0.5, 1.7, 2)
            at_u = rng.uniform(-1, 1) * max(0.0, wing.length / 2 - half_u - 1.5)
            at_v = rng.uniform(-1, 1) * max(0.0, wing.width / 2 - half_v - 1.5)
            shadow = (np.abs(u - at_u - sun_u) < half_u) & (np.abs(v - at_v - sun_v) < half_v)
            box = (np.abs(u - at_u) < half_u) & (np.abs(v - at_v) < half_v)
            roof[shadow] *= 0.68
            roof[box] = np.array((196, 194, 190), dtype=np.float32) * rng.uniform(0.72, 1.1)


def skylights(
    roof: np.ndarray, building: Building, x: np.ndarray, y: np.ndarray, rng: np.random.Generator
) -> None:
    """Strips of translucent sheet on a hall's roof, on most halls."""
    if rng.random() < 0.3:
        return
    spacing = rng.uniform(7, 11)
    for wing in building.wings:
        u, v = along(wing, x, y)
        strip = (np.abs((u + spacing / 2) % spacing - spacing / 2) < 0.6) & (np.abs(u) < wing.length / 2 - 2)
        reach = (np.abs(v) > wing.width * 0.1) & (np.abs(v) < wing.width * 0.4)
        roof[strip & reach] = roof[strip & reach] * 0.35 + np.array((212, 220, 222), dtype=np.float32) * 0.65
