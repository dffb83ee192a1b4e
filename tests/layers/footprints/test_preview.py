"""Previews of uploaded imagery: tiles that end where the ground does, and pictures laid where they belong."""

from __future__ import annotations

import resource
import struct
import zlib
from dataclasses import replace

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
)
from qgis.PyQt.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from qgis.PyQt.QtGui import QImage, QPainter

from mapflow_dock.api.imagery_records import Image, Mosaic
from mapflow_dock.api.processings import TileSet
from mapflow_dock.layers.footprints.outlines import outline
from mapflow_dock.layers.footprints.preview import (
    describe_preview,
    needs_missing_login,
    picture_layer,
    preview_of,
    tiles_layer,
    zooms_of,
)
from mapflow_dock.layers.tiles.vector import TileMatrix

SQUARE = "POLYGON((37 55, 37.1 55, 37.1 55.1, 37 55.1, 37 55))"
TEMPLATE = "/rest/rasters/cogs/tiles/{z}/{x}/{y}.png?uri=s3%3A%2F%2Fa%2Fb"


def frame_in(crs, west, south, width, height):
    """The outline in degrees of a rectangle in `crs`."""
    to_degrees = QgsCoordinateTransform(
        QgsCoordinateReferenceSystem(crs), QgsCoordinateReferenceSystem("EPSG:4326"), QgsProject.instance()
    )
    corners = [
        (west, south),
        (west + width, south),
        (west + width, south + height),
        (west, south + height),
        (west, south),
    ]
    points = [to_degrees.transform(QgsPointXY(*corner)) for corner in corners]
    return "POLYGON((" + ", ".join(f"{point.x():.10f} {point.y():.10f}" for point in points) + "))"


def picture(width=200, height=100):
    """A JPEG: red on the left, blue on the right."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.blue)
    painter = QPainter(image)
    painter.fillRect(0, 0, width // 2, height, Qt.GlobalColor.red)
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPG")
    return bytes(data)


def scene(**values):
    standard = {
        "name": "scene.tif",
        "crs": "EPSG:32637",
        "pixel_size": (0.5, 0.5),
        "width": 2000,
        "height": 1000,
        "footprint": frame_in("EPSG:32637", 400_000, 6_100_000, 1000, 500),
    }
    return Image("0c26a0d3-96d8-4ed5-aa62-3843d1d7905c", **{**standard, **values})


def rendered(qtbot, layer, extent, crs):
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem(crs))
    settings.setExtent(extent)
    settings.setOutputSize(QSize(200, 100))
    job = QgsMapRendererParallelJob(settings)
    with qtbot.waitSignal(job.finished, timeout=20_000):
        job.start()
    return job.renderedImage()


def test_tiles_end_where_their_tilejson_says(qgis_app):
    tiles = TileSet("https://api.mapflow.ai" + TEMPLATE)
    matrix = TileMatrix((3, 19), (37.0, 55.0, 37.1, 55.1))
    layer = tiles_layer(tiles, "Survey", "https://api.mapflow.ai/rest", "abc1234", outline(""), matrix)
    assert layer.isValid()
    assert layer.extent().xMinimum() == pytest.approx(37 * 111319.49, rel=1e-6)
    assert layer.extent().width() == pytest.approx(0.1 * 111319.49, rel=1e-4)
    assert "zmin=3&zmax=19" in layer.source()
    assert "authcfg=abc1234" in layer.source()


def test_or_else_where_the_ground_does(qgis_app):
    tiles = TileSet("https://tiles.elsewhere.example/{z}/{x}/{y}.png")
    layer = tiles_layer(
        tiles, "Survey", "https://api.mapflow.ai/rest", "abc1234", outline(SQUARE), TileMatrix()
    )
    assert layer.extent().width() == pytest.approx(0.1 * 111319.49, rel=1e-4)
    assert "authcfg" not in layer.source()


def test_only_tiles_within_the_ground_are_asked_for(qgis_app, server, qtbot):
    tiles = TileSet(server.origin + TEMPLATE)
    layer = tiles_layer(
        tiles, "Survey", server.url, "abc1234", outline(""), TileMatrix((0, 12), (37.0, 55.0, 37.01, 55.01))
    )
    east = QgsRectangle(5_000_000, 7_000_000, 5_000_200, 7_000_100)
    rendered(qtbot, layer, east, "EPSG:3857")
    assert server.count("GET", ".png") == 0
    rendered(qtbot, layer, layer.extent(), "EPSG:3857")
    assert server.count("GET", ".png") > 0
    assert {one.query for one in server.asked} == {"uri=s3%3A%2F%2Fa%2Fb"}


def test_tiles_that_need_a_login_no_layer_can_name_are_not_shown(qgis_app):
    tiles = TileSet("https://api.mapflow.ai" + TEMPLATE)
    server = "https://api.mapflow.ai/rest"
    assert needs_missing_login(tiles, server, "")
    assert not needs_missing_login(tiles, server, "abc1234")
    assert not needs_missing_login(TileSet("https://tiles.elsewhere.example/{z}/{x}/{y}.png"), server, "")
    assert not needs_missing_login(None, server, "")
    assert tiles_layer(tiles, "Survey", server, "", outline(SQUARE), TileMatrix()) is None


@pytest.mark.parametrize("address", ["", "file:///etc/passwd", "https://a.example/no-template.png"])
def test_what_is_no_tile_address_is_no_layer(qgis_app, address):
    server = "https://api.mapflow.ai/rest"
    assert tiles_layer(TileSet(address), "Survey", server, "x", outline(SQUARE), TileMatrix()) is None


@pytest.mark.parametrize(
    ("images", "zooms"),
    [
        ([scene()], (0, 18)),
        ([scene(pixel_size=(10.0, 10.0)), scene()], (0, 18)),
        ([scene(pixel_size=(0.001, 0.001))], (0, 22)),
        ([scene(crs="")], (0, 22)),
        ([], (0, 22)),
    ],
)
def test_zooms_go_as_deep_as_the_finest_pixels(qgis_app, images, zooms):
    assert zooms_of(tuple(images)) == zooms


def test_a_picture_lies_where_the_image_does(qgis_app, qtbot, tmp_path):
    layer = picture_layer(scene(), picture(), tmp_path / "previews")
    assert layer.isValid()
    assert layer.crs().authid() == "EPSG:32637"
    assert layer.extent().xMinimum() == pytest.approx(400_000, abs=0.1)
    assert layer.extent().width() == pytest.approx(1000, abs=0.1)
    assert layer.extent().height() == pytest.approx(500, abs=0.1)
    shown = rendered(qtbot, layer, QgsRectangle(400_000, 6_100_000, 401_000, 6_100_500), "EPSG:32637")
    assert shown.pixelColor(20, 50).red() > 200
    assert shown.pixelColor(180, 50).blue() > 200
    names = sorted(path.suffix for path in (tmp_path / "previews").iterdir())
    assert names == [".jgw", ".jpg"]


@pytest.mark.parametrize(
    "values",
    [
        {"width": 3000},  # the outline fills a part of the picture only: where it lies is not known
        {"crs": ""},
        {"footprint": ""},
        {"pixel_size": None},
        {"height": None},
    ],
)
def test_a_picture_whose_place_is_not_known_is_not_shown(qgis_app, tmp_path, values):
    assert picture_layer(scene(**values), picture(), tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_picture_is_not_shown(qgis_app, tmp_path):
    assert picture_layer(scene(), b"<html>", tmp_path) is None


def png(width, height):
    """A PNG of one colour, which is a thousandth of what it takes in memory."""
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(width + 1)) for _row in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def test_a_picture_that_would_fill_the_memory_is_not_read(qgis_app, tmp_path):
    assert picture_layer(scene(), png(1_000, 500), tmp_path).isValid()
    for side in (8_193, 20_000):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        assert picture_layer(scene(), png(side, side // 2), tmp_path) is None
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_an_id_of_the_server_is_no_path(qgis_app, tmp_path):
    folder = tmp_path / "previews"
    wicked = Image("../../evil", "x", crs="EPSG:32637", pixel_size=(0.5, 0.5), width=2000, height=1000,
                   footprint=scene().footprint)  # fmt: skip
    assert picture_layer(wicked, picture(), folder).isValid()
    assert {path.parent for path in tmp_path.rglob("*") if path.is_file()} == {folder}


def test_a_preview_is_found_again_by_what_it_shows(qgis_app, qgis_new_project, tmp_path):
    project = QgsProject.instance()
    layer = picture_layer(scene(), picture(), tmp_path)
    image, mosaic = Image("i1", "a.tif", "m1"), Mosaic("m1", "Survey")
    describe_preview(layer, image, "https://a.example")
    project.addMapLayer(layer)
    assert preview_of(project, replace(image, name="other.tif"), "https://a.example", "") is layer
    assert preview_of(project, image, "https://other.example", "") is None
    assert preview_of(project, mosaic, "https://a.example", "") is None


def test_a_preview_of_a_mosaic_makes_room_once_other_images_are_in_it(qgis_app, qgis_new_project, tmp_path):
    project = QgsProject.instance()
    layer = picture_layer(scene(), picture(), tmp_path)
    mosaic = Mosaic("m1", "Survey", image_count=2, footprint=SQUARE)
    describe_preview(layer, mosaic, "https://a.example")
    project.addMapLayer(layer)
    assert preview_of(project, replace(mosaic, name="Renamed", size=5), "https://a.example", "") is layer
    assert preview_of(project, replace(mosaic, image_count=3), "https://a.example", "") is None
    assert not project.mapLayers()
