"""Imagery is deleted once it was said how much goes; what could not be deleted is told and can be tried again."""

from __future__ import annotations

import pytest
from fault_proxy import Answer
from page_reading import DEFERRED_DELETE, LEFT, answer, press, question
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QApplication

from mapflow_dock.api.imagery_records import Image, Mosaic
from mapflow_dock.ui.my_imagery.choice import Choice
from mapflow_dock.ui.my_imagery.deletion import what_goes
from mapflow_dock.ui.my_imagery.tree.model import Role


def test_delete_says_how_much_goes_with_a_mosaic(page, service, qtbot):
    page.list.choose(["m1"])
    press(page, qtbot, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: question(page) is not None)
    assert question(page).text() == "Delete the mosaic “Mosaic m1”?"
    assert "3 images (3\u00a0MiB) will be deleted." in question(page).informativeText()
    answer(page, qtbot)
    qtbot.waitUntil(lambda: [one["id"] for one in service.mosaics] == ["m2"])
    qtbot.waitUntil(lambda: page.tree.rowCount() == 1)


def test_a_mosaic_nobody_has_opened_is_counted_first(page, service, qtbot):
    page.list.choose(["m2"])
    service.add(verb="GET", path="/m2/image", hold=True)
    press(page, qtbot, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: page.tree.index_of("m2").data(int(Role.DOING)) is not None)
    assert question(page) is None
    service.release()
    qtbot.waitUntil(lambda: question(page) is not None)
    assert "1 image (1\u00a0MiB) will be deleted." in question(page).informativeText()
    answer(page, qtbot, "")
    assert len(service.mosaics) == 2


def test_what_cannot_be_counted_is_not_deleted(page, service, qtbot):
    page.list.choose(["m2"])
    service.add(verb="GET", path="/m2/image", times=9, answer=Answer.of({"detail": "boom"}, 500))
    press(page, qtbot, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: bool(page.notices))
    assert question(page) is None
    assert page.tree.index_of("m2").data(int(Role.DOING)) is None


def test_many_are_deleted_in_one_go(page, service, qtbot):
    page.list.choose(["a", "c", "m2"])
    qtbot.mouseClick(page.deleteImageryButton, LEFT)
    qtbot.waitUntil(lambda: question(page) is not None)
    box = question(page)
    assert box.text() == "Delete 1 mosaic and 2 single images?"
    assert all(
        part in box.informativeText()
        for part in ("• Mosaic m2", "• a.tif", "• c.tif", "3 images (3\u00a0MiB) will be deleted.")
    )
    answer(page, qtbot)
    qtbot.waitUntil(
        lambda: [one["id"] for one in service.images["m1"]] == ["b"] and len(service.mosaics) == 1
    )
    qtbot.waitUntil(lambda: page.tree.known.mosaic("m1").image_count == 1)
    qtbot.waitUntil(lambda: service.count("GET", "/rasters/memory") >= 2)


def test_what_could_not_be_deleted_is_told_at_the_end_and_can_be_tried_again(page, service, qtbot):
    service.add(
        verb="DELETE", path="/image/b", times=1, answer=Answer.of({"detail": {"code": "AccessDenied"}}, 403)
    )
    page.list.choose(["a", "b", "c"])
    press(page, qtbot, Qt.Key.Key_Delete)
    answer(page, qtbot)
    qtbot.waitUntil(lambda: bool(page.notices))
    assert [one.name for one in page.tree.known.images("m1")] == ["b.tif"]
    assert "“b.tif” could not be deleted" in page.notices[-1].text
    page.notices[-1].on_action()
    qtbot.waitUntil(lambda: not page.tree.known.images("m1"))


def test_what_someone_else_has_deleted_is_gone_all_the_same(page, service, qtbot):
    service.images["m1"] = service.images["m1"][1:]
    page.list.choose(["a"])
    press(page, qtbot, Qt.Key.Key_Delete)
    answer(page, qtbot)
    qtbot.waitUntil(lambda: len(page.tree.known.images("m1")) == 2)
    assert page.notices == []


def test_an_answer_older_than_a_deletion_brings_nothing_back(page, service, loading, qtbot):
    """The lists were made before the image and the mosaic were deleted, and arrive after."""
    old = {
        "/rasters/mosaic": Answer.of(list(service.mosaics)),
        "/m1/image": Answer.of(list(service.images["m1"])),
        "/rasters/mosaic/m2": Answer.of(service.mosaics[1]),
    }
    page.list.choose(["a", "m2"])
    press(page, qtbot, Qt.Key.Key_Delete)
    answer(page, qtbot)
    qtbot.waitUntil(lambda: page.tree.known.image("a") is None and page.tree.known.mosaic("m2") is None)
    for path, told in old.items():
        service.add(verb="GET", path=path, answer=told)
    loading.refresh()
    loading.mosaic_changed("m2")
    qtbot.waitUntil(lambda: not service.rules or all(rule.times == 0 for rule in service.rules))
    qtbot.waitUntil(lambda: not (loading.is_asking or loading.images.is_asking or loading._fetching))
    assert [one.id for one in page.tree.known.mosaics()] == ["m1"]
    assert [one.id for one in page.tree.known.images("m1")] == ["b", "c"]


def test_a_deletion_whose_answer_was_lost_is_looked_for(page, service, qtbot):
    service.add(verb="DELETE", path="/image/a", drop_after=True)
    page.list.choose(["a"])
    press(page, qtbot, Qt.Key.Key_Delete)
    answer(page, qtbot)
    qtbot.waitUntil(lambda: len(page.tree.known.images("m1")) == 2)
    assert service.count("DELETE") == 1


def test_delete_in_the_filter_box_deletes_no_imagery(page, qtbot):
    page.list.choose(["m1"])
    page.imageryFilterEdit.setText("mosaic")
    page.imageryFilterEdit.setFocus()
    qtbot.keyClick(page.imageryFilterEdit, Qt.Key.Key_Delete)
    assert question(page) is None


def test_an_open_question_goes_with_the_login(page, session, qtbot):
    page.list.choose(["m1"])
    press(page, qtbot, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: question(page) is not None)
    session.sign_out()
    QApplication.sendPostedEvents(None, DEFERRED_DELETE)
    assert question(page) is None


@pytest.mark.parametrize(
    ("mosaics", "images", "said"),
    [
        ([(2, 1024**2)], [1024**2], "3 images (2\u00a0MiB) will be deleted."),
        ([(2, 1024**2)], [None], "3 images will be deleted."),
        ([(2, None), (1, 5)], [], "3 images will be deleted."),
        ([(0, 0)], [], "No images go with it."),
        ([(None, 5)], [], "How many images go with it is not known."),
        ([(None, None), (3, 5)], [7], "How many images go with it is not known."),
    ],
)
def test_a_number_that_is_not_told_is_no_zero(qgis_app, mosaics, images, said):
    choice = Choice(
        tuple(Mosaic("m", "m", image_count=count, size=size) for count, size in mosaics),
        tuple(Image("i", "i", size=size) for size in images),
    )
    assert what_goes(choice) == ("", said)
