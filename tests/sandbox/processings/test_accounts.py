"""Who may do what with a processing, and who pays."""

from __future__ import annotations

import base64
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

OTHER = "other@example.org"


@pytest.fixture
def two(sandbox, connect):
    """Clients of the two accounts of a sandbox of their own: the demo one, and another."""
    shared = sandbox.start(account=[OTHER], credits=100)
    kept = json.loads((shared.process.data_path / "credentials.json").read_text(encoding="utf-8"))
    token = base64.b64encode(f"{OTHER}:{kept[OTHER]['api_token']}".encode()).decode()
    return connect(shared), connect(shared, f"Basic {token}")


@pytest.mark.both_dialects
def test_two_starts_at_once_with_credits_for_one(sandbox, connect, square):
    poor = sandbox.start(credits=20)
    clients = [connect(poor) for _each in range(4)]
    order = clients[0].order(square(0.02))
    with ThreadPoolExecutor(len(clients)) as pool:
        answers = list(pool.map(lambda client: client.post("/processings/v2", json=order), clients))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]
    assert clients[0].credits == 3
    assert len(clients[0].ask("GET", "/processings/v2")) == 1


@pytest.mark.both_dialects
def test_two_restarts_at_once_are_one(sandbox, connect, square):
    alone = sandbox.start(credits=100)
    clients = [connect(alone) for _each in range(4)]
    processing_id = clients[0].start(square(east=3))
    clients[0].ended(processing_id)
    # while the workers are busy, what was restarted still waits when the next restart comes
    others = [clients[0].start(square(0.3), "Forest") for _each in range(3)]
    with ThreadPoolExecutor(len(clients)) as pool:
        path = f"/processings/{processing_id}/restart"
        answers = list(pool.map(lambda client: client.post(path), clients))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]
    for each in others:
        clients[0].ask("DELETE", f"/processings/{each}")
    clients[0].ended(processing_id)
    assert clients[0].credits == 100


def test_who_restarts_pays_and_is_refunded(two, square):
    mine, theirs = two
    project = mine.ask("POST", "/projects", json={"name": "Shared"})["id"]
    mine.ask("POST", "/projects/share", json={"projectId": project, "email": OTHER, "role": "contributor"})
    processing_id = mine.start(square(east=3), projectId=project)
    mine.ended(processing_id)
    theirs.ask("POST", f"/processings/{processing_id}/restart")
    theirs.ended(processing_id)
    assert (mine.credits, theirs.credits) == (100, 100)


def test_a_processing_cannot_be_moved_into_somebody_elses_project(two, square):
    mine, theirs = two
    processing_id = theirs.start(square(0.02))
    path = f"/processings/{processing_id}"
    assert theirs.refused("PUT", path, 404, json={"projectId": mine.project})["code"] == "NOT_FOUND"
    assert theirs.ended(processing_id)["status"] == "OK"


def test_deleting_a_project_ends_what_runs_in_it(two, square):
    mine, _theirs = two
    project = mine.ask("POST", "/projects", json={"name": "Short-lived"})["id"]
    processing_id = mine.start(square(0.9), "Forest", projectId=project)
    mine.until(processing_id, lambda one: one["percentCompleted"] > 0)
    mine.ask("DELETE", f"/projects/{project}")
    assert mine.credits == 100
    assert mine.refused("GET", f"/processings/{processing_id}/v2", 404)["code"] == "NOT_FOUND"
    assert not (mine.sandbox.process.data_path / "results" / processing_id).exists()
