"""What is sent is what QGIS shows: a converted raster beside QGIS's own drawing of it, pixel by pixel."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from osgeo import gdal
from qgis.core import QgsMultiBandColorRenderer, QgsRasterLayer
from rasters import EAST, NORTH, TYPES, UTM, wkt, write_raster

from mapflow_dock.layers.rasters.check import Limits, check_raster
from mapflow_dock.layers.rasters.issues import Problem
from mapflow_dock.layers.rasters.picture import PictureWanted, make_picture
from mapflow_dock.layers.rasters.source import source_of_file, source_of_layer
from mapflow_dock.layers.rasters.stretch import stretch_of_layer

PHASES = (Phase.generate, Phase.shrink)  # the tracing of another one and callbacks of GDAL do not go together
NEAR = 3  # of 255
WIDTH, HEIGHT = 40, 24
ROLES = {
    1: ([gdal.GCI_GrayIndex],),
    3: (
        [gdal.GCI_RedBand, gdal.GCI_GreenBand, gdal.GCI_BlueBand],
        [gdal.GCI_BlueBand, gdal.GCI_GreenBand, gdal.GCI_RedBand],
    ),
    4: (
        [gdal.GCI_RedBand, gdal.GCI_GreenBand, gdal.GCI_BlueBand, gdal.GCI_AlphaBand],
        [gdal.GCI_BlueBand, gdal.GCI_GreenBand, gdal.GCI_RedBand, gdal.GCI_Undefined],
    ),
}


@contextmanager
def internal_mask(answer):
    """Whether a mask goes into the file, or into one beside it."""
    gdal.SetConfigOption("GDAL_TIFF_INTERNAL_MASK", answer)
    yield
    gdal.SetConfigOption("GDAL_TIFF_INTERNAL_MASK", None)


def with_ends(layer):
    """Give the layer's stretch ends where QGIS 3.44 finds none: those of all but 2 % of the values, as others do."""
    renderer = layer.renderer()
    if not isinstance(renderer, QgsMultiBandColorRenderer):
        return
    opened = gdal.Open(layer.source())
    for number, stretch in (
        (renderer.redBand(), renderer.redContrastEnhancement()),
        (renderer.greenBand(), renderer.greenContrastEnhancement()),
        (renderer.blueBand(), renderer.blueContrastEnhancement()),
    ):
        if stretch is not None and np.isnan(stretch.minimumValue()):
            band = opened.GetRasterBand(number)
            values = band.ReadAsArray() * band.GetScale() + band.GetOffset()
            known = values[(band.GetMaskBand().ReadAsArray() > 0) & np.isfinite(values)]
            low, high = np.percentile(known, (2, 98))
            if high > low:
                stretch.setMinimumValue(low)
                stretch.setMaximumValue(high)


def drawn(layer):
    """Red, green, blue and alpha as QGIS's renderer gives them, north up."""
    with_ends(layer)
    block = layer.renderer().block(1, layer.extent(), layer.width(), layer.height())
    image = block.image()
    rows = [[image.pixelColor(x, y).getRgb() for x in range(image.width())] for y in range(image.height())]
    return np.array(rows, dtype=int)


def sent(path):
    """The same of a converted file."""
    bands = gdal.Open(str(path)).ReadAsArray().astype(int)
    bands = bands.reshape(-1, *bands.shape[-2:])
    full = np.full(bands.shape[-2:], 255)
    if len(bands) == 1:
        return np.stack([bands[0]] * 3 + [full], axis=-1)
    return np.stack([*bands[:3], bands[3] if len(bands) == 4 else full], axis=-1)


def assert_same(shown, made, empty):
    """The picture looks as QGIS shows it, and is transparent where it is `empty`.

    QGIS forgets the mask of a raster it has to turn.
    """
    assert shown.shape == made.shape
    assert ((made[..., 3] == 0) == empty).all(), "what is empty is transparent"
    off = np.abs(shown - made)[(shown[..., 3] > 0) & ~empty]
    assert off.size == 0 or off.max() <= NEAR


def empty_pixels(path, made):
    """Which pixels hold nothing, worked out from the values alone, as they lie north up."""
    opened = gdal.Open(str(path)).ReadAsArray().reshape(made["bands"], HEIGHT, WIDTH)
    # a fourth band is not shown
    values = opened[:3]
    empty = np.zeros((HEIGHT, WIDTH), dtype=bool)
    if made["empty"] == "mask":
        empty[:12, :20] = True
    elif made["empty"] == "nodata":
        empty |= (values == values[0, 0, 0]).any(axis=0)
    elif made["empty"] in {"nan", "infinite"} and made["dtype"] == "float32":
        empty |= ~np.isfinite(values).all(axis=0)
    turned = {"south up": empty[::-1], "mirrored": empty[:, ::-1]}
    return turned.get(made["direction"], empty)


@st.composite
def rasters(draw):
    """What a raster is made of: type, bands and their roles, values, scale, what is empty, and which way it runs."""
    bands = draw(st.sampled_from([1, 3, 4]))
    dtype = draw(st.sampled_from(["uint8", "uint16", "float32"]))
    return {
        "bands": bands,
        "dtype": dtype,
        "roles": draw(st.sampled_from(ROLES[bands])),
        "ends": draw(
            st.sampled_from([(0, 255), (20, 200)] if dtype == "uint8" else [(0, 4000), (300, 301), (-1, 1)])
        ),
        "scaled": draw(st.sampled_from([(1.0, 0.0), (1.0, 0.0), (0.0001, 0.0), (2.0, -50.0)])),
        "empty": draw(st.sampled_from(["", "", "nodata", "mask", "nan", "infinite"])),
        "direction": draw(st.sampled_from(["north up", "north up", "south up", "mirrored"])),
    }


def written(path, made):
    """Write such a raster; a quarter of it is empty where it says so."""
    options = []
    with internal_mask("YES"):
        opened = gdal.GetDriverByName("GTiff").Create(
            str(path), WIDTH, HEIGHT, made["bands"], TYPES[made["dtype"]], options
        )
        opened.SetProjection(wkt(UTM))
        across = -0.5 if made["direction"] == "mirrored" else 0.5
        down = 0.5 if made["direction"] == "south up" else -0.5
        opened.SetGeoTransform([EAST, across, 0, NORTH, 0, down])
        low, high = (max(0, each) for each in made["ends"]) if made["dtype"] == "uint16" else made["ends"]
        for number, role in enumerate(made["roles"], 1):
            band = opened.GetRasterBand(number)
            band.SetColorInterpretation(role)
            values = np.linspace(low, high, WIDTH * HEIGHT).reshape(HEIGHT, WIDTH)
            values = np.roll(values, 7 * number, axis=1)
            if role == gdal.GCI_AlphaBand:
                values = np.full_like(values, 65535 if made["dtype"] == "uint16" else 255)
                values[:, :5] = 0
            elif made["empty"] == "nodata":
                values[: 6 + 2 * number, :20] = low
            elif made["empty"] == "nan" and made["dtype"] == "float32":
                values[:12, :20] = np.nan
            elif made["empty"] == "infinite" and made["dtype"] == "float32":
                values[:12, :20] = np.inf * (-1) ** number
            if made["dtype"] != "float32":
                values = np.round(values)
            if role != gdal.GCI_AlphaBand:
                band.SetScale(made["scaled"][0])
                band.SetOffset(made["scaled"][1])
            if made["empty"] == "nodata":
                band.SetNoDataValue(float(low))
            band.WriteArray(values)
        if made["empty"] == "mask":
            opened.CreateMaskBand(gdal.GMF_PER_DATASET)
            mask = np.full((HEIGHT, WIDTH), 255, dtype=np.uint8)
            mask[:12, :20] = 0
            opened.GetRasterBand(1).GetMaskBand().WriteArray(mask)
        opened = None
    return path


@settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=PHASES
)
@given(made=rasters())
def test_a_converted_layer_is_what_qgis_shows(qgis_app, made):
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder) / "a.tif", made)
        layer = QgsRasterLayer(str(path), "a")
        stretch = stretch_of_layer(layer)
        if stretch is None:
            return  # QGIS draws it itself
        target = make_picture(
            PictureWanted(str(path), Path(folder) / "out.tif", stretch=stretch), lambda _fraction: True
        )
        shown, result, empty = drawn(layer), sent(target), empty_pixels(path, made)
        if made["direction"] == "mirrored" and not shown.any():  # QGIS 3.44 shows nothing of it
            straight = default_layer(written(Path(folder) / "b.tif", {**made, "direction": "north up"}))
            straight.setRenderer(layer.renderer().clone())
            shown = drawn(straight)[:, ::-1]
        assert_same(shown, result, empty)
        if made["direction"] == "north up":
            assert (shown[..., 3] == 0)[empty].all(), "QGIS shows it so, too"


def default_layer(path):
    return QgsRasterLayer(str(path), "a")


@pytest.mark.parametrize(
    ("bands", "dtype"), [(1, "uint8"), (3, "uint8"), (1, "float32"), (1, "uint16"), (3, "uint16")]
)
@pytest.mark.parametrize("scaled", [(1.0, 0.0), (0.0001, 0.0), (2.0, -50.0)])
def test_a_file_without_a_layer_is_sent_as_qgis_shows_it_at_first(tmp_path, bands, dtype, scaled):
    made = {
        "bands": bands,
        "dtype": dtype,
        "roles": ROLES[bands][0],
        "ends": (20, 200),
        "scaled": scaled,
        "empty": "",
        "direction": "north up",
    }
    path = written(tmp_path / "a.tif", made)
    target = make_picture(PictureWanted(str(path), tmp_path / "out.tif"), lambda _fraction: True)
    shown, result = drawn(default_layer(path)), sent(target)
    off = np.abs(shown - result)
    assert off.max() <= (NEAR if bands == 1 or (dtype == "uint8" and scaled == (1.0, 0.0)) else 6)
    assert gdal.Open(str(target)).GetRasterBand(1).GetScale() in {None, 1.0}


def problems(path):
    return {issue.problem for issue in check_raster(source_of_file(path), Limits()).issues}


def test_the_place_in_an_aux_xml_that_counts_is_not_left_behind(tmp_path):
    path = write_raster(tmp_path / "a.tif")
    (tmp_path / "a.tif.aux.xml").write_text(
        "<PAMDataset><GeoTransform>600000, 0.5, 0, 6200000, 0, -0.5</GeoTransform></PAMDataset>"
    )
    check = check_raster(source_of_file(path), Limits())
    assert {issue.problem for issue in check.issues} == {Problem.PLACED_BESIDE}
    assert not check.may_be_sent_as_it_is
    assert check.may_be_converted
    made = make_picture(PictureWanted(str(path), tmp_path / "out.tif"), lambda _fraction: True)
    assert gdal.Open(str(made)).GetGeoTransform()[0] == 600_000


def test_a_world_file_that_says_another_place_is_told(tmp_path):
    path = write_raster(tmp_path / "a.tif")
    (tmp_path / "a.tfw").write_text("0.5\n0\n0\n-0.5\n600000.25\n6199999.75\n")
    assert problems(path) == {Problem.WORLD_FILE}
    (tmp_path / "a.tfw").write_text(f"0.5\n0\n0\n-0.5\n{EAST + 0.25}\n{NORTH - 0.25}\n")
    assert problems(path) == set()


def test_a_mask_beside_is_told_and_converted(tmp_path):
    path = write_raster(tmp_path / "a.tif")
    opened = gdal.Open(str(path), gdal.GA_Update)
    with internal_mask("NO"):
        opened.CreateMaskBand(gdal.GMF_PER_DATASET)
        mask = np.full((48, 64), 255, dtype=np.uint8)
        mask[:24] = 0
        opened.GetRasterBand(1).GetMaskBand().WriteArray(mask)
        opened = None
    assert (tmp_path / "a.tif.msk").exists()
    assert problems(path) == {Problem.READ_BESIDE}
    made = make_picture(PictureWanted(str(path), tmp_path / "out.tif"), lambda _fraction: True)
    assert_same(drawn(default_layer(path)), sent(made), mask == 0)


@pytest.mark.parametrize("line", ["<NoDataValue>0</NoDataValue>", "<Scale>0.5</Scale><Offset>1</Offset>"])
def test_no_data_and_scale_beside_are_told(tmp_path, line):
    path = write_raster(tmp_path / "a.tif")
    bands = "".join(f'<PAMRasterBand band="{number}">{line}</PAMRasterBand>' for number in (1, 2, 3))
    (tmp_path / "a.tif.aux.xml").write_text(f"<PAMDataset>{bands}</PAMDataset>")
    assert Problem.READ_BESIDE in problems(path)


def test_statistics_beside_are_no_matter(tmp_path):
    path = write_raster(tmp_path / "a.tif")
    opened = gdal.Open(str(path))
    opened.GetRasterBand(1).ComputeStatistics(False)
    opened = None
    assert (tmp_path / "a.tif.aux.xml").exists()
    assert problems(path) == set()


@pytest.mark.parametrize(
    "text",
    [
        'LOCAL_CS["site grid",UNIT["metre",1],AXIS["X",EAST],AXIS["Y",NORTH]]',
        'GEOGCS["Moon",DATUM["Moon",SPHEROID["Moon",1737400,0]],PRIMEM["M",0],UNIT["degree",0.0174532925199433]]',
    ],
)
def test_a_system_without_a_place_on_the_earth_is_refused_with_its_name(tmp_path, text):
    path = write_raster(tmp_path / "a.tif", epsg=None)
    opened = gdal.Open(str(path), gdal.GA_Update)
    opened.SetProjection(text)
    opened = None
    layer = default_layer(path)
    for source in (source_of_file(path), source_of_layer(layer)):
        check = check_raster(source, Limits())
        (issue,) = check.issues
        assert issue.problem is Problem.NOT_ON_EARTH
        assert "on the Earth" in issue.sentence
        assert not check.may_be_sent_as_it_is
        assert not check.may_be_converted


def test_a_scene_with_a_camera_model_alone_can_be_converted(tmp_path):
    path = write_raster(tmp_path / "a.tif", epsg=None, transform=(), width=64, height=48)
    opened = gdal.Open(str(path), gdal.GA_Update)
    first = "1 " + "0 " * 19
    model = {
        "LINE_OFF": "24",
        "SAMP_OFF": "32",
        "LAT_OFF": "55",
        "LONG_OFF": "39",
        "HEIGHT_OFF": "0",
        "LINE_SCALE": "24",
        "SAMP_SCALE": "32",
        "LAT_SCALE": "0.0001",
        "LONG_SCALE": "0.0002",
        "HEIGHT_SCALE": "100",
        "LINE_NUM_COEFF": "0 0 -1 " + "0 " * 17,
        "LINE_DEN_COEFF": first,
        "SAMP_NUM_COEFF": "0 1 " + "0 " * 18,
        "SAMP_DEN_COEFF": first,
    }
    opened.SetMetadata(model, "RPC")
    opened = None
    check = check_raster(source_of_file(path), Limits())
    assert {issue.problem for issue in check.issues} == {Problem.CONTROL_POINTS}
    assert check.may_be_converted
    made = gdal.Open(
        str(make_picture(PictureWanted(str(path), tmp_path / "out.tif"), lambda _fraction: True))
    )
    west, _across, _turn, north, *_rest = made.GetGeoTransform()
    assert (west, north) == (pytest.approx(38.9998, abs=1e-5), pytest.approx(55.0001, abs=1e-5))
    assert made.GetSpatialRef().GetAuthorityCode(None) == "4326"


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize("place", [0, 1, 3])
def test_an_alpha_band_counts_wherever_it_stands(tmp_path, dtype, place):
    roles = [gdal.GCI_RedBand, gdal.GCI_GreenBand, gdal.GCI_BlueBand]
    roles.insert(place, gdal.GCI_AlphaBand)
    made = {
        "bands": 4,
        "dtype": dtype,
        "roles": roles,
        "ends": (0, 255),
        "scaled": (1.0, 0.0),
        "empty": "",
        "direction": "north up",
    }
    path = written(tmp_path / "a.tif", made)
    result = sent(make_picture(PictureWanted(str(path), tmp_path / "out.tif"), lambda _fraction: True))
    assert (result[:, :5, 3] == 0).all()
    assert (result[:, 5:, 3] == 255).all()
    colours = gdal.Open(str(path)).ReadAsArray()[[number for number in range(4) if number != place]]
    if dtype == "uint8":
        assert (np.moveaxis(colours, 0, -1)[:, 5:] == result[:, 5:, :3]).all()
