"""Footprints of the catalog as a layer: every attribute as it is known, where it lies, and when it was taken."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from qgis.core import (
    Qgis,
    QgsDateTimeRange,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeatureRequest,
    QgsVectorLayerTemporalContext,
)
from qgis.PyQt.QtCore import QDateTime, Qt

from mapflow_dock.api.catalog.records import CatalogImage
from mapflow_dock.layers.footprints.catalog_layer import footprints_layer
from mapflow_dock.layers.footprints.placing import placed

SQUARE = "POLYGON((30 50, 31 50, 31 51, 30 51, 30 50))"
FULL = CatalogImage(
    id="a",
    provider="CG",
    product_type="Scene",
    acquired=datetime(2024, 3, 1, 23, 30, tzinfo=UTC),
    sensor="JL<1>",
    resolution_m=0.5,
    cloud_percent=9.0,
    off_nadir=-3.91,
    band_order="RGB",
    zoom=18,
    min_area_m2=2_000_000.0,
    overlap_percent=71.5,
    footprint=SQUARE,
)
BARE = CatalogImage(id="b", provider="CG")


@pytest.fixture
def layer(qgis_app):
    return footprints_layer(
        [(each, placed(each.footprint)) for each in (FULL, BARE)], "https://api.example.org"
    )


def test_each_attribute_is_there_and_what_is_not_known_is_null(layer):
    full, bare = layer.getFeatures()
    values = dict(zip((field.name() for field in layer.fields()), full.attributes(), strict=True))
    acquired = values.pop("acquired")
    assert acquired.toUTC().toString(Qt.DateFormat.ISODate) == "2024-03-01T23:30:00Z"
    assert values == {
        "image_id": "a",
        "provider": "CG",
        "product": "Scene",
        "sensor": "JL<1>",
        "resolution_m": 0.5,
        "cloud_percent": 9.0,
        "off_nadir": -3.91,
        "bands": "RGB",
        "zoom": 18,
        "overlap_percent": 71.5,
        "min_area_km2": 2.0,
    }
    assert full.geometry().boundingBox().toString(0) == "30,50 : 31,51"
    assert not bare.hasGeometry()
    unknown = QgsExpression('"acquired" is null and "resolution_m" is null and "zoom" is null')
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(bare)
    assert unknown.evaluate(context) == 1


def test_the_temporal_controller_plays_through_the_days(layer):
    time = layer.temporalProperties()
    assert time.isActive()
    assert time.mode() == Qgis.VectorTemporalMode.FeatureDateTimeInstantFromField

    def seen(day):
        moments = [
            QDateTime.fromString(f"2024-03-{day}T{hour}", Qt.DateFormat.ISODate)
            for hour in ("00:00:00Z", "23:59:59Z")
        ]
        context = QgsVectorLayerTemporalContext()
        context.setLayer(layer)
        where = time.createFilterString(context, QgsDateTimeRange(*moments))
        return [
            each["image_id"] for each in layer.getFeatures(QgsFeatureRequest().setFilterExpression(where))
        ]

    assert seen("01") == ["a", "b"]  # what has no time is always seen
    assert "a" not in seen("05")


def test_map_tips_are_no_markup_of_the_service(layer):
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(next(layer.getFeatures()))
    tip = QgsExpression.replaceExpressionText(layer.mapTipTemplate(), context)
    assert "JL&lt;1&gt;" in tip
    assert "2024-03-01" in tip
    assert "0.5\u00a0m" in tip
