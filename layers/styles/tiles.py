"""How results look as vector tiles: as they do once they are downloaded, told by each object alone.

Tiles cannot be asked beforehand for their layers, types and classes, so there is a style for all that may come, and
each object fits just one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from qgis.core import (
    QgsExpression,
    QgsSymbol,
    QgsVectorTileBasicRenderer,
    QgsVectorTileBasicRendererStyle,
    QgsVectorTileLayer,
    QgsWkbTypes,
)

from ..tables import Family
from .groups import (
    HEIGHT_FIELDS,
    class_fields,
    class_groups,
    code_expression,
    field_expression,
    height_expression,
    height_ranges,
    listed,
    other_group,
)
from .kinds import USUAL_TYPES, Kind, kind_of, kinds_before
from .symbols import coloured, template

_GEOMETRY = {
    Family.POLYGONS: QgsWkbTypes.GeometryType.PolygonGeometry,
    Family.LINES: QgsWkbTypes.GeometryType.LineGeometry,
    Family.POINTS: QgsWkbTypes.GeometryType.PointGeometry,
}
_OF_GEOMETRY = {  # or QGIS puts markers and lines on polygons, too
    Family.POLYGONS: "",
    Family.LINES: "geometry_type($geometry) = 'Line'",
    Family.POINTS: "geometry_type($geometry) = 'Point'",
}
USUAL_LAYER = "vector_layer"
_NOTHING = "false"  # what a style begins with that draws nothing
_RAW_TYPE = '"object_type"'
_TYPE = f"lower(coalesce(to_string({_RAW_TYPE}), ''))"


@dataclass(frozen=True)
class TileLook:
    """One look of a kind's objects, which those have that `condition` holds for; "" is all of them."""

    title: str
    colour: str
    condition: str


def tile_renderer(
    of_model: Kind, within: Iterable[Kind] = (), layer_name: str = ""
) -> QgsVectorTileBasicRenderer:
    """Return the renderer of a result's tiles, for objects in their layer of that name, "" where it is not known.

    Objects whose type tells one of the kinds `within` look like that kind, all others as those of the model; where
    several kinds are within, objects of a type that is none of these are of no kind that is known.
    """
    kinds = [kind for kind in dict.fromkeys(within) if kind.words]
    symbols = {family: template(family) for family in Family}
    styles = []
    if kinds == [of_model] or not kinds:
        styles += _styles(of_model, "", symbols)
    else:
        told = " OR ".join(is_of(kind) for kind in kinds)
        styles += _styles(of_model, f"coalesce({_RAW_TYPE}, '') = ''", symbols)
        styles += _styles(Kind.GENERIC, f"coalesce({_RAW_TYPE}, '') <> '' AND NOT ({told})", symbols)
        for kind in kinds:
            styles += _styles(kind, is_of(kind), symbols)
    return renderer_of(styles, layer_name)


def renderer_of(
    styles: Iterable[QgsVectorTileBasicRendererStyle], layer_name: str
) -> QgsVectorTileBasicRenderer:
    """Return the renderer that has `styles` for the tiles' layer of that name, "" where it is not known."""
    drawn = []
    for style in styles:
        own = QgsVectorTileBasicRendererStyle(style)
        own.setLayerName(layer_name)
        drawn.append(own)
    renderer = QgsVectorTileBasicRenderer()
    names = {name for style in drawn for name in QgsExpression(style.filterExpression()).referencedColumns()}
    renderer.setStyles([*drawn, _asking_for(names)] if names and not layer_name else drawn)
    return renderer


def drawn_styles(layer: QgsVectorTileLayer) -> list[QgsVectorTileBasicRendererStyle]:
    """Return the styles of tiles without the one that asks for attributes alone; none where they are none of QGIS's."""
    renderer = layer.renderer()
    styles = renderer.styles() if isinstance(renderer, QgsVectorTileBasicRenderer) else []
    return [style for style in styles if not style.filterExpression().startswith(_NOTHING)]


def layer_name_of(layer: QgsVectorTileLayer) -> str:
    """Return the tiles' layer that all their styles are of; "" where they are of several, or of any."""
    names = {style.layerName() for style in drawn_styles(layer)}
    return str(names.pop()) if len(names) == 1 else ""


def _asking_for(names: Iterable[str]) -> QgsVectorTileBasicRendererStyle:
    """Return a style that draws nothing, and asks for attributes.

    QGIS reads no attributes for styles of any layer, those apart that a style of the layer's own name asks for.
    """
    asked = "".join(f" AND {field_expression(name)} IS NULL" for name in sorted(names))
    style = QgsVectorTileBasicRendererStyle(USUAL_LAYER, USUAL_LAYER, _GEOMETRY[Family.POLYGONS])
    style.setSymbol(template(Family.POLYGONS))
    style.setFilterExpression(f"{_NOTHING}{asked}")
    return style


def is_of(kind: Kind) -> str:
    """Return the expression that holds for tiles' objects whose type tells that kind, as `kind_of` does."""
    own = "|".join(kind.words)
    before = "|".join(word for other in kinds_before(kind) for word in other.words)
    is_not_before = f" AND NOT regexp_match({_TYPE}, '{before}')" if before else ""
    usual = [each for each in USUAL_TYPES if kind_of(each) is kind]
    return (
        f"CASE WHEN {_RAW_TYPE} IS NULL THEN false WHEN {_RAW_TYPE} IN ({listed(USUAL_TYPES)}) "
        f"THEN {_RAW_TYPE} IN ({listed(usual)}) "
        f"ELSE regexp_match({_TYPE}, '{own}'){is_not_before} END"
    )


def looks_of(kind: Kind) -> list[TileLook]:
    """Return the looks of a kind's objects: of each, one holds."""
    groups, ranges = class_groups(kind), height_ranges(kind)
    code = code_expression(class_fields(kind))
    looks: list[TileLook] = []
    before: list[str] = []
    for group in groups:
        own = group.expression(code)
        is_first = f" AND NOT ({' OR '.join(before)})" if before and not group.codes else ""
        looks.append(TileLook(group.title, group.colour, f"{own}{is_first}"))
        before.append(own)
    unclassified = f"coalesce({code}, '') = ''" if groups else ""
    if groups:
        others = f"coalesce({code}, '') <> '' AND NOT ({' OR '.join(before)})"
        looks.append(TileLook(*other_group(), others))
    if ranges:
        height = height_expression(HEIGHT_FIELDS)
        for each in ranges:
            within = f"coalesce({each.expression(height)}, false)"
            looks.append(TileLook(each.title, each.colour, _all_of(unclassified, within)))
        limit = ranges[0].high
        unknown = f"coalesce({height} < {limit:g} OR {height} >= {limit:g}, false) = false"
        unclassified = _all_of(unclassified, unknown)
    return [TileLook(kind.title, kind.colour, unclassified), *looks]


def _styles(
    kind: Kind, condition: str, symbols: Mapping[Family, QgsSymbol]
) -> list[QgsVectorTileBasicRendererStyle]:
    """Return the styles of objects of one kind; classes and heights are those of polygons, and of tree crowns."""
    alone = [TileLook(kind.title, kind.colour, "")]
    styles = []
    for family, geometry in _GEOMETRY.items():
        has_looks = family is Family.POLYGONS or (family is Family.POINTS and kind is Kind.CROWNS)
        for look in looks_of(kind) if has_looks else alone:
            style = QgsVectorTileBasicRendererStyle(look.title, "", geometry)
            style.setSymbol(coloured(symbols[family], look.colour))
            style.setFilterExpression(_all_of(_OF_GEOMETRY[family], condition, look.condition))
            styles.append(style)
    return styles


def _all_of(*conditions: str) -> str:
    """Return what holds where all conditions do; QGIS stops at the first that does not."""
    told = [condition for condition in conditions if condition]
    return told[0] if len(told) == 1 else " AND ".join(f"({condition})" for condition in told)
