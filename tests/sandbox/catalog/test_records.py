"""What a picture of the catalog is told with, alone and found, whoever offers it."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from shapely import from_wkt
from shapely.geometry import mapping, shape

pytestmark = pytest.mark.both_dialects
COMMON = {
    "id", "productType", "acquisitionDate", "sensor", "pixelResolution", "cloudCover", "offNadirAngle",
    "colorBandOrder", "providerName", "previewType", "previewUrl", "footprint",
}  # fmt: skip
DEPLOYED = COMMON | {"satId", "zoom", "minAreaSqkm", "aoiIntersectionPercent", "previews"}
NEEDED = {"id", "productType", "providerName", "footprint"}


@pytest.fixture
def rows(api, square):
    answer = api.ask("POST", "/catalog/meta", json={"aoi": square(0.9), "limit": 1000})
    return answer["images"] if api.sandbox.dialect == "deployed" else answer


def test_each_has_the_keys_of_the_dialect(api, rows):
    assert len(rows) > 200
    for row in rows:
        if api.sandbox.dialect == "deployed":
            assert row.keys() == DEPLOYED
        else:
            assert NEEDED <= row.keys() <= COMMON
            assert None not in row.values()


def test_they_are_as_manifold_as_the_service_s_own(api, rows):
    kinds = Counter(row["productType"] for row in rows)
    if api.sandbox.dialect == "deployed":
        assert {"Scene", "Image", "IMAGE", "OPTICAL", "Mosaic", "MOSAIC"} <= set(kinds)
        assert {row["minAreaSqkm"] for row in rows} == {None, 25}
    else:
        assert set(kinds) == {"Scene", "Mosaic"}
    one = 100 if api.sandbox.dialect == "deployed" else 1
    assert all(row.get("cloudCover") >= 0 or one >= 0 for row in rows if row.get("cloudCover") is not None)
    assert max(row.get("cloudCover") or 0 for row in rows) > 0.5 * one
    angles = [row["offNadirAngle"] for row in rows if row.get("offNadirAngle") is not None]
    assert min(angles) < -10 < 10 < max(angles)
    corners = Counter(
        len(row["footprint"]["coordinates"][0]) - 1 for row in rows if row["footprint"]["type"] == "Polygon"
    )
    assert corners[4] > 100
    assert max(corners) > 12
    assert all(shape(row["footprint"]).is_valid for row in rows)
    for key in ("acquisitionDate", "sensor", "pixelResolution", "cloudCover", "offNadirAngle", "previewUrl"):
        assert any(row.get(key) is None for row in rows), key


def test_one_picture_is_told_as_it_was_found(api, rows):
    for row in (rows[0], rows[-1]):
        alone = api.ask("GET", f"/meta/{row['id']}", params={"provider_name": row["providerName"]})
        found = {**row, "aoiIntersectionPercent": None} if api.sandbox.dialect == "deployed" else row
        assert alone == found
        assert api.ask("GET", f"/meta/{row['id']}") == alone
        said = api.refused("GET", f"/meta/{row['id']}", 404, params={"provider_name": "nobody"})
        assert said["code"] == "NOT_FOUND"
    assert api.refused("GET", "/meta/nothing", 404)["code"] == "NOT_FOUND"


def test_an_account_finds_its_own_uploads_and_nobody_else_s(api, guest, geotiff):
    mosaic = api.mosaic("Field")
    image = api.upload(mosaic, geotiff())
    outline = api.ask("GET", f"/rasters/image/{image['id']}")["footprint"]
    area = {"aoi": mapping(from_wkt(outline).envelope), "limit": 1000}

    def own(client, **asked):
        answer = client.ask("POST", "/catalog/meta", json={**area, **asked})
        found = answer["images"] if api.sandbox.dialect == "deployed" else answer
        return {row["providerName"]: row for row in found if row["providerName"].startswith("my_imagery")}

    found = own(api)
    assert {name: row["id"] for name, row in found.items()} == {
        "my_imagery_images": image["id"],
        "my_imagery_mosaics": mosaic,
    }
    for row in found.values():
        assert [row.get(key) for key in ("acquisitionDate", "cloudCover", "offNadirAngle", "sensor")] == [
            None
        ] * 4
        assert row["pixelResolution"] == pytest.approx(0.5, rel=0.01)
        assert (
            shape(row["footprint"]).equals_exact(from_wkt(outline), 1e-6)
            or row["footprint"]["type"] == "MultiPolygon"
        )
    assert own(api, maxCloudCover=0, acquisitionDateFrom="2030-01-01T00:00:00Z").keys() == found.keys()
    assert own(api, productTypes=["MOSAIC"]).keys() == {"my_imagery_mosaics"}
    assert own(api, dataProviders=["my_imagery_images"]).keys() == {"my_imagery_images"}
    assert own(guest) == {}
    assert api.ask("GET", f"/meta/{image['id']}")["id"] == image["id"]
    guest.refused("GET", f"/meta/{image['id']}", 404)
    api.ask("DELETE", f"/rasters/mosaic/{mosaic}")
    assert own(api) == {}


def test_the_previews_of_uploads_open_by_their_link_alone(api, connect, geotiff):
    stranger = connect(api.sandbox, "")
    mosaic = api.mosaic("Field")
    image = api.upload(mosaic, geotiff(width=400, height=400))["id"]
    alone, tiles = (api.ask("GET", f"/meta/{each}") for each in (image, mosaic))
    picture = stranger.get(alone["previewUrl"])
    assert (alone["previewType"], picture.headers["content-type"]) == ("png", "image/jpeg"), (
        "as the service has it"
    )
    assert picture.content == api.get(f"/rasters/image/{image}/preview/l").content
    assert tiles["previewType"] == "xyz"
    shown = stranger.get(tiles["previewUrl"].format(z=0, x=0, y=0))
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/png")
    for url in (alone["previewUrl"], tiles["previewUrl"].format(z=0, x=0, y=0)):
        assert stranger.get(re.sub("signature=.", "signature=g", url)).status_code == 403
    query = alone["previewUrl"].partition("?")[2]
    assert stranger.get(f"/rasters/file/{image}?{query}").status_code == 403, "the file itself stays closed"
    assert stranger.get(f"/rasters/file/{mosaic}/preview?{query}").status_code == 403
