"""How long a large result takes to the map, and how long QGIS stands still meanwhile.

Prints JSON lines, one for each way: the delivery of the plugin; GDAL's VectorTranslate of the same file alone, which is
how fast it could be; and the file opened as a layer on the GUI thread, which is how it would be without care.
`longest_stall_ms` is the longest time the event loop did not turn.

    .venv/bin/python benchmarks/result_loading.py [--polygons 300000] [--folder DIR]
"""

from __future__ import annotations

import argparse
import http.server
import json
import os
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parent.parent
IMPORT_FOLDER = ROOT / "build" / "import"
PROCESSING_ID = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
CLASSES = ("101", "102", "103", "104", "105")


def make_importable() -> None:
    """Make the checkout importable under the plugin's name."""
    IMPORT_FOLDER.mkdir(parents=True, exist_ok=True)
    link = IMPORT_FOLDER / "mapflow_dock"
    if not link.exists():
        link.symlink_to(os.path.relpath(ROOT, IMPORT_FOLDER), target_is_directory=True)
    sys.path.insert(0, str(IMPORT_FOLDER))


make_importable()

from event_loop import StallWatch  # noqa: E402
from osgeo import gdal  # noqa: E402 - after the path is set
from qgis.core import QgsApplication, QgsProject, QgsVectorLayer  # noqa: E402
from qgis.PyQt.QtCore import QEventLoop, QTimer  # noqa: E402

from mapflow_dock.api.http.client import Client  # noqa: E402
from mapflow_dock.api.processings import Processing, Status  # noqa: E402
from mapflow_dock.jobs.results.delivery import ResultDelivery  # noqa: E402


def write_geojson(path: Path, count: int) -> None:
    """Write `count` buildings of eight corners, as the service's results are."""
    corners = ((0, 0), (8, 0), (8, 3), (12, 3), (12, 9), (5, 9), (5, 6), (0, 6), (0, 0))
    with path.open("w", encoding="utf-8") as out:
        out.write('{"type": "FeatureCollection", "features": [\n')
        for index in range(count):
            west, south = 37 + (index % 1000) * 3e-4, 55 + (index // 1000) * 2e-4
            ring = [[round(west + x * 1e-5, 8), round(south + y * 1e-5, 8)] for x, y in corners]
            row = {
                "type": "Feature",
                "properties": {"class_id": CLASSES[index % 5], "area": 60.5, "confidence": 0.91},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
            out.write(json.dumps(row) + (",\n" if index < count - 1 else "\n"))
        out.write("]}")


def measure(name: str, work: Callable[[], int], size: int) -> float:
    """Run `work` with the event loop watched; print what it took and return the seconds."""
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    with StallWatch() as watch:
        count = work()
        seconds = time.perf_counter() - start
    line = {
        "way": name,
        "objects": count,
        "megabytes": round(size / 1e6, 1),
        "seconds": round(seconds, 2),
        "longest_stall_ms": watch.longest_ms,
        "stalls_over_50_ms": sum(one > 0.05 for one in watch.gaps),
        "more_memory_mb": round((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base) / 1024, 1),
    }
    print(json.dumps(line), flush=True)
    return seconds


def serve(path: Path) -> http.server.ThreadingHTTPServer:
    """Answer every request with the file, in blocks."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/geo+json")
            self.send_header("Content-Length", str(path.stat().st_size))
            self.end_headers()
            with path.open("rb") as body:
                self.connection.sendfile(body)  # in the kernel: this process's Python is what is measured

        def log_message(self, *_arguments: object) -> None:
            """Quiet: standard output is for the JSON lines."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def deliver(url: str, folder: Path) -> int:
    """Let the plugin bring the result to the project; returns the number of objects."""
    client = Client(url)
    processing = Processing(PROCESSING_ID, "Benchmark", status=Status.OK, model_name="Buildings")
    delivery = ResultDelivery(client, processing, "", folder, QgsProject.instance())
    loop = QEventLoop()
    outcome: list[object] = []

    def end(*told: object) -> None:
        outcome.extend(told)
        # one turn later, so that what follows the outcome is watched too
        QTimer.singleShot(50, loop.quit)

    delivery.succeeded.connect(end)
    delivery.failed.connect(end)
    delivery.start()
    loop.exec()
    client.close()
    if not hasattr(outcome[0], "feature_count"):
        raise SystemExit(f"not delivered: {outcome}")
    return int(outcome[0].feature_count)


def translate(source: Path, target: Path) -> int:
    """Convert with GDAL alone."""
    options = gdal.VectorTranslateOptions(format="GPKG", geometryType="PROMOTE_TO_MULTI")
    made = gdal.VectorTranslate(str(target), str(source), options=options)
    return int(made.GetLayer(0).GetFeatureCount())


def open_in_gui_thread(source: Path) -> int:
    """Open the GeoJSON as a layer, on the GUI thread."""
    layer = QgsVectorLayer(str(source), "baseline", "ogr")
    return int(layer.featureCount())


def main() -> None:
    """Measure each way once, on the same file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--polygons", type=int, default=300_000)
    parser.add_argument("--folder", type=Path, help="where to work; a temporary folder by default")
    arguments = parser.parse_args()
    application = QgsApplication([], False)
    application.initQgis()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        folder = Path(name)
        source = folder / "result.geojson"
        write_geojson(source, arguments.polygons)
        size = source.stat().st_size
        server = serve(source)
        url = f"http://127.0.0.1:{server.server_address[1]}/rest"
        delivered = measure("delivery", lambda: deliver(url, folder / "results"), size)
        alone = measure("VectorTranslate alone", lambda: translate(source, folder / "alone.gpkg"), size)
        measure("opened on the GUI thread", lambda: open_in_gui_thread(source), size)
        print(json.dumps({"delivery_relative_to_gdal_alone": round(delivered / alone, 2)}))
        QgsProject.instance().clear()
        server.shutdown()
    application.exitQgis()


if __name__ == "__main__":
    main()
