"""What a batch is of: areas made of a layer's polygons, by feature, by attribute, or all as one."""

from __future__ import annotations

import enum
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsGeometry,
)
from qgis.PyQt.QtCore import QByteArray, QDate, QDateTime, Qt, QTime, QVariant

from ..areas.area import Area, area_from_geometries, repaired

_LEFT_OUT = object()


class Division(enum.Enum):
    """How a layer is divided into areas."""

    BY_FEATURE = "feature"
    BY_ATTRIBUTE = "attribute"
    AS_ONE = "one"


@dataclass(frozen=True)
class SourceFeature:
    """A feature of the layer, read: its id as text, its polygons and its attributes, which are JSON values."""

    id: str
    geometry: QgsGeometry
    attributes: Mapping[str, object] = field(default_factory=dict)

    @staticmethod
    def of(feature: QgsFeature) -> SourceFeature:
        """The feature as it is read from a layer; bytes are left out of its attributes."""
        names = [each.name() for each in feature.fields().toList()]
        values = {name: _json_value(feature[name]) for name in names}
        kept = {name: value for name, value in values.items() if value is not _LEFT_OUT}
        return SourceFeature(str(feature.id()), feature.geometry(), kept)


@dataclass(frozen=True)
class BatchArea:
    """An area to be run: `source_id` tells it from the others, `name` is what its processings are called."""

    source_id: str
    name: str
    area: Area
    attributes: Mapping[str, object] = field(default_factory=dict)


def divided(
    features: Iterable[SourceFeature],
    crs: QgsCoordinateReferenceSystem,
    context: QgsCoordinateTransformContext,
    division: Division,
    name: str,
    attribute: str = "",
    before_each: Callable[[], None] = lambda: None,
) -> list[BatchArea]:
    """Return the areas of features, in the order in which they come; broken outlines are repaired.

    An area keeps the attributes that all its features have the same value of. What cannot be an area is one with
    problems. `name` is that of the batch, `attribute` what to divide by. `before_each` is called
    before each area is worked out; what it raises ends the work.
    """
    groups: dict[str, list[SourceFeature]] = {}
    for feature in features:
        groups.setdefault(group_of(feature, division, attribute), []).append(feature)
    areas = []
    for group, members in groups.items():
        before_each()
        found = area_from_geometries([each.geometry for each in members], crs, context)
        called = f"{name} {group}".strip()
        areas.append(
            BatchArea(group, called, repaired(found), _common([each.attributes for each in members]))
        )
    return areas


def _json_value(value: object) -> object:
    """Return an attribute's value as JSON has it: nothing as None, dates and times as text."""
    if value is None or (isinstance(value, QVariant) and value.isNull()):
        return None
    if isinstance(value, (QDate, QTime, QDateTime)):
        return str(value.toString(Qt.DateFormat.ISODate))
    if isinstance(value, (QByteArray, bytes)):
        return _LEFT_OUT
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, (bool, int, float, str, list, dict)) else str(value)


def group_of(feature: SourceFeature, division: Division, attribute: str) -> str:
    """Return the `source_id` of the area that a feature belongs to."""
    if division is Division.BY_FEATURE:
        return feature.id
    if division is Division.BY_ATTRIBUTE:
        value = feature.attributes.get(attribute)
        return "" if value is None else str(value)
    return ""


def _common(attributes: list[Mapping[str, object]]) -> dict[str, object]:
    first, *others = attributes
    return {
        name: value
        for name, value in first.items()
        if all(name in each and each[name] == value for each in others)
    }
