"""The areas of a processing as a layer."""

from __future__ import annotations

import pytest
from qgis.core import QgsCoordinateTransformContext
from result_service import square

from mapflow_dock.api.processings import AreaState, Message, Status
from mapflow_dock.jobs.area_reading import polygons_of_layer
from mapflow_dock.layers.results.areas_layer import areas_layer

API = "https://api.mapflow.ai/rest"


def test_each_part_has_its_state_and_can_be_an_area_again(qgis_app, processing):
    areas = (
        AreaState("a", Status.OK, 100, 2_500_000.0, (), square(37, 55)),
        AreaState("b", Status.FAILED, None, None, (Message("", {}, "no imagery"),), square(38, 55)),
        AreaState("c", Status.OK, 100, 1.0, (), {}),
        AreaState("d", Status.OK, 100, 1.0, (), {"type": "Point", "coordinates": [1, 2]}),
        AreaState("e", Status.OK, 100, 1.0, (), {"type": "nonsense"}),
    )
    layer = areas_layer(processing(), areas, API)
    rows = {row["area_id"]: row for row in layer.getFeatures()}
    assert sorted(rows) == ["a", "b"]
    assert (rows["a"]["status"], rows["a"]["percent"], rows["a"]["area_km2"]) == ("OK", 100, 2.5)
    assert "no imagery" in rows["b"]["messages"]
    assert layer.customProperty("mapflow_dock/processing_id") == processing().id
    assert polygons_of_layer(layer, False, QgsCoordinateTransformContext()).area().parts == 2


def test_a_long_message_costs_no_part(qgis_app, processing):
    told = Message("", {}, "No imagery here. " * 100)
    layer = areas_layer(
        processing(), (AreaState("a", Status.FAILED, None, None, (told,), square(37, 55)),), API
    )
    assert [row["messages"] for row in layer.getFeatures()] == [told.sentence]


@pytest.mark.parametrize(
    ("review", "said"),
    [("", "Ready"), ("ACCEPTED", "Ready"), ("IN_REVIEW", "In review"), ("NOT_ACCEPTED", "Not accepted")],
)
def test_the_legend_calls_a_part_as_ready_as_the_whole(qgis_app, processing, review, said):
    areas = (AreaState("a", Status.OK, 100, 1.0, (), square(37, 55)),)
    layer = areas_layer(processing(review_status=review), areas, API)
    titles = {each.value(): each.label() for each in layer.renderer().categories()}
    assert titles["OK"] == said
