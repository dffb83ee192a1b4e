"""Results that wait for the user's review."""

from __future__ import annotations

import pytest


@pytest.fixture
def reviewed(sandbox, connect, square):
    """A client of a sandbox with reviews, and a finished processing."""
    api = connect(sandbox.kept(account=["guest@example.org", "third@example.org"], review=True))
    processing_id = api.start(square(0.02))
    assert api.ended(processing_id)["status"] == "OK"
    return api, f"/processings/{processing_id}"


def status_of(processing):
    review = processing["reviewStatus"]
    return review["reviewStatus"] if isinstance(review, dict) else review


@pytest.mark.both_dialects
def test_a_finished_result_is_in_review_and_can_be_accepted_once(reviewed):
    api, path = reviewed
    assert status_of(api.ask("GET", f"{path}/v2")) == "IN_REVIEW"
    assert status_of(api.ask("PUT", f"{path}/acceptation")) == "ACCEPTED"
    assert status_of(api.ask("GET", f"{path}/v2")) == "ACCEPTED"
    api.refused("PUT", f"{path}/acceptation")


@pytest.mark.both_dialects
def test_a_result_is_rejected_with_a_reason(reviewed):
    api, path = reviewed
    nothing = {"type": "FeatureCollection", "features": []}
    assert "comment" in api.refused("PUT", f"{path}/rejection", json={"comment": " "})["message"]
    api.refused("PUT", f"{path}/rejection", json={"comment": "No", "features": "here"})
    rejected = api.ask("PUT", f"{path}/rejection", json={"comment": "Roofs are missing", "features": nothing})
    assert status_of(rejected) == "NOT_ACCEPTED"
    api.refused("PUT", f"{path}/acceptation")


def test_the_deployed_service_says_until_when(reviewed):
    api, path = reviewed
    review = api.ask("GET", f"{path}/v2")["reviewStatus"]
    assert review["inReviewUntil"] > api.ask("GET", f"{path}/v2")["updated"]


@pytest.mark.both_dialects
def test_a_rating_is_one_to_five_and_can_be_changed(reviewed):
    api, path = reviewed
    for wrong in (0, 6, "good", None):
        api.refused("PUT", f"{path}/rate", json={"rating": wrong})
    api.ask("PUT", f"{path}/rate", json={"rating": 2, "feedback": "Hm"})
    rated = api.ask("PUT", f"{path}/rate", json={"rating": 5})
    if api.sandbox.dialect == "deployed":
        assert rated["rating"] == {"rating": 5, "feedback": None}


def test_without_reviews_there_is_nothing_to_accept_but_a_rating_is_welcome(api, square):
    processing_id = api.start(square(0.02))
    api.refused("PUT", f"/processings/{processing_id}/rate", json={"rating": 4})
    assert api.ended(processing_id)["reviewStatus"] is None
    rated = api.ask("PUT", f"/processings/{processing_id}/rate", json={"rating": 4, "feedback": "Well"})
    assert rated["rating"] == {"rating": 4, "feedback": "Well"}
    for verb, body in (("acceptation", {}), ("rejection", {"comment": "No"})):
        assert (
            api.refused("PUT", f"/processings/{processing_id}/{verb}", 403, json=body)["code"] == "FORBIDDEN"
        )
