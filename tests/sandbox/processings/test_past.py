"""The past a sandbox is given: in the history and in the lists of projects, and the same one each time."""

from __future__ import annotations

import pytest

STATS = "/processings/stats"


COUNT = 60


@pytest.fixture
def past(sandbox, connect):
    return connect(sandbox.start(processings=COUNT))


def test_the_past_is_in_the_history_and_what_was_not_put_away_in_the_lists(past):
    history = past.ask("POST", STATS, json={"perPage": 1000})
    assert (history["total"], history["count"]) == (COUNT, COUNT)
    assert history["totalCost"] == sum(entry["cost"] for entry in history["results"]) > 0
    kept = [entry for entry in history["results"] if not entry["archived"]]
    assert 0 < len(kept) < COUNT
    assert "OK" not in {entry["status"] for entry in kept}
    listed = [
        row
        for project in past.ask("GET", "/projects")
        for row in past.ask("GET", f"/projects/{project['id']}/processings/v2")
    ]
    assert sorted(row["name"] for row in listed) == sorted(entry["name"] for entry in kept)


def test_an_account_pays_nothing_for_its_past(past, sandbox, connect):
    assert past.credits == connect(sandbox.start()).credits
