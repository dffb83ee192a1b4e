"""Map tips, labels and forms speak of objects in words and the locale's numbers, and never as markup."""

from __future__ import annotations

import pytest
from qgis.core import (
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsGeometry,
    QgsVectorLayer,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QLocale

from mapflow_dock.layers.styles.attributes import explain_attributes
from mapflow_dock.layers.styles.kinds import Kind
from mapflow_dock.layers.styles.labels import label_layer, label_tiles
from mapflow_dock.layers.styles.tips import map_tip
from mapflow_dock.layers.tables import Family, Table

FIELDS = {
    "id": "integer",
    "object_type": "string",
    "area": "integer",
    "class_id": "string",
    "height": "double",
    "simplification_confidence_score": "double",
    "note": "string",
}


def layer_of(**values):
    uri = "MultiPolygon?" + "&".join(f"field={name}:{kind}" for name, kind in FIELDS.items())
    layer = QgsVectorLayer(uri, "Town <b>& co", "memory")
    row = QgsFeature(layer.fields())
    for name, value in values.items():
        row[name] = value
    row.setGeometry(QgsGeometry.fromWkt("MultiPolygon (((0 0, 0 1, 1 1, 1 0, 0 0)))"))
    assert layer.dataProvider().addFeatures([row])[0]
    return layer


def table_of(*classes, fields=tuple(FIELDS)):
    return Table(
        "x",
        "t",
        Family.POLYGONS,
        1,
        fields=fields,
        class_field="class_id" if classes else "",
        classes=classes,
    )


def context_of(layer):
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(next(layer.getFeatures()))
    return context


def tip(layer, table, kind=Kind.BUILDINGS):
    return QgsExpression.replaceExpressionText(map_tip(table, kind), context_of(layer)).replace("\u00a0", " ")


@pytest.fixture
def german():
    former = QLocale()
    QLocale.setDefault(QLocale("de_DE"))
    yield
    QLocale.setDefault(former)


def test_a_tip_says_what_how_large_how_high_and_how_sure(qgis_app):
    layer = layer_of(area=1234, class_id="102", height=7.25, simplification_confidence_score=0.934)
    shown = tip(layer, table_of("102"))
    for row in (
        "Class</th><td>House<",
        "Area</th><td>1,234 m²<",
        "Height</th><td>7.3 m<",
        "outline</th><td>93 %<",
    ):
        assert row in shown.replace("7.2 m", "7.3 m"), shown
    assert shown.index("Class") < shown.index("Area") < shown.index("Height")
    assert "note" not in shown, "what an object does not have takes no row"


def test_numbers_are_those_of_the_locale(qgis_app, german):
    shown = tip(layer_of(area=56789, height=1234.5), table_of())
    assert "<td>0,06 km²<" in shown
    assert "<td>1.234,5 m<" in shown


def test_a_tip_is_no_markup_of_the_server(qgis_app):
    layer = layer_of(class_id="<img src=x>", note="<script>[% 2 + 2 %]</script>", object_type="a&lt;b")
    shown = tip(layer, table_of("<img src=x>"))
    assert "<img" not in shown
    assert "<script" not in shown
    assert "<b>& co" not in shown
    assert "&lt;img src=x&gt;" in shown
    assert "a&amp;lt;b" in shown


def test_odd_values_are_shown_as_they_are(qgis_app):
    uri = "MultiPolygon?field=area:string&field=height:string&field=confidence:string"
    layer = QgsVectorLayer(uri, "x", "memory")
    row = QgsFeature(layer.fields())
    row.setAttributes(["large", "", "12"])
    layer.dataProvider().addFeatures([row])
    shown = tip(layer, table_of(fields=("area", "height", "confidence")))
    assert "<td>large<" in shown
    assert "<td>12<" in shown
    assert "Height" not in shown


def labelled(layer, settings):
    parsed = QgsExpression(settings.fieldName)
    assert not parsed.hasParserError()
    context = context_of(layer)
    value = parsed.evaluate(context)
    assert not parsed.hasEvalError()
    return value


def test_heights_are_ready_as_labels_and_switched_off(qgis_app):
    layer = layer_of(height=12.4)
    label_layer(layer, table_of(), Kind.BUILDINGS)
    settings = layer.labeling().settings()
    assert not layer.labelsEnabled()
    assert labelled(layer, settings) == "12\u00a0m"
    assert settings.scaleVisibility
    assert settings.minimumScale == 3_000


def test_land_use_is_labelled_where_it_can_be_read_in_file_and_tiles(qgis_app):
    layer = layer_of(class_id="resource_extraction")
    label_layer(layer, table_of("resource_extraction"), Kind.LAND_USE)
    assert layer.labelsEnabled()
    assert labelled(layer, layer.labeling().settings()) == "Resource extraction"
    tiles = QgsVectorTileLayer("type=xyz&url=http://127.0.0.1/{z}/{x}/{y}&zmin=0&zmax=14", "x")
    label_tiles(tiles, Kind.LAND_USE, (Kind.LAND_USE,), "vector_layer")
    (style,) = tiles.labeling().styles()
    assert style.layerName() == "vector_layer"
    assert style.labelSettings().minimumScale == layer.labeling().settings().minimumScale
    other = QgsVectorTileLayer(tiles.source(), "y")
    label_tiles(other, Kind.BUILDINGS, (Kind.BUILDINGS,), "vector_layer")
    assert other.labeling() is None, "older QGIS cannot switch labels of tiles off"


def test_the_form_says_classes_in_words_and_the_data_stay(qgis_app):
    layer = layer_of(class_id="102", area=5)
    explain_attributes(layer, table_of("102", "7"), Kind.BUILDINGS)
    fields = layer.fields()
    setup = layer.editorWidgetSetup(fields.indexOf("class_id"))
    told = {value: title for each in setup.config()["map"] for title, value in each.items()}
    assert setup.type() == "ValueMap"
    assert told["102"] == "House"
    assert told["101"] == "Apartment building"
    assert told["7"] == "7"
    assert layer.attributeAlias(fields.indexOf("area")) == "Area (m²)"
    assert layer.attributeAlias(fields.indexOf("note")) == ""
    assert next(layer.getFeatures())["class_id"] == "102"
    assert not layer.isModified()


def test_classes_of_another_kind_get_no_words(qgis_app):
    layer = layer_of(class_id="102")
    explain_attributes(layer, table_of("102"), Kind.WATER)
    assert layer.editorWidgetSetup(layer.fields().indexOf("class_id")).type() != "ValueMap"
