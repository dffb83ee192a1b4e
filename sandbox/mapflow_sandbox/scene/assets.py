"""The sandbox's assets: the demo scene, its truth and the trained classifier, made once and kept under a version."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

DEMO_SEED = 11
DEMO_SIZE_PX = 4000
DEMO_TITLE = "Painted town, 0.5 m"

_HERE = Path(__file__).parent
_IMAGE = "scene.tif"
_TRUTH = "truth"
_ABOUT = "scene.json"


@dataclass(frozen=True)
class Scene:
    """The demo scene on disk. `bbox_4326` is west, south, east, north in degrees; `truth` is a folder of GeoJSON."""

    path_to_cog: Path
    truth: Path
    bbox_4326: tuple[float, float, float, float]
    pixel_m: float
    title: str = DEMO_TITLE


def prepare(assets: Path, report: Callable[[str], None] = lambda _line: None) -> Scene:
    """Make what is missing under `assets` (the demo scene, the trained classifier) and return the scene.

    Quick when all is there. Each part appears whole or not at all, under a name that changes with the code
    that makes it, so an interrupted or an older run is never taken for a finished one.
    """
    from ..detect.classifier_file import classifier_path

    assets.mkdir(parents=True, exist_ok=True)
    version = source_version([_HERE])
    image_folder, truth_folder = assets / f"scene-{version}", assets / f"truth-{version}"
    if not (image_folder.is_dir() and truth_folder.is_dir()):
        report("Painting the scene")
        _paint_demo(assets, image_folder, truth_folder)
    classifier = classifier_path(assets)
    if not classifier.is_file():
        from ..detect.training import train_into

        report("Training the classifier")
        train_into(classifier)
    return load(assets)


def load(assets: Path) -> Scene:
    """Return the prepared scene; FileNotFoundError where `prepare` has not been run with this version."""
    version = source_version([_HERE])
    folder = assets / f"scene-{version}"
    about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
    west, south, east, north = about["bbox"]
    return Scene(folder / _IMAGE, assets / f"truth-{version}", (west, south, east, north), about["pixel_m"])


def _paint_demo(assets: Path, image_folder: Path, truth_folder: Path) -> None:
    from .paint import paint

    with tempfile.TemporaryDirectory(dir=assets, prefix=".painting-") as scratch_name:
        scratch = Path(scratch_name)
        image, truth = scratch / "image", scratch / "truth"
        image.mkdir()
        painted = paint(image / _IMAGE, seed=DEMO_SEED, size_px=DEMO_SIZE_PX, truth=truth)
        about = {"bbox": list(painted.bbox_4326), "pixel_m": painted.pixel_m, "seed": DEMO_SEED}
        (image / _ABOUT).write_text(json.dumps(about), encoding="utf-8")
        put_in_place(truth, truth_folder)
        put_in_place(image, image_folder)


def put_in_place(made: Path, wanted: Path) -> None:
    """Rename a finished folder to its place; one that is there already, whole, wins."""
    try:
        os.rename(made, wanted)
    except OSError:
        if not wanted.is_dir():
            raise
        shutil.rmtree(made, ignore_errors=True)


def source_version(places: list[Path], extra: str = "") -> str:
    """Ten hex digits that change with the Python files in `places` (files or folders) and with `extra`."""
    digest = hashlib.sha256(extra.encode())
    for place in places:
        for source in sorted(place.glob("*.py")) if place.is_dir() else [place]:
            digest.update(source.name.encode())
            digest.update(source.read_bytes())
    return digest.hexdigest()[:10]
