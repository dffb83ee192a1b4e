"""The demo scene and its truth: painted once, and kept under the version of the code that painted them."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..source_version import source_version

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
    """Paint the demo scene under `assets` where this version of it is missing, and return it."""
    assets.mkdir(parents=True, exist_ok=True)
    version = source_version([_HERE])
    image_folder, truth_folder = assets / f"scene-{version}", assets / f"truth-{version}"
    if not (image_folder.is_dir() and truth_folder.is_dir()):
        report("Painting the scene")
        _paint_demo(assets, image_folder, truth_folder)
    return load(assets)


def load(assets: Path) -> Scene:
    """Return the prepared scene; FileNotFoundError where `prepare` has not been run with this version."""
    version = source_version([_HERE])
    folder = assets / f"scene-{version}"
    about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
    west, south, east, north = about["bbox"]
    return Scene(folder / _IMAGE, assets / f"truth-{version}", (west, south, east, north), about["pixel_m"])


def _paint_demo(assets: Path, image_folder: Path, truth_folder: Path) -> None:
    # what paints loads slowly, and a server whose scene is there does not need it
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
