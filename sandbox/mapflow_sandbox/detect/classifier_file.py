"""Where the trained classifier is kept: a module of its own, so that a server can look for it without loading it."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from ..source_version import source_version

_HERE = Path(__file__).parent


def classifier_path(assets: Path) -> Path:
    """Where the classifier of this version of the code is kept."""
    sources = [
        _HERE.parent / "scene",
        *(_HERE / f"{name}.py" for name in ("features", "classifier", "training", "grid")),
    ]
    return assets / f"classifier-{source_version(sources, version('scikit-learn'))}.npz"
