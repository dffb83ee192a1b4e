"""The symbols results are drawn with, from `styles/*.qml`: seen on imagery and on light maps, thinner from afar.

The templates depend on the map's scale: beyond 1:6,000 polygons lose their dark casing and are filled more densely,
beyond 1:20,000 their outlines, too, so that a town's buildings stay buildings.
"""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsFeatureRenderer, QgsFillSymbolLayer, QgsReadWriteContext, QgsSymbol
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtXml import QDomDocument

from ..tables import Family
from .kinds import Kind

STYLES = Path(__file__).parent


def base_symbol(kind: Kind, family: Family) -> QgsSymbol:
    """Return the symbol of such objects, a new one each time."""
    return coloured(template(family), kind.colour)


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


def template(family: Family) -> QgsSymbol:
    """Return the symbol that all objects of such geometries are drawn with, in no colour of theirs yet."""
    document = QDomDocument()
    document.setContent((STYLES / f"{family.value}.qml").read_text(encoding="utf-8"))
    element = document.documentElement().firstChildElement("renderer-v2")
    renderer = QgsFeatureRenderer.load(element, QgsReadWriteContext())
    symbol: QgsSymbol = renderer.symbol().clone()  # type: ignore[attr-defined]  # the styles have one symbol
    return symbol
