"""Paints a scene from a seed and writes it as a Cloud Optimized GeoTIFF, with its truth beside it if asked."""

from __future__ import annotations

import argparse
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

from . import sun
from .crowns import paint_crowns, shade_of
from .ground import cast_shadows, paint_cars, paint_ground, paint_roads, paved_shape
from .layout import Layout
from .plan import lay_out
from .roofs import paint_roofs
from .sites import paint_sites, paint_solids
from .texture import PIXEL_M, burn, make_grain, noise
from .truth import Truth, stands, truth_of, write_truth

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
    pixel_m: float = PIXEL_M,
) -> PaintedScene:
    """Paint a square scene of `size_px` pixels of `pixel_m` metres at `path`, its upper left corner at `origin` (3857).

    The file appears whole or not at all. With `truth`, a folder, what was painted is written there as GeoJSON.
    """
    pixels = render(seed, size_px, origin, pixel_m)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_cog(path, pixels.rgb, pixels.transform)
    if truth is not None:
        write_truth(truth, pixels.truth)
    left, top = origin
    reach = size_px * pixel_m
    west, south, east, north = transform_bounds(
        "EPSG:3857", "EPSG:4326", left, top - reach, left + reach, top
    )
    return PaintedScene(path, (west, south, east, north), pixel_m, size_px)


def render(
    seed: int,
    size_px: int,
    origin: tuple[float, float] = DEFAULT_ORIGIN,
    pixel_m: float = PIXEL_M,
    kinds: tuple[str, ...] = (),
) -> Pixels:
    """Paint a scene in memory, pixels of `pixel_m` metres; the same arguments give the same pixels.

    `kinds` are those of the districts, as `lay_out` takes them.
    """
    layout = lay_out(seed, size_px * pixel_m, kinds)
    rng = np.random.default_rng([seed, 2])
    grain = make_grain(rng, size_px, pixel_m)
    clear_trees(layout, size_px, pixel_m)
    paved = paved_shape(layout)
    image = paint_ground(layout, grain)
    paint_sites(image, layout.sites, grain, rng)
    paint_roads(image, layout, grain, paved)
    paint_cars(image, layout.cars, pixel_m)
    cast_shadows(image, layout, sun.TOWARDS, shade_of(layout.trees, size_px, sun.TOWARDS, pixel_m), pixel_m)
    paint_solids(image, layout.solids, grain)
    paint_roofs(image, layout.buildings, grain, sun.TOWARDS, rng)
    paint_crowns(image, layout.trees, sun.DIRECTION, rng, pixel_m)
    rgb = develop(image, rng)
    transform = Affine(pixel_m, 0, origin[0], 0, -pixel_m, origin[1])
    return Pixels(rgb, transform, truth_of(layout, paved, stands(layout.trees, size_px, pixel_m), origin))


def clear_trees(layout: Layout, size_px: int, pixel_m: float) -> None:
    """Take away single trees that would stand on a roof or a road."""
    taken = burn(
        [building.footprint.buffer(1.0) for building in layout.buildings]
        + [road.line.buffer(road.width / 2 + 0.6) for road in layout.roads]
        + [site.shape.buffer(1.5) for site in layout.sites],
        size_px,
        pixel_m=pixel_m,
    )
    kept = []
    for tree in layout.trees:
        row, column = int(tree.y / pixel_m), int(tree.x / pixel_m)
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
    parser.add_argument("--size", type=int, default=1000, help="pixels a side (default 1000)")
    parser.add_argument("--pixel", type=float, default=PIXEL_M, help="metres a pixel (default 0.5)")
    parser.add_argument("--origin", type=float, nargs=2, default=DEFAULT_ORIGIN, metavar=("X", "Y"),
                        help="upper left corner in EPSG:3857 metres")  # fmt: skip
    parser.add_argument("--truth", type=Path, help="folder for what was painted, as GeoJSON")
    asked = parser.parse_args(arguments)
    painted = paint(asked.path, asked.seed, asked.size, tuple(asked.origin), asked.truth, asked.pixel)
    print(f"{painted.path}: {painted.size_px} x {painted.size_px} px, bbox {painted.bbox_4326}")  # noqa: T201


if __name__ == "__main__":
    main()
