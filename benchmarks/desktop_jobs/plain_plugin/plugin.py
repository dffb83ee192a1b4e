"""Registers an empty dock and an action with QGIS."""

# ruff: noqa: N802 - QGIS's names

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QAction, QDockWidget

if TYPE_CHECKING:
    from qgis.gui import QgisInterface


class PlainPlugin:
    """An empty dock, an action in the menu and the tool bar."""

    def __init__(self, iface: QgisInterface) -> None:
        self.iface = iface

    def initGui(self) -> None:
        """QGIS: register all."""
        window = self.iface.mainWindow()
        self.dock = QDockWidget("Plain", window)
        self.dock.setObjectName("PlainDock")
        self.iface.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.dock)
        self.action = QAction("Plain", window)
        self.iface.addPluginToWebMenu("Plain", self.action)
        self.iface.addWebToolBarIcon(self.action)

    def unload(self) -> None:
        """QGIS: take all back."""
        self.iface.removeWebToolBarIcon(self.action)
        self.iface.removePluginWebMenu("Plain", self.action)
        self.iface.removeDockWidget(self.dock)
