"""The report of a processing: plain words first, what support asks for at the end."""

from __future__ import annotations

import pytest

from mapflow_dock.api.processings import Processing, Status
from mapflow_dock.ui.processings.report import imagery_lines, report_text


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            {
                "dataProvider": {"providerName": "Mapbox", "zoom": 18},
                "myImagery": None,
                "imagerySearch": None,
                "userDefined": None,
            },
            ["Mapbox, zoom 18"],
        ),
        ({"dataProvider": {"providerName": "Mapbox", "zoom": None}}, ["Mapbox"]),
        ({"myImagery": {"imageIds": ["a"], "mosaicId": None}}, ["My imagery: 1 image"]),
        ({"myImagery": {"imageIds": ["a", "b"], "mosaicId": "m"}}, ["My imagery: 2 images"]),
        ({"myImagery": {"imageIds": None, "mosaicId": "m"}}, ["My imagery: a mosaic"]),
        ({"imagerySearch": {"imageIds": ["a"]}}, ["Images from the catalog"]),
        ({"userDefined": {"url": "x", "zoom": 17}}, ["A tile server of one's own, zoom 17"]),
        ({"data_provider": "sentinel", "zoom": "14", "url": ""}, ["sentinel, zoom 14"]),
        ({"somethingNew": 1}, ["See below."]),
    ],
)
def test_the_imagery_is_told_in_words(source, said):
    assert imagery_lines(source) == said


def test_what_only_support_needs_stands_at_the_end():
    source = {"dataProvider": {"providerName": "Mapbox", "zoom": 18}}
    text = report_text(Processing(id="1234", name="Town", status=Status.OK, source=source))
    plain, technical = text.split("For support")
    assert "Mapbox, zoom 18" in plain
    assert "Status: Ready\n" in plain
    assert "1234" not in plain
    assert "ID: 1234" in technical
    assert "dataProvider.zoom: 18" in technical


def test_the_options_of_the_model_are_called_as_people_call_them():
    blocks = (("OSM", True), ("Old", False))
    titles = {"OSM": "Merge with OpenStreetMap"}
    lines = report_text(Processing("1", "Town", blocks=blocks, block_titles=titles)).splitlines()
    assert "Merge with OpenStreetMap: on" in lines
    assert "Old: off" in lines
