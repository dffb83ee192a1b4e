"""What is wrong with a raster is said all at once, each in a sentence, before anything is sent."""

from __future__ import annotations

import shutil
import zipfile

import pytest
from osgeo import gdal
from rasters import EAST, NORTH, UTM, wkt, write_raster

from mapflow_dock.layers.rasters.check import Limits, check_raster, storage_shortage
from mapflow_dock.layers.rasters.facts import Grid
from mapflow_dock.layers.rasters.issues import Problem
from mapflow_dock.layers.rasters.source import RasterSource, source_of_file

FINE = Grid(f"EPSG:{UTM}", (0.5, 0.5), 3)


def checked(path, limits=None, grid=None):
    return check_raster(source_of_file(path), limits or Limits(), grid)


def problems(check):
    return {issue.problem for issue in check.issues}


@pytest.mark.parametrize("bands", [1, 3, 4])
def test_an_ordinary_geotiff_has_nothing_wrong(tmp_path, bands):
    check = checked(
        write_raster(tmp_path / "снимок & co.tif", bands=bands), grid=Grid(f"EPSG:{UTM}", (0.5, 0.5), bands)
    )
    assert check.issues == ()
    assert not check.issues
    assert check.may_be_sent_as_it_is
    assert check.facts.pixel_m == pytest.approx(0.5, rel=0.001)
    assert check.size_as_it_is == (tmp_path / "снимок & co.tif").stat().st_size


def test_everything_wrong_is_said_at_once(tmp_path):
    path = write_raster(tmp_path / "a.png", driver="PNG", bands=4, dtype="uint16", pixel=30.0)
    check = checked(path, Limits(max_file_bytes=10, max_side_px=10))
    assert problems(check) == {
        Problem.SIDE,
        Problem.PIXEL_TOO_LARGE,
        Problem.FILE_TOO_BIG,
        Problem.DRIVER,
        Problem.DTYPE,
    }
    assert not check.may_be_sent_as_it_is
    assert not check.may_be_converted, "it would still be too large in every way"
    for issue in check.issues:
        assert issue.sentence.endswith("."), issue
        assert "{" not in issue.sentence


@pytest.mark.parametrize(
    ("changes", "problem", "mended"),
    [
        ({"bands": 2}, Problem.BANDS, True),
        ({"bands": 7}, Problem.BANDS, True),
        ({"dtype": "float64"}, Problem.DTYPE, True),
        ({"dtype": "complex64", "bands": 1}, Problem.DTYPE, False),
        ({"epsg": None}, Problem.NO_CRS, False),
        ({"transform": ()}, Problem.NOT_PLACED, False),
        ({"transform": (), "epsg": None}, Problem.NOT_PLACED, False),  # a CRS would place it nowhere
        ({"pixel": 25.0}, Problem.PIXEL_TOO_LARGE, False),
    ],
)
def test_what_stops_an_upload(tmp_path, changes, problem, mended):
    check = checked(write_raster(tmp_path / "a.tif", **changes))
    assert problems(check) == {problem}
    assert not check.may_be_sent_as_it_is
    assert check.may_be_converted is mended


@pytest.mark.parametrize(
    ("changes", "problem", "mended"),
    [
        ({"dtype": "uint16"}, Problem.DTYPE, True),
        ({"dtype": "float32"}, Problem.DTYPE, True),
        ({"pixel": 0.05}, Problem.PIXEL_VERY_FINE, False),
        ({"transform": (EAST, 0.4, 0.3, NORTH, 0.3, -0.4)}, Problem.ROTATED, True),
        ({"transform": (EAST, 0.5, 0, NORTH, 0, 0.5)}, Problem.ROTATED, True),
    ],
)
def test_what_is_only_worth_a_warning(tmp_path, changes, problem, mended):
    check = checked(write_raster(tmp_path / "a.tif", **changes))
    assert problems(check) == {problem}
    assert check.may_be_sent_as_it_is
    assert check.may_be_converted is mended


@pytest.mark.parametrize(
    ("epsg", "origin", "pixel", "metres"),
    [
        (4326, (37.6, 60.0), 0.0001, 11.14),  # a degree of latitude is longer than one of longitude
        (4326, (0.0, 0.0), 0.0001, 11.13),
        (3857, (4_100_000.0, 8_399_737.9), 20.0, 10.0),  # at 60° N a metre of the map is half of one
        (2263, (987_000.0, 211_000.0), 10.0, 3.048),  # New York in feet
    ],
)
def test_pixels_are_measured_in_metres_on_the_ground(tmp_path, epsg, origin, pixel, metres):
    check = checked(write_raster(tmp_path / "a.tif", epsg=epsg, origin=origin, pixel=pixel))
    assert check.facts.pixel_m == pytest.approx(metres, rel=0.01)


def test_a_raster_in_degrees_with_coarse_pixels_is_told_so_in_metres(tmp_path):
    check = checked(write_raster(tmp_path / "a.tif", epsg=4326, origin=(37.0, 10.0), pixel=0.01))
    assert problems(check) == {Problem.PIXEL_TOO_LARGE}
    assert "m on the ground" in check.issues[0].sentence


@pytest.mark.parametrize(
    ("epsg", "origin"),
    [
        (4326, (EAST, NORTH)),  # metres that are called degrees
        (4326, (37.0, 120.0)),
        (UTM, (9e9, 9e9)),
    ],
)
def test_a_crs_that_is_not_its_own_is_all_that_is_said(tmp_path, epsg, origin):
    check = checked(write_raster(tmp_path / "a.tif", epsg=epsg, origin=origin), grid=FINE)
    assert problems(check) == {Problem.OFF_THE_EARTH}, "not how large its pixels are there, nor to convert it"
    assert f"EPSG:{epsg}" in check.issues[0].sentence
    assert not check.may_be_sent_as_it_is
    assert not check.may_be_converted


@pytest.mark.parametrize("west", [-180.0, 179.9, 200.0, 359.9])
def test_degrees_counted_past_180_are_on_the_earth(tmp_path, west):
    check = checked(write_raster(tmp_path / "a.tif", epsg=4326, origin=(west, 60.0), pixel=0.0001))
    assert problems(check) == set()


def test_control_points_and_camera_models_are_offered_a_conversion(tmp_path):
    path = write_raster(tmp_path / "points.tif", transform=(), epsg=None)
    opened = gdal.Open(str(path), gdal.GA_Update)
    corners = [(0, 0), (64, 0), (0, 48), (64, 48)]
    points = [gdal.GCP(EAST + 0.5 * x, NORTH - 0.5 * y, 0, x, y) for x, y in corners]
    opened.SetGCPs(points, wkt(UTM))
    opened = None
    check = checked(path)
    assert problems(check) == {Problem.CONTROL_POINTS}
    assert check.may_be_converted


def test_a_palette_is_lost_in_the_service(tmp_path):
    path = write_raster(tmp_path / "a.tif", bands=1)
    paletted = gdal.Open(str(path), gdal.GA_Update)
    table = gdal.ColorTable()
    table.SetColorEntry(1, (255, 0, 0, 255))
    paletted.GetRasterBand(1).SetColorTable(table)
    paletted = None
    check = checked(path)
    assert problems(check) == {Problem.PALETTE}
    assert check.may_be_sent_as_it_is
    assert check.may_be_converted


def test_georeferencing_in_a_file_beside_it_would_be_lost(tmp_path):
    path = write_raster(tmp_path / "a.tif", options=["PROFILE=BASELINE", "TFW=YES"])
    assert (tmp_path / "a.tfw").exists()
    check = checked(path)
    assert Problem.PLACED_BESIDE in problems(check)
    issue = next(each for each in check.issues if each.problem is Problem.PLACED_BESIDE)
    assert "a.tfw" in issue.sentence or "a.tif.aux.xml" in issue.sentence
    assert not check.may_be_sent_as_it_is
    assert check.may_be_converted


def test_harmless_files_beside_it_are_no_matter(tmp_path):
    path = write_raster(tmp_path / "a.tif", width=600, height=600)
    opened = gdal.Open(str(path))
    opened.BuildOverviews("AVERAGE", [2, 4])
    opened = None
    assert (tmp_path / "a.tif.ovr").exists()
    assert not checked(path).issues


@pytest.mark.parametrize("driver", ["PNG", "JP2OpenJPEG", "VRT", "HFA"])
def test_other_formats_are_offered_a_conversion(tmp_path, driver):
    tif = write_raster(tmp_path / "source.tif")
    suffix = {"PNG": "png", "JP2OpenJPEG": "jp2", "VRT": "vrt", "HFA": "img"}[driver]
    path = tmp_path / f"a.{suffix}"
    gdal.Translate(str(path), str(tif), format=driver)
    check = checked(path)
    assert problems(check) == {Problem.DRIVER}
    assert not check.may_be_sent_as_it_is
    assert check.may_be_converted


def test_a_raster_in_an_archive_can_be_converted(tmp_path):
    write_raster(tmp_path / "in.tif")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(tmp_path / "in.tif", "in.tif")
    uri = f"/vsizip/{tmp_path / 'a.zip'}/in.tif"
    check = check_raster(RasterSource("in", uri), Limits())
    assert problems(check) == {Problem.DRIVER}
    assert check.may_be_converted


@pytest.mark.parametrize("content", [b"", b"not a raster at all", b"II*\0\x08\0\0\0\0\0"])
def test_what_is_no_raster_gets_a_sentence(tmp_path, content):
    path = tmp_path / "a.tif"
    path.write_bytes(content)
    check = checked(path)
    assert problems(check) == {Problem.UNREADABLE}
    assert not check.may_be_sent_as_it_is
    assert not check.may_be_converted


def test_a_file_that_is_gone_gets_a_sentence(tmp_path):
    check = checked(tmp_path / "gone.tif")
    assert problems(check) == {Problem.UNREADABLE}
    assert check.facts is None


def test_a_container_of_several_rasters_gets_a_sentence(tmp_path):
    path = tmp_path / "several.gpkg"
    for name in ("one", "two"):
        tif = write_raster(tmp_path / f"{name}.tif", bands=4)
        options = [f"RASTER_TABLE={name}", "APPEND_SUBDATASET=YES"]
        gdal.Translate(str(path), str(tif), format="GPKG", creationOptions=options)
    check = checked(path)
    assert problems(check) == {Problem.UNREADABLE}
    assert "upload its layer" in check.issues[0].sentence


@pytest.mark.parametrize(
    ("changes", "problem", "mended"),
    [
        ({"epsg": 32638}, Problem.MOSAIC_CRS, True),
        ({"pixel": 0.6}, Problem.MOSAIC_PIXEL, True),
        ({"bands": 4}, Problem.MOSAIC_BANDS, True),
        ({"bands": 1}, Problem.MOSAIC_BANDS, True),
    ],
)
def test_a_mosaic_s_images_should_be_alike(tmp_path, changes, problem, mended):
    check = checked(write_raster(tmp_path / "a.tif", **changes), grid=FINE)
    assert problems(check) == {problem}
    assert check.may_be_sent_as_it_is, "the service may adapt it"
    assert check.may_be_converted is mended


def test_colours_are_not_thrown_away_for_a_grey_mosaic(tmp_path):
    check = checked(write_raster(tmp_path / "a.tif"), grid=Grid(f"EPSG:{UTM}", (0.5, 0.5), 1))
    assert problems(check) == {Problem.MOSAIC_BANDS}
    assert not check.may_be_converted


def test_pixels_that_differ_by_rounding_are_the_same(tmp_path):
    check = checked(write_raster(tmp_path / "a.tif", pixel=0.50001), grid=FINE)
    assert not check.issues


def test_a_mosaic_that_says_nothing_fits_everything(tmp_path):
    assert not checked(write_raster(tmp_path / "a.tif"), grid=Grid()).issues


def test_a_file_too_big_is_offered_a_conversion_only_where_that_helps(tmp_path):
    path = write_raster(tmp_path / "a.tif", width=500, height=500)
    size = path.stat().st_size
    check = checked(path, Limits(max_file_bytes=size - 1000))
    assert problems(check) == {Problem.FILE_TOO_BIG}
    assert not check.may_be_converted
    deep = write_raster(tmp_path / "b.tif", width=500, height=500, dtype="float32")
    check = checked(deep, Limits(max_file_bytes=size))
    assert problems(check) == {Problem.FILE_TOO_BIG, Problem.DTYPE}
    assert check.may_be_converted


def test_the_file_itself_counts_not_what_lies_beside_it(tmp_path):
    path = write_raster(tmp_path / "a.tif")
    shutil.copyfile(path, tmp_path / "a.tif.ovr")
    assert checked(path).size_as_it_is == path.stat().st_size


def test_storage_is_said_to_be_short_in_figures():
    assert storage_shortage(10, None) == ""
    assert storage_shortage(10, 10) == ""
    text = storage_shortage(3 * 1024**3, 512 * 1024**2)
    assert "512\u00a0MiB" in text
    assert "3\u00a0GiB" in text
    assert "0\u00a0KiB" not in storage_shortage(2000, -5).replace("1\u00a0KiB", "")
