"""The menu of further ways to choose an area: a raster layer's extent, a layout's map, and the clipboard."""

from __future__ import annotations

from functools import partial

from qgis.core import QgsGeometry, QgsLayoutItemMap, QgsPrintLayout, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QAction, QApplication, QMenu, QToolButton

from ...layers.areas.pasted import ground_from_text
from ...layers.areas.transform import UnplaceableError
from ...text.server_text import bounded
from ...text.translation import translate
from ..widgets.icons import icon_named

_MOST_CHARACTERS = 60  # of a name in the menu


class MoreAreas(QObject):
    """Fills the menu of `button` each time it opens, with what the project holds then."""

    # QgsGeometry, its QgsCoordinateReferenceSystem, where it comes from
    chosen = pyqtSignal(object, object, str)
    refused = pyqtSignal(str)  # why there is no area in what was picked

    def __init__(self, button: QToolButton) -> None:
        super().__init__(button)
        self.menu = QMenu(button)
        self.menu.setObjectName("moreAreasMenu")
        self.layer_menu = self.menu.addMenu(
            icon_named("mIconRaster.svg"), translate("Run", "&Extent of a Raster Layer")
        )
        self.layout_menu = self.menu.addMenu(
            icon_named("mActionNewLayout.svg"), translate("Run", "&Map of a Print Layout")
        )
        self.paste_action = QAction(
            icon_named("mActionEditPaste.svg"), translate("Run", "&Paste GeoJSON or WKT"), self.menu
        )
        self.paste_action.setObjectName("pasteAreaAction")
        self.paste_action.triggered.connect(self._paste)
        self.menu.addAction(self.paste_action)
        self.menu.aboutToShow.connect(self.fill)
        button.setMenu(self.menu)

    def fill(self) -> None:
        """List the raster layers and the maps of layouts there are now."""
        self.layer_menu.clear()
        for layer in QgsProject.instance().mapLayers().values():
            if isinstance(layer, QgsRasterLayer) and layer.isValid() and not layer.extent().isEmpty():
                self._add(self.layer_menu, layer.name(), partial(self._use_layer, layer.id()))
        self.layout_menu.clear()
        for layout in QgsProject.instance().layoutManager().printLayouts():
            for item in _maps_of(layout):
                name = f"{layout.name()} · {item.displayName()}"
                self._add(self.layout_menu, name, partial(self._use_map, layout.name(), item.uuid()))
        for menu in (self.layer_menu, self.layout_menu):
            menu.menuAction().setEnabled(bool(menu.actions()))

    def _add(self, menu: QMenu, name: str, act: partial[None]) -> None:
        menu.addAction(bounded(name, _MOST_CHARACTERS).replace("&", "&&")).triggered.connect(act)

    def _use_layer(self, layer_id: str, _checked: bool = False) -> None:
        layer = QgsProject.instance().mapLayer(layer_id)
        if layer is not None:  # the menu may have stood open for a while
            origin = translate("Run", "Extent of “{name}”").format(
                name=bounded(layer.name(), _MOST_CHARACTERS)
            )
            self.chosen.emit(QgsGeometry.fromRect(layer.extent()), layer.crs(), origin)

    def _use_map(self, layout_name: str, item_id: str, _checked: bool = False) -> None:
        layouts = QgsProject.instance().layoutManager().printLayouts()
        maps = (item for layout in layouts if layout.name() == layout_name for item in _maps_of(layout))
        item = next((item for item in maps if item.uuid() == item_id), None)
        if item is not None:
            name = bounded(layout_name, _MOST_CHARACTERS)
            origin = translate("Run", "Map of the layout “{name}”").format(name=name)
            outline = QgsGeometry.fromQPolygonF(item.visibleExtentPolygon())  # turned with a rotated map
            self.chosen.emit(outline, item.crs(), origin)

    def _paste(self, _checked: bool = False) -> None:
        try:
            ground = ground_from_text(QApplication.clipboard().text())
        except UnplaceableError as error:
            self.refused.emit(str(error))
            return
        self.chosen.emit(ground.geometry, ground.crs, translate("Run", "Pasted"))


def _maps_of(layout: QgsPrintLayout) -> list[QgsLayoutItemMap]:
    return [item for item in layout.items() if isinstance(item, QgsLayoutItemMap)]
