"""Where uploaded images lie: outlines as geometry and as a layer, and how large their pixels are on the ground."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFields,
    QgsFillSymbol,
    QgsGeometry,
    QgsLayerMetadata,
    QgsRectangle,
    QgsSimpleFillSymbolLayer,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QDateTime

from ...text.server_text import unmarked
from ...text.translation import translate
from ..origin.metadata import LONGEST_TITLE
from ..results.layers import ROLE, SERVER
from ..styles.tips import escaped
from .pixel_sizes import pixel_sizes

if TYPE_CHECKING:
    from qgis.core import QgsProject

    from ...api.imagery_records import Image, Mosaic

OUTLINE_ROLE = "image outlines"
MOSAIC = "mapflow_dock/mosaic_id"
_MIB = 1024 * 1024
_WORLD = QgsRectangle(-180, -90, 180, 90)
_URI = (
    "MultiPolygon?crs=EPSG:4326&field=image_id:string(0)&field=name:string(0)&field=mosaic:string(0)&field=size_mib:double"
    "&field=crs:string(0)&field=pixel_m:double&field=bands:integer&field=width:integer&field=height:integer"
    "&field=uploaded:datetime"
)


def outline(wkt: str) -> QgsGeometry:
    """Return the ground of a footprint (WKT), a multi-polygon in EPSG:4326; an empty geometry if it is not on Earth."""
    read = QgsGeometry.fromWkt(wkt) if wkt else QgsGeometry()
    if read.isNull() or read.type() != QgsWkbTypes.GeometryType.PolygonGeometry or read.isEmpty():
        return QgsGeometry()
    read.get().dropZValue()
    read.get().dropMValue()
    box = read.boundingBox()
    if not box.isFinite() or not _WORLD.contains(box):
        return QgsGeometry()
    read.convertToMultiType()
    return read


def outline_of_all(images: Iterable[Image]) -> QgsGeometry:
    """Return the ground that `images` cover together, in EPSG:4326."""
    parts = [part for part in (outline(image.footprint) for image in images) if not part.isEmpty()]
    return united(parts) if parts else QgsGeometry()


def united(parts: Sequence[QgsGeometry]) -> QgsGeometry:
    """Return the ground that polygons cover together."""
    whole = QgsGeometry.unaryUnion(parts)
    if whole.isNull():  # one broken outline would take all others along
        whole = QgsGeometry.unaryUnion([part.makeValid() for part in parts])
    whole.convertToMultiType()
    return whole


def mosaic_outline(mosaic: Mosaic, images: Iterable[Image]) -> QgsGeometry:
    """Return the ground of a mosaic in EPSG:4326: the one the service says, or else that of its `images`."""
    own = outline(mosaic.footprint)
    return own if not own.isEmpty() else outline_of_all(images)


def outlines_layer(mosaic: Mosaic, images: Sequence[Image], server: str) -> QgsVectorLayer:
    """Return a memory layer in EPSG:4326, a feature for each image that has an outline; `pixel_m` is in metres."""
    title = translate("Footprints", "{name} (outlines)").format(name=unmarked(mosaic.name, LONGEST_TITLE))
    layer = QgsVectorLayer(_URI, title, "memory")
    fields = layer.fields()
    found = (_feature(*each, mosaic, fields) for each in zip(images, pixel_sizes(images)))
    rows = [row for row in found if row.hasGeometry()]
    layer.dataProvider().addFeatures(rows)
    layer.updateExtents()
    layer.renderer().setSymbol(outline_symbol())  # type: ignore[attr-defined]
    name, crs = escaped('"name"'), escaped('"crs"')
    layer.setMapTipTemplate(f'<b>[% {name} %]</b><br>[% {crs} %] · [% round("pixel_m", 2) %] m')
    layer.setCustomProperty(MOSAIC, mosaic.id)
    layer.setCustomProperty(SERVER, server)
    layer.setCustomProperty(ROLE, OUTLINE_ROLE)
    metadata = QgsLayerMetadata()
    metadata.setTitle(title)
    metadata.setIdentifier(mosaic.id)
    metadata.setType("dataset")
    about = translate("Footprints", "Outlines of the images in {name}.")
    metadata.setAbstract(about.format(name=unmarked(mosaic.name)))
    layer.setMetadata(metadata)
    return layer


def outlines_of(project: QgsProject, mosaic_id: str, server: str) -> Optional[QgsVectorLayer]:
    """Return the layer of `project` with outlines of a mosaic's images; None where there is none."""
    wanted = {MOSAIC: mosaic_id, SERVER: server, ROLE: OUTLINE_ROLE}
    for layer in project.mapLayers().values():
        is_it = all(layer.customProperty(key) == value for key, value in wanted.items())
        if is_it and isinstance(layer, QgsVectorLayer):
            return layer
    return None


def pixel_metres(image: Image) -> Optional[float]:
    """Return the longer side of a pixel on the ground, in metres; None where it is not known."""
    return pixel_sizes([image])[0]


def system_of(image: Image) -> QgsCoordinateReferenceSystem:
    """Return the image's own coordinate reference system; an invalid one where QGIS does not know it."""
    crs = QgsCoordinateReferenceSystem()
    if image.crs:
        crs.createFromUserInput(image.crs)
    return crs


def outline_symbol() -> QgsFillSymbol:
    """Return lines with a pale casing and no fill, so that the imagery below stays visible."""
    symbol = QgsFillSymbol.createSimple(
        {
            "style": "no",
            "outline_color": "255,255,255,170",
            "outline_width": "1.1",
            "outline_width_unit": "MM",
        }
    )
    line = {"style": "no", "outline_color": "#0b7fd6", "outline_width": "0.5", "outline_width_unit": "MM"}
    symbol.appendSymbolLayer(QgsSimpleFillSymbolLayer.create(line))
    return symbol


def _feature(image: Image, pixel_m: Optional[float], mosaic: Mosaic, fields: QgsFields) -> QgsFeature:
    row = QgsFeature(fields)
    uploaded = None
    if image.uploaded is not None:
        uploaded = QDateTime.fromSecsSinceEpoch(int(image.uploaded.timestamp()))
    row.setAttributes(
        [
            image.id,
            image.name,
            mosaic.name,
            None if image.size is None else round(image.size / _MIB, 3),
            image.crs,
            pixel_m,
            image.bands,
            image.width,
            image.height,
            uploaded,
        ]
    )
    row.setGeometry(outline(image.footprint))
    return row
