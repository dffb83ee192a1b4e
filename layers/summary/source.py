"""What of a layer is to be summed up, as plain values that another thread may read."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Optional, Union

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsCsException,
    QgsGeometry,
    QgsProject,
    QgsProviderRegistry,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorLayerFeatureSource,
    QgsVectorLayerSelectedFeatureSource,
)

from ..areas.measure import wgs84
from ..origin.metadata import RESULT_ROLE, TILES_ROLE
from ..results.layers import AREA_M2, OBJECT_TYPE, ROLE, layers_of
from ..styles.classes import CLASS_FIELDS
from ..styles.kinds import Kind, kind_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_HEIGHT, _AREA = "height", "area"
_YES_OR_NO = "Boolean"  # as GDAL calls it
MOST_IDS = 50_000  # of selected objects: to read more of them takes QGIS's own thread too long
_STEPS = 16  # pieces of an edge of the map, which another system bends


class Scope(enum.Enum):
    """Which objects are summed up."""

    WHOLE = "whole"
    EXTENT = "extent"
    SELECTION = "selection"


@dataclass(frozen=True)
class SummarySource:
    """One layer, read once in the main thread.

    `path` and `table` name its GeoPackage where the file holds just what the layer shows; `features` is read where it
    does not, or where the file cannot be read. `chosen` are the ids of the selected objects. `box` is around all of it,
    in degrees; None where there is none.
    """

    title: str
    kind: Kind
    features: Union[QgsVectorLayerFeatureSource, QgsVectorLayerSelectedFeatureSource]
    path: Optional[Path]
    table: str
    condition: str
    crs: QgsCoordinateReferenceSystem
    class_field: str
    is_flag: bool  # the classes are yes and no
    height_field: str
    area_field: str
    chosen: Optional[Collection[int]]
    box: Optional[QgsRectangle]

    @property
    def needs_transform(self) -> bool:
        """Whether its coordinates are none of EPSG:4326."""
        return bool(self.crs != wgs84())

    def to_degrees(self) -> QgsCoordinateTransform:
        """Return the way to EPSG:4326; raises QgsCsException where there is none."""
        return degrees_from(self.crs)


@dataclass(frozen=True)
class SummaryRequest:
    """What to sum up. `view` is what the map shows, in degrees; `area_m2` the processing's, None if not known."""

    scope: Scope
    sources: tuple[SummarySource, ...]
    view: Optional[QgsGeometry] = None
    area_m2: Optional[float] = None


def layers_of_result(project: QgsProject, processing_id: str, server: str) -> list[QgsVectorLayer]:
    """Return the downloaded layers of a processing, in the order of the layer panel."""
    found = {each.id(): each for each in layers_of(project, processing_id, server, RESULT_ROLE)}
    order = [each.id() for each in project.layerTreeRoot().layerOrder()]
    found = {key: found[key] for key in [*(key for key in order if key in found), *found]}
    return [each for each in found.values() if isinstance(each, QgsVectorLayer)]


def is_of_tiles(layer: object) -> bool:
    """Whether a layer of a result holds tiles, which have no objects to count."""
    return getattr(layer, "customProperty", lambda _name: "")(ROLE) == TILES_ROLE


def degrees_from(crs: QgsCoordinateReferenceSystem) -> QgsCoordinateTransform:
    """Return the way from a system to EPSG:4326; raises QgsCsException where there is none."""
    way = QgsCoordinateTransform(crs, wgs84(), QgsCoordinateTransformContext())
    if not way.isValid():  # it would let the numbers through as they are
        raise QgsCsException(crs.userFriendlyIdentifier())
    return way


def request_of(
    layers: Sequence[QgsVectorLayer],
    scope: Scope,
    view: Optional[QgsGeometry] = None,
    view_crs: Optional[QgsCoordinateReferenceSystem] = None,
) -> SummaryRequest:
    """Read what is to be summed up; `view` is what the map shows in `view_crs`. For the main thread."""
    known = [float(each.customProperty(AREA_M2)) for each in layers if each.customProperty(AREA_M2)]
    in_degrees = None
    if view is not None and view_crs is not None:
        in_degrees = _in_degrees(view, view_crs)
    return SummaryRequest(
        scope,
        tuple(_source(layer, scope) for layer in layers if layer.isValid()),
        in_degrees,
        known[0] if known else None,
    )


def _source(layer: QgsVectorLayer, scope: Scope) -> SummarySource:
    names = layer.fields().names()
    class_field = next((each for each in CLASS_FIELDS if each in names), "")
    height_field = _HEIGHT if _HEIGHT in names else ""
    area_field = _AREA if _AREA in names else ""
    is_selection = scope is Scope.SELECTION
    is_large = is_selection and layer.selectedFeatureCount() > MOST_IDS
    path, table = _geopackage(layer, [each for each in (class_field, height_field, area_field) if each])
    return SummarySource(
        title=layer.name(),
        kind=_kind(layer, table),
        features=(QgsVectorLayerSelectedFeatureSource if is_large else QgsVectorLayerFeatureSource)(layer),
        path=None if is_large else path,
        table=table,
        condition=layer.subsetString(),
        crs=layer.crs(),
        class_field=class_field,
        is_flag=bool(class_field) and layer.fields().field(class_field).typeName() == _YES_OR_NO,
        height_field=height_field,
        area_field=area_field,
        chosen=layer.selectedFeatureIds() if is_selection and not is_large else None,
        box=_box(layer),
    )


def _geopackage(layer: QgsVectorLayer, used: Sequence[str]) -> tuple[Optional[Path], str]:
    """Return file and table of a layer that shows just what is in a GeoPackage, as to the fields that are `used`.

    The path is None where it shows something else: with edits that are not saved, or fields that are not in the file.
    """
    parts = QgsProviderRegistry.instance().decodeUri(layer.providerType(), layer.source())
    path, table = str(parts.get("path") or ""), str(parts.get("layerName") or "")
    is_file = layer.providerType() == "ogr" and path.lower().endswith(".gpkg") and bool(table)
    is_stored = set(used) <= set(layer.dataProvider().fields().names())
    if not is_file or layer.isModified() or not is_stored:
        return None, table
    return Path(path), table


def _kind(layer: QgsVectorLayer, table: str) -> Kind:
    """Return what the objects are: by their type, or as the table is named after what the model finds."""
    by_type = kind_of(str(layer.customProperty(OBJECT_TYPE) or ""))
    if by_type is not Kind.GENERIC:
        return by_type
    return next((kind for kind in Kind if table == kind.value or table.startswith(f"{kind.value}_")), by_type)


def _box(layer: QgsVectorLayer) -> Optional[QgsRectangle]:
    # with edits, the layer itself would go through all its objects for it
    extent = layer.dataProvider().extent()
    if extent.isNull() or not extent.isFinite():
        return None
    to_degrees = QgsCoordinateTransform(layer.crs(), wgs84(), QgsProject.instance())
    if not to_degrees.isValid():
        return None
    try:
        return to_degrees.transformBoundingBox(extent)
    except QgsCsException:
        return None


def _in_degrees(view: QgsGeometry, crs: QgsCoordinateReferenceSystem) -> Optional[QgsGeometry]:
    to_degrees = QgsCoordinateTransform(crs, wgs84(), QgsProject.instance())
    if not to_degrees.isValid():
        return None
    bent = QgsGeometry(view)
    if not crs.isGeographic():
        bent = bent.densifyByCount(_STEPS - 1)
    try:
        bent.transform(to_degrees)
    except QgsCsException:  # it shows more than the globe has
        return None
    return bent if all(abs(each) < 1e6 for each in _ends(bent)) else None


def _ends(geometry: QgsGeometry) -> tuple[float, ...]:
    box = geometry.boundingBox()
    return box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()
