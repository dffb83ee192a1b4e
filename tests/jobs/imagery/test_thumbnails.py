"""Pictures are decoded beside the thread that asks, and what is no picture is none."""

from __future__ import annotations

import pytest
from imagery_service import ImageryService, jpeg
from qgis.PyQt.QtCore import QThread
from qgis.PyQt.QtGui import QImage

from mapflow_dock.api.http.client import Client
from mapflow_dock.api.imagery import preview
from mapflow_dock.jobs.imagery import thumbnails
from mapflow_dock.jobs.imagery.thumbnails import Thumbnail, decoded


@pytest.fixture
def service():
    with ImageryService() as service:
        yield service


@pytest.fixture
def client(qgis_app, service):
    client = Client(service.url)
    yield client
    client.close()


def test_a_picture_is_decoded_in_another_thread_and_made_small(client, service, qtbot, monkeypatch):
    threads = []

    def watched(data):
        threads.append(QThread.currentThread())
        return decoded(data)

    monkeypatch.setattr(thumbnails, "decoded", watched)
    service.pictures["a"] = jpeg(side=600)
    job = Thumbnail(lambda: preview(client, "a"))
    with qtbot.waitSignal(job.succeeded) as told:
        job.start()
    assert isinstance(told.args[0], QImage)
    assert told.args[0].width() == 128
    assert threads[0] != QThread.currentThread()


def test_a_picture_that_cannot_be_had_is_a_failure(client, service, qtbot):
    job = Thumbnail(lambda: preview(client, "a"))
    with qtbot.waitSignal(job.failed):
        job.start()


@pytest.mark.parametrize("data", [b"", b"<html>", b"\xff\xd8broken", jpeg(side=4_000)])
def test_what_is_no_small_picture_is_none(qgis_app, data):
    assert decoded(data).isNull()
