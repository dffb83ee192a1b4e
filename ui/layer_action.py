"""Entries in the layer panel's menu, of those layers alone that each is for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Callable

from qgis.core import QgsMapLayer, QgsProject, QgsVectorLayer, QgsWkbTypes
from qgis.gui import QgsGui
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QAction

from ..text.translation import translate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qgis.gui import QgisInterface

    from .layer_requests import LayerRequests

    Use = Callable[[QgsMapLayer], None]

# on the layers of results: layers/results is not read for them at QGIS's start
PROCESSING = "mapflow_dock/processing_id"
ROLE = "mapflow_dock/role"
RESULT_ROLES = ("result", "tiles")
HAS_TILES = "mapflow_dock/has_tiles"
HAS_IMAGERY = "mapflow_dock/has_imagery"
HAS_RASTER = "mapflow_dock/has_raster"
_OFFERED = (HAS_TILES, HAS_IMAGERY, HAS_RASTER)
RESULT_KINDS = (QgsMapLayer.LayerType.VectorLayer, QgsMapLayer.LayerType.VectorTileLayer)


class LayerAction:
    """Offers `action` for the layers there are and those that come, of these `kinds`; `close` is the mirror."""

    def __init__(
        self,
        iface: QgisInterface,
        action: QAction,
        kinds: tuple[QgsMapLayer.LayerType, ...],
        fits: Callable[[QgsMapLayer], bool],
        use: Use,
    ) -> None:
        self._iface = iface
        self._kinds = kinds
        self._fits = fits
        self._use = use
        self._may_fit: dict[str, Callable[[str], None]] = {}  # layers by their ids, with what is connected
        self.action = action
        action.triggered.connect(self._use_chosen)
        for kind in kinds:
            iface.addCustomActionForLayerType(action, "", kind, False)
        self._offer(QgsProject.instance().mapLayers().values())
        QgsProject.instance().layersAdded.connect(self._offer)
        QgsProject.instance().layersWillBeRemoved.connect(self._on_removed)

    def close(self) -> None:
        """Take it back."""
        QgsProject.instance().layersAdded.disconnect(self._offer)
        QgsProject.instance().layersWillBeRemoved.disconnect(self._on_removed)
        self._on_removed(list(self._may_fit))
        for _kind in self._kinds:  # QGIS removes it from one at a time
            self._iface.removeCustomActionForLayerType(self.action)
        # QGIS registers the shortcuts of the actions there are when it starts.
        QgsGui.shortcutsManager().unregisterAction(self.action)
        self.action.deleteLater()

    def _offer(self, layers: Iterable[QgsMapLayer]) -> None:
        for layer in layers:
            if self._fits(layer):
                self._iface.addCustomActionForLayer(self.action, layer)
            elif layer.type() in self._kinds and _is_of_result(layer) and layer.id() not in self._may_fit:
                told = partial(self._on_told, layer.id())
                self._may_fit[layer.id()] = told
                layer.customPropertyChanged.connect(told)

    def _on_told(self, layer_id: str, key: str) -> None:
        """Offer it for a layer that fits by now: of a result, more is known later."""
        layer = QgsProject.instance().mapLayer(layer_id)
        if key in _OFFERED and layer is not None and self._fits(layer):
            self._let_be(layer)
            self._iface.addCustomActionForLayer(self.action, layer)

    def _on_removed(self, layer_ids: Iterable[str]) -> None:
        for layer_id in layer_ids:
            layer = QgsProject.instance().mapLayer(layer_id)
            if layer is not None:
                self._let_be(layer)

    def _let_be(self, layer: QgsMapLayer) -> None:
        told = self._may_fit.pop(layer.id(), None)
        if told is not None:
            layer.customPropertyChanged.disconnect(told)

    def _use_chosen(self, _checked: bool = False) -> None:
        layer = self._iface.layerTreeView().currentLayer()
        if layer is not None and self._fits(layer):
            self._use(layer)


def layer_actions(iface: QgisInterface, icon: QIcon, requests: LayerRequests) -> tuple[LayerAction, ...]:
    """Register all entries but *Upload*, each of which calls one of `requests`."""
    return (
        area_action(iface, icon, requests.use_area),
        imagery_action(iface, icon, requests.use_imagery),
        processing_action(iface, icon, requests.open_processing),
        summary_action(iface, icon, requests.sum_up),
        *result_actions(iface, icon, requests),
    )


def area_action(iface: QgisInterface, icon: QIcon, use: Use) -> LayerAction:
    """Return the entry that makes the polygons of a layer the area to process."""
    action = QAction(icon, translate("Ui", "Use as Mapflow &Area"), iface.mainWindow())
    action.setObjectName("mActionUseAsMapflowArea")
    action.setToolTip(translate("Ui", "Let the polygons of this layer be the area to process"))
    return LayerAction(iface, action, (QgsMapLayer.LayerType.VectorLayer,), _has_polygons, use)


def imagery_action(iface: QgisInterface, icon: QIcon, use: Use) -> LayerAction:
    """Return the entry that makes what a raster layer shows the imagery to process."""
    action = QAction(icon, translate("Ui", "Use as &Imagery in Mapflow"), iface.mainWindow())
    action.setObjectName("mActionUseAsMapflowImagery")
    action.setToolTip(translate("Ui", "Let Mapflow look at the imagery of this layer"))
    return LayerAction(iface, action, (QgsMapLayer.LayerType.RasterLayer,), _is_raster, use)


def processing_action(iface: QgisInterface, icon: QIcon, use: Use) -> LayerAction:
    """Return the entry that goes from a layer to the processing it is of."""
    action = QAction(icon, translate("Ui", "Open Its &Processing"), iface.mainWindow())
    action.setObjectName("mActionOpenMapflowProcessing")
    action.setToolTip(translate("Ui", "Show the Mapflow processing this layer came from"))
    kinds = (*RESULT_KINDS, QgsMapLayer.LayerType.RasterLayer)
    return LayerAction(iface, action, kinds, lambda layer: bool(layer.customProperty(PROCESSING)), use)


def result_actions(iface: QgisInterface, icon: QIcon, requests: LayerRequests) -> tuple[LayerAction, ...]:
    """Return the entries of the layers of a result: a newer one, tiles or file, and what lies below it."""

    def entry(name: str, text: str, tip: str, fits: Callable[[QgsMapLayer], bool], use: Use) -> LayerAction:
        action = QAction(icon, text, iface.mainWindow())
        action.setObjectName(name)
        action.setToolTip(tip)
        return LayerAction(iface, action, RESULT_KINDS, fits, use)

    return (
        entry(
            "mActionRefreshMapflowResult",
            translate("Ui", "&Refresh Mapflow Result"),
            translate("Ui", "Ask Mapflow for a newer result of the processing this layer is of"),
            _is_of_result,
            requests.refresh,
        ),
        entry(
            "mActionSwapMapflowTiles",
            translate("Ui", "S&wap Tiles for File"),
            translate("Ui", "Show the downloaded result in the place of its tiles"),
            lambda layer: _has_role(layer, RESULT_ROLES[1]),
            requests.swap,
        ),
        entry(
            "mActionSwapMapflowFile",
            translate("Ui", "S&wap File for Tiles"),
            translate("Ui", "Show the tiles of Mapflow in the place of the downloaded result"),
            lambda layer: _has_role(layer, RESULT_ROLES[0]) and bool(layer.customProperty(HAS_TILES)),
            requests.swap,
        ),
        entry(
            "mActionAddMapflowSourceImagery",
            translate("Ui", "Add Source I&magery"),
            translate("Ui", "Put the imagery the result was found in below it"),
            lambda layer: _is_of_result(layer) and bool(layer.customProperty(HAS_IMAGERY)),
            requests.add_imagery,
        ),
        entry(
            "mActionAddMapflowResultRaster",
            translate("Ui", "Add Result Ras&ter"),
            translate("Ui", "Put the raster that came of the processing below the result"),
            lambda layer: _is_of_result(layer) and bool(layer.customProperty(HAS_RASTER)),
            requests.add_raster,
        ),
    )


def _has_role(layer: QgsMapLayer, role: str) -> bool:
    return bool(layer.customProperty(PROCESSING)) and bool(layer.customProperty(ROLE) == role)


def _is_raster(layer: QgsMapLayer) -> bool:
    return bool(layer.type() == QgsMapLayer.LayerType.RasterLayer)


def summary_action(iface: QgisInterface, icon: QIcon, use: Use) -> LayerAction:
    """Return the entry that sums up the result a layer is of."""
    action = QAction(icon, translate("Ui", "Mapflow &Summary…"), iface.mainWindow())
    action.setObjectName("mActionMapflowSummary")
    action.setToolTip(translate("Ui", "Count and measure the objects of the result this layer is of"))
    return LayerAction(iface, action, RESULT_KINDS, _is_of_result, use)


def _is_of_result(layer: QgsMapLayer) -> bool:
    return bool(layer.customProperty(PROCESSING)) and layer.customProperty(ROLE) in RESULT_ROLES


def _has_polygons(layer: QgsMapLayer) -> bool:
    return isinstance(layer, QgsVectorLayer) and (
        layer.geometryType() == QgsWkbTypes.GeometryType.PolygonGeometry
    )
