"""QGIS's panel of log messages, opened at what this plugin wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtWidgets import QDockWidget, QTabWidget

from ...api.log import LOGGER, TAB

if TYPE_CHECKING:
    from qgis.gui import QgisInterface


def open_log(iface: QgisInterface) -> None:
    """Open the panel at the tab of this plugin."""
    iface.openMessageLog()
    panel = iface.mainWindow().findChild(QDockWidget, "MessageLog")
    if panel is None:
        return
    if not _choose_tab(panel):
        LOGGER.info("Nothing was logged before this.")  # the tab comes with its first line
        _choose_tab(panel)


def _choose_tab(panel: QDockWidget) -> bool:
    for tabs in panel.findChildren(QTabWidget):
        for index in range(tabs.count()):
            if tabs.tabText(index).replace("&", "") == TAB:
                tabs.setCurrentIndex(index)
                return True
    return False
