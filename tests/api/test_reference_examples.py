"""What the plugin sends is what the API reference shows, key for key; what comes back names the same source again.

The bodies here are our own copies of the reference's examples ("Create processing (v2)", "Calculate cost (v2)",
"Data Sources", "Use Search Results in Processing"): the same keys in the same places, with words of ours.
"""

from __future__ import annotations

import pytest
from fault_proxy import Answer, FaultProxy

from mapflow_dock.api import processings, projects
from mapflow_dock.api.lost_answers.start import start
from mapflow_dock.api.own_sources.kinds import SourceKind
from mapflow_dock.api.own_sources.login import SourceLogin, keep_login
from mapflow_dock.api.own_sources.sending import as_named
from mapflow_dock.api.own_sources.source import OwnSource
from mapflow_dock.api.processings import META_KEY, ProcessingRequest
from mapflow_dock.api.sources import (
    MyImagerySource,
    ProviderSource,
    SearchSource,
    UserSource,
    read_source,
    source_of,
)

RING = [[12.5, 41.88], [12.51, 41.88], [12.51, 41.89], [12.5, 41.89], [12.5, 41.88]]
SQUARE = {"type": "Polygon", "coordinates": [RING]}
IMAGE, OTHER_IMAGE, MOSAIC = (f"11111111-0000-4000-8000-00000000000{number}" for number in (1, 2, 3))
TILES = "https://tiles.example.org/{z}/{x}/{y}.jpg"
GRANULE = "S2A_MSIL2A_20240704T074611_N0510_R092_T37NBA_20240704T123456"

# a source, and what `sourceParams` says of it
EXAMPLES = {
    "a provider": (
        ProviderSource("Mapbox", 18),
        {"dataProvider": {"providerName": "Mapbox", "zoom": 18}},
    ),
    "a provider, without a zoom": (
        ProviderSource("arcgis_world_imagery"),
        {"dataProvider": {"providerName": "arcgis_world_imagery"}},
    ),
    "one image of one's own": (
        MyImagerySource((IMAGE,)),
        {"myImagery": {"imageIds": [IMAGE]}},
    ),
    "images of a mosaic": (
        MyImagerySource((IMAGE, OTHER_IMAGE), MOSAIC),
        {"myImagery": {"imageIds": [IMAGE, OTHER_IMAGE], "mosaicId": MOSAIC}},
    ),
    "a whole mosaic": (
        MyImagerySource((), MOSAIC),
        {"myImagery": {"mosaicId": MOSAIC}},
    ),
    "found images": (
        SearchSource("mosaic_of_2023", ("KF01_20230801_0007_L1",)),
        {"imagerySearch": {"dataProvider": "mosaic_of_2023", "imageIds": ["KF01_20230801_0007_L1"]}},
    ),
    "tiles of one's own": (
        as_named(OwnSource("Mine", SourceKind.XYZ, TILES, 18, "EPSG:3857")),
        {"userDefined": {"sourceType": "XYZ", "url": TILES, "zoom": 18, "crs": "EPSG:3857"}},
    ),
    "tiles counted from the south": (
        as_named(OwnSource("Mine", SourceKind.TMS, TILES.replace("{y}", "{-y}"), 17, "EPSG:3395")),
        {"userDefined": {"sourceType": "TMS", "url": TILES, "zoom": 17, "crs": "EPSG:3395"}},
    ),
    "tiles by quadkey": (
        as_named(OwnSource("Mine", SourceKind.QUADKEY, "https://tiles.example.org/{q}")),
        {"userDefined": {"sourceType": "QUADKEY", "url": "https://tiles.example.org/{q}", "crs": "EPSG:3857"}},
    ),
    "a granule": (
        as_named(OwnSource("Mine", SourceKind.SENTINEL_L2A, GRANULE)),
        {"userDefined": {"sourceType": "SENTINEL_L2A", "url": GRANULE}},
    ),
    "an image in the storage": (
        as_named(OwnSource("Mine", SourceKind.LOCAL, "s3://a-bucket/a/cog/b.tif")),
        {"userDefined": {"sourceType": "LOCAL", "url": "s3://a-bucket/a/cog/b.tif"}},
    ),
}  # fmt: skip

# what a source leaves open, as the deployed service tells it
NULLS = {
    "dataProvider": {"zoom": None},
    "myImagery": {"imageIds": None, "mosaicId": None},
    "imagerySearch": {"zoom": None},
    "userDefined": {"zoom": None, "crs": None},
}


def request_of(source, **more):
    return ProcessingRequest("Roofs of Rome", "project-1", "model-1", SQUARE, source, **more)


@pytest.fixture
def service(server):
    started = {"id": "p-1", "name": "Roofs of Rome", "status": "IN_PROGRESS", "percentCompleted": 0}
    server.route("POST", "/processings/v2", Answer.of(started))
    server.route("POST", "/processing/cost/v2", Answer.of(150))
    return server


def sent(service, verb, path):
    (asked,) = service.matching(verb, path)
    return asked.json


@pytest.mark.parametrize(("source", "params"), EXAMPLES.values(), ids=EXAMPLES)
def test_a_start_is_the_example_key_for_key(service, make_client, outcome, source, params):
    request = request_of(source)
    kind, _started = outcome(start(make_client(service.url), request))
    assert kind == "succeeded"
    assert sent(service, "POST", "/processings/v2") == {
        "name": "Roofs of Rome",
        "projectId": "project-1",
        "wdId": "model-1",
        "geometry": SQUARE,
        "params": {"sourceParams": params},
        "meta": {META_KEY: request.client_id},  # by which a lost answer is found again
    }
    assert {asked.path for asked in service.asked} == {"/rest/processings/v2"}, "version 2 alone is spoken"


@pytest.mark.parametrize(("source", "params"), EXAMPLES.values(), ids=EXAMPLES)
def test_a_cost_is_the_example_key_for_key(service, make_client, outcome, source, params):
    assert outcome(processings.cost(make_client(service.url), request_of(source))) == ("succeeded", 150)
    assert sent(service, "POST", "/processing/cost/v2") == {
        "wdId": "model-1",
        "geometry": SQUARE,  # in place of `areaSqKm`, as the reference allows
        "params": {"sourceParams": params},
    }


def test_what_is_optional_is_named_where_there_is_something_to_name(service, make_client, outcome):
    blocks = (("Simplification", False), ("Classification", True))
    source = ProviderSource("Mapbox", 18)
    outcome(start(make_client(service.url), request_of(source, blocks=blocks, description="For the census")))
    body = sent(service, "POST", "/processings/v2")
    assert body["description"] == "For the census"
    assert body["blocks"] == [
        {"name": "Simplification", "enabled": False},
        {"name": "Classification", "enabled": True},
    ]


def test_the_login_of_tiles_goes_out_with_the_start_alone(service, make_client, outcome):
    authcfg = keep_login(SourceLogin("surveyor", "three words"), "Mine")
    source = as_named(OwnSource("Mine", SourceKind.XYZ, TILES, 18, "EPSG:3857", authcfg))
    client = make_client(service.url)
    outcome(processings.cost(client, request_of(source)))
    outcome(start(client, request_of(source)))
    without = {"sourceType": "XYZ", "url": TILES, "zoom": 18, "crs": "EPSG:3857"}
    cost = sent(service, "POST", "/processing/cost/v2")
    assert cost["params"]["sourceParams"] == {"userDefined": without}
    body = sent(service, "POST", "/processings/v2")
    login = {"rasterLogin": "surveyor", "rasterPassword": "three words"}
    assert body["params"]["sourceParams"] == {"userDefined": {**without, **login}}


@pytest.mark.parametrize(("source", "params"), EXAMPLES.values(), ids=EXAMPLES)
@pytest.mark.parametrize("has_nulls", [False, True])
def test_what_a_processing_says_of_its_source_names_it_again(source, params, has_nulls):
    told = dict(params)
    if has_nulls:  # as the deployed service tells it
        (kind,) = params
        others = dict.fromkeys(("dataProvider", "myImagery", "imagerySearch", "userDefined"))
        told = {**others, kind: {**NULLS[kind], **params[kind]}}
    again = source_of(read_source({"sourceParams": told}))
    assert again == source
    assert again.to_params() == params


@pytest.mark.parametrize(
    ("flat", "source"),
    [
        ({"data_provider": "Mapbox", "zoom": "18"}, ProviderSource("Mapbox", 18)),
        ({"data_provider": "cg", "url": "IMAGE_1"}, SearchSource("cg", ("IMAGE_1",))),
        (
            {"url": TILES, "source_type": "xyz", "projection": "epsg:3857", "zoom": "18"},
            UserSource("XYZ", TILES, 18, "EPSG:3857"),
        ),
        ({"url": GRANULE, "source_type": "sentinel_l2a"}, UserSource("SENTINEL_L2A", GRANULE)),
        ({"url": "s3://b/a.tif", "source_type": "local"}, UserSource("LOCAL", "s3://b/a.tif")),
        ({"url": "s3://b/a.tif", "source_type": "tif"}, UserSource("LOCAL", "s3://b/a.tif")),
        ({"source_type": "local"}, None),
        ({}, None),
    ],
)
def test_what_version_1_said_names_the_source_as_version_2_sends_it(flat, source):
    assert source_of(read_source(flat)) == source


@pytest.mark.parametrize(
    "told",
    [
        {"dataProvider": {"zoom": 18}},
        {"dataProvider": "Mapbox"},
        {"myImagery": {}},
        {"myImagery": {"imageIds": [None, ""]}},
        {"imagerySearch": {"dataProvider": "cg"}},
        {"userDefined": {"url": TILES}},
        {"somethingNew": {"a": 1}},
    ],
)
def test_too_little_to_name_a_source(told):
    assert source_of(told) is None


@pytest.mark.both_dialects
def test_the_round_through_the_service(sandbox, make_client, outcome):
    """Each source that can be started here, started; what its processing says of it starts the same again."""
    from mapflow_dock.api.login.credential import Credential, Scheme

    west, south, east, north = sandbox.bbox
    x, y = (west + east) / 2, (south + north) / 2
    ring = [[x, y], [x + 0.001, y], [x + 0.001, y + 0.001], [x, y + 0.001], [x, y]]
    area = {"type": "Polygon", "coordinates": [ring]}
    tiles = f"{sandbox.url}/providers/{sandbox.provider}/tiles/{{z}}/{{x}}/{{y}}.png"
    with FaultProxy(sandbox.url) as proxy:
        client = make_client(proxy.url, Credential(Scheme.BASIC, sandbox.basic))
        _kind, project = outcome(projects.fetch_default(client))
        _kind, account = outcome(account_status(client))
        sources = (
            ProviderSource(sandbox.provider, 18),
            ProviderSource(sandbox.provider),
            SearchSource("sandbox_archive", ("sandbox-a-20250612",)),
            UserSource("XYZ", tiles, 18, "EPSG:3857"),
            UserSource("TMS", tiles + "?a=1&b=%26", 17, "EPSG:3395"),
            UserSource("QUADKEY", "http://localhost:1/{q}?uri=s3://a/b"),
            UserSource("SENTINEL_L2A", GRANULE),
        )
        forest = next(model for model in account.models if "Forest" in model.name)
        for source in sources:
            named, bodies = source, []
            for _turn in range(2):
                request = ProcessingRequest("Round", project.id, forest.id, area, named)
                kind, started = outcome(start(client, request))
                assert kind == "succeeded", (source, started)
                bodies.append(proxy.matching("POST", "/processings/v2")[-1].json["params"])
                _kind, told = outcome(processings.fetch(client, started.id))
                named = source_of(told.source)
            assert bodies == 2 * [{"sourceParams": source.to_params()}]


def account_status(client):
    from mapflow_dock.api import account

    return account.status(client)
