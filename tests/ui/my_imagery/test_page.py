"""The My Imagery page: what it lists, what it says when it lists nothing, and that it keeps its place."""

from __future__ import annotations

import pytest
from fault_proxy import Answer
from imagery_service import MIB, image, mosaic
from page_reading import empty_text, loaded, names
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QAbstractButton, QComboBox, QLineEdit

from mapflow_dock.api.settings import IMAGERY_ORDER

LEFT = Qt.MouseButton.LeftButton


def test_mosaics_are_listed_and_their_images_when_opened(page, service):
    assert names(page) == ["Mosaic m1", "Mosaic m2"]
    assert names(page, "m1") == ["a.tif", "b.tif", "c.tif"]
    assert service.count("GET", "/m1/image") == 1
    assert service.count("GET", "/m2/image") == 0


def test_while_it_is_on_its_way_it_says_so(open_page, service, qtbot):
    service.add(verb="GET", path="/rasters/mosaic", hold=True)
    page = open_page()
    assert "Loading" in empty_text(page)
    service.release()
    qtbot.waitUntil(lambda: "no imagery yet" in empty_text(page))


def test_nothing_says_what_would_fill_it_and_how(open_page, qtbot):
    page = open_page()
    loaded(qtbot, page)
    assert "drop files" in empty_text(page)
    with qtbot.waitSignal(page.upload_requested) as asked:
        qtbot.mouseClick(page.noImageryButton, LEFT)
    assert asked.args == [[], None]


def test_what_cannot_be_loaded_can_be_asked_for_again(open_page, service, qtbot):
    service.add(
        verb="GET", path="/rasters/mosaic", times=4, answer=Answer.of({"detail": "out of order"}, 500)
    )
    page = open_page()
    qtbot.waitUntil(lambda: "could not be loaded" in empty_text(page))
    service.rules.clear()
    service.fill(m1=[])
    qtbot.mouseClick(page.noImageryButton, LEFT)
    qtbot.waitUntil(lambda: names(page) == ["Mosaic m1"])


def test_a_server_that_lists_no_imagery_is_told(open_page, service, qtbot):
    service.add(verb="GET", path="/rasters/mosaic", times=9, answer=Answer.of({"detail": "Not Found"}, 404))
    page = open_page()
    qtbot.waitUntil(lambda: "does not list imagery" in empty_text(page))
    assert not page.noImageryButton.isVisible()


def test_what_could_be_out_of_date_says_since_when(page, service, loading, qtbot):
    assert not page.imageryNote.isVisible()
    service.add(times=999, drop_before=True)
    loading.refresh()
    qtbot.waitUntil(lambda: "has not answered since" in page.imageryNote.text(), timeout=10_000)
    assert names(page) == ["Mosaic m1", "Mosaic m2"]
    service.rules.clear()
    loading.refresh()
    qtbot.waitUntil(lambda: not page.imageryNote.isVisible())


def test_it_recovers_by_itself_when_the_server_answers_again(open_page, service, session, qtbot):
    service.add(times=999, path="/rasters/mosaic", drop_before=True)
    page = open_page()
    qtbot.waitUntil(lambda: "could not be loaded" in empty_text(page), timeout=10_000)
    service.rules.clear()
    service.fill(m1=[])
    session.refresh_account()
    qtbot.waitUntil(lambda: names(page) == ["Mosaic m1"])


def test_records_that_cannot_be_read_are_counted(open_page, service, qtbot):
    service.fill(m1=[image("a"), {"filename": "no id"}])
    service.mosaics.append({"name": "no id"})
    page = open_page()
    loaded(qtbot, page)
    assert "One mosaic could not be read" in page.imageryNote.text()
    page.list.open("m1")
    qtbot.waitUntil(lambda: names(page, "m1")[-1:] == ["One image could not be read and is left out."])


def test_images_that_cannot_be_had_are_told_in_place_and_asked_for_again(open_page, service, qtbot):
    service.fill(m1=[image("a")])
    service.add(verb="GET", path="/m1/image", times=9, answer=Answer.of({"detail": "boom"}, 500))
    page = open_page()
    loaded(qtbot, page)
    page.list.open("m1")
    qtbot.waitUntil(lambda: "Press F5" in "".join(names(page, "m1")))
    service.rules.clear()
    qtbot.keyClick(page.imageryView, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: names(page, "m1") == ["a.tif"])


def test_a_note_of_a_failure_can_be_double_clicked(open_page, service, loading, qtbot):
    service.fill(m1=[image("a")])
    page = open_page()
    loaded(qtbot, page)
    page.list.open("m1")
    qtbot.waitUntil(lambda: names(page, "m1") == ["a.tif"])
    page.tree.set_failed("m1", "Gone.")
    note = page.list.filter.index(1, 0, page.list.filter.mapFromSource(page.tree.index_of("m1")))
    page.imageryView.scrollTo(note)
    where = page.imageryView.visualRect(note).center()
    qtbot.mouseClick(page.imageryView.viewport(), LEFT, pos=where)
    qtbot.mouseDClick(page.imageryView.viewport(), LEFT, pos=where)
    qtbot.waitUntil(lambda: names(page, "m1") == ["a.tif"])
    assert service.count("GET", "/m1/image") == 2


def test_expanded_selected_and_scrolled_it_stays_over_a_refresh(open_page, service, loading, qtbot):
    service.fill(
        **{f"m{number:02}": [image(f"{number}-{step}") for step in range(4)] for number in range(20)}
    )
    page = open_page()
    loaded(qtbot, page)
    for key in ("m03", "m10"):
        page.list.open(key)
        qtbot.waitUntil(lambda key=key: len(page.tree.known.images(key)) == 4)
    page.list.choose(["10-2", "m12"])
    page.imageryView.verticalScrollBar().setValue(300)
    top = page.imageryView.indexAt(page.imageryView.viewport().rect().center()).data()
    service.images["m10"][0]["filename"] = "renamed.tif"
    service.mosaics.append(mosaic("m99", "Zeta"))
    loading.refresh()
    qtbot.waitUntil(lambda: "Zeta" in names(page) and "renamed.tif" in names(page, "m10"))
    assert [node.id for node in page.list.chosen()] == ["10-2", "m12"]
    opened = [key for key in ("m03", "m10", "m05") if page.imageryView.isExpanded(page.list._index_of(key))]
    assert opened == ["m03", "m10"]
    assert page.imageryView.indexAt(page.imageryView.viewport().rect().center()).data() == top


def test_what_comes_and_goes_above_does_not_move_what_is_seen(open_page, service, loading, qtbot):
    service.fill(**{f"m{number:02}": [image(f"{number}-0")] for number in range(30)})
    page = open_page()
    loaded(qtbot, page)
    page.list.open("m03")
    qtbot.waitUntil(lambda: len(page.tree.known.images("m03")) == 1)
    view = page.imageryView
    view.verticalScrollBar().setValue(333)
    places = {key: view.visualRect(page.list._index_of(key)).top() for key in ("m09", "m10", "m11")}
    assert all(0 < place < view.viewport().height() for place in places.values())
    service.mosaics.insert(0, mosaic("m00a", "Mosaic m00a"))
    service.images["m03"] += [image("3-1"), image("3-2")]
    service.mosaics.append(mosaic("m99", "Zeta"))
    loading.refresh()
    qtbot.waitUntil(lambda: "Mosaic m00a" in names(page) and len(page.tree.known.images("m03")) == 3)
    qtbot.waitUntil(
        lambda: places == {key: view.visualRect(page.list._index_of(key)).top() for key in places}
    )
    assert view.verticalScrollBar().value() > 333
    view.verticalScrollBar().setValue(0)
    service.mosaics.insert(0, mosaic("m000", "A first one"))
    loading.refresh()
    qtbot.waitUntil(lambda: "A first one" in names(page))
    qtbot.wait(20)
    assert view.verticalScrollBar().value() == 0, "what is new at the top is seen"


def test_the_list_is_asked_for_anew_when_it_is_old(page, service, qtbot):
    page.hide()
    page.show()
    assert service.count("GET", "/rasters/mosaic") == 1
    page._seen_at -= 1_000
    page.hide()
    page.show()
    qtbot.waitUntil(lambda: service.count("GET", "/rasters/mosaic") == 2)


# narrowing


def test_words_and_tags_narrow_the_list(open_page, service, qtbot):
    service.mosaics = [
        mosaic("m1", "Harbour", tags=["coast", "a,b"]),
        mosaic("m2", "Zoo"),
        mosaic("m3", "Bay", tags=["coast"]),
    ]
    service.images = {"m1": [], "m2": [], "m3": []}
    page = open_page()
    loaded(qtbot, page)
    assert [page.tagCombo.itemText(row) for row in range(page.tagCombo.count())] == [
        "All Tags",
        "a,b",
        "coast",
    ]
    page.tagCombo.setCurrentIndex(2)
    assert names(page) == ["Bay", "Harbour"]
    qtbot.keyClicks(page.imageryFilterEdit, "zoo")
    qtbot.waitUntil(lambda: "matches the filter" in empty_text(page))
    qtbot.mouseClick(page.noImageryButton, LEFT)
    assert len(names(page)) == 3
    assert (page.imageryFilterEdit.text(), page.tagCombo.currentIndex()) == ("", 0)


def test_what_was_open_is_open_again_after_a_filter(page, qtbot):
    page.imageryFilterEdit.setText("nothing of the kind")
    assert names(page) == []
    page.imageryFilterEdit.setText("m2")
    page.imageryFilterEdit.clear()
    assert page.imageryView.isExpanded(page.list._index_of("m1"))
    assert not page.imageryView.isExpanded(page.list._index_of("m2"))
    page.imageryView.collapse(page.list._index_of("m1"))
    page.imageryFilterEdit.setText("m2")
    page.imageryFilterEdit.clear()
    assert not page.imageryView.isExpanded(page.list._index_of("m1"))


def test_a_tag_nobody_has_any_more_narrows_nothing(open_page, service, loading, qtbot):
    service.mosaics = [mosaic("m1", tags=["coast"]), mosaic("m2")]
    page = open_page()
    loaded(qtbot, page)
    page.tagCombo.setCurrentIndex(1)
    service.mosaics[0]["tags"] = []
    loading.refresh()
    qtbot.waitUntil(lambda: len(names(page)) == 2)
    assert page.tagCombo.currentIndex() == 0


def test_the_order_is_remembered(page, open_page):
    action = page.imagerySortButton.menu().actions()[2]
    action.trigger()
    assert IMAGERY_ORDER.read() == "largest"
    assert open_page().imagerySortButton.menu().actions()[2].isChecked()


# storage


@pytest.mark.parametrize(
    ("storage", "text", "has_bar"),
    [
        (
            {"memoryUsed": 3 * MIB, "memoryLimit": 10 * MIB, "memoryFree": 7 * MIB},
            "3\u00a0MiB of 10\u00a0MiB used",
            True,
        ),
        (
            {"used_bytes": 10 * MIB, "limit_bytes": 10 * MIB},
            "10\u00a0MiB of 10\u00a0MiB used: only 0\u00a0B left",
            True,
        ),
        ({"memoryUsed": 3 * MIB, "memoryLimit": None, "memoryFree": None}, "3\u00a0MiB stored", False),
        ({"memoryUsed": 0, "memoryLimit": 0}, "0\u00a0B of 0\u00a0B used: only 0\u00a0B left", True),
    ],
)
def test_the_storage_is_shown(open_page, service, qtbot, storage, text, has_bar):
    service.storage = storage
    page = open_page()
    qtbot.waitUntil(page.storageBox.isVisible)
    assert page.storageLabel.text() == text
    assert page.storageBar.isVisible() is has_bar


def test_where_the_storage_is_not_known_there_is_no_bar(open_page, service, qtbot):
    service.add(path="/rasters/memory", times=9, answer=Answer.of({}, 404))
    page = open_page()
    loaded(qtbot, page)
    assert not page.storageBox.isVisible()


# what is being prepared


def test_what_is_being_prepared_is_asked_for_until_it_is_ready(open_page, service, qtbot):
    service.fill(m1=[image("a", state="PENDING", footprint=None)])
    page = open_page()
    loaded(qtbot, page)
    page.list.open("m1")
    qtbot.waitUntil(lambda: service.count("GET", "/m1/image") >= 3)
    service.images["m1"][0].update(image("a"))
    qtbot.waitUntil(lambda: page.tree.known.image("a").is_usable)
    # its tiles and outline are other ones now
    qtbot.waitUntil(lambda: service.count("GET", "/mosaic/m1") == 1)
    qtbot.waitUntil(lambda: not page._loading.images.is_asking and not len(page._loading._fetching))
    asked = service.count("GET", "/m1/image")
    with qtbot.assertNotEmitted(page._loading.changed, wait=400):
        pass
    assert service.count("GET", "/m1/image") == asked


def test_nobody_asks_while_nobody_looks(open_page, service, qtbot):
    service.fill(m1=[image("a", state="PENDING")])
    page = open_page()
    loaded(qtbot, page)
    page.list.open("m1")
    qtbot.waitUntil(lambda: page.tree.known.image("a") is not None)
    page.hide()
    qtbot.waitUntil(lambda: not page._loading.images.is_asking and not page._loading._storage.are_waited_for)
    asked = service.count("GET", "/m1/image")
    with qtbot.assertNotEmitted(page._loading.changed, wait=300):
        pass
    assert service.count("GET", "/m1/image") == asked


# what others do


def test_an_image_that_arrived_is_shown(page, service, qtbot):
    service.images["m2"].append(image("new"))
    page.mosaic_changed("m2")
    qtbot.waitUntil(lambda: "new.tif" in names(page, "m2"))
    assert page.tree.known.mosaic("m2").image_count == 2


def test_a_mosaic_that_arrived_is_shown(page, service, qtbot):
    service.mosaics.append(mosaic("m3", "Fresh"))
    service.images["m3"] = [image("first")]
    page.mosaic_changed("m3")
    qtbot.waitUntil(lambda: names(page, "m3") == ["first.tif"])
    assert "Fresh" in names(page)
    assert page.imageryView.isExpanded(page.list._index_of("m3"))


def test_a_mosaic_that_is_gone_leaves(page, service, qtbot):
    service.mosaics = service.mosaics[1:]
    del service.images["m1"]
    page.mosaic_changed("m1")
    qtbot.waitUntil(lambda: names(page) == ["Mosaic m2"])


def test_the_upload_knows_where_to(page, qtbot):
    for chosen, expected in ([["m2"], "m2"], [["a", "b"], "m1"], [["a", "m2"], None], [[], None]):
        page.list.choose(chosen)
        with qtbot.waitSignal(page.upload_requested) as asked:
            qtbot.mouseClick(page.uploadButton, LEFT)
        paths, target = asked.args
        assert (paths, target.id if target else None) == ([], expected)


def test_a_place_on_the_page_tells_its_mosaic(page):
    view = page.imageryView
    for key, expected in (("m2", "m2"), ("b", "m1")):
        middle = view.visualRect(page.list._index_of(key)).center()
        where = view.viewport().mapTo(page, middle)
        assert page.mosaic_at(where).id == expected
    assert page.mosaic_at(page.uploadButton.mapTo(page, page.uploadButton.rect().center())) is None
    assert page.mosaic_at(view.mapTo(page, view.rect().bottomLeft())) is None


# the session


def test_nothing_is_left_after_signing_out(page, session, loading, qtbot):
    session.sign_out()
    assert page.tree.rowCount() == 0
    assert loading.storage is None
    assert not page.storageBox.isVisible()


def test_another_account_has_its_own(page, session, service, loading, qtbot):
    session.sign_out()
    service.fill(m7=[])
    session.sign_in("other@example.org:key", service.url, remember=False)
    qtbot.waitUntil(lambda: names(page) == ["Mosaic m7"])


def test_closing_ends_everything(page, session, service, loading, qtbot):
    service.add(times=99, hold=True)
    page.mosaic_changed("m1")
    loading.refresh()
    page.list.choose(["a"])
    page.close()
    loading.close()
    assert session.client.running == 0
    loading.close = lambda: None  # the fixture's


# how it looks and feels


def test_it_fits_into_the_narrow_dock(open_page, service, qtbot):
    service.fill(m1=[image("a", filename="A name that is far too long for a dock of 340 pixels.tif")])
    service.mosaics[0].update(
        name="Another name that is far too long for 340 pixels", tags=["a tag that is long"]
    )
    page = open_page(340)
    loaded(qtbot, page)
    page.list.open("m1")
    qtbot.waitUntil(lambda: page.tree.known.image("a") is not None)
    assert page.minimumSizeHint().width() <= 340
    assert page.width() == 340
    buttons = page.findChildren(QAbstractButton)
    shown = [button for button in buttons if button.isVisible() and button.objectName().endswith("Button")]
    assert len(shown) >= 7
    assert all(button.width() >= button.minimumSizeHint().width() for button in shown)


def test_everything_has_a_name_for_a_screen_reader(page):
    kinds = (QComboBox, QLineEdit, QAbstractButton)
    controls = [
        widget
        for kind in kinds
        for widget in page.findChildren(kind)
        if widget.isVisible() and widget.objectName() and not widget.objectName().startswith("qt_")
    ]
    assert len(controls) >= 9
    for widget in controls:
        assert widget.accessibleName() or widget.text(), widget.objectName()
    assert page.imageryView.accessibleName()
