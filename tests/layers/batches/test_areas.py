"""A layer becomes areas: one for each feature, for each value of an attribute, or one in all."""

from __future__ import annotations

import json

import pytest
from qgis.core import (
    NULL,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsField,
    QgsFields,
    QgsGeometry,
)
from qgis.PyQt.QtCore import QByteArray, QDate, QDateTime, QTime, QVariant

from mapflow_dock.layers.batches.areas import Division, SourceFeature, divided


def square(x):
    return QgsGeometry.fromWkt(f"POLYGON(({x} 55,{x + 0.1} 55,{x + 0.1} 55.1,{x} 55.1,{x} 55))")


FEATURES = [
    SourceFeature("7", square(37), {"district": "North", "owner": "A", "year": 2024}),
    SourceFeature("8", square(38), {"district": "South", "owner": "A", "year": 2024}),
    SourceFeature("9", square(37.1), {"district": "North", "owner": "A", "year": 2025}),
    SourceFeature("10", square(40), {"district": None, "owner": "A"}),
]


def areas(division, features=FEATURES, attribute=""):
    crs = QgsCoordinateReferenceSystem("EPSG:4326")
    return divided(features, crs, QgsCoordinateTransformContext(), division, "Roofs", attribute)


def test_by_feature():
    found = areas(Division.BY_FEATURE)
    assert [(each.source_id, each.name) for each in found] == [
        ("7", "Roofs 7"),
        ("8", "Roofs 8"),
        ("9", "Roofs 9"),
        ("10", "Roofs 10"),
    ]
    assert [each.attributes for each in found] == [each.attributes for each in FEATURES]


def test_by_attribute_and_what_all_features_of_a_value_have_in_common():
    north, south, none = areas(Division.BY_ATTRIBUTE, attribute="district")
    assert [each.source_id for each in (north, south, none)] == ["North", "South", ""]
    assert north.area.parts == 1, "what touches is one part"
    assert north.area.area_m2 == pytest.approx(2 * south.area.area_m2, rel=1e-6)
    assert north.attributes == {"district": "North", "owner": "A"}
    assert none.name == "Roofs"


def test_as_one():
    [whole] = areas(Division.AS_ONE)
    assert (whole.source_id, whole.name, whole.area.parts) == ("", "Roofs", 3)
    assert whole.attributes == {"owner": "A"}


def test_broken_outlines_are_repaired_and_what_is_no_area_says_why():
    bow_tie = QgsGeometry.fromWkt("POLYGON((37 55,37.1 55.1,37.1 55,37 55.1,37 55))")
    repaired, point = areas(
        Division.BY_FEATURE,
        [SourceFeature("1", bow_tie), SourceFeature("2", QgsGeometry.fromWkt("POINT(1 1)"))],
    )
    assert repaired.area.is_usable
    assert not point.area.is_usable
    assert "polygon" in point.area.problems[0].sentence


def test_attributes_become_json():
    fields = QgsFields()
    values = {
        "text": ("ü", QVariant.String),
        "whole": (3, QVariant.Int),
        "nothing": (NULL, QVariant.Double),
        "day": (QDate(2026, 2, 10), QVariant.Date),
        "at": (QDateTime(QDate(2026, 2, 10), QTime(10, 30)), QVariant.DateTime),
        "bytes": (QByteArray(b"\x00"), QVariant.ByteArray),
        "infinite": (float("inf"), QVariant.Double),
    }
    for name, (_value, kind) in values.items():
        fields.append(QgsField(name, kind))
    feature = QgsFeature(fields, 5)
    feature.setGeometry(square(37))
    feature.setAttributes([value for value, _kind in values.values()])
    found = SourceFeature.of(feature)
    assert found.id == "5"
    assert json.loads(json.dumps(found.attributes, allow_nan=False)) == {
        "text": "ü",
        "whole": 3,
        "nothing": None,
        "day": "2026-02-10",
        "at": "2026-02-10T10:30:00",
        "infinite": None,
    }
