"""A new user on a laptop's screen comes from QGIS's welcome page to imagery, an area and its cost."""

from __future__ import annotations


def test_from_the_welcome_page_to_a_filled_form_without_scrolling(qgis_user, sandbox):
    told = qgis_user.run("first_minutes", url=sandbox.url, pasted=sandbox.basic)

    assert told["width"] == 380
    assert told["welcome"] == "QGIS shows no map to draw on."
    assert not told["can_draw"]
    west, south, east, north = sandbox.bbox
    left, bottom, right, top = told["map"]
    assert left <= west < east <= right
    assert bottom <= south < north <= top
    assert max(right - left, top - bottom) < 5 * max(east - west, north - south), "it went to the imagery"
    assert told["layer"] == [True]
    needed, there_is = told["form"]
    assert needed <= there_is, "the form needs scrolling"
    needed, there_is = told["empty_form"]
    assert needed <= there_is, "the form needs scrolling before there is an area"
    assert told["cut"] == []
    assert told["drawing"] == [False, "Finish drawing, or press Esc."]
