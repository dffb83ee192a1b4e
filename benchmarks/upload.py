"""How fast the plugin uploads beside `curl -F`, to the same sandbox in the same run, and what memory it takes for that.

Prints JSON lines: one for each file and way, with the best and the middle of several rounds that take turns; and one
for each file that compares the two. The files are real GeoTIFFs of random pixels, written whole: 1 KB, 100 MB and 2 GB.
`more_memory_mb` is what the peak of this process's memory rose by; curl is another process. The sandbox prepares large
images after its answer, and is started anew for each upload of one, so that this does not slow the next.

    .venv/bin/python benchmarks/upload.py [--sizes 1000,100000000,2000000000] [--folder DIR]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parent.parent
IMPORT_FOLDER = ROOT / "build" / "import"
SIZES = (1_000, 100_000_000, 2_000_000_000)
LARGE = 50_000_000  # bytes from which a sandbox takes one upload only
BANDS = 3


def make_importable() -> None:
    """Make the checkout importable under the plugin's name, and the scripts that start the sandbox."""
    IMPORT_FOLDER.mkdir(parents=True, exist_ok=True)
    link = IMPORT_FOLDER / "mapflow_dock"
    if not link.exists():
        link.symlink_to(os.path.relpath(ROOT, IMPORT_FOLDER), target_is_directory=True)
    sys.path[:0] = [str(IMPORT_FOLDER), str(ROOT / "scripts")]


make_importable()

import numpy as np  # noqa: E402 - after the path is set
from osgeo import gdal, osr  # noqa: E402
from qgis.core import QgsApplication  # noqa: E402
from qgis.PyQt.QtCore import QEventLoop  # noqa: E402

from mapflow_dock.api.http.client import Client  # noqa: E402
from mapflow_dock.api.http.reply import ApiReply  # noqa: E402
from mapflow_dock.api.login.credential import read_pasted  # noqa: E402
from mapflow_dock.api.lost_answers.create import create_mosaic  # noqa: E402
from mapflow_dock.api.lost_answers.upload import upload_image  # noqa: E402
from sandbox_process import SandboxAddress, SandboxProcess  # noqa: E402


def write_geotiff(path: Path, size: int) -> None:
    """Write a georeferenced RGB raster of about `size` bytes of random pixels, none of them left out."""
    side = max(8, round((size / BANDS) ** 0.5))
    made = gdal.GetDriverByName("GTiff").Create(
        str(path), side, side, BANDS, gdal.GDT_Byte, ["INTERLEAVE=PIXEL"]
    )
    system = osr.SpatialReference()
    system.ImportFromEPSG(32637)
    made.SetProjection(system.ExportToWkt())
    made.SetGeoTransform((500_000.0, 0.5, 0, 6_100_000.0, 0, -0.5))
    noise = np.random.default_rng(1).integers(1, 255, (BANDS, 64, side), dtype=np.uint8)
    for row in range(0, side, 64):
        made.WriteArray(noise[:, : min(64, side - row)], 0, row)
    made.FlushCache()


class Uploads:
    """Sandboxes to upload to, one after the other, with the same options."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0

    def fresh(self, stack: ExitStack) -> tuple[SandboxAddress, Client, str]:
        """A new sandbox, a client signed in to it, and an empty mosaic there."""
        self._number += 1
        folder = self._folder / f"sandbox-{self._number}"
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        process = SandboxProcess(folder, memory_limit="none", max_upload_bytes=10 * 1024**3)
        address = stack.enter_context(process).start()
        client = Client(address.url, read_pasted(address.basic))
        stack.callback(client.close)
        return address, client, outcome(create_mosaic(client, "Benchmark")).id


def outcome(reply: ApiReply) -> Any:
    """What a request succeeds with; the event loop runs meanwhile, as in QGIS."""
    loop, told = QEventLoop(), []
    reply.succeeded.connect(lambda value: told.append((True, value)))
    reply.failed.connect(lambda error: told.append((False, error)))
    reply.finished.connect(loop.quit)
    if reply.is_running:
        loop.exec()
    if not told or not told[0][0]:
        raise SystemExit(f"not done: {told}")
    return told[0][1]


def by_plugin(client: Client, _address: SandboxAddress, mosaic_id: str, path: Path) -> None:
    """Upload as the plugin does, until it knows the new image."""
    if outcome(upload_image(client, mosaic_id, path)).image is None:
        raise SystemExit("the image is not there")


def by_curl(_client: Client, address: SandboxAddress, mosaic_id: str, path: Path) -> None:
    """Upload with curl."""
    url = f"{address.url}/rasters/mosaic/{mosaic_id}/image"
    login = f"Authorization: Basic {address.basic}"
    command = [
        "curl",
        "-sS",
        "--fail",
        "-o",
        os.devnull,
        "-H",
        login,
        "-F",
        f"file=@{path};type=image/tiff",
        url,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"curl: {done.stderr}")


def peak_memory() -> int:
    """The highest this process's memory stood at so far, in bytes."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024
    raise SystemExit("this system does not tell a process's peak of memory")


def forget_peak() -> None:
    """Let the peak start anew from what is held now."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


WAYS: dict[str, Callable[[Client, SandboxAddress, str, Path], None]] = {
    "plugin": by_plugin,
    "curl -F": by_curl,
}


def measure(path: Path, uploads: Uploads, rounds: int) -> None:
    """Upload a file in each way by turns, and print what it took."""
    size = path.stat().st_size
    seconds: dict[str, list[float]] = {way: [] for way in WAYS}
    growth = 0
    is_large = size >= LARGE
    with ExitStack() as kept:
        shared = None if is_large else uploads.fresh(kept)
        for number in range(rounds):
            for way in list(WAYS) if number % 2 == 0 else list(WAYS)[::-1]:
                with ExitStack() as brief:
                    address, client, mosaic_id = shared or uploads.fresh(brief)
                    forget_peak()
                    before = peak_memory()
                    began = time.perf_counter()
                    WAYS[way](client, address, mosaic_id, path)
                    seconds[way].append(time.perf_counter() - began)
                    if way == "plugin":
                        growth = max(growth, peak_memory() - before)
    for way, taken in seconds.items():
        line = {
            "way": way,
            "bytes": size,
            "rounds": len(taken),
            "seconds_best": round(min(taken), 4),
            "seconds_middle": round(statistics.median(taken), 4),
            "megabytes_a_second": round(size / 1e6 / statistics.median(taken), 2),
        }
        if way == "plugin":
            line["more_memory_mb"] = round(growth / 1e6, 1)
        print(json.dumps(line), flush=True)
    relative = {
        name: round(choose(seconds["curl -F"]) / choose(seconds["plugin"]), 2)
        for name, choose in (("best", min), ("middle", statistics.median))
    }
    print(json.dumps({"bytes": size, "throughput_relative_to_curl": relative}), flush=True)


def main() -> None:
    """Measure each size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    sizes = ",".join(str(size) for size in SIZES)
    parser.add_argument("--sizes", default=sizes, help="bytes of the files, separated by commas")
    parser.add_argument("--folder", type=Path, help="where to work; a temporary folder by default")
    arguments = parser.parse_args()
    if shutil.which("curl") is None:
        raise SystemExit("curl is not installed: run `make setup`.")
    application = QgsApplication([], False)
    application.initQgis()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        folder = Path(name)
        uploads = Uploads(folder)
        for size in (int(text) for text in arguments.sizes.split(",")):
            path = folder / f"{size}.tif"
            write_geotiff(path, size)
            measure(path, uploads, rounds=5 if size >= LARGE else 15)
            path.unlink()
    application.exitQgis()


if __name__ == "__main__":
    main()
