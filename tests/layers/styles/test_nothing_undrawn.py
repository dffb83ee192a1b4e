"""Whatever an object's class and height are, a file draws it, and tiles draw it once and in the same colour."""

from __future__ import annotations

import pytest
from qgis.core import (
    QgsExpression,
    QgsExpressionContext,
    QgsFeature,
    QgsField,
    QgsFields,
    QgsGeometry,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize, QVariant
from qgis.PyQt.QtGui import QColor

from mapflow_dock.layers.styles.classes import CLASS_FIELDS, OTHER_COLOUR, class_text
from mapflow_dock.layers.styles.groups import HEIGHT_FIELDS, class_groups, height_ranges
from mapflow_dock.layers.styles.kinds import Kind
from mapflow_dock.layers.styles.renderers import table_renderer
from mapflow_dock.layers.styles.tiles import tile_renderer
from mapflow_dock.layers.tables import Family, Table

STEP = 30  # pixels of an object
CODES = [
    *("101", "102", "103", "104", "105", "101.0", "00m-04m", "04m-10m", "10m-99m", "7", "-1", "", " ", None),
    *(
        "residential",
        "Grass Land",
        "parking",
        "park",
        "forest",
        "greenhouse",
        "it's",
        "a\\b",
        "null",
        "1e99",
        "жильё",
    ),
]
HEIGHTS = [*("0", "-3", "4.99", "5", "39.999", "40", "1e3", "abc", "", "nan", None)]


def layer_of(rows):
    layer = QgsVectorLayer("MultiPolygon?field=class_id:string&field=height:string", "x", "memory")
    features = []
    for number, values in enumerate(rows):
        feature = QgsFeature(layer.fields())
        feature.setAttributes(list(values))
        west = STEP * number
        feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(west + 4, 4, west + STEP - 4, STEP - 4)))
        features.append(feature)
    assert layer.dataProvider().addFeatures(features)[0]
    return layer


def in_file(layer, table, kind, colours):
    """Which of some colours each object is filled with, as QGIS draws the layer on white; none where it does not."""
    layer.setRenderer(table_renderer(table, kind))
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setOutputDpi(96)
    count = layer.featureCount()
    settings.setOutputSize(QSize(STEP * count, STEP))
    settings.setExtent(QgsRectangle(0, 0, STEP * count, STEP))
    settings.setBackgroundColor(QColor(255, 255, 255))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    shown = [image.pixelColor(STEP * number + STEP // 2, STEP // 2) for number in range(count)]
    return [[colour for colour in colours if is_filled(pixel, QColor(colour))] for pixel in shown]


def colours_of(kind):
    groups = (*class_groups(kind), *height_ranges(kind))
    return list(dict.fromkeys([kind.colour, OTHER_COLOUR, *(each.colour for each in groups)]))


def is_filled(pixel, colour):
    """Whether a pixel is white paper under a fill of that colour, which 70 of 255 parts are of."""
    parts = zip(pixel.getRgb()[:3], colour.getRgb()[:3], strict=False)
    return all(abs(shown - (255 - (255 - own) * 70 / 255)) <= 1.5 for shown, own in parts)


def in_tiles(layer, kind):
    """The colours of the styles that draw each object, by QGIS's own expressions."""
    fields = QgsFields()
    for name in ("object_type", *CLASS_FIELDS, *HEIGHT_FIELDS):
        fields.append(QgsField(name, QVariant.String))
    styles = [style for style in tile_renderer(kind, (kind,), "a").styles() if style.geometryType() == 2]
    told = [(style.symbol().color().name(), QgsExpression(style.filterExpression())) for style in styles]
    colours = []
    for row in layer.getFeatures():
        feature = QgsFeature(fields)
        for name in ("class_id", "height"):
            feature.setAttribute(name, row[name])
        feature.setGeometry(row.geometry())
        context = QgsExpressionContext()
        context.setFields(fields)
        context.setFeature(feature)
        colours.append(
            [colour for colour, told_by in told if not told_by.expression() or told_by.evaluate(context)]
        )
    return colours


@pytest.mark.parametrize("kind", list(Kind))
def test_every_class_is_drawn_in_one_colour(qgis_app, kind):
    layer = layer_of([(code, None) for code in CODES])
    classes = tuple(dict.fromkeys(class_text(code) for code in CODES if code is not None))
    table = Table("x", "t", Family.POLYGONS, 1, fields=("class_id",), class_field="class_id", classes=classes)
    of_tiles = in_tiles(layer, kind)
    assert [len(each) for each in of_tiles] == [1] * len(CODES)
    if class_groups(kind):  # classes of others are told apart in files alone
        assert in_file(layer, table, kind, colours_of(kind)) == of_tiles
    else:
        assert all(len(each) == 1 for each in in_file(layer, table, kind, colours_of(kind)))


@pytest.mark.parametrize("kind", list(Kind))
def test_every_height_is_drawn_in_one_colour(qgis_app, kind):
    layer = layer_of([(None, height) for height in HEIGHTS])
    table = Table("x", "t", Family.POLYGONS, 1, fields=("class_id", "height"))
    of_tiles = in_tiles(layer, kind)
    assert [len(each) for each in of_tiles] == [1] * len(HEIGHTS)
    assert in_file(layer, table, kind, colours_of(kind)) == of_tiles


def test_every_usual_category_of_land_use_is_told_alike(qgis_app):
    usual = (
        *(
            "agriculture",
            "aquaculture",
            "cemetery",
            "construction",
            "developed",
            "education",
            "golf",
            "grass",
        ),
        *(
            "landfill",
            "managed",
            "park",
            "pedestrian",
            "residential",
            "resource_extraction",
            "transportation",
        ),
        *("winter_sports", "Residential", "PARK", "forest", "reservoir", "Industrial area"),
    )
    layer = layer_of([(code, None) for code in usual])
    table = Table("x", "t", Family.POLYGONS, 1, fields=("class_id",), class_field="class_id", classes=usual)
    of_tiles = in_tiles(layer, Kind.LAND_USE)
    assert [len(each) for each in of_tiles] == [1] * len(usual)
    assert OTHER_COLOUR not in [each[0] for each in of_tiles]
    assert in_file(layer, table, Kind.LAND_USE, colours_of(Kind.LAND_USE)) == of_tiles


def test_a_class_that_comes_later_by_editing_is_drawn(qgis_app):
    table = Table(
        "x", "t", Family.POLYGONS, 1, fields=("class_id",), class_field="class_id", classes=("101", "7")
    )
    layer = layer_of([("of mine", None)])
    assert in_file(layer, table, Kind.BUILDINGS, colours_of(Kind.BUILDINGS)) == [[Kind.BUILDINGS.colour]]


def test_the_heights_of_buildings_are_told_by_five_ranges(qgis_app):
    table = Table("x", "t", Family.POLYGONS, 1, fields=("height",))
    items = table_renderer(table, Kind.BUILDINGS).legendSymbolItems()
    assert [item.label().replace("\u00a0", " ") for item in items] == [
        *("Below 5 m", "5 to 10 m", "10 to 20 m", "20 to 40 m", "40 m and higher", "Height not known")
    ]


def test_land_use_is_told_by_groups_of_categories(qgis_app):
    classes = ("residential", "farmland", "golf", "grass", "mine", "nobody knows")
    table = Table("x", "t", Family.POLYGONS, 1, fields=("class",), class_field="class", classes=classes)
    labels = [each.label() for each in table_renderer(table, Kind.LAND_USE).categories()]
    assert labels == [
        *("Residential", "Agriculture", "Parks, grass and recreation", "Other class", "Not classified")
    ]
