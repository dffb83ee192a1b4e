"""Jobs run in the thread of a QgsTask that has a client of its own, as an algorithm of the toolbox runs them."""

from __future__ import annotations

import pytest
from fault_proxy import FaultProxy
from qgis.core import QgsApplication, QgsRasterLayer, QgsTask
from qgis.PyQt.QtCore import QEventLoop, QThread
from raster_layers import pseudocolour
from rasters import write_raster

from mapflow_dock.api import imagery
from mapflow_dock.api.http.client import Client
from mapflow_dock.api.login.credential import read_pasted
from mapflow_dock.jobs.uploads.batch import Batch, Decision, Upload, UploadTarget
from mapflow_dock.jobs.uploads.preparation import UploadPreparation
from mapflow_dock.jobs.uploads.stage import Stage
from mapflow_dock.jobs.uploads.upload import UploadJob
from mapflow_dock.layers.rasters.source import source_of_file, source_of_layer

PLACE = (4_187_000.0, 7_510_000.0)  # in Web Mercator, near 55.8° N
WAIT = 60_000


class Errand(QgsTask):
    """Runs `steps` one after the other in a thread of the task manager, each a job that a client is given to."""

    def __init__(self, url, login, steps):
        super().__init__("Errand", QgsTask.Flag.CanCancel)
        self._url = url
        self._login = login
        self._steps = steps
        self.told = []
        self.progress = []
        self.cancel_at = None
        self.thread = None
        self.problem = None

    def run(self):
        try:
            self.thread = QThread.currentThread()
            client = Client(self._url, read_pasted(self._login))
            client.retry_base_s = 0.02
            for step in self._steps:
                self._wait_for(step(client))
            client.close()
        except Exception as problem:  # noqa: BLE001 - an exception here would end QGIS
            self.problem = problem
        return self.problem is None

    def _wait_for(self, job):
        loop = QEventLoop()

        def note(fraction, doing):
            self.progress.append(doing)
            if doing is self.cancel_at:
                job.cancel()

        job.progressed.connect(note)
        job.succeeded.connect(lambda value: self.told.append(("succeeded", value)))
        job.failed.connect(lambda error: self.told.append(("failed", error)))
        job.finished.connect(loop.quit)
        job.start()
        if job.is_running:  # it may have been cancelled already
            loop.exec()


@pytest.fixture
def proxy(sandbox):
    with FaultProxy(sandbox.url) as proxy:
        yield proxy


@pytest.fixture
def run(sandbox, proxy, qtbot):
    """Run steps in a task; returns the task when it has ended."""

    def run(*steps, cancel_at=None):
        errand = Errand(proxy.url, sandbox.basic, steps)
        errand.cancel_at = cancel_at
        ended = []
        errand.taskCompleted.connect(lambda: ended.append(True))
        errand.taskTerminated.connect(lambda: ended.append(False))
        QgsApplication.taskManager().addTask(errand)
        qtbot.waitUntil(lambda: bool(ended), timeout=WAIT)
        assert errand.problem is None
        assert errand.thread is not QThread.currentThread()
        return errand

    return run


@pytest.fixture
def stored(sandbox, qtbot):
    """The images of every mosaic of a name, by their names."""
    client = Client(sandbox.url, read_pasted(sandbox.basic))

    def ask(reply):
        with qtbot.waitSignal(reply.succeeded, timeout=WAIT) as told:
            pass
        return told.args[0]

    def stored(name):
        mine = [mosaic for mosaic in ask(imagery.list_mosaics(client)).mosaics if mosaic.name == name]
        return [[image.name for image in ask(imagery.list_images(client, each.id)).images] for each in mine]

    yield stored
    client.close()


class Errands:
    """The steps of one upload into a new mosaic: prepared, decided as is advised, uploaded."""

    def __init__(self, source, name):
        self.source = source
        self.name = name
        self.upload = None

    def prepare(self, client):
        batch = Batch(client, UploadTarget("", self.name))
        self.upload = Upload(1, batch, self.source)
        batch.uploads = [self.upload]
        return UploadPreparation(batch, batch.uploads)

    def send(self, _client):
        self.upload.decision = self.upload.decision or self.upload.advised
        return UploadJob(self.upload)


@pytest.fixture
def steps(tmp_path, request):
    """The steps of uploading a raster that has to be converted."""

    def steps(source=None, **form):
        path = write_raster(tmp_path / "scene.png", driver="PNG", epsg=3857, origin=PLACE, **form)
        return Errands(source or source_of_file(path), request.node.name)

    return steps


@pytest.mark.both_dialects
def test_a_raster_is_converted_and_uploaded(run, steps, stored, temporary):
    upload = steps()
    errand = run(upload.prepare, upload.send)
    assert [kind for kind, _value in errand.told] == ["succeeded", "succeeded"]
    assert errand.told[-1][1].image.name == "scene.tif"
    assert upload.upload.decision is Decision.CONVERT
    assert {Stage.CONVERTING, Stage.SENDING, Stage.PROCESSING} <= set(errand.progress)
    assert stored(upload.name) == [["scene.tif"]]
    assert list(temporary.iterdir()) == []


def test_a_layer_is_drawn_and_uploaded(run, steps, stored, temporary, tmp_path):
    path = write_raster(tmp_path / "a.tif", bands=1, dtype="uint16", epsg=3857, origin=PLACE)
    layer = pseudocolour(QgsRasterLayer(str(path), "Height"))
    upload = steps(source_of_layer(layer))
    errand = run(upload.prepare, upload.send)
    assert [kind for kind, _value in errand.told] == ["succeeded", "succeeded"]
    assert stored(upload.name) == [["Height.tif"]]
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("stage", [Stage.CONVERTING, Stage.SENDING])
def test_a_cancelled_upload_leaves_nothing(run, steps, stored, temporary, qtbot, proxy, stage):
    upload = steps(width=2000, height=2000)
    proxy.add(verb="POST", path="/mosaic/image", hold=True, drop_before=True)
    errand = run(upload.prepare, upload.send, cancel_at=stage)
    assert [kind for kind, _value in errand.told] == ["succeeded"], "of the preparation alone"
    assert errand.progress[-1] is stage
    proxy.release()
    qtbot.waitUntil(lambda: list(temporary.iterdir()) == [], timeout=WAIT)
    assert stored(upload.name) == []


def test_what_the_service_refuses_is_told(run, steps, stored, proxy):
    upload = steps()
    proxy.add(verb="POST", path="/mosaic/image", drop_before=True, times=9)
    errand = run(upload.prepare, upload.send)
    kind, error = errand.told[-1]
    assert kind == "failed"
    assert error.sentence
    assert error.cause is not None
    assert stored(upload.name) == []
