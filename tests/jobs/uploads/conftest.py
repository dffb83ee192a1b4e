"""The queue of uploads of someone signed in, and what a user of it does."""

from __future__ import annotations

import pytest
from upload_service import WAIT, let_tasks_end, rasters, service, temporary

from mapflow_dock.api.session import Session
from mapflow_dock.jobs.uploads.batch import UploadTarget
from mapflow_dock.jobs.uploads.queue import UploadQueue
from mapflow_dock.jobs.uploads.stage import Stage
from mapflow_dock.layers.rasters.source import sources_of_paths

__all__ = ["rasters", "service", "temporary"]


@pytest.fixture
def session(qgis_app, service, qtbot):
    """Someone signed in to `service`, whose project is known."""
    session = Session()
    with qtbot.waitSignal(session.project_changed):
        session.sign_in("demo@example.org:key", service.url, remember=False)
    session.client.retry_base_s = 0.005
    yield session
    session.close()


@pytest.fixture
def queue(session, temporary, qtbot):
    queue = UploadQueue(session)
    yield queue
    queue.clear()
    let_tasks_end(qtbot)


@pytest.fixture
def upload(queue):
    """Give files to the queue, for a new mosaic of that name or one that is there."""

    def upload(paths, name="", mosaic_id=""):
        sources, refused = sources_of_paths(paths)
        assert not refused
        queue.add(sources, UploadTarget(mosaic_id, name or mosaic_id or paths[0].parent.name))

    return upload


@pytest.fixture
def user(queue, qtbot):
    return User(queue, qtbot)


class User:
    """What somebody learns of the queue, and does with it."""

    def __init__(self, queue, qtbot):
        self.queue = queue
        self.qtbot = qtbot
        self.asked = []
        self.told = []
        queue.decision_wanted.connect(self.asked.append)
        queue.batch_over.connect(self.told.append)

    def wait(self, is_so, timeout=WAIT):
        self.qtbot.waitUntil(is_so, timeout=timeout)

    def wait_asked(self):
        self.wait(lambda: bool(self.asked))

    def go_on(self):
        """Agree to what is proposed."""
        self.wait_asked()
        batch = self.asked.pop(0)
        self.queue.decide(batch, {upload.id: upload.advised for upload in batch.undecided if upload.issues})

    def retry_failed(self):
        self.queue.retry([upload.id for upload in self.queue.uploads if upload.stage is Stage.FAILED])

    def cancel(self, *names):
        self.queue.cancel([upload.id for upload in self.queue.uploads if upload.source.name in names])

    def stages(self):
        return [upload.stage for upload in self.queue.uploads]

    def named(self):
        return {upload.source.name: upload for upload in self.queue.uploads}

    def wait_over(self):
        """Until nothing more comes by itself."""
        self.wait(lambda: bool(self.stages()) and all(stage.is_over for stage in self.stages()))
        return self.stages()

    def wait_for(self, stage, count=1):
        self.wait(lambda: self.stages().count(stage) >= count)
