"""Footprints of images of the catalog as a layer with all that is known of them, in time and space."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qgis.core import (
    Qgis,
    QgsFeature,
    QgsLayerMetadata,
    QgsUnitTypes,
    QgsVectorLayer,
    QgsVectorLayerTemporalProperties,
)
from qgis.PyQt.QtCore import QDateTime, Qt

from ...text.translation import translate
from ..results.layers import ROLE, SERVER
from ..styles.tips import escaped
from .outlines import outline_symbol

if TYPE_CHECKING:
    from qgis.core import QgsGeometry

    from ...api.catalog.records import CatalogImage

FOOTPRINTS_ROLE = "catalog footprints"
_M2_PER_KM2 = 1e6
_DAYS: Any = QgsUnitTypes.TemporalUnit(4)  # days: its name is another one from QGIS 3.30 on
_URI = (
    "MultiPolygon?crs=EPSG:4326&field=image_id:string(0)&field=provider:string(0)&field=product:string(0)"
    "&field=acquired:datetime&field=sensor:string(0)&field=resolution_m:double&field=cloud_percent:double"
    "&field=off_nadir:double&field=bands:string(0)&field=zoom:integer&field=overlap_percent:double"
    "&field=min_area_km2:double"
)


def footprints_layer(found: Sequence[tuple[CatalogImage, QgsGeometry]], server: str) -> QgsVectorLayer:
    """Return a memory layer in EPSG:4326, a feature for each image; those whose ground is not known have no geometry.

    `acquired` is in UTC, and the layer's time: QGIS's temporal controller plays through it. Resolutions are in metres,
    angles in degrees, shares in per cent.
    """
    layer = QgsVectorLayer(_URI, translate("Footprints", "Search Results"), "memory")
    rows = []
    for image, ground in found:
        row = QgsFeature(layer.fields())
        row.setAttributes(_row(image))
        if not ground.isEmpty():
            row.setGeometry(ground)
        rows.append(row)
    layer.dataProvider().addFeatures(rows)
    layer.updateExtents()
    layer.renderer().setSymbol(outline_symbol())  # type: ignore[attr-defined]
    layer.setMapTipTemplate(catalog_map_tip())
    _set_time(layer)
    layer.setCustomProperty(SERVER, server)
    layer.setCustomProperty(ROLE, FOOTPRINTS_ROLE)
    metadata = QgsLayerMetadata()
    metadata.setTitle(layer.name())
    metadata.setType("dataset")
    metadata.setAbstract(translate("Footprints", "Footprints of images found in the imagery catalog."))
    layer.setMetadata(metadata)
    return layer


def catalog_attributes(image: CatalogImage) -> dict[str, object]:
    """Return what is known of an image by the names of the fields; `acquired` is a datetime, None is not known."""
    return {
        "image_id": image.id,
        "provider": image.provider,
        "product": image.product_type,
        "acquired": image.acquired,
        "sensor": image.sensor,
        "resolution_m": image.resolution_m,
        "cloud_percent": image.cloud_percent,
        "off_nadir": image.off_nadir,
        "bands": image.band_order,
        "zoom": image.zoom,
        "overlap_percent": image.overlap_percent,
        "min_area_km2": image.min_area_m2 / _M2_PER_KM2,
    }


def catalog_map_tip() -> str:
    """Return the map tip of such a layer; what comes from the server is escaped."""
    sensor, provider = escaped('"sensor"'), escaped('"provider"')
    facts = translate("Footprints", "{metres}\u00a0m · {percent}\u00a0% cloud").format(
        metres="[% coalesce(round(\"resolution_m\", 2), '?') %]",
        percent="[% coalesce(round(\"cloud_percent\"), '?') %]",
    )
    return (
        f"<b>[% {sensor} %]</b> [% format_date(\"acquired\", 'yyyy-MM-dd') %]<br>{facts}<br>[% {provider} %]"
    )


def _row(image: CatalogImage) -> list[object]:
    values = catalog_attributes(image)
    if image.acquired is not None:
        at = int(image.acquired.timestamp())
        values["acquired"] = QDateTime.fromSecsSinceEpoch(at, Qt.TimeSpec.UTC)
    return list(values.values())


def _set_time(layer: QgsVectorLayer) -> None:
    """Let the time of an image be the day it was taken."""
    time = layer.temporalProperties()
    if isinstance(time, QgsVectorLayerTemporalProperties):
        time.setMode(Qgis.VectorTemporalMode.FeatureDateTimeInstantFromField)
        time.setStartField("acquired")
        time.setFixedDuration(1)
        time.setDurationUnits(_DAYS)
        time.setIsActive(True)
