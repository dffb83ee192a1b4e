"""The layers of a downloaded result: opened, styled, described, and found again by the processing they came from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.core import (
    QgsLayerMetadata,
    QgsMapLayer,
    QgsProject,
    QgsVectorLayer,
)

from ...text.server_text import unmarked
from ...text.translation import translate
from ..origin.metadata import (
    AREA_ROLE,
    LONGEST_TITLE,
    RESULT_ROLE,
    Part,
    attribute,
    attribution,
    fill_metadata,
    place_metadata,
)
from ..styles.attributes import explain_attributes
from ..styles.classes import sentence_case
from ..styles.kept import StyleFault, StyleKey, apply_kept, style_key
from ..styles.kinds import Kind, model_kind
from ..styles.labels import label_layer
from ..styles.look import is_drawn_by
from ..styles.renderers import table_kind, table_renderer
from ..styles.tips import map_tip
from ..tables import Family, Table

if TYPE_CHECKING:
    from ...api.processings import Processing

PROCESSING = "mapflow_dock/processing_id"
SERVER = "mapflow_dock/server"
ROLE = "mapflow_dock/role"
UPDATED = "mapflow_dock/updated"
OBJECT_TYPE = "mapflow_dock/object_type"
MODEL = "mapflow_dock/model"
MODEL_NAMES = "mapflow_dock/model_names"  # all of them: by these it is known what its objects are
AREA_M2 = "mapflow_dock/area_m2"  # of the processing: what density is told by
HAS_TILES = "mapflow_dock/has_tiles"
HAS_IMAGERY = "mapflow_dock/has_imagery"
HAS_RASTER = "mapflow_dock/has_raster"
DOWNLOADED = "mapflow_dock/downloaded"  # when its file was


def layer_source(table: Table) -> str:
    """Return where QGIS finds a table."""
    return f"{table.path}|layername={table.name}"


def layer_title(table: Table, processing: Processing, tables: Sequence[Table]) -> str:
    """Return what to call the layer of one of a result's `tables`: its processing; among several, its objects too."""
    title = unmarked(processing.name, LONGEST_TITLE)
    if title and len(tables) == 1:
        return title
    objects = _objects_title(table, processing, tables)
    return translate("Results", "{name}: {objects}").format(name=title, objects=objects) if title else objects


def _objects_title(table: Table, processing: Processing, tables: Sequence[Table]) -> str:
    of_model = kind_by_model(processing)
    kind = table_kind(table, of_model)
    is_unknown_type = kind is Kind.GENERIC and bool(table.object_type)
    title = unmarked(sentence_case(table.object_type), LONGEST_TITLE) if is_unknown_type else kind.title
    is_alone = sum(other.object_type == table.object_type for other in tables) == 1
    if is_alone or table.family is None:
        return title
    families = {
        Family.POLYGONS: translate("Results", "polygons"),
        Family.LINES: translate("Results", "lines"),
        Family.POINTS: translate("Results", "points"),
    }
    return f"{title} ({families[table.family]})"


def takes_place_of(fresh: QgsVectorLayer, table: Table, former: QgsVectorLayer) -> bool:
    """Whether the layer of a new table holds the same sort of objects as a layer of the former result."""
    is_same_type = str(former.customProperty(OBJECT_TYPE) or "") == _kept(table.object_type)
    return is_same_type and bool(former.geometryType() == fresh.geometryType())


def open_result_layer(table: Table, title: str, is_kept: bool) -> QgsVectorLayer:
    """Return the table as a layer; one of a file that `is_kept` has the style that stands in the file."""
    options = QgsVectorLayer.LayerOptions()
    options.loadDefaultStyle = is_kept
    return QgsVectorLayer(layer_source(table), title, "ogr", options)


def kind_by_model(processing: Processing) -> Kind:
    """Return what the model of a processing finds."""
    return model_kind(*_model_names(processing))


def model_names_of(layer: QgsMapLayer) -> tuple[str, ...]:
    """Return the names of the model that a layer of a result comes from, most telling first."""
    try:
        told = json.loads(str(layer.customProperty(MODEL_NAMES) or "[]"))
    except ValueError:  # changed by hand
        told = []
    names = tuple(each for each in told if isinstance(each, str)) if isinstance(told, list) else ()
    return names or (str(layer.customProperty(MODEL) or ""),)


def _model_names(processing: Processing) -> tuple[str, str, str]:
    return (processing.model_style, processing.model_name, processing.model_display_name)


def style_result_layer(
    layer: QgsVectorLayer, table: Table, processing: Processing, is_kept: bool = False
) -> str:
    """Style a new layer as the user keeps it for its model, or by what its objects are.

    One of a file that `is_kept` stays as the file says, unless that is what was written when it was downloaded.
    Returns a sentence where the user's own style cannot be used, else "".
    """
    kind = kind_by_model(processing)
    layer.setCustomProperty(OBJECT_TYPE, _kept(table.object_type))
    renderer = table_renderer(table, kind)
    if is_kept and not is_drawn_by(layer, renderer):
        return ""
    layer.setRenderer(renderer)
    layer.setMapTipTemplate(map_tip(table, kind))
    label_layer(layer, table, kind)
    explain_attributes(layer, table, kind)
    return apply_own_style(layer, processing, table)


def apply_own_style(layer: QgsMapLayer, processing: Processing, table: Optional[Table] = None) -> str:
    """Let a layer look as the user keeps it for its model, if so; `table` is what a downloaded layer shows.

    Returns a sentence where the user's own style cannot be used, else "".
    """
    key = style_key(
        layer, _kept(processing.model_name), _kept(table.object_type) if table is not None else ""
    )
    try:
        apply_kept(layer, key, table, kind_by_model(processing))
    except StyleFault as fault:
        text = translate(
            "Results",
            "Your default style for the model {model} could not be used, so its objects look as usual: {reason}. "
            "Style the layer anew and choose Use as Default Style for This Model in its menu.",
        )
        return text.format(model=unmarked(processing.model_title, LONGEST_TITLE), reason=fault)
    return ""


def key_of_layer(layer: QgsMapLayer) -> Optional[StyleKey]:
    """Return what a style of a result's layer would be kept for; None where the layer does not tell its model."""
    model = str(layer.customProperty(MODEL) or "")
    return style_key(layer, model, str(layer.customProperty(OBJECT_TYPE) or "")) if model else None


def describe_layer(
    layer: QgsMapLayer, processing: Processing, server: str, role: str, part: Optional[Part] = None
) -> None:
    """Write in a layer's properties and metadata what it shows and where it came from."""
    layer.setCustomProperty(PROCESSING, processing.id)
    layer.setCustomProperty(SERVER, server)
    layer.setCustomProperty(ROLE, role)
    layer.setCustomProperty(UPDATED, updated_stamp(processing))
    if processing.model_name:
        layer.setCustomProperty(MODEL, _kept(processing.model_name))
        layer.setCustomProperty(MODEL_NAMES, json.dumps(_model_names(processing)))
    if processing.area_m2:
        layer.setCustomProperty(AREA_M2, processing.area_m2)
    if role != AREA_ROLE:
        tell_offers(layer, processing)
    metadata = layer.metadata() if role == RESULT_ROLE else QgsLayerMetadata()
    fill_metadata(metadata, processing, server, role, part)
    place_metadata(metadata, layer.crs(), layer.extent())
    layer.setMetadata(metadata)
    attribute(layer, attribution(processing, role))


def tell_offers(layer: QgsMapLayer, processing: Processing) -> None:
    """Write in a layer's properties what the layer panel's menu can offer for it: what there once was stays offered."""
    told = (
        (HAS_TILES, processing.vector),
        (HAS_IMAGERY, processing.raster),
        (HAS_RASTER, processing.result_raster),
    )
    for key, tiles in told:
        if tiles is not None and not layer.customProperty(key):
            layer.setCustomProperty(key, "1")


def updated_stamp(processing: Processing) -> str:
    """Return when the result was made, as text; another text means a newer result than the one on the map."""
    return processing.updated.isoformat() if processing.updated else ""


def downloaded_of(layers: Iterable[QgsMapLayer]) -> Optional[datetime]:
    """Return when the file of a result's layers was downloaded; None where that is not known."""
    told = [str(layer.customProperty(DOWNLOADED)) for layer in layers if layer.customProperty(DOWNLOADED)]
    try:
        return datetime.fromisoformat(told[0]) if told else None
    except ValueError:  # changed by hand
        return None


def layers_of(project: QgsProject, processing_id: str, server: str, role: str) -> list[QgsMapLayer]:
    """Return the project's layers of a processing."""
    return [
        layer
        for layer in project.mapLayers().values()
        if layer.customProperty(PROCESSING) == processing_id
        and layer.customProperty(SERVER) == server
        and layer.customProperty(ROLE) == role
    ]


def is_on_disk(layer: QgsMapLayer) -> bool:
    """Whether the file behind a result layer is still there."""
    return layer.isValid() and file_of(layer).is_file()


def file_of(layer: QgsMapLayer) -> Path:
    """Return the file that a downloaded layer shows a table of."""
    return Path(layer.source().split("|", 1)[0])


def _kept(object_type: str) -> str:
    """Return a type with its invisible characters spelled out: QGIS 3.44 shows a layer's properties as they are."""
    return repr(object_type)[1:-1]
