"""Paints a scene from a seed and writes it as a Cloud Optimized GeoTIFF, with its truth beside it if asked."""

from __future__ import annotations

import argparse
import math
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from affine import Affine
from rasterio.io import MemoryFile
from rasterio.warp import transform_bounds
from rio_cogeo.cogeo import cog_translate
from rio_cogeo.profiles import cog_profiles
from scipy import ndimage

from .crowns import canopy, paint_crowns, shade_of
from .ground import cast_shadows, paint_cars, paint_ground, paint_roads, paved_shape
from .layout import Layout
from .plan import lay_out
from .roofs import paint_roofs
from .texture import PIXEL_M, burn, make_grain, noise
from .truth import Truth, truth_of, write_truth

# On land near the equator (36.95 E, 0.03 N), where a Mercator metre is a metre on the ground.
DEFAULT_ORIGIN = (4_113_200.0, 3_400.0)


@dataclass(frozen=True)
class PaintedScene:
    """A painted file: `bbox_4326` is west, south, east, north in degrees, `pixel_m` the pixel's side in EPSG:3857."""

    path: Path
    bbox_4326: tuple[float, float, float, float]
    pixel_m: float
    size_px: int


@dataclass(frozen=True)
class Pixels:
    """A scene in memory: `rgb` uint8 (3, size, size), `transform` from pixels to EPSG:3857, and what was painted."""

    rgb: np.ndarray
    transform: Affine
    truth: Truth


def paint(
    path: Path,
    seed: int,
    size_px: int,
    origin: tuple[float, float] = DEFAULT_ORIGIN,
    truth: Path | None = None,
) -> PaintedScene:
    """Paint a square scene of `size_px` pixels of 0.5 m at `path`; `origin` is its upper left corner in EPSG:3857.

    The file appears whole or not at all. With `truth`, a folder, what was painted is written there as GeoJSON.
    """
    pixels = render(seed, size_px, origin)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_cog(path, pixels.rgb, pixels.transform)
    if truth is not None:
        write_truth(truth, pixels.truth)
    left, top = origin
    reach = size_px * PIXEL_M
    west, south, east, north = transform_bounds(
        "EPSG:3857", "EPSG:4326", left, top - reach, left + reach, top
    )
    return PaintedScene(path, (west, south, east, north), PIXEL_M, size_px)


def render(seed: int, size_px: int, origin: tuple[float, float] = DEFAULT_ORIGIN) -> Pixels:
    """Paint a scene in memory; the same arguments give the same pixels."""
    layout = lay_out(seed, size_px * PIXEL_M)
    rng = np.random.default_rng([seed, 2])
    grain = make_grain(rng, size_px)
    bearing, reach = rng.uniform(0.62, 1.0), rng.uniform(0.62, 0.8)
    towards = (reach * math.cos(bearing), reach * math.sin(bearing))
    sun = (math.cos(bearing), math.sin(bearing))
    clear_trees(layout, size_px)
    paved = paved_shape(layout)
    image = paint_ground(layout, grain)
    paint_roads(image, layout, grain, paved)
    paint_cars(image, layout.cars)
    cast_shadows(image, layout, towards, shade_of(layout.trees, size_px, towards))
    paint_roofs(image, layout.buildings, grain, towards, rng)
    paint_crowns(image, layout.trees, sun, rng)
    rgb = develop(image, rng)
    transform = Affine(PIXEL_M, 0, origin[0], 0, -PIXEL_M, origin[1])
    woods = canopy([tree for tree in layout.trees if tree.in_forest], size_px)
    return Pixels(rgb, transform, truth_of(layout, paved, woods, origin))


def clear_trees(layout: Layout, size_px: int) -> None:
    """Take away single trees that would stand on a roof or a road."""
    taken = burn(
        [building.footprint.buffer(1.0) for building in layout.buildings]
        + [road.line.buffer(road.width / 2 + 0.6) for road in layout.roads],
        size_px,
    )
    kept = []
    for tree in layout.trees:
        row, column = int(tree.y / PIXEL_M), int(tree.x / PIXEL_M)
        inside = 0 <= row < size_px and 0 <= column < size_px
        if inside and (tree.in_forest or not taken[row, column]):
            kept.append(tree)
    layout.trees = kept


def develop(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """What the camera makes of the light: uneven light, a slight blur, haze, noise; uint8 (3, size, size)."""
    size = image.shape[0]
    rgb = np.empty((3, size, size), dtype=np.uint8)
    vignette = 1 + 0.018 * noise(rng, size, max(40, size / 5))
    haze = (9.0, 11.0, 15.0)
    for band in range(3):
        plane = ndimage.gaussian_filter(image[..., band] * vignette, 0.62)
        plane = plane * 0.96 + haze[band] + 2.4 * rng.standard_normal((size, size), dtype=np.float32)
        rgb[band] = np.clip(plane, 1, 254).astype(np.uint8)
    return rgb


def write_cog(path: Path, rgb: np.ndarray, transform: Affine) -> None:
    """Write RGB bytes as a JPEG-compressed Cloud Optimized GeoTIFF in EPSG:3857, renamed into place when whole."""
    _, height, width = rgb.shape
    plain = {
        "driver": "GTiff", "dtype": "uint8", "count": 3, "height": height, "width": width,
        "crs": "EPSG:3857", "transform": transform, "photometric": "RGB",
    }  # fmt: skip
    profile = cog_profiles.get("jpeg")
    profile.update(QUALITY=92, blockxsize=512, blockysize=512)
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tif")
    os.close(handle)
    try:
        with MemoryFile() as memory:
            with memory.open(**plain) as dataset:
                dataset.write(rgb)
            with memory.open() as dataset:
                cog_translate(
                    dataset, scratch, profile, in_memory=True, quiet=True, overview_resampling="average"
                )
        os.replace(scratch, path)
    finally:
        Path(scratch).unlink(missing_ok=True)


def main(arguments: list[str] | None = None) -> None:
    """Paint one scene from the command line."""
    parser = argparse.ArgumentParser(prog="python -m mapflow_sandbox.scene.paint", description=__doc__)
    parser.add_argument("path", type=Path, help="GeoTIFF to write")
    parser.add_argument("--seed", type=int, default=1, help="another seed paints another town (default 1)")
    parser.add_argument("--size", type=int, default=1000, help="pixels a side, 0.5 m each (default 1000)")
    parser.add_argument("--origin", type=float, nargs=2, default=DEFAULT_ORIGIN, metavar=("X", "Y"),
                        help="upper left corner in EPSG:3857 metres")  # fmt: skip
    parser.add_argument("--truth", type=Path, help="folder for what was painted, as GeoJSON")
    asked = parser.parse_args(arguments)
    painted = paint(asked.path, asked.seed, asked.size, tuple(asked.origin), asked.truth)
    print(f"{painted.path}: {painted.size_px} x {painted.size_px} px, bbox {painted.bbox_4326}")  # noqa: T201


if __name__ == "__main__":
    main()
