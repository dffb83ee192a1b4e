"""Processings of one's own imagery: by images, by a mosaic, by both; what they read, cost and are refused for."""

from __future__ import annotations

import subprocess
import uuid
from functools import cache

import numpy as np
import pytest
import rasterio
import shapely
from pyproj import Transformer
from rasterio.warp import transform_bounds
from shapely.geometry import box, mapping, shape

from mapflow_sandbox.scene.paint import render
from mapflow_sandbox.tiles.raster import Gone, finest_zoom
from mapflow_sandbox.work.finding import JobFault, perform
from mapflow_sandbox.work.job import Failed, Job
from sandbox_process import ASSETS, PYTHON

OTHER = "other@example.org"
COST, START = "/processing/cost/v2", "/processings/v2"
ORIGIN = (4_150_000.0, 9_000.0)
SIDE = 700  # pixels of 0.5 m
TO_3857 = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)


@cache
def town():
    """A painted town, and the roofs in it (EPSG:3857)."""
    painted = render(31, SIDE, ORIGIN)
    return painted.rgb, [polygon for polygon, _about in painted.truth.buildings]


@pytest.fixture
def uploaded(geotiff):
    """Uploads the town, or other pixels at its place; the image."""

    def upload(api, mosaic_id, name="town.tif", pixels=None, **more):
        placed = {"crs": "EPSG:3857", "pixel": 0.5, "origin": ORIGIN, **more}
        return api.upload(mosaic_id, geotiff(name, pixels=town()[0] if pixels is None else pixels, **placed))

    return upload


def meadow():
    """Nothing but grass."""
    noise = np.random.default_rng(1).integers(-6, 6, (SIDE, SIDE))
    return np.stack([noise + value for value in (104, 128, 72)]).astype(np.uint8)


def area(left=0.0, bottom=0.0, right=1.0, top=1.0, inset=10.0):
    """A part of the town as GeoJSON, by shares of its width and height, `inset` metres within it."""
    metres = SIDE * 0.5
    west, south = ORIGIN[0], ORIGIN[1] - metres
    bounds = (west + left * metres, south + bottom * metres, west + right * metres, south + top * metres)
    return mapping(box(*transform_bounds("EPSG:3857", "EPSG:4326", *box(*bounds).buffer(-inset).bounds)))


def order(api, geometry=None, model="Buildings", **imagery):
    return {
        "name": "Mine",
        "projectId": api.project,
        "wdId": api.model(model),
        "geometry": geometry or area(),
        "params": {"sourceParams": {"myImagery": imagery}},
    }


def run(api, geometry=None, model="Buildings", **imagery):
    return api.ended(api.ask("POST", START, json=order(api, geometry, model, **imagery))["id"])


def objects(api, processing):
    """The polygons of a result, in EPSG:3857."""
    assert processing["status"] == "OK", processing["messages"]
    found = api.ask("GET", f"/processings/{processing['id']}/result")["features"]
    return [shapely.transform(shape(each["geometry"]), in_metres) for each in found]


def in_metres(positions):
    return np.column_stack(TO_3857.transform(*positions.T))


def agreement(found, truth):
    """F1 of polygons that overlap by half of their union."""
    tree = shapely.STRtree(found)
    hits = 0
    for polygon in truth:
        near = tree.query(polygon, predicate="intersects")
        if any(polygon.intersection(found[at]).area / polygon.union(found[at]).area > 0.5 for at in near):
            hits += 1
    return 2 * hits / (len(found) + len(truth))


@pytest.mark.both_dialects
def test_an_image_is_read_by_its_id(api, uploaded):
    image = uploaded(api, api.mosaic())
    found = objects(api, run(api, imageIds=[image["id"]]))
    assert len(found) > 20
    assert agreement(found, town()[1]) > 0.6


def test_a_mosaic_is_read_by_its_id_alone_and_with_its_images(api, uploaded):
    mosaic_id = api.mosaic()
    image = uploaded(api, mosaic_id)
    by_image = objects(api, run(api, imageIds=[image["id"]]))
    assert len(objects(api, run(api, mosaicId=mosaic_id))) == len(by_image)
    assert len(objects(api, run(api, mosaicId=mosaic_id, imageIds=[image["id"]]))) == len(by_image)
    assert len(objects(api, run(api, mosaicId=mosaic_id, imageIds=[]))) == len(by_image)


def test_of_images_that_overlap_the_newest_or_the_first_named_is_read(api, uploaded):
    mosaic_id = api.mosaic()
    below = uploaded(api, mosaic_id)["id"]
    above = uploaded(api, mosaic_id, "meadow.tif", meadow())["id"]
    assert objects(api, run(api, mosaicId=mosaic_id)) == []
    assert objects(api, run(api, imageIds=[above, below])) == []
    assert len(objects(api, run(api, imageIds=[below, above]))) > 20
    assert len(objects(api, run(api, imageIds=[below], mosaicId=mosaic_id))) > 20


def test_neighbouring_images_are_read_as_one(api, uploaded):
    rgb, half = town()[0], SIDE // 2
    whole = uploaded(api, api.mosaic())
    mosaic_id = api.mosaic()
    uploaded(api, mosaic_id, "west.tif", rgb[:, :, :half])
    uploaded(api, mosaic_id, "east.tif", rgb[:, :, half:], origin=(ORIGIN[0] + half * 0.5, ORIGIN[1]))
    in_one = objects(api, run(api, imageIds=[whole["id"]]))
    in_two = objects(api, run(api, mosaicId=mosaic_id))
    assert agreement(in_two, in_one) > 0.97


def test_the_area_is_what_is_asked_for(api, uploaded):
    image = uploaded(api, api.mosaic())
    quarter = area(right=0.5, top=0.5)
    found = objects(api, run(api, quarter, imageIds=[image["id"]]))
    bounds = transform_bounds("EPSG:4326", "EPSG:3857", *shape(quarter).bounds)
    assert found
    assert all(polygon.intersects(box(*bounds)) for polygon in found)
    assert len(found) < len(objects(api, run(api, imageIds=[image["id"]])))


@pytest.mark.parametrize("model", ["Forest", "Roads", "Construction", "Buildings (Aerial)"])
def test_the_other_models_read_it_too(api, uploaded, model):
    image = uploaded(api, api.mosaic())
    assert objects(api, run(api, model=model, imageIds=[image["id"]]))


def test_what_the_command_paints_can_be_uploaded_and_run(api, tmp_path):
    """The second scene of the demo."""
    path = tmp_path / "painted.tif"
    command = [str(PYTHON), "-m", "mapflow_sandbox", "paint", str(path), "--size", "800", "--seed", "29"]
    subprocess.run(command, check=True, capture_output=True)
    with rasterio.open(path) as dataset:
        assert (dataset.crs, dataset.res, dataset.shape) == ("EPSG:32637", (0.5, 0.5), (800, 800))
        bounds = transform_bounds(dataset.crs, "EPSG:4326", *dataset.bounds)
    image = api.upload(api.mosaic(), path)
    assert len(objects(api, run(api, mapping(box(*bounds)), imageIds=[image["id"]]))) > 20


def test_what_the_command_paints_finely_is_for_the_aerial_model(api, tmp_path):
    path = tmp_path / "aerial.tif"
    command = [str(PYTHON), "-m", "mapflow_sandbox", "paint", str(path), "--size", "1600", "--pixel", "0.2"]
    subprocess.run(command, check=True, capture_output=True)
    with rasterio.open(path) as dataset:
        assert dataset.res == (0.2, 0.2)
        bounds = transform_bounds(dataset.crs, "EPSG:4326", *dataset.bounds)
    image = api.upload(api.mosaic(), path)
    assert len(objects(api, run(api, mapping(box(*bounds)), "Aerial", imageIds=[image["id"]]))) > 20
    refused = subprocess.run([*command[:-1], "0.01"], capture_output=True, text=True, check=False)
    assert refused.returncode
    assert "0.1 to 2 m" in refused.stderr


@pytest.mark.both_dialects
def test_ones_own_imagery_costs_nothing_beside_the_model(api, uploaded):
    image = uploaded(api, api.mosaic())
    body = order(api, imageIds=[image["id"]])
    asked = {"wdId": body["wdId"], "geometry": body["geometry"], "params": body["params"]}
    assert float(api.ask("POST", COST, json=asked)) == 15
    before = api.credits
    assert run(api, imageIds=[image["id"]])["cost"] == 15
    assert api.credits == before - 15


@pytest.mark.both_dialects
def test_too_coarse_pixels_fail_with_the_sizes(api, uploaded):
    coarse = town()[0][:, ::4, ::4]
    image = uploaded(api, api.mosaic(), "coarse.tif", coarse, pixel=2.0)
    before = api.credits
    failed = run(api, imageIds=[image["id"]])
    assert failed["status"] == "FAILED"
    (message,) = failed["messages"]
    assert message["code"] == "source-validator.PixelSizeTooHigh"
    assert float(message["parameters"]["actual_res"]) == pytest.approx(2.0, abs=0.02)
    assert float(message["parameters"]["max_res"]) == 1.2
    assert api.credits == before, "what did not work is not paid for"


def test_too_fine_pixels_fail_with_the_sizes(api, uploaded):
    image = uploaded(api, api.mosaic(), "fine.tif", pixel=0.02)
    west, north = ORIGIN
    spot = mapping(
        box(*transform_bounds("EPSG:3857", "EPSG:4326", west + 1, north - 12, west + 12, north - 1))
    )
    (message,) = run(api, spot, imageIds=[image["id"]])["messages"]
    assert message["code"] == "source-validator.PixelSizeTooLow"
    assert float(message["parameters"]["actual_res"]) == pytest.approx(0.02, abs=0.001)
    assert float(message["parameters"]["min_res"]) == 0.05


def test_pixels_as_coarse_as_is_allowed_are_read(api, uploaded):
    pixels = town()[0][:, ::2, ::2]
    image = uploaded(api, api.mosaic(), "allowed.tif", pixels, pixel=1.2)
    assert run(api, imageIds=[image["id"]])["status"] == "OK"


@pytest.mark.both_dialects
@pytest.mark.parametrize("where", ["beside", "collar"])
def test_no_pixels_in_the_area_fail(api, uploaded, where):
    pixels = town()[0].copy()
    pixels[:, :, : SIDE // 2] = 0
    image = uploaded(api, api.mosaic(), f"{where}.tif", pixels, nodata=0)
    geometry = area(left=2, right=2.4) if where == "beside" else area(right=0.4)
    failed = run(api, geometry, imageIds=[image["id"]])
    assert failed["status"] == "FAILED"
    assert [message["code"] for message in failed["messages"]] == ["source-validator.NoDataInAOI"]


@pytest.mark.both_dialects
def test_what_is_not_there_for_the_account_is_refused(sandbox, connect, sign_in, uploaded):
    own = sandbox.start(account=OTHER)
    api, other = connect(own), sign_in(own, OTHER)
    mosaic_id, elsewhere = api.mosaic(), api.mosaic()
    image = uploaded(api, mosaic_id)["id"]
    stray = uploaded(api, elsewhere)["id"]
    nobody = str(uuid.uuid4())
    for client, imagery, kind, missing in (
        (api, {"imageIds": [nobody]}, "Image", nobody),
        (api, {"imageIds": [image, nobody]}, "Image", nobody),
        (api, {"imageIds": ["not an id"]}, "Image", "not an id"),
        (api, {"mosaicId": nobody}, "Mosaic", nobody),
        (api, {"mosaicId": mosaic_id, "imageIds": [image, stray]}, "Image", stray),
        (other, {"imageIds": [image]}, "Image", image),
        (other, {"mosaicId": mosaic_id}, "Mosaic", mosaic_id),
    ):
        body = order(client, **imagery)
        asked = {"wdId": body["wdId"], "geometry": body["geometry"], "params": body["params"]}
        for path, json in ((START, body), (COST, asked)):
            said = client.refused("POST", path, 404, json=json)
            assert said["code"] == "ItemNotFound"
            assert said["params"] == {"instance_type": kind, "uid": missing}
        assert client.ask("GET", START) == []


def test_my_imagery_without_a_name_is_refused(api):
    for imagery in ({}, {"imageIds": []}, {"imageIds": None, "mosaicId": None}):
        assert api.refused("POST", START, json=order(api, **imagery))["code"] == "BAD_REQUEST"
    assert "no image" in api.refused("POST", START, json=order(api, mosaicId=api.mosaic()))["message"]


def test_an_image_that_failed_is_refused_by_name_and_left_out_of_its_mosaic(api, uploaded):
    mosaic_id = api.mosaic()
    empty = uploaded(api, mosaic_id, "empty.tif", np.zeros((3, 50, 50), dtype=np.uint8), nodata=0)
    assert empty["state"] == "FAILED"
    said = api.refused("POST", START, json=order(api, imageIds=[empty["id"]]))
    assert "empty.tif" in said["message"]
    api.refused("POST", START, json=order(api, mosaicId=mosaic_id))
    uploaded(api, mosaic_id)
    assert len(objects(api, run(api, mosaicId=mosaic_id))) > 20


def test_an_image_that_is_still_prepared_is_refused_for_now(sandbox, connect, uploaded, geotiff):
    api = connect(sandbox.start(prepare_first_bytes=0))
    mosaic_id = api.mosaic()
    noise = np.random.default_rng(1).integers(0, 999, (3, 2500, 2500)).astype(np.uint16)
    api.upload(mosaic_id, geotiff("first.tif", pixels=noise))  # keeps the lane busy
    image = uploaded(api, api.mosaic())
    assert image["state"] in {"PENDING", "IN_PROGRESS"}
    said = api.refused("POST", START, json=order(api, imageIds=[image["id"]]))
    assert "still being prepared" in said["message"]
    api.prepared(image["id"])
    assert run(api, imageIds=[image["id"]])["status"] == "OK"


def test_an_image_that_is_deleted_before_its_turn_fails_the_processing(sandbox, connect, uploaded, square):
    api = connect(sandbox.start(workers=1))
    image = uploaded(api, api.mosaic())
    long = api.start(square(0.25), "Forest")
    waiting = api.ask("POST", START, json=order(api, imageIds=[image["id"]]))["id"]
    api.ask("DELETE", f"/rasters/image/{image['id']}")
    failed = api.ended(waiting)
    assert failed["status"] == "FAILED"
    (message,) = failed["messages"]
    assert message == {"code": "source-validator.ImageReadError", "parameters": {}}
    assert api.ended(long)["status"] == "OK"
    assert "Traceback" not in api.sandbox.process.log


def test_the_answers_tell_the_source_back(api, uploaded):
    image = uploaded(api, api.mosaic())
    done = run(api, area(right=0.3, top=0.3), imageIds=[image["id"]])
    source = done["params"]["sourceParams"]
    assert source["myImagery"] == {"imageIds": [image["id"]], "mosaicId": None}
    assert [kind for kind, given in source.items() if given] == ["myImagery"]
    tile = api.get(done["rasterLayer"]["tileUrl"].format(z=1, x=1, y=0))
    assert tile.headers["content-type"] == "image/png"


def test_models_say_which_pixels_they_take(api):
    for model in api.ask("GET", "/user/status")["models"]:
        is_aerial = "Aerial" in model["name"]
        finest, coarsest = (0.1, 0.3) if is_aerial else (0.3, 0.6)
        assert model["requirements"]["sources"]["local"] == {
            "required": {"min_res": 0.05, "max_res": 0.5 if is_aerial else 1.2, "nchannels": [1, 3, 4]},
            "recommended": {"min_res": finest, "max_res": coarsest, "nchannels": 3},
        }


def test_an_image_that_is_deleted_while_it_is_read_fails_the_part(tmp_path, geotiff):
    """What the worker finds when the file goes between the server's look and its own."""
    gone = geotiff("gone.tif")
    with rasterio.open(gone) as dataset:
        footprint = mapping(box(*transform_bounds("EPSG:32637", "EPSG:4326", *dataset.bounds)))
    job = Job(
        model="buildings", blocks=(), geometry=footprint, files=(str(gone),), pixel=0.5, zoom=None, max_zoom=None,
        resolution=0.5, result=str(tmp_path / "result.geojson"),
    )  # fmt: skip
    gone.unlink()
    with pytest.raises(JobFault) as failed:
        perform(job, ASSETS, lambda _percent: None)
    assert failed.value.failed == Failed("source-validator.ImageReadError")
    assert failed.value.__cause__ is None, "the worker logs the cause"


def test_tiles_of_an_image_that_was_deleted_are_not_found(api, uploaded):
    image = uploaded(api, api.mosaic())
    done = run(api, area(right=0.3, top=0.3), imageIds=[image["id"]])
    api.ask("DELETE", f"/rasters/image/{image['id']}")
    assert api.get(done["rasterLayer"]["tileUrl"].format(z=1, x=1, y=0)).status_code == 404
    with pytest.raises(Gone):
        finest_zoom([api.sandbox.process.data_path / "images" / image["id"] / "cog.tif"])
    assert "Traceback" not in api.sandbox.process.log
