"""What is to be seen at a position: made-up country all over the world, and the painted scene where that lies."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import rasterio
from rasterio.enums import Resampling
from rasterio.vrt import WarpedVRT

_SCENE_PX = 512
# Waves of these lengths, in degrees, one over the other.
_WAVES = (0.31, 0.13, 0.057, 0.023, 0.011, 0.0047, 0.0021)
_WATER, _FIELD, _WOOD = np.array([52, 84, 110]), np.array([156, 148, 104]), np.array([70, 92, 58])
_CLOUD = np.array([246, 247, 250])
_CLOUD_SEED = 7_919


def colours(longitude: np.ndarray, latitude: np.ndarray, scene: Path | None = None) -> np.ndarray:
    """RGB of the ground, uint8 (…, 3); the painted `scene` lies on top where there is one."""
    height = _waves(longitude, latitude, 1)[..., None]
    fine = _waves(longitude * 2, latitude * 2, 3)[..., None]
    ground = np.where(height < -0.55, _WATER, np.where(height + 0.4 * fine < 0.15, _FIELD, _WOOD))
    found: np.ndarray = np.clip(ground + 22 * fine * (height >= -0.55), 0, 255).astype(np.uint8)
    if scene is not None:
        _lay_over(found, longitude, latitude, scene)
    return found


def clouded(
    found: np.ndarray, longitude: np.ndarray, latitude: np.ndarray, share: float, seed: int
) -> np.ndarray:
    """`found` with clouds over a `share` of it, 0 to 1."""
    if share <= 0:
        return found
    height = _waves(longitude * 2, latitude * 2, seed + _CLOUD_SEED)
    sky = height >= np.quantile(height, 1 - min(1.0, share))
    return np.where(sky[..., None], _CLOUD, found).astype(np.uint8)


def _waves(longitude: np.ndarray, latitude: np.ndarray, seed: int) -> np.ndarray:
    chance = np.random.default_rng(seed)
    total = np.zeros(np.shape(longitude))
    for number, length in enumerate(_WAVES):
        angle, phase = chance.uniform(0, 2 * np.pi, 2)
        across = longitude * np.cos(angle) + latitude * np.sin(angle)
        along = longitude * np.sin(angle) - latitude * np.cos(angle)
        total += 0.8**number * np.sin(2 * np.pi * across / length + phase + np.sin(5 * along / length))
    return np.asarray(total / 1.9)


def _lay_over(found: np.ndarray, longitude: np.ndarray, latitude: np.ndarray, scene: Path) -> None:
    (west, south, east, north), pixels, valid = _small(scene)
    column = (longitude - west) / (east - west) * _SCENE_PX
    row = (north - latitude) / (north - south) * _SCENE_PX
    inside = (column >= 0) & (column < _SCENE_PX) & (row >= 0) & (row < _SCENE_PX)
    rows, columns = row[inside].astype(int), column[inside].astype(int)
    seen = valid[rows, columns]
    part = found[inside]
    part[seen] = pixels[rows, columns][seen]
    found[inside] = part


@lru_cache(maxsize=2)
def _small(scene: Path) -> tuple[tuple[float, float, float, float], np.ndarray, np.ndarray]:
    """The painted scene in degrees: its box, and its pixels and which of them are valid, a few hundred a side."""
    with rasterio.open(scene) as dataset, WarpedVRT(dataset, crs="EPSG:4326", add_alpha=True) as warped:
        read = warped.read(out_shape=(warped.count, _SCENE_PX, _SCENE_PX), resampling=Resampling.average)
        bounds = (warped.bounds.left, warped.bounds.bottom, warped.bounds.right, warped.bounds.top)
    return bounds, np.moveaxis(read[:3], 0, -1), read[-1] > 0
