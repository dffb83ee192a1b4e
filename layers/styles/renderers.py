"""How downloaded results look: by what is found, by class, and by height. No object is left undrawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFeatureRenderer,
    QgsRendererCategory,
    QgsRuleBasedRenderer,
    QgsSingleSymbolRenderer,
    QgsSymbol,
)

from ...text.translation import translate
from ..tables import Family, Table
from .classes import MOST_IN_LEGEND, class_expression, legend
from .groups import (
    HEIGHT_FIELDS,
    ClassGroup,
    HeightRange,
    class_fields,
    class_groups,
    group_of,
    height_expression,
    height_ranges,
    other_group,
)
from .kinds import Kind, kind_of
from .symbols import base_symbol, coloured


def table_kind(table: Table, of_model: Kind) -> Kind:
    """Return what a table's objects are: as their type says, or else as the model does."""
    by_type = kind_of(table.object_type)
    return by_type if by_type is not Kind.GENERIC or table.is_one_of_types else of_model


def table_renderer(table: Table, of_model: Kind) -> QgsFeatureRenderer:
    """Return the renderer of a downloaded table: by its classes where these tell the objects apart, or by heights."""
    kind = table_kind(table, of_model)
    symbol = base_symbol(kind, table.family or Family.POLYGONS)
    groups = known_groups(table, kind)
    heights = height_fields(table.fields)
    if groups:
        return _by_class(table, symbol, _group_categories(table.classes, groups, symbol))
    if heights and height_ranges(kind):
        return _by_height(height_ranges(kind), height_expression(heights, table.numbers), symbol)
    if 2 <= len(table.classes) <= MOST_IN_LEGEND:
        return _by_class(table, symbol, _value_categories(kind, table.classes, symbol))
    return QgsSingleSymbolRenderer(symbol)


def known_groups(table: Table, kind: Kind) -> tuple[ClassGroup, ...]:
    """Return the groups that a table's objects are told apart by; none where its classes are no such."""
    groups = class_groups(kind)
    if not groups or not any(table.classes) or table.class_field not in class_fields(kind):
        return ()
    is_documented = any(group.codes for group in groups)
    return groups if is_documented or any(group_of(each, groups) for each in table.classes) else ()


def height_fields(fields: Iterable[str]) -> tuple[str, ...]:
    """Return those of some fields that tell heights."""
    given = set(fields)
    return tuple(name for name in HEIGHT_FIELDS if name in given)


def class_categories(
    table: Table, of_model: Kind, codes: Sequence[str], symbol: QgsSymbol
) -> list[QgsRendererCategory]:
    """Return the categories of some of a table's classes, as they are in its own renderer but for the symbol's form."""
    kind = table_kind(table, of_model)
    groups = known_groups(table, kind)
    return _group_categories(codes, groups, symbol) if groups else _value_categories(kind, codes, symbol)


def _group_categories(
    codes: Sequence[str], groups: Sequence[ClassGroup], symbol: QgsSymbol
) -> list[QgsRendererCategory]:
    found = [(group_of(code, groups), code) for code in codes if code]
    categories = []
    for group in (*groups, None):
        own = [code for of_group, code in found if of_group == group]
        title, colour = (group.title, group.colour) if group is not None else other_group()
        if own:
            value = own[0] if len(own) == 1 else own
            categories.append(QgsRendererCategory(value, coloured(symbol, colour), title))
    return categories


def _value_categories(kind: Kind, codes: Sequence[str], symbol: QgsSymbol) -> list[QgsRendererCategory]:
    return [
        QgsRendererCategory(each.value, coloured(symbol, each.colour), each.title)
        for each in legend(kind, codes)
    ]


def _by_class(
    table: Table, symbol: QgsSymbol, categories: list[QgsRendererCategory]
) -> QgsCategorizedSymbolRenderer:
    """Return a renderer by class, in which all that is in no category looks like the kind alone."""
    rest = QgsRendererCategory(None, symbol, translate("Styles", "Not classified"))
    told_by = table.class_field if table.has_plain_classes else class_expression(table.class_field)
    return QgsCategorizedSymbolRenderer(told_by, [*categories, rest])


def _by_height(ranges: Sequence[HeightRange], height: str, symbol: QgsSymbol) -> QgsRuleBasedRenderer:
    """Return a renderer by height, with a rule for what has none: QGIS's own graduated one would not draw that."""
    root = QgsRuleBasedRenderer.Rule(None)
    for each in ranges:
        own = coloured(symbol, each.colour)
        root.appendChild(QgsRuleBasedRenderer.Rule(own, 0, 0, each.expression(height), each.title))
    rest = translate("Styles", "Height not known")
    root.appendChild(QgsRuleBasedRenderer.Rule(symbol.clone(), 0, 0, "ELSE", rest))
    return QgsRuleBasedRenderer(root)
