"""The area of a polygon layer: read at once where that is quick, in a task where it is not."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Optional, Union

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsFeatureRequest,
    QgsFeedback,
    QgsGeometry,
    QgsMapLayer,
    QgsVectorLayer,
    QgsVectorLayerFeatureSource,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..layers.areas.area import Area, area_from_geometries, unusable
from ..layers.areas.transform import UnplaceableError
from ..layers.gdal_errors import ConversionCancelledError, Report
from ..text.translation import translate
from .job import JobError
from .task import TaskJob

MAX_FEATURES = 1000
_LOCAL = {"memory", "ogr", "spatialite", "delimitedtext", "gpx"}  # providers that wait for no network
_QUICK_FEATURES = 50  # each costs 0.3 ms
_QUICK_VERTICES = 5_000  # about 10 ms


@dataclass(frozen=True)
class LayerPolygons:
    """A layer's polygons as they are now, edits included; they can be read in any thread."""

    name: str
    crs: QgsCoordinateReferenceSystem
    context: QgsCoordinateTransformContext
    source: QgsVectorLayerFeatureSource
    request: QgsFeatureRequest
    max_features: int
    area_limit_m2: float
    is_local: bool
    max_parts: Optional[int] = None  # what the account allows

    def area(self, feedback: Optional[QgsFeedback] = None) -> Area:
        """Return the area of the polygons."""
        request = QgsFeatureRequest(self.request)
        if feedback is not None:
            request.setFeedback(feedback)
        return area_from_geometries(self._geometries(request), self.crs, self.context, self.area_limit_m2)

    def _geometries(self, request: QgsFeatureRequest) -> Iterator[QgsGeometry]:
        count = 0
        for feature in self.source.getFeatures(request):
            count += 1
            if count > self.max_features:
                raise UnplaceableError(_too_many(self.name, self.max_features, self.max_parts))
            yield feature.geometry()
        if not count:
            raise UnplaceableError(translate("Jobs", "“{layer}” has no polygons.").format(layer=self.name))

    def is_quick(self) -> bool:
        """Whether there is so little to read that nobody would notice."""
        if not self.is_local:
            return False
        vertices = 0
        request = QgsFeatureRequest(self.request).setLimit(_QUICK_FEATURES + 1)
        for count, feature in enumerate(self.source.getFeatures(request), 1):
            geometry = feature.geometry()
            vertices += 0 if geometry.isNull() else geometry.constGet().nCoordinates()
            if count > _QUICK_FEATURES or vertices > _QUICK_VERTICES:
                return False
        return True


@dataclass(frozen=True)
class Ground:
    """Polygons that belong to no layer, `name` says where they come from; they can be worked out in any thread."""

    name: str
    geometry: QgsGeometry
    crs: QgsCoordinateReferenceSystem
    context: QgsCoordinateTransformContext
    area_limit_m2: float
    is_of_map: bool

    def area(self, _feedback: Optional[QgsFeedback] = None) -> Area:
        """Return the area of the polygons."""
        limit = self.area_limit_m2
        return area_from_geometries([self.geometry], self.crs, self.context, limit, is_of_map=self.is_of_map)

    def is_quick(self) -> bool:
        """Whether there is so little to work out that nobody would notice."""
        if self.geometry.isNull():
            return True
        shape = self.geometry.constGet()
        return shape.partCount() <= _QUICK_FEATURES and shape.nCoordinates() <= _QUICK_VERTICES


class AreaReading(QObject):
    """Reads one layer's polygons, or ground, at a time: another reading takes the place of the one before."""

    done = pyqtSignal(object)  # Area, of a reading that took its time

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._job: Optional[TaskJob] = None
        self._name = ""

    def read(
        self,
        layer: QgsVectorLayer,
        selected_only: bool,
        context: QgsCoordinateTransformContext,
        area_limit_m2: float,
        max_parts: Optional[int] = None,
    ) -> Area:
        """Return the area; where that takes long, an unusable one that says so, and `done` tells the outcome."""
        self.stop()
        found = polygons_of_layer(
            layer, selected_only, context, area_limit_m2=area_limit_m2, max_parts=max_parts
        )
        if isinstance(found, Area):
            return found
        return self._read(found)

    def read_ground(self, ground: Ground) -> Area:
        """Return the area of `ground`; where that takes long, it is as with a layer."""
        self.stop()
        return self._read(ground)

    def _read(self, found: Union[LayerPolygons, Ground]) -> Area:
        if found.is_quick():
            return found.area()
        self._name = found.name
        self._job = _reading_job(found)
        self._job.succeeded.connect(self._tell)
        self._job.failed.connect(self._tell_failure)
        self._job.start()
        return unusable(translate("Jobs", "“{layer}” is being read…").format(layer=found.name))

    def stop(self) -> None:
        """Let go of a reading under way; nothing is told of it."""
        job, self._job = self._job, None
        if job is not None:
            job.cancel()

    @property
    def is_reading(self) -> bool:
        """Whether `done` is to come."""
        return self._job is not None

    def _tell(self, area: Area) -> None:
        self._job = None
        self.done.emit(area)

    def _tell_failure(self, error: JobError) -> None:
        if error.detail:
            text = translate("Jobs", "The area could not be worked out. {detail}")
            self._tell(unusable(text.format(detail=error.detail)))
        else:
            text = translate("Jobs", "“{layer}” was not read to its end. Choose it again under Area.")
            self._tell(unusable(text.format(layer=self._name)))


def _reading_job(polygons: Union[LayerPolygons, Ground]) -> TaskJob:
    """A job that succeeds with the Area; stopping it also stops a provider that waits for its server."""
    feedback = QgsFeedback()

    def read(_report: Report) -> Area:
        area = polygons.area(feedback)
        if feedback.isCanceled():
            raise ConversionCancelledError
        return area

    title = translate("Jobs", "Reading the area from “{layer}”").format(layer=polygons.name)
    return TaskJob(title, read, on_cancel=feedback.cancel)


def polygons_of_layer(
    layer: QgsVectorLayer,
    selected_only: bool,
    context: QgsCoordinateTransformContext,
    max_features: int = MAX_FEATURES,
    area_limit_m2: float = math.inf,
    max_parts: Optional[int] = None,
) -> Union[LayerPolygons, Area]:
    """Return what is to be read of a layer, or of what is selected; an unusable Area that says why it cannot be."""
    refusal = _refusal(layer, selected_only)
    if refusal is not None:
        return unusable(refusal)
    request = QgsFeatureRequest().setNoAttributes().setLimit(max_features + 1)
    if selected_only:
        request.setFilterFids(layer.selectedFeatureIds())
    return LayerPolygons(
        name=layer.name(),
        crs=layer.crs(),
        context=context,
        source=QgsVectorLayerFeatureSource(layer),
        request=request,
        max_features=max_features,
        area_limit_m2=area_limit_m2,
        max_parts=max_parts,
        is_local=layer.providerType() in _LOCAL and not _is_remote(layer.source()),
    )


def _too_many(layer: str, read: int, allowed: Optional[int]) -> str:
    """The limit that is told is that of the account: touching polygons are one part, so more of them may do."""
    if allowed is None or allowed > read:
        text = translate(
            "Jobs",
            "“{layer}” has more than %Ln polygons. Select the ones to process.",
            "“{layer}” has more than 1 polygon. Select the one to process.",
            read,
        )
    else:
        text = translate(
            "Jobs",
            "“{layer}” has too many polygons: your account allows %Ln separate parts in one processing. Select the "
            "ones to process.",
            "“{layer}” has too many polygons: your account allows 1 part in one processing. Select the one to "
            "process.",
            allowed,
        )
    return text.format(layer=layer)


def _is_remote(source: str) -> bool:
    return "/vsi" in source or "://" in source


def _refusal(layer: QgsVectorLayer, selected_only: bool) -> Optional[str]:
    name = layer.name() if isinstance(layer, QgsMapLayer) else ""
    if not isinstance(layer, QgsVectorLayer):
        return translate("Jobs", "“{layer}” is not a vector layer. Choose a polygon layer.").format(
            layer=name
        )
    if not layer.isValid():
        return translate("Jobs", "“{layer}” cannot be read. Check its data source.").format(layer=name)
    if layer.geometryType() != QgsWkbTypes.GeometryType.PolygonGeometry:
        return translate("Jobs", "“{layer}” is not a polygon layer. Choose one that is.").format(layer=name)
    if selected_only and not layer.selectedFeatureCount():
        return translate("Jobs", "No feature of “{layer}” is selected.").format(layer=name)
    return None
