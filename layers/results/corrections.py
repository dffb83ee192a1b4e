"""The features of a layer that show where a result is wrong, as the service wants them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from qgis.core import QgsCsException, QgsJsonExporter, QgsProject

from ...text.quantities import number_text
from ...text.translation import translate
from ..areas.systems import to_degrees, why_not_on_earth

if TYPE_CHECKING:
    from qgis.core import QgsFeature, QgsVectorLayer

MOST_CORRECTIONS = 1_000  # features: they are read while the user waits
_DECIMALS = 8  # of degrees: a millimetre


@dataclass(frozen=True)
class Corrections:
    """A GeoJSON FeatureCollection in EPSG:4326, or why there is none, as a sentence."""

    geojson: Mapping[str, object] = field(default_factory=dict)
    problem: str = ""


def corrections_of(layer: QgsVectorLayer, selected_only: bool) -> Corrections:
    """Return the features of `layer`, those that are being edited as they are now; at most MOST_CORRECTIONS."""
    features = list(
        islice(layer.getSelectedFeatures() if selected_only else layer.getFeatures(), MOST_CORRECTIONS + 1)
    )
    problem = _problem(layer, features, selected_only)
    if problem:
        return Corrections(problem=problem)
    transform = to_degrees(layer.crs(), QgsProject.instance().transformContext())
    try:
        for feature in features:
            geometry = feature.geometry()
            geometry.transform(transform)
            feature.setGeometry(geometry)
    except QgsCsException:
        return Corrections(problem=_beyond(layer))
    exporter = QgsJsonExporter(layer, _DECIMALS)
    exporter.setTransformGeometries(False)
    exporter.setIncludeRelated(False)
    return Corrections(json.loads(exporter.exportFeatures(features)))


def _problem(layer: QgsVectorLayer, features: list[QgsFeature], selected_only: bool) -> str:
    if not features and selected_only:
        return translate(
            "Results", "No feature of the layer is selected. Select some, or take all of the layer."
        )
    if not features:
        return translate("Results", "The layer has no features. Choose another one, or none.")
    if len(features) > MOST_CORRECTIONS:
        text = translate(
            "Results", "At most {count} features can be sent along. Select those that matter most."
        )
        return text.format(count=number_text(MOST_CORRECTIONS, 0))
    if any(not feature.hasGeometry() for feature in features):
        return translate("Results", "Some of the features have no geometry. Select those that have one.")
    if not layer.crs().isValid():
        return translate("Results", "The layer has no coordinate system. Set one in the layer's properties.")
    return why_not_on_earth(layer.crs(), QgsProject.instance().transformContext())


def _beyond(layer: QgsVectorLayer) -> str:
    text = translate(
        "Results",
        "Some of the features lie where the layer's coordinate system, {crs}, does not reach. Check it in the layer's "
        "properties.",
    )
    return text.format(crs=layer.crs().authid() or layer.crs().description())
