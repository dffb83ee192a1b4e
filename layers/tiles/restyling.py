"""The look of a result's file carried over to its tiles, and back: what the user has made of it stays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Optional

from qgis.core import (
    QgsExpression,
    QgsFeatureRenderer,
    QgsPalLayerSettings,
    QgsRuleBasedRenderer,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
    QgsVectorTileBasicLabelingStyle,
    QgsVectorTileBasicRendererStyle,
    QgsVectorTileLayer,
    QgsWkbTypes,
)

from ..styles.groups import field_expression, quoted
from ..styles.labels import labels_for
from ..styles.tiles import drawn_styles, layer_name_of, renderer_of

if TYPE_CHECKING:
    from collections.abc import Sequence

TYPE_FIELD = "object_type"
_GEOMETRY_NAMES = {
    QgsWkbTypes.GeometryType.PolygonGeometry: "Polygon",
    QgsWkbTypes.GeometryType.LineGeometry: "Line",
    QgsWkbTypes.GeometryType.PointGeometry: "Point",
}


def look_like_files(tiles: QgsVectorTileLayer, files: Sequence[tuple[QgsVectorLayer, str]]) -> bool:
    """Let tiles look like the layers of the file; each comes with the type of its objects, "" for any.

    False where one of the layers is drawn in a way that tiles cannot be.
    """
    styles: list[QgsVectorTileBasicRendererStyle] = []
    labels: list[QgsVectorTileBasicLabelingStyle] = []
    for layer, object_type in files:
        rules = _rules_of(layer.renderer(), layer)
        if rules is None:
            return False
        within = _both(_of_geometry(layer), _of_type(object_type))
        root = rules.rootRule()
        for rule, condition in _leaves(root, "") if root is not None else ():
            if rule.symbol() is None:
                continue
            style = QgsVectorTileBasicRendererStyle(rule.label(), "", layer.geometryType())
            style.setSymbol(rule.symbol().clone())
            style.setFilterExpression(_both(within, condition))
            style.setEnabled(rule.active())
            styles.append(style)
        labels += _labels_of(layer, within)
    layer_name = layer_name_of(tiles)
    tiles.setRenderer(renderer_of(styles, layer_name))
    if labels:
        tiles.setLabeling(labels_for(labels, layer_name))
    return True


def look_like_tiles(layer: QgsVectorLayer, tiles: QgsVectorTileLayer) -> bool:
    """Let a layer of the file look like its tiles; False where these are drawn in a way of their own."""
    root = QgsRuleBasedRenderer.Rule(None)
    for style in drawn_styles(tiles):
        if style.geometryType() != layer.geometryType() or style.symbol() is None:
            continue
        rule = QgsRuleBasedRenderer.Rule(style.symbol().clone())
        rule.setLabel(style.styleName())
        rule.setFilterExpression(_without_missing(style.filterExpression(), layer))
        rule.setActive(style.isEnabled())
        root.appendChild(rule)
    if not root.children():
        return False
    layer.setRenderer(QgsRuleBasedRenderer(root))
    return True


def _without_missing(condition: str, layer: QgsVectorLayer) -> str:
    """Return a condition in which attributes that a layer does not have are null, as they are in tiles.

    A layer without the attribute would draw nothing where a rule asks for it.
    """
    known = set(layer.fields().names())
    for name in QgsExpression(condition).referencedColumns() - known:
        condition = condition.replace(field_expression(name), "NULL")
    return condition


def geometry_name(layer: QgsVectorLayer) -> str:
    """What QGIS's expressions call the geometry of a layer; "" for one without."""
    return _GEOMETRY_NAMES.get(layer.geometryType(), "")


def _rules_of(
    renderer: Optional[QgsFeatureRenderer], layer: QgsVectorLayer
) -> Optional[QgsRuleBasedRenderer]:
    if renderer is None:
        return None
    if isinstance(renderer, QgsRuleBasedRenderer):
        return renderer
    try:
        return QgsRuleBasedRenderer.convertFromRenderer(renderer, layer)
    except TypeError:  # QGIS before 3.24 asks for the renderer alone
        return QgsRuleBasedRenderer.convertFromRenderer(renderer)


def _leaves(
    parent: QgsRuleBasedRenderer.Rule, condition: str
) -> Iterator[tuple[QgsRuleBasedRenderer.Rule, str]]:
    """Return each rule within `parent` that draws, with all it asks for; a rule for the rest asks for no other."""
    told = [each.filterExpression() for each in parent.children() if not each.isElse() and each.active()]
    for rule in parent.children():
        if rule.isElse():
            own = " AND ".join(f"NOT coalesce(({each}), false)" for each in told if each)
        else:
            own = rule.filterExpression()
        whole = _both(condition, own)
        yield rule, whole
        yield from _leaves(rule, whole)


def _labels_of(layer: QgsVectorLayer, within: str) -> list[QgsVectorTileBasicLabelingStyle]:
    labeling = layer.labeling() if layer.labelsEnabled() else None
    if not isinstance(labeling, QgsVectorLayerSimpleLabeling):
        return []
    style = QgsVectorTileBasicLabelingStyle()
    style.setStyleName(layer.name())
    style.setGeometryType(layer.geometryType())
    style.setLabelSettings(QgsPalLayerSettings(labeling.settings()))
    style.setFilterExpression(within)
    return [style]


def _of_geometry(layer: QgsVectorLayer) -> str:
    """QGIS would put the symbols of one geometry on objects of another."""
    name = geometry_name(layer)
    return f"geometry_type($geometry) = '{name}'" if name else ""


def _of_type(object_type: str) -> str:
    return f"{field_expression(TYPE_FIELD)} = {quoted(object_type)}" if object_type else ""


def _both(one: str, other: str) -> str:
    return f"({one}) AND ({other})" if one and other else one or other
