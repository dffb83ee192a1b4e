"""Where uploaded images lie: outlines that can be trusted, a layer of them, pixels in metres on the ground."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from qgis.core import QgsProject, QgsVectorLayer

import mapflow_dock.layers.footprints.pixel_sizes as pixel_sizes_module
from mapflow_dock.api.imagery_records import Image, Mosaic
from mapflow_dock.layers.footprints.outlines import (
    MOSAIC,
    mosaic_outline,
    outline,
    outline_of_all,
    outlines_layer,
    pixel_metres,
)
from mapflow_dock.layers.footprints.pixel_sizes import PixelSizes

SQUARE = "POLYGON((37 55, 37.1 55, 37.1 55.1, 37 55.1, 37 55))"
NEXT = "POLYGON((37.05 55, 37.2 55, 37.2 55.1, 37.05 55.1, 37.05 55))"


def image(key="i1", footprint=SQUARE, **values):
    standard = {
        "name": f"{key}.tif",
        "size": 3 * 1024 * 1024,
        "crs": "EPSG:32637",
        "pixel_size": (0.3, 0.3),
        "bands": 3,
        "width": 10,
        "height": 20,
        "uploaded": datetime(2024, 3, 15, 10, 30, tzinfo=UTC),
    }
    return Image(id=key, footprint=footprint, **{**standard, **values})


def test_an_outline_is_a_multipolygon_without_height(qgis_app):
    ground = outline("POLYGON Z((37 55 1, 37.1 55 1, 37.1 55.1 1, 37 55 1))")
    assert ground.asWkt(1) == "MultiPolygon (((37 55, 37.1 55, 37.1 55.1, 37 55)))"


@pytest.mark.parametrize(
    "wkt",
    [
        "",
        "MULTIPOLYGON EMPTY",
        "nonsense",
        "POINT(1 2)",
        "LINESTRING(0 0, 1 1)",
        "POLYGON((500000 6000000, 500100 6000000, 500100 6000100, 500000 6000000))",
        "POLYGON((0 0, inf 0, 1 1, 0 0))",
    ],
)
def test_what_is_no_ground_on_earth_is_none(qgis_app, wkt):
    assert outline(wkt).isEmpty()


def test_images_that_overlap_cover_their_ground_once(qgis_app):
    both = outline_of_all([image(), image("i2", NEXT), image("i3", "")])
    assert both.area() == pytest.approx(0.2 * 0.1)
    assert outline_of_all([image("i3", "")]).isEmpty()


def test_a_mosaic_lies_where_the_service_says_or_else_where_its_images_do(qgis_app):
    told = Mosaic("m1", "Survey", footprint=NEXT)
    assert mosaic_outline(told, [image()]).boundingBox().xMinimum() == pytest.approx(37.05)
    assert mosaic_outline(Mosaic("m1", "Survey"), [image()]).boundingBox().xMinimum() == pytest.approx(37)


def test_outlines_become_a_layer_with_what_is_known_of_each_image(qgis_app):
    mosaic = Mosaic("m1", "Survey <b>2024</b>")
    layer = outlines_layer(
        mosaic, [image(), image("i2", ""), image("i3", NEXT, size=None)], "https://a.example"
    )
    assert isinstance(layer, QgsVectorLayer)
    assert layer.isValid()
    assert layer.crs().authid() == "EPSG:4326"
    rows = list(layer.getFeatures())
    assert [row["image_id"] for row in rows] == ["i1", "i3"]
    assert (rows[0]["name"], rows[0]["mosaic"], rows[0]["size_mib"]) == ("i1.tif", "Survey <b>2024</b>", 3.0)
    assert rows[0]["pixel_m"] == pytest.approx(0.3, rel=0.01)
    assert rows[0]["uploaded"].toSecsSinceEpoch() == 1710498600
    assert layer.customProperty(MOSAIC) == "m1"
    assert "<b>" not in layer.metadata().abstract()
    assert layer.extent().width() == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("crs", "size", "footprint", "metres"),
    [
        ("EPSG:32637", (0.3, 0.3), SQUARE, 0.3),
        ("EPSG:3857", (1.0, 1.0), SQUARE, 0.573),  # Web Mercator's metres shrink to the north
        ("EPSG:4326", (1e-5, 1e-5), SQUARE, 1.113),  # degrees; the longer side is that to the north
        ("EPSG:2263", (1.0, 1.0), "POLYGON((-74 40.7, -73.9 40.7, -73.9 40.8, -74 40.7))", 0.3048),  # feet
        ("EPSG:32637", (0.5, 0.4), "", 0.5),
        ("EPSG:4326", (1e-5, 1e-5), "", 1.113),
    ],
)
def test_pixels_are_told_in_metres_on_the_ground(qgis_app, crs, size, footprint, metres):
    found = pixel_metres(image(crs=crs, pixel_size=size, footprint=footprint))
    assert found == pytest.approx(metres, rel=0.01)


@pytest.mark.parametrize("values", [{"crs": ""}, {"crs": "EPSG:999999"}, {"pixel_size": None}])
def test_a_pixel_whose_size_cannot_be_told_is_not_guessed(qgis_app, values):
    assert pixel_metres(replace(image(), **values)) is None


def test_many_images_are_measured_in_one_go_and_each_once(qgis_app, monkeypatch):
    asked = []
    transformed = pixel_sizes_module._transformed

    def counted(points, transform):
        asked.append(len(points))
        return transformed(points, transform)

    monkeypatch.setattr(pixel_sizes_module, "_transformed", counted)
    sizes = PixelSizes()
    images = [image(str(n), pixel_size=(n / 100, n / 100)) for n in range(1, 501)]
    found = sizes.of(images)
    assert found == pytest.approx([n / 100 for n in range(1, 501)], rel=0.01)
    assert asked == [500, 500, 500]
    assert sizes.of(images[:7]) == found[:7]
    assert len(asked) == 3
    finer = replace(images[0], pixel_size=(0.1, 0.1))
    assert sizes.of([finer, images[1]]) == [pytest.approx(0.1, rel=0.01), found[1]]


def test_one_image_where_its_system_does_not_reach_leaves_the_others_their_size(qgis_app):
    lost = image("lost", "POLYGON((-53 -90,-52.9 -90,-52.9 -89.9,-53 -90))", crs="EPSG:3857")
    # a quarter of the globe away from its zone
    beyond = image("beyond", "POLYGON((127 0,127.1 0,127.1 0.1,127 0))")
    found = PixelSizes().of([image(), lost, beyond, image("i2", NEXT)])
    assert found[0] == pytest.approx(0.3, rel=0.01)
    assert found[2] is None or found[2] > 0
    assert found[3] == pytest.approx(0.3, rel=0.01)


def test_a_system_given_as_wkt_is_known_too(qgis_app):
    from qgis.core import QgsCoordinateReferenceSystem

    wkt = QgsCoordinateReferenceSystem("EPSG:32637").toWkt()
    assert pixel_metres(image(crs=wkt)) == pytest.approx(0.3, rel=0.01)


def test_the_layer_can_be_saved_with_the_project(qgis_app, qgis_new_project, tmp_path):
    project = QgsProject.instance()
    project.addMapLayer(outlines_layer(Mosaic("m1", "Survey"), [image()], "https://a.example"))
    assert project.write(str(tmp_path / "p.qgs"))
