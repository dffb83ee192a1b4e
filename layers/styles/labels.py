"""Labels of results: the categories of land use, which a map is read by; heights and classes for whoever wants them.

Where labels would clutter a map they are prepared and switched off: one click in QGIS shows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Optional

from qgis.core import (
    QgsPalLayerSettings,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsUnitTypes,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
    QgsVectorTileBasicLabeling,
    QgsVectorTileBasicLabelingStyle,
    QgsVectorTileLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtGui import QColor

from ...text.translation import translate
from ..tables import Table
from .groups import (
    HEIGHT_FIELDS,
    class_fields,
    class_groups,
    code_expression,
    height_expression,
    height_ranges,
    quoted,
)
from .kinds import Kind
from .renderers import height_fields, table_kind
from .tiles import USUAL_LAYER, is_of

_SIZE_PT, _HALO_MM = 8.0, 0.8
_INK, _HALO = QColor(30, 30, 40), QColor(255, 255, 255, 220)
_LAND_USE_SCALE, _CLASS_SCALE, _HEIGHT_SCALE = 50_000, 10_000, 3_000
_LONGEST = 40


@dataclass(frozen=True)
class Label:
    """What stands on an object, as a QGIS expression, on maps of 1:`scale` and larger; `is_shown` from the start."""

    expression: str
    scale: int
    is_shown: bool = False


def label_of(
    kind: Kind, heights: Sequence[str], class_field: str = "", numbers: Sequence[str] = ()
) -> Optional[Label]:
    """Return the label of a kind's objects that have these fields for heights; None where nothing is worth one."""
    groups = class_groups(kind)
    fields = (class_field,) if class_field else class_fields(kind)
    if kind is Kind.LAND_USE:
        words = f"replace({code_expression(fields)}, '_', ' ')"
        return Label(
            f"left(upper(left({words}, 1)) || substr({words}, 2), {_LONGEST})", _LAND_USE_SCALE, True
        )
    if heights and height_ranges(kind):
        unit = quoted("\u00a0" + translate("Styles", "m"))
        return Label(f"format_number({height_expression(heights, numbers)}, 0) || {unit}", _HEIGHT_SCALE)
    if groups:
        code = code_expression(fields)
        cases = " ".join(f"WHEN {group.expression(code)} THEN {quoted(group.title)}" for group in groups)
        return Label(f"CASE {cases} END", _CLASS_SCALE)
    return None


def label_layer(layer: QgsVectorLayer, table: Table, of_model: Kind) -> None:
    """Give a downloaded table its labels."""
    kind = table_kind(table, of_model)
    heights = height_fields(table.fields)
    label = label_of(kind, heights, table.class_field, table.numbers)
    if label is None or not (table.class_field or heights):
        return
    layer.setLabeling(QgsVectorLayerSimpleLabeling(_settings(label)))
    layer.setLabelsEnabled(label.is_shown)


def label_tiles(
    layer: QgsVectorTileLayer, of_model: Kind, within: Sequence[Kind], layer_name: str = ""
) -> None:
    """Give tiles the labels that are shown from the start: in older QGIS those of tiles cannot be switched off."""
    styles = []
    for kind in dict.fromkeys((of_model, *within)):
        label = label_of(kind, HEIGHT_FIELDS)
        if label is None or not label.is_shown:
            continue
        style = QgsVectorTileBasicLabelingStyle()
        style.setStyleName(kind.title)
        style.setGeometryType(QgsWkbTypes.GeometryType.PolygonGeometry)
        style.setLabelSettings(_settings(label))
        others = [other for other in within if other is not of_model]
        style.setFilterExpression(is_of(kind) if others else "")
        styles.append(style)
    if styles:
        layer.setLabeling(labels_for(styles, layer_name))


def labels_for(
    styles: Iterable[QgsVectorTileBasicLabelingStyle], layer_name: str
) -> QgsVectorTileBasicLabeling:
    """Return the labels of the tiles' layer of that name, "" where it is not known.

    QGIS reads no attributes for labels of any layer.
    """
    named = []
    for style in styles:
        own = QgsVectorTileBasicLabelingStyle(style)
        own.setLayerName(layer_name or USUAL_LAYER)
        named.append(own)
    labeling = QgsVectorTileBasicLabeling()
    labeling.setStyles(named)
    return labeling


def _settings(label: Label) -> QgsPalLayerSettings:
    halo = QgsTextBufferSettings()
    halo.setEnabled(True)
    halo.setSize(_HALO_MM)
    halo.setColor(_HALO)
    text = QgsTextFormat()
    text.setSize(_SIZE_PT)
    text.setSizeUnit(QgsUnitTypes.RenderUnit.RenderPoints)  # type: ignore[attr-defined]  # the stubs lack it
    text.setColor(_INK)
    text.setBuffer(halo)
    settings = QgsPalLayerSettings()
    settings.setFormat(text)
    settings.fieldName = label.expression
    settings.isExpression = True
    settings.placement = QgsPalLayerSettings.Placement.Horizontal
    settings.scaleVisibility = True
    settings.minimumScale = label.scale
    settings.maximumScale = 0
    return settings
