"""The Area part of the Run page: a layer's polygons, a drawing, or what the map shows."""

from __future__ import annotations

import math
from functools import partial
from pathlib import Path
from typing import Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsGeometry,
    QgsMapLayerProxyModel,
    QgsPointXY,
    QgsProject,
    QgsVectorLayer,
)
from qgis.gui import QgisInterface, QgsCollapsibleGroupBox, QgsMapCanvas, QgsMapLayerComboBox
from qgis.PyQt import uic
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QCheckBox, QLabel, QPushButton, QToolButton, QWidget

from ...jobs.area_reading import AreaReading
from ...layers.areas.area import Area, area_from_geometries, repaired
from ...text.quantities import area_text
from ...text.translation import translate
from ..map_tools.area_band import AreaBand
from ..map_tools.canvas_loan import CanvasLoan
from ..map_tools.drawing_tool import DrawingTool
from ..map_tools.polygon_tool import PolygonTool
from ..map_tools.rectangle_tool import RectangleTool
from ..widgets.icons import icon_named
from .followed_layer import FollowedLayer

_FORM = str(Path(__file__).with_name("area_section.ui"))


class AreaSection(QgsCollapsibleGroupBox):
    """Knows the chosen area, shows it on the map, and lets the user draw one."""

    changed = pyqtSignal()  # `area` is another one now
    drawing_changed = pyqtSignal()  # `is_drawing` is, or another tool draws

    areaLayerCombo: QgsMapLayerComboBox
    selectedOnlyCheck: QCheckBox
    drawPolygonButton: QToolButton
    drawRectangleButton: QToolButton
    mapExtentButton: QToolButton
    clearAreaButton: QToolButton
    areaLabel: QLabel
    areaProblemsLabel: QLabel
    fixAreaButton: QPushButton

    def __init__(self, canvas: QgsMapCanvas, iface: QgisInterface, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        # Before the layer combo exists: it must not move on to another layer when the one followed is removed.
        self._followed = FollowedLayer(self)
        self._followed.removed.connect(self._on_layer_removed)
        uic.loadUi(_FORM, self)
        self._canvas = canvas
        self._iface = iface
        self._area: Optional[Area] = None
        self._limit_m2 = math.inf  # beyond, it is refused without being worked out
        self._reading = AreaReading(self)
        self._ground: Optional[tuple[QgsGeometry, QgsCoordinateReferenceSystem]] = None  # of no layer
        self._origin = ""  # where an area that comes from no layer is from, as the user reads it
        self._remark = ""  # why there is no area (any more), when that needs saying
        self._band = AreaBand(canvas, self)
        self._loan = CanvasLoan(canvas, self)
        self._is_open = False
        self._tools: dict[QToolButton, type[DrawingTool]] = {
            self.drawPolygonButton: PolygonTool,
            self.drawRectangleButton: RectangleTool,
        }
        self._set_up_widgets()
        self._followed.edited.connect(self._read_layer)
        self._reading.done.connect(self._on_read)
        self._followed.selection_changed.connect(self._on_selection)
        self._loan.drawn.connect(self._on_drawn)
        self._loan.ended.connect(self._on_drawing_ended)
        self._loan.hinted.connect(self._show_in_status_bar)
        self.open_tools()
        self._show()

    @property
    def area(self) -> Optional[Area]:
        """The chosen area, with what is wrong with it; None while there is none."""
        return self._area

    @property
    def is_drawing(self) -> bool:
        """Whether an area is being drawn on the map."""
        return self._loan.is_drawing

    def set_band_visible(self, visible: bool) -> None:
        """Whether the area may be seen on the map."""
        self._band.set_visible(visible)

    def set_limit(self, area_limit_m2: float) -> None:
        """Refuse at a glance what is larger; what the limit before refused is looked at again."""
        if area_limit_m2 == self._limit_m2:
            return
        self._limit_m2 = area_limit_m2
        if self._area is None or not (self._area.is_rough or self._reading.is_reading):
            return
        if self._ground is not None:
            self._take(self._worked_out(*self._ground), self._origin)
        else:
            self._read_layer()

    def clear(self) -> None:
        """Forget the area."""
        self._loan.cancel()
        self._leave_layer()
        self._remark = ""
        self._take(None, "")

    def use_ground(self, ground: QgsGeometry, crs: QgsCoordinateReferenceSystem, origin: str) -> None:
        """Let `ground` be the area; `origin` says where it is from, as the user reads it."""
        self._loan.cancel()
        self._use_geometry(ground, crs, origin)

    def stop_drawing(self) -> None:
        """Give the map tool back, if one of ours has the canvas."""
        self._loan.cancel()

    def open_tools(self) -> None:
        """Follow the project and its layers again after `close_tools`; the area is as it was, if it still can be."""
        if self._is_open:
            return
        self._is_open = True
        QgsProject.instance().cleared.connect(self.clear)
        self._loan.open()
        self._followed.open()
        self._band.open()
        layer = self.areaLayerCombo.currentLayer()
        if isinstance(layer, QgsVectorLayer):
            self._followed.follow(layer)
            self._read_layer()
        elif not self._origin:
            self._take(None, "")

    def close_tools(self) -> None:
        """Give the map tool back, leave nothing of ours on the canvas, listen to nothing any more."""
        if not self._is_open:
            return
        self._is_open = False
        self._reading.stop()
        self._loan.close()
        self._followed.close()
        self._band.close()
        QgsProject.instance().cleared.disconnect(self.clear)

    def _set_up_widgets(self) -> None:
        combo = self.areaLayerCombo
        combo.setFilters(QgsMapLayerProxyModel.Filter.PolygonLayer)
        combo.setAllowEmptyLayer(True, translate("Run", "No layer"))
        self._choose_no_layer()
        combo.layerChanged.connect(self._on_layer_chosen)
        self.selectedOnlyCheck.toggled.connect(self._read_layer)
        for button, icon in (
            (self.drawPolygonButton, "polygon.svg"),
            (self.drawRectangleButton, "rectangle.svg"),
            (self.mapExtentButton, "map_extent.svg"),
            (self.clearAreaButton, "mActionRemove.svg"),
        ):
            button.setIcon(icon_named(icon))
        for button in self._tools:
            button.clicked.connect(partial(self._on_draw, button))
        self.mapExtentButton.clicked.connect(self._use_map_extent)
        self.clearAreaButton.clicked.connect(self.clear)
        self.fixAreaButton.clicked.connect(self._fix)

    # From a layer

    def _on_layer_chosen(self, layer: Optional[QgsVectorLayer]) -> None:
        if not self._is_open or layer is self._followed.layer:
            return
        self._reading.stop()
        self._ground = None
        self._followed.follow(layer)
        self._remark = ""
        self.selectedOnlyCheck.blockSignals(True)
        self.selectedOnlyCheck.setChecked(False)
        self.selectedOnlyCheck.blockSignals(False)
        if layer is None:
            self._take(None, "")
        else:
            self._loan.cancel()
            self._read_layer()

    def _read_layer(self) -> None:
        layer = self._followed.layer
        if layer is None:
            return
        context = QgsProject.instance().transformContext()
        selected_only = self.selectedOnlyCheck.isChecked()
        self._take(self._reading.read(layer, selected_only, context, self._limit_m2), "")

    def _on_read(self, area: Area) -> None:
        self._take(area, "")

    def _on_selection(self) -> None:
        if self.selectedOnlyCheck.isChecked():
            self._read_layer()
        self._show()

    def _on_layer_removed(self, name: str) -> None:
        self._leave_layer()
        self._remark = translate("Run", "The layer “{name}” was removed.").format(name=name)
        self._take(None, "")

    def _leave_layer(self) -> None:
        self._reading.stop()
        self._ground = None
        self._followed.follow(None)
        self._choose_no_layer()

    def _choose_no_layer(self) -> None:
        combo = self.areaLayerCombo
        empty = (row for row in range(combo.count()) if combo.layer(row) is None)
        combo.setCurrentIndex(next(empty, -1))  # setLayer(None) would leave it blank

    # Drawn, or what the map shows

    def _on_draw(self, button: QToolButton, checked: bool) -> None:
        if checked:
            self._loan.start(self._tools[button](self._canvas))
            button.setChecked(self._loan.is_drawing)
            self._show()
            self.drawing_changed.emit()
        else:
            self._loan.cancel()

    def _on_drawn(self, geometry: QgsGeometry, crs: QgsCoordinateReferenceSystem) -> None:
        self._use_geometry(geometry, crs, translate("Run", "Drawn on the map"))

    def _on_drawing_ended(self, why: str) -> None:
        for button in self._tools:
            button.setChecked(False)
        self._remark = why or self._remark
        self._show()
        self.drawing_changed.emit()

    def _use_map_extent(self) -> None:
        self._loan.cancel()
        settings = self._canvas.mapSettings()
        outline = settings.visiblePolygon()  # turned with a rotated map
        corners = [QgsPointXY(outline.at(index)) for index in range(outline.count())]
        shown = QgsGeometry.fromPolygonXY([[*corners, corners[0]]])
        self._use_geometry(shown, settings.destinationCrs(), translate("Run", "Map extent"))

    def _use_geometry(self, geometry: QgsGeometry, crs: QgsCoordinateReferenceSystem, origin: str) -> None:
        area = self._worked_out(geometry, crs)
        self._leave_layer()
        self._ground = (QgsGeometry(geometry), crs)
        self._remark = ""
        self._take(area, origin)

    def _worked_out(self, ground: QgsGeometry, crs: QgsCoordinateReferenceSystem) -> Area:
        context = QgsProject.instance().transformContext()
        return area_from_geometries([ground], crs, context, self._limit_m2, is_of_map=True)

    def _fix(self) -> None:
        if self._area is not None:
            self._take(repaired(self._area), self._origin)

    # What the section says

    def _take(self, area: Optional[Area], origin: str) -> None:
        before, self._area, self._origin = self._area, area, origin
        self._band.set_geometry(None if area is None else area.geometry)
        self._show()
        if not _are_same(before, area):
            self.changed.emit()

    def _show(self) -> None:
        layer = self._followed.layer
        selected = 0 if layer is None else layer.selectedFeatureCount()
        check = self.selectedOnlyCheck
        check.setText(
            translate("Run", "Selected &features only ({count})").format(
                count=check.locale().toString(selected)
            )
            if layer is not None
            else translate("Run", "Selected &features only")
        )
        check.setVisible(layer is not None)
        check.setEnabled(layer is not None and (selected > 0 or check.isChecked()))
        self.clearAreaButton.setEnabled(self._area is not None)
        self.areaLabel.setText(self._size_text())
        self.areaLabel.setVisible(bool(self.areaLabel.text()))
        problems = () if self._area is None else self._area.problems
        self.areaProblemsLabel.setText("\n".join(problem.sentence for problem in problems))
        self.areaProblemsLabel.setVisible(bool(problems))
        self.fixAreaButton.setVisible(any(problem.fixable for problem in problems))

    def _size_text(self) -> str:
        if self._loan.is_drawing:
            return self._loan.keys
        if self._area is None:
            hint = translate("Run", "Choose a polygon layer, draw on the map, or use the map extent.")
            return f"{self._remark} {hint}" if self._remark else hint
        told = [self._origin]
        if self._area.is_usable:  # a broken outline has no size worth telling
            parts = translate("Run", "%Ln parts", "1 part", self._area.parts)
            told += [area_text(self._area.area_m2), parts]
        return " · ".join(text for text in (*told, self._remark) if text)

    def _show_in_status_bar(self, text: str) -> None:
        bar = self._iface.statusBarIface()
        if text:
            bar.showMessage(text)
        else:
            bar.clearMessage()


def _are_same(one: Optional[Area], other: Optional[Area]) -> bool:
    if one is None or other is None:
        return one is other
    return one.problems == other.problems and bool(one.geometry.asWkb() == other.geometry.asWkb())
