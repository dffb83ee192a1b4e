"""The report of a processing: plain words first, what support asks for at the end."""

from __future__ import annotations

import pytest

from mapflow_dock.api.processings import AreaState, Processing, Status, read_processing
from mapflow_dock.api.sources import read_source
from mapflow_dock.layers.origin.imagery_text import imagery_lines
from mapflow_dock.ui.processings.report import report_text

NOTHING = {"dataProvider": None, "myImagery": None, "imagerySearch": None, "userDefined": None}
JILIN = "JL1KF01A_PMS04_20220717131252_200093089_101_0005_001_L1"
IDS = [f"scene-{number}" for number in range(12)]


@pytest.mark.parametrize(
    ("params", "said"),
    [
        (
            {"sourceParams": {**NOTHING, "dataProvider": {"providerName": "Mapbox", "zoom": 18}}},
            ["Provider Mapbox, zoom 18"],
        ),
        (
            {"sourceParams": {"dataProvider": {"providerName": "Mapbox", "zoom": None}}},
            ["Provider Mapbox, zoom chosen by the service"],
        ),
        (
            {"sourceParams": {**NOTHING, "myImagery": {"imageIds": ["a"], "mosaicId": None}}},
            ["My Imagery: 1 image"],
        ),
        (
            {"sourceParams": {"myImagery": {"imageIds": ["a", "b"], "mosaicId": "m"}}},
            ["My Imagery: 2 images"],
        ),
        ({"sourceParams": {"myImagery": {"imageIds": None, "mosaicId": "m"}}}, ["My Imagery: a mosaic"]),
        (
            {"sourceParams": {**NOTHING, "imagerySearch": {"dataProvider": "CG", "imageIds": [JILIN]}}},
            [f"Catalog image {JILIN}, provider CG"],
        ),
        (
            {"sourceParams": {"dataProvider": {}, "imagerySearch": {"imageIds": ["a", "b"], "zoom": 17}}},
            ["2 catalog images, zoom 17", "• a", "• b"],
        ),
        (
            {"sourceParams": {"imagerySearch": {"dataProvider": "CG", "imageIds": IDS}}},
            [
                "12 catalog images, provider CG",
                *(f"• {each}" for each in IDS[:10]),
                "and 2 more, named below",
            ],
        ),
        (
            {"sourceParams": {"imagerySearch": {"dataProvider": "CG"}}},
            ["Images from the catalog, provider CG"],
        ),
        (
            {
                "sourceParams": {
                    **NOTHING,
                    "userDefined": {"url": "https://me:key@t.org:81/{z}?k=v", "zoom": 17},
                }
            },
            ["Your own tile server t.org:81, zoom 17"],
        ),
        # version 1: flat, and all of it text
        ({"data_provider": "sentinel", "zoom": "14", "url": ""}, ["Provider sentinel, zoom 14"]),
        ({"data_provider": "CG", "url": JILIN, "zoom": ""}, [f"Catalog image {JILIN}, provider CG"]),
        ({"url": JILIN, "source_type": "xyz"}, [f"Catalog image {JILIN}"]),
        ({"data_provider": "CG", "url": "a,b"}, ["2 catalog images, provider CG", "• a", "• b"]),
        (
            {"url": "https://tiles.example.org/{z}/{x}/{y}.png", "source_type": "xyz", "zoom": "18"},
            ["Your own tile server tiles.example.org, zoom 18"],
        ),
        ({"url": "s3://bucket/user/roofs.tif", "source_type": "local"}, ["Your own image file roofs.tif"]),
        (
            {"url": "S2B_36UXC_20240101", "source_type": "sentinel_l2a"},
            ["Sentinel-2 imagery S2B_36UXC_20240101"],
        ),
        ({"source_type": "local"}, ["My Imagery"]),
        # neither
        ({}, ["The service does not say which imagery was used."]),
        ({"sourceParams": NOTHING}, ["The service does not say which imagery was used."]),
    ],
)
def test_the_imagery_is_told_in_words(params, said):
    assert imagery_lines(read_source(params)) == said


def test_imagery_of_a_kind_that_is_not_known_is_shown_as_it_is():
    assert imagery_lines({"somethingNew": 1}) == ["See below."]


KEYED = "https://me:canary-login@tiles.example.org/canary-path/{z}/{x}/{y}.png?token=canary-query"


@pytest.mark.parametrize(
    "params",
    [
        {
            "sourceParams": {
                "userDefined": {"sourceType": "XYZ", "url": KEYED, "rasterPassword": "canary-key"}
            }
        },
        {"url": KEYED, "source_type": "xyz", "raster_login": "me", "raster_password": "canary-key"},
    ],
)
def test_no_key_of_a_tile_server_is_shown(params):
    told = KEYED.replace("canary-path", "tiles")
    record = {
        "id": "1",
        "status": "FAILED",
        "params": params,
        "messages": [
            {"code": "source-validator.UrlBlacklisted", "parameters": {"url": told}},
            {"code": "", "message": f"No tile at {told}."},
        ],
        "meta": {"from": told},
    }
    processing = read_processing(record)
    text = report_text(processing)
    assert "canary" not in text
    assert "Your own tile server tiles.example.org" in text
    assert "No tile at https://tiles.example.org/tiles/{z}/{x}/{y}.png?…" in text
    assert "canary-login" not in repr(processing.source)


def test_what_only_support_needs_stands_at_the_end():
    source = {"dataProvider": {"providerName": "Mapbox", "zoom": 18}}
    text = report_text(Processing(id="1234", name="Town", status=Status.OK, source=source))
    plain, technical = text.split("For support")
    assert "Provider Mapbox, zoom 18" in plain
    assert "Status: Ready\n" in plain
    assert "1234" not in plain
    assert "ID: 1234" in technical
    assert "dataProvider.zoom: 18" in technical


@pytest.mark.parametrize(
    ("review", "said"),
    [("", "Ready"), ("ACCEPTED", "Ready"), ("IN_REVIEW", "In review"), ("NOT_ACCEPTED", "Not accepted")],
)
def test_a_part_is_as_ready_as_the_whole(review, said):
    areas = [AreaState("a", Status.OK), AreaState("b", Status.FAILED)]
    lines = report_text(Processing("1", "Town", status=Status.OK, review_status=review), areas).splitlines()
    assert [line for line in lines if " of 2: " in line] == [f"1 of 2: {said}", "2 of 2: Failed"]


def test_the_options_of_the_model_are_called_as_people_call_them():
    blocks = (("OSM", True), ("Old", False))
    titles = {"OSM": "Merge with OpenStreetMap"}
    lines = report_text(Processing("1", "Town", blocks=blocks, block_titles=titles)).splitlines()
    assert "Merge with OpenStreetMap: on" in lines
    assert "Old: off" in lines


def test_a_provider_is_called_what_people_know_it_by_and_for_support_by_its_name():
    titles = {"arcgis_world_imagery": "ArcGIS World Imagery"}
    for kind, key in (("dataProvider", "providerName"), ("imagerySearch", "dataProvider")):
        source = {kind: {key: "arcgis_world_imagery", "zoom": 18}}
        plain, technical = report_text(Processing("1", "Town", source=source), (), titles).split(
            "For support"
        )
        assert "rovider ArcGIS World Imagery, zoom 18" in plain
        assert f"{kind}.{key}: arcgis_world_imagery" in technical


def test_a_model_is_called_what_people_know_it_by_and_what_is_no_option_is_left_out():
    blocks = (("OSM", True), ("Segmentation", True))
    titles = {"OSM": "Merge with OpenStreetMap", "Segmentation": ""}
    named = {"model_name": "buildings-2", "model_display_name": "Buildings"}
    text = report_text(Processing("1", "Town", blocks=blocks, block_titles=titles, **named))
    assert "Model: Buildings\n" in text
    assert "Merge with OpenStreetMap: on\n" in text
    assert "Segmentation" not in text
    assert "buildings-2" not in text
    assert "Options" not in report_text(Processing("1", "Town", blocks=blocks[1:], block_titles=titles))
