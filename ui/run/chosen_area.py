"""The chosen area and where it comes from: the polygons of a layer, or ground that belongs to no layer."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import Optional

from qgis.core import QgsCoordinateReferenceSystem, QgsGeometry, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...jobs.area_reading import AreaReading, Ground
from ...layers.areas.area import Area, AreaProblem, repaired
from ...text.quantities import apart, area_text
from ...text.translation import translate
from .followed_layer import FollowedLayer
from .map_presence import is_map_empty

_FAR_MORE = 100  # times the limit: then its size in figures tells nobody anything


@dataclass(frozen=True)
class ChosenGround:
    """Ground that belongs to no layer."""

    geometry: QgsGeometry
    crs: QgsCoordinateReferenceSystem
    is_of_map: bool  # drawn on the map, or what it shows
    is_extent: bool  # what the map shows


class ChosenArea(QObject):
    """Works out the area of what was chosen, and works it out again when the layer or the limit changes."""

    changed = pyqtSignal()  # `area` is another one now
    told = pyqtSignal()  # what there is to say of it may be something else now
    layer_left = pyqtSignal()  # it comes from no layer any more

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._is_open = False
        self._is_cut_short = False  # by closing, while ground was worked out
        self._area: Optional[Area] = None
        self._limit_m2 = math.inf  # a larger area is refused without being worked out
        self._max_parts: Optional[int] = None
        self._selected_only = False
        self._ground: Optional[ChosenGround] = None
        self._origin = ""
        self._remark = ""
        self._on_layers_added = partial(_forget_the_empty_map, self)
        self._followed = FollowedLayer(self)
        self._reading = AreaReading(self)
        self._followed.removed.connect(self._on_layer_removed)
        self._followed.edited.connect(self._read_layer)
        self._followed.selection_changed.connect(self._on_selection)
        self._reading.done.connect(lambda area: self._take(area, self._origin))

    @property
    def area(self) -> Optional[Area]:
        """The area, with what is wrong with it; None while there is none."""
        return self._area

    @property
    def layer(self) -> Optional[QgsVectorLayer]:
        """The layer whose polygons are the area; None while the area comes from no layer."""
        return self._followed.layer

    @property
    def ground(self) -> Optional[ChosenGround]:
        """The ground that was chosen; None while the area comes from a layer, or there is none."""
        return self._ground

    @property
    def selected_only(self) -> bool:
        """Whether only the layer's selected features count."""
        return self._selected_only

    @property
    def origin(self) -> str:
        """Where ground that belongs to no layer comes from, as the user reads it."""
        return self._origin

    @property
    def remark(self) -> str:
        """Why there is no area, or none any more, where that needs saying."""
        return self._remark

    def use_layer(self, layer: Optional[QgsVectorLayer]) -> None:
        """Let all polygons of `layer` be the area; None forgets the area."""
        if not self._is_open or layer is self.layer:
            return
        self._reading.stop()
        self._ground = None
        self._followed.follow(layer)
        self._remark = ""
        self._selected_only = False
        if layer is None:
            self._take(None)
        else:
            self._read_layer()

    def use_selected_only(self, selected_only: bool) -> None:
        """Let only the layer's selected features count, or all of them."""
        if selected_only != self._selected_only:
            self._selected_only = selected_only
            self._read_layer()

    def use_ground(
        self, ground: QgsGeometry, crs: QgsCoordinateReferenceSystem, origin: str, is_of_map: bool = True
    ) -> None:
        """Let `ground` be the area; `origin` says where it comes from, as the user reads it."""
        self._use(ChosenGround(QgsGeometry(ground), crs, is_of_map, is_extent=False), origin)

    def use_map_extent(self, shown: QgsGeometry, crs: QgsCoordinateReferenceSystem, origin: str) -> None:
        """Let what the map shows be the area."""
        self._use(ChosenGround(QgsGeometry(shown), crs, is_of_map=True, is_extent=True), origin)

    def set_limit(self, area_limit_m2: float, max_parts: Optional[int] = None) -> None:
        """Refuse larger areas without working them out; what the earlier limit refused is looked at again.

        `max_parts` is what is told of a layer with too many polygons.
        """
        self._max_parts = max_parts
        if area_limit_m2 == self._limit_m2:
            return
        self._limit_m2 = area_limit_m2
        if self._area is None or not (self._area.is_rough or self._reading.is_reading):
            return
        if self._ground is not None:
            self._use(self._ground, self._origin, self._remark)
        else:
            self._read_layer()

    def set_remark(self, remark: str) -> None:
        """Let `remark` be said with the area until another one is chosen."""
        self._remark = remark
        self.told.emit()

    def fix(self) -> None:
        """Repair broken outlines; a layer stays as it is."""
        if self._area is not None:
            self._remark = translate("Run", "Repaired; the dotted line is how it was.")
            self._take(repaired(self._area), self._origin)

    def clear(self) -> None:
        """Forget the area."""
        self._leave_layer()
        self._remark = ""
        self._take(None)

    def open(self, layer: Optional[QgsVectorLayer]) -> None:
        """Listen to the project, and read `layer` if it is the chosen one; ground of no layer stays the area."""
        self._is_open = True
        QgsProject.instance().cleared.connect(self.clear)
        QgsProject.instance().layersAdded.connect(self._on_layers_added)
        self._followed.open()
        if layer is not None:
            self._followed.follow(layer)
            self._read_layer()
        elif self._ground is not None and self._is_cut_short:
            self._use(self._ground, self._origin, self._remark)
        elif not self._origin:  # the layer was removed meanwhile
            self._take(None)

    def close(self) -> None:
        """Listen to nothing until opened again; the area stays."""
        self._is_open = False
        self._is_cut_short = self._reading.is_reading
        self._reading.stop()
        self._followed.close()
        QgsProject.instance().cleared.disconnect(self.clear)
        QgsProject.instance().layersAdded.disconnect(self._on_layers_added)

    def _read_layer(self) -> None:
        layer = self.layer
        if layer is not None:
            context = QgsProject.instance().transformContext()
            limits = (self._limit_m2, self._max_parts)
            self._take(self._reading.read(layer, self._selected_only, context, *limits))

    def _on_selection(self) -> None:
        if self._selected_only:
            self._read_layer()
        else:
            self.told.emit()

    def _on_layer_removed(self, name: str) -> None:
        self._leave_layer()
        self._remark = translate("Run", "The layer “{name}” was removed.").format(name=name)
        self._take(None)

    def _leave_layer(self) -> None:
        self._reading.stop()
        self._ground = None
        self._followed.follow(None)
        self.layer_left.emit()

    def _use(self, ground: ChosenGround, origin: str, remark: str = "") -> None:
        self._leave_layer()
        self._ground, self._remark = ground, remark
        context = QgsProject.instance().transformContext()
        whole = Ground(origin, ground.geometry, ground.crs, context, self._limit_m2, ground.is_of_map)
        self._take(_explained(self._reading.read_ground(whole), ground, self._limit_m2), origin)

    def _take(self, area: Optional[Area], origin: str = "") -> None:
        before, self._area, self._origin = self._area, area, origin
        self.told.emit()
        if not _are_same(before, area):
            self.changed.emit()


def _forget_the_empty_map(chosen: ChosenArea, _layers: object) -> None:
    """What an empty map showed was no area; once the map has a layer, that is no reason any more."""
    problems = chosen.area.problems if chosen.area is not None else ()
    if any(problem.sentence == _shows_no_place() for problem in problems) and not is_map_empty():
        chosen.clear()


def _explained(area: Area, ground: ChosenGround, limit_m2: float) -> Area:
    """`area`, with what is told of a map that shows too much, or nothing."""
    if ground.is_extent and area.is_rough:
        problem = AreaProblem(_too_wide(area.area_m2, limit_m2), fixable=False)
        return replace(area, problems=(problem,))
    if ground.is_of_map and ground.crs.isValid() and not area.parts and is_map_empty():
        # a new project's map lies nowhere: to zoom in, or to draw a smaller area, would help nobody
        return replace(area, problems=(AreaProblem(_shows_no_place(), fixable=False),))
    return area


def _shows_no_place() -> str:
    return translate("Run", "The map is empty and shows no place. Press Show Imagery, or add a layer.")


def _too_wide(shown_m2: float, limit_m2: float) -> str:
    if shown_m2 > _FAR_MORE * limit_m2:
        return translate("Run", "The map shows far more than can be processed: zoom in.")
    shown, limit = apart(area_text, shown_m2, limit_m2)
    return translate(
        "Run", "The map shows {area}; your account allows {limit} in one processing. Zoom in."
    ).format(area=shown, limit=limit)


def _are_same(one: Optional[Area], other: Optional[Area]) -> bool:
    if one is None or other is None:
        return one is other
    return one.problems == other.problems and bool(one.geometry.asWkb() == other.geometry.asWkb())
