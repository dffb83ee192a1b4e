"""The menu of what QGIS knows already: its connections to tiles, and the raster layers of the project."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Optional

from qgis.core import QgsMapLayer, QgsProject
from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QMenu, QPushButton

from ...layers.sources.connections import found_connections
from ...layers.sources.found import FoundSource
from ...layers.sources.from_layer import read_layer
from ...text.translation import translate
from ..widgets.icons import icon_named

_MOST = 200  # entries of a kind: a menu of more is of no use


class QgisMenu(QObject):
    """Fills the menu of `button` when it opens; `picked` tells what was chosen, also where it cannot be used."""

    picked = pyqtSignal(object)  # FoundSource

    def __init__(self, button: QPushButton, parent: QObject) -> None:
        super().__init__(parent)
        self._menu = QMenu(button)
        self._menu.setToolTipsVisible(True)
        self._menu.aboutToShow.connect(self._fill)
        button.setMenu(self._menu)

    def _fill(self) -> None:
        self._menu.clear()
        self._add(translate("OwnSources", "Connections"), found_connections())
        layers = QgsProject.instance().mapLayers().values()
        rasters = [each for each in layers if each.type() == QgsMapLayer.LayerType.RasterLayer]
        rasters.sort(key=lambda each: each.name().casefold())
        self._add(translate("OwnSources", "Layers of the Project"), map(read_layer, rasters[:_MOST]))
        if self._menu.isEmpty():
            none = self._menu.addAction(translate("OwnSources", "No Connections and No Raster Layers Yet"))
            none.setEnabled(False)

    def _add(self, title: str, found: Iterable[FoundSource]) -> None:
        """Add a section, what can be used first."""
        listed = sorted(found, key=lambda each: bool(each.problem or each.provider))[:_MOST]
        if not listed:
            return
        self._menu.addSection(title)
        for each in listed:
            name = each.title or translate("OwnSources", "Without a name")
            action = self._menu.addAction(name.replace("&", "&&"))
            action.setData(bool(each.source is not None and not each.problem))
            action.setToolTip(why_not(each))
            if why_not(each):
                action.setIcon(icon_named("mIconWarning.svg"))
            action.triggered.connect(partial(self._pick, each))

    def _pick(self, found: FoundSource, _checked: Optional[bool] = None) -> None:
        self.picked.emit(found)


def why_not(found: FoundSource) -> str:
    """Why it is no source of one's own, as a sentence; "" where it is one."""
    if found.provider:
        return translate("OwnSources", "This is imagery of a provider. Choose it under From a Provider.")
    return found.problem
