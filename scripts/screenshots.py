"""Takes a picture of every panel in the light and the dark theme: behind `make screenshots`.

The pictures go to build/screenshots/THEME. Those the README and the guide show are copied to docs/pictures.
"""

from __future__ import annotations

import shutil
import signal
import sys
from pathlib import Path

from osgeo import gdal

from desktop.launch import Desktop, DesktopError
from desktop.profile import DARK, LIGHT, Profile
from desktop.screen import ScreenError
from sandbox_process import ROOT, SandboxError, SandboxProcess, paint_raster

PICTURES = ROOT / "build" / "screenshots"
WORK = ROOT / "build" / "screenshots-work"
GUIDE = ROOT / "docs" / "pictures"
THEMES = {"light": LIGHT, "dark": DARK}
IN_GUIDE = (
    "window-result",
    "window-search",
    "sign-in",
    "run-filled",
    "processings-finished",
    "imagery",
    "imagery-unready",
    "dialog-upload",
)
SECONDS = 300.0
RASTERS = ("strip 1.tif", "strip 2.tif", "strip 3.tif", "quay.tif")
SIDE_PX = 800  # of 0.5 m
UNREADY = {  # files that the sandbox does not make ready, by its options
    "pending_images": "strip 4.tif",
    "in_progress_images": "strip 5.tif",
    "failing_images": "strip 6.tif",
}


def main() -> int:
    """Take the pictures; arguments name the themes to take them in."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the sandbox and QGIS are ended with it
    themes = sys.argv[1:] or list(THEMES)
    try:
        for theme in themes:
            _take(theme)
    except (DesktopError, SandboxError, ScreenError) as error:
        print(f"The pictures could not be taken.\n{error}", file=sys.stderr)
        return 1
    if "light" in themes:
        GUIDE.mkdir(parents=True, exist_ok=True)
        for name in IN_GUIDE:
            shutil.copyfile(PICTURES / "light" / f"{name}.png", GUIDE / f"{name}.png")
    print(
        f"The pictures are in {PICTURES.relative_to(ROOT)}/, those of the guide in {GUIDE.relative_to(ROOT)}/"
    )
    return 0


def _take(theme: str) -> None:
    pictures, work = PICTURES / theme, WORK / theme
    for folder in (pictures, work):
        shutil.rmtree(folder, ignore_errors=True)
    with SandboxProcess(work / "sandbox", credits=60, processings=400, **UNREADY) as sandbox:
        address = sandbox.start()
        profile = Profile(work / "profile")
        profile.make(THEMES[theme], {"results_folder": str(work / "results")})
        settings = {
            "url": address.url,
            "pasted": address.basic,
            "bbox": address.bbox,
            "provider": address.provider,
            "pid": address.pid,
            "rasters": [str(path) for path in _rasters(WORK / "rasters")],
            "unready": list(UNREADY.values()),
        }
        job = Path(__file__).parent / "desktop" / "screenshots_job.py"
        desktop = Desktop(work, profile, pictures=pictures)
        desktop.run(job, settings, SECONDS, lambda line: print(f"{theme}: {line}", flush=True))


def _rasters(folder: Path) -> list[Path]:
    """Towns to upload, painted once, each beside the one before."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / name for name in RASTERS]
    for number, path in enumerate(paths):
        if not path.exists():
            paint_raster(path, size=SIDE_PX, seed=71 + number)
            raster = gdal.Open(str(path), gdal.GA_Update)
            west, pixel, *rest = raster.GetGeoTransform()
            raster.SetGeoTransform((west + number * SIDE_PX * pixel, pixel, *rest))
            raster.FlushCache()
    return paths


if __name__ == "__main__":
    sys.exit(main())
