"""A project is saved, QGIS closed and started again: layers know their processings, what ran is told, work goes on."""

from __future__ import annotations

import json
import time
from urllib.request import Request, urlopen


def ask(sandbox, method, path):
    """What the sandbox answers, without QGIS."""
    request = Request(sandbox.url + path, method=method, headers={"Authorization": f"Basic {sandbox.basic}"})
    with urlopen(request, timeout=30) as answer:
        content = answer.read()
    return json.loads(content) if content else None


def all_of_it(sandbox):
    """An order that keeps one worker at work on all of the imagery."""
    west, south, east, north = sandbox.bbox
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    models = ask(sandbox, "GET", "/user/status")["models"]
    return {
        "name": "All of it",
        "projectId": ask(sandbox, "GET", "/projects/default")["id"],
        "wdId": next(model["id"] for model in models if "Forest" in model["name"]),
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "params": {"sourceParams": {"dataProvider": {"providerName": sandbox.provider, "zoom": 18}}},
    }


def wait_until_ended(sandbox, name):
    """Until the processing of that name has ended; the service tells nobody, so it is asked again and again."""
    project = ask(sandbox, "GET", "/projects/default")["id"]
    deadline = time.monotonic() + 120
    while True:
        listed = ask(sandbox, "GET", f"/projects/{project}/processings/v2")
        record = next(each for each in listed if each["name"] == name)
        if record["status"] in ("OK", "FAILED"):
            return record
        assert time.monotonic() < deadline, record


def test_run_add_duplicate_save_close_open_and_go_on(qgis_user, sandbox):
    alone = sandbox.start(workers=1, credits=10_000)
    first = qgis_user.run(
        "restarted/run_duplicate_and_leave",
        seconds=200,
        url=alone.url,
        pasted=alone.basic,
        bbox=alone.bbox,
        model="Buildings",
        order=all_of_it(alone),
    )
    name, again = first["name"], first["again"]
    assert again["name"] == f"{name} (2)"
    assert again["cost"] == first["cost"]
    assert again["area"].split(" · ")[1] == first["area"].split(" · ")[1], "as large as the original"
    assert len(first["watched"]) >= 1

    ask(alone, "DELETE", f"/processings/{first['busy']}")
    assert wait_until_ended(alone, again["name"])["status"] == "OK"

    second = qgis_user.run("restarted/reopen_and_continue", seconds=200, name=name, again=again["name"])
    assert second["objects_before"] == first["objects"] > 20
    assert len(second["told"]) == 1
    assert len(second["lost"]) == 1, "what was deleted meanwhile"
    assert "is ready" in second["told"][0]
    assert second["opened"] == name
    assert second["again"] == {**again, "name": f"{name} (3)"}
    assert second["layers"] == 2, "that of the project, and the new one"

    third = qgis_user.run("restarted/nothing_new", seconds=100, rows=3)
    assert third == {"told": []}
