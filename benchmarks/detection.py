"""Measures the sandbox's models over the whole demo scene against what was painted there; prints JSON lines.

Run: sandbox/.venv/bin/python benchmarks/detection.py [--assets DIR] [--zoom 17|18|19]
Buildings: F1 of objects matched one to one at IoU 0.5; in aerial pixels those of the middle of the scene. Forest,
roads, construction: IoU of the surfaces. A baseline that only thresholds colours is measured on the same pixels. A
model that does not read the zoom is measured at the nearest one it reads.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from pathlib import Path

import numpy as np
import rasterio
import shapely
from affine import Affine
from rasterio.enums import Resampling
from rasterio.features import shapes
from scipy import ndimage
from shapely.geometry import Polygon, box, shape
from shapely.geometry.base import BaseGeometry

from mapflow_sandbox.assets import prepare
from mapflow_sandbox.detect.catalog import MODELS
from mapflow_sandbox.detect.run import run
from mapflow_sandbox.scene.truth import read_truth

REQUIRED = {
    "buildings": ("f1_at_iou_0.5", 0.80),
    "buildings_aerial": ("f1_at_iou_0.5", 0.80),
    "forest": ("iou", 0.80),
    "roads": ("iou", 0.60),
    "construction": ("iou", 0.80),
}
LEAST_BUILDING_M2 = 14.0
AERIAL_M = 800.0  # the side of the part of the scene that is looked at through aerial pixels
_EDGE_M = 30.0


def pixels_at(path: Path, zoom: int) -> tuple[np.ndarray, Affine]:
    """Pixels of the whole scene at the size of a zoom's tiles."""
    pixel_m = 2 * math.pi * 6_378_137 / 256 / 2**zoom
    with rasterio.open(path) as source:
        width = round(source.width * source.res[0] / pixel_m)
        height = round(source.height * source.res[1] / pixel_m)
        rgb = source.read(out_shape=(3, height, width), resampling=Resampling.bilinear)
        return rgb, source.transform * Affine.scale(source.width / width, source.height / height)


def middle(rgb: np.ndarray, transform: Affine, side_m: float) -> tuple[np.ndarray, Affine]:
    """A square of `side_m` metres from the middle of a picture."""
    half = round(side_m / transform.a / 2)
    top, left = rgb.shape[1] // 2 - half, rgb.shape[2] // 2 - half
    cut = rgb[:, top : top + 2 * half, left : left + 2 * half]
    return np.ascontiguousarray(cut), transform * Affine.translation(left, top)


def well_within(rgb: np.ndarray, transform: Affine, outlines: list[BaseGeometry]) -> list[BaseGeometry]:
    """Those whose middle does not lie at the edge of a picture."""
    left, top = transform * (0, 0)
    right, bottom = transform * (rgb.shape[2], rgb.shape[1])
    inner = box(left, bottom, right, top).buffer(-_EDGE_M)
    return [outline for outline in outlines if inner.contains(outline.centroid)]


def matched(found: list[BaseGeometry], truth: list[BaseGeometry], least: float = 0.5) -> int:
    """How many pairs, each object used once, overlap by an IoU of at least `least`; above 0.5 pairs are unique."""
    index = shapely.STRtree(truth)
    used: set[int] = set()
    for outline in found:
        for candidate in index.query(outline, predicate="intersects"):
            shared = outline.intersection(truth[candidate]).area
            if candidate not in used and shared / (outline.area + truth[candidate].area - shared) >= least:
                used.add(int(candidate))
                break
    return len(used)


def object_scores(found: list[BaseGeometry], truth: list[BaseGeometry]) -> dict[str, float]:
    """F1, precision and recall of objects matched one to one."""
    pairs = matched(found, truth)
    precision, recall = pairs / max(1, len(found)), pairs / max(1, len(truth))
    both = 2 * pairs / max(1, len(found) + len(truth))
    return {"f1_at_iou_0.5": round(both, 4), "precision": round(precision, 4), "recall": round(recall, 4)}


def surface_scores(found: list[BaseGeometry], truth: list[BaseGeometry]) -> dict[str, float]:
    """IoU of the surfaces."""
    one, other = (
        shapely.union_all(shapely.make_valid(np.array(found, dtype=object))),
        shapely.union_all(truth),
    )
    shared = one.intersection(other).area
    return {"iou": round(shared / (one.area + other.area - shared), 4)}


def baseline(key: str, rgb: np.ndarray, transform: Affine) -> list[BaseGeometry]:
    """What thresholds on colour alone find: red or very bright roofs, dark green woods, mid-grey roads."""
    red, green, blue = (ndimage.gaussian_filter(band.astype(np.float32), 1.0) for band in rgb)
    light, spread = (red + green + blue) / 3, np.maximum(np.maximum(red, green), blue) - np.minimum(red, blue)
    roofs = (red - green > 35) | (light > 185)
    masks = {
        "buildings": roofs,
        "buildings_aerial": roofs,
        "construction": (red - blue > 45) & (light > 120) & (light < 185),
        "forest": (green > red) & (green > blue) & (light < 90),
        "roads": (spread < 14) & (light > 85) & (light < 140),
    }
    mask = ndimage.binary_closing(ndimage.binary_opening(masks[key], iterations=2), iterations=2)
    drawn = [shape(raw) for raw, _ in shapes(mask.astype(np.uint8), mask=mask, transform=transform)]
    return [
        Polygon(outline.exterior) if key.startswith("buildings") else outline
        for outline in drawn
        if outline.area >= 20
    ]


def report(line: dict[str, object]) -> None:
    """Print a JSON line."""
    print(json.dumps(line), flush=True)


def main() -> int:
    """Measure every model; 1 where one misses what is required of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--assets", type=Path, default=Path("build/sandbox-assets"))
    parser.add_argument("--zoom", type=int, default=18)
    asked = parser.parse_args()
    began = time.perf_counter()
    prepared = prepare(asked.assets)
    report({"step": "prepare", "seconds": round(time.perf_counter() - began, 1)})
    missed = 0
    for model in MODELS:
        zoom = min(max(asked.zoom, model.min_zoom), model.max_zoom)
        rgb, transform = pixels_at(prepared.path_to_cog, zoom)
        if model.key == "buildings_aerial":
            rgb, transform = middle(rgb, transform, AERIAL_M)
        area_km2 = rgb.shape[1] * rgb.shape[2] * abs(transform.a * transform.e) / 1e6
        measure, least = REQUIRED[model.key]
        layer = "buildings" if model.key == "buildings_aerial" else model.key
        truth = [
            outline for outline in read_truth(prepared.truth, layer) if outline.area >= LEAST_BUILDING_M2
        ]
        blocks = frozenset(block.name for block in model.blocks if block.optional)
        began = time.perf_counter()
        valid = np.ones(rgb.shape[1:], dtype=bool)
        found = run(model.key, rgb, valid, transform, blocks, asked.assets, lambda _share: None)
        seconds = time.perf_counter() - began
        score = object_scores if layer == "buildings" else surface_scores
        outlines = [one.geometry for one in found]
        if model.key == "buildings_aerial":
            outlines, truth = (well_within(rgb, transform, side) for side in (outlines, truth))
        scores = score(outlines, truth)
        report({
            "step": "detect", "model": model.key, "zoom": zoom, "found": len(found), "truth": len(truth),
            **scores, "required": least, "seconds": round(seconds, 1), "seconds_per_km2": round(seconds / area_km2, 2),
        })  # fmt: skip
        began = time.perf_counter()
        simple = baseline(model.key, rgb, transform)
        if model.key == "buildings_aerial":
            simple = well_within(rgb, transform, simple)
        report({
            "step": "baseline", "model": model.key, "zoom": zoom, "found": len(simple), **score(simple, truth),
            "seconds": round(time.perf_counter() - began, 1),
        })  # fmt: skip
        missed += scores[measure] < least
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
