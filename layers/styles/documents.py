"""Styles as QML documents, as QGIS keeps them in files."""

from __future__ import annotations

from qgis.core import QgsFeatureRenderer, QgsReadWriteContext
from qgis.PyQt.QtXml import QDomDocument


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
