"""Words are looked for in mosaics nobody has opened, too."""

from __future__ import annotations

import pytest
from fault_proxy import Answer
from imagery_service import MIB, image
from page_reading import empty_text, loaded, names


@pytest.fixture
def many(open_page, service, loading, qtbot):
    """Eight mosaics of an image each, none of them opened; they say how many they have."""
    service.fill(
        **{f"m{number}": [image(f"i{number}", filename=f"Scene {number}.tif")] for number in range(8)}
    )
    for held in service.mosaics:
        held.update(imageCount=1, sizeInBytes=MIB)
    page = open_page()
    loaded(qtbot, page)
    return page


def listings(service):
    return [asked.path for asked in service.matching("GET", "/image")]


def test_words_find_images_of_mosaics_nobody_has_opened(many, service, loading, qtbot):
    for _time in range(3):
        service.add(verb="GET", path="/image", hold=True)
    many.imageryFilterEdit.setText("scene 7")
    assert "Looking into your mosaics" in empty_text(many)
    qtbot.waitUntil(lambda: len(listings(service)) == 3)
    qtbot.wait(50)
    assert len(listings(service)) == 3, "a few at a time"
    service.release()
    qtbot.waitUntil(lambda: not loading.images.is_searching)
    assert names(many) == ["Mosaic m7"]
    assert names(many, "m7") == ["Scene 7.tif"]
    assert many.imageryNote.text() == ""
    many.imageryFilterEdit.setText("scene 8")
    assert "No mosaic or image matches" in empty_text(many)
    assert sorted(listings(service)) == sorted(set(listings(service))), "each was asked for once"


def test_while_it_looks_what_was_found_is_shown_and_that_it_goes_on(many, service, loading, qtbot):
    service.add(verb="GET", path="/m5/image", hold=True)
    many.imageryFilterEdit.setText("scene")
    qtbot.waitUntil(lambda: len(names(many)) == 7)
    assert "Still looking" in many.imageryNote.text()
    service.release()
    qtbot.waitUntil(lambda: len(names(many)) == 8)
    assert many.imageryNote.text() == ""


def test_nothing_more_is_looked_into_once_the_filter_is_cleared(many, service, loading, qtbot):
    for _time in range(3):
        service.add(verb="GET", path="/image", hold=True)
    many.imageryFilterEdit.setText("scene")
    qtbot.waitUntil(lambda: len(listings(service)) == 3)
    many.imageryFilterEdit.clear()
    service.release()
    qtbot.waitUntil(lambda: not loading.images.is_asking)
    qtbot.wait(50)
    assert len(listings(service)) == 3
    many.list.open("m7")
    qtbot.waitUntil(lambda: len(many.tree.known.images("m7")) == 1)


def test_what_the_search_has_looked_into_is_refreshed_once_somebody_looks(many, service, loading, qtbot):
    many.imageryFilterEdit.setText("scene 7")
    qtbot.waitUntil(lambda: not loading.images.is_searching)
    many.imageryFilterEdit.clear()
    service.images["m7"].append(image("new"))
    before = len(listings(service))
    loading.refresh()
    loaded(qtbot, many)
    qtbot.wait(50)
    assert len(listings(service)) == before
    many.list.open("m7")
    qtbot.waitUntil(lambda: len(many.tree.known.images("m7")) == 2)
    assert len(listings(service)) == before + 1
    many.imageryFilterEdit.setText("scene 7")
    qtbot.waitUntil(lambda: not loading.images.is_searching)
    assert len(listings(service)) == before + 8


def test_mosaics_that_could_not_be_looked_into_are_counted(many, service, loading, qtbot):
    service.add(verb="GET", path="/m3/image", times=9, answer=Answer.of({"detail": "no"}, 400))
    many.imageryFilterEdit.setText("scene 7")
    qtbot.waitUntil(lambda: not loading.images.is_searching)
    assert "of one mosaic could not be loaded and are not searched" in many.imageryNote.text()
