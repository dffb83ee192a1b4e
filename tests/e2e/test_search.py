"""The search in a real QGIS desktop: mouse and keys on list and map, and a mosaic that was found becomes a result."""

from __future__ import annotations

import pytest


@pytest.mark.both_dialects
def test_from_a_search_to_a_result(qgis_user, sandbox):
    told = qgis_user.run("search", seconds=170, url=sandbox.url, pasted=sandbox.basic, bbox=sandbox.bbox)

    assert told["area_here"], "the area is drawn from the Search tab"
    assert told["count"] == 100
    before, lit = told["lit"]
    assert lit == before + 1, "the row under the pointer lights its footprint"
    assert len(told["picked"]) == 1
    assert told["moved"] == [told["picked"][0] + 1], "the arrow keys go on from what was picked on the map"
    assert told["table"]["chosen"] == told["moved"], "what was chosen in the list is chosen in the table"
    clouds = told["table"]["clouds"]
    assert clouds == sorted(clouds), "the header sorts"
    assert told["table"]["copied"][0].startswith("Date\tSensor")
    assert len(told["table"]["copied"]) == 2
    assert told["covering"] == 1
    assert all(told["previews"])
    assert told["export"] == ["Save Vector Layer as…", told["covering"]], "of what is chosen"
    assert "ordered" not in told["told"], "mosaics are processed at once"
    assert told["objects"] > 5
    assert told["source"]["count"] == 1
    assert told["source"]["chosen"] == [0]
    assert "The images of" in told["source"]["told"]
