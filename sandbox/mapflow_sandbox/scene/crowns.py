"""Paints trees: rounded, lumpy crowns lit from one side, and the shade they throw."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from .layout import Tree

SPECIES = np.array(
    [(84, 104, 56), (66, 90, 50), (98, 112, 62), (74, 96, 62), (104, 108, 58)], dtype=np.float32
)  # fmt: skip
_VARIANTS = 8
_LOWEST_LEAVES = 0.3  # of a tree's height


def stamps(
    rng: np.random.Generator, sun: tuple[float, float], largest: int
) -> dict[int, list[tuple[np.ndarray, np.ndarray]]]:
    """For each radius up to `largest` pixels some crowns: (opacity, light), each (n, n) float32."""
    return {radius: [crown(rng, radius, sun) for _ in range(_VARIANTS)] for radius in range(2, largest + 1)}


def crown(rng: np.random.Generator, radius: int, sun: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """One crown: a dome with an uneven rim and clumps of leaves."""
    reach = radius + 2
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1].astype(np.float32)
    turn = np.arctan2(y, x)
    rim = radius * (
        1 + sum(rng.uniform(0.02, 0.11) * np.sin(k * turn + rng.uniform(0, 6.3)) for k in (2, 3, 5, 7))
    )
    away = np.hypot(x, y) / rim
    opacity = np.clip((1 - away) * radius * 0.9 + 0.5, 0, 1)
    clumps = ndimage.gaussian_filter(rng.standard_normal(x.shape), max(0.8, radius / 5))
    clumps /= clumps.std()
    dome = np.sqrt(np.clip(1 - away**2, 0, 1))
    lit = -(x * sun[0] + y * sun[1]) / max(radius, 1)
    light = 0.6 + 0.34 * dome + 0.3 * lit + 0.13 * clumps
    return opacity.astype(np.float32), np.clip(light, 0.25, 1.5).astype(np.float32)


def shade_of(trees: list[Tree], size: int, towards: tuple[float, float], pixel_m: float) -> np.ndarray:
    """Where trees throw shade, 0-1, softened: what lies behind a crown from its lowest leaves to its top."""
    mask = Image.new("L", (size, size), 0)
    draw = ImageDraw.Draw(mask)
    for tree in trees:
        r = tree.radius * 0.92 / pixel_m
        ends = []
        for share in (_LOWEST_LEAVES, 1.0):
            x = (tree.x + towards[0] * tree.height * share) / pixel_m
            y = (tree.y + towards[1] * tree.height * share) / pixel_m
            draw.ellipse((x - r, y - r, x + r, y + r), fill=255)
            ends.append((x, y))
        draw.line(ends, fill=255, width=max(1, round(2 * r)))
    soft: np.ndarray = ndimage.gaussian_filter(np.asarray(mask, dtype=np.float32) / 255, 0.45 / pixel_m)
    return soft * 0.85


def canopy(trees: list[Tree], size: int, pixel_m: float) -> np.ndarray:
    """True where a crown of one of the trees covers the ground."""
    mask = Image.new("L", (size, size), 0)
    draw = ImageDraw.Draw(mask)
    for tree in trees:
        x, y, r = tree.x / pixel_m, tree.y / pixel_m, tree.radius / pixel_m
        draw.ellipse((x - r, y - r, x + r, y + r), fill=255)
    return np.asarray(mask) > 0


def paint_crowns(
    image: np.ndarray, trees: list[Tree], sun: tuple[float, float], rng: np.random.Generator, pixel_m: float
) -> None:
    """Paint the crowns in place, the lower trees first."""
    size = image.shape[0]
    radii = [max(2, round(tree.radius / pixel_m)) for tree in trees]
    made = stamps(rng, sun, max(radii, default=2))
    order = sorted(range(len(trees)), key=lambda index: trees[index].height + rng.uniform(-0.9, 0.9))
    tones = rng.uniform(0.84, 1.14, (len(trees), 1)) * rng.uniform(0.95, 1.05, (len(trees), 3))
    variants = rng.integers(0, _VARIANTS, len(trees))
    for index in order:
        tree, radius = trees[index], radii[index]
        opacity, light = made[radius][variants[index]]
        column, row = math.floor(tree.x / pixel_m) - radius - 2, math.floor(tree.y / pixel_m) - radius - 2
        side = opacity.shape[0]
        if column < 0 or row < 0 or column + side > size or row + side > size:
            continue
        window = image[row : row + side, column : column + side]
        colour = SPECIES[tree.species] * tones[index]
        window += (light[..., None] * colour - window) * opacity[..., None]
