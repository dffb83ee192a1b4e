"""POST /catalog/meta, of the archive alone: by area, time, cloud, angle, resolution, kind and provider."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.both_dialects
ALL = [
    "sandbox-mosaic-2025", "sandbox-a-20250612", "sandbox-a-20250328", "sandbox-b-20240905", "sandbox-b-20240517",
    "sandbox-c-20231021",
]  # fmt: skip


def found(api, **asked):
    answer = api.ask("POST", "/catalog/meta", json={"dataProviders": ["sandbox_archive"], **asked})
    return answer["images"] if api.sandbox.dialect == "deployed" else answer


def ids(api, **asked):
    return [image["id"] for image in found(api, **asked)]


def test_the_shape_is_the_dialect_s(api, square):
    asked = {"aoi": square(), "limit": 2, "offset": 1, "dataProviders": ["sandbox_archive"]}
    answer = api.ask("POST", "/catalog/meta", json=asked)
    if api.sandbox.dialect == "deployed":
        assert {key: answer[key] for key in ("total", "limit", "offset")} == {
            "total": 6,
            "limit": 2,
            "offset": 1,
        }
        answer = answer["images"]
        assert {"satId", "zoom", "previews", "aoiIntersectionPercent", "minAreaSqkm"} <= answer[0].keys()
    assert [image["id"] for image in answer] == ALL[1:3]
    assert answer[0]["footprint"]["type"] == "Polygon"
    assert answer[0]["providerName"] == "sandbox_archive"
    tile = answer[0]["previewUrl"].format(z=14, x=1, y=1)
    assert api.get(tile).headers["content-type"] == "image/png"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ALL),
        ({"acquisitionDateFrom": "2025-01-01T00:00:00Z"}, ALL[:3]),
        ({"acquisitionDateTo": "2024-06-01T00:00:00"}, ALL[4:]),
        ({"maxOffNadirAngle": 10}, [ALL[0], ALL[3], ALL[4]]),
        ({"minOffNadirAngle": 20}, [ALL[2], ALL[5]]),
        ({"maxResolution": 0.3}, ALL[3:5]),
        ({"hideUnavailable": True}, ALL[:5]),
        ({"productTypes": ["mosaic"]}, ALL[:1]),
        ({"productTypes": ["Image"]}, ALL[1:]),
        ({"productTypes": ["Scene"]}, ALL[1:]),
        ({"dataProviders": []}, []),
        ({"dataProviders": ["sandbox_archive", "other"]}, ALL),
        ({"sortOrder": "ASC"}, ALL[::-1]),
        ({"sortBy": "CLOUD_COVER", "sortOrder": "ASC", "limit": 3}, [ALL[0], ALL[3], ALL[1]]),
    ],
)
def test_what_is_wanted_is_found(api, square, asked, expected):
    assert ids(api, aoi=square(), **asked) == expected


def test_shares_have_the_scale_of_the_dialect(api, square):
    one = 100 if api.sandbox.dialect == "deployed" else 1
    few = found(api, aoi=square(), maxCloudCover=0.1 * one)
    assert {image["id"] for image in few} == {ALL[0], ALL[1], ALL[3]}
    assert {round(image["cloudCover"] / one, 4) for image in few} == {0, 0.04}
    wide = square(0.9)
    assert ids(api, aoi=wide, minAoiIntersectionPercent=0.99 * one) == ALL[:2]


def test_where_nothing_lies_nothing_is_found(api, square):
    assert ids(api, aoi=square(east=5)) == []


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"aoi": {"type": "Point", "coordinates": [0, 0]}},
        {"aoi": None},
        {"limit": 0},
        {"sortBy": "COLOUR"},
        {"acquisitionDateFrom": "yesterday"},
    ],
)
def test_what_cannot_be_searched_is_refused(api, square, asked):
    body = asked if "aoi" in asked or not asked else {"aoi": square(), **asked}
    api.refused("POST", "/catalog/meta", json=body)


def test_too_large_an_area_is_refused(sandbox, connect, square):
    small = connect(sandbox.start(area_limit_km2=0.01))
    said = small.refused("POST", "/catalog/meta", json={"aoi": square(0.2)})
    assert said["code"] == "TOO_LARGE_PROCESSING"
