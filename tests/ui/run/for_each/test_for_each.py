"""*For Each Feature…*: the button says what it needs, and the form becomes the algorithm's parameters."""

from __future__ import annotations

import pytest
from qgis.core import QgsExpression, QgsExpressionContext, QgsFeature, QgsGeometry, QgsProject, QgsVectorLayer

from mapflow_dock.algorithms.tools.many import RunModelForManyAreas
from mapflow_dock.api.sources import MyImagerySource, ProviderSource, SearchSource
from mapflow_dock.text import toolbox
from mapflow_dock.ui.run.for_each.given import given_in_form


@pytest.fixture
def fields(qgis_new_project):
    """A layer of two squares near Moscow."""
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326", "Fields", "memory")
    for x in (37.55, 37.56):
        row = QgsFeature()
        row.setGeometry(
            QgsGeometry.fromWkt(
                f"POLYGON(({x} 55.7,{x + 0.005} 55.7,{x + 0.005} 55.705,{x} 55.705,{x} 55.7))"
            )
        )
        layer.dataProvider().addFeatures([row])
    QgsProject.instance().addMapLayer(layer)
    return layer


def given(page):
    return given_in_form(page.area.chosen, page.model, page.imagery, page.naming, page._session.project)


def test_it_needs_a_layer_and_says_so(page, fields):
    button = page.foot.forEachButton
    page.area.clear()
    assert not button.isEnabled()
    assert "Choose a polygon layer under Area" in button.toolTip()
    assert button.accessibleDescription() == button.toolTip()
    page.area.use_layer(fields)
    assert button.isEnabled()
    assert button.accessibleDescription() == ""
    page.area.mapExtentButton.click()
    assert not button.isEnabled()


def test_a_layer_beyond_the_limits_can_be_run_by_its_features(page, service, fields, qtbot):
    page.area.set_limit(1_000.0, 1)
    page.area.use_layer(fields)
    qtbot.waitUntil(lambda: bool(page.foot.reasonLabel.text()))
    assert not page.foot.startButton.isEnabled()
    assert page.foot.forEachButton.isEnabled()


def test_who_may_only_look_cannot(page, session, service, fields, qtbot):
    page.area.use_layer(fields)
    assert page.foot.forEachButton.isEnabled()
    service.project["user"] = {"email": "owner@example.org"}
    service.project["shareProject"] = {
        "owners": [{"email": "owner@example.org"}],
        "users": [{"email": "demo@example.org", "role": "readonly"}],
    }
    with qtbot.waitSignals([session.project_changed] * 2):
        session.choose_project(session.project)
    assert not page.foot.forEachButton.isEnabled()
    assert page.foot.forEachButton.toolTip()


def test_what_stands_in_the_form_is_what_is_given(page, fields):
    page.area.use_layer(fields)
    fields.selectByIds([1])
    page.area.selectedOnlyCheck.setChecked(True)
    page.naming.fill("It's mine", "for the report")
    told = given(page)
    assert told[toolbox.INPUT].source.staticValue() == fields.id()
    assert told[toolbox.INPUT].selectedFeaturesOnly
    assert told[toolbox.MODEL] == "🏠 Buildings"
    assert told[toolbox.STEPS] == toolbox.NO_STEPS
    assert told[toolbox.PROVIDER] == "world"
    assert told[toolbox.PROJECT] == "p1"
    assert told[toolbox.DESCRIPTION] == "for the report"
    context = QgsExpressionContext()
    context.setFeature(next(fields.getFeatures()))
    assert QgsExpression(told[toolbox.NAME]).evaluate(context) == "It's mine 1"
    page.model.options = {"b": {"Simplify": True, "Classify": True}}
    assert given(page)[toolbox.STEPS] == "Simplify, Classify"
    page.naming.fill("", "")
    assert toolbox.NAME not in given(page)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (ProviderSource("world", 18), {toolbox.PROVIDER: "world", toolbox.ZOOM: 18}),
        (ProviderSource("world"), {toolbox.PROVIDER: "world"}),
        (MyImagerySource(mosaic_id="m1"), {toolbox.MOSAIC: "m1"}),
        (MyImagerySource(("a", "b"), "m1"), {toolbox.IMAGES: "a,b"}),
        (SearchSource("world", ("c", "d"), 17), {toolbox.PROVIDER: "world", toolbox.SEARCH_IMAGES: "c,d"}),
    ],
)
def test_each_kind_of_imagery_is_named_by_its_own_parameters(page, fields, monkeypatch, source, expected):
    page.area.use_layer(fields)
    monkeypatch.setattr(type(page.imagery), "source", source)
    names = (
        toolbox.PROVIDER,
        toolbox.ZOOM,
        toolbox.MOSAIC,
        toolbox.IMAGES,
        toolbox.SEARCH_IMAGES,
        toolbox.OWN_SOURCE,
    )
    assert {name: value for name, value in given(page).items() if name in names} == expected


def test_the_algorithm_has_every_parameter_that_is_given(page, fields):
    page.area.use_layer(fields)
    page.naming.fill("Mine", "told")
    algorithm = RunModelForManyAreas()
    algorithm.initAlgorithm({})
    assert set(given(page)) <= {each.name() for each in algorithm.parameterDefinitions()}
    assert algorithm.name() == toolbox.MANY_AREAS
