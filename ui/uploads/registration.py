"""What uploads have in QGIS outside the dock: an entry in the menu of raster layers, and a word before QGIS quits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import QgsMapLayer
from qgis.gui import QgsGui
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QAction

from ...text.translation import translate
from .leaving import UploadExitBlocker

if TYPE_CHECKING:
    from qgis.gui import QgisInterface


class UploadRegistration:
    """Registers both with `iface`; `close` is the mirror."""

    def __init__(
        self,
        iface: QgisInterface,
        icon: QIcon,
        may_quit: Callable[[], bool],
        upload: Callable[[list[QgsMapLayer]], None],
    ) -> None:
        self._iface = iface
        self._upload = upload
        self._blocker: Optional[UploadExitBlocker] = UploadExitBlocker(may_quit)
        iface.registerApplicationExitBlocker(self._blocker)
        self.action = QAction(icon, translate("Uploads", "&Upload to Mapflow"), iface.mainWindow())
        self.action.setObjectName("mActionUploadToMapflow")
        self.action.triggered.connect(self._upload_chosen)
        raster = QgsMapLayer.LayerType.RasterLayer
        iface.addCustomActionForLayerType(self.action, "", raster, True)

    def close(self) -> None:
        """Take both back."""
        self._iface.removeCustomActionForLayerType(self.action)
        # QGIS registers the shortcuts of the actions there are when it starts.
        QgsGui.shortcutsManager().unregisterAction(self.action)
        self.action.deleteLater()
        if self._blocker is not None:
            self._iface.unregisterApplicationExitBlocker(self._blocker)
            self._blocker = None

    def _upload_chosen(self, _checked: bool = False) -> None:
        layers = self._iface.layerTreeView().selectedLayers()
        if layers:
            self._upload(list(layers))
