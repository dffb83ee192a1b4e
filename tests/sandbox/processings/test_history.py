"""POST /processings/stats: what was processed, by whom, what it cost; pages, filters, sums and CSV."""

from __future__ import annotations

import csv
import io
import json

import pytest

from mapflow_sandbox.detect.catalog import MODELS
from mapflow_sandbox.store import Database, accounts, history, projects, queue
from mapflow_sandbox.wire.history import history_csv

STATS = "/processings/stats"
FIELDS = [
    "projectName",
    "name",
    "email",
    "area",
    "cost",
    "created",
    "completionDate",
    "status",
    "percentCompleted",
    "archived",
    "dataProvider",
    "linkToMap",
    "scenario",
]


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """A store with a past: two accounts, three projects of which one is shared and one put away."""
    database = Database(tmp_path_factory.mktemp("store") / "sandbox.sqlite")
    for email in ("ann@example.org", "ben@example.org"):
        accounts.ensure(database, email, 100.0)
    ann, ben = (accounts.by_email(database, f"{name}@example.org").id for name in ("ann", "ben"))
    shared = projects.create(database, ann, "Shared", None)
    own = projects.create(database, ben, "Own", None)
    gone = projects.create(database, ben, "Gone", None)
    projects.share(database, shared, ben, projects.Role.READONLY)
    rows = [
        (shared, ann, "=1+2", "OK", 10.0, 1_000_000.4, "2026-01-01T00:00:00.000000Z"),
        (shared, ben, "b", "FAILED", 0.0, 2_000_000.0, "2026-01-03T00:00:00.000000Z"),
        (own, ben, "c", "OK", 2.5, 500_000.0, "2026-01-02T00:00:00.000000Z"),
        (gone, ben, "d", "OK", 4.0, 250_000.0, "2026-01-04T00:00:00.000000Z"),
    ]
    source = json.dumps({"dataProvider": {"providerName": "sandbox_orthophoto"}, "myImagery": None})
    with database.writing() as connection:
        for number, (project, account, name, status, cost, area, created) in enumerate(rows):
            row = {
                "id": f"{number}", "project_id": project, "account_id": account, "payer_id": account, "name": name,
                "model_key": MODELS[number % 3].key, "area_m2": area, "source": source, "params": "{}", "blocks": "[]",
                "meta": "{}", "status": status, "percent": 100, "model_rate": 1, "imagery_rate": 1, "cost": cost,
                "created": created, "updated": created, "completed": created,
            }  # fmt: skip
            names = ", ".join(row)
            connection.execute(
                f"insert into processings ({names}) values ({', '.join(f':{name}' for name in row)})", row
            )
    queue.withdraw_project(database, gone)
    return database


def extract_of(database, name="ben", conditions=None, **options):
    account = accounts.by_email(database, f"{name}@example.org")
    return history.extract(database, account.id, conditions or {}, **options)


def names_of(*arguments, **options):
    return [entry.name for entry in extract_of(*arguments, **options).entries]


def test_an_account_sees_its_own_and_what_it_shares_and_no_more(database):
    assert names_of(database, "ben") == ["d", "b", "c", "=1+2"]
    assert names_of(database, "ann") == ["b", "=1+2"]


def test_what_was_put_away_is_told_of_as_such(database):
    entries = {entry.name: entry.archived for entry in extract_of(database).entries}
    assert entries == {"=1+2": False, "b": False, "c": False, "d": True}


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("cost", ["b", "c", "d", "=1+2"]),
        ("name", ["=1+2", "b", "c", "d"]),
        ("area_m2", ["d", "c", "=1+2", "b"]),
    ],
)
def test_it_is_sorted_both_ways(database, column, expected):
    assert names_of(database, sort_by=column, ascending=True) == expected
    assert names_of(database, sort_by=column, ascending=False) == expected[::-1]


def test_sums_are_of_all_that_match_and_not_of_the_page(database):
    page = extract_of(database, conditions={"status": "OK"}, limit=1, offset=1)
    assert [entry.name for entry in page.entries] == ["c"]
    assert (page.total, page.cost, page.area_m2) == (3, 16.5, pytest.approx(1_750_000.4))
    nothing = extract_of(database, conditions={"status": "CANCELLED"})
    assert (nothing.entries, nothing.total, nothing.cost, nothing.area_m2) == ((), 0, 0, 0)


def test_a_column_that_is_none_never_gets_into_a_statement(database):
    with pytest.raises(KeyError):
        extract_of(database, sort_by="1; drop table processings")
    with pytest.raises(KeyError):
        extract_of(database, conditions={"id) or (1": "1"})


def test_a_value_is_compared_as_it_is(database):
    assert names_of(database, conditions={"name": "=1+2"}) == ["=1+2"]
    assert names_of(database, conditions={"name": "' or '1'='1"}) == []


def test_in_a_spreadsheet_nothing_of_it_runs(database):
    rows = list(csv.DictReader(io.StringIO(history_csv(extract_of(database)), newline="")))
    assert list(rows[0]) == FIELDS
    assert [row["name"] for row in rows] == ["d", "b", "c", "'=1+2"]
    assert [row["cost"] for row in rows] == ["4", "0", "2.5", "10"]


@pytest.fixture
def sort(sandbox):
    """Makes a sort expression of the sandbox's dialect."""
    separator = {"deployed": ",", "reference": ":"}[sandbox.dialect]
    return lambda field="created", direction="desc": f"{field}{separator}{direction}"


def ask(api, form="JSON", **body):
    return api.ask("POST", STATS, params={"type": form}, json=body)


@pytest.mark.both_dialects
def test_what_was_run_is_in_the_history(api, square, several, sort):
    first = api.ended(api.start(square(0.04), name="The first, with a comma"))
    parts = several(square(0.03), square(0.03, east=2))
    half = api.ended(api.start(parts, "Forest", name='The "second"'))
    assert (first["status"], half["status"]) == ("OK", "FAILED")
    said = ask(api, page=1, perPage=2, sort=sort())
    assert [each["name"] for each in said["results"]] == ['The "second"', "The first, with a comma"]
    assert (said["count"], len(said["results"])) == (2, 2)
    latest, earlier = said["results"]
    assert list(earlier) == FIELDS
    assert earlier["email"] == api.sandbox.email
    assert earlier["scenario"] == "🏠 Buildings"
    assert earlier["dataProvider"] == api.sandbox.provider
    assert earlier["cost"] == first["cost"]
    assert earlier["area"] == pytest.approx(first["area"], abs=1)
    assert earlier["created"] < earlier["completionDate"]
    assert (latest["status"], latest["scenario"]) == ("FAILED", "🌲 Forest")

    only = ask(api, filter="status=OK", sort=sort("name", "asc"), perPage=1000)
    assert {each["status"] for each in only["results"]} == {"OK"}
    assert [each["name"] for each in only["results"]] == sorted(each["name"] for each in only["results"])
    assert only["totalCost"] == sum(each["cost"] for each in only["results"])
    assert only["totalArea"] == pytest.approx(
        sum(each["area"] for each in only["results"]), abs=only["total"]
    )
    some = ask(api, filter="scenario=🌲 Forest & status=FAILED", sort=sort())
    assert 'The "second"' in [each["name"] for each in some["results"]]

    api.ask("DELETE", f"/processings/{first['id']}")
    gone = ask(api, filter="archived=true", sort=sort())
    assert "The first, with a comma" in [each["name"] for each in gone["results"]]

    answer = api.post(STATS, params={"type": "CSV"}, json={"sort": sort(), "perPage": 2})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert [row["name"] for row in rows] == ['The "second"', "The first, with a comma"]
    assert rows[1]["scenario"] == "🏠 Buildings"


@pytest.mark.both_dialects
def test_the_other_dialect_s_sort_is_refused_and_its_own_explained(api, sort):
    other = {"deployed": "created:desc", "reference": "created,desc"}[api.sandbox.dialect]
    assert sort() in api.refused("POST", STATS, json={"sort": other})["message"]


@pytest.mark.parametrize(
    "body",
    [
        {"sort": "created"},
        {"sort": "nothing,desc"},
        {"sort": "created,down"},
        {"filter": "status"},
        {"filter": "id=1"},
        {"filter": "status=DONE"},
        {"filter": "archived=perhaps"},
        {"filter": "status=OK&&"},
        {"page": 0},
        {"perPage": 0},
        {"perPage": 1001},
        {"page": "first"},
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason(api, body):
    assert api.refused("POST", STATS, json=body)["message"]


def test_a_page_past_the_last_is_empty(api):
    said = ask(api, page=10**6, perPage=1000)
    assert (said["results"], said["count"]) == ([], 0)
    assert said["total"] >= 0


def test_the_history_is_the_account_s_own(sandbox, connect):
    assert connect(sandbox, "").refused("POST", STATS, 401, json={})["code"] == "AUTHENTICATION_ERROR"
