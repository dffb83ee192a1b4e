"""What a user does with layers in QGIS's layer panel."""

from __future__ import annotations

from collections.abc import Callable

from qgis.core import QgsMapLayer, QgsVectorTileLayer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QMenu

from desktop.eyes import NotSeen
from desktop.hands import LEFT, NO_KEYS, Desk

OPEN_PROCESSING = "mActionOpenMapflowProcessing"
USE_AS_IMAGERY = "mActionUseAsMapflowImagery"
SUMMARY = "mActionMapflowSummary"
REFRESH = "mActionRefreshMapflowResult"
TILES_FOR_FILE, FILE_FOR_TILES = "mActionSwapMapflowTiles", "mActionSwapMapflowFile"
IMAGERY, RASTER = "mActionAddMapflowSourceImagery", "mActionAddMapflowResultRaster"
KEEP_STYLE = "mActionKeepMapflowStyle"
RESET_STYLE = "mActionResetMapflowStyle"


def with_layer_menu(desk: Desk, layer: QgsMapLayer, act: Callable[[QMenu], None]) -> None:
    """Open the layer panel's menu of a layer, let `act` do something with it, and close it when that did not."""
    view = desk.iface.layerTreeView()
    view.setCurrentLayer(layer)
    menu: QMenu = view.menuProvider().createContextMenu()
    row = view.visualRect(view.currentIndex())
    menu.popup(view.viewport().mapToGlobal(row.center()))
    desk.wait("the menu of the layer was shown", menu.isVisible)
    act(menu)
    menu.close()
    menu.deleteLater()
    desk.settle()


def offered(desk: Desk, layer: QgsMapLayer) -> list[str]:
    """The names of Mapflow's entries in the menu of a layer."""
    names: list[str] = []
    with_layer_menu(desk, layer, lambda menu: names.extend(_name(each) for each in menu.actions()))
    return [name for name in names if "Mapflow" in name]


def open_processing(desk: Desk, layer: QgsMapLayer) -> None:
    """Click *Open Its Processing* in the menu of a layer."""
    _click_entry(desk, layer, OPEN_PROCESSING)


def use_as_imagery(desk: Desk, layer: QgsMapLayer) -> None:
    """Click *Use as Imagery in Mapflow* in the menu of a layer."""
    _click_entry(desk, layer, USE_AS_IMAGERY)


def open_summary(desk: Desk, layer: QgsMapLayer) -> None:
    """Click *Mapflow Summary…* in the menu of a layer."""
    _click_entry(desk, layer, SUMMARY)


def refresh(desk: Desk, layer: QgsMapLayer) -> None:
    """Click *Refresh Mapflow Result* in the menu of a layer."""
    _click_entry(desk, layer, REFRESH)


def swap(desk: Desk, layer: QgsMapLayer) -> None:
    """Click *Swap Tiles for File*, or *Swap File for Tiles*, in the menu of a layer."""
    _click_entry(desk, layer, TILES_FOR_FILE if isinstance(layer, QgsVectorTileLayer) else FILE_FOR_TILES)


def add_imagery(desk: Desk, layer: QgsMapLayer) -> None:
    """Click *Add Source Imagery* in the menu of a layer."""
    _click_entry(desk, layer, IMAGERY)


def add_raster(desk: Desk, layer: QgsMapLayer) -> None:
    """Click *Add Result Raster* in the menu of a layer."""
    _click_entry(desk, layer, RASTER)


def keep_style(desk: Desk, layer: QgsMapLayer) -> None:
    """Click *Use as Default Style for This Model* in the menu of a layer."""
    _click_entry(desk, layer, KEEP_STYLE)


def reset_style(desk: Desk, layer: QgsMapLayer) -> None:
    """Click *Reset to Mapflow's Style* in the menu of a layer."""
    _click_entry(desk, layer, RESET_STYLE)


def _click_entry(desk: Desk, layer: QgsMapLayer, name: str) -> None:
    def click(menu: QMenu) -> None:
        entries = [each for each in menu.actions() if _name(each) == name]
        if not entries:
            raise NotSeen(f"the menu of {layer.name()} does not offer {name}")
        QTest.mouseClick(menu, LEFT, NO_KEYS, menu.actionGeometry(entries[0]).center())

    with_layer_menu(desk, layer, click)


def _name(action: QAction) -> str:
    return str(action.objectName())
