"""`userDefined` by a name: a Sentinel-2 granule, and an image in the service's own storage."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
import shapely
from PIL import Image
from pyproj import Transformer

from mapflow_sandbox.imagery import mgrs
from mapflow_sandbox.imagery.granule import Granule, NotAGranule
from mapflow_sandbox.scene.assets import load
from sandbox_process import ASSETS

START = "/processings/v2"
SUMMER = "S2A_MSIL2A_20240704T074611_N0510_R092_T37NBA_20240704T123456"


def order(api, area, kind, url, model="Forest"):
    source = {"sourceType": kind, "url": url}
    return {**api.order(area, model), "params": {"sourceParams": {"userDefined": source}}}


def run(api, area, *arguments, **more):
    return api.ended(api.ask("POST", START, json=order(api, area, *arguments, **more))["id"])


@pytest.fixture
def upload(sandbox):
    """Uploads the painted scene itself; the place of the image in the storage."""

    def place(api):
        image = api.upload(api.mosaic(), load(ASSETS).path_to_cog, "town.tif")
        assert api.prepared(image["id"])["preprocessing_status"] == "COMPLETED"
        told = api.ask("GET", f"/rasters/image/{image['id']}")
        return image["id"], told["cog_link"]

    return place


def message_of(ended):
    assert ended["status"] == "FAILED"
    (message,) = ended["messages"]
    return message["code"], message["parameters"]


def metres(geometries):
    move = Transformer.from_crs(4326, 32637, always_xy=True)
    union = shapely.union_all([shapely.from_geojson(json.dumps(each)) for each in geometries])
    return shapely.transform(
        union, lambda points: np.column_stack(move.transform(points[:, 0], points[:, 1]))
    )


def test_forest_is_found_in_pixels_of_ten_metres(api, square):
    ended = run(api, square(0.9), "SENTINEL_L2A", SUMMER)
    assert ended["status"] == "OK", ended["messages"]
    found = api.ask("GET", f"/processings/{ended['id']}/result")["features"]
    fine = api.ended(api.start(square(0.9), "Forest", zoom=18))
    expected = api.ask("GET", f"/processings/{fine['id']}/result")["features"]
    seen, truth = (
        metres([each["geometry"] for each in found]),
        metres([each["geometry"] for each in expected]),
    )
    assert seen.intersection(truth).area / seen.union(truth).area > 0.8
    layer = f"/imagery/{ended['id']}"
    west, south, east, north = api.ask("GET", f"{layer}/tilejson.json")["bounds"]
    x, y = int(((west + east) / 2 + 180) / 360 * 2**17), int((0.5 - (south + north) / 2 / 360) * 2**17)
    shown = np.asarray(Image.open(io.BytesIO(api.get(f"{layer}/17/{x}/{y}.png").content)))
    runs = (np.abs(np.diff(shown[128, :, :3].astype(int), axis=0)).sum(1) > 24).sum()
    assert runs < 60, "its pixels are large"
    for name in ("s3://sentinel/tiles/37/N/BA/2024/7/4/0/", "L2A_t37nba_A007612_20240704T101024"):
        same = run(api, square(0.9), "SENTINEL_L2A", name)
        assert same["status"] == "OK", same["messages"]
        again = api.ask("GET", f"/processings/{same['id']}/result")["features"]
        assert [each["geometry"] for each in again] == [each["geometry"] for each in found], name


@pytest.mark.parametrize(
    ("name", "code", "parameters"),
    [
        (SUMMER.replace("T37NBA", "T38TVU"), "source-validator.AOINotInCell", {"actual_cell": "38TVU"}),
        (SUMMER.replace("T37NBA", "T37NIA"), "source-validator.AOINotInCell", {"actual_cell": "37NIA"}),
        (
            SUMMER.replace("20240704T074611", "20240104T074611"),
            "source-validator.MonthOutOfBounds",
            {"actual_month": "1", "allowed_months": "4, 5, 6, 7, 8, 9, 10"},
        ),
        (SUMMER.replace("20240704T074611", "20140704T074611"), "dataloader.SentinelLoaderInternalError", {}),
        (SUMMER.replace("20240704T074611", "20240631T074611"), "dataloader.SentinelLoaderInternalError", {}),
    ],
)
def test_a_granule_that_does_not_fit_fails_with_the_service_s_code(api, square, name, code, parameters):
    before = api.credits
    assert message_of(run(api, square(), "SENTINEL_L2A", name)) == (code, parameters)
    assert api.credits == before


def test_a_granule_beside_the_painted_scene_has_nothing_there(api, square):
    code, _parameters = message_of(run(api, square(0.05, east=5), "SENTINEL_L2A", SUMMER))
    assert code == "source-validator.NoDataInAOI"


@pytest.mark.parametrize(
    ("kind", "url", "model", "code"),
    [
        ("SENTINEL_L2A", "a granule", "Forest", "source-validator.SentinelInputStringFormatError"),
        ("SENTINEL_L2A", "S2A_T37NBA", "Forest", "source-validator.SentinelInputStringFormatError"),
        ("SENTINEL_L2A", None, "Forest", "source-validator.SentinelInputStringKeyError"),
        ("SENTINEL_L2A", SUMMER, "Buildings", "source-validator.SourceTypeIsNotAllowed"),
        ("SENTINEL_L2A", SUMMER, "Roads", "source-validator.SourceTypeIsNotAllowed"),
        ("LOCAL", None, "Buildings", "source-validator.LocalRequestKeyError"),
        ("LOCAL", "https://example.org/a.tif", "Buildings", "source-validator.S3URLError"),
        ("LOCAL", "/etc/passwd", "Buildings", "source-validator.S3URLError"),
        ("LOCAL", "s3://bucket/../../etc/passwd", "Buildings", "source-validator.ReadFromS3Failed"),
        ("LOCAL", "s3://mapflow-sandbox/a.tif", "Buildings", "source-validator.ReadFromS3Failed"),
    ],
)
def test_what_cannot_be_used_is_refused_before_it_is_paid(api, square, kind, url, model, code):
    before = api.credits
    said = api.refused("POST", START, json=order(api, square(), kind, url, model))
    assert said["code"] == code
    assert api.credits == before
    if code.endswith("SourceTypeIsNotAllowed"):
        assert said["params"] == {"source_type": kind, "allowed_sources": "xyz, tms, quadkey, local"}


def test_an_upload_is_read_by_its_place_in_the_storage(api, guest, square, upload):
    image_id, place = upload(api)
    ended = run(api, square(), "LOCAL", place, model="Buildings")
    assert (ended["status"], ended["cost"]) == ("OK", 15)
    mine = {**api.order(square()), "params": {"sourceParams": {"myImagery": {"imageIds": [image_id]}}}}
    same = api.ended(api.ask("POST", START, json=mine)["id"])
    results = [api.ask("GET", f"/processings/{each['id']}/result")["features"] for each in (ended, same)]
    assert len(results[0]) > 0
    assert [each["geometry"] for each in results[0]] == [each["geometry"] for each in results[1]]
    foreign = guest.refused("POST", START, json=order(guest, square(), "LOCAL", place, "Buildings"))
    assert foreign["code"] == "source-validator.ReadFromS3Failed"


def test_v1_calls_a_stored_file_by_its_format(api, square, upload):
    _image_id, place = upload(api)
    body = api.order(square())
    body["params"] = {"source_type": "tif", "url": place}
    started = api.ask("POST", "/processings", json=body)
    assert api.ended(started["id"])["status"] == "OK"


@pytest.mark.parametrize(
    ("cell", "west", "south"),
    [
        ("31UDQ", 1.64, 48.66),  # Paris
        ("37UDB", 37.40, 55.30),  # Moscow
        ("56HLH", 150.90, -33.90),  # Sydney
        ("18TWL", -74.30, 40.60),  # New York
        ("37NBA", 36.30, 0.00),
        ("23KPQ", -43.60, -22.70),  # Rio de Janeiro
    ],
)
def test_a_cell_lies_where_the_grid_has_it(cell, west, south):
    outline = mgrs.outline(cell)
    assert outline is not None
    assert outline.contains(shapely.Point(west + 0.1, south + 0.1)), outline.bounds
    assert outline.area == pytest.approx(0.98 / np.cos(np.radians(south)), rel=0.12)


@pytest.mark.parametrize(
    "cell", ["", "37NIA", "61NBA", "00NBA", "37IBA", "37NZA", "37NBW", "37NBAX", "37YBA"]
)
def test_what_is_no_cell_has_no_outline(cell):
    assert mgrs.outline(cell) is None


@pytest.mark.parametrize(
    "name", ["", "T37NBA", "_20240704T074611", "/37/N/BA/2024/7/4/", "37/N/BA/2024/13/4/0/"]
)
def test_what_is_no_name_of_a_granule(name):
    with pytest.raises(NotAGranule):
        Granule.of(name)
