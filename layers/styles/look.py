"""What a layer looks like, in short, so that looks can be compared."""

from __future__ import annotations

import hashlib
from typing import Any

from qgis.core import QgsFeatureRenderer, QgsMapLayer, QgsReadWriteContext, QgsVectorLayer
from qgis.PyQt.QtXml import QDomDocument, QDomElement, QDomNode

from .documents import style_document

_STYLE = QgsMapLayer.StyleCategory
_OF_A_LOOK: Any = _STYLE.Symbology | _STYLE.Labeling  # what tiles have, too
_OF_NO_LOOK = frozenset({"version", "id"})  # attributes that are others each time


def look_of(layer: QgsMapLayer, categories: QgsMapLayer.StyleCategory = _OF_A_LOOK) -> str:
    """Return the same text for layers that look the same, be it in symbols and labels, or in what is asked for."""
    document = QDomDocument()
    layer.exportNamedStyle(document, QgsReadWriteContext(), categories)
    words: list[str] = []
    _spell(document.documentElement(), words)
    return hashlib.sha256("\n".join(words).encode("utf-8", "replace")).hexdigest()[:32]


def is_drawn_by(layer: QgsVectorLayer, renderer: QgsFeatureRenderer) -> bool:
    """Whether a layer's symbols are those of `renderer`, written to a file and read from it."""
    document = QDomDocument()
    document.setContent(style_document(renderer, ""))
    element = document.documentElement().firstChildElement("renderer-v2")
    twin = layer.clone()
    twin.setRenderer(QgsFeatureRenderer.load(element, QgsReadWriteContext()))
    return look_of(layer, _STYLE.Symbology) == look_of(twin, _STYLE.Symbology)


def _spell(element: QDomElement, words: list[str]) -> None:
    """Write an element in one way only: Qt puts the attributes in any order."""
    attributes = element.attributes()
    pairs = []
    for index in range(attributes.count()):
        attribute = attributes.item(index).toAttr()
        if attribute.name() not in _OF_NO_LOOK:
            pairs.append(f"{attribute.name()}={attribute.value()}")
    words.append(f"<{element.tagName()} {' '.join(sorted(pairs))}")
    child: Any = element.firstChild()
    while not child.isNull():
        if child.isElement():
            _spell(child.toElement(), words)
        elif child.nodeType() == QDomNode.NodeType.TextNode:
            words.append(child.nodeValue())
        child = child.nextSibling()
    words.append(">")
