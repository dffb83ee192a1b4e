"""Noise of several grains, and shapes burnt into pixels, shared by everything that is painted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from affine import Affine
from PIL import Image
from rasterio.features import rasterize
from shapely.geometry.base import BaseGeometry

PIXEL_M = 0.5  # where nothing else is asked for


@dataclass(frozen=True)
class Grain:
    """Noise fields over the scene, mean 0 and deviation about 1, by the size of their features.

    `fine` is that of a pixel; the others are as large on the ground whatever a pixel's side, `pixel_m` metres.
    """

    fine: np.ndarray
    small: np.ndarray
    middle: np.ndarray
    broad: np.ndarray
    pixel_m: float = PIXEL_M


def noise(rng: np.random.Generator, size: int, cell: float) -> np.ndarray:
    """Smooth noise, float32 (size, size), with features of about `cell` pixels."""
    if cell <= 1:
        return rng.standard_normal((size, size), dtype=np.float32)
    count = int(size / cell) + 4
    coarse = rng.standard_normal((count, count), dtype=np.float32)
    enlarged = Image.fromarray(coarse).resize(
        (size, size), Image.Resampling.BICUBIC, box=(1.5, 1.5, 1.5 + size / cell, 1.5 + size / cell)
    )
    return np.asarray(enlarged, dtype=np.float32)


def make_grain(rng: np.random.Generator, size: int, pixel_m: float = PIXEL_M) -> Grain:
    """Noise fields for a scene of `size` pixels of `pixel_m` metres."""
    broad = 0.8 * noise(rng, size, 55 / pixel_m) + 0.5 * noise(rng, size, 18.5 / pixel_m)
    fine = noise(rng, size, 1)
    return Grain(fine, noise(rng, size, 1.5 / pixel_m), noise(rng, size, 5.5 / pixel_m), broad, pixel_m)


def burn(
    shapes: Sequence[BaseGeometry], size: int, values: Sequence[int] | None = None, pixel_m: float = PIXEL_M
) -> np.ndarray:
    """Burn shapes (metres) into int32 (size, size): the value of the last one over each pixel, 0 for none."""
    numbers = range(1, len(shapes) + 1) if values is None else values
    pairs = [(shape, value) for shape, value in zip(shapes, numbers, strict=True) if not shape.is_empty]
    if not pairs:
        return np.zeros((size, size), dtype=np.int32)
    burnt: np.ndarray = rasterize(
        pairs, out_shape=(size, size), transform=Affine.scale(pixel_m), fill=0, dtype="int32"
    )
    return burnt


def tint(image: np.ndarray, where: np.ndarray, colour: tuple[float, float, float], amount: float) -> None:
    """Mix a colour into the pixels of a mask, in place."""
    image[where] = image[where] * (1 - amount) + np.array(colour, dtype=np.float32) * amount
