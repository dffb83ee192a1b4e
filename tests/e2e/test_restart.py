"""Closing QGIS and starting it again loses neither the login nor what was being watched."""

from __future__ import annotations

import json
from contextlib import contextmanager
from urllib.request import Request, urlopen


def ask(sandbox, method, path, body=None):
    """What the sandbox answers, without QGIS."""
    request = Request(
        sandbox.url + path,
        method=method,
        headers={"Authorization": f"Basic {sandbox.basic}", "Content-Type": "application/json"},
        data=None if body is None else json.dumps(body).encode(),
    )
    with urlopen(request, timeout=30) as answer:
        content = answer.read()
    return json.loads(content) if content else None


@contextmanager
def kept_busy(sandbox):
    """The sandbox at work on all of its imagery, so that what is started meanwhile waits for its turn."""
    west, south, east, north = sandbox.bbox
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    models = ask(sandbox, "GET", "/user/status")["models"]
    order = {
        "name": "All of it",
        "projectId": ask(sandbox, "GET", "/projects/default")["id"],
        "wdId": next(model["id"] for model in models if "Forest" in model["name"]),
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "params": {"sourceParams": {"dataProvider": {"providerName": sandbox.provider, "zoom": 18}}},
    }
    processing_id = ask(sandbox, "POST", "/processings/v2", order)["id"]
    yield
    ask(sandbox, "DELETE", f"/processings/{processing_id}")


def test_login_and_watched_processing_outlive_a_restart(qgis_user, sandbox):
    alone = sandbox.start(workers=1, credits=1000)
    with kept_busy(alone):
        started = qgis_user.run(
            "restarted/start_and_leave", url=alone.url, pasted=alone.basic, bbox=alone.bbox, model="Buildings"
        )
    assert started["watched"]

    told = qgis_user.run("restarted/come_back", seconds=150, name=started["name"])

    assert told["signed_in_as"] == alone.email
    assert told["project"] == started["project"]
    assert started["name"] in told["notification"]
    assert told["can_be_added"]
