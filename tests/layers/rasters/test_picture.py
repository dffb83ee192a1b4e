"""An 8-bit GeoTIFF looks as the layer does, and is one the service takes; what fails leaves nothing."""

from __future__ import annotations

import resource

import numpy as np
import pytest
from osgeo import gdal
from raster_layers import layer_of
from rasters import EAST, NORTH, UTM, band, colours, open_raster, wkt, write_raster

from mapflow_dock.layers import workspace
from mapflow_dock.layers.gdal_errors import ConversionCancelledError, ConversionError
from mapflow_dock.layers.rasters.check import Limits, check_raster
from mapflow_dock.layers.rasters.facts import Grid, is_same_system
from mapflow_dock.layers.rasters.picture import PictureWanted, make_picture
from mapflow_dock.layers.rasters.source import source_of_file, source_of_layer
from mapflow_dock.layers.rasters.stretch import BandStretch, Stretch


def converted(path, tmp_path, **changes):
    wanted = PictureWanted(str(path), tmp_path / "out.tif", **changes)
    assert make_picture(wanted, lambda _fraction: True) == wanted.path
    return open_raster(wanted.path)


def test_the_file_is_one_the_service_takes(tmp_path):
    path = write_raster(tmp_path / "a.tif", bands=7, dtype="float32", width=700, height=600)
    opened = converted(path, tmp_path)
    assert opened.GetDriver().ShortName == "GTiff"
    assert colours(opened) == ["Red", "Green", "Blue"]
    assert opened.GetRasterBand(1).DataType == gdal.GDT_Byte
    assert opened.GetRasterBand(1).GetBlockSize() == [512, 512]
    assert opened.GetMetadataItem("COMPRESSION", "IMAGE_STRUCTURE") == "DEFLATE"
    assert (opened.RasterXSize, opened.RasterYSize) == (700, 600)
    assert opened.GetGeoTransform() == (EAST, 0.5, 0, NORTH, 0, -0.5)
    assert not check_raster(source_of_file(tmp_path / "out.tif"), Limits()).issues
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a.tif", "out.tif"]


def test_the_layer_s_own_stretch_and_bands_are_used(tmp_path):
    path = write_raster(tmp_path / "a.tif", bands=4, dtype="uint16", values=(0, 4000))
    stretch = Stretch((BandStretch(4, (1000, 3000)), BandStretch(2, (0, 4000)), BandStretch(1, (0, 8000))))
    opened = converted(path, tmp_path, stretch=stretch)
    red, green, blue = (band(opened, number)[0] for number in (1, 2, 3))
    assert red[0] == 0, "values below the range are black"
    assert red[-1] == 255, "values above the range are white"
    assert abs(red[32] - 255 * (4000 * 32 / 63 - 1000) / 2000) <= 1
    assert green[0] == 255
    assert green[-1] == 0
    assert abs(blue[-1] - 127) <= 1


def test_a_stretch_for_which_qgis_found_no_ends_is_the_one_it_uses_by_default(project, tmp_path):
    # as QGIS 3.44 leaves three bands of numbers with a scale like 0.0001, which it shows black
    path = write_raster(tmp_path / "a.tif", dtype="float32", values=(200, 3200))
    layer = layer_of(path, "a")
    for ends in (
        layer.renderer().redContrastEnhancement(),
        layer.renderer().greenContrastEnhancement(),
        layer.renderer().blueContrastEnhancement(),
    ):
        ends.setMinimumValue(float("nan"))
        ends.setMaximumValue(float("nan"))
    source = source_of_layer(layer)
    assert source.drawing is None
    values = np.linspace(200, 3200, 64)
    low, high = np.percentile(np.tile(values, (48, 1)), (2, 98))
    expected = np.clip((values - low) / (high - low) * 255, 0, 255)
    opened = converted(path, tmp_path, stretch=source.stretch)
    assert np.abs(band(opened, 1)[0] - expected).max() <= 1
    assert np.abs(band(opened, 2)[0] - expected[::-1]).max() <= 1


def test_a_file_without_a_layer_is_stretched_as_qgis_would(tmp_path):
    path = write_raster(tmp_path / "a.tif", dtype="uint16", width=500, values=(200, 3200))
    opened = converted(path, tmp_path)
    layer = layer_of(path)
    shown = layer.renderer().redContrastEnhancement()
    low, high = shown.minimumValue(), shown.maximumValue()
    values = np.linspace(200, 3200, 500)
    expected = np.clip((values - low) / (high - low) * 255, 0, 255)
    assert np.abs(band(opened, 1)[0] - expected).max() <= 4


def test_a_grey_raster_stays_grey(tmp_path):
    opened = converted(write_raster(tmp_path / "a.tif", bands=1, dtype="float32", values=(-1, 1)), tmp_path)
    assert colours(opened) == ["Gray"]
    assert band(opened, 1).min() == 0
    assert band(opened, 1).max() == 255


def test_a_raster_of_one_value_does_not_divide_by_nothing(tmp_path):
    opened = converted(write_raster(tmp_path / "a.tif", dtype="float32", values=(7, 7)), tmp_path)
    assert opened.RasterCount == 3


@pytest.mark.parametrize("bands", [1, 3])
def test_no_data_becomes_transparent(tmp_path, bands):
    path = write_raster(tmp_path / "a.tif", bands=bands, dtype="uint16", nodata=0, hole=0, values=(100, 900))
    opened = converted(path, tmp_path)
    assert colours(opened) == ["Red", "Green", "Blue", "Alpha"]
    alpha = band(opened, 4)
    assert (alpha[:24, :32] == 0).all()
    assert (alpha[24:] == 255).all()
    assert opened.GetRasterBand(1).GetNoDataValue() is None


def test_where_the_mosaic_has_no_alpha_band_no_data_is_black_and_nothing_else_is(tmp_path):
    path = write_raster(tmp_path / "a.tif", nodata=9, hole=9, values=(0, 255))
    opened = converted(path, tmp_path, like=Grid(bands=3))
    assert opened.RasterCount == 3
    assert opened.GetRasterBand(1).GetNoDataValue() == 0
    assert (band(opened, 1)[:24, :32] == 0).all()
    assert sum(band(opened, number)[24:] for number in (1, 2, 3)).min() > 0, (
        "what is there stays apart from it"
    )


def test_a_palette_becomes_its_colours(tmp_path):
    path = write_raster(tmp_path / "a.tif", bands=1, values=(0, 2), nodata=0)
    opened = gdal.Open(str(path), gdal.GA_Update)
    table = gdal.ColorTable()
    table.SetColorEntry(1, (200, 10, 30, 255))
    table.SetColorEntry(2, (10, 200, 30, 255))
    opened.GetRasterBand(1).SetColorTable(table)
    opened = None
    made = converted(path, tmp_path)
    assert colours(made) == ["Red", "Green", "Blue", "Alpha"]
    values = np.stack([band(made, number)[0] for number in (1, 2, 3, 4)], axis=1).tolist()
    assert values[0][3] == 0
    assert [200, 10, 30, 255] in values
    assert values[-1] == [10, 200, 30, 255]


def test_it_is_brought_to_the_crs_and_the_pixels_of_the_mosaic(tmp_path):
    path = write_raster(tmp_path / "a.tif", width=400, height=300)
    opened = converted(path, tmp_path, like=Grid("EPSG:32638", (0.8, 0.8), 4))
    assert is_same_system(opened.GetProjection(), "EPSG:32638")
    assert opened.GetGeoTransform()[1] == pytest.approx(0.8)
    assert colours(opened) == ["Red", "Green", "Blue", "Alpha"]
    alpha = band(opened, 4)
    assert 0.8 < (alpha == 255).mean() < 1.0, "turned a little, with empty corners"


def test_only_the_pixels_can_differ(tmp_path):
    opened = converted(write_raster(tmp_path / "a.tif"), tmp_path, like=Grid(f"EPSG:{UTM}", (0.25, 0.25), 3))
    assert (opened.RasterXSize, opened.RasterYSize) == (128, 96)
    assert opened.RasterCount == 3


def test_what_matches_already_is_not_warped(tmp_path):
    path = write_raster(tmp_path / "a.tif", dtype="uint16", values=(0, 255))
    stretch = Stretch(tuple(BandStretch(number) for number in (1, 2, 3)))
    opened = converted(path, tmp_path, stretch=stretch, like=Grid(f"EPSG:{UTM}", (0.5, 0.5), 3))
    before = open_raster(path)
    assert (band(opened, 1) == band(before, 1)).all()


def test_a_rotated_raster_is_turned_north_up(tmp_path):
    path = write_raster(tmp_path / "a.tif", transform=(EAST, 0.4, 0.3, NORTH, 0.3, -0.4))
    opened = converted(path, tmp_path)
    assert opened.GetGeoTransform()[2] == 0
    assert opened.RasterCount == 4
    assert not check_raster(source_of_file(tmp_path / "out.tif"), Limits()).issues


@pytest.mark.parametrize("like", [Grid(), Grid(pixel=(1.0, 1.0)), Grid(crs=wkt(32636))])
@pytest.mark.parametrize("down", [-0.5, 0.5])
def test_a_mirrored_raster_is_turned_too(tmp_path, like, down):
    plain = gdal.Open(str(write_raster(tmp_path / "plain.tif")))
    values = np.flip(plain.ReadAsArray(), axis=2 if down < 0 else (1, 2))
    path = write_raster(tmp_path / "a.tif")
    opened = gdal.Open(str(path), gdal.GA_Update)
    opened.WriteArray(values)
    left, width, _, top, _, height = opened.GetGeoTransform()
    right, bottom = left + 64 * width, top + 48 * height
    opened.SetGeoTransform((right, -width, 0, top if down < 0 else bottom, 0, down))
    opened = None
    for each in ("turned", "straight"):
        (tmp_path / each).mkdir()
    wanted = converted(tmp_path / "plain.tif", tmp_path / "straight", like=like)
    made = converted(path, tmp_path / "turned", like=like)
    assert made.GetGeoTransform() == pytest.approx(wanted.GetGeoTransform())
    colours = made.ReadAsArray()[:3].astype(int)
    there = made.ReadAsArray()[3] == 255
    assert there.any()
    assert np.abs(colours - wanted.ReadAsArray()[:3])[:, there].max() <= 1


def test_ground_control_points_are_followed(tmp_path):
    path = write_raster(tmp_path / "a.tif", transform=(), epsg=None)
    opened = gdal.Open(str(path), gdal.GA_Update)
    corners = [(0, 0), (64, 0), (0, 48), (64, 48)]
    opened.SetGCPs([gdal.GCP(EAST + 2 * x, NORTH - 2 * y, 0, x, y) for x, y in corners], wkt(UTM))
    opened = None
    made = converted(path, tmp_path)
    assert made.GetGeoTransform()[0] == pytest.approx(EAST, abs=3)
    assert made.GetGeoTransform()[1] == pytest.approx(2, rel=0.05)
    assert is_same_system(made.GetProjection(), f"EPSG:{UTM}")


def test_a_crs_set_in_qgis_is_written(tmp_path):
    path = write_raster(tmp_path / "a.tif", epsg=None)
    opened = converted(path, tmp_path, crs=wkt(UTM))
    assert is_same_system(opened.GetProjection(), f"EPSG:{UTM}")


def test_it_is_not_blown_up_beyond_what_the_service_takes(tmp_path):
    path = write_raster(tmp_path / "a.tif", pixel=10)
    with pytest.raises(ConversionError) as failed:
        converted(path, tmp_path, like=Grid(pixel=(0.1, 0.1)), max_side_px=5000)
    assert "6,400 pixels long, and 5,000 are allowed" in failed.value.sentence
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a.tif"]


def test_a_damaged_raster_leaves_nothing(tmp_path):
    path = write_raster(tmp_path / "a.tif", width=600, height=600, options=["COMPRESS=DEFLATE", "TILED=YES"])
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2] + bytes(len(content) - len(content) // 2))
    with pytest.raises(ConversionError) as failed:
        converted(path, tmp_path)
    assert failed.value.sentence.endswith(".")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a.tif"]


def test_a_stopped_conversion_leaves_nothing(tmp_path):
    path = write_raster(tmp_path / "a.tif", width=2000, height=2000)
    with pytest.raises(ConversionCancelledError):
        make_picture(PictureWanted(str(path), tmp_path / "out.tif"), lambda fraction: fraction < 0.3)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a.tif"]


def test_too_little_room_is_said_before_anything_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(workspace, "free_bytes", lambda _folder: 50_000_000)
    path = write_raster(tmp_path / "a.tif")
    with pytest.raises(ConversionError) as failed:
        converted(path, tmp_path)
    assert "47.7\u00a0MiB are free" in failed.value.sentence
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a.tif"]


def test_a_disk_that_fills_up_meanwhile_leaves_nothing(tmp_path):
    """The system refuses to write more than so many bytes, as a full disk does."""
    rng = np.random.default_rng(3)
    path = write_raster(tmp_path / "a.tif", width=1500, height=1500)
    opened = gdal.Open(str(path), gdal.GA_Update)
    for number in (1, 2, 3):
        opened.GetRasterBand(number).WriteArray(rng.integers(0, 255, (1500, 1500)).astype("u1"))
    opened = None
    allowed = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, allowed[1]))
    try:
        with pytest.raises(ConversionError) as failed:
            converted(path, tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, allowed)
    assert "the disk is full" in failed.value.sentence
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a.tif"]
