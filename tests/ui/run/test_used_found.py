"""Images of the catalog that a processing used are looked up, and held against the model and the area like picked ones."""

from __future__ import annotations

import pytest
from imagery_service import ImageryService

from mapflow_dock.api.sources import SearchSource

WIDE = "POLYGON((37 55, 38 55, 38 56, 37 56, 37 55))"  # the map is inside
FAR = "POLYGON((7 5, 8 5, 8 6, 7 6, 7 5))"
USED = {"imagerySearch": {"dataProvider": "maxar", "imageIds": ["i1", "i2"], "zoom": 18}}


def record(image_id, **told):
    known = {"productType": "Mosaic", "sensor": "KF01", "pixelResolution": 0.5, "footprint": WIDE}
    return {"id": image_id, "providerName": "maxar", **known, **told}


@pytest.fixture
def service():
    with ImageryService() as service:
        yield service


def show(page, qtbot, is_answered):
    assert page.imagery.show_source(USED) == ""
    assert page.imagery.source == SearchSource("maxar", ("i1", "i2"), 18), (
        "they are used before more is known"
    )
    qtbot.waitUntil(is_answered)


def test_what_they_are_and_cover_is_known(page, service, qtbot):
    service.catalog = {"i1": record("i1"), "i2": record("i2", minAreaSqkm=3)}
    show(page, qtbot, lambda: page.found.ground is not None)
    assert page.found.foundLabel.text() == "2 images · maxar"
    assert page.found.min_area_m2 == 3_000_000
    assert page.imagery.source == SearchSource("maxar", ("i1", "i2"), 18)
    assert [asked.path for asked in service.asked if "/meta/" in asked.path] != []
    assert page.notices == []


def test_an_area_outside_and_pixels_that_do_not_fit_are_said(page, service, qtbot):
    service.catalog = {each: record(each, footprint=FAR) for each in ("i1", "i2")}
    page.area.mapExtentButton.click()
    show(page, qtbot, lambda: "outside the chosen" in page.foot.reasonLabel.text())
    service.catalog = {each: record(each, pixelResolution=90) for each in ("i1", "i2")}
    show(page, qtbot, lambda: "too coarse" in page.found.problem)
    assert page.imagery.source is None


def test_those_that_are_left_are_used(page, service, qtbot):
    service.catalog = {"i2": record("i2")}
    show(page, qtbot, lambda: page.notices != [])
    assert "One of the images that were used is not in the catalog any more" in page.notices[0].text
    assert page.imagery.source == SearchSource("maxar", ("i2",), 18)


def test_without_an_answer_they_are_used_as_they_were(page, service, qtbot):
    show(page, qtbot, lambda: page.notices != [])
    assert "Pick others under Search" in page.notices[0].text
    assert "2 images · maxar, as a processing used them" in page.found.foundLabel.text()
    assert page.imagery.source == SearchSource("maxar", ("i1", "i2"), 18)


def test_what_was_picked_meanwhile_stays(page, service, qtbot):
    service.catalog = {each: record(each) for each in ("i1", "i2")}
    page.imagery.show_source(USED)
    page.imagery.use_found(())
    qtbot.waitUntil(lambda: len([asked for asked in service.asked if "/meta/" in asked.path]) == 2)
    qtbot.waitUntil(lambda: not page._used_found._job)
    assert page.imagery.source is None
