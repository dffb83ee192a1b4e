"""How results look: by what is found and by class, from `styles/*.qml`, on imagery and on light maps alike."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFeatureRenderer,
    QgsFillSymbolLayer,
    QgsReadWriteContext,
    QgsRendererCategory,
    QgsSingleSymbolRenderer,
    QgsSymbol,
    QgsVectorTileBasicRenderer,
    QgsVectorTileBasicRendererStyle,
    QgsWkbTypes,
)
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtXml import QDomDocument

from ...text.translation import translate
from ..tables import Family, Table
from .classes import TILE_CLASS_FIELD, class_expression, class_titles, legend
from .kinds import Kind, kind_of, kinds_before

STYLES = Path(__file__).parent
_MOST_TIPS = 10
_PLAIN_FIELD = re.compile(r"[\w .:-]{1,40}")
_GEOMETRY = {
    Family.POLYGONS: QgsWkbTypes.GeometryType.PolygonGeometry,
    Family.LINES: QgsWkbTypes.GeometryType.LineGeometry,
    Family.POINTS: QgsWkbTypes.GeometryType.PointGeometry,
}
_OF_GEOMETRY = {  # or QGIS puts markers and lines on polygons, too
    Family.LINES: "geometry_type($geometry) = 'Line'",
    Family.POINTS: "geometry_type($geometry) = 'Point'",
}
_TYPE_IN_TILES = "lower(coalesce(to_string(\"object_type\"), ''))"


def table_kind(table: Table, of_model: Kind) -> Kind:
    """Return what a table's objects are: as their type says, or else as the model does."""
    by_type = kind_of(table.object_type)
    return by_type if by_type is not Kind.GENERIC or table.is_one_of_types else of_model


def base_symbol(kind: Kind, family: Family) -> QgsSymbol:
    """Return the symbol of such objects, a new one each time."""
    return coloured(_symbol_in(STYLES / f"{family.value}.qml"), kind.colour)


def coloured(symbol: QgsSymbol, colour: str) -> QgsSymbol:
    """Return a copy of a symbol in another colour; its casing and its translucence stay."""
    copy = symbol.clone()
    top = copy.symbolLayer(copy.symbolLayerCount() - 1)
    if isinstance(top, QgsFillSymbolLayer):
        fill = QColor(colour)
        fill.setAlpha(top.fillColor().alpha())
        top.setFillColor(fill)
        top.setStrokeColor(QColor(colour))
    else:
        top.setColor(QColor(colour))
    return copy


def table_renderer(table: Table, of_model: Kind) -> QgsFeatureRenderer:
    """Return the renderer of a downloaded table: a category for each class, where classes tell the objects apart."""
    kind = table_kind(table, of_model)
    symbol = base_symbol(kind, table.family or Family.POLYGONS)
    if len(table.classes) < 2 and not set(table.classes) & set(class_titles(kind)):
        return QgsSingleSymbolRenderer(symbol)
    categories = [
        QgsRendererCategory(each.value, coloured(symbol, each.colour), each.title)
        for each in legend(kind, table.classes)
    ]
    categories.append(QgsRendererCategory(None, symbol, translate("Styles", "Not classified")))
    return QgsCategorizedSymbolRenderer(class_expression(table.class_field), categories)


def tile_renderer(of_model: Kind, within: Iterable[Kind] = ()) -> QgsVectorTileBasicRenderer:
    """Return the renderer of a result's tiles, which cannot be asked beforehand for their layers, types and classes.

    Objects whose type tells one of the kinds `within` look like that kind, all others as those of the model.
    """
    kinds = [kind for kind in dict.fromkeys(within) if kind.words]
    told = " OR ".join(_is_of(kind) for kind in kinds)
    styles = []
    if kinds != [of_model]:
        styles = _tile_styles(of_model, f"NOT ({told})" if told else "")
        for kind in kinds:
            styles += _tile_styles(kind, _is_of(kind))
    else:
        styles = _tile_styles(of_model, "")
    renderer = QgsVectorTileBasicRenderer()
    renderer.setStyles(styles)
    return renderer


def _is_of(kind: Kind) -> str:
    """Return the expression that holds for tiles' objects whose type tells that kind, as `kind_of` does."""
    own = "|".join(kind.words)
    before = "|".join(word for other in kinds_before(kind) for word in other.words)
    is_not_before = f" AND NOT regexp_match({_TYPE_IN_TILES}, '{before}')" if before else ""
    return f"(regexp_match({_TYPE_IN_TILES}, '{own}'){is_not_before})"


def _tile_styles(kind: Kind, condition: str) -> list[QgsVectorTileBasicRendererStyle]:
    """Return the styles of objects of one kind: of polygons, one for each documented class besides."""
    styles = []
    classes = legend(kind, class_titles(kind))
    code = class_expression(TILE_CLASS_FIELD)
    known = ", ".join(f"'{each.value}'" for each in classes)
    of_no_class = f"coalesce({code}, '') NOT IN ({known})" if classes else ""
    for family, geometry in _GEOMETRY.items():
        symbol = base_symbol(kind, family)
        if family is not Family.POLYGONS:
            styles.append(_tile_style(kind.title, geometry, symbol, _both(_OF_GEOMETRY[family], condition)))
            continue
        styles.append(_tile_style(kind.title, geometry, symbol, _both(of_no_class, condition)))
        for each in classes:
            of_class = _both(f"{code} = '{each.value}'", condition)
            styles.append(_tile_style(each.title, geometry, coloured(symbol, each.colour), of_class))
    return styles


def _both(one: str, other: str) -> str:
    return f"{one} AND ({other})" if one and other else one or other


def style_document(renderer: QgsFeatureRenderer, map_tip: str) -> str:
    """Return a QML document of a renderer and a map tip; made of values only, so for any thread."""
    document = QDomDocument("qgis")
    root = document.createElement("qgis")
    root.setAttribute("styleCategories", "Symbology|MapTips")
    document.appendChild(root)
    root.appendChild(renderer.save(document, QgsReadWriteContext()))
    tip = document.createElement("mapTip")
    tip.appendChild(document.createTextNode(map_tip))
    root.appendChild(tip)
    return str(document.toString())


def map_tip(table: Table, of_model: Kind) -> str:
    """Return a small table of the object's attributes, its class in words; what comes from a server is escaped."""
    plain = [name for name in table.fields if _PLAIN_FIELD.fullmatch(name)]
    titles = class_titles(table_kind(table, of_model))
    rows = "".join(
        f"<tr><th align='left'>{html.escape(name)}</th><td>[% {escaped(_text_of(name))} %]"
        f"{_title_of(name, titles) if name == table.class_field else ''}</td></tr>"
        for name in plain[:_MOST_TIPS]
    )
    return f"<b>[% {escaped('@layer_name')} %]</b><table>{rows}</table>"


def _text_of(field: str) -> str:
    return f"left(coalesce(to_string(\"{field}\"), ''), 120)"


def _title_of(field: str, titles: Mapping[str, str]) -> str:
    """Return what puts the title of a documented class behind its code."""
    if not titles:
        return ""
    code = class_expression(field)
    cases = " ".join(
        f"WHEN {code} = {_quoted(value)} THEN {_quoted(f' ({title})')}" for value, title in titles.items()
    )
    title = f"CASE {cases} ELSE '' END"
    return f"[% {escaped(title)} %]"


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def escaped(expression: str) -> str:
    """Return the expression of a text that HTML shows as it is."""
    return f"replace(replace(replace({expression}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')"


def _tile_style(
    name: str, geometry: QgsWkbTypes.GeometryType, symbol: QgsSymbol, expression: str
) -> QgsVectorTileBasicRendererStyle:
    style = QgsVectorTileBasicRendererStyle(name, "", geometry)  # no layer name: those of any layer
    style.setSymbol(symbol.clone())
    style.setFilterExpression(expression)
    return style


def _symbol_in(path: Path) -> QgsSymbol:
    document = QDomDocument()
    document.setContent(path.read_text(encoding="utf-8"))
    element = document.documentElement().firstChildElement("renderer-v2")
    renderer = QgsFeatureRenderer.load(element, QgsReadWriteContext())
    symbol: QgsSymbol = renderer.symbol().clone()  # type: ignore[attr-defined]  # the styles have one symbol
    return symbol
