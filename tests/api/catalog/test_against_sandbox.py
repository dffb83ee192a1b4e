"""The catalog against the real sandbox, in both dialects: what 10 % means, pages, and processings of what was found."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import replace

import pytest

from mapflow_dock.api import account, processings, projects
from mapflow_dock.api.catalog.search import CatalogQuery, CatalogSort, image, search
from mapflow_dock.api.login.credential import read_pasted
from mapflow_dock.api.lost_answers.start import start
from mapflow_dock.api.processings import ProcessingRequest, Status
from mapflow_dock.api.sources import SearchSource

pytestmark = pytest.mark.both_dialects


@pytest.fixture
def client(sandbox, make_client):
    return make_client(sandbox.url, read_pasted(sandbox.basic))


@pytest.fixture
def ask(outcome):
    def value(reply, timeout=60_000):
        kind, result = outcome(reply, timeout)
        if kind != "succeeded":
            pytest.fail(f"{kind}: {result}")
        return result

    return value


def square(sandbox, share=0.8):
    west, south, east, north = sandbox.bbox
    x, y, half = (west + east) / 2, (south + north) / 2, (east - west) * share / 2
    ring = [[x - half, y - half], [x + half, y - half], [x + half, y + half], [x - half, y + half]]
    return {
        "type": "Polygon",
        "coordinates": [[[round(lon, 8), round(lat, 8)] for lon, lat in [*ring, ring[0]]]],
    }


def raw(sandbox, body):
    """What the server says, by an HTTP client that is not the plugin's."""
    request = urllib.request.Request(
        f"{sandbox.url}/catalog/meta",
        json.dumps({"limit": 1000, **body}).encode(),
        {"Authorization": f"Basic {sandbox.basic}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        told = json.load(answer)
    return told["images"] if isinstance(told, dict) else told


def test_ten_per_cent_of_clouds_are_ten_per_cent(sandbox, client, ask):
    area = square(sandbox)
    one = 100 if sandbox.dialect == "deployed" else 1
    everything = raw(sandbox, {"aoi": area})
    for percent in (0, 0.5, 10, 29, 100):
        most = percent * one / 100
        expected = {
            row["id"] for row in everything if row.get("cloudCover") is None or row["cloudCover"] <= most
        }
        page = ask(search(client, CatalogQuery(area, max_cloud_percent=percent), limit=1000))
        assert {found.id for found in page.images} == expected
        assert page.skipped == 0
        assert all(found.cloud_percent is None or found.cloud_percent <= percent for found in page.images)
    assert max(found.cloud_percent or 0 for found in page.images) > 50


def test_half_the_area_is_half_the_area(sandbox, client, ask):
    query = CatalogQuery(square(sandbox), min_overlap_percent=50)
    page = ask(search(client, query, limit=1000))
    everything = ask(search(client, replace(query, min_overlap_percent=None), limit=1000))
    assert 0 < len(page.images) < len(everything.images)
    one = 100 if sandbox.dialect == "deployed" else 1
    straight = raw(sandbox, {"aoi": query.area, "minAoiIntersectionPercent": 0.5 * one})
    assert {found.id for found in page.images} == {row["id"] for row in straight}
    if sandbox.dialect == "deployed":
        assert {found.id for found in everything.images if found.overlap_percent >= 50} == {
            found.id for found in page.images
        }


def test_pages_follow_one_another_to_the_end(sandbox, client, ask):
    query = CatalogQuery(
        square(sandbox),
        max_cloud_percent=60,
        sort=CatalogSort.RESOLUTION,
        ascending=True,
        hide_unavailable=True,
    )
    found, page = [], ask(search(client, query, limit=50))
    found += page.images
    while page.has_more:
        page = ask(search(client, query, limit=50, offset=page.next_offset))
        found += page.images
    whole = ask(search(client, query, limit=1000))
    assert len(found) > 100
    assert tuple(found) == whole.images
    assert page.total == (len(found) if sandbox.dialect == "deployed" else None)
    sizes = [one.resolution_m for one in found if one.resolution_m is not None]
    assert sizes == sorted(sizes)


def test_providers_and_kinds(sandbox, client, ask):
    query = CatalogQuery(square(sandbox), providers=("sandbox_mosaic_2023", "sandbox_skyline"))
    both = ask(search(client, query, limit=1000)).images
    assert {found.provider for found in both} == {"sandbox_mosaic_2023", "sandbox_skyline"}
    mosaics = ask(search(client, replace(query, product_types=("Mosaic",)), limit=1000)).images
    assert {found.id for found in mosaics} == {found.id for found in both if found.is_mosaic}
    everything = ask(search(client, replace(query, providers=()), limit=1000)).images
    assert len({found.provider for found in everything}) > 4, "none named means all"


def test_one_image_is_the_one_that_was_found(sandbox, client, ask):
    page = ask(search(client, CatalogQuery(square(sandbox)), limit=30))
    for found in page.images[:10]:
        alone = ask(image(client, found.id, found.provider))
        assert alone == replace(found, overlap_percent=None)


def test_a_mosaic_is_processed_and_a_scene_waits(sandbox, client, ask, outcome):
    who, project = ask(account.status(client)), ask(projects.fetch_default(client))
    model = next(model for model in who.models if "Buildings" in model.name)
    blocks = tuple((block.name, False) for block in model.optional_blocks())
    found = ask(
        search(
            client,
            CatalogQuery(square(sandbox, 0.2), hide_unavailable=True, min_overlap_percent=100),
            limit=1000,
        )
    ).images
    mosaic = next(one for one in found if one.provider == "sandbox_mosaic_2024")
    scene = next(one for one in found if one.provider == "sandbox_skyline")
    started = {}
    for one in (mosaic, scene):
        request = ProcessingRequest(
            one.provider,
            project.id,
            model.id,
            square(sandbox, 0.05),
            SearchSource(one.provider, (one.id,)),
            blocks,
        )
        price = ask(processings.cost(client, request))
        started[one.id] = ask(start(client, request))
        assert price == started[one.id].cost
        assert dict(started[one.id].source["imagerySearch"])["imageIds"] == [one.id]
    assert started[mosaic.id].status is Status.IN_PROGRESS
    assert started[scene.id].status is Status.AWAITING
    assert started[scene.id].status.is_running
    cancelled = client.send(
        "POST", f"/sandbox/orders/{started[scene.id].id}", processings.read_processing, {"delivered": False}
    )
    assert ask(cancelled).status is Status.CANCELLED


def test_too_large_an_area_is_a_sentence(sandbox, make_client, outcome):
    small = sandbox.start(search_area_limit_km2=0.01)
    client = make_client(small.url, read_pasted(small.basic))
    kind, error = outcome(search(client, CatalogQuery(square(small), max_cloud_percent=10)))
    assert (kind, error.code) == ("failed", "TOO_LARGE_PROCESSING")
    assert "larger" in error.sentence


def test_the_account_says_who_offers_images_and_how_much_may_be_searched(sandbox, client, ask):
    who = ask(account.status(client))
    found = ask(search(client, CatalogQuery(square(sandbox)), limit=1000)).images
    if sandbox.dialect == "reference":
        assert (who.search_providers, who.search_area_limit_m2) == ((), None)
        return
    assert who.search_area_limit_m2 == 100_000_000
    offered = {provider.name: provider for provider in who.search_providers}
    assert {image.provider for image in found} <= offered.keys()
    assert offered["my_imagery_images"].price(None) is None
    assert offered["sandbox_wide"].min_area_m2 == 25_000_000
