"""Shows the whole job in a real QGIS on the sandbox: behind `make demo`.

With a display QGIS is left open for the user; without one, or with CI set, it runs on a screen nobody sees and ends.
"""

from __future__ import annotations

import shutil
import signal
import sys
import time
from pathlib import Path
from typing import Any

from desktop.launch import Desktop, DesktopError, has_display
from desktop.profile import Profile
from desktop.screen import ScreenError
from sandbox_process import ROOT, SandboxError, SandboxProcess, paint_raster

FILES = ROOT / "demo"
WORK = ROOT / "build" / "demo"
SECONDS = 200.0
RASTER_PX = 1200  # of 0.5 m: a town of 600 m, which is uploaded in the second scene


def main() -> int:
    """Run the demo, tell what it did; the value is 0 when all of it worked."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the sandbox and QGIS are ended with it
    for folder in (FILES, WORK):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    try:
        return _run()
    except (DesktopError, SandboxError, ScreenError) as error:
        print(f"\nThe demo did not work.\n{error}", file=sys.stderr)
        for picture in sorted(FILES.glob("failure*.png")):
            print(f"Picture: {picture.relative_to(ROOT)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _run() -> int:
    visible = has_display()
    print(
        "Mapflow Dock in QGIS, on the sandbox" + ("" if visible else " (no display: on a virtual screen)"),
        flush=True,
    )
    began = time.monotonic()
    with SandboxProcess(WORK / "sandbox") as sandbox:
        address = sandbox.start()
        raster = paint_raster(WORK / "my town.tif", size=RASTER_PX)
        print(f" 0. {'Start the sandbox, paint a raster':<46} {time.monotonic() - began:6.1f} s", flush=True)
        profile = Profile(WORK / "profile")
        profile.make(settings={"results_folder": str(FILES / "results")})
        settings = {
            "url": address.url,
            "pasted": address.basic,
            "bbox": address.bbox,
            "files": FILES,
            "raster": raster,
        }
        desktop = Desktop(WORK, profile, pictures=FILES, visible=visible)

        def done(result: dict[str, Any]) -> None:
            _tell(result, time.monotonic() - began)
            if visible:
                print("QGIS stays open, and the sandbox with it: close QGIS to end both.", flush=True)

        job = Path(__file__).parent / "desktop" / "demo_job.py"
        desktop.run(job, settings, SECONDS, lambda line: print(line, flush=True), done, stay_open=visible)
    return 0


def _tell(result: dict[str, Any], seconds: float) -> None:
    own = result["own"]
    print("\n1. A provider's imagery")
    _tell_scene(result["provided"])
    print(f"\n2. Imagery of one's own: {own['file']}, {own['bytes'] / 2**20:.1f} MiB")
    _tell_scene(own)
    print("\n3. A mosaic found in the catalog")
    _tell_scene(result["searched"])
    print(
        f"""
All of it      {seconds:.0f} s
Files          demo/result.gpkg, demo/project.qgz, and a picture of each step in demo/""",
        flush=True,
    )


def _tell_scene(scene: dict[str, Any]) -> None:
    before, after = scene["balance"]
    print(
        f"""\
Model          {scene["model"]}
Area           {scene["area"]}
Objects found  {scene["objects"]:,}, covering {scene["found_m2"]:,.0f} m²
Credits        {scene["cost"]}; balance before: {before}, after: {after}""",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
