"""The work itself: done by processes that may be killed, as may the server, and nothing hangs or is paid for twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import httpx
import pytest
import shapely
from shapely.geometry import shape

from mapflow_sandbox import results
from mapflow_sandbox.scene.assets import load
from sandbox_process import ASSETS, PYTHON

SECONDS = 60.0


def workers_of(pid):
    """The process ids of a server's workers."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended while we looked
        if int(parent) == pid and state != "Z":
            found.append(int(stat.parent.name))
    return found


def until(condition, what):
    """What `condition` returns, once it is true; other processes do not tell this one."""
    deadline = time.monotonic() + SECONDS
    while not (value := condition()):
        assert time.monotonic() < deadline, f"{what} did not happen"
        time.sleep(0.02)
    return value


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.fixture
def alone(sandbox):
    """A sandbox of this test's own, with one worker."""
    return sandbox.start(workers=1, credits=1000)


@pytest.fixture
def busy(alone, connect, square):
    """A client of it, a processing that is being worked on, and the worker's process id."""
    api = connect(alone)
    processing_id = api.start(square(0.3), "Forest")
    api.until(processing_id, lambda one: one["percentCompleted"] > 0)
    (worker,) = workers_of(alone.pid)
    return api, processing_id, worker


def again(running, connect):
    """Start the same sandbox again, on the same data; the address and the process may be others."""
    running.process.stop()  # only takes note of it, if it was killed
    address = running.process.start()
    return connect(address), address.pid


def test_what_is_found_is_where_it_was_painted(api, square):
    area = square(0.25, east=0.1, north=-0.1)
    processing_id = api.start(area)
    assert api.ended(processing_id)["status"] == "OK"
    found = [
        shape(one["geometry"]) for one in api.ask("GET", f"/processings/{processing_id}/result")["features"]
    ]
    painted = json.loads((load(ASSETS).truth / "buildings.geojson").read_text(encoding="utf-8"))["features"]
    inside = [shape(one["geometry"]) for one in painted]
    inside = [outline for outline in inside if shape(area).contains(outline.centroid)]
    tree = shapely.STRtree(found)
    matched = 0
    for outline in inside:
        overlaps = [
            found[index].intersection(outline).area / found[index].union(outline).area
            for index in tree.query(outline)
        ]
        matched += max(overlaps, default=0) >= 0.5
    assert 2 * matched / (len(found) + len(inside)) > 0.8  # F1


def test_a_worker_that_is_killed_is_replaced_and_the_work_begun_anew(busy):
    api, processing_id, worker = busy
    os.kill(worker, signal.SIGKILL)
    assert api.ended(processing_id)["status"] == "OK"
    assert workers_of(api.sandbox.pid) != [worker]


def test_work_that_kills_its_worker_each_time_fails_with_a_message_and_can_be_restarted(busy):
    api, processing_id, _worker = busy
    for _attempt in range(3):
        (worker,) = until(lambda: workers_of(api.sandbox.pid), "the start of a worker")
        os.kill(worker, signal.SIGKILL)
        until(lambda killed=worker: killed not in workers_of(api.sandbox.pid), "the end of the worker")
    ended = api.ended(processing_id)
    assert ended["status"] == "FAILED"
    assert ended["messages"] == [{"code": "inference.internalError", "parameters": {}}]
    assert api.credits == 1000
    api.ask("POST", f"/processings/{processing_id}/restart")
    assert api.credits < 1000
    done = api.ended(processing_id)
    assert (done["status"], done["messages"]) == ("OK", [])
    assert api.credits == 1000 - done["cost"]


def test_a_killed_server_takes_its_workers_along_and_takes_the_work_up_again(busy, connect, square):
    api, processing_id, worker = busy
    waiting = api.start(square(0.05), "Roads")
    os.kill(api.sandbox.pid, signal.SIGKILL)
    until(lambda: not is_alive(worker), "the end of the worker")
    later, _pid = again(api.sandbox, connect)
    assert later.ended(processing_id)["status"] == "OK"
    assert later.ended(waiting)["status"] == "OK"
    spent = later.get_processing(processing_id)["cost"] + later.get_processing(waiting)["cost"]
    assert later.credits == 1000 - spent


def test_work_that_kills_the_server_each_time_ends_with_a_message(busy, connect):
    api, processing_id, _worker = busy
    running = api.sandbox
    pid = running.pid
    for _attempt in range(3):
        api.until(processing_id, lambda one: one["percentCompleted"] > 0 or one["status"] == "FAILED")
        os.kill(pid, signal.SIGKILL)
        api, pid = again(running, connect)
    ended = api.ended(processing_id)
    assert ended["status"] == "FAILED"
    assert ended["messages"] == [{"code": "inference.internalError", "parameters": {}}]
    assert api.credits == 1000


def test_a_server_that_is_asked_to_stop_does_so_at_once_and_goes_on_where_it_was(busy, connect):
    api, processing_id, worker = busy
    ready = api.sandbox.process.folder / "ready.json"
    assert ready.exists()
    began = time.monotonic()
    os.kill(api.sandbox.pid, signal.SIGTERM)
    until(lambda: not is_alive(api.sandbox.pid), "the end of the server")
    assert time.monotonic() - began < 10
    assert not is_alive(worker)
    assert not ready.exists()
    assert "Traceback" not in api.sandbox.process.log
    for _stop in range(3):  # more often than work may be interrupted: being stopped is not held against it
        later, pid = again(api.sandbox, connect)
        later.until(processing_id, lambda one: one["percentCompleted"] > 0)
        os.kill(pid, signal.SIGTERM)
        until(lambda stopped=pid: not is_alive(stopped), "the end of the server")
    later, _pid = again(api.sandbox, connect)
    assert later.ended(processing_id)["status"] == "OK"


def test_deleting_what_runs_ends_its_work_and_gives_its_price_back(busy, square):
    api, processing_id, worker = busy
    waiting = api.start(square(0.03), name="Next")
    began = time.monotonic()
    api.ask("DELETE", f"/processings/{processing_id}")
    assert time.monotonic() - began < 5
    assert not is_alive(worker)
    assert not (api.sandbox.process.data_path / "results" / processing_id).exists()
    done = api.ended(waiting)
    assert done["status"] == "OK"
    assert api.credits == 1000 - done["cost"]


def test_deleting_what_waits_does_not_disturb_what_runs(busy, square):
    api, processing_id, worker = busy
    waiting = api.start(square(0.3))
    api.ask("DELETE", f"/processings/{waiting}")
    assert api.ended(processing_id)["status"] == "OK"
    assert workers_of(api.sandbox.pid) == [worker]
    assert api.credits == 1000 - api.get_processing(processing_id)["cost"]


def test_many_are_done_in_the_order_they_were_asked_for(alone, connect, square):
    api = connect(alone)
    ids = [api.start(square(0.03, east=number / 20), name=f"Number {number}") for number in range(6)]
    for processing_id in ids:
        assert api.ended(processing_id)["status"] == "OK"
    completed = [api.get_processing(processing_id)["updated"] for processing_id in ids]
    assert completed == sorted(completed)


def test_two_areas_are_worked_on_at_a_time(sandbox, connect, square):
    api = connect(sandbox.start(workers=2))
    ids = [api.start(square(0.25), "Forest") for _each in range(2)]
    for processing_id in ids:
        api.until(processing_id, lambda one: one["percentCompleted"] > 0)
    assert {api.get_processing(processing_id)["status"] for processing_id in ids} == {"IN_PROGRESS"}
    for processing_id in ids:
        assert api.ended(processing_id)["status"] == "OK"


def test_the_server_answers_while_it_works(busy):
    api, processing_id, _worker = busy
    longest = 0.0
    while api.get_processing(processing_id)["status"] == "IN_PROGRESS":
        began = time.monotonic()
        api.ask("GET", "/user/status")
        longest = max(longest, time.monotonic() - began)
    assert longest < 2.0


def test_a_second_server_on_the_same_data_is_refused(alone):
    command = [
        PYTHON,
        "-m",
        "mapflow_sandbox",
        "serve",
        "--assets",
        ASSETS,
        "--data",
        alone.process.data_path,
    ]
    second = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert second.returncode == 1
    assert "Another sandbox is using the data folder" in second.stderr
    assert "work with that one, or end it first" in second.stderr
    assert httpx.get(f"{alone.url}/user/status").status_code == 401  # the first one is still there


def test_what_a_killed_server_left_behind_is_removed(alone, connect, square):
    api = connect(alone)
    kept = api.start(square(0.03))
    api.ended(kept)
    os.kill(alone.pid, signal.SIGKILL)
    folder = alone.process.data_path / "results"
    (folder / kept / ".half-a-result.part").write_text('{"type":', encoding="utf-8")
    (folder / "a-deleted-processing").mkdir()
    api, _pid = again(alone, connect)
    assert [path.name for path in folder.iterdir()] == [kept]
    assert {path.suffix for path in (folder / kept).iterdir()} == {".geojson", ".tif"}
    assert api.ask("GET", f"/processings/{kept}/result")["features"]


def test_a_result_that_was_removed_from_the_disk_is_a_sentence(api, square):
    processing_id = api.start(square(0.03))
    api.ended(processing_id)
    results.remove(api.sandbox.process.data_path / "results", processing_id)
    said = api.refused("GET", f"/processings/{processing_id}/result", 404)
    assert "not in the data folder" in said["message"]
