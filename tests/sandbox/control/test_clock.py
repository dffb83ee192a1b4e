"""The clock that can be moved, and what is decided by it: reviews that are over, rejections nobody looked at, links."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import httpx
import pytest

pytestmark = pytest.mark.both_dialects
CLOCK = "/sandbox/clock"


@pytest.fixture
def api(sandbox, connect):
    """A client of a sandbox with reviews whose clock is this test's own."""
    return connect(sandbox.start(review=True, credits=100))


@pytest.fixture
def done(api, square):
    processing_id = api.start(square(0.02))
    assert api.ended(processing_id)["status"] == "OK"
    return processing_id


def review_of(processing):
    review = processing["reviewStatus"]
    return review["reviewStatus"] if isinstance(review, dict) else review


def stats_of(api):
    return api.ask("POST", "/processings/stats", json={})


def test_it_is_moved_by_days_and_to_an_instant(api):
    real = datetime.now(UTC)
    said = api.ask("GET", CLOCK)
    assert abs(datetime.fromisoformat(said["now"]) - real) < timedelta(seconds=60)
    assert said["movedDays"] == 0
    later = api.ask("POST", CLOCK, json={"days": 3})
    assert timedelta(days=3) <= datetime.fromisoformat(later["now"]) - real < timedelta(days=3, minutes=2)
    assert later["movedDays"] == pytest.approx(3)
    assert api.ask("POST", CLOCK, json={"days": 0.5})["movedDays"] == pytest.approx(3.5)
    there = api.ask("POST", CLOCK, json={"instant": "2031-05-06T07:08:09+02:00"})
    assert there["now"].startswith("2031-05-06T05:08:")
    project = api.ask("POST", "/projects", json={"name": "Then"})
    if api.sandbox.dialect == "deployed":
        assert project["created"].startswith("2031-05-06T05:")
    assert api.ask("POST", CLOCK, json={"instant": "2001-01-01"})["now"].startswith("2001-01-01T00:00:")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"days": 1, "instant": "2031-01-01"},
        {"days": "soon"},
        {"instant": "then"},
        {"instant": "1815-06-18"},
    ],
)
def test_a_move_that_makes_no_sense_is_refused(api, body):
    assert api.refused("POST", CLOCK, json=body)["message"]
    assert api.ask("GET", CLOCK)["movedDays"] == 0


def test_it_goes_on_from_there_after_a_restart(api, connect):
    api.ask("POST", CLOCK, json={"days": 10})
    api.sandbox.process.stop()
    again = connect(api.sandbox.process.start())
    assert again.ask("GET", CLOCK)["movedDays"] == pytest.approx(10)


def test_a_result_nobody_spoke_of_in_time_counts_as_accepted(api, done):
    assert review_of(api.get_processing(done)) == "IN_REVIEW"
    api.ask("POST", CLOCK, json={"days": 6.9})
    assert review_of(api.get_processing(done)) == "IN_REVIEW"
    api.ask("POST", CLOCK, json={"days": 0.2})
    processing = api.get_processing(done)
    assert (review_of(processing), processing["status"]) == ("ACCEPTED", "OK")
    assert processing["updated"] > processing["created"]
    api.refused("PUT", f"/processings/{done}/acceptation")
    api.refused("PUT", f"/processings/{done}/rejection", json={"comment": "Too late"})
    assert api.credits == 100 - 17
    assert api.ask("GET", f"/processings/{done}/result")["features"] is not None


def test_in_review_until_is_a_week_ahead_on_the_moved_clock(api, square):
    now = datetime.fromisoformat(api.ask("POST", CLOCK, json={"instant": "2030-01-01"})["now"])
    processing = api.ended(api.start(square(0.02)))
    assert processing["created"].startswith("2030-01-01T")
    if api.sandbox.dialect == "deployed":
        until = datetime.fromisoformat(processing["reviewStatus"]["inReviewUntil"])
        assert timedelta(days=7) <= until - now < timedelta(days=7, minutes=5)
    features = api.ask("GET", f"/processings/{processing['id']}/result")["features"]
    assert {each["properties"]["processing_date"] for each in features} <= {"2030-01-01"}


@pytest.mark.parametrize("refunded", [True, False])
def test_what_is_rejected_is_decided_by_the_service(api, done, refunded):
    verdict = f"/sandbox/reviews/{done}"
    assert "not rejected" in api.refused("POST", verdict, json={"refunded": True})["message"]
    rejected = api.ask("PUT", f"/processings/{done}/rejection", json={"comment": "Roofs are missing"})
    assert (review_of(rejected), rejected["status"]) == ("NOT_ACCEPTED", "OK")
    assert api.credits == 83, "a rejection alone gives nothing back"
    decided = api.ask("POST", verdict, json={"refunded": refunded})
    assert review_of(decided) == ("REFUNDED" if refunded else "ACCEPTED")
    assert decided["status"] == ("REFUNDED" if refunded else "OK")
    assert decided["cost"] == 17, "the price that is shown stays"
    assert api.credits == (100 if refunded else 83)
    assert stats_of(api)["totalCost"] == (0 if refunded else 17)
    api.refused("POST", verdict, json={"refunded": True})
    api.refused("PUT", f"/processings/{done}/acceptation")


def test_a_rejection_nobody_decides_is_refunded_in_time_and_once(api, done):
    api.ask("PUT", f"/processings/{done}/rejection", json={"comment": "No"})
    api.ask("POST", CLOCK, json={"days": 6.9})
    assert api.get_processing(done)["status"] == "OK"
    for _each in range(3):
        api.ask("POST", CLOCK, json={"days": 0.2})
        processing = api.get_processing(done)
        assert (processing["status"], review_of(processing)) == ("REFUNDED", "REFUNDED")
        assert api.credits == 100
    if api.sandbox.dialect == "deployed":
        (counts,) = [row["processingCounts"] for row in api.ask("GET", "/projects")]
        assert counts == {"total": 1, "succeeded": 0, "failed": 0, "refunded": 1, "canceled": 0}
    (entry,) = stats_of(api)["results"]
    assert (entry["status"], entry["cost"]) == ("REFUNDED", 0)
    assert [entry["name"]] == [
        each["name"]
        for each in api.ask("POST", "/processings/stats", json={"filter": "status=REFUNDED"})["results"]
    ]


def test_what_was_due_while_the_server_was_down_is_decided_when_it_starts(api, done, connect):
    api.ask("PUT", f"/processings/{done}/rejection", json={"comment": "No"})
    api.sandbox.process.stop()
    database = api.sandbox.process.data_path / "sandbox.sqlite"
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("update processings set review_due = '2020-01-01T00:00:00.000000Z'")
    again = connect(api.sandbox.process.start())
    assert again.get_processing(done)["status"] == "REFUNDED"
    assert again.credits == 100


def test_download_links_end_by_it(api, geotiff):
    image = api.upload(api.mosaic(), geotiff())
    link = api.ask("GET", f"/rasters/image/{image['id']}/download")["download_url"]
    assert httpx.get(link).status_code == 200
    api.ask("POST", CLOCK, json={"days": 1})
    assert httpx.get(link).status_code == 403
