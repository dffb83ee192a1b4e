"""Whatever stands in a field of the service's answer is read, left out or refused by name, and builds nothing huge."""

from __future__ import annotations

import copy
import json
import math
import time
from dataclasses import fields, is_dataclass

import pytest
from fault_proxy import Answer

from mapflow_dock.api.account import read_account
from mapflow_dock.api.answers.json_reading import read_json
from mapflow_dock.api.catalog.records import Dialect, read_catalog_image
from mapflow_dock.api.history import read_history
from mapflow_dock.api.http.errors import MalformedReply
from mapflow_dock.api.imagery import list_all_images, list_mosaics
from mapflow_dock.api.imagery_records import (
    Image,
    read_image,
    read_image_status,
    read_link,
    read_mosaic,
    read_storage,
)
from mapflow_dock.api.processings import list_by_project, read_processing
from mapflow_dock.api.projects import read_project
from mapflow_dock.layers.footprints.placing import placed
from mapflow_dock.layers.footprints.preview import zooms_of
from mapflow_dock.layers.tiles.vector import read_tilejson
from mapflow_dock.text.quantities import age_text, area_text, credits_text, figure_text, size_text
from mapflow_dock.text.translation import translate

MODEL = {
    "id": "m",
    "name": "Buildings",
    "pricePerSqKm": 5.0,
    "blocks": [{"name": "b", "displayName": "B", "optional": True, "price": 1}],
    "requirements": {
        "sources": {
            "xyz": {
                "required": {"min_zoom": 17, "max_zoom": 19},
                "recommended": {"min_zoom": 18, "max_zoom": 18},
            },
            "local": {"required": {"min_res": 0.1, "max_res": 1.0, "nchannels": [3, 4]}},
        }
    },
}


def read_and_place(value):
    """An image of the catalog, its ground on the globe."""
    image = read_catalog_image(value, Dialect.DEPLOYED)
    for footprint in (image.footprint, *(part.footprint for part in image.preview_parts)):
        ground = placed(footprint)
        assert ground.isEmpty() or ground.boundingBox().width() <= 360
    return image


DOCUMENTS = [
    (
        read_account,
        {
            "email": "a@example.org",
            "billingType": "CREDITS",
            "remainingCredits": 100,
            "remainingArea": 1e6,
            "aoiAreaLimit": 1e8,
            "maxAoisPerProcessing": 10,
            "memoryLimit": 10**9,
            "models": [MODEL],
            "dataProviders": [
                {
                    "name": "w",
                    "displayName": "W",
                    "price": [{"zoom": 18, "priceSqKm": 2}],
                    "previewUrl": "https://t.example/{z}/{x}/{y}.png",
                    "previewUrlMaxZoom": 19,
                    "minAreaSqKm": 1,
                }
            ],
        },
    ),
    (
        read_project,
        {
            "id": "p",
            "name": "P",
            "created": "2026-02-10T10:30:00Z",
            "processingCounts": {"succeeded": 1, "failed": 2},
            "user": {"email": "a@example.org", "aoiAreaLimit": 1e8},
            "shareProject": {"owners": [{"email": "a@example.org", "role": "owner"}], "users": []},
            "workflowDefs": [MODEL],
        },
    ),
    (
        read_processing,
        {
            "id": "p",
            "name": "P",
            "status": "OK",
            "percentCompleted": 50,
            "aoiArea": 1e6,
            "cost": 12.5,
            "created": "2026-02-10T10:30:00Z",
            "updated": "2026-02-10T10:30:00+03:00",
            "vectorLayer": {"tileUrl": "https://t/{z}/{x}/{y}", "tileJsonUrl": "https://t"},
            "messages": [{"code": "c", "parameters": {"area": 5}}],
            "blocks": [{"name": "b", "enabled": True}],
            "params": {"url": "https://t", "source_type": "xyz", "zoom": "18"},
        },
    ),
    (
        read_history,
        {"results": [], "total": 3, "count": 3, "totalCost": 5, "totalArea": 1e6},
    ),
    (
        read_mosaic,
        {
            "id": "m",
            "name": "M",
            "tags": ["a"],
            "created_at": "2026-02-10T10:30:00Z",
            "image_count": 2,
            "sizeInBytes": 10,
            "footprint": "POLYGON EMPTY",
            "status_summary": {"total": 2, "ready": 1, "pending": 1, "in_progress": 0, "failed": 0},
        },
    ),
    (
        read_image,
        {
            "id": "i",
            "filename": "i.tif",
            "file_size": 10,
            "uploaded_at": "2026-02-10T10:30:00Z",
            "footprint": "POLYGON((37 55, 38 55, 38 56, 37 55))",
            "checksum": "a" * 40,
            "meta_data": {
                "crs": "EPSG:32637",
                "width": 10,
                "height": 10,
                "count": 3,
                "dtypes": ["uint8"],
                "pixel_size": [0.3, 0.3],
                "nodata": 0,
            },
        },
    ),
    (
        read_and_place,
        {
            "id": "i",
            "providerName": "CG",
            "productType": "Scene",
            "acquisitionDate": "2022-06-07T13:27:33Z",
            "sensor": "JL1GF03A",
            "pixelResolution": 1.06,
            "cloudCover": 9,
            "offNadirAngle": -3.91,
            "previewUrl": "https://example.com/preview.jpg",
            "zoom": "18",
            "minAreaSqkm": 25,
            "aoiIntersectionPercent": 50,
            "previews": [
                {"url": "https://example.com/a.png", "geometry": "POLYGON((37 55, 38 55, 38 56, 37 55))"}
            ],
            "footprint": {"type": "Polygon", "coordinates": [[[37, 55], [38, 55], [38, 56], [37, 55]]]},
        },
    ),
    (read_image_status, {"preprocessing_status": "PENDING", "data_available": False}),
    (read_link, {"download_url": "https://s.example/f?k=1", "filename": "f.tif", "expires_in": 300}),
    (
        read_storage,
        {
            "memoryUsed": 10,
            "memoryLimit": 100,
            "memoryFree": 90,
            "maxUploadFileSize": 50,
            "maxPixelCount": 65_535,
        },
    ),
    (read_tilejson, {"minzoom": 3, "maxzoom": 14, "bounds": [37.0, 55.0, 38.0, 56.0]}),
]
VALUES = [
    30_000_000, -1, 0, 1e308, -1e308, 5e-324, 2**31, 2**63, 10**15, "1" * 9_000, "²", "１２", "NaN", "Infinity", "-inf",
    float("inf"), float("nan"), True, False, None, "", [], {}, [[[]]], {"a": {"b": []}}, "99999-01-01T00:00:00Z",
    "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "2026-02-30T10:30:00Z", "2026-02-10T10:30:00+99:99",
    "x" * 100_000, "\u202e\u0000", ["a"] * 50_000, {str(number): number for number in range(50_000)},
]  # fmt: skip


def places(value, path=()):
    """Where in a document a value stands."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in items:
        yield from places(part, (*path, key))


def put(document, path, value):
    changed = copy.deepcopy(document)
    here = changed
    for key in path[:-1]:
        here = here[key]
    here[path[-1]] = value
    return changed


def numbers_in(value):
    """All numbers in what was read."""
    if is_dataclass(value):
        for each in fields(value):
            yield from numbers_in(getattr(value, each.name))
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from numbers_in(part)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield value


def use(read):
    """What forms and layers make of numbers and times."""
    for number in numbers_in(read):
        assert math.isfinite(number)
        assert abs(number) <= 1e21
        for text in (area_text, credits_text, figure_text):
            assert len(text(number)) < 60
        whole = round(number)
        assert len(size_text(whole)) < 60
        assert translate("Test", "%Ln images", "1 image", whole)
    for name in ("created", "updated", "uploaded", "acquired"):
        if hasattr(read, name):
            assert len(age_text(getattr(read, name))) < 40
    if isinstance(read, Image):
        first, last = zooms_of((read,))
        assert 0 <= first <= last <= 22


@pytest.mark.parametrize(
    ("read", "document"), DOCUMENTS, ids=[read.__name__ for read, _document in DOCUMENTS]
)
def test_any_value_in_any_place_is_borne(qgis_app, read, document):
    use(read(document))
    for path in places(document):
        for value in VALUES:
            changed = put(document, path, value) if path else value
            began = time.process_time()
            try:
                use(read(changed))
            except MalformedReply as problem:
                if len(str(problem)) > 300:
                    pytest.fail(f"{path} = {str(value)[:60]}: its error is too long")
            except Exception as problem:  # noqa: BLE001 - whatever it is, the place has to be named
                pytest.fail(f"{path} = {str(value)[:60]}: {problem!r}")
            assert time.process_time() - began < 1, (path, str(value)[:60])


@pytest.mark.parametrize(
    ("document", "zooms"),
    [
        ({"minzoom": 30_000_000, "maxzoom": 30_000_000}, (0, 14)),
        ({"minzoom": -5, "maxzoom": 1e300}, (0, 14)),
        ({"minzoom": 9, "maxzoom": 3}, (3, 3)),
        ({"minzoom": "3", "maxzoom": None}, (0, 14)),
    ],
)
def test_zooms_no_tiles_have_are_not_taken(document, zooms):
    assert read_tilejson(document).zooms == zooms


def test_a_number_of_endless_digits_takes_no_time():
    began = time.process_time()
    read = read_json(json.dumps({"total": 1}).replace("1", "9" * 1_000_000))
    assert math.isinf(read["total"])
    assert time.process_time() - began < 1


@pytest.mark.parametrize("dots", [".", ".."])
def test_a_record_whose_id_leads_elsewhere_is_left_out(server, make_client, outcome, dots):
    """As a part of an address it would be another one: to delete it would be to delete more."""
    row = {"status": "IN_PROGRESS", "name": "n", "filename": "n", "projectId": dots, "mosaic_id": dots}
    rows = [{**row, "id": dots}, {**row, "id": "good"}]
    for path in ("/projects/p/processings/v2", "/rasters/mosaic", "/rasters/mosaic/m/image"):
        server.route("GET", path, Answer.of(rows))
    server.route("GET", "/rasters/mosaic/m/status", Answer(404))
    client = make_client(server.url)
    _kind, listing = outcome(list_by_project(client, "p"))
    assert [(one.id, one.project_id) for one in listing.processings] == [("good", "p")]
    assert [one.id for one in outcome(list_mosaics(client))[1].mosaics] == ["good"]
    assert [(one.id, one.mosaic_id) for one in outcome(list_all_images(client, "m"))[1].images] == [
        ("good", "m")
    ]
    for read in (read_project, read_mosaic, read_image, read_processing):
        with pytest.raises(MalformedReply):
            read({**row, "id": dots})
