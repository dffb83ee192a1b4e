"""Somebody with a long past works in the list of all projects, and the service has what was done there."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from past_account import PastAccount


def wait_until_gone(past, ids):
    """Deletions go one after the other: what the service has is asked again and again."""
    deadline = time.monotonic() + 60
    while left := ids & {row["id"] for row in past.rows()}:
        assert time.monotonic() < deadline, left


@pytest.mark.parametrize("dialect", ["deployed", "reference"])
def test_what_is_done_in_the_list_of_all_projects_is_done(qgis_user, sandbox, dialect):
    alone = sandbox.start(dialect, processings=1500)
    past = PastAccount(alone)
    current = past.ask("GET", "/projects/default")["id"]
    rows = {row["id"]: row for row in past.rows()}
    expected = [rows[key]["name"] for key in past.expected(list(rows.values()), "CREATED", False)]
    counts = Counter(expected)
    once = [row for row in rows.values() if counts[row["name"]] == 1]
    assert len(rows) > 500
    assert all(row["projectId"] != current for row in once)
    renamed, moved, again = once[:3]
    gone = [once[3], once[4], next(row for row in once[5:] if row["projectId"] != once[3]["projectId"])]
    to = next(key for key in past.projects if key not in (current, moved["projectId"]))

    told = qgis_user.run(
        "all_projects",
        seconds=280,
        url=alone.url,
        pasted=alone.basic,
        count=len(rows),
        renamed=renamed["name"],
        moved=[moved["name"], past.projects[to]],
        duplicated=again["name"],
        deleted=[row["name"] for row in gone],
    )

    assert "of " + str(len(rows)) in told["note"]
    assert told["end_note"] == ""
    assert told["names"] == expected, "each once, the newest first, across all projects"
    assert told["renamed"] == "Renamed <b>by</b> keys"
    assert past.projects[to] in told["moved"][0]
    assert told["moved"][1] == moved["name"], "its row stays where it was, and chosen"
    assert told["duplicated"]["name"].startswith(again["name"])
    assert told["project"] == past.projects[current], "to duplicate changes no project"
    assert "3 processings" in told["asked"][0]
    assert all(row["name"] in told["asked"][1] for row in gone)
    assert told["left"] == len(rows) - 3

    wait_until_gone(past, {row["id"] for row in gone})
    after = {row["id"]: row for row in past.rows()}
    assert len(after) == len(rows) - 3
    assert after[renamed["id"]]["name"] == "Renamed <b>by</b> keys"
    assert after[moved["id"]]["projectId"] == to
    untouched = rows.keys() - {each["id"] for each in (renamed, moved, *gone)}
    assert all(after[key] == rows[key] for key in untouched)
