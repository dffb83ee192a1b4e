"""Pictures of scenes: each corner lies where the footprint's corner is, tilted, in parts and whatever its format."""

from __future__ import annotations

import pytest
from osgeo import gdal
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsGeometry,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsPointXY,
    QgsRasterLayer,
    QgsRectangle,
)
from qgis.PyQt.QtCore import QBuffer, QIODevice, QSize
from qgis.PyQt.QtGui import QColor, QImage, QPainter

from mapflow_dock.api.catalog.records import CatalogImage
from mapflow_dock.layers.footprints.placing import placed
from mapflow_dock.layers.footprints.scene_pictures import corners_of, thumbnail_address, write_scene
from mapflow_dock.layers.gdal_errors import ConversionCancelledError, ConversionError

COLOURS = ("red", "lime", "blue", "yellow")  # of the quarters: north-west, north-east, south-east, south-west
TILTED = ((10.0, 51.0), (12.0, 52.0), (13.0, 50.0), (11.0, 49.0))


def picture(form="PNG", colours=COLOURS, side=64):
    image = QImage(side, side, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    half = side // 2
    for colour, (x, y) in zip(colours, ((0, 0), (half, 0), (half, half), (0, half)), strict=True):
        painter.fillRect(x, y, half, half, QColor(colour))
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, form)
    return bytes(buffer.data())


def polygon(corners):
    return QgsGeometry.fromPolygonXY([[QgsPointXY(*corner) for corner in (*corners, corners[0])]])


def colour_at(path, longitude, latitude):
    layer = QgsRasterLayer(str(path), "", "gdal")
    assert layer.crs().authid() == "EPSG:4326"
    bands = [layer.dataProvider().sample(QgsPointXY(longitude, latitude), band)[0] for band in (1, 2, 3, 4)]
    return QColor(*(int(value) for value in bands[:3])), bands[3]


def is_like(found, name):
    wanted = QColor(name)
    return all(
        abs(one - other) <= 40
        for one, other in zip(
            (found.red(), found.green(), found.blue()),
            (wanted.red(), wanted.green(), wanted.blue()),
            strict=True,
        )
    )


@pytest.mark.parametrize("form", ["PNG", "JPG"])
@pytest.mark.parametrize("turn", range(4))
@pytest.mark.parametrize("is_reversed", [False, True])
def test_each_quarter_lies_at_its_corner(qgis_app, tmp_path, form, turn, is_reversed):
    ring = (*TILTED[turn:], *TILTED[:turn])
    corners = corners_of(polygon(ring[::-1] if is_reversed else ring))
    assert [(each.x(), each.y()) for each in corners] == list(TILTED)
    path = write_scene([(picture(form), corners)], tmp_path / "scene.tif", lambda _done: True)
    assert list(tmp_path.iterdir()) == [path]
    x, y = (sum(corner[axis] for corner in TILTED) / 4 for axis in (0, 1))
    for colour, corner in zip(COLOURS, TILTED, strict=True):
        found, alpha = colour_at(path, (x + corner[0]) / 2, (y + corner[1]) / 2)
        assert is_like(found, colour), (colour, found.name())
        assert alpha == 255
    assert colour_at(path, 10.05, 49.05)[1] == 0, "beyond the scene nothing is seen"


def test_parts_lie_beside_each_other(qgis_app, tmp_path):
    west, east = (((x, 1.0), (x + 1, 1.0), (x + 1, 0.0), (x, 0.0)) for x in (0.0, 1.0))
    parts = [
        (picture(colours=(colour,) * 4), corners_of(polygon(ring)))
        for colour, ring in (("red", west), ("blue", east))
    ]
    path = write_scene(parts, tmp_path / "scene.tif", lambda _done: True)
    assert is_like(colour_at(path, 0.5, 0.5)[0], "red")
    assert is_like(colour_at(path, 1.5, 0.5)[0], "blue")


def test_of_many_corners_the_rectangle_around_them_counts(qgis_app):
    ring = ((0.0, 0.1), (0.1, 0.0), (2.0, 0.0), (2.0, 1.0), (0.0, 1.0))
    found = [(round(each.x(), 6), round(each.y(), 6)) for each in corners_of(polygon(ring))]
    assert found == [(0.0, 1.0), (2.0, 1.0), (2.0, 0.0), (0.0, 0.0)]


def test_words_in_place_of_a_picture_are_told(qgis_app, tmp_path):
    with pytest.raises(ConversionError, match="no picture"):
        write_scene(
            [(b"<html>no</html>", corners_of(polygon(TILTED)))], tmp_path / "scene.tif", lambda _done: True
        )
    assert list(tmp_path.iterdir()) == []


def test_it_can_be_stopped(qgis_app, tmp_path):
    with pytest.raises(ConversionCancelledError):
        write_scene([(picture(), corners_of(polygon(TILTED)))], tmp_path / "scene.tif", lambda _done: False)
    assert list(tmp_path.iterdir()) == []
    assert gdal.ReadDir("/vsimem/") in (None, [])


@pytest.mark.parametrize(
    ("template", "address"),
    [
        ("https://t.example.org/{z}/{x}/{y}.png", "https://t.example.org/7/68/42.png"),
        ("https://t.example.org/{z}/{x}/{-y}.png", "https://t.example.org/7/68/85.png"),
        ("https://t.example.org/{q}.png", "https://t.example.org/1202120.png"),
        ("https://t.example.org/whole.png", "https://t.example.org/whole.png"),
        ("", ""),
    ],
)
def test_of_tiles_the_one_in_the_middle_is_the_thumbnail(qgis_app, template, address):
    # 10° E to 12.8° E, 50° N to 52° N: a width of 2.8° is that of a tile of zoom 7; the middle is at 11.4° E, 51° N
    image = CatalogImage(id="a", provider="CG", preview_url=template)
    ring = ((10.0, 52.0), (12.8, 52.0), (12.8, 50.0), (10.0, 50.0))
    assert thumbnail_address(image, polygon(ring), "https://api.example.org") == address


@pytest.mark.parametrize("west", [179.0, 178.2, 179.9])
def test_a_picture_over_the_antimeridian_is_seen_at_both_ends_of_the_map(qgis_app, tmp_path, west):
    """It lies a little aslant, as most scenes do; each quarter of it is where it is on the globe."""
    tilted = [(west, -16.0), (west + 2, -16.2), (west + 1.9, -18.0), (west - 0.1, -17.8)]
    ground = placed({"type": "Polygon", "coordinates": [[*tilted, tilted[0]]]})
    assert len(ground.asMultiPolygon()) == 2, "it is cut"
    corners = corners_of(ground)
    for corner, expected in zip(corners, tilted, strict=True):
        assert (corner.x(), corner.y()) == pytest.approx(expected, abs=1e-6)
    path = write_scene([(picture(side=256), corners)], tmp_path / "over.tif", lambda _done: True)
    layer = QgsRasterLayer(str(path), "", "gdal")
    settings = QgsMapSettings()
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    settings.setLayers([layer])
    settings.setOutputSize(QSize(100, 100))
    settings.setBackgroundColor(QColor("black"))
    for name, (x, y) in zip(COLOURS, ((0.5, -16.6), (1.4, -16.7), (1.4, -17.5), (0.4, -17.4)), strict=True):
        longitude = west + x if west + x < 180 else west + x - 360
        settings.setExtent(QgsRectangle(longitude - 0.02, y - 0.02, longitude + 0.02, y + 0.02))
        job = QgsMapRendererSequentialJob(settings)
        job.start()
        job.waitForFinished()
        assert is_like(job.renderedImage().pixelColor(50, 50), name), (name, longitude)


def test_what_is_in_several_places_is_not_joined(qgis_app):
    apart = QgsGeometry.fromWkt(
        "MULTIPOLYGON(((179 0, 180 0, 180 1, 179 1, 179 0)), ((-180 3, -179 3, -179 4, -180 4, -180 3)))"
    )
    assert corners_of(apart) == ()
