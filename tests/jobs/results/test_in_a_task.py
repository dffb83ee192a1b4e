"""A result is downloaded and saved inside a task's thread, with a client of its own, as a Processing algorithm does."""

from __future__ import annotations

import json

from qgis.core import QgsApplication, QgsTask
from qgis.PyQt.QtCore import QEventLoop, QThread
from result_service import BUILDINGS, PROCESSING_ID

from mapflow_dock.api.http.client import Client
from mapflow_dock.jobs.job import Job
from mapflow_dock.jobs.results.export import ExportFormat, ResultExport

WAIT = 20_000
RESULT = f"/processings/{PROCESSING_ID}/result"


class Saving(QgsTask):
    """Saves one result in the task's thread, and cancels it there when the task is cancelled."""

    def __init__(self, url, processing, path):
        super().__init__("Saving", QgsTask.Flag.CanCancel)
        self._url, self._processing, self._path = url, processing, path
        self.told = []
        self.thread = None

    def run(self):
        self.thread = QThread.currentThread()
        client = Client(self._url)
        job = ResultExport(client, self._processing, self._path, ExportFormat.GEOJSON)
        loop = QEventLoop()
        job.succeeded.connect(lambda result: self.told.append(("succeeded", result.paths)))
        job.failed.connect(lambda error: self.told.append(("failed", error.sentence)))
        job.finished.connect(lambda: self.told.append("finished"))
        job.finished.connect(loop.quit)
        job.start()
        while job.is_running:
            loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)
            if self.isCanceled():
                job.cancel()
        client.close()
        return not self.isCanceled()


def test_a_result_is_saved_in_the_thread_of_a_task(serve, server, processing, qtbot, tmp_path):
    serve(BUILDINGS)
    path = tmp_path / "town.geojson"
    task = Saving(server.url, processing(), path)
    with qtbot.waitSignal(task.taskCompleted, timeout=WAIT):
        QgsApplication.taskManager().addTask(task)
    assert task.thread != QThread.currentThread()
    assert task.told == [("succeeded", (path,)), "finished"]
    assert len(json.loads(path.read_text(encoding="utf-8"))["features"]) == 9
    assert [entry.name for entry in tmp_path.iterdir()] == ["town.geojson"]


def test_it_is_cancelled_there(serve, server, processing, qtbot, tmp_path):
    serve(BUILDINGS)
    server.add(path=RESULT, hold=True)
    task = Saving(server.url, processing(), tmp_path / "town.geojson")
    QgsApplication.taskManager().addTask(task)
    qtbot.waitUntil(lambda: server.count(path=RESULT) == 1, timeout=WAIT)
    with qtbot.waitSignal(task.taskTerminated, timeout=WAIT):
        task.cancel()
    assert task.told == ["finished"]
    assert list(tmp_path.iterdir()) == []
    assert not any(isinstance(job, ResultExport) for job in Job._kept)
