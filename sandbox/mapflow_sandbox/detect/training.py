"""Trains the pixel classifier on painted scenes other than the one it will work on."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from affine import Affine
from rasterio.features import rasterize
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from ..scene.paint import Pixels, render
from .classifier import CONSTRUCTION, FOREST, RIM, ROAD, ROOF, Network, PixelClassifier, save
from .features import pixel_features, surroundings
from .grid import resampled
from .lens import SATELLITE, Lens

TRAINING_SEEDS = (101, 202)
TRAINING_SIZE_PX = 1700
AERIAL_SIZE_PX = 1700
AERIAL_DISTRICTS = (("old town", "suburb", "blocks", "works"), ())
SAMPLES_A_PICTURE = 48_000


def train_into(path: Path, lens: Lens) -> None:
    """Train the classifier of a lens and keep it in the file `path`, which appears whole or not at all."""
    model = train(lens)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".training-") as scratch:
        whole = Path(scratch) / path.name
        save(model, whole)
        os.replace(whole, path)


def scenes(lens: Lens) -> Iterator[Pixels]:
    """Painted scenes to learn from; aerial ones are smaller, so they are told which districts to show."""
    if lens is SATELLITE:
        for seed in TRAINING_SEEDS:
            yield render(seed, TRAINING_SIZE_PX, pixel_m=lens.painted_m)
        return
    for seed, districts in zip(TRAINING_SEEDS, AERIAL_DISTRICTS, strict=True):
        yield render(seed, AERIAL_SIZE_PX, pixel_m=lens.painted_m, kinds=districts)


def train(lens: Lens) -> PixelClassifier:
    """Paint training scenes and fit both networks; the same lens gives the same classifier."""
    rng = np.random.default_rng(5)
    pictures = []
    for pixels in scenes(lens):
        for coarsest in lens.seen_m:
            rgb, labels = as_seen(pixels, coarsest, lens)
            share = 1 if coarsest == lens.seen_m[0] else 2
            chosen = balanced(rng, labels, SAMPLES_A_PICTURE // share)
            pictures.append((pixel_features(rgb), labels.ravel(), chosen))
    answers = np.concatenate([labels[chosen] for _, labels, chosen in pictures])
    with threadpool_limits(limits=1), warnings.catch_warnings():
        # the number of rounds is set by the time there is, not by convergence
        warnings.simplefilter("ignore", ConvergenceWarning)
        near = np.concatenate([columns_of(features, chosen) for features, _, chosen in pictures])
        first = fitted(near, answers, (40,), seed=1, rounds=8)
        wide = np.concatenate(
            [
                columns_of(surroundings(first.probabilities(features)), chosen)
                for features, _, chosen in pictures
            ]
        )
        second = fitted(np.concatenate((near, wide), axis=1), answers, (64, 32), seed=2, rounds=14)
    return PixelClassifier(first, second)


def fitted(rows: np.ndarray, answers: np.ndarray, hidden: tuple[int, ...], seed: int, rounds: int) -> Network:
    """A network fitted to rows of features (m, n) and their classes (m,)."""
    scaler = StandardScaler().fit(rows)
    perceptron = MLPClassifier(
        hidden, batch_size=512, learning_rate_init=2e-3, alpha=1e-4, max_iter=rounds, random_state=seed, tol=0.0,
        n_iter_no_change=rounds,
    ).fit(scaler.transform(rows), answers)  # fmt: skip
    layers = zip(perceptron.coefs_, perceptron.intercepts_, strict=True)
    return Network(
        scaler.mean_.astype(np.float32),
        scaler.scale_.astype(np.float32),
        tuple((weights.astype(np.float32), biases.astype(np.float32)) for weights, biases in layers),
    )


def columns_of(planes: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Rows of features for the chosen pixels, from planes (n, H, W)."""
    return np.ascontiguousarray(planes.reshape(len(planes), -1)[:, chosen].T)


def as_seen(pixels: Pixels, coarsest_m: float, lens: Lens) -> tuple[np.ndarray, np.ndarray]:
    """The scene through a lens as it comes from tiles of `coarsest_m` pixels, and its labels."""
    rgb, transform = pixels.rgb, pixels.transform
    if coarsest_m > lens.pixel_m:
        rgb, transform = resampled(rgb, transform, coarsest_m)
    rgb, transform = resampled(rgb, transform, lens.pixel_m)
    return rgb, labels_of(pixels, transform, rgb.shape[1:], lens.rim_m)


def labels_of(pixels: Pixels, transform: Affine, shape: tuple[int, int], rim_m: float) -> np.ndarray:
    """Class of each pixel, uint8: roofs keep a rim of their own, so that neighbours come apart."""
    truth = pixels.truth
    outlines = [polygon for polygon, _ in truth.buildings]
    layers = [
        ([polygon for polygon, _ in truth.forest], FOREST),
        ([polygon for polygon, _ in truth.roads], ROAD),
        ([polygon for polygon, _ in truth.construction], CONSTRUCTION),
        (outlines, RIM),
        ([polygon.buffer(-rim_m) for polygon in outlines], ROOF),
    ]
    labels = np.zeros(shape, dtype=np.uint8)
    for polygons, value in layers:
        drawn = [(polygon, value) for polygon in polygons if not polygon.is_empty]
        if drawn:
            rasterize(drawn, out=labels, transform=transform)
    return labels


def balanced(rng: np.random.Generator, labels: np.ndarray, count: int) -> np.ndarray:
    """Positions of about `count` pixels: half spread evenly over the picture, half evenly over the classes."""
    flat = labels.ravel()
    picked = [rng.choice(flat.size, count // 2, replace=False)]
    present = np.unique(flat)
    for value in present:
        among = np.flatnonzero(flat == value)
        picked.append(rng.choice(among, min(len(among), count // 2 // len(present)), replace=False))
    return np.concatenate(picked)
