"""How results look: a symbol for what the model finds, from the .qml files beside this one, a colour for each class."""

from __future__ import annotations

import enum
import html
import re
from collections.abc import Mapping, Sequence
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

STYLES = Path(__file__).parent
# neighbours in a legend differ in hue; each is visible on leaves, soil, asphalt and white paper
CLASS_COLOURS = (
    "#ff8c1a",
    "#e6399b",
    "#2f9bff",
    "#ffd21f",
    "#9b5de5",
    "#20c997",
    "#ff5a4f",
    "#7fd12e",
    "#19c8ff",
    "#c98a4b",
    "#b8bcc4",
    "#4c6ef5",
)


class Kind(enum.Enum):
    """What a model finds, judged by its name; the value is the name of the style of its polygons."""

    BUILDINGS = "buildings"
    CONSTRUCTION = "construction"
    FOREST = "forest"
    ROADS = "roads"
    GENERIC = "generic"

    @property
    def title(self) -> str:
        """What to call such objects in a legend."""
        return {
            Kind.BUILDINGS: translate("Styles", "Buildings"),
            Kind.CONSTRUCTION: translate("Styles", "Construction sites"),
            Kind.FOREST: translate("Styles", "Forest"),
            Kind.ROADS: translate("Styles", "Roads"),
            Kind.GENERIC: translate("Styles", "Objects"),
        }[self]

    @property
    def colour(self) -> str:
        """The colour of its lines and points, the same as that of its polygons."""
        return {
            Kind.BUILDINGS: "#ff8c1a",
            Kind.CONSTRUCTION: "#ffd21f",
            Kind.FOREST: "#7fd12e",
            Kind.ROADS: "#cf6bff",
            Kind.GENERIC: "#19c8ff",
        }[self]


_MOST_TIPS = 10
_PLAIN_FIELD = re.compile(r"[\w .:-]{1,40}")
_WORDS = (
    (Kind.CONSTRUCTION, ("construction",)),  # before buildings, which its description mentions
    (Kind.BUILDINGS, ("building", "roof", "house")),
    (Kind.FOREST, ("forest", "tree", "vegetation", "wood")),
    (Kind.ROADS, ("road", "street")),
)
_GEOMETRY = {
    Family.POLYGONS: QgsWkbTypes.GeometryType.PolygonGeometry,
    Family.LINES: QgsWkbTypes.GeometryType.LineGeometry,
    Family.POINTS: QgsWkbTypes.GeometryType.PointGeometry,
}
_OF_GEOMETRY = {
    Family.LINES: "geometry_type($geometry) = 'Line'",
    Family.POINTS: "geometry_type($geometry) = 'Point'",
}


def kind_of(model_name: str) -> Kind:
    """Return what a model finds, by its name."""
    name = model_name.lower()
    return next((kind for kind, words in _WORDS if any(word in name for word in words)), Kind.GENERIC)


def class_titles(kind: Kind) -> Mapping[str, str]:
    """Return the titles of the classes the service is known to give, by their codes."""
    if kind is not Kind.BUILDINGS:
        return {}
    return {
        "101": translate("Styles", "Apartment building"),
        "102": translate("Styles", "House"),
        "103": translate("Styles", "Commercial building"),
        "104": translate("Styles", "Industrial building"),
        "105": translate("Styles", "Other building"),
    }


def base_symbol(kind: Kind, family: Family) -> QgsSymbol:
    """Return the symbol of such objects, a new one each time."""
    if family is Family.POLYGONS:
        return _symbol_in(STYLES / f"{kind.value}.qml")
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


def table_renderer(table: Table, kind: Kind) -> QgsFeatureRenderer:
    """Return the renderer of a downloaded table: a category for each class where there are several."""
    symbol = base_symbol(kind, table.family or Family.POLYGONS)
    if len(table.classes) < 2:
        return QgsSingleSymbolRenderer(symbol)
    categories = [
        QgsRendererCategory(value, coloured(symbol, colour), title)
        for value, title, colour in _legend(kind, table.classes)
    ]
    categories.append(QgsRendererCategory(None, symbol, translate("Styles", "Not classified")))
    return QgsCategorizedSymbolRenderer(f'to_string("{table.class_field}")', categories)


def tile_renderer(kind: Kind) -> QgsVectorTileBasicRenderer:
    """Return the renderer of a result's tiles; their layers, types and classes are not known beforehand."""
    styles = []
    titles = class_titles(kind)
    known = ", ".join(f"'{value}'" for value in titles)
    of_no_class = f"coalesce(to_string(\"class_id\"), '') NOT IN ({known})" if titles else ""
    for family, geometry in _GEOMETRY.items():
        symbol = base_symbol(kind, family)
        if family is not Family.POLYGONS:
            # QGIS would draw markers and lines on polygons otherwise
            styles.append(_tile_style(kind.title, geometry, symbol, _OF_GEOMETRY[family]))
            continue
        styles.append(_tile_style(kind.title, geometry, symbol, of_no_class))
        for value, title, colour in _legend(kind, list(titles)):
            of_class = f"to_string(\"class_id\") = '{value}'"
            styles.append(_tile_style(title, geometry, coloured(symbol, colour), of_class))
    renderer = QgsVectorTileBasicRenderer()
    renderer.setStyles(styles)
    return renderer


def style_document(renderer: QgsFeatureRenderer, map_tip: str) -> str:
    """Return a QML document of a renderer and a map tip; may run in any thread."""
    document = QDomDocument("qgis")
    root = document.createElement("qgis")
    root.setAttribute("styleCategories", "Symbology|MapTips")
    document.appendChild(root)
    root.appendChild(renderer.save(document, QgsReadWriteContext()))
    tip = document.createElement("mapTip")
    tip.appendChild(document.createTextNode(map_tip))
    root.appendChild(tip)
    return str(document.toString())


def map_tip(fields: Sequence[str]) -> str:
    """Return a small table of the object's attributes; names and values are escaped, for they come from a server."""
    plain = [name for name in fields if _PLAIN_FIELD.fullmatch(name)]
    rows = "".join(
        f"<tr><th align='left'>{html.escape(name)}</th><td>[% {_escaped(_text_of(name))} %]</td></tr>"
        for name in plain[:_MOST_TIPS]
    )
    return f"<b>[% {_escaped('@layer_name')} %]</b><table>{rows}</table>"


def _text_of(field: str) -> str:
    return f"left(coalesce(to_string(\"{field}\"), ''), 120)"


def _escaped(expression: str) -> str:
    return f"replace(replace(replace({expression}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')"


def _legend(kind: Kind, classes: Sequence[str]) -> list[tuple[str, str, str]]:
    """Return value, title and colour of each class; the service's codes have the same colour in every result."""
    titles = class_titles(kind)
    order = [*titles, *sorted(value for value in classes if value not in titles)]
    return [
        (value, titles.get(value, _sentence_case(value)), CLASS_COLOURS[index % len(CLASS_COLOURS)])
        for index, value in enumerate(order)
        if value in classes
    ]


def _sentence_case(value: str) -> str:
    text = value.replace("_", " ").strip()
    return text[:1].upper() + text[1:60]


def _tile_style(
    name: str, geometry: QgsWkbTypes.GeometryType, symbol: QgsSymbol, expression: str
) -> QgsVectorTileBasicRendererStyle:
    style = QgsVectorTileBasicRendererStyle(name, "", geometry)  # an empty layer name means every layer
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
