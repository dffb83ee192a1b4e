"""Images that are not ready on the page: seen with their state, offered for nothing, and cleared where they failed."""

from __future__ import annotations

import pytest
from fault_proxy import Answer
from imagery_service import image, unready
from page_reading import LEFT, action, answer, enabled, loaded, names, press, question
from qgis.PyQt.QtCore import Qt

from mapflow_dock.ui.my_imagery.tree.delegate import icon_name
from mapflow_dock.ui.my_imagery.tree.model import Role

NEED_PIXELS = {
    "useImageryAction",
    "outlineAsAreaAction",
    "previewImageryAction",
    "addOutlinesAction",
    "zoomToImageryAction",
    "downloadImageAction",
}
CLEAR = "clearFailedImagesAction"
TORN = "The file ends <b>too</b> early."


@pytest.fixture
def service(service):
    service.has_status = service.clears = True
    service.fill(m1=[image("a")], m2=[])
    service.unready["m1"] = [
        unready("p"),
        unready("r", "IN_PROGRESS"),
        unready("f", "FAILED", preprocessing_error=TORN),
        unready("g", "FAILED"),
    ]
    service.unready["m2"] = [unready("only", "FAILED")]
    return service


@pytest.fixture
def page(open_page, service, loading, qtbot):
    """The page, in which the images of the first mosaic are known."""
    loading.images.pauses.first_ms = 60_000
    page = open_page()
    loaded(qtbot, page)
    page.list.open("m1")
    qtbot.waitUntil(lambda: len(page.tree.known.images("m1")) == 5)
    return page


def summary(page, key):
    return page.tree.index_of(key).data(int(Role.SUMMARY))


def doing(page, key):
    return page.tree.index_of(key).data(int(Role.DOING))


def test_each_row_says_how_far_it_is(page):
    assert names(page, "m1") == ["a.tif", "f.tif", "g.tif", "p.tif", "r.tif"]
    assert {key: summary(page, key) for key in "pfgr"} == {
        "p": "Waiting…",
        "r": "Being prepared…",
        "f": f"Failed: {TORN}",
        "g": "Failed: the service could not prepare it",
    }
    assert summary(page, "m1").startswith("1 of 5 ready · 2 being prepared · 2 failed")
    assert summary(page, "m2").startswith("0 of 1 ready · 1 failed"), "it was never opened"
    tip = page.tree.index_of("f").data(Qt.ItemDataRole.ToolTipRole)
    assert "What the service says: The file ends &lt;b&gt;too&lt;/b&gt; early." in tip
    spoken = page.tree.index_of("p").data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "p.tif, image, Waiting…"


def test_each_state_has_an_icon_and_no_picture_is_asked_for(page, service, qtbot):
    icons = {key: icon_name(page.tree.known.image(key)) for key in "aprf"}
    assert len(set(icons.values())) == 4
    assert icons["f"] == "sign_warning.svg"
    qtbot.waitUntil(lambda: service.count("GET", "/image/a/preview/s") == 1)
    page.imageryView.viewport().repaint()
    assert service.count("GET", "/preview/s") == 1


@pytest.mark.parametrize(
    ("key", "why"),
    [("p", "still being prepared"), ("r", "still being prepared"), ("f", "could not be prepared")],
)
def test_what_needs_its_pixels_is_not_offered_and_says_why(page, key, why):
    page.list.choose(["a"])
    assert enabled(page) >= NEED_PIXELS
    page.list.choose([key])
    assert not NEED_PIXELS & enabled(page)
    assert {"renameImageryAction", "deleteImageryAction", "imageryDetailsAction"} <= enabled(page)
    for name in NEED_PIXELS:
        assert why in action(page, name).toolTip(), name
        assert f"“{key}.tif”" in action(page, name).toolTip(), name
    assert why in page.useImageryButton.toolTip()
    assert why in page.previewImageryButton.toolTip()
    page.list.choose(["a"])
    assert "go to Run" in page.useImageryButton.toolTip()
    assert "on the map" in page.previewImageryButton.toolTip()


def test_a_mosaic_of_which_nothing_is_ready_is_not_offered_and_says_why(page):
    page.list.choose(["m1"])
    assert enabled(page) >= NEED_PIXELS - {"downloadImageAction"}
    page.list.choose(["m2"])
    assert not NEED_PIXELS & enabled(page)
    assert "No image of “Mosaic m2” is ready" in action(page, "useImageryAction").toolTip()


def test_a_double_click_says_why_there_is_nothing_to_see(page, service):
    page.list.opened.emit(page.tree.known.image("p"))
    assert "“p.tif” is still being prepared" in page.notices[-1].text
    assert service.count("GET", "/preview/l") == 0


# clearing what failed


def clear(page):
    assert action(page, CLEAR).isVisible()
    action(page, CLEAR).trigger()


def test_clearing_is_offered_where_something_failed(page, service, loading, qtbot):
    for chosen in (["m1"], ["a"], ["f"], ["m2"]):
        page.list.choose(chosen)
        assert action(page, CLEAR).isEnabled(), chosen
    assert action(page, CLEAR) in page._actions.menu.actions()
    for chosen in ([], ["m1", "m2"]):
        page.list.choose(chosen)
        assert not action(page, CLEAR).isEnabled()
        assert not action(page, CLEAR).isVisible()
    service.unready["m2"] = []
    loading.refresh()
    page.list.choose(["m2"])
    qtbot.waitUntil(lambda: not action(page, CLEAR).isVisible())


def test_failed_images_are_cleared_once_it_was_said_how_many_go(page, service, qtbot):
    page.list.choose(["m1"])
    clear(page)
    qtbot.waitUntil(lambda: question(page) is not None)
    box = question(page)
    assert box.text() == "Clear 2 failed images of “Mosaic m1”?"
    assert "• f.tif\n• g.tif" in box.informativeText()
    assert "cannot be brought back" in box.informativeText()
    answer(page, qtbot, "")
    assert service.count("DELETE") == 0
    clear(page)
    asked = service.count("GET", "/m1/status")
    answer(page, qtbot)
    qtbot.waitUntil(lambda: names(page, "m1") == ["a.tif", "p.tif", "r.tif"])
    qtbot.waitUntil(lambda: service.count("GET", "/m1/status") == asked + 1)
    assert [one.path for one in service.matching("DELETE")] == ["/rest/rasters/mosaic/m1/failed"]
    assert summary(page, "m1").startswith("1 of 3 ready · 2 being prepared")
    assert doing(page, "m1") is None
    assert page.notices == []


def test_a_mosaic_nobody_has_opened_is_looked_into_first(page, service, qtbot):
    page.list.choose(["m2"])
    clear(page)
    qtbot.waitUntil(lambda: question(page) is not None)
    assert question(page).text() == "Clear the failed image of “Mosaic m2”?"
    assert "• only.tif" in question(page).informativeText()
    answer(page, qtbot)
    qtbot.waitUntil(lambda: summary(page, "m2").startswith("Empty"))


@pytest.mark.parametrize("status", [404, 405, 501])
def test_a_service_that_cannot_clear_deletes_them_one_by_one(page, service, qtbot, status):
    service.add(verb="DELETE", path="/failed", answer=Answer.of({"detail": "?"}, status))
    page.list.choose(["m1"])
    clear(page)
    answer(page, qtbot)
    qtbot.waitUntil(lambda: names(page, "m1") == ["a.tif", "p.tif", "r.tif"])
    assert [one.path.rpartition("/")[2] for one in service.matching("DELETE")] == ["failed", "f", "g"]
    assert page.notices == []


def test_where_neither_is_possible_it_is_said(page, service, loading, qtbot):
    service.has_status = service.clears = False
    service.named("m2")["status_summary"] = {"total": 3, "ready": 0, "failed": 3}
    loading.refresh()
    page.list.choose(["m2"])
    qtbot.waitUntil(lambda: summary(page, "m2").startswith("0 of 3 ready · 3 failed"))
    clear(page)
    qtbot.waitUntil(lambda: question(page) is not None)
    assert question(page).text() == "Clear 3 failed images of “Mosaic m2”?"
    answer(page, qtbot)
    qtbot.waitUntil(lambda: bool(page.notices))
    assert "does not say which they are" in page.notices[-1].text


def test_what_could_not_be_cleared_is_told_and_can_be_tried_again(page, service, qtbot):
    service.add(verb="DELETE", path="/failed", answer=Answer.of({"detail": "boom"}, 500))
    page.list.choose(["m1"])
    clear(page)
    answer(page, qtbot)
    qtbot.waitUntil(lambda: bool(page.notices))
    assert "The failed images of “Mosaic m1” could not be cleared." in page.notices[-1].text
    assert names(page, "m1") == ["a.tif", "f.tif", "g.tif", "p.tif", "r.tif"]
    qtbot.waitUntil(lambda: doing(page, "m1") is None)
    page.notices[-1].on_action()
    answer(page, qtbot)
    qtbot.waitUntil(lambda: names(page, "m1") == ["a.tif", "p.tif", "r.tif"])


def test_an_answer_that_got_lost_is_looked_for(page, service, qtbot):
    service.add(verb="DELETE", path="/failed", drop_after=True)
    page.list.choose(["m1"])
    clear(page)
    answer(page, qtbot)
    qtbot.waitUntil(lambda: names(page, "m1") == ["a.tif", "p.tif", "r.tif"])
    assert service.count("DELETE") == 1
    page.list.choose(["m1"])
    page.notices[-1].on_action()
    qtbot.waitUntil(lambda: "no failed images any more" in page.notices[-1].text)


def test_the_question_goes_with_the_page_and_the_session(page, session, qtbot):
    page.list.choose(["m1"])
    clear(page)
    qtbot.waitUntil(lambda: question(page) is not None)
    session.sign_out()
    assert question(page) is None


def test_one_failed_image_can_be_deleted_by_itself(page, service, qtbot):
    page.list.choose(["f"])
    press(page, qtbot, Qt.Key.Key_Delete)
    answer(page, qtbot)
    qtbot.waitUntil(lambda: names(page, "m1") == ["a.tif", "g.tif", "p.tif", "r.tif"])
    assert summary(page, "m1").startswith("1 of 4 ready · 2 being prepared · 1 failed")
    assert not page.deleteImageryButton.isDown()
    qtbot.mouseClick(page.imageryRefreshButton, LEFT)
