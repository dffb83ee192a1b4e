"""QGIS's Processing framework with the provider, and a login as the dock stores it."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
from algorithm_runs import Feedback, QgisProcess, Ran
from qgis.core import (
    QgsApplication,
    QgsFeature,
    QgsGeometry,
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProject,
    QgsVectorLayer,
)
from result_service import serve, server

from mapflow_dock.algorithms.registration import Algorithms
from mapflow_dock.api.login import store
from mapflow_dock.api.login.credential import read_pasted

WAIT = 120_000
MASTER = "a phrase for the tests' own store"
__all__ = ["serve", "server"]


@pytest.fixture(scope="session")
def processing(qgis_app):
    """QGIS's own module."""
    folder = f"{QgsApplication.pkgDataPath()}/python/plugins"
    if folder not in sys.path:
        sys.path.append(folder)
    from processing.core.Processing import Processing

    Processing.initialize()
    import processing

    return processing


@pytest.fixture(autouse=True)
def provider(processing):
    algorithms = Algorithms()
    algorithms.initProcessing()
    yield QgsApplication.processingRegistry().providerById("mapflow")
    algorithms.unload()


@pytest.fixture
def signed_in(sandbox):
    """The login of the sandbox's account, as the dock remembers it."""
    assert store.remember(read_pasted(sandbox.basic), sandbox.url) is not None
    return sandbox


@pytest.fixture
def run(processing):
    """Run an algorithm as `processing.run` does, and keep what it said."""

    def run(name, feedback=None, **given):
        feedback, context = feedback or Feedback(), QgsProcessingContext()
        context.setProject(QgsProject.instance())
        outcome = processing.run(
            f"mapflow:{name}", given, feedback=feedback, context=context, is_child_algorithm=True
        )
        return Ran(outcome, feedback, context)

    return run


@pytest.fixture
def run_in_task(qtbot):
    """Run an algorithm as the toolbox does, in a thread of the task manager; `cancel_at` a sentence that comes."""

    def run(name, cancel_at="", **given):
        feedback, context = Feedback(), QgsProcessingContext()
        context.setProject(QgsProject.instance())
        algorithm = QgsApplication.processingRegistry().algorithmById(f"mapflow:{name}")
        task = QgsProcessingAlgRunnerTask(algorithm, given, context, feedback)
        ended = []
        task.executed.connect(lambda ok, outcome: ended.append((ok, outcome)))
        QgsApplication.taskManager().addTask(task)
        stopped_after = None
        if cancel_at:
            qtbot.waitUntil(lambda: feedback.has_told(cancel_at), timeout=WAIT)
            begun = time.monotonic()
            feedback.cancel()
        qtbot.waitUntil(lambda: bool(ended), timeout=WAIT)
        if cancel_at:
            stopped_after = time.monotonic() - begun
        ok, outcome = ended[0]
        return Ran(outcome, feedback, context, ok, stopped_after)

    return run


@pytest.fixture
def square(sandbox):
    """A polygon layer of one square in the middle of the sandbox's imagery, some 300 m wide."""

    def make(*offsets, size=0.0025, name="Town"):
        layer = QgsVectorLayer("Polygon?crs=EPSG:4326&field=title:string(40)", name, "memory")
        west, south, east, north = sandbox.bbox
        middle = ((west + east) / 2, (south + north) / 2)
        rows = []
        for number, (dx, dy) in enumerate(offsets or [(0, 0)]):
            x, y = middle[0] + dx, middle[1] + dy
            row = QgsFeature(layer.fields())
            box = f"POLYGON(({x} {y},{x + size} {y},{x + size} {y + size},{x} {y + size},{x} {y}))"
            row.setGeometry(QgsGeometry.fromWkt(box))
            row.setAttributes([f"part {number}"])
            rows.append(row)
        layer.dataProvider().addFeatures(rows)
        layer.updateExtents()
        QgsProject.instance().addMapLayer(layer)
        return layer

    return make


@pytest.fixture
def shell(tmp_path):
    return QgisProcess(tmp_path)


@pytest.fixture
def unlocked(tmp_path):
    """The environment that opens the store of logins of this test run, as QGIS itself does."""
    file = tmp_path / "master"
    file.touch(mode=0o600)
    file.write_text(MASTER)
    folder = str(Path(QgsApplication.authManager().authenticationDatabasePath()).parent)
    return {"QGIS_AUTH_PASSWORD_FILE": str(file), "QGIS_AUTH_DB_DIR_PATH": folder}
