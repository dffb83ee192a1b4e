"""The past a sandbox is given: in the history and in the lists of projects, and the same one each time."""

from __future__ import annotations

import itertools

import pytest

from mapflow_sandbox.store import Database, accounts, processings, projects
from mapflow_sandbox.store import past as seeding

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


def steps_of(database, look):
    """How many thousand steps SQLite takes for what `look` asks."""
    count = itertools.count()
    database.reader.set_progress_handler(lambda: next(count) * 0, 1000)
    try:
        look()
    finally:
        database.reader.set_progress_handler(None, 0)
    return next(count)


@pytest.mark.parametrize("sort", ["CREATED", "COMPLETED", "EMAIL", "PROVIDER"])
def test_a_page_of_twice_as_many_takes_twice_as_long_and_no_more(tmp_path, sort):
    """Told by the steps of the database, which are the same on a loaded machine."""
    taken = []
    for count in (1000, 2000):
        database = Database(tmp_path / f"{count}.sqlite")
        accounts.ensure(database, "ann@example.org", 100.0)
        ann = accounts.by_email(database, "ann@example.org").id
        seeding.seed(database, ann, count, (36.9, 0.0, 37.0, 0.1))
        project = next(each for each in projects.visible(database, ann)[0] if not each.is_default)
        taken.append(
            steps_of(
                database,
                lambda project=project.id, ann=ann, database=database: processings.in_project(
                    database, ann, project, sort_by=sort, limit=50
                ),
            )
        )
    assert 0 < taken[0] < taken[1] < 3 * taken[0] < 300
