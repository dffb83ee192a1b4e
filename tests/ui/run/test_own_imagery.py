"""One's own imagery on the Run page: chosen there or carried over, checked against the model, priced and started."""

from __future__ import annotations

import pytest
from imagery_service import SIDE, SOUTH, WEST, ImageryService, image, unready
from qgis.core import QgsCoordinateReferenceSystem, QgsGeometry, QgsProject, QgsRectangle
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QMessageBox
from run_page_service import answer_box, box_of, confirm

from mapflow_dock.ui.my_imagery.tree.model import Role

LEFT = Qt.MouseButton.LeftButton
WGS84 = QgsCoordinateReferenceSystem("EPSG:4326")
COST = "/processing/cost/v2"
START = "/processings/v2"


@pytest.fixture
def service():
    with ImageryService() as service:
        service.fill(m1=[image("a"), image("b", 1), image("c", 2)], m2=[image("z", 5)])
        yield service


@pytest.fixture
def page(page, own_imagery):
    own_imagery.first_pause_ms = 50
    return page


@pytest.fixture
def own(page, qtbot):
    """The page with My Imagery chosen, its first mosaic known."""
    page.imagery.sourceCombo.setCurrentIndex(1)
    chooser = page.own.chooser
    qtbot.waitUntil(lambda: len(chooser.images) == 3)
    return chooser


def pick(chooser, *keys):
    chooser.choose(chooser.mosaic, [chooser._tree.known.image(key) for key in keys])


def draw(page, west=WEST, side=SIDE):
    box = QgsGeometry.fromRect(QgsRectangle(west, SOUTH, west + side, SOUTH + side))
    page.area.use_ground(box, WGS84, "A test")


def params(asked):
    return asked.json["params"]["sourceParams"]


def test_nothing_is_asked_of_imagery_before_it_is_chosen(page, service):
    assert service.count("GET", "/rasters/mosaic") == 0
    assert not page.own.chooser.isVisible()


def test_a_whole_mosaic_is_priced_and_started(own, page, service, qtbot):
    assert [own.ownMosaicCombo.itemText(row) for row in range(2)] == ["Mosaic m1", "Mosaic m2"]
    assert own.ownImageryLabel.text() == "All 3 images are used. Pick some to use only those."
    assert not page.imagery.providerCombo.isVisible()
    draw(page)
    qtbot.waitUntil(page.foot.startButton.isEnabled)
    assert params(service.matching("POST", COST)[-1]) == {"myImagery": {"mosaicId": "m1"}}
    with qtbot.waitSignal(page.started):
        qtbot.mouseClick(page.foot.startButton, LEFT)
        confirm(page, qtbot)
    assert params(service.matching("POST", START)[-1]) == {"myImagery": {"mosaicId": "m1"}}


def test_picked_images_are_named_and_priced_anew(own, page, service, qtbot):
    draw(page)
    qtbot.waitUntil(page.foot.startButton.isEnabled)
    pick(own, "a", "c")
    assert own.ownImageryLabel.text() == "2 of 3 images are used."
    qtbot.waitUntil(lambda: service.count("POST", COST) == 2)
    assert params(service.matching("POST", COST)[-1]) == {
        "myImagery": {"imageIds": ["a", "c"], "mosaicId": "m1"}
    }


def test_of_two_images_both_are_used(own, service, qtbot):
    own._tree.remove_image("c")
    qtbot.waitUntil(lambda: own.ownImageryLabel.text() == "Both images are used. Pick one to use only that.")


def test_another_mosaic_forgets_what_was_picked(own, page, service, qtbot):
    pick(own, "a")
    own.ownMosaicCombo.setCurrentIndex(1)
    qtbot.waitUntil(lambda: [one.id for one in own.images] == ["z"])
    assert own.picked == ()
    assert own.source.mosaic_id == "m2"
    assert own.ownImageryLabel.text() == "Its only image is used."


def test_the_provider_is_as_it_was_when_one_goes_back(own, page, service, session, qtbot):
    page.imagery.sourceCombo.setCurrentIndex(0)
    assert page.imagery.providerCombo.isVisible()
    assert not own.isVisible()
    assert page.imagery.source.provider_name == "Mapbox"


@pytest.mark.parametrize(
    ("meta", "said"),
    [
        ({"pixel_size": [2.5, 2.5]}, "too coarse for 🏠 Buildings"),
        ({"pixel_size": [0.05, 0.05]}, "too detailed for 🏠 Buildings"),
        ({"count": 1}, "has 1 band,"),
    ],
)
def test_what_the_model_cannot_use_is_said_before_anything_is_sent(own, page, service, qtbot, meta, said):
    draw(page)
    qtbot.waitUntil(page.foot.startButton.isEnabled)
    service.images["m1"][1] = image("b", 1, meta=meta)
    page.own._loading.refresh()
    qtbot.waitUntil(lambda: said in page.foot.reasonLabel.text())
    assert not page.foot.startButton.isEnabled()
    assert said in own.ownImageryLabel.text()
    pick(own, "a")
    qtbot.waitUntil(page.foot.startButton.isEnabled)
    pick(own, "b")
    page.model.modelCombo.setCurrentIndex(1)  # one that asks nothing of it
    qtbot.waitUntil(page.foot.startButton.isEnabled)


def test_advice_does_not_bar(own, page, service, qtbot):
    service.images["m1"][0] = image("a", meta={"pixel_size": [0.9, 0.9]})
    page.own._loading.refresh()
    qtbot.waitUntil(lambda: "works best" in own.ownImageryLabel.text())
    draw(page)
    qtbot.waitUntil(page.foot.startButton.isEnabled)


def test_an_image_that_is_not_ready_is_left_out_or_waited_for(own, page, service, qtbot):
    service.images["m1"][0].update(state="PENDING")
    page.own._loading.refresh()
    qtbot.waitUntil(lambda: len(own.images) == 2)
    assert own.problem == ""
    pick(own, "a")
    assert "still being prepared" in own.problem


@pytest.fixture
def partly_ready(own, page, service, qtbot):
    """A mosaic with two images that are ready, one that is being prepared and one that failed."""
    service.has_status = True
    del service.images["m1"][1]
    service.unready["m1"] = [unready("b", "IN_PROGRESS"), unready("d", "FAILED")]
    page.own._loading.refresh()
    qtbot.waitUntil(lambda: len(own._tree.known.images("m1")) == 4)
    return own


def test_of_a_mosaic_that_is_partly_ready_it_says_how_much_is_used(partly_ready, page, service, qtbot):
    own = partly_ready
    assert [one.id for one in own.images] == ["a", "c"]
    said = "2 of 4 images are used: the others are not ready. Pick some to use only those."
    qtbot.waitUntil(lambda: own.ownImageryLabel.text() == said)
    draw(page)
    qtbot.waitUntil(page.foot.startButton.isEnabled)


def test_images_that_are_not_ready_are_disabled_and_say_why(partly_ready, qtbot):
    own = partly_ready
    view, model = own.ownImagesView, own.ownImagesView.model()
    rows = [model.index(row, 0, view.rootIndex()) for row in range(4)]
    can_be_picked = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
    assert [(row.data(), row.flags() & can_be_picked == can_be_picked) for row in rows] == [
        ("a.tif", True),
        ("b.tif", False),
        ("c.tif", True),
        ("d.tif", False),
    ]
    assert [row.data(int(Role.SUMMARY)) for row in rows[1::2]] == [
        "Being prepared…",
        "Failed: the service could not prepare it",
    ]
    qtbot.mouseClick(view.viewport(), LEFT, pos=view.visualRect(rows[1]).center())
    assert own.picked == ()
    view.selectAll()
    assert [one.id for one in own.picked] == ["a", "c"]
    assert own.problem == ""


def test_a_picked_image_that_failed_meanwhile_is_not_left_out_silently(own, page, service, qtbot):
    pick(own, "a")
    service.images["m1"][0].update(state="FAILED")
    page.own._loading.refresh()
    qtbot.waitUntil(lambda: "“a.tif” could not be prepared" in own.problem)
    assert [one.id for one in own.picked] == ["a"]
    assert own.source is None


def test_a_mosaic_of_which_nothing_is_ready_is_not_used_before_it_is_listed(page, service, qtbot):
    service.mosaics[0]["status_summary"] = {"total": 2, "ready": 0, "failed": 2}
    service.add(verb="GET", path="/m1/image", times=99, hold=True)
    page.imagery.sourceCombo.setCurrentIndex(1)
    qtbot.waitUntil(lambda: "No image of “Mosaic m1” is ready" in page.own.chooser.ownImageryLabel.text())
    assert page.own.chooser.source is None


@pytest.mark.parametrize(
    ("images", "said"), [([], "no images yet"), ([image("a", state="FAILED")], "could not be prepared")]
)
def test_a_mosaic_without_usable_images_is_told(page, service, qtbot, images, said):
    service.fill(m1=images)
    page.imagery.sourceCombo.setCurrentIndex(1)
    qtbot.waitUntil(lambda: said in page.own.chooser.ownImageryLabel.text())
    draw(page)
    assert said in page.foot.reasonLabel.text()


def test_without_any_imagery_it_says_how_to_get_some(page, service, qtbot):
    service.fill()
    page.imagery.sourceCombo.setCurrentIndex(1)
    qtbot.waitUntil(lambda: "You have no imagery yet" in page.own.chooser.ownImageryLabel.text())
    assert not page.own.chooser.ownImagesView.isVisible()
    assert not page.own.chooser.ownAreaButton.isEnabled()


def test_an_area_beside_the_imagery_is_told(own, page, service, qtbot):
    draw(page, west=WEST + 4 * SIDE)
    qtbot.waitUntil(lambda: "lies outside the chosen imagery" in page.foot.reasonLabel.text())
    assert service.count("POST", COST) == 0
    own.ownMosaicCombo.setCurrentIndex(1)
    draw(page, west=WEST + 5 * SIDE)
    qtbot.waitUntil(page.foot.startButton.isEnabled)


@pytest.mark.parametrize(
    ("shift", "said"),
    [
        (0.0, ""),
        (0.75, "The chosen imagery covers 25\xa0% of the area; nothing can be found in the rest."),
        (0.9999, "The chosen imagery covers 1\xa0% of the area; nothing can be found in the rest."),
    ],
)
def test_the_question_says_how_much_of_the_area_is_covered(own, page, service, qtbot, shift, said):
    pick(own, "a")
    draw(page, west=WEST + shift * SIDE)
    qtbot.waitUntil(page.foot.startButton.isEnabled)
    qtbot.mouseClick(page.foot.startButton, LEFT)
    text = box_of(page).informativeText()
    assert text.startswith(said)
    assert ("covers" in text) == bool(said)
    answer_box(page, qtbot, QMessageBox.ButtonRole.RejectRole)
    assert service.count("POST", START) == 0


def test_the_outline_becomes_the_area(own, page, service, qtbot):
    pick(own, "b")
    qtbot.mouseClick(own.ownAreaButton, LEFT)
    qtbot.waitUntil(page.foot.startButton.isEnabled)
    box = page.area.area.geometry.boundingBox()
    assert box.xMinimum() == pytest.approx(WEST + SIDE)
    assert box.width() == pytest.approx(SIDE)
    assert page.area.areaLabel.text().startswith("Outline of b.tif · ")


def test_imagery_is_put_on_the_map_from_here(own, page, qtbot):
    pick(own, "a")
    qtbot.mouseClick(own.ownPreviewButton, LEFT)
    qtbot.waitUntil(lambda: bool(page.notices) or bool(QgsProject.instance().mapLayers()))


def carry(page, own_imagery, qtbot, key, *picked):
    """As the tab does: what it hands over is listed there."""
    own_imagery.load()
    qtbot.waitUntil(lambda: own_imagery.tree.rowCount() == 2)
    own_imagery.images.ask(key)
    qtbot.waitUntil(lambda: bool(own_imagery.tree.known.images(key)))
    tree = own_imagery.tree
    return tree.known.mosaic(key), tuple(tree.known.image(one) for one in picked)


def test_what_the_tab_hands_over_is_chosen_and_its_outline_the_area(page, own_imagery, service, qtbot):
    mosaic, images = carry(page, own_imagery, qtbot, "m1", "b", "c")
    page.use_imagery(mosaic, images)
    assert page.imagery.is_own
    assert [one.id for one in page.own.chooser.picked] == ["b", "c"]
    qtbot.waitUntil(page.foot.startButton.isEnabled)
    assert page.area.area.geometry.boundingBox().width() == pytest.approx(2 * SIDE)
    assert page.area.areaLabel.text().startswith("Outline of 2 images")


def test_an_area_that_was_drawn_stays(page, own_imagery, service, qtbot):
    draw(page, west=WEST + 5.2 * SIDE, side=SIDE / 2)
    before = page.area.area
    page.use_imagery(*carry(page, own_imagery, qtbot, "m2"))
    assert page.area.area is before
    assert page.own.chooser.mosaic.id == "m2"


def test_an_outline_the_tab_hands_over_replaces_the_area(page, own_imagery, service, qtbot):
    draw(page)
    mosaic, images = carry(page, own_imagery, qtbot, "m2")
    ground = QgsGeometry.fromRect(QgsRectangle(WEST + 5 * SIDE, SOUTH, WEST + 6 * SIDE, SOUTH + SIDE))
    page.use_ground(ground, mosaic, images)
    assert page.area.area.geometry.boundingBox().xMinimum() == pytest.approx(WEST + 5 * SIDE)
    assert page.own.chooser.source.mosaic_id == "m2"


def test_what_is_deleted_meanwhile_is_not_used(own, page, service, qtbot):
    pick(own, "a")
    service.images["m1"] = service.images["m1"][1:]
    page.own._loading.refresh()
    qtbot.waitUntil(lambda: own.picked == ())
    service.mosaics = service.mosaics[1:]
    page.own._loading.refresh()
    qtbot.waitUntil(lambda: own.mosaic is not None and own.mosaic.id == "m2")
    qtbot.waitUntil(lambda: [one.id for one in own.images] == ["z"])


def test_signing_out_leaves_no_imagery_to_choose(own, session):
    session.sign_out()
    assert own.mosaic is None
    assert own.ownMosaicCombo.count() == 0


def test_the_list_takes_little_room(own, page, service, qtbot):
    service.images["m1"] = [image(f"i{number:02}", number) for number in range(30)]
    page.own._loading.refresh()
    qtbot.waitUntil(lambda: len(own.images) == 30)
    assert own.ownImagesView.height() < 200
    assert page.minimumSizeHint().width() <= 340
