"""Where trained classifiers are kept: a module of its own, so that a server can look for them without loading them."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from ..source_version import source_version
from .lens import SATELLITE, Lens

_HERE = Path(__file__).parent


def classifier_path(assets: Path, lens: Lens = SATELLITE) -> Path:
    """Where the classifier of this version of the code is kept that sees through `lens`."""
    sources = [
        _HERE.parent / "scene",
        *(_HERE / f"{name}.py" for name in ("features", "classifier", "training", "grid", "lens")),
    ]
    return assets / f"{lens.name}-{source_version(sources, version('scikit-learn'))}.npz"
