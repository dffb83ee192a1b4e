"""The features that are sent along with a rejection: where they are, and what is no such layer."""

from __future__ import annotations

import pytest
from qgis.core import QgsCoordinateReferenceSystem, QgsFeature, QgsGeometry, QgsVectorLayer

from mapflow_dock.layers.results.corrections import MOST_CORRECTIONS, corrections_of


def layer_of(*wkts, crs="EPSG:4326", kind="Polygon"):
    layer = QgsVectorLayer(f"{kind}?crs={crs}&field=ä:string", "Corrections", "memory")
    features = []
    for wkt in wkts:
        feature = QgsFeature(layer.fields())
        feature.setGeometry(QgsGeometry.fromWkt(wkt) if wkt else QgsGeometry())
        feature.setAttribute(0, "Ünïcode")
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    return layer


def test_they_are_told_in_degrees_with_what_is_written_of_them(qgis_app):
    """EPSG:32637 has its middle at 39° east, where x is 500,000."""
    layer = layer_of("Point (500000 0)", crs="EPSG:32637", kind="Point")
    (feature,) = corrections_of(layer, selected_only=False).geojson["features"]
    assert feature["geometry"]["coordinates"] == pytest.approx([39.0, 0.0], abs=1e-7)
    assert feature["properties"] == {"ä": "Ünïcode"}


def test_edits_that_are_not_saved_are_told_and_stay_as_they_are(qgis_app):
    layer = layer_of("Point (1 2)", kind="Point")
    layer.startEditing()
    added = QgsFeature(layer.fields())
    added.setGeometry(QgsGeometry.fromWkt("Point (3 4)"))
    layer.addFeature(added)
    told = corrections_of(layer, selected_only=False).geojson["features"]
    assert sorted(each["geometry"]["coordinates"] for each in told) == [[1.0, 2.0], [3.0, 4.0]]
    assert {feature.geometry().asWkt() for feature in layer.getFeatures()} == {"Point (1 2)", "Point (3 4)"}
    layer.rollBack()


@pytest.mark.parametrize(
    ("layer", "sentence"),
    [
        (layer_of, "The layer has no features"),
        (lambda: layer_of(""), "no geometry"),
        (lambda: layer_of("Point (1 1)", crs="IAU_2015:30100", kind="Point"), "another celestial body"),
        (lambda: layer_of(*["Point (1 1)"] * (MOST_CORRECTIONS + 1), kind="Point"), "At most 1,000 features"),
        (lambda: layer_of("Point (0 99999999999)", crs="EPSG:3857", kind="Point"), ""),
    ],
)
def test_what_cannot_be_sent_is_told(qgis_app, layer, sentence):
    made = layer()
    corrections = corrections_of(made, selected_only=False)
    assert sentence in corrections.problem
    assert bool(corrections.problem) == (not corrections.geojson)


def test_a_layer_without_a_system_is_told_of(qgis_app):
    layer = layer_of("Point (1 1)", kind="Point")
    layer.setCrs(QgsCoordinateReferenceSystem())
    assert "no coordinate system" in corrections_of(layer, selected_only=False).problem
