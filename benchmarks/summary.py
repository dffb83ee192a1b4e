"""How long the summary of a large result takes, and how long QGIS stands still meanwhile.

Prints JSON lines, one for each way, all on the same GeoPackage and in the same run: an event loop that has nothing to
do, which is how the computer is; the plugin's summary of all of the result, of half of it on the map, and of a tenth
that is selected; and what QGIS itself offers, on the GUI thread: one of its aggregates, for the area in square degrees
alone, and going through the features in Python. `longest_stall_ms` is the longest time the event loop did not turn;
the ratios at the end are of the plugin's time to that of the others.

    .venv/bin/python benchmarks/summary.py [--objects 1000000] [--folder DIR]
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from result_loading import make_importable

make_importable()

from event_loop import StallWatch  # noqa: E402 - after the path is set
from osgeo import ogr, osr  # noqa: E402
from qgis.core import (  # noqa: E402
    QgsAggregateCalculator,
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsDistanceArea,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsGeometry,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QEventLoop, QTimer  # noqa: E402

from mapflow_dock.jobs.results.summary import LatestSummary  # noqa: E402
from mapflow_dock.layers.summary.source import Scope, request_of  # noqa: E402

CORNERS = ((0, 0), (8, 0), (8, 3), (12, 3), (12, 9), (5, 9), (5, 6), (0, 6), (0, 0))
WEST, SOUTH, EACH_ROW = 37.0, 55.0, 1000
STEP_X, STEP_Y = 3e-4, 2e-4  # degrees from one building to the next
BATCH = 100_000
IDLE_MS = 2_000


def write(path: Path, count: int) -> None:
    """Write `count` buildings of eight corners, five classes and thirty heights, as a delivered result has them."""
    system = osr.SpatialReference()
    system.ImportFromEPSG(4326)
    data = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    layer = data.CreateLayer("buildings", system, ogr.wkbMultiPolygon)
    for name, kind in (("class_id", ogr.OFTString), ("area", ogr.OFTInteger), ("height", ogr.OFTReal)):
        layer.CreateField(ogr.FieldDefn(name, kind))
    feature = ogr.Feature(layer.GetLayerDefn())
    for index in range(count):
        if index % BATCH == 0:
            layer.StartTransaction()
        west, south = WEST + index % EACH_ROW * STEP_X, SOUTH + index // EACH_ROW * STEP_Y
        ring = ", ".join(f"{west + x * 1e-5:.8f} {south + y * 1e-5:.8f}" for x, y in CORNERS)
        feature.SetFID(-1)
        feature["class_id"] = str(101 + index % 5)
        feature["area"] = 58
        feature["height"] = float(3 + index % 30)
        feature.SetGeometry(ogr.CreateGeometryFromWkt(f"MULTIPOLYGON((({ring})))"))
        layer.CreateFeature(feature)
        if index % BATCH == BATCH - 1 or index == count - 1:
            layer.CommitTransaction()


def measure(name: str, work: Callable[[], int]) -> float:
    """Run `work` with the event loop watched; print what it took and return the seconds."""
    with StallWatch() as watch:
        start, worked = time.perf_counter(), time.process_time()
        count = work()
        seconds, cpu = time.perf_counter() - start, time.process_time() - worked
    line = {
        "way": name,
        "objects": count,
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu, 2),
        "longest_stall_ms": watch.longest_ms,
        "stalls_over_50_ms": sum(one > 0.05 for one in watch.gaps),
    }
    print(json.dumps(line), flush=True)
    return seconds


def idle() -> int:
    """Let the event loop turn."""
    loop = QEventLoop()
    QTimer.singleShot(IDLE_MS, loop.quit)
    loop.exec()
    return 0


def summed(layer: QgsVectorLayer, scope: Scope, box: QgsRectangle) -> int:
    """Let the plugin sum up; returns the number of objects."""
    latest = LatestSummary()
    loop = QEventLoop()
    outcome: list[object] = []

    def end(told: object) -> None:
        outcome.append(told)
        # one turn later, so that what follows the outcome is watched too
        QTimer.singleShot(0, loop.quit)

    latest.told.connect(end)
    latest.failed.connect(end)
    latest.ask(request_of([layer], scope, QgsGeometry.fromRect(box), layer.crs()))
    loop.exec()
    if not hasattr(outcome[0], "count"):
        raise SystemExit(f"not summed up: {outcome}")
    return int(outcome[0].count)


def aggregated(layer: QgsVectorLayer) -> int:
    """The number of objects and their area, by the aggregates of QGIS's expressions, on the GUI thread."""
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    area, is_known = layer.aggregate(
        QgsAggregateCalculator.Aggregate.Sum,
        "area($geometry)",
        QgsAggregateCalculator.AggregateParameters(),
        context,
    )
    if not is_known or not area:
        raise SystemExit("QGIS did not aggregate")
    return int(layer.featureCount())


def iterated(layer: QgsVectorLayer) -> int:
    """Number and area by going through the features once, on the GUI thread."""
    sums: dict[str, list[float]] = {}
    measure_area = ellipsoid()
    feature = QgsFeature()
    features = layer.getFeatures()
    while features.nextFeature(feature):
        kept = sums.setdefault(feature["class_id"], [0, 0.0])
        kept[0] += 1
        kept[1] += measure_area.measureArea(feature.geometry())
    return int(sum(each[0] for each in sums.values()))


def ellipsoid() -> QgsDistanceArea:
    """Return what QGIS measures on the ellipsoid with."""
    found = QgsDistanceArea()
    found.setSourceCrs(QgsCoordinateReferenceSystem("EPSG:4326"), QgsProject.instance().transformContext())
    found.setEllipsoid("EPSG:7030")
    return found


def main() -> None:
    """Measure each way once, on the same file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--objects", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="where to work; a temporary folder by default")
    arguments = parser.parse_args()
    application = QgsApplication([], False)
    application.initQgis()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        path = Path(name) / "result.gpkg"
        write(path, arguments.objects)
        measure_all(path, arguments.objects)
    application.exitQgis()


def measure_all(path: Path, count: int) -> None:
    """Measure each way once; the layer is gone afterwards."""
    layer = QgsVectorLayer(f"{path}|layername=buildings", "result", "ogr")
    box = layer.extent()
    half = QgsRectangle(box.xMinimum(), box.yMinimum(), box.center().x(), box.yMaximum())
    measure("nothing", idle)
    whole = measure("summary of all", lambda: summed(layer, Scope.WHOLE, half))
    measure("summary of what is on the map", lambda: summed(layer, Scope.EXTENT, half))
    layer.selectByIds(list(range(1, count // 10)))
    measure("summary of the selection", lambda: summed(layer, Scope.SELECTION, half))
    features = measure("features one by one, number and area", lambda: iterated(layer))
    sums = measure("one aggregate of QGIS, area alone", lambda: aggregated(layer))
    print(json.dumps({"summary_relative_to_one_aggregate": round(whole / sums, 2)}))
    print(json.dumps({"summary_relative_to_features_one_by_one": round(whole / features, 2)}))


if __name__ == "__main__":
    main()
