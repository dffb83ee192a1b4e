"""Images of the catalog as they are told: both shapes, and what is odd about some."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mapflow_dock.api.catalog.records import CatalogImage, Dialect, PreviewPart, read_catalog_image
from mapflow_dock.api.http.errors import MalformedReply

SQUARE = {"type": "Polygon", "coordinates": [[[76.5, 43.3], [76.6, 43.3], [76.6, 43.4], [76.5, 43.3]]]}
# As the API reference shows them.
SCENE = {
    "id": "JL1GF03A_PMS_20220607132729_200087596_103_0002_001_L1",
    "productType": "Scene",
    "acquisitionDate": "2022-06-07T13:27:33Z",
    "sensor": "JL1GF03A",
    "pixelResolution": 1.06,
    "cloudCover": 0.09,
    "offNadirAngle": -3.91,
    "colorBandOrder": "B,G,R,NIR,PAN",
    "providerName": "CG",
    "previewType": "png",
    "previewUrl": "https://example.com/preview.jpg",
    "footprint": SQUARE,
}
MOSAIC = {
    "id": "JL1KF01A_PMS04_20220717131252_200093089_101_0005_001_L1",
    "productType": "Mosaic",
    "acquisitionDate": "2022-07-17T00:00:00Z",
    "sensor": "JL1KF01A",
    "pixelResolution": 0.0,
    "cloudCover": 0.0,
    "offNadirAngle": 3.0,
    "colorBandOrder": "RGB",
    "providerName": "CG_mosaic_2022",
    "previewType": "xyz",
    "previewUrl": "https://tiles.example.com/provider/{z}/{x}/{-y}.png",
    "footprint": {"type": "MultiPolygon", "coordinates": [SQUARE["coordinates"]]},
}
DEPLOYED = {
    **SCENE,
    "productType": "OPTICAL",
    "cloudCover": 9,
    "satId": "JL1GF03A",
    "zoom": "18",
    "minAreaSqkm": 25.0,
    "aoiIntersectionPercent": 61.5,
    "previews": [{"url": "https://example.com/a.png", "geometry": SQUARE}, {"geometry": SQUARE}, None],
    "new": {"in": "a later version"},
}
OWN = {
    "id": "o", "providerName": "my_imagery_images", "productType": "IMAGE", "acquisitionDate": None,
    "sensor": None, "pixelResolution": None, "cloudCover": None, "offNadirAngle": None, "colorBandOrder": None,
    "previewType": None, "previewUrl": None, "footprint": None, "zoom": None, "minAreaSqkm": None,
    "aoiIntersectionPercent": None, "previews": None,
}  # fmt: skip


def test_a_scene_and_a_mosaic_as_the_reference_writes_them():
    scene, mosaic = (read_catalog_image(each, Dialect.REFERENCE) for each in (SCENE, MOSAIC))
    assert scene == CatalogImage(
        id=SCENE["id"],
        provider="CG",
        product_type="Scene",
        acquired=datetime(2022, 6, 7, 13, 27, 33, tzinfo=UTC),
        sensor="JL1GF03A",
        resolution_m=1.06,
        cloud_percent=9.0,
        off_nadir=-3.91,
        band_order="B,G,R,NIR,PAN",
        preview_type="png",
        preview_url="https://example.com/preview.jpg",
        footprint=SQUARE,
    )
    assert (scene.is_mosaic, scene.has_preview_tiles) == (False, False)
    assert (mosaic.is_mosaic, mosaic.has_preview_tiles) == (True, True)
    assert mosaic.resolution_m is None, "no pixel is 0 m wide: it is not told"
    assert (mosaic.cloud_percent, mosaic.provider) == (0.0, "CG_mosaic_2022")


def test_what_the_deployed_service_adds():
    image = read_catalog_image(DEPLOYED, Dialect.DEPLOYED)
    assert (image.cloud_percent, image.overlap_percent) == (9.0, 61.5)
    assert (image.zoom, image.min_area_m2) == (18, 25_000_000.0)
    assert image.preview_parts == (PreviewPart("https://example.com/a.png", SQUARE),)
    assert not image.is_mosaic


def test_what_is_not_told_is_not_known():
    image = read_catalog_image(OWN, Dialect.DEPLOYED)
    assert image == CatalogImage("o", "my_imagery_images", "IMAGE")


@pytest.mark.parametrize("kind", ["MOSAIC", "mosaic", "Mosaic"])
def test_kinds_come_in_any_case(kind):
    assert read_catalog_image({**SCENE, "productType": kind}, Dialect.DEPLOYED).is_mosaic


@pytest.mark.parametrize("missing", ["id", "providerName"])
def test_what_an_image_cannot_do_without_is_named(missing):
    with pytest.raises(MalformedReply, match=missing):
        read_catalog_image({**SCENE, missing: None}, Dialect.DEPLOYED)


@pytest.mark.parametrize(
    ("key", "value", "name"),
    [
        ("cloudCover", -1, "cloud_percent"),
        ("cloudCover", 950, "cloud_percent"),
        ("cloudCover", float("inf"), "cloud_percent"),
        ("cloudCover", "clear", "cloud_percent"),
        ("pixelResolution", -0.5, "resolution_m"),
        ("pixelResolution", 1e9, "resolution_m"),
        ("offNadirAngle", 400, "off_nadir"),
        ("aoiIntersectionPercent", 5000, "overlap_percent"),
        ("acquisitionDate", "long ago", "acquired"),
        ("acquisitionDate", 20220607, "acquired"),
        ("zoom", "near", "zoom"),
    ],
)
def test_values_beyond_reason_are_not_known(key, value, name):
    assert getattr(read_catalog_image({**DEPLOYED, key: value}, Dialect.DEPLOYED), name) is None


@pytest.mark.parametrize(
    ("dialect", "share", "percent"),
    [
        (Dialect.REFERENCE, 0.29, 29.0),
        (Dialect.REFERENCE, 1.0, 100.0),
        (Dialect.REFERENCE, 1.0000001, 100.0),
        (Dialect.REFERENCE, 9.0, None),
        (Dialect.DEPLOYED, 0.29, 0.29),
        (Dialect.DEPLOYED, 100.4, 100.0),
    ],
)
def test_shares_are_read_in_per_cent(dialect, share, percent):
    assert read_catalog_image({**SCENE, "cloudCover": share}, dialect).cloud_percent == percent


@pytest.mark.parametrize(
    ("footprint", "kept"),
    [
        ("POLYGON((1 2, 3 4, 5 6, 1 2)) ", "POLYGON((1 2, 3 4, 5 6, 1 2))"),
        ("MULTIPOLYGON EMPTY", ""),
        ("", ""),
        (None, ""),
        (5, ""),
        ({"type": "Point", "coordinates": [1, 2]}, ""),
        ({"type": "Polygon", "coordinates": []}, ""),
        ({"type": "Polygon"}, ""),
        ({"type": "Polygon", "coordinates": [[[0, 0]] * 200_000]}, ""),
        ("POLYGON((" + "1 2," * 600_000, ""),
        (SQUARE, SQUARE),
    ],
)
def test_footprints_of_either_form_are_kept_as_they_came(footprint, kept):
    assert read_catalog_image({**SCENE, "footprint": footprint}, Dialect.DEPLOYED).footprint == kept


@pytest.mark.parametrize("url", ["file:///etc/hosts", "javascript:alert(1)", "s3://bucket/key", 7])
def test_a_preview_is_on_the_web(url):
    read = read_catalog_image({**SCENE, "previewUrl": url, "previews": [{"url": url}]}, Dialect.DEPLOYED)
    assert (read.preview_url, read.preview_parts) == ("", ())


def test_the_address_of_a_preview_may_be_a_key_and_is_not_shown():
    canary = "https://example.com/a.png?signature=canary"
    image = read_catalog_image(
        {**SCENE, "previewUrl": canary, "previews": [{"url": canary}]}, Dialect.DEPLOYED
    )
    assert image.preview_url == image.preview_parts[0].url == canary
    assert "canary" not in repr(image)
