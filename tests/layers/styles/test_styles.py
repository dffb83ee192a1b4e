"""Styles: every documented class has its own title and look, whatever type a file keeps it in, in files and tiles."""

from __future__ import annotations

import re

import pytest
from osgeo import ogr
from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsLayerTreeModel,
    QgsLegendSettings,
    QgsProject,
    QgsRenderContext,
    QgsRendererCategory,
    QgsSymbol,
    QgsVectorLayer,
)

from mapflow_dock.layers.styles.classes import (
    CLASS_FIELDS,
    class_expression,
    class_text,
    class_titles,
    legend,
)
from mapflow_dock.layers.styles.groups import HEIGHT_FIELDS
from mapflow_dock.layers.styles.kinds import USUAL_TYPES, Kind, kind_of, kinds_within, model_kind
from mapflow_dock.layers.styles.renderers import table_renderer
from mapflow_dock.layers.styles.symbols import base_symbol
from mapflow_dock.layers.styles.tiles import tile_renderer
from mapflow_dock.layers.styles.tips import map_tip
from mapflow_dock.layers.tables import Family, Table
from mapflow_dock.text.server_text import unmarked

DOCUMENTED = {  # as the service says what it sends
    "101": "Apartment building",
    "102": "House",
    "103": "Industrial building",
    "104": "Commercial building",
    "105": "Other non-residential building",
}


@pytest.mark.parametrize(
    ("model", "kind"),
    [
        ("🏠 Buildings", Kind.BUILDINGS),
        ("🏠 Buildings (Aerial)", Kind.BUILDINGS),
        ("🏗️ Construction sites", Kind.CONSTRUCTION),
        ("🌲 Forest", Kind.FOREST),
        ("🚗 Roads", Kind.ROADS),
        ("Something new", Kind.GENERIC),
        ("🌲↕️ Forest with heights", Kind.FOREST),
        ("🌾 Agriculture fields", Kind.FIELDS),
        ("🏘️ High-density housing", Kind.DENSE_HOUSING),
        ("☀️ Solar panels", Kind.SOLAR_PANELS),
        ("🏊 Swimming pools", Kind.POOLS),
        ("Land use", Kind.LAND_USE),
        ("buildings", Kind.BUILDINGS),
        ("waterbodies", Kind.WATER),
        ("landuse", Kind.LAND_USE),
        ("crown", Kind.CROWNS),
        ("", Kind.GENERIC),
    ],
)
def test_models_are_known_by_their_names(model, kind):
    assert kind_of(model) is kind


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_a_symbol_for_every_geometry_and_a_tile_style(qgis_app, kind):
    for family in Family:
        symbol = base_symbol(kind, family)
        assert symbol.symbolLayer(symbol.symbolLayerCount() - 1).color().name() == kind.colour
    styles = tile_renderer(kind).styles()
    assert len({style.geometryType() for style in styles}) == 3
    assert all(style.symbol() is not None for style in styles)
    assert {style.layerName() for style in tile_renderer(kind, (), "objects").styles()} == {"objects"}
    assert {style.styleName() for style in styles} >= {kind.title}


def test_the_classes_of_buildings_are_called_as_the_service_documents_them():
    assert class_titles(Kind.BUILDINGS) == DOCUMENTED


def layer_of_classes(tmp_path, ogr_type, values, subtype=ogr.OFSTNone):
    """A GeoPackage with a point for each class, by OGR itself."""
    path = tmp_path / "classes.gpkg"
    made = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    rows = made.CreateLayer("classes", None, ogr.wkbPoint)
    field = ogr.FieldDefn("class_id", ogr_type)
    field.SetSubType(subtype)
    rows.CreateField(field)
    for value in values:
        row = ogr.Feature(rows.GetLayerDefn())
        if value is not None:
            row["class_id"] = value
        row.SetGeometry(ogr.CreateGeometryFromWkt("POINT (1 2)"))
        rows.CreateFeature(row)
    made = rows = None
    layer = QgsVectorLayer(str(path), "classes", "ogr")
    assert layer.featureCount() == len(values)
    return layer


@pytest.mark.parametrize(
    ("ogr_type", "subtype", "values", "classes", "shown"),
    [
        (
            ogr.OFTString,
            ogr.OFSTNone,
            ["101", "103", None],
            ["101", "103"],
            ["Apartment building", "Industrial building", "Not classified"],
        ),
        (
            ogr.OFTString,
            ogr.OFSTNone,
            ["101.0", "103", "x'y"],
            ["101", "103", "x'y"],
            ["Apartment building", "Industrial building", "Other class"],
        ),
        (
            ogr.OFTInteger,
            ogr.OFSTNone,
            [101, 103],
            ["101", "103"],
            ["Apartment building", "Industrial building"],
        ),
        (
            ogr.OFTInteger64,
            ogr.OFSTNone,
            [101, 2**40],
            ["101", str(2**40)],
            ["Apartment building", "Other class"],
        ),
        (
            ogr.OFTReal,
            ogr.OFSTNone,
            [101.0, 103.0, 1.5],
            ["101", "103", "1.5"],
            ["Apartment building", "Industrial building", "Other class"],
        ),
        (ogr.OFTInteger, ogr.OFSTBoolean, [1, 0], ["true", "false"], ["Other class", "Other class"]),
    ],
)
def test_a_class_is_found_whatever_its_type_in_the_file(tmp_path, ogr_type, subtype, values, classes, shown):
    layer = layer_of_classes(tmp_path, ogr_type, values, subtype)
    table = Table(tmp_path, "classes", Family.POINTS, 1, class_field="class_id", classes=tuple(classes))
    renderer = table_renderer(table, Kind.BUILDINGS)
    context = QgsRenderContext()
    labels = []
    by_key = {item.ruleKey(): item.label() for item in renderer.legendSymbolItems()}
    renderer.startRender(context, layer.fields())
    for row in layer.getFeatures():
        context.expressionContext().setFeature(row)
        (key,) = renderer.legendKeysForFeature(row, context)
        labels.append(by_key[key])
    renderer.stopRender(context)
    assert labels == shown


@pytest.mark.parametrize("value", [101, 101.0, "101", "101.0", "101.00"])
def test_the_expression_for_a_class_gives_what_python_does(value):
    assert class_text(value) == "101"
    assert evaluated(class_expression("class_id"), class_id=value) == "101"


def evaluated(expression, **values):
    context = QgsExpressionContext()
    from qgis.core import QgsField, QgsFields
    from qgis.PyQt.QtCore import QVariant

    kinds = {int: QVariant.Int, float: QVariant.Double, str: QVariant.String}
    fields = QgsFields()
    for name, value in values.items():
        fields.append(QgsField(name, kinds[type(value)]))
    row = QgsFeature(fields)
    row.setAttributes(list(values.values()))
    context.setFeature(row)
    context.setFields(fields)
    parsed = QgsExpression(expression)
    assert not parsed.hasParserError(), parsed.parserErrorString()
    return parsed.evaluate(context)


def test_a_model_is_known_by_its_style_before_its_name():
    assert model_kind("forest_with_heights", "Something", "Buildings") is Kind.FOREST
    assert model_kind("", "🚗 Roads", "Of cars") is Kind.ROADS
    assert model_kind("", "Model 7", "Tree crowns") is Kind.CROWNS
    assert model_kind("", "", "") is Kind.GENERIC


def test_one_documented_class_alone_is_told_too(qgis_app):
    table = Table("x", "t", Family.POLYGONS, 1, class_field="class_id", classes=("103",))
    labels = [each.label() for each in table_renderer(table, Kind.BUILDINGS).categories()]
    assert labels == ["Industrial building", "Not classified"]


def test_forest_gets_darker_as_it_gets_higher(qgis_app):
    classes = ("10m-99m", "00m-04m", "04m-10m")
    table = Table("x", "t", Family.POLYGONS, 1, class_field="class_id", classes=classes)
    categories = table_renderer(table, Kind.FOREST).categories()[:3]
    assert [each.label() for each in categories] == ["Up to 4 m high", "4 to 10 m high", "Over 10 m high"]
    light = [each.symbol().color().lightnessF() for each in categories]
    assert light == sorted(light, reverse=True)
    assert len(set(light)) == 3


def test_a_map_tip_says_the_class_in_words(tmp_path):
    layer = layer_of_classes(tmp_path, ogr.OFTReal, [103.0, 7.0])
    table = Table(
        tmp_path, "t", Family.POINTS, 1, fields=("class_id",), class_field="class_id", classes=("103",)
    )
    told = []
    for row in layer.getFeatures():
        context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
        context.setFeature(row)
        told.append(QgsExpression.replaceExpressionText(map_tip(table, Kind.BUILDINGS), context))
    assert "<td>Industrial building</td>" in told[0]
    assert "<td>7</td>" in told[1], "a class without words is told by its code"


def looks(styles, object_type, class_id, geometry):
    """The names of the styles of tiles that draw an object, by QGIS's own expressions."""
    from qgis.core import QgsField, QgsFields, QgsGeometry
    from qgis.PyQt.QtCore import QVariant

    fields = QgsFields()
    for name in ("object_type", *CLASS_FIELDS, *HEIGHT_FIELDS):  # QGIS knows all that styles of tiles ask for
        fields.append(QgsField(name, QVariant.String))
    row = QgsFeature(fields)
    row.setAttributes([object_type, class_id])
    row.setGeometry(QgsGeometry.fromWkt(geometry))
    context = QgsExpressionContext()
    context.setFields(fields)
    context.setFeature(row)
    found = []
    for style in styles:
        expression = QgsExpression(style.filterExpression())
        is_type = style.geometryType() == row.geometry().type()
        if is_type and (not style.filterExpression() or expression.evaluate(context)):
            assert not expression.hasEvalError()
            found.append(style.styleName())
    return found


POLYGON, LINE, POINT = "Polygon ((0 0, 1 0, 1 1, 0 0))", "LineString (0 0, 1 1)", "Point (0 0)"


@pytest.mark.parametrize(
    ("model", "object_type", "class_id", "geometry", "name"),
    [
        ("[multi] Buildings + Roads + Forest", "buildings", "103", POLYGON, "Industrial building"),
        ("[multi] Buildings + Roads + Forest", "buildings", "7", POLYGON, "Other class"),
        ("[multi] Buildings + Roads + Forest", "sheds", None, POLYGON, "Objects"),
        ("[multi] Buildings + Roads + Forest", "roads", None, LINE, "Roads"),
        ("[multi] Buildings + Roads + Forest", "roads", None, POLYGON, "Roads"),
        ("[multi] Buildings + Roads + Forest", "forest", "04m-10m", POLYGON, "4 to 10 m high"),
        ("🌲 Forest and trees", "crown", None, POINT, "Tree crowns"),
        ("🌲 Forest and trees", "forest", None, POLYGON, "Forest"),
        ("Download Open Data", "waterbodies", None, POLYGON, "Water"),
        ("Download Open Data", "landuse", "residential", POLYGON, "Residential"),
        ("Download Open Data", "landuse", None, POLYGON, "Land use"),
        ("Download Open Data", "landuse", "nothing we know", POLYGON, "Other class"),
        ("Download Open Data", "streets", None, LINE, "Roads"),
        ("Download Open Data", "street trees", None, POLYGON, "Forest"),
        ("Streets", None, None, LINE, "Roads"),
        ("Something new", "swimming pools", None, POLYGON, "Swimming pools"),
        ("Something new", None, None, POLYGON, "Objects"),
        ("🏠 Buildings", None, "104", POLYGON, "Commercial building"),
        ("🏠 Buildings", "whatever", None, POLYGON, "Buildings"),
    ],
)
def test_each_object_of_tiles_has_the_one_look_of_its_type(
    qgis_app, model, object_type, class_id, geometry, name
):
    styles = tile_renderer(kind_of(model), kinds_within(model)).styles()
    assert looks(styles, object_type, class_id, geometry) == [name]


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind.words])
def test_tiles_tell_the_kind_of_a_type_as_files_do(qgis_app, kind):
    styles = tile_renderer(Kind.GENERIC, kinds_within("anything")).styles()
    for pattern in kind.words:
        word = pattern.split(")")[-1]  # without what must not stand before it
        told = kind_of(f"{word}s")
        assert looks(styles, f"{word.upper()}s", None, POLYGON) == [told.title]


@pytest.mark.parametrize("object_type", USUAL_TYPES)
def test_types_as_the_service_writes_them_are_told_in_tiles_as_in_files(qgis_app, object_type):
    styles = tile_renderer(Kind.GENERIC, kinds_within("anything"), "a").styles()
    told = kind_of(object_type)
    assert told is not Kind.GENERIC
    assert looks(styles, object_type, None, POLYGON) == [told.title]
    assert looks(styles, object_type.upper(), None, POLYGON) == [told.title]


@pytest.mark.parametrize("code", ["[% 2 + 2 %]", "<b>bold</b>", "&lt;b&gt;", "a\u202eb"])
def test_names_are_no_expressions_and_no_markup_in_legends(qgis_new_project, code):
    """QGIS puts what an expression results in into legends, where it finds one in a name."""
    (own,) = legend(Kind.GENERIC, [code])
    layer = QgsVectorLayer("Polygon?field=class_id:string", unmarked(f"{code} of a result"), "memory")
    symbol = QgsSymbol.defaultSymbol(layer.geometryType())
    categories = [QgsRendererCategory(code, symbol, own.title)]
    layer.setRenderer(QgsCategorizedSymbolRenderer("class_id", categories))
    project = QgsProject.instance()
    project.addMapLayer(layer)
    tree = QgsLayerTreeModel(project.layerTreeRoot())
    (node,) = tree.layerLegendNodes(project.layerTreeRoot().findLayer(layer))
    in_layout = " ".join(QgsLegendSettings().evaluateItemText(layer.name(), QgsExpressionContext()))
    letters = re.sub(r"[^\w+/;]", "", code)
    for shown in (node.evaluateLabel(), in_layout):
        assert re.sub(r"[^\w+/;]", "", shown).casefold().startswith(letters.casefold())
        assert not set(shown) & set("<>\u202e")
