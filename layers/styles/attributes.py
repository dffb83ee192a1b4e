"""What the service's attributes are called by people, and what their codes mean, without a change to the data."""

from __future__ import annotations

import enum

from qgis.core import QgsEditorWidgetSetup, QgsVectorLayer

from ...text.translation import translate
from ..tables import Table
from .classes import DOCUMENTED_FIELD, class_titles
from .kinds import Kind
from .renderers import table_kind

_KEY_VALUE = "ValueMap"


class Meaning(enum.Enum):
    """What a field tells of an object, as far as it matters to how it is written."""

    CLASS = "class"
    AREA = "area"  # m²
    HEIGHT = "height"  # m
    CONFIDENCE = "confidence"  # 0-1
    OTHER = "other"


_MEANINGS = {
    "area": Meaning.AREA,
    "height": Meaning.HEIGHT,
    "max_height": Meaning.HEIGHT,
    "confidence": Meaning.CONFIDENCE,
    "simplification_confidence_score": Meaning.CONFIDENCE,
}


def meaning_of(name: str) -> Meaning:
    """Return what a field tells, by its name."""
    return _MEANINGS.get(name, Meaning.OTHER)


def title_of(name: str) -> str:
    """Return what to call a field; one that is not known is called by its name."""
    titles = {
        "object_type": translate("Styles", "Objects"),
        "class_id": translate("Styles", "Class"),
        "area": translate("Styles", "Area"),
        "height": translate("Styles", "Height"),
        "max_height": translate("Styles", "Greatest height"),
        "confidence": translate("Styles", "Confidence"),
        "simplification_confidence_score": translate("Styles", "Confidence in the outline"),
        "shape_type": translate("Styles", "Shape"),
        "processing_date": translate("Styles", "Processed on"),
    }
    return titles.get(name, name)


def alias_of(name: str) -> str:
    """Return the heading of a column, with the unit of bare numbers; "" where the name itself is as good."""
    title = title_of(name)
    if title == name:
        return ""
    units = {Meaning.AREA: translate("Styles", "m²"), Meaning.HEIGHT: translate("Styles", "m")}
    unit = units.get(meaning_of(name))
    return f"{title} ({unit})" if unit else title


def explain_attributes(layer: QgsVectorLayer, table: Table, of_model: Kind) -> None:
    """Give a layer's fields headings in words, and its codes of classes the words they stand for."""
    fields = layer.fields()
    for index in range(fields.count()):
        alias = alias_of(fields.at(index).name())
        if alias:
            layer.setFieldAlias(index, alias)
    titles = class_titles(table_kind(table, of_model))
    index = fields.indexOf(DOCUMENTED_FIELD)
    if index < 0 or not set(titles) & set(table.classes):
        return
    others = [code for code in table.classes if code not in titles]
    words = [{title: code} for code, title in titles.items()] + [{code: code} for code in others]
    layer.setEditorWidgetSetup(index, QgsEditorWidgetSetup(_KEY_VALUE, {"map": words}))
