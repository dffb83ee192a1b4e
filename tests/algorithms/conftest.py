"""QGIS's Processing framework with the provider, and a login as the dock stores it."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field

import pytest
from qgis.core import (
    QgsApplication,
    QgsFeature,
    QgsGeometry,
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QThread

from mapflow_dock.algorithms.registration import Algorithms
from mapflow_dock.api.login import store
from mapflow_dock.api.login.credential import read_pasted

WAIT = 120_000


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


class Feedback(QgsProcessingFeedback):
    """Keeps what it is told; cancels itself when a sentence comes that begins with `cancel_at`."""

    def __init__(self, cancel_at=""):
        super().__init__(False)
        self.lines = []
        self.steps = []
        self.threads = set()
        self._cancel_at = cancel_at
        self.progressChanged.connect(self.steps.append)

    def _note(self, kind, text):
        self.threads.add(QThread.currentThread())
        self.lines.append((kind, text))
        if self._cancel_at and text.startswith(self._cancel_at):
            self.cancel()

    def setProgressText(self, text):
        self._note("stage", text)

    def pushInfo(self, text):
        self._note("info", text)

    def pushWarning(self, text):
        self._note("warning", text)

    def reportError(self, text, fatalError=False):
        self._note("error", text)

    def told(self, kind):
        return [text for each, text in self.lines if each == kind]


@dataclass
class Ran:
    """What came of a run."""

    outcome: dict
    feedback: Feedback
    context: QgsProcessingContext = field(repr=False)
    is_whole: bool = True

    def layer(self, name):
        """The layer of an output."""
        return self.context.getMapLayer(self.outcome[name])

    def rows(self, name):
        """The rows of a table as dicts."""
        layer = self.layer(name)
        names = layer.fields().names()
        return [dict(zip(names, row.attributes(), strict=True)) for row in layer.getFeatures()]


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
    """Run an algorithm as the toolbox does, in a thread of the task manager."""

    def run(name, feedback=None, **given):
        feedback, context = feedback or Feedback(), QgsProcessingContext()
        context.setProject(QgsProject.instance())
        algorithm = QgsApplication.processingRegistry().algorithmById(f"mapflow:{name}")
        task = QgsProcessingAlgRunnerTask(algorithm, given, context, feedback)
        ended = []
        task.executed.connect(lambda ok, outcome: ended.append((ok, outcome)))
        QgsApplication.taskManager().addTask(task)
        qtbot.waitUntil(lambda: bool(ended), timeout=WAIT)
        ok, outcome = ended[0]
        return Ran(outcome, feedback, context, ok)

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
