"""The whole life of a processing: started, followed, paid for once, its result fetched, renamed, moved, deleted."""

from __future__ import annotations

import pytest
import shapely
from shapely.geometry import shape

pytestmark = pytest.mark.both_dialects
KEYS_REFERENCE = {"id", "name", "status", "percentCompleted", "area", "cost", "created", "updated"}


def test_from_start_to_result(api, square):
    area = square(0.1)
    before = api.credits
    started = api.ask("POST", "/processings/v2", json=api.order(area, meta={"mine": "yes"}))
    assert (started["status"], started["percentCompleted"], started["cost"]) == ("IN_PROGRESS", 0, 17)
    assert api.credits == before - 17

    done = api.ended(started["id"])
    assert (done["status"], done["percentCompleted"], done["cost"]) == ("OK", 100, 17)
    assert api.credits == before - 17
    assert done["meta"] == {"mine": "yes"}
    assert done["area"] == pytest.approx(40_000, rel=0.02)
    assert done["messages"] == []

    answer = api.get(f"/processings/{done['id']}/result")
    assert answer.headers["content-type"] == "application/geo+json"
    result = answer.json()
    assert len(result["features"]) > 5
    wanted = shape(area).buffer(1e-5)
    for feature in result["features"]:
        outline = shape(feature["geometry"])
        assert outline.is_valid
        assert outline.exterior.is_ccw
        assert wanted.contains(outline)
        assert feature["properties"]["class"] == "building"
        assert feature["properties"]["area_m2"] > 0
        numbers = shapely.get_coordinates(outline)
        assert (numbers == numbers.round(8)).all()
