"""Gives a layer of a result the look it had when it was added, whatever the user has made of it since."""

from __future__ import annotations

from typing import Optional

from qgis.core import QgsMapLayer, QgsVectorLayer, QgsVectorTileLayer, QgsWkbTypes

from ..styles.attributes import explain_attributes
from ..styles.classes import CLASS_FIELDS
from ..styles.kinds import kinds_within, model_kind
from ..styles.labels import label_layer, label_tiles
from ..styles.renderers import table_renderer
from ..styles.tiles import layer_name_of, tile_renderer
from ..styles.tips import map_tip
from ..tables import Family, Table
from .layers import OBJECT_TYPE, file_of, model_names_of

_FAMILIES = {
    QgsWkbTypes.GeometryType.PolygonGeometry: Family.POLYGONS,
    QgsWkbTypes.GeometryType.LineGeometry: Family.LINES,
    QgsWkbTypes.GeometryType.PointGeometry: Family.POINTS,
}


def restyle(layer: QgsMapLayer) -> None:
    """Style a layer of a result by what its objects are, as Mapflow Dock does; nothing is read but its file's style."""
    names = model_names_of(layer)
    if isinstance(layer, QgsVectorTileLayer):
        kind, within = model_kind(*names), kinds_within(*names)
        name = layer_name_of(layer)
        layer.setRenderer(tile_renderer(kind, within, name))
        label_tiles(layer, kind, within, name)
    elif isinstance(layer, QgsVectorLayer):
        table, kind = _table(layer), model_kind(*names)
        layer.setRenderer(table_renderer(table, kind))
        layer.setMapTipTemplate(map_tip(table, kind))
        layer.setLabelsEnabled(False)
        label_layer(layer, table, kind)
        explain_attributes(layer, table, kind)
        layer.loadDefaultStyle()  # the file's own, which knows the classes that were found
    layer.setScaleBasedVisibility(False)
    layer.triggerRepaint()
    layer.emitStyleChanged()


def _table(layer: QgsVectorLayer) -> Table:
    """Return what is known of the table behind a layer without a look at its objects."""
    fields = tuple(str(field.name()) for field in layer.fields().toList())
    class_field = next((name for name in CLASS_FIELDS if name in fields), "")
    object_type = str(layer.customProperty(OBJECT_TYPE) or "")
    family: Optional[Family] = _FAMILIES.get(layer.geometryType())
    return Table(
        path=file_of(layer),
        name=layer.name(),
        family=family,
        count=0,
        fields=fields,
        class_field=class_field,
        object_type=object_type,
        numbers=tuple(str(field.name()) for field in layer.fields().toList() if field.isNumeric()),
    )
