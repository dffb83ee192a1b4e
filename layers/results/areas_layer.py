"""The areas of a processing as a polygon layer: each part with its own state, for the map and for a new run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Optional

from osgeo import ogr
from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFeature,
    QgsGeometry,
    QgsRendererCategory,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ...api.processings import Review, Status
from ...text.server_text import unmarked
from ...text.translation import translate
from ..origin.metadata import AREA_ROLE, LONGEST_TITLE
from ..styles.kinds import Kind
from ..styles.symbols import base_symbol, coloured
from ..tables import Family
from .layers import describe_layer

if TYPE_CHECKING:
    from ...api.processings import AreaState, Processing

_M2_IN_KM2 = 1e6
_URI = (
    "MultiPolygon?crs=EPSG:4326&field=area_id:string(0)&field=status:string(0)&field=percent:integer"
    "&field=area_km2:double&field=messages:string(0)"
)


def areas_layer(processing: Processing, areas: Sequence[AreaState], server: str) -> QgsVectorLayer:
    """Return a memory layer in EPSG:4326 with the parts of a processing's area that have an outline."""
    title = translate("Results", "{name} (area)").format(name=unmarked(processing.name, LONGEST_TITLE))
    layer = QgsVectorLayer(_URI, title, "memory")
    _is_added, _rows = layer.dataProvider().addFeatures(
        [row for row in (_feature(area, layer) for area in areas) if row.hasGeometry()]
    )
    layer.updateExtents()
    layer.setRenderer(_renderer(processing.review))
    describe_layer(layer, processing, server, AREA_ROLE)
    return layer


def ground_of(areas: Sequence[AreaState]) -> Optional[QgsGeometry]:
    """Return all parts as one multi-polygon in EPSG:4326; None where one of them, or all, cannot be read."""
    parts = [_geometry(area.geometry) for area in areas]
    is_whole = all(
        part.type() == QgsWkbTypes.GeometryType.PolygonGeometry and not part.isEmpty() for part in parts
    )
    return QgsGeometry.collectGeometry(parts) if parts and is_whole else None


def _feature(area: AreaState, layer: QgsVectorLayer) -> QgsFeature:
    row = QgsFeature(layer.fields())
    row.setAttributes(
        [
            area.id,
            area.status.name,
            area.percent,
            None if area.area_m2 is None else area.area_m2 / _M2_IN_KM2,
            "\n".join(message.sentence for message in area.messages),
        ]
    )
    geometry = _geometry(area.geometry)
    if geometry.type() == layer.geometryType():
        row.setGeometry(QgsGeometry.collectGeometry([geometry]) if not geometry.isMultipart() else geometry)
    return row


def _geometry(geojson: Mapping[str, object]) -> QgsGeometry:
    """Return a GeoJSON geometry as QGIS's; a null one where it cannot be read."""
    geometry = QgsGeometry()
    try:
        read = ogr.CreateGeometryFromJson(json.dumps(dict(geojson))) if geojson else None
    except RuntimeError:  # where someone has switched GDAL's exceptions on
        read = None
    if read is not None:
        read.FlattenTo2D()
        geometry.fromWkb(bytes(read.ExportToWkb()))
    return geometry


def _done_title(review: Optional[Review]) -> str:
    """Return what to call the parts that have a result: a part knows nothing of the review of the whole."""
    return {
        None: translate("Results", "Ready"),
        Review.ACCEPTED: translate("Results", "Ready"),
        Review.IN_REVIEW: translate("Results", "In review"),
        Review.NOT_ACCEPTED: translate("Results", "Not accepted"),
        Review.REFUNDED: translate("Results", "Refunded"),
        Review.UNKNOWN: translate("Results", "Unknown"),
    }[review]


def _renderer(review: Optional[Review]) -> QgsCategorizedSymbolRenderer:
    symbol = base_symbol(Kind.GENERIC, Family.POLYGONS)
    looks = (
        (Status.OK, _done_title(review), "#2fb344"),
        (Status.IN_PROGRESS, translate("Results", "Running"), "#2f9bff"),
        (Status.UNPROCESSED, translate("Results", "Waiting"), "#b8bcc4"),
        (Status.FAILED, translate("Results", "Failed"), "#ff5a4f"),
    )
    categories = [
        QgsRendererCategory(status.name, coloured(symbol, colour), title) for status, title, colour in looks
    ]
    categories.append(QgsRendererCategory(None, symbol, translate("Results", "Other")))
    return QgsCategorizedSymbolRenderer("status", categories)
