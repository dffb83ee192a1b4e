"""The Area part of the Run page: a layer's polygons, a drawing, or what the map shows."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsGeometry,
    QgsMapLayerProxyModel,
    QgsPointXY,
    QgsVectorLayer,
)
from qgis.gui import QgisInterface, QgsCollapsibleGroupBox, QgsMapCanvas, QgsMapLayerComboBox
from qgis.PyQt import uic
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import QCheckBox, QLabel, QPushButton, QToolButton, QWidget

from ...layers.areas.area import Area
from ...text.quantities import area_text, number_text
from ...text.translation import translate
from ..map_tools.area_band import AreaBand
from ..map_tools.canvas_loan import CanvasLoan
from ..map_tools.polygon_tool import PolygonTool
from ..map_tools.rectangle_tool import RectangleTool
from ..widgets.icons import icon_named
from ..widgets.tool_row import ToolRow
from .chosen_area import ChosenArea
from .drawing_buttons import DrawingButtons
from .map_presence import MapPresence
from .more_areas import MoreAreas

_FORM = str(Path(__file__).with_name("area_section.ui"))


class AreaSection(QgsCollapsibleGroupBox):
    """Offers the ways to choose an area, says how large the chosen one is, and shows it on the map."""

    changed = pyqtSignal()  # `area` is another one now
    drawing_changed = pyqtSignal()  # `is_drawing` is, or another tool draws
    imagery_wanted = pyqtSignal()  # there is no map, or nothing on it

    areaLayerCombo: QgsMapLayerComboBox
    selectedOnlyCheck: QCheckBox
    drawPolygonButton: QToolButton
    drawRectangleButton: QToolButton
    mapExtentButton: QToolButton
    moreAreasButton: QToolButton
    areaTools: QWidget
    showImageryButton: QPushButton
    clearAreaButton: QToolButton
    areaLabel: QLabel
    areaProblemsLabel: QLabel
    fixAreaButton: QPushButton

    def __init__(self, canvas: QgsMapCanvas, iface: QgisInterface, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        uic.loadUi(_FORM, self)
        self._chosen = ChosenArea(self)
        self._canvas = canvas
        self._band = AreaBand(canvas, self)
        self._loan = CanvasLoan(canvas, self)
        tools = {self.drawPolygonButton: PolygonTool, self.drawRectangleButton: RectangleTool}
        self._buttons = DrawingButtons(tools, self._loan, canvas, iface, self)
        self._more = MoreAreas(self.moreAreasButton)
        self._map = MapPresence(canvas, self)
        self._is_attached = False
        self._unsaid = ""
        self._set_up_widgets()
        self._chosen.changed.connect(self._show_on_map)
        self._chosen.changed.connect(self.changed)
        self._chosen.told.connect(self._show)
        self._chosen.layer_left.connect(self._choose_no_layer)
        self._buttons.started.connect(self._on_drawing_changed)
        origin = translate("Run", "Drawn on the map")
        self._loan.drawn.connect(partial(self._chosen.use_ground, origin=origin))
        self._loan.ended.connect(self._on_drawing_changed)
        self._more.chosen.connect(partial(self.use_ground, is_of_map=False))
        self._more.refused.connect(self._chosen.set_remark)
        self._map.changed.connect(self._show)
        self.attach()

    @property
    def area(self) -> Optional[Area]:
        """The chosen area, with what is wrong with it; None while there is none."""
        return self._chosen.area

    @property
    def chosen(self) -> ChosenArea:
        """Where the area comes from."""
        return self._chosen

    @property
    def is_drawing(self) -> bool:
        """Whether an area is being drawn on the map."""
        return self._loan.is_drawing

    def attach(self) -> None:
        """Show the area on the map, and follow the project and the chosen layer; twice is as good as once."""
        if self._is_attached:
            return
        self._is_attached = True
        self._band.open()
        self._loan.open()
        self._map.open()
        layer = self.areaLayerCombo.currentLayer()
        self._chosen.open(layer if isinstance(layer, QgsVectorLayer) else None)

    def detach(self) -> None:
        """Take the area off the map, give the map tool back, and listen to nothing until attached again."""
        if not self._is_attached:
            return
        self._is_attached = False
        self._loan.close()
        self._map.close()
        self._chosen.close()
        self._band.close()

    def set_band_visible(self, visible: bool) -> None:
        """Whether the area may be seen on the map."""
        self._band.set_visible(visible)

    def set_limit(self, area_limit_m2: float, max_parts: Optional[int] = None) -> None:
        """Refuse larger areas (m²) at a glance; `max_parts` is what a layer of too many polygons is told."""
        self._chosen.set_limit(area_limit_m2, max_parts)

    def use_ground(
        self, ground: QgsGeometry, crs: QgsCoordinateReferenceSystem, origin: str, is_of_map: bool = True
    ) -> None:
        """Let `ground` be the area, and give up a drawing.

        `origin` says where it comes from, as the user reads it; `is_of_map`: its system is the project's.
        """
        self._loan.cancel()
        self._chosen.use_ground(ground, crs, origin, is_of_map)

    def use_layer(self, layer: QgsVectorLayer) -> None:
        """Choose `layer`, whose polygons are the area."""
        self.areaLayerCombo.setLayer(layer)

    def leave_unsaid(self, sentence: str) -> None:
        """Do not say `sentence` of the area: it stands beside *Start*."""
        if sentence != self._unsaid:
            self._unsaid = sentence
            self._show()

    def clear(self) -> None:
        """Forget the area, and give up a drawing."""
        self._loan.cancel()
        self._chosen.clear()

    def stop_drawing(self) -> None:
        """Give the map tool back, if one of ours has the canvas."""
        self._loan.cancel()

    def _set_up_widgets(self) -> None:
        combo = self.areaLayerCombo
        combo.setFilters(QgsMapLayerProxyModel.Filter.PolygonLayer)
        combo.setAllowEmptyLayer(True, translate("Run", "No Layer"))
        self._choose_no_layer()
        combo.layerChanged.connect(self._on_layer_chosen)
        self.selectedOnlyCheck.toggled.connect(self._chosen.use_selected_only)
        for number, (button, icon) in enumerate(
            (
                (self.drawPolygonButton, "polygon.svg"),
                (self.drawRectangleButton, "rectangle.svg"),
                (self.mapExtentButton, "map_extent.svg"),
                (self.moreAreasButton, "more.svg"),
                (self.clearAreaButton, "mActionRemove.svg"),
            ),
            start=1,
        ):
            button.setIcon(icon_named(icon))
            # the menus of QGIS and the other widgets have the letters
            button.setShortcut(QKeySequence(f"Alt+{number}"))
            key = button.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            button.setToolTip(f"{button.toolTip()} ({key})")
        ToolRow((self.drawPolygonButton, self.drawRectangleButton, self.mapExtentButton), self.areaTools)
        self.mapExtentButton.clicked.connect(self._use_map_extent)
        self.showImageryButton.clicked.connect(self.imagery_wanted)
        self.clearAreaButton.clicked.connect(self.clear)
        self.fixAreaButton.clicked.connect(self._chosen.fix)

    def _on_layer_chosen(self, layer: Optional[QgsVectorLayer]) -> None:
        if layer is not None and layer is not self._chosen.layer:
            self._loan.cancel()
        self._chosen.use_layer(layer)

    def _choose_no_layer(self) -> None:
        combo = self.areaLayerCombo
        empty = (row for row in range(combo.count()) if combo.layer(row) is None)
        combo.setCurrentIndex(next(empty, -1))  # setLayer(None) would leave it blank

    def _on_drawing_changed(self, why_given_up: str = "") -> None:
        self._chosen.set_remark(why_given_up or self._chosen.remark)
        self.drawing_changed.emit()

    def _use_map_extent(self) -> None:
        settings = self._canvas.mapSettings()
        outline = settings.visiblePolygon()  # turned with a rotated map
        corners = [QgsPointXY(outline.at(index)) for index in range(outline.count())]
        shown = QgsGeometry.fromPolygonXY([[*corners, corners[0]]])
        self._loan.cancel()
        self._chosen.use_map_extent(shown, settings.destinationCrs(), translate("Run", "Map extent"))

    def _show_on_map(self) -> None:
        area = self.area
        if area is None:
            self._band.set_geometry(None)
            return
        places = [problem.place for problem in area.problems if problem.place is not None]
        self._band.set_geometry(area.geometry, area.before, places)

    def _show(self) -> None:
        area = self.area
        _show_selection(self._chosen, self.selectedOnlyCheck)
        self.clearAreaButton.setEnabled(area is not None)
        self.clearAreaButton.setVisible(area is not None)
        self.areaTools.setEnabled(self._map.is_map_open)
        has_ground = area is not None and area.is_usable
        self.showImageryButton.setVisible(not has_ground and self._map.is_empty)
        self.areaLabel.setText(self._loan.keys or _size_text(self._chosen, self._map.missing()))
        self.areaLabel.setVisible(bool(self.areaLabel.text()))
        problems = () if area is None else area.problems
        self.fixAreaButton.setVisible(any(problem.fixable for problem in problems))
        told = [problem.sentence for problem in problems if problem.sentence != self._unsaid]
        self.areaProblemsLabel.setText("\n".join(told))
        self.areaProblemsLabel.setVisible(bool(told))


def _show_selection(chosen: ChosenArea, check: QCheckBox) -> None:
    layer = chosen.layer
    check.setVisible(layer is not None)
    check.setChecked(chosen.selected_only)
    if layer is None:
        check.setText(translate("Run", "Selected &features only"))
        check.setEnabled(False)
        return
    selected = layer.selectedFeatureCount()
    check.setText(
        translate("Run", "Selected &features only ({count})").format(count=number_text(selected, 0))
    )
    check.setEnabled(selected > 0 or check.isChecked())


def _size_text(chosen: ChosenArea, missing: str) -> str:
    if chosen.area is None:
        hint = missing or translate("Run", "Choose a layer, or draw on the map.")
        return f"{chosen.remark} {hint}" if chosen.remark else hint
    told = [chosen.origin]
    if chosen.area.is_usable:  # a broken outline has no size worth telling
        told.append(area_text(chosen.area.area_m2))
        if chosen.area.parts > 1:  # that it has one needs no words
            told.append(translate("Run", "%Ln parts", None, chosen.area.parts))
    return " · ".join(text for text in (*told, chosen.remark) if text)
