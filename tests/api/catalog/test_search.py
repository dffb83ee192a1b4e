"""A search of the catalog over real HTTP: what is sent, in which scale, and what is made of the answer."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from fault_proxy import Answer

from mapflow_dock.api.catalog.search import CatalogQuery, CatalogSort, image, search
from mapflow_dock.api.http.errors import Fault

AREA = {"type": "Polygon", "coordinates": [[[1, 2], [2, 2], [2, 3], [1, 2]]]}
META = "/catalog/meta"
ROW = {"id": "a", "providerName": "CG", "productType": "Scene"}
FULL = CatalogQuery(
    area=AREA,
    acquired_from=datetime(2024, 1, 1, 3, tzinfo=timezone(timedelta(hours=3))),
    acquired_to=datetime(2024, 3, 1, 12, 30),  # noqa: DTZ001 - one without a zone is what is meant
    min_resolution_m=0.3,
    max_resolution_m=0.5,
    max_cloud_percent=10,
    min_off_nadir=0,
    max_off_nadir=25.5,
    min_overlap_percent=33.3,
    hide_unavailable=True,
    providers=("CG",),
    product_types=("Mosaic", "Image"),
    sort=CatalogSort.ACQUIRED,
)


def envelope(*rows, total=None, **more):
    return {
        "images": list(rows),
        "total": len(rows) if total is None else total,
        "limit": 9,
        "offset": 0,
        **more,
    }


@pytest.fixture
def ask(server, make_client, outcome):
    """Searches, the server answering each request in turn; the outcome and the bodies that were sent."""

    def run(query, *answers, limit=100, offset=0, client=None):
        waiting = list(answers)

        def answer(_asked):
            given = waiting.pop(0)
            return given if isinstance(given, Answer) else Answer.of(given)

        server.route("POST", META, answer)
        before = len(server.asked)
        result = outcome(search(client or make_client(server.url), query, limit, offset))
        return result, [asked.json for asked in server.asked[before:]]

    return run


def test_all_that_bounds_a_search_is_sent_as_the_service_wants_it(ask):
    (kind, page), bodies = ask(FULL, envelope({**ROW, "cloudCover": 7}, total=31), limit=10, offset=20)
    assert kind == "succeeded"
    assert bodies == [
        {
            "aoi": AREA,
            "acquisitionDateFrom": "2024-01-01T00:00:00Z",
            "acquisitionDateTo": "2024-03-01T12:30:00Z",
            "minResolution": 0.3,
            "maxResolution": 0.5,
            "maxCloudCover": 10,
            "minOffNadirAngle": 0,
            "maxOffNadirAngle": 25.5,
            "minAoiIntersectionPercent": 33.3,
            "sortBy": "ACQUISITION_DATE",
            "sortOrder": "DESC",
            "hideUnavailable": True,
            "dataProviders": ["CG"],
            "productTypes": ["Mosaic", "Image"],
            "limit": 10,
            "offset": 20,
        }
    ]
    assert [one.cloud_percent for one in page.images] == [7]
    assert (page.offset, page.received, page.total, page.next_offset, page.has_more) == (20, 1, 31, 21, True)


def test_what_sets_no_bound_is_left_out(ask):
    _result, bodies = ask(CatalogQuery(AREA), envelope())
    assert bodies == [{"aoi": AREA, "limit": 100, "offset": 0}]
    _result, bodies = ask(CatalogQuery(AREA, sort=CatalogSort.SENSOR, ascending=True), envelope())
    assert bodies == [{"aoi": AREA, "limit": 100, "offset": 0, "sortBy": "SAT_ID", "sortOrder": "ASC"}]


def test_the_tokens_of_a_sort_are_the_service_s():
    assert {sort.value for sort in CatalogSort} == {
        "PROVIDER_NAME", "SAT_ID", "CLOUD_COVER", "OFF_NADIR_ANGLE", "ACQUISITION_DATE", "ZOOM", "PIXEL_RESOLUTION",
    }  # fmt: skip


def test_a_server_that_shows_the_other_scale_is_asked_again_in_it(ask, server, make_client):
    client = make_client(server.url)
    row = {**ROW, "cloudCover": 0.07}
    (kind, page), bodies = ask(FULL, [ROW, {**ROW, "id": "b"}], [row], client=client)
    assert kind == "succeeded"
    shares = [(body["maxCloudCover"], body["minAoiIntersectionPercent"]) for body in bodies]
    assert shares == [(10, 33.3), (0.1, 0.333)]
    assert [(one.id, one.cloud_percent) for one in page.images] == [("a", 7)]
    (_kind, page), bodies = ask(FULL, [row], client=client)
    assert [body["maxCloudCover"] for body in bodies] == [0.1], "it is known from now on"
    (_kind, page), bodies = ask(FULL, envelope({**ROW, "cloudCover": 7}), envelope(ROW), client=client)
    assert [body["maxCloudCover"] for body in bodies] == [0.1, 10], "and can change"


def test_without_shares_there_is_nothing_to_ask_again(ask):
    for query in (CatalogQuery(AREA), CatalogQuery(AREA, min_overlap_percent=0)):
        (kind, page), bodies = ask(query, [{**ROW, "cloudCover": 0.5}])
        assert (kind, len(bodies)) == ("succeeded", 1)
        assert page.images[0].cloud_percent == 50


def test_a_server_that_refuses_shares_above_one_is_asked_in_its_own_scale(ask):
    refusal = Answer.of(
        {"detail": [{"loc": ["body", "maxCloudCover"], "msg": "at most 1", "type": "x"}]}, 422
    )
    (kind, page), bodies = ask(FULL, refusal, [ROW], [{**ROW, "cloudCover": 0.1}])
    assert (kind, page.images[0].cloud_percent) == ("succeeded", 10)
    assert [body.get("maxCloudCover") for body in bodies] == [10, None, 0.1]
    assert [body["limit"] for body in bodies] == [100, 1, 100]


def test_a_refusal_that_is_not_for_the_scale_stays_what_it_was(ask, server, make_client):
    refusal = Answer.of({"code": "BAD_REQUEST", "message": "Invalid value for: body", "params": None}, 400)
    (kind, error), bodies = ask(FULL, refusal, envelope(ROW))
    assert (kind, error.fault, len(bodies)) == ("failed", Fault.REJECTED, 2)
    assert "Invalid value for: body" in error.sentence
    for first in (refusal, Answer.of({"code": "NOT_FOUND", "message": "x"}, 404)):
        (kind, error), bodies = ask(FULL, first)
        assert (kind, len(bodies)) == ("failed", 1), "its scale is known"


@pytest.mark.parametrize("second", [400, 500])
def test_a_refusal_whose_reason_stays_unknown_is_told(ask, second):
    too_large = Answer.of({"code": "TOO_LARGE_PROCESSING", "message": "x", "params": {}}, 400)
    (kind, error), bodies = ask(FULL, too_large)
    assert (kind, error.code, len(bodies)) == ("failed", "TOO_LARGE_PROCESSING", 1)
    first = Answer.of({"detail": "no"}, 400)
    (kind, error), bodies = ask(FULL, first, *[Answer.of({"detail": "later"}, second)] * 4)
    assert (kind, error.status) == ("failed", 400)


def test_a_server_that_keeps_changing_its_scale_is_not_trusted(ask):
    (kind, error), bodies = ask(FULL, [ROW], envelope(ROW))
    assert (kind, error.fault, len(bodies)) == ("failed", Fault.MALFORMED, 2)
    assert "two different ways" in error.sentence


def test_one_odd_record_costs_that_record(ask):
    rows = [ROW, {"id": "no provider"}, None, "x", {**ROW, "id": "b", "footprint": 5, "previews": {}}]
    (kind, page), _bodies = ask(CatalogQuery(AREA), envelope(*rows, total=5))
    assert kind == "succeeded"
    assert [one.id for one in page.images] == ["a", "b"]
    assert (page.skipped, page.received, page.has_more) == (3, 5, False)


@pytest.mark.parametrize("answer", [{}, {"images": None}, {"images": {}}, "text", 5, None])
def test_an_answer_without_a_list_is_an_error_with_a_name(ask, answer):
    (kind, error), _bodies = ask(CatalogQuery(AREA), answer)
    assert (kind, error.fault) == ("failed", Fault.MALFORMED)
    assert "list of images" in error.sentence + error.raw


@pytest.mark.parametrize(
    ("answer", "limit", "total", "has_more"),
    [
        ([ROW, ROW], 2, None, True),
        ([ROW], 2, None, False),
        ([], 2, None, False),
        (envelope(ROW, ROW, total=5), 2, 5, True),
        (envelope(ROW, ROW, total=2), 2, 2, False),
        (envelope(total=5), 2, 5, False),
        ({"images": [ROW, ROW], "total": None}, 2, None, True),
        ({"images": [ROW], "total": -3}, 2, None, False),
        ({"images": [ROW, ROW], "total": "many"}, 2, None, True),
    ],
)
def test_whether_there_is_more(ask, answer, limit, total, has_more):
    (kind, page), _bodies = ask(CatalogQuery(AREA), answer, limit=limit)
    assert (kind, page.total, page.has_more) == ("succeeded", total, has_more)


def test_a_search_can_be_given_up(server, make_client, qtbot):
    server.route("POST", META, Answer.of([ROW]))
    client = make_client(server.url)
    reply = search(client, FULL)
    told = []
    reply.succeeded.connect(told.append)
    reply.failed.connect(told.append)
    with qtbot.waitSignal(reply.finished, timeout=1000):
        reply.abort()
    assert client.running == 0
    assert told == []
    assert not client.kept


def test_one_image_is_asked_for_by_id_and_provider(server, make_client, outcome):
    row = {**ROW, "id": "a/b c", "cloudCover": 12, "satId": None}
    server.route("GET", "/meta/a%2Fb%20c", Answer.of(row))
    kind, found = outcome(image(make_client(server.url), "a/b c", "C & G"))
    assert (kind, found.id, found.cloud_percent) == ("succeeded", "a/b c", 12)
    assert server.asked[0].query == "provider_name=C%20%26%20G"


def test_one_image_is_read_in_the_scale_the_server_has_shown(ask, server, make_client, outcome):
    client = make_client(server.url)
    server.route("GET", "/meta/a", Answer.of({**ROW, "cloudCover": 0.5}))
    assert outcome(image(client, "a", "CG"))[1].cloud_percent == 0.5
    ask(CatalogQuery(AREA), [ROW], client=client)
    assert outcome(image(client, "a", "CG"))[1].cloud_percent == 50
    server.route("GET", "/meta/a", Answer.of({**ROW, "cloudCover": 50, "previews": []}))
    assert outcome(image(client, "a", "CG"))[1].cloud_percent == 50, "its own keys say more"


def test_the_source_of_a_processing_is_as_the_reference_writes_it():
    from mapflow_dock.api.processings import ProcessingRequest, start_body
    from mapflow_dock.api.sources import SearchSource

    source = SearchSource("CG_mosaic_2022", ("JL1KF01A_PMS04_20220717131252_200093089_101_0005_001_L1",))
    body = start_body(ProcessingRequest("n", "p", "m", AREA, source))
    example = """{"params": {"sourceParams": {"imagerySearch": {"dataProvider": "CG_mosaic_2022",
        "imageIds": ["JL1KF01A_PMS04_20220717131252_200093089_101_0005_001_L1"]}}}}"""
    assert body["params"] == json.loads(example)["params"]
    zoomed = SearchSource("CG", ("a", "b"), 18).to_params()
    assert zoomed == {"imagerySearch": {"dataProvider": "CG", "imageIds": ["a", "b"], "zoom": 18}}


def test_times_are_sent_in_utc():
    asked = CatalogQuery(AREA, acquired_from=datetime(2024, 1, 1, 0, 0, 0, 123456, tzinfo=UTC))
    from mapflow_dock.api.catalog.records import Dialect

    assert asked.to_body(Dialect.DEPLOYED)["acquisitionDateFrom"] == "2024-01-01T00:00:00.123456Z"
