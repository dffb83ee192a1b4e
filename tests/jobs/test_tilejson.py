"""A TileJSON is asked for, and not waited for longer than a user likes."""

from __future__ import annotations

import pytest
from fault_proxy import Answer

from mapflow_dock.jobs import tilejson
from mapflow_dock.jobs.tilejson import TileJsonRequest
from mapflow_dock.layers.tiles.vector import TileMatrix


@pytest.fixture
def request_of(client, server):
    def make(zooms=(0, 14)):
        return TileJsonRequest(client, f"{server.url}/tiles.json", zooms)

    return make


def test_what_it_says_is_told_and_the_rest_is_ours(request_of, server, qtbot):
    server.route("GET", "/tiles.json", Answer.of({"tilejson": "3.0.0", "maxzoom": 16}))
    job = request_of((2, 9))
    with qtbot.waitSignal(job.succeeded) as told:
        job.start()
    assert told.args == [TileMatrix((2, 16), None)]
    assert not job._patience.isActive()


def test_one_that_does_not_come_in_time_is_not_waited_for(request_of, server, client, qtbot, monkeypatch):
    monkeypatch.setattr(tilejson, "WAIT_MS", 50)
    server.add(path="/tiles.json", hold=True)
    job = request_of()
    with qtbot.waitSignal(job.succeeded) as told:
        job.start()
    assert told.args == [None]
    assert client.running == 0


def test_one_that_is_not_there_is_a_failure(request_of, server, qtbot):
    server.route("GET", "/tiles.json", Answer.of({"message": "no"}, 404))
    job = request_of()
    with qtbot.waitSignal(job.failed) as told:
        job.start()
    assert told.args[0].cause.status == 404


def test_a_cancelled_one_gives_up_waiting(request_of, server, client, qtbot):
    server.add(path="/tiles.json", hold=True)
    job = request_of()
    told = []
    job.succeeded.connect(told.append)
    job.start()
    job.cancel()
    assert client.running == 0
    assert not job._patience.isActive()
    assert told == []
