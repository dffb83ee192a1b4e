"""What people know models, their options and those of a processing by; the service's own names stay what is sent."""

from __future__ import annotations

import pytest

from mapflow_dock.api.account import read_model
from mapflow_dock.api.processings import read_processing

STEPS = [
    {"name": "Segmentation", "displayName": "Segmentation", "optional": False},
    {"name": "Postprocessing", "displayName": "", "optional": False},
    {"name": "OSM", "displayName": "Merge with OpenStreetMap", "optional": True},
    {"name": "Heights", "displayName": "Height estimation", "optional": True},
    {"name": "Hidden", "displayName": "", "optional": True},
]


def test_models_and_options_are_shown_by_what_people_know_them_by():
    model = read_model({"id": "m", "name": "buildings-2", "displayName": "Buildings", "blocks": STEPS})
    assert (model.name, model.title) == ("buildings-2", "Buildings")
    assert [(block.name, block.title) for block in model.optional_blocks()] == [
        ("OSM", "Merge with OpenStreetMap"),
        ("Heights", "Height estimation"),
    ]
    assert read_model({"id": "m", "name": "Roads", "displayName": None}).title == "Roads"


@pytest.mark.parametrize(
    ("told", "title"),
    [
        ({"name": "OSM", "displayName": "Merge with OpenStreetMap"}, "Merge with OpenStreetMap"),
        ({"name": "OSM", "displayName": "Merge"}, "Merge"),
        ({"name": "OSM"}, "Merge with OpenStreetMap"),
        ({"name": "Heights", "displayName": None}, "Height estimation"),
        ({"name": "OSM", "displayName": ""}, ""),
        ({"name": "Hidden"}, ""),
        ({"name": "Segmentation", "displayName": "Segmentation"}, ""),
        ({"name": "New"}, "New"),
    ],
)
def test_the_options_of_a_processing_are_called_as_the_models_are(told, title):
    model = {"id": "m", "name": "buildings-2", "displayName": "Buildings", "blocks": STEPS}
    processing = read_processing(
        {"id": "p", "status": "OK", "workflowDef": model, "blocks": [{**told, "enabled": True}]}
    )
    assert (processing.model_name, processing.model_title) == ("buildings-2", "Buildings")
    assert processing.blocks == ((told["name"], True),)
    assert processing.block_titles.get(told["name"], told["name"]) == title
