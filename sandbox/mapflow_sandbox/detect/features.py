"""What the classifier knows of a pixel: its colour, the texture about it, and what lies around."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

# How far a pixel's features see, in pixels; tiles overlap by at least this much.
REACH_PX = 48


def pixel_features(rgb: np.ndarray) -> np.ndarray:
    """Features of pixels of 0.6 m: float32 (n features, H, W) from uint8 (3, H, W)."""
    red, green, blue = (rgb[band].astype(np.float32) / 255 for band in range(3))
    light = 0.3 * red + 0.59 * green + 0.11 * blue
    warm, leafy = red - blue, 2 * green - red - blue
    made = [light, warm, leafy]
    for sigma in (1.0, 3.0, 9.0):
        made += [ndimage.gaussian_filter(plane, sigma) for plane in (light, warm, leafy)]
    smooth = made[3]
    squared = light * light
    for window in (5, 13, 31):
        mean = ndimage.uniform_filter(light, window)
        made.append(np.sqrt(np.maximum(ndimage.uniform_filter(squared, window) - mean * mean, 0)))
    down, across = ndimage.sobel(smooth, axis=0), ndimage.sobel(smooth, axis=1)
    slope = np.hypot(down, across)
    made += [slope, ndimage.uniform_filter(slope, 7), ndimage.uniform_filter(slope, 21)]
    for sigma in (2.0, 6.0):
        made.append(straightness(down, across, sigma))
    darkest = ndimage.minimum_filter(smooth, 9)
    brightest = ndimage.maximum_filter(smooth, 9)
    made += [darkest, brightest]
    # a roof has its shade on one side only: look along the diagonals, near and farther
    calm = made[6]
    for step in (5, 11):
        made += [shifted(calm, step, step), shifted(calm, -step, -step)]
        made += [shifted(calm, step, -step), shifted(calm, -step, step)]
    return np.stack(made)


def straightness(down: np.ndarray, across: np.ndarray, sigma: float) -> np.ndarray:
    """How much the edges nearby agree in direction, 0-1: high along roofs and kerbs, low in crowns and grass."""
    dd = ndimage.gaussian_filter(down * down, sigma)
    aa = ndimage.gaussian_filter(across * across, sigma)
    da = ndimage.gaussian_filter(down * across, sigma)
    agreed: np.ndarray = np.hypot(dd - aa, 2 * da) / (dd + aa + 1e-4)
    return agreed


def shifted(plane: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """The plane as seen `rows` down and `columns` to the right of each pixel; the border repeats."""
    height, width = plane.shape
    row_of = np.clip(np.arange(height) + rows, 0, height - 1)
    column_of = np.clip(np.arange(width) + columns, 0, width - 1)
    return plane[np.ix_(row_of, column_of)]


def surroundings(likely: np.ndarray) -> np.ndarray:
    """Second-stage features from first-stage probabilities (n classes, H, W): the same, smoothed wider and wider."""
    made = [likely]
    made += [np.stack([ndimage.gaussian_filter(plane, sigma) for plane in likely]) for sigma in (1.5, 4.0)]
    made += [np.stack([ndimage.uniform_filter(plane, window) for plane in likely]) for window in (25, 49)]
    return np.concatenate(made)
