"""What is seen through in a converted raster: all that holds nothing in one of the bands QGIS shows."""

from __future__ import annotations

import numpy as np
import pytest
from osgeo import gdal
from qgis.core import QgsRasterLayer
from rasters import EAST, NORTH, UTM, wkt

from mapflow_dock.layers.rasters.picture import PictureWanted, make_picture
from mapflow_dock.layers.rasters.stretch import stretch_of_layer

WIDTH, HEIGHT = 20, 8
RED, GREEN, BLUE = gdal.GCI_RedBand, gdal.GCI_GreenBand, gdal.GCI_BlueBand
ALPHA, OTHER = gdal.GCI_AlphaBand, gdal.GCI_Undefined


def write(path, bands, roles, data_type, nodata=None):
    opened = gdal.GetDriverByName("GTiff").Create(str(path), WIDTH, HEIGHT, len(bands), data_type)
    opened.SetProjection(wkt(UTM))
    opened.SetGeoTransform([EAST, 0.5, 0, NORTH, 0, -0.5])
    for number, (values, role) in enumerate(zip(bands, roles, strict=True), 1):
        band = opened.GetRasterBand(number)
        band.SetColorInterpretation(role)
        if nodata is not None:
            band.SetNoDataValue(nodata)
        band.WriteArray(values)
    opened = None
    return path


def ramp(low=10, high=200):
    return np.tile(np.linspace(low, high, WIDTH), (HEIGHT, 1))


def alpha_of(path, **wanted):
    """The alpha band of what is sent; None where nothing is seen through."""
    target = path.with_name("out.tif")
    made = gdal.Open(str(make_picture(PictureWanted(str(path), target, **wanted), lambda _fraction: True)))
    assert not [each for each in path.parent.iterdir() if "alpha" in each.name], (
        "a file of the conversion is left"
    )
    return made.GetRasterBand(4).ReadAsArray() if made.RasterCount == 4 else None


def shown_by_qgis(path):
    layer = QgsRasterLayer(str(path), "a")
    image = layer.renderer().block(1, layer.extent(), WIDTH, HEIGHT).image()
    alpha = [[image.pixelColor(x, y).alpha() for x in range(WIDTH)] for y in range(HEIGHT)]
    return np.array(alpha), stretch_of_layer(layer)


@pytest.mark.parametrize("band", [0, 1, 2])
@pytest.mark.parametrize("data_type", [gdal.GDT_Byte, gdal.GDT_Int16, gdal.GDT_Float32])
def test_no_data_in_one_shown_band_is_seen_through(qgis_app, tmp_path, band, data_type):
    bands = [ramp() for _band in range(3)]
    bands[band][2:4, 5:9] = 0
    path = write(tmp_path / "a.tif", bands, (RED, GREEN, BLUE), data_type, nodata=0)
    shown, stretch = shown_by_qgis(path)
    for wanted in ({}, {"stretch": stretch}):
        assert (alpha_of(path, **wanted) == shown).all()
    assert (shown[2:4, 5:9] == 0).all()
    assert (shown == 0).sum() == 8


def test_no_data_in_a_band_that_is_not_shown_has_no_say(qgis_app, tmp_path):
    bands = [ramp() for _band in range(4)]
    bands[3][:] = 0
    path = write(tmp_path / "a.tif", bands, (RED, GREEN, BLUE, OTHER), gdal.GDT_Int16, nodata=0)
    shown, stretch = shown_by_qgis(path)
    assert (shown == 255).all()
    sent = alpha_of(path, stretch=stretch)
    assert sent is None or (sent == 255).all()


def test_no_data_in_the_shown_bands_counts_whatever_another_holds(qgis_app, tmp_path):
    bands = [ramp() for _band in range(4)]
    for band in bands[:3]:
        band[:, :5] = 0
    path = write(tmp_path / "a.tif", bands, (RED, GREEN, BLUE, OTHER), gdal.GDT_Int16, nodata=0)
    shown, stretch = shown_by_qgis(path)
    assert (alpha_of(path, stretch=stretch) == shown).all()
    assert (shown[:, :5] == 0).all()


@pytest.mark.parametrize("hole", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("data_type", [gdal.GDT_Float32, gdal.GDT_Float64])
@pytest.mark.parametrize("nodata", [None, 5.0, float("nan")])
def test_what_is_no_finite_number_is_seen_through(qgis_app, tmp_path, hole, data_type, nodata):
    bands = [ramp() for _band in range(3)]
    for band in bands:
        band[1:3, 2:4] = hole
    path = write(tmp_path / "a.tif", bands, (RED, GREEN, BLUE), data_type, nodata)
    shown, _stretch = shown_by_qgis(path)
    assert ((alpha_of(path) == 0) == (shown == 0)).all()
    assert (shown == 0).sum() == 4


@pytest.mark.parametrize(
    ("data_type", "full"),
    [(gdal.GDT_Float32, 1), (gdal.GDT_Float64, 255), (gdal.GDT_UInt16, 65535), (gdal.GDT_Int16, 255)],
)
def test_an_alpha_band_of_any_type_counts(qgis_app, tmp_path, data_type, full):
    alpha = np.full((HEIGHT, WIDTH), full)
    alpha[:, :7] = 0
    path = write(tmp_path / "a.tif", [ramp(), ramp(), ramp(), alpha], (RED, GREEN, BLUE, ALPHA), data_type)
    sent = alpha_of(path)
    assert (sent[:, :7] == 0).all()
    assert (sent[:, 7:] == 255).all()


def test_values_without_a_stretch_that_are_no_bytes_are_drawn_by_qgis(qgis_app, tmp_path):
    from qgis.core import QgsSingleBandGrayRenderer

    path = write(tmp_path / "a.tif", [ramp(100, 900)], (gdal.GCI_GrayIndex,), gdal.GDT_Int16)
    layer = QgsRasterLayer(str(path), "a")
    layer.setRenderer(QgsSingleBandGrayRenderer(layer.dataProvider(), 1))
    assert stretch_of_layer(layer) is None
