"""The pixel classifier: two small neural networks, the second also sees what the first made of the surroundings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from .features import pixel_features, surroundings

OTHER, ROOF, RIM, ROAD, FOREST = range(5)
CLASS_COUNT = 5
_CHUNK = 262_144


@dataclass
class PixelClassifier:
    """Gives each pixel of 0.6 m the probabilities of the classes."""

    first: Pipeline
    second: Pipeline

    def probabilities(self, rgb: np.ndarray) -> np.ndarray:
        """Probabilities, float32 (classes, H, W), of uint8 (3, H, W)."""
        features = pixel_features(rgb)
        likely = apply(self.first, features)
        return apply(self.second, np.concatenate((features, surroundings(likely))))


def network(hidden: tuple[int, ...], seed: int, rounds: int) -> Pipeline:
    """A network to be fitted, with its features scaled first."""
    perceptron = MLPClassifier(
        hidden, batch_size=512, learning_rate_init=2e-3, alpha=1e-4, max_iter=rounds, random_state=seed, tol=0.0,
        n_iter_no_change=rounds,
    )  # fmt: skip
    return make_pipeline(StandardScaler(), perceptron)


def apply(model: Pipeline, features: np.ndarray) -> np.ndarray:
    """Run a fitted model over feature planes (n, H, W), some rows at a time."""
    count, height, width = features.shape
    flat = features.reshape(count, -1)
    likely = np.empty((CLASS_COUNT, height * width), dtype=np.float32)
    for start in range(0, height * width, _CHUNK):
        part = slice(start, start + _CHUNK)
        likely[:, part] = model.predict_proba(np.ascontiguousarray(flat[:, part].T)).T
    return likely.reshape(CLASS_COUNT, height, width)
