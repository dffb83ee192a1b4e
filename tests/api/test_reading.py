"""What the service says, in both of its shapes, as dataclasses; and what is missing, as named errors."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mapflow_dock.api.account import Billing, RasterNeeds, ZoomBounds, read_account, read_model, read_provider
from mapflow_dock.api.history import read_history
from mapflow_dock.api.http.errors import ForeignReply, MalformedReply
from mapflow_dock.api.http.fields import Fields, as_time, readable
from mapflow_dock.api.processings import Status, read_processing
from mapflow_dock.api.projects import ProjectRole, read_project
from mapflow_dock.api.sources import MyImagerySource, ProviderSource, SearchSource, UserSource, read_source

MODEL_ID = "30ddfd15-04aa-47f6-9ceb-68ce709fd710"
DEPLOYED = {
    "email": "admin@example.org",
    "processedArea": 45221388394,
    "remainingArea": 54778611606,
    "remainingCredits": 2450,
    "aoiAreaLimit": 25000000,
    "maxAoisPerProcessing": 100,
    "memoryLimit": 1000000000,
    "billingType": 0,
    "models": [
        {
            "id": MODEL_ID,
            "name": "🏠 Buildings",
            "description": "Buildings detection and mapping",
            "pricePerSqKm": 5.0,
            "blocks": [
                {"name": "Segmentation", "displayName": "", "optional": 0, "price": 1},
                {"name": "Classification", "description": "Classification", "optional": True, "price": 0.0},
                {
                    "name": "OSM",
                    "displayName": "Merge with OSM",
                    "description": "more",
                    "optional": 1,
                    "price": 2.5,
                },
                {"name": "Quiet", "displayName": "", "optional": True, "price": 7},
            ],
        },
        {"id": "r", "name": "🚗 Roads", "description": None, "pricePerSqKm": 5.0},
        {"name": "no id"},
        "nonsense",
    ],
    "dataProviders": [
        {
            "id": "p",
            "name": "mapbox",
            "displayName": "Mapbox",
            "previewUrl": "https://example.com/{z}/{x}/{y}.png",
            "webPreviewUrl": "https://example.com/?access_token=theirs",
            "previewUrlMaxZoom": 19,
            "minAreaSqkm": 0.5,
            "price": [
                {"zoom": 18, "priceSqKm": 1.2},
                {"zoom": "19", "priceSqKm": 2},
                {"zoom": None, "priceSqKm": 3},
            ],
        },
        {"name": "plain", "displayName": None, "price": None},
    ],
    "reviewWorkflowEnabled": False,
    "somethingNew": {"x": 1},
}


def test_the_account_as_deployed():
    account = read_account(DEPLOYED)
    assert (account.email, account.billing, account.credits) == ("admin@example.org", Billing.CREDITS, 2450)
    assert (account.aoi_area_limit_m2, account.max_aois, account.memory_limit) == (25e6, 100, 1_000_000_000)
    assert [model.name for model in account.models] == ["🏠 Buildings", "🚗 Roads"]
    assert [provider.title for provider in account.providers] == ["Mapbox", "plain"]
    assert "theirs" not in repr(account)


def test_the_account_as_in_the_reference():
    account = read_account(
        {
            "user": {"id": "u", "email": "user@example.com", "credits": 5000},
            "models": [{"id": "m", "name": "🏠 Buildings", "pricePerSqKm": 15.0, "blocks": []}],
        }
    )
    assert (account.email, account.billing, account.credits) == ("user@example.com", Billing.CREDITS, 5000)
    assert (account.aoi_area_limit_m2, account.max_aois) == (100e6, 10)
    assert account.providers == ()


@pytest.mark.parametrize(
    ("told", "billing"),
    [
        ("CREDITS", Billing.CREDITS),
        ("AREA", Billing.AREA),
        ("none", Billing.NONE),
        (1, Billing.AREA),
        (2, Billing.NONE),
        (None, Billing.CREDITS),
        ("NEW", Billing.CREDITS),
        (99, Billing.CREDITS),
    ],
)
def test_billing_as_a_word_or_a_number(told, billing):
    assert read_account({"email": "a@b.c", "billingType": told}).billing is billing


@pytest.mark.parametrize(
    "value", [None, [], {}, "hello", 5, {"status": "UP"}, {"user": None, "models": None}]
)
def test_what_is_no_account_is_no_mapflow(value):
    with pytest.raises(ForeignReply):
        read_account(value)


def test_prices_count_the_base_the_obligatory_and_the_enabled():
    model = read_account(DEPLOYED).models[0]
    assert [block.name for block in model.optional_blocks()] == ["Classification", "OSM"]
    assert model.optional_blocks()[1].title == "Merge with OSM"
    assert model.price(()) == pytest.approx(6.0)
    assert model.price({"OSM", "unknown"}) == pytest.approx(8.5)


@pytest.mark.parametrize(
    ("model", "free", "with_osm"),
    [
        ({}, None, None),
        ({"pricePerSqKm": None}, None, None),
        ({"pricePerSqKm": 0}, 0, None),
        ({"pricePerSqKm": 5, "blocks": [{"name": "Init", "optional": False, "price": None}]}, None, None),
        ({"pricePerSqKm": 5, "blocks": [{"name": "Init", "optional": False, "price": 0}]}, 5, 5),
    ],
)
def test_a_price_that_is_not_told_is_unknown_and_not_free(model, free, with_osm):
    osm = {"name": "OSM", "displayName": "OSM", "optional": True, "price": None}
    blocks = model.get("blocks") or [osm]
    read = read_account({"email": "a@b.c", "models": [{"id": "m", "name": "M", **model, "blocks": blocks}]})
    assert (read.models[0].price(()), read.models[0].price({"OSM"})) == (free, with_osm)


@pytest.mark.parametrize(
    ("told", "limit", "is_named"),
    [({}, 100e6, False), ({"aoiAreaLimit": None}, 100e6, False), ({"aoiAreaLimit": 25e6}, 25e6, True)],
)
def test_the_documented_area_limit_is_told_from_one_of_the_account(told, limit, is_named):
    account = read_account({"email": "a@b.c", **told})
    assert (account.aoi_area_limit_m2, account.names_area_limit) == (limit, is_named)


def test_zooms_come_from_requirements_and_else_from_what_is_documented():
    requirements = {
        "sources": {
            "xyz": {"recommended": {"min_zoom": 18, "max_zoom": 18}, "required": {"max_zoom": 19}},
            "tms": None,
        }
    }
    told = read_model({"id": "m", "name": "🏠 Buildings", "requirements": requirements})
    assert (told.required_zoom, told.recommended_zoom) == (ZoomBounds(None, 19), ZoomBounds(18, 18))
    documented = read_model({"id": "m", "name": "🏠 Buildings"})
    assert (documented.required_zoom, documented.best_zoom) == (ZoomBounds(17, 19), 18)
    own = read_model({"id": "m", "name": "Greenhouses of ours", "requirements": None})
    assert (own.required_zoom, own.best_zoom) == (ZoomBounds(), None)


@pytest.mark.parametrize(
    ("bands", "told"), [(3, (3,)), ([1, 3, 4], (1, 3, 4)), (None, ()), ("many", ()), ([], ())]
)
def test_what_a_model_asks_of_own_imagery(bands, told):
    local = {
        "required": {"min_res": 0.1, "max_res": "1.2", "nchannels": bands},
        "recommended": {"max_res": 0.6},
    }
    model = read_model({"id": "m", "name": "M", "requirements": {"sources": {"local": local, "xyz": None}}})
    assert model.required_raster == RasterNeeds(0.1, 1.2, told)
    assert model.recommended_raster == RasterNeeds(None, 0.6)


@pytest.mark.parametrize(
    "requirements", [None, {}, {"sources": None}, {"sources": {"local": None}}, {"sources": []}]
)
def test_a_model_may_ask_nothing_of_own_imagery(requirements):
    model = read_model({"id": "m", "name": "M", "requirements": requirements})
    assert model.required_raster == model.recommended_raster == RasterNeeds()


def test_provider_prices_by_zoom():
    provider = read_provider(DEPLOYED["dataProviders"][0])
    assert provider.zooms() == (18, 19)
    assert (provider.price(18), provider.price(19), provider.price(17)) == (1.2, 2, 3)
    assert provider.min_area_m2 == 500_000
    assert read_provider({"name": "x", "minAreaSqKm": 2}).min_area_m2 == 2e6
    assert read_provider({"name": "x"}).price(18) is None


FULL = {
    "id": "3fa85f64",
    "name": "Downtown",
    "description": None,
    "projectId": "project",
    "vectorLayer": {
        "id": "v",
        "tileUrl": "https://x/{z}/{x}/{y}.pbf?uri=s3://a",
        "tileJsonUrl": "https://x/t.json",
    },
    "rasterLayer": None,
    "workflowDef": {"id": "wd", "name": "🏠 Buildings"},
    "aoiArea": 1200000,
    "area": 5,
    "cost": "12.5",
    "status": "OK",
    "reviewStatus": {"reviewStatus": "IN_REVIEW", "inReviewUntil": "2026-02-10T10:30:00Z"},
    "percentCompleted": None,
    "params": {
        "sourceParams": {
            "myImagery": None,
            "imagerySearch": None,
            "dataProvider": {"providerName": "mapbox", "zoom": None},
            "userDefined": None,
        }
    },
    "blocks": [
        {"name": "OSM", "displayName": "Merge with OpenStreetMap", "enabled": 1},
        {"name": "Old", "displayName": None, "enabled": False},
        {"displayName": "no name"},
    ],
    "meta": {"a": "b"},
    "messages": [
        {"code": "source-validator.TooHighZoom", "parameters": {"max_zoom": 18, "actual_zoom": "20"}},
        None,
    ],
    "created": "2023-01-26T13:58:32.122099",
    "updated": "2026-02-10T12:30:00+02:00",
}


def test_a_processing_as_deployed():
    processing = read_processing(FULL)
    assert (processing.id, processing.project_id, processing.status) == ("3fa85f64", "project", Status.OK)
    assert (processing.area_m2, processing.cost, processing.percent) == (1_200_000, 12.5, None)
    assert (processing.model_id, processing.model_name) == ("wd", "🏠 Buildings")
    assert processing.vector.tile_url.endswith("?uri=s3://a")
    assert processing.raster is None
    assert processing.source == {"dataProvider": {"providerName": "mapbox", "zoom": None}}
    assert processing.blocks == (("OSM", True), ("Old", False))
    assert processing.block_titles == {"OSM": "Merge with OpenStreetMap"}
    assert processing.review_status == "IN_REVIEW"
    assert processing.created == datetime(2023, 1, 26, 13, 58, 32, 122099, tzinfo=UTC)
    assert processing.updated == datetime(2026, 2, 10, 10, 30, tzinfo=UTC)
    (message,) = processing.messages
    assert "zoom" in message.sentence.lower()
    assert "20" in message.sentence
    assert "18" in message.sentence


def test_a_processing_as_short_as_the_reference_shows_it():
    processing = read_processing(
        {"id": "uuid-2", "name": "P2", "status": "IN_PROGRESS", "percentCompleted": 45}, "proj"
    )
    assert (processing.project_id, processing.percent, processing.status.is_running) == ("proj", 45, True)
    assert (processing.created, processing.vector, processing.messages, processing.meta) == (
        None,
        None,
        (),
        {},
    )


def test_a_processing_of_version_1():
    params = {
        "url": "https://t/{z}",
        "source_type": "xyz",
        "zoom": "18",
        "raster_login": "me",
        "raster_password": "x",
    }
    old = read_processing({"id": "1", "status": "OK", "params": params})
    assert old.source == {"userDefined": {"sourceType": "XYZ", "url": "https://t/{z}", "zoom": 18}}
    older = read_processing({"id": "1", "status": "OK", "params": {"data_provider": "mapbox", "zoom": ""}})
    assert older.source == {"dataProvider": {"providerName": "mapbox"}}


def test_a_foreign_imagery_login_is_not_kept():
    user = {"sourceType": "XYZ", "url": "u", "rasterLogin": "canary-l", "rasterPassword": "canary-p"}
    processing = read_processing(
        {"id": "1", "status": "OK", "params": {"sourceParams": {"userDefined": user}}}
    )
    assert "canary" not in repr(processing)


@pytest.mark.parametrize("value", [{}, {"id": "x"}, {"status": "OK"}, None, [], {"id": None, "status": "OK"}])
def test_a_processing_without_what_it_needs_is_a_named_error(value):
    with pytest.raises(MalformedReply) as caught:
        read_processing(value)
    assert "processing" in str(caught.value)


def test_an_unknown_status_is_kept_as_such():
    assert read_processing({"id": "x", "status": "PONDERING"}).status is Status.UNKNOWN


def test_a_bad_record_costs_that_record(caplog):
    good = {"id": "x", "status": "OK"}
    read, skipped = readable([good, {"id": "y"}, 5, good], read_processing)
    assert (len(read), skipped) == (2, 2)
    assert "status" in caplog.text


PROJECT = {
    "id": "ea2281ab",
    "name": "Default",
    "description": None,
    "isDefault": True,
    "created": "2022-10-20T14:54:59.636598Z",
    "updated": "2022-10-20T14:54:59.636599Z",
    "processingCounts": {"succeeded": 3, "failed": 1},
    "user": {"email": "owner@example.org", "aoiAreaLimit": 25000000},
    "workflowDefs": [{"id": "m", "name": "🏗️ Construction sites", "description": None}],
}


def test_a_project_with_its_models_and_limit():
    project = read_project(PROJECT, "owner@example.org")
    assert (project.is_default, project.succeeded, project.failed) == (True, 3, 1)
    assert project.aoi_area_limit_m2 == 25e6
    assert project.models[0].required_zoom == ZoomBounds(17, 18)
    assert (project.role, project.may_delete, project.may_rename) == (ProjectRole.OWNER, False, True)
    assert read_project(PROJECT, with_models=False).models == ()
    assert read_project({"id": "1", "name": "n"}).role is ProjectRole.OWNER


@pytest.mark.parametrize("counts", [{}, {"processingCounts": None}, {"processingCounts": {"failed": None}}])
def test_counts_that_are_not_told_are_unknown_and_no_zeros(counts):
    project = read_project({"id": "1", "name": "n", **counts})
    assert (project.succeeded, project.failed) == (None, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-02-10T10:30:00Z", (10, 30, 0, 0)),
        ("2026-02-10T10:30:00.123456Z", (10, 30, 0, 123456)),
        ("2026-02-10T10:30:00.123456789Z", (10, 30, 0, 123456)),
        ("2026-02-10T10:30:00.5+00:00", (10, 30, 0, 500000)),
        ("2026-02-10T10:30:00", (10, 30, 0, 0)),
        ("2026-02-10T05:00:00-0530", (10, 30, 0, 0)),
        ("2026-02-10 10:30", (10, 30, 0, 0)),
    ],
)
def test_times_with_and_without_zone(text, expected):
    assert as_time(text) == datetime(2026, 2, 10, *expected, tzinfo=UTC)


@pytest.mark.parametrize(
    "value", ["", "yesterday", None, 5, "2026-13-10T10:30:00Z", "2026-02-10T10:30:00+99:99"]
)
def test_what_is_no_time_is_none(value):
    assert as_time(value) is None


def test_history_sums_and_bad_rows():
    entry = {
        "name": "p",
        "status": "OK",
        "area": 536680,
        "cost": 0,
        "created": "2025-02-24T13:34:34Z",
        "scenario": "🏠",
    }
    page = read_history({"results": [entry, {}], "total": 9, "count": 2, "totalCost": 5, "totalArea": 986782})
    assert (len(page.entries), page.skipped, page.total, page.total_cost) == (1, 1, 9, 5)


@pytest.mark.parametrize("value", [[], {"results": [], "count": 2}, {"results": [], "total": None}])
def test_a_history_that_tells_no_total_has_none(value):
    page = read_history(value)
    assert (page.total, page.total_cost, page.total_area_m2) == (None, None, None)


@pytest.mark.parametrize(
    ("source", "params"),
    [
        (ProviderSource("Mapbox", 18), {"dataProvider": {"providerName": "Mapbox", "zoom": 18}}),
        (ProviderSource("Mapbox"), {"dataProvider": {"providerName": "Mapbox"}}),
        (MyImagerySource(("a", "b"), "m"), {"myImagery": {"imageIds": ["a", "b"], "mosaicId": "m"}}),
        (MyImagerySource(mosaic_id="m"), {"myImagery": {"mosaicId": "m"}}),
        (SearchSource("CG", ("s",)), {"imagerySearch": {"dataProvider": "CG", "imageIds": ["s"]}}),
        (UserSource("XYZ", "u", 18), {"userDefined": {"sourceType": "XYZ", "url": "u", "zoom": 18}}),
    ],
)
def test_sources_as_they_are_sent(source, params):
    assert source.to_params() == params


def test_zooms_that_do_not_exist_cost_no_more_than_themselves():
    prices = [{"zoom": zoom, "priceSqKm": 1} for zoom in (18, 30_000_000, -1, 31)]
    provider = read_provider({"name": "Maxar", "price": prices, "previewUrlMaxZoom": 30_000_000})
    assert provider.zooms() == (18,)
    assert provider.preview_max_zoom == 30
    tiles = {"required": {"min_zoom": -3, "max_zoom": 30_000_000}}
    model = read_model({"id": "m", "name": "M", "requirements": {"sources": {"xyz": tiles}}})
    assert (model.required_zoom.minimum, model.required_zoom.maximum) == (0, 30)


@pytest.mark.parametrize("odd", ["\u00b2", "9" * 400, 1e308, int("9" * 300), float("inf"), [], True])
def test_numbers_beyond_reason_are_none(odd):
    read = Fields({"count": odd}, "record")
    assert (read.number("count"), read.whole("count")) == (None, None)
    assert read_source({"data_provider": "x", "zoom": odd}) == {"dataProvider": {"providerName": "x"}}
