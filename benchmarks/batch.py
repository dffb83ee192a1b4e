"""How a batch fares: its pace and memory beside what the service allows, and what twenty kills do to it.

Prints JSON lines. `pace`: 200 parts on a service that runs four processings at a time, each for two seconds;
`relative_to_limit` is 1 where never a place was free. `memory`: what this process holds after each fiftieth part, and
the peak while the results are merged. `kills`: 30 features, some beyond the account's limit, run against the sandbox
once undisturbed and once killed at seeded moments, with lost answers between; ledger and objects have to be the same.

    .venv/bin/python benchmarks/batch.py [--parts 200] [--kills 20] [--only pace|kills]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parent.parent
IMPORT_FOLDER = ROOT / "build" / "import"
AT_ONCE, SECONDS, OBJECTS, POLL_MS = 4, 2.0, 300, 250
LIMIT_KM2 = 0.25


def make_importable() -> None:
    """Make the checkout importable under the plugin's name, and the scripts that start the sandbox."""
    IMPORT_FOLDER.mkdir(parents=True, exist_ok=True)
    link = IMPORT_FOLDER / "mapflow_dock"
    if not link.exists():
        link.symlink_to(os.path.relpath(ROOT, IMPORT_FOLDER), target_is_directory=True)
    sys.path[:0] = [str(IMPORT_FOLDER), str(ROOT / "scripts"), str(ROOT / "tests" / "support")]


make_importable()

from batches.process import outcome  # noqa: E402 - after the path is set
from batches.service import BatchRun, Kill, KillingProxy, ledger, objects, write_areas  # noqa: E402
from limited_service import LimitedService  # noqa: E402
from qgis.core import (  # noqa: E402
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsGeometry,
    QgsRectangle,
)

from mapflow_dock.api.http.client import Client  # noqa: E402
from mapflow_dock.api.sources import ProviderSource  # noqa: E402
from mapflow_dock.jobs.batches.batch import BatchJob  # noqa: E402
from mapflow_dock.jobs.batches.order import BatchOrder, BatchTerms  # noqa: E402
from mapflow_dock.jobs.batches.results import BatchResult  # noqa: E402
from mapflow_dock.jobs.results.making import Destination  # noqa: E402
from mapflow_dock.layers.areas.grid.cells import Limits  # noqa: E402
from mapflow_dock.layers.batches.areas import Division, SourceFeature, divided  # noqa: E402
from mapflow_dock.layers.batches.rows import PartRow, PartState  # noqa: E402
from mapflow_dock.layers.results.formats import GEOPACKAGE  # noqa: E402
from sandbox_process import SandboxProcess  # noqa: E402


def say(**line: Any) -> None:
    """Print a JSON line."""
    print(json.dumps(line), flush=True)


def memory(name: str) -> float:
    """This process's memory in MB, as /proc calls it."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / 1000
    raise SystemExit("this system does not tell a process's memory")


def order_of(parts: int) -> BatchOrder:
    """A batch of so many small squares."""
    features = []
    for number in range(parts):
        west, south = 37 + 0.02 * (number % 20), 55 + 0.02 * (number // 20)
        square = QgsGeometry.fromRect(QgsRectangle(west, south, west + 0.005, south + 0.005))
        features.append(SourceFeature(str(number), square, {"number": number}))
    system, context = QgsCoordinateReferenceSystem("EPSG:4326"), QgsCoordinateTransformContext()
    areas = divided(features, system, context, Division.BY_FEATURE, "Field")
    return BatchOrder(areas, "p1", "m", ProviderSource("Mapbox", 18), Limits(1e8, 10))


def pace(parts: int, folder: Path) -> None:
    """Run many parts on a service of a known limit, and merge what they found."""
    service = LimitedService(AT_ONCE, SECONDS, OBJECTS)
    client = Client(service.url)
    terms = BatchTerms(folder / "state.gpkg", may_spend=True, at_once=AT_ONCE, poll_ms=POLL_MS)
    job = BatchJob(client, order_of(parts), terms)
    held: dict[int, float] = {}
    ended: set[int] = set()
    starts: list[float] = []

    def note(row: PartRow) -> None:
        if row.state is PartState.STARTING:
            starts.append(time.perf_counter())
        if row.state is PartState.FINISHED and row.number not in ended:
            ended.add(row.number)
            if len(ended) % 50 == 0:
                held[len(ended)] = round(memory("VmRSS"), 1)

    job.part_changed.connect(note)
    report = outcome(job)
    seconds = time.perf_counter() - starts[0]
    ideal = SECONDS * parts / AT_ONCE
    say(
        what="pace",
        parts=len(report.parts),
        finished=sum(part.state is PartState.FINISHED for part in report.parts),
        at_once=AT_ONCE,
        seconds=round(seconds, 1),
        parts_a_minute=round(60 * parts / seconds, 1),
        limit_a_minute=round(60 * parts / ideal, 1),
        relative_to_limit=round(ideal / seconds, 3),
        refused=service.refused,
    )
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = memory("VmHWM")
    wanted = Destination(folder, "objects", "objects", GEOPACKAGE, overwrite=True)
    began = time.perf_counter()
    made = outcome(BatchResult(client, report.parts, "Buildings", wanted, "Batch"))
    say(
        what="memory",
        mb_after_parts=held,
        objects=made.count,
        merging_seconds=round(time.perf_counter() - began, 1),
        more_mb_while_merging=round(memory("VmHWM") - before, 1),
    )
    client.close()


def kills(count: int, folder: Path) -> bool:
    """Run a batch undisturbed and killed so many times; whether both left the same."""
    chance = random.Random(20)  # noqa: S311 - moments, not secrets
    left = []
    for name in ("calm", "rough"):
        with SandboxProcess(folder / f"sandbox-{name}", area_limit_km2=LIMIT_KM2, credits=100_000) as process:
            sandbox = process.start()
            layer = write_areas(folder / "areas.geojson", sandbox.bbox, 30, 6)
            options = {
                "url": sandbox.url,
                "login": sandbox.basic,
                "model": "Buildings",
                "layer": str(layer),
                "division": "feature",
                "provider": sandbox.provider,
                "zoom": 17,
            }
            run = BatchRun(folder / name, options)
            began = time.perf_counter()
            with KillingProxy(sandbox.url) as proxy:
                run.options["url"] = proxy.url
                for _loss in range(5 if name == "rough" else 0):
                    proxy.add(verb="POST", path="/processings/v2", drop_after=True)
                moments = [
                    Kill(chance.randint(2, 25), chance.random() < 0.6)
                    for _kill in range(count if name == "rough" else 0)
                ]
                said = run.disturbed(proxy, moments)
            found = ledger(sandbox.url, sandbox.basic)
            left.append((said["states"], said["spent"], found, objects(folder / name / "result.gpkg")))
            say(
                what=name,
                parts=len(said["states"]),
                finished=said["states"].count("finished"),
                kills=len(proxy.kills),
                killed_at=sorted(set(proxy.kills)),
                processings=found.count,
                cost=found.cost,
                credits_left=found.credits,
                objects=len(left[-1][3]),
                seconds=round(time.perf_counter() - began, 1),
            )
    names = ("states", "spent", "ledger", "objects")
    same = {name: one == other for name, one, other in zip(names, *left)}
    say(what="the same", **same)
    return all(same.values())


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--parts", type=int, default=200)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--only", choices=["pace", "kills"])
    parser.add_argument("--folder", type=Path, help="where to work; a temporary folder by default")
    arguments = parser.parse_args()
    is_same = True
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        if arguments.only != "kills":
            application = QgsApplication([], False)
            application.initQgis()
            pace(arguments.parts, Path(name))
            application.exitQgis()
        if arguments.only != "pace":
            is_same = kills(arguments.kills, Path(name))
    if not is_same:
        raise SystemExit("a batch that was killed did not end as one that was not")


if __name__ == "__main__":
    main()
