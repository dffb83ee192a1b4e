"""Makes all that a server needs before it starts: the demo scene and the trained classifiers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from . import scene
from .detect.classifier_file import classifier_path
from .detect.lens import LENSES
from .scene import Scene


def prepare(assets: Path, report: Callable[[str], None] = lambda _line: None) -> Scene:
    """Make what is missing under `assets` and return the scene; quick when nothing is.

    Each part appears whole or not at all, under a name that changes with the code that makes it, so an interrupted
    or an older run is never taken for a finished one.
    """
    painted = scene.prepare(assets, report)
    for lens in LENSES:
        classifier = classifier_path(assets, lens)
        if not classifier.is_file():
            # scikit-learn loads slowly, and a server whose assets are there does not need it
            from .detect.training import train_into

            report(f"Training the {lens.title}")
            train_into(classifier, lens)
    return painted
