"""What cannot be had again is said, and what was in the form before comes back by one click."""

from __future__ import annotations

from dataclasses import replace

import pytest
from qgis.core import QgsFeature, QgsGeometry, QgsProject, QgsRectangle, QgsVectorLayer
from qgis.PyQt.QtWidgets import QMessageBox
from run_page_service import START, answer_box, confirm

from mapflow_dock.api.own_sources.kinds import SourceKind
from mapflow_dock.api.own_sources.source import OwnSource
from mapflow_dock.api.processings import Processing, Status
from mapflow_dock.api.sources import SearchSource
from mapflow_dock.ui.run.duplicate.wanted import Duplicated

GROUND = QgsGeometry.fromRect(QgsRectangle(37.6, 55.7, 37.61, 55.71))
RUN = Processing(
    id="old",
    name="Town",
    project_id="p1",
    status=Status.OK,
    model_id="b",
    model_name="🏠 Buildings",
    blocks=(("Simplify", True), ("Classify", False)),
    source={"dataProvider": {"providerName": "world", "zoom": 18}},
    description="as it was",
)


@pytest.fixture
def fill(page):
    """Fills the form with a processing, a bit of it otherwise; returns what was said."""

    def act(ground=GROUND, **otherwise):
        del page.notices[:]
        page.filling.fill(Duplicated(replace(RUN, **otherwise), ground, "Town (2)"))
        return page.notices[-1]

    return act


def test_all_of_it_is_filled_in(page, fill, qtbot):
    page.model.modelCombo.setCurrentIndex(1)
    notice = fill()
    assert notice.text == "The form is filled in as “Town” was run."
    qtbot.waitUntil(page.foot.startButton.isEnabled)
    request = page._form.order().request
    assert (request.name, request.model_id, request.description) == ("Town (2)", "b", "as it was")
    assert request.blocks == (("Simplify", True), ("Classify", False))
    assert request.source.to_params() == {"dataProvider": {"providerName": "world", "zoom": 18}}
    assert page.area.area.geometry.symDifference(GROUND).isEmpty()
    assert "Area of “Town”" in page.area.areaLabel.text()


@pytest.mark.parametrize("status", [Status.FAILED, Status.IN_PROGRESS, Status.REFUNDED, Status.CANCELLED])
def test_however_it_ended(fill, page, status):
    assert fill(status=status).text == "The form is filled in as “Town” was run."
    assert page._form.order().request is not None


def test_a_model_that_is_gone_is_said_and_the_rest_is_kept(page, fill):
    page.model.modelCombo.setCurrentIndex(1)
    text = fill(model_id="gone", model_display_name="Ships", inference={"threshold": 1}).text
    assert "Its model Ships is not offered in this project any more." in text
    assert page.model.model.id == "f"
    request = page._form.order().request
    assert (request.name, request.source.zoom, request.description) == ("Town (2)", 18, "as it was")
    assert request.inference == {}, "another model is told nothing of it"
    assert page.area.area.parts == 1


def test_an_option_that_is_gone_is_said(page, fill):
    text = fill(
        blocks=(("Simplify", True), ("Age", True), ("Old", False)), block_titles={"Age": "Roof age"}
    ).text
    assert text.endswith("The model has no such option any more: Roof age.")
    assert dict(page.model.blocks) == {"Simplify": True, "Classify": False}


def test_a_paid_option_is_on_only_where_it_was(page, fill):
    page.model.options = {"b": {"Classify": True}}
    fill(blocks=(("Simplify", False),))
    assert dict(page.model.blocks) == {"Simplify": False, "Classify": False}
    fill(blocks=(("Classify", True),))
    assert dict(page.model.blocks) == {"Simplify": False, "Classify": True}
    fill(blocks=())
    assert dict(page.model.blocks)["Classify"] is False, "not told: nothing that costs"


def test_another_project_is_said(page, fill):
    assert fill(project_id="p2").text.endswith(
        "It is in another project; what you start now goes to the project “Default”."
    )
    assert page._form.order().request.project_id == "p1"


def test_an_area_that_is_not_told_is_said_and_none_is_left_behind(page, fill):
    page.area.mapExtentButton.click()
    assert "does not say where its area lies" in fill(ground=None).text
    assert page.area.area is None
    assert page._form.order().request is None


def test_imagery_that_cannot_be_had_is_said(page, fill):
    assert (
        "does not offer the imagery of gone any more"
        in fill(source={"dataProvider": {"providerName": "gone"}}).text
    )
    assert "does not say which imagery was used" in fill(source={}).text
    used = {"sourceType": "XYZ", "url": "https://h.example/{z}/{x}/{y}", "zoom": 17}
    assert "not among your sources" in fill(source={"userDefined": used}).text


def test_parameters_are_seen_sent_and_can_be_removed(page, fill, service, qtbot):
    fill(inference={"threshold": 0.4, "kind": "roof"})
    label = page.model.parameters.label
    assert label.isVisible()
    assert label.text() == "Parameters of the duplicated processing: threshold = 0.4, kind = roof"
    qtbot.waitUntil(page.foot.startButton.isEnabled)
    assert service.bodies("POST /processing/cost/v2")[-1]["params"]["inferenceParams"]["threshold"] == 0.4
    page.model.modelCombo.setCurrentIndex(1)
    assert not label.isVisible(), "they are of the other model"
    assert page._form.order().request.inference == {}
    page.model.modelCombo.setCurrentIndex(0)
    page.model.parameters.button.click()
    qtbot.waitUntil(page.foot.startButton.isEnabled)
    page.foot.startButton.click()
    confirm(page, qtbot)
    qtbot.waitUntil(lambda: bool(page.runs))
    assert "inferenceParams" not in service.bodies(START)[-1]["params"]


def layer_of(rectangle):
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326", "Fields", "memory")
    row = QgsFeature()
    row.setGeometry(QgsGeometry.fromRect(rectangle))
    layer.dataProvider().addFeatures([row])
    return QgsProject.instance().addMapLayer(layer)


@pytest.mark.parametrize("whence", ["layer", "extent", "ground", "nowhere"])
def test_what_was_in_the_form_comes_back(page, fill, whence, qtbot):
    if whence == "layer":
        page.area.use_layer(layer_of(QgsRectangle(37.5, 55.5, 37.51, 55.51)))
    elif whence == "extent":
        page.area.mapExtentButton.click()
    elif whence == "ground":
        page.area.use_ground(GROUND, page._canvas.mapSettings().destinationCrs(), "Pasted")
    page.model.modelCombo.setCurrentIndex(0)
    page.model.options = {"b": {"Classify": True, "Simplify": False}}
    page.imagery.zoomCombo.setCurrentIndex(1)
    page.naming.nameEdit.setText("Mine")
    page.naming._on_edited("Mine")
    page.naming.descriptionEdit.setText("typed")
    before = page._form.order()
    shown = page.area.areaLabel.text()
    notice = fill(model_id="f", blocks=(), source={"dataProvider": {"providerName": "world"}})
    assert page._form.order().request != before.request
    assert notice.action == "Undo"
    with qtbot.waitSignal(page.matter_settled) as settled:
        notice.on_action()
    assert settled.args == [notice.about]
    after = page._form.order()
    assert after.reason == before.reason
    if before.request is not None:
        assert replace(after.request, client_id="") == replace(before.request, client_id="")
    assert page.area.areaLabel.text() == shown
    assert page.area.chosen.layer is (page.area.areaLayerCombo.currentLayer() if whence == "layer" else None)
    assert (page.naming.name, page.naming.description) == ("Mine", "typed")
    assert dict(page.model.blocks) == {"Classify": True, "Simplify": False}


def test_imagery_that_was_no_provider_s_comes_back(page, fill):
    page.imagery.found.use_named(SearchSource("maxar", ("i1",), 18))
    page.imagery.use(page.imagery.found)
    notice = fill()
    assert page.imagery.other is None
    notice.on_action()
    assert page.imagery.source == SearchSource("maxar", ("i1",), 18)
    page.sources.kept.save(OwnSource("Survey", SourceKind.XYZ, "https://h.example/{z}/{x}/{y}", 17))
    page.sources.chooser.choose("Survey")
    page.imagery.use(page.sources.chooser)
    page.sources.chooser.zoom = 18
    notice = fill()
    notice.on_action()
    assert page.imagery.other is page.sources.chooser
    assert (page.sources.chooser.chosen.name, page.sources.chooser.zoom) == ("Survey", 18)


def test_a_way_back_ends_with_the_start(page, fill, qtbot):
    notice = fill()
    qtbot.waitUntil(page.foot.startButton.isEnabled)
    page.foot.startButton.click()
    with qtbot.waitSignal(page.matter_settled):
        confirm(page, qtbot)
    notice.on_action()
    assert page.area.areaLabel.text().startswith("Area of “Town”"), "nothing was undone"


def test_while_one_is_being_started_the_form_is_left_alone(page, fill, qtbot):
    fill()
    qtbot.waitUntil(page.foot.startButton.isEnabled)
    page.foot.startButton.click()
    notice = fill(name="Other")
    assert "Duplicate “Other” once it is." in notice.text
    assert page.naming.name == "Town (2)"
    answer_box(page, qtbot, QMessageBox.ButtonRole.RejectRole)
