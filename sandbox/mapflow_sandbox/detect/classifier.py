"""The pixel classifier: two small neural networks, the second also sees what the first made of the surroundings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .classifier_file import classifier_path
from .features import pixel_features, surroundings
from .lens import Lens

OTHER, ROOF, RIM, ROAD, FOREST, CONSTRUCTION = range(6)
CLASS_COUNT = 6
_CHUNK = 65_536  # pixels at a time


@dataclass(frozen=True)
class Network:
    """A fitted perceptron; its layers are weights (inputs, outputs) and biases (outputs,), float32.

    The features are taken less `mean` and over `deviation`; layers between the first and the last are rectified.
    """

    mean: np.ndarray
    deviation: np.ndarray
    layers: tuple[tuple[np.ndarray, np.ndarray], ...]

    def probabilities(self, planes: np.ndarray) -> np.ndarray:
        """Probabilities of the classes, float32 (classes, H, W), of feature planes (n, H, W)."""
        count, height, width = planes.shape
        flat = planes.reshape(count, -1)
        likely = np.empty((CLASS_COUNT, height * width), dtype=np.float32)
        for start in range(0, height * width, _CHUNK):
            part = slice(start, start + _CHUNK)
            likely[:, part] = self._of_rows(flat[:, part].T).T
        return likely.reshape(CLASS_COUNT, height, width)

    def _of_rows(self, rows: np.ndarray) -> np.ndarray:
        values = (rows - self.mean) / self.deviation
        for weights, biases in self.layers[:-1]:
            values = values @ weights
            values += biases
            np.maximum(values, 0, out=values)
        weights, biases = self.layers[-1]
        values = values @ weights + biases
        likely: np.ndarray = np.exp(values - values.max(axis=1, keepdims=True))
        likely /= likely.sum(axis=1, keepdims=True)
        return likely


@dataclass(frozen=True)
class PixelClassifier:
    """Gives each pixel, as large as the lens says, the probabilities of the classes."""

    first: Network
    second: Network

    def probabilities(self, rgb: np.ndarray) -> np.ndarray:
        """Probabilities, float32 (classes, H, W), of uint8 (3, H, W)."""
        features = pixel_features(rgb)
        likely = self.first.probabilities(features)
        return self.second.probabilities(np.concatenate((features, surroundings(likely))))


def load(assets: Path, lens: Lens) -> PixelClassifier:
    """Load the classifier that was trained into `assets`; FileNotFoundError where there is none of this version."""
    with np.load(classifier_path(assets, lens), allow_pickle=False) as kept:
        return PixelClassifier(*(_from_arrays(kept, name) for name in ("first", "second")))


def save(classifier: PixelClassifier, path: Path) -> None:
    """Write a classifier to a file, whose name has to end in .npz."""
    first, second = _to_arrays(classifier.first, "first"), _to_arrays(classifier.second, "second")
    np.savez_compressed(path, allow_pickle=False, **first, **second)


def _to_arrays(network: Network, name: str) -> dict[str, np.ndarray]:
    arrays = {f"{name}_mean": network.mean, f"{name}_deviation": network.deviation}
    for number, (weights, biases) in enumerate(network.layers):
        arrays |= {f"{name}_weights_{number}": weights, f"{name}_biases_{number}": biases}
    return arrays


def _from_arrays(kept: np.lib.npyio.NpzFile, name: str) -> Network:
    count = sum(key.startswith(f"{name}_weights_") for key in kept.files)
    layers = [(kept[f"{name}_weights_{number}"], kept[f"{name}_biases_{number}"]) for number in range(count)]
    return Network(kept[f"{name}_mean"], kept[f"{name}_deviation"], tuple(layers))
