"""Processings as the service told of real ones: what is odd in them, null in them, or not asked for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mapflow_dock.api.processings import Status, read_processing
from mapflow_dock.ui.processings.report import report_text
from mapflow_dock.ui.processings.status import status_text

TILES = "https://service.example/layers/1/{z}/{x}/{y}"
# What the deployed service answered for a processing that failed, values changed.
FAILED = {
    "id": "00000000-0000-4000-8000-000000000168",
    "name": "mosaic 2",
    "description": None,
    "projectId": "00000000-0000-4000-8000-000000000044",
    "vectorLayer": {
        "id": "v",
        "name": "mosaic 2",
        "tileJsonUrl": "https://x/v.json",
        "tileUrl": f"{TILES}.pbf",
    },
    "currentRevision": None,
    "rasterLayer": {"id": "r", "tileJsonUrl": "https://x/r.json", "tileUrl": f"{TILES}.png?uri=s3%3A%2F%2Fa"},
    "resultRasterLayer": {
        "id": "p",
        "tileJsonUrl": "https://x/p.json",
        "tileUrl": f"{TILES}.png?uri=s3%3A%2F%2Fb",
    },
    "workflowDef": {
        "id": "b",
        "name": "🏠 Buildings",
        "displayName": "🏠 Buildings",
        "blocks": [],
        "styleName": None,
    },
    "aoiCount": 1,
    "aoiArea": 5519,
    "area": 5519,
    "cost": 10,
    "status": "FAILED",
    "reviewStatus": None,
    "rating": None,
    "percentCompleted": 0,
    "params": {
        "sourceParams": {
            "imagerySearch": None,
            "myImagery": {"imageIds": ["i"], "mosaicId": None},
            "dataProvider": None,
            "userDefined": None,
        },
        "inferenceParams": None,
    },
    "blocks": [{"name": "OSM", "enabled": False, "displayName": "Merge with OpenStreetMap"}],
    "meta": {"source-app": "qgis", "version": "3.6.0"},
    "messages": [
        {
            "code": "source-validator.PixelSizeTooLow",
            "parameters": {"min_res": "0.07", "actual_res": "0.005411731597672211"},
        }
    ],
    "created": "2026-08-03T21:43:24.293284Z",
    "updated": "2026-08-03T21:43:26.066836Z",
}


def test_the_status_decides_and_not_the_layers():
    processing = read_processing(FAILED)
    assert (processing.status, status_text(processing)) == (Status.FAILED, "Failed")
    assert processing.vector.tile_url == f"{TILES}.pbf"
    assert processing.raster.tile_url == f"{TILES}.png?uri=s3%3A%2F%2Fa"
    assert (processing.area_m2, processing.cost, processing.review_status) == (5519, 10, "")
    report = report_text(processing)
    assert "Status: Failed" in report
    assert "Its pixels are 5\u00a0mm, and at least 7\u00a0cm is needed." in report


@pytest.mark.parametrize("key", sorted(FAILED.keys() - {"id", "status"}))
@pytest.mark.parametrize("odd", [None, 7, "odd", [], [None], {}, {"odd": 1}, True])
def test_what_is_odd_in_one_key_costs_no_more_than_that(key, odd):
    record = dict(FAILED)
    record[key] = odd
    processing = read_processing(record)
    assert (processing.id, processing.status) == (FAILED["id"], Status.FAILED)
    assert "Status: Failed" in report_text(processing)


@pytest.mark.parametrize(
    ("told", "percent", "cost", "area"),
    [
        ({"percentCompleted": None, "cost": 16.5, "aoiArea": 1085079}, None, 16.5, 1_085_079),
        ({"percentCompleted": 42.6, "cost": "28", "aoiArea": None, "area": "270295"}, 43, 28, 270_295),
        ({"percentCompleted": 250, "cost": None, "aoiArea": None, "area": None}, 100, None, None),
        ({"percentCompleted": "", "cost": "", "aoiArea": "", "area": ""}, None, None, None),
    ],
)
def test_numbers_are_read_as_they_are_told_and_not_made_up(told, percent, cost, area):
    processing = read_processing({**FAILED, "status": "IN_PROGRESS", **told})
    assert (processing.percent, processing.cost, processing.area_m2) == (percent, cost, area)
    report = report_text(processing)
    assert ("Cost: –" in report, "Area: –" in report) == (cost is None, area is None)
    assert "Cost: 0\u00a0credits" not in report


def test_revisions_are_let_be_and_the_raster_of_a_result_is_read():
    rated = {**FAILED, "status": "OK", "currentRevision": 3, "messages": []}
    assert read_processing(rated).result_raster.tile_url.endswith(".png?uri=s3%3A%2F%2Fb")
    plain = {key: rated[key] for key in rated.keys() - {"currentRevision"}}
    assert read_processing(rated) == read_processing(plain)


@pytest.mark.parametrize(
    ("told", "rating", "feedback"),
    [
        ({"rating": 4, "feedback": "Sheds are missing"}, 4, "Sheds are missing"),
        ({"rating": 4, "feedback": None}, 4, ""),
        (4, 4, ""),
        ("4", 4, ""),
        (0, None, ""),
        ({"rating": 9, "feedback": "odd"}, None, "odd"),
        (None, None, ""),
    ],
)
def test_what_a_result_was_rated_is_read_and_told(told, rating, feedback):
    processing = read_processing({**FAILED, "status": "OK", "rating": told})
    assert (processing.rating, processing.feedback) == (rating, feedback)
    lines = report_text(processing).splitlines()
    assert ("Rating: 4 of 5 – Good" in lines) is (rating == 4)
    assert any(line.startswith("Rating:") for line in lines) is (rating == 4)


def test_when_it_ended_and_how_long_it_took_are_told_where_the_service_tells_it():
    told = {**FAILED, "created": "2026-02-10T10:00:00Z", "completionDate": "2026-02-10T10:42:30Z"}
    lines = report_text(read_processing(told)).splitlines()
    assert "Duration: 42\u00a0min" in lines
    assert any(line.startswith("Completed: ") for line in lines)
    untold = report_text(read_processing({**FAILED, "created": "2026-02-10T10:00:00Z"}))
    assert "Duration:" not in untold
    running = {**FAILED, "status": "IN_PROGRESS", "created": datetime.now(UTC).isoformat()}
    assert "Duration: under\u00a01\u00a0min so far" in report_text(read_processing(running)).splitlines()


def test_what_was_said_in_review_is_told():
    told = {**FAILED, "reviewStatus": {"reviewStatus": "NOT_ACCEPTED", "feedback": "Sheds are missing"}}
    assert "Said in review: Sheds are missing" in report_text(read_processing(told)).splitlines()


@pytest.mark.parametrize(
    ("told", "line"),
    [
        ({"status": "REFUNDED"}, "Cost: 28\u00a0credits, refunded"),
        ({"status": "OK", "reviewStatus": {"reviewStatus": "REFUNDED"}}, "Cost: 28\u00a0credits, refunded"),
        ({"status": "FAILED", "reviewStatus": "REFUNDED"}, "Cost: 28\u00a0credits, refunded"),
        ({"status": "FAILED"}, "Cost: 28\u00a0credits"),
    ],
)
def test_that_it_was_refunded_is_told_however_it_ended(told, line):
    assert line in report_text(read_processing({**FAILED, "cost": 28, **told})).splitlines()
