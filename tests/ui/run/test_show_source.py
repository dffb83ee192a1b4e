"""What a processing used fills the form again, whichever of the four kinds of imagery it was."""

from __future__ import annotations

import pytest
from imagery_service import ImageryService, image

from mapflow_dock.api.account import Provider
from mapflow_dock.api.own_sources.kinds import SourceKind
from mapflow_dock.api.own_sources.source import OwnSource
from mapflow_dock.api.sources import MyImagerySource, ProviderSource, SearchSource

WIDE = "POLYGON((37 55, 38 55, 38 56, 37 56, 37 55))"  # the map is inside
FAR = "POLYGON((7 5, 8 5, 8 6, 7 6, 7 5))"
USED = {"imagerySearch": {"dataProvider": "maxar", "imageIds": ["i1", "i2"], "zoom": 18}}


def record(image_id, **told):
    known = {"productType": "Mosaic", "sensor": "KF01", "pixelResolution": 0.5, "footprint": WIDE}
    return {"id": image_id, "providerName": "maxar", **known, **told}


@pytest.fixture
def service():
    with ImageryService() as service:
        service.fill(m1=[image("a"), image("b", 1)], m2=[image("z", 5)])
        yield service


@pytest.fixture
def page(page, own_imagery):
    own_imagery.first_pause_ms = 50
    return page


def provider(**values):
    return {"dataProvider": values}


def test_a_provider_and_its_zoom(page):
    name = page.imagery.providerCombo.itemData(0).name
    page.imagery.use_own()
    assert page.imagery.show_source(provider(providerName=name)) == ""
    assert page.imagery.source == ProviderSource(name, None)


def test_a_zoom_or_a_provider_that_is_not_offered_is_said(page):
    name = page.imagery.providerCombo.itemData(0).name
    page.imagery.set_providers((Provider(name=name, title=name),), prices_shown=True)
    assert "zoom 3" in page.imagery.show_source(provider(providerName=name, zoom=3))
    assert page.imagery.zoom is None
    assert "“" not in page.imagery.show_source(provider(providerName="gone"))
    assert "imagery of gone any more" in page.imagery.show_source(provider(providerName="gone"))


def test_a_provider_is_taken_as_it_is_told_where_the_account_names_none(page):
    page.imagery.set_providers((), prices_shown=True)
    assert page.imagery.show_source(provider(providerName="Aerial 2026")) == ""
    assert page.imagery.source == ProviderSource("Aerial 2026", None)


def test_images_of_a_mosaic_are_picked_once_they_are_known(page, qtbot):
    assert page.imagery.show_source({"myImagery": {"mosaicId": "m1", "imageIds": ["b"]}}) == ""
    qtbot.waitUntil(lambda: [each.id for each in page.own.chooser.picked] == ["b"])
    assert page.imagery.source == MyImagerySource(("b",), "m1")
    assert page.notices == []
    assert page.imagery.show_source({"myImagery": {"mosaicId": "m2"}}) == ""
    assert page.imagery.source == MyImagerySource((), "m2")


def test_images_that_are_gone_are_told_of(page, qtbot):
    assert page.imagery.show_source({"myImagery": {"mosaicId": "m1", "imageIds": ["b", "gone"]}}) == ""
    qtbot.waitUntil(lambda: page.notices != [])
    assert "One of the images that were used does not exist any more" in page.notices[0].text
    assert [each.id for each in page.own.chooser.picked] == ["b"]
    assert "does not exist any more" in page.imagery.show_source({"myImagery": {"mosaicId": "gone"}})


def test_images_without_their_mosaic(page, qtbot):
    assert page.imagery.show_source({"myImagery": {"imageIds": ["b"]}}) == ""
    qtbot.waitUntil(lambda: [each.id for each in page.own.chooser.picked] == ["b"])
    assert page.imagery.source == MyImagerySource(("b",), ""), "it is sent as it was sent before"
    assert page.notices == []


def test_images_that_no_mosaic_has(page, qtbot):
    assert page.imagery.show_source({"myImagery": {"imageIds": ["gone"]}}) == ""
    qtbot.waitUntil(lambda: page.notices != [])
    assert "not among your imagery any more" in page.notices[0].text


def test_found_images(page):
    source = {"imagerySearch": {"dataProvider": "maxar", "imageIds": ["i1", "i2"], "zoom": 18}}
    assert page.imagery.show_source(source) == ""
    assert page.imagery.source == SearchSource("maxar", ("i1", "i2"), 18)
    assert page.imagery.problem == ""
    assert "2 images" in page.found.foundLabel.text()
    assert "as a processing used them" in page.found.foundLabel.text()
    page.imagery.use_found(())
    assert page.imagery.source is None, "others are picked now"


def test_a_source_of_ones_own(page):
    kept = OwnSource("Survey", SourceKind.QUADKEY, "https://h.example/{q}", 17)
    page.sources.kept.save(kept)
    source = {"userDefined": {"sourceType": "QUADKEY", "url": "https://h.example/{q}", "zoom": 17}}
    assert page.imagery.show_source(source) == ""
    assert page.imagery.other is page.sources.chooser
    assert page.sources.chooser.chosen == kept
    assert "not among your sources" in page.imagery.show_source(
        {"userDefined": {"sourceType": "XYZ", "url": "https://h.example/{z}/{x}/{y}"}}
    )


@pytest.mark.parametrize("source", [{}, {"imagerySearch": {}}, {"other": {"a": 1}}, {"myImagery": None}])
def test_what_is_not_told_is_said(page, source):
    assert page.imagery.show_source(source) != ""


def show_used(page, qtbot, is_answered):
    assert page.imagery.show_source(USED) == ""
    assert page.imagery.source == SearchSource("maxar", ("i1", "i2"), 18), (
        "they are used before more is known"
    )
    qtbot.waitUntil(is_answered)


def test_what_they_are_and_cover_is_known(page, service, qtbot):
    service.catalog = {"i1": record("i1"), "i2": record("i2", minAreaSqkm=3)}
    show_used(page, qtbot, lambda: page.found.ground is not None)
    assert page.found.foundLabel.text() == "2 images · maxar"
    assert page.found.min_area_m2 == 3_000_000
    assert page.imagery.source == SearchSource("maxar", ("i1", "i2"), 18)
    assert [asked.path for asked in service.asked if "/meta/" in asked.path] != []
    assert page.notices == []


def test_an_area_outside_and_pixels_that_do_not_fit_are_said(page, service, qtbot):
    service.catalog = {each: record(each, footprint=FAR) for each in ("i1", "i2")}
    page.area.mapExtentButton.click()
    show_used(page, qtbot, lambda: "outside the chosen" in page.foot.reasonLabel.text())
    service.catalog = {each: record(each, pixelResolution=90) for each in ("i1", "i2")}
    show_used(page, qtbot, lambda: "too coarse" in page.found.problem)
    assert page.imagery.source is None


def test_those_that_are_left_are_used(page, service, qtbot):
    service.catalog = {"i2": record("i2")}
    show_used(page, qtbot, lambda: page.notices != [])
    assert "One of the images that were used is not in the catalog any more" in page.notices[0].text
    assert page.imagery.source == SearchSource("maxar", ("i2",), 18)


def test_without_an_answer_they_are_used_as_they_were(page, service, qtbot):
    show_used(page, qtbot, lambda: page.notices != [])
    assert "Pick others under Search" in page.notices[0].text
    assert "2 images · maxar, as a processing used them" in page.found.foundLabel.text()
    assert page.imagery.source == SearchSource("maxar", ("i1", "i2"), 18)


def test_what_was_picked_meanwhile_stays(page, service, qtbot):
    service.catalog = {each: record(each) for each in ("i1", "i2")}
    page.imagery.show_source(USED)
    page.imagery.use_found(())
    qtbot.waitUntil(lambda: len([asked for asked in service.asked if "/meta/" in asked.path]) == 2)
    qtbot.waitUntil(lambda: not page._used_found._job.is_waited_for)
    assert page.imagery.source is None
