"""*Search imagery* and *Upload rasters*."""

from __future__ import annotations

import pytest
import requests
from algorithm_runs import get
from qgis.core import QgsProcessingException, QgsProject, QgsRasterLayer
from raster_layers import pseudocolour
from rasters import write_raster

PLACE = (4_187_000.0, 7_510_000.0)  # in Web Mercator, near 55.8° N


def post(sandbox, path, body):
    answer = requests.post(
        sandbox.url + path, json=body, headers={"Authorization": f"Basic {sandbox.basic}"}, timeout=30
    )
    answer.raise_for_status()
    return answer.json()


@pytest.mark.both_dialects
def test_footprints_are_those_the_service_tells(run, signed_in, square):
    layer = square(size=0.01)
    told = run("searchimagery", INPUT=layer, MAX_CLOUD=30, OUTPUT="memory:")
    box = layer.extent()
    x, y, right, top = box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()
    ring = [[x, y], [right, y], [right, top], [x, top], [x, y]]
    share = 30 if signed_in.dialect == "deployed" else 0.3
    body = {
        "aoi": {"type": "Polygon", "coordinates": [ring]},
        "maxCloudCover": share,
        "limit": 1000,
        "offset": 0,
    }
    said = post(signed_in, "/catalog/meta", body)
    images = said["images"] if isinstance(said, dict) else said
    assert images
    assert {row["image_id"] for row in told.rows("OUTPUT")} == {each["id"] for each in images}
    assert told.outcome["COUNT"] == len(images)
    assert set(told.outcome["IMAGE_IDS"].split(",")) == {each["id"] for each in images}
    assert all(row["cloud_percent"] is None or row["cloud_percent"] <= 30 for row in told.rows("OUTPUT"))


def test_days_narrow_a_search_and_its_number_is_bounded(run, signed_in, square):
    everything = run("searchimagery", INPUT=square(size=0.01), OUTPUT="memory:").rows("OUTPUT")
    days = sorted(row["acquired"].date().toPyDate() for row in everything if row["acquired"])
    assert days[0] < days[-1]
    middle = days[len(days) // 2]
    told = run(
        "searchimagery",
        INPUT=square(size=0.01),
        FROM=middle.isoformat(),
        TO=middle.isoformat(),
        OUTPUT="memory:",
    ).rows("OUTPUT")
    dated = [row for row in told if row["acquired"]]
    assert len(dated) == days.count(middle)
    bounded = run("searchimagery", INPUT=square(size=0.01), LIMIT=1, OUTPUT="memory:")
    assert bounded.outcome["COUNT"] == 1
    assert "There may be more" in bounded.feedback.told("warning")[0]


def test_a_found_image_is_what_is_run_on(run, signed_in, square):
    found = run("searchimagery", INPUT=square(), MIN_OVERLAP=100, OUTPUT="memory:")
    row = next(row for row in found.rows("OUTPUT") if (row["resolution_m"] or 9) <= 1)
    wish = {"INPUT": square(), "MODEL": "Buildings", "SEARCH_IMAGES": row["image_id"]}
    told = run("runmodel", ALLOW_SPENDING=True, WAIT=False, **wish)
    params = get(signed_in, f"/processings/{told.outcome['PROCESSING_ID']}/v2")["params"]
    assert params["sourceParams"]["imagerySearch"]["imageIds"] == [row["image_id"]]
    assert params["sourceParams"]["imagerySearch"]["dataProvider"] == row["provider"]
    with pytest.raises(QgsProcessingException, match="does not have these images any more: nothing-such"):
        run("estimatecost", **{**wish, "SEARCH_IMAGES": "nothing-such"})


@pytest.mark.both_dialects
def test_files_are_uploaded_once(run, signed_in, tmp_path, request):
    paths = [
        write_raster(tmp_path / name, bands=3, epsg=3857, origin=PLACE)
        for name in ("first.tif", "second.tif")
    ]
    name = f"Flight {request.node.name}"
    told = run("uploadrasters", FILES=[str(each) for each in paths], MOSAIC=name)
    images = get(signed_in, f"/rasters/mosaic/{told.outcome['MOSAIC_ID']}/image")
    assert {each["id"] for each in images} == set(told.outcome["IMAGE_IDS"].split(","))
    assert told.outcome["COUNT"] == 2
    again = run("uploadrasters", FILES=[str(each) for each in paths], MOSAIC=told.outcome["MOSAIC_ID"])
    assert set(again.outcome["IMAGE_IDS"].split(",")) == {each["id"] for each in images}
    assert len(get(signed_in, f"/rasters/mosaic/{told.outcome['MOSAIC_ID']}/image")) == 2


def test_a_layer_is_uploaded_as_it_is_shown_from_another_thread(run_in_task, signed_in, tmp_path, request):
    path = write_raster(tmp_path / "a.tif", bands=1, dtype="uint16", epsg=3857, origin=PLACE)
    layer = pseudocolour(QgsRasterLayer(str(path), "Height"))
    QgsProject.instance().addMapLayer(layer)
    told = run_in_task("uploadrasters", LAYERS=[layer.id()], MOSAIC=f"Flight {request.node.name}")
    assert told.is_whole, told.feedback.lines
    (image,) = get(signed_in, f"/rasters/mosaic/{told.outcome['MOSAIC_ID']}/image")
    assert image["filename"] == "Height.tif"


def test_what_is_no_raster_is_refused_before_anything_is_sent(run, signed_in, tmp_path):
    good = write_raster(tmp_path / "good.tif", bands=3, epsg=3857, origin=PLACE)
    bad = tmp_path / "bad.tif"
    bad.write_text("no picture")
    before = get(signed_in, "/rasters/mosaic")
    with pytest.raises(QgsProcessingException, match=r"Nothing is uploaded. bad"):
        run("uploadrasters", FILES=[str(good), str(bad)], MOSAIC="Never made")
    assert get(signed_in, "/rasters/mosaic") == before
    with pytest.raises(QgsProcessingException, match="nothing to upload"):
        run("uploadrasters", MOSAIC="Never made")


def test_one_s_own_mosaic_is_run_on_by_its_name(run, signed_in, square, tmp_path, request):
    path = write_raster(tmp_path / "own.tif", bands=3, epsg=3857, origin=PLACE, width=800, height=800)
    name = f"Flight {request.node.name}"
    up = run("uploadrasters", FILES=[str(path)], MOSAIC=name)
    (image,) = get(signed_in, f"/rasters/mosaic/{up.outcome['MOSAIC_ID']}/image")
    assert image["footprint"]
    wish = {"INPUT": square(), "MODEL": "Buildings", "MOSAIC": name}
    told = run("runmodel", ALLOW_SPENDING=True, WAIT=False, **wish)
    params = get(signed_in, f"/processings/{told.outcome['PROCESSING_ID']}/v2")["params"]
    assert params["sourceParams"]["myImagery"]["mosaicId"] == up.outcome["MOSAIC_ID"]
