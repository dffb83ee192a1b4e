"""The parts of an area: each has its own state, messages and result, and is paid for by what came of it."""

from __future__ import annotations

import uuid

import pytest

pytestmark = pytest.mark.both_dialects


@pytest.fixture
def two_of_three(api, square, several):
    """A processing of three parts; there is no imagery in the second, which is the largest by far."""
    parts = [square(0.05, east=-0.1), square(0.9, east=4), square(0.05, east=0.1)]
    before = api.credits
    processing_id = api.start(several(*parts))
    taken = before - api.credits
    return before, taken, api.ended(processing_id)


def test_a_part_without_imagery_fails_alone(api, two_of_three):
    _before, _taken, ended = two_of_three
    assert ended["status"] == "FAILED"
    assert [message["code"] for message in ended["messages"]] == ["source-validator.NoDataInAOI"]
    assert 0 <= ended["percentCompleted"] < 5  # by area
    aois = api.ask("GET", f"/processings/{ended['id']}/aois")
    assert [aoi["status"] for aoi in aois] == ["OK", "FAILED", "OK"]
    assert [aoi["percentCompleted"] for aoi in aois] == [100, 0, 100]
    assert [[message["code"] for message in aoi["messages"]] for aoi in aois] == [
        [],
        ["source-validator.NoDataInAOI"],
        [],
    ]
    assert [aoi["geometry"]["type"] for aoi in aois] == ["Polygon"] * 3
    assert sum(aoi["area"] for aoi in aois) == pytest.approx(ended["area"], abs=3)


def test_each_part_has_its_own_result_and_the_whole_has_all(api, two_of_three):
    _before, _taken, ended = two_of_three
    path = f"/processings/{ended['id']}/result"
    first, second, third = (aoi["id"] for aoi in api.ask("GET", f"/processings/{ended['id']}/aois"))
    west = api.ask("GET", path, params={"aoiId": first})["features"]
    east = api.ask("GET", path, params={"aoiId": third})["features"]
    assert api.ask("GET", path)["features"] == west + east
    assert west
    assert east
    middle = sum(api.sandbox.bbox[::2]) / 2
    assert all(lon < middle for feature in west for lon, _lat in feature["geometry"]["coordinates"][0])
    assert all(lon > middle for feature in east for lon, _lat in feature["geometry"]["coordinates"][0])
    assert "no result" in api.refused("GET", path, params={"aoiId": second})["message"]
    assert api.refused("GET", path, 404, params={"aoiId": str(uuid.uuid4())})["code"] == "NOT_FOUND"
    api.refused("GET", path, params={"aoiId": "nonsense"})


def test_only_what_was_delivered_is_paid_for(api, two_of_three):
    before, taken, ended = two_of_three
    assert taken == pytest.approx(17 * 3.26, abs=1.5)
    assert ended["cost"] == taken, "the cost that is shown stays the price of the whole"
    assert api.credits == before - 17


def test_a_restart_takes_what_was_given_back_and_runs_the_failed_part_alone(api, two_of_three):
    before, taken, ended = two_of_three
    aois = f"/processings/{ended['id']}/aois"
    restarted = api.ask("POST", f"/processings/{ended['id']}/restart")
    assert restarted["status"] == "IN_PROGRESS"
    assert restarted["messages"] == []
    assert [aoi["status"] for aoi in api.ask("GET", aois)][::2] == ["OK", "OK"]
    assert before - api.credits in {taken, 17}, "taken again, and given back once the part has failed again"
    again = api.ended(ended["id"])
    assert again["status"] == "FAILED"
    assert [aoi["status"] for aoi in api.ask("GET", aois)] == ["OK", "FAILED", "OK"]
    assert again["cost"] == taken
    assert api.credits == before - 17


def test_what_has_not_failed_cannot_be_restarted(api, square):
    processing_id = api.start(square(0.02))
    for _each in range(2):
        said = api.refused("POST", f"/processings/{processing_id}/restart/v2")
        assert "Only a failed processing" in said["message"]
        assert api.ended(processing_id)["status"] == "OK"


def test_a_hole_in_the_area_has_no_objects(api, square):
    ring, hole = square(0.2)["coordinates"][0], square(0.1)["coordinates"][0]
    processing_id = api.start({"type": "Polygon", "coordinates": [ring, hole]})
    assert api.ended(processing_id)["status"] == "OK"
    (west, south), (east, north) = hole[0], hole[2]
    inset = 3e-5  # an outline may reach over the rim by a few metres
    for feature in api.ask("GET", f"/processings/{processing_id}/result")["features"]:
        for lon, lat in feature["geometry"]["coordinates"][0]:
            inside = west + inset < lon < east - inset and south + inset < lat < north - inset
            assert not inside


def test_an_area_at_the_edge_of_the_imagery_is_worked_on_as_far_as_it_goes(api, square):
    processing_id = api.start(square(0.2, east=0.5))
    assert api.ended(processing_id)["status"] == "OK"
    features = api.ask("GET", f"/processings/{processing_id}/result")["features"]
    assert features
    edge = api.sandbox.bbox[2] + 1e-5
    assert all(lon < edge for feature in features for lon, _lat in feature["geometry"]["coordinates"][0])
