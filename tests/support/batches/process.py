"""Runs a batch in a process of its own, as an unattended machine does: `python process.py JOB.json`.

The job file says where the service is, how to sign in, which layer to run, and where state table and result go. What
came of it is printed as one line of JSON. Killed at any moment, it is run again with the same file.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def outcome(job):
    """Run a job, or a reply, to its end; what it succeeds with. Raises RuntimeError with its sentence."""
    from qgis.PyQt.QtCore import QEventLoop

    loop, told = QEventLoop(), []
    job.succeeded.connect(lambda value: told.append((True, value)))
    job.failed.connect(lambda error: told.append((False, error)))
    job.finished.connect(loop.quit)
    if hasattr(job, "start"):
        job.start()
    if job.is_running:
        loop.exec()
    if not told:
        raise RuntimeError("it was cancelled")
    succeeded, value = told[0]
    if not succeeded:
        raise RuntimeError(f"{value.sentence} {getattr(value, 'detail', '')}")
    return value


def features_of(path):
    """The features of a layer's file."""
    from qgis.core import QgsVectorLayer

    from mapflow_dock.layers.batches.areas import SourceFeature

    layer = QgsVectorLayer(str(path), "areas", "ogr")
    return layer.crs(), [SourceFeature.of(each) for each in layer.getFeatures()]


def run(told):
    """Run the batch, and merge its results if all parts have one; what to print."""
    from qgis.core import QgsCoordinateTransformContext

    from mapflow_dock.api import account as accounts
    from mapflow_dock.api import projects
    from mapflow_dock.api.http.client import Client
    from mapflow_dock.api.login.credential import read_pasted
    from mapflow_dock.api.sources import ProviderSource
    from mapflow_dock.jobs.batches.batch import BatchJob
    from mapflow_dock.jobs.batches.order import BatchOrder, BatchTerms
    from mapflow_dock.jobs.batches.results import BatchResult
    from mapflow_dock.jobs.results.making import Destination
    from mapflow_dock.layers.areas.grid.cells import Limits
    from mapflow_dock.layers.batches.areas import Division, divided
    from mapflow_dock.layers.batches.rows import PartState
    from mapflow_dock.layers.results.formats import GEOPACKAGE

    client = Client(told["url"], read_pasted(told["login"]))
    client.retry_base_s = 0.02
    account = outcome(accounts.status(client))
    client.account_email = account.email
    project = outcome(projects.fetch_default(client))
    model = next(each for each in project.models or account.models if told["model"] in each.name)
    crs, features = features_of(told["layer"])
    limits = Limits(project.aoi_area_limit_m2 or account.aoi_area_limit_m2, account.max_aois)
    if told.get("area_limit_km2"):
        limits = Limits(told["area_limit_km2"] * 1e6, limits.max_parts)
    order = BatchOrder(
        areas=divided(features, crs, QgsCoordinateTransformContext(), Division(told["division"]), "Batch"),
        project_id=project.id,
        model_id=model.id,
        source=ProviderSource(told["provider"], told.get("zoom")),
        limits=limits,
        overlap_m=told.get("overlap_m", 0.0),
    )
    terms = BatchTerms(
        table=Path(told["table"]),
        may_spend=told.get("may_spend", True),
        budget=told.get("budget"),
        at_once=told.get("at_once", 4),
        restarts=told.get("restarts", 0),
        poll_ms=told.get("poll_ms", 200),
        patience_s=told.get("patience_s", 60.0),
    )
    report = outcome(BatchJob(client, order, terms))
    states = [part.state.value for part in report.parts]
    said = {"states": states, "spent": report.spent, "estimated": report.estimated}
    if told.get("result") and all(part.state is PartState.FINISHED for part in report.parts):
        path = Path(told["result"])
        wanted = Destination(path.parent, path.stem, "objects", GEOPACKAGE, overwrite=True)
        job = BatchResult(client, report.parts, model.name, wanted, "Batch")
        made = outcome(job)
        said |= {"objects": made.count, "united": job.merged.united, "doubles": job.merged.doubles}
    client.close()
    return said


def main(path):
    """Run the job in a thread with an event loop of its own, as an algorithm does."""
    told = json.loads(Path(path).read_text(encoding="utf-8"))
    sys.path.insert(0, told["import_folder"])
    from qgis.core import QgsApplication
    from qgis.PyQt.QtCore import QSettings, QThread

    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, told["profile"])
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    application = QgsApplication([], False, told["profile"])
    application.initQgis()
    said = []

    class Worker(QThread):
        def run(self):
            try:
                said.append(run(told))
            except Exception:  # noqa: BLE001 - told to whoever reads the output
                said.append({"error": traceback.format_exc()})

    worker = Worker()
    worker.finished.connect(application.quit)
    worker.start()
    application.exec()
    worker.wait()
    print(json.dumps(said[0]), flush=True)
    application.exitQgis()
    return 1 if "error" in said[0] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
