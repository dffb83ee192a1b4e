"""An entry in the layer panel's menu of polygon layers, which makes them the area to process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable

from qgis.core import QgsMapLayer, QgsProject, QgsVectorLayer, QgsWkbTypes
from qgis.gui import QgsGui
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QAction

from ..text.translation import translate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qgis.gui import QgisInterface


class AreaAction:
    """Registers it with `iface`, for the layers there are and those that come; `close` is the mirror."""

    def __init__(self, iface: QgisInterface, icon: QIcon, use: Callable[[QgsVectorLayer], None]) -> None:
        self._iface = iface
        self._use = use
        self.action = QAction(icon, translate("Ui", "Use as Mapflow Area"), iface.mainWindow())
        self.action.setObjectName("mActionUseAsMapflowArea")
        self.action.setToolTip(translate("Ui", "Let the polygons of this layer be the area to process"))
        self.action.triggered.connect(self._use_chosen)
        vector = QgsMapLayer.LayerType.VectorLayer
        iface.addCustomActionForLayerType(self.action, "", vector, False)
        self._offer(QgsProject.instance().mapLayers().values())
        QgsProject.instance().layersAdded.connect(self._offer)

    def close(self) -> None:
        """Take it back."""
        QgsProject.instance().layersAdded.disconnect(self._offer)
        self._iface.removeCustomActionForLayerType(self.action)
        # QGIS registers the shortcuts of the actions there are when it starts.
        QgsGui.shortcutsManager().unregisterAction(self.action)
        self.action.deleteLater()

    def _offer(self, layers: Iterable[QgsMapLayer]) -> None:
        for layer in layers:
            if _has_polygons(layer):
                self._iface.addCustomActionForLayer(self.action, layer)

    def _use_chosen(self, _checked: bool = False) -> None:
        layer = self._iface.layerTreeView().currentLayer()
        if isinstance(layer, QgsVectorLayer):
            self._use(layer)


def _has_polygons(layer: QgsMapLayer) -> bool:
    return isinstance(layer, QgsVectorLayer) and (
        layer.geometryType() == QgsWkbTypes.GeometryType.PolygonGeometry
    )
