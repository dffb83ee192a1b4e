"""Registers the options page with QGIS, without making it yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from qgis.gui import QgsOptionsWidgetFactory

from .preferences import PAGE_NAME

if TYPE_CHECKING:
    from qgis.PyQt.QtGui import QIcon
    from qgis.PyQt.QtWidgets import QWidget

    from .page import OptionsPage


class OptionsFactory(QgsOptionsWidgetFactory):
    """Makes the page whenever QGIS opens its options."""

    def __init__(self, icon: QIcon) -> None:
        super().__init__()
        self.setTitle("Mapflow Dock")
        self.setIcon(icon)

    def createWidget(self, parent: Optional[QWidget] = None) -> OptionsPage:  # noqa: N802 - QGIS's name
        """QGIS: build the page. It is imported only now, so that the start of QGIS does not wait for it."""
        from .page import OptionsPage

        page = OptionsPage(parent)
        page.setObjectName(PAGE_NAME)
        return page
