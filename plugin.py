"""The front door: registers the dock, its actions and its options page with QGIS, and takes each one back."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import QgsApplication
from qgis.gui import QgsGui
from qgis.PyQt.QtCore import QCoreApplication, Qt, QTranslator
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QAction, QMenu

from .algorithms.registration import Algorithms
from .text.translation import install_translation, translate
from .ui.dock import MapflowDock
from .ui.layer_action import LayerAction, layer_actions
from .ui.layer_requests import LayerRequests
from .ui.options.factory import OptionsFactory
from .ui.result_styles import style_actions
from .ui.standby import Standby
from .ui.tile_watch import TileWatch
from .ui.uploads.registration import UploadRegistration

if TYPE_CHECKING:
    from qgis.gui import QgisInterface

    from .api.monitor import ProcessingMonitor
    from .api.session import Session

ICONS = Path(__file__).parent / "icons"
TRANSLATIONS = Path(__file__).parent / "i18n"
SHORTCUT = "Ctrl+Shift+Y"  # shows and hides the dock; QGIS itself has no use for it
MENU_TITLE = "Mapflow Dock"  # a product's name: the same in every language


class MapflowDockPlugin:
    """What QGIS loads; `initGui` registers everything, `unload` is its mirror."""

    def __init__(
        self,
        iface: QgisInterface,
        make_session: Optional[Callable[[], Session]] = None,
        make_monitor: Optional[Callable[[Session], ProcessingMonitor]] = None,
    ) -> None:
        self.iface = iface
        self._make_session = make_session
        self._make_monitor = make_monitor
        self._translator: Optional[QTranslator] = None
        self.standby: Optional[Standby] = None
        self.dock: Optional[MapflowDock] = None
        self.toggle_action: Optional[QAction] = None
        self.settings_action: Optional[QAction] = None
        self.help_action: Optional[QAction] = None
        self._submenu: Optional[QMenu] = None
        self.options_factory: Optional[OptionsFactory] = None
        self.uploads: Optional[UploadRegistration] = None
        self.layer_actions: tuple[LayerAction, ...] = ()
        self.layer_requests: Optional[LayerRequests] = None
        self.tile_watch: Optional[TileWatch] = None
        self.algorithms = Algorithms()

    def initGui(self) -> None:  # noqa: N802 - the name QGIS calls
        """Register everything, and make as little of it as can be: QGIS waits for this at its start."""
        # What QGIS shows itself in, then what its settings say.
        language = QgsApplication.instance().translation() or QgsApplication.locale()
        self._translator = install_translation(TRANSLATIONS, language)
        self.standby = Standby(self._make_session, self._make_monitor)
        self.dock = MapflowDock(self.standby, self.iface, self.iface.mainWindow())
        self._add_dock(self.dock)
        self._add_actions(self.dock)
        self._add_options()
        self._add_layer_actions(self.dock)
        self._add_tile_watch()
        self.algorithms.initProcessing()

    def unload(self) -> None:
        """Take back all that `initGui` registered; QGIS calls this when the plugin is switched off or quits."""
        self.algorithms.unload()
        self._remove_tile_watch()
        self._remove_layer_actions()
        self._remove_options()
        self._remove_actions()
        self._remove_dock()
        if self.standby is not None:
            self.standby.close()
            self.standby.deleteLater()
            self.standby = None
        if self._translator is not None:
            QCoreApplication.removeTranslator(self._translator)
            self._translator = None

    def _add_dock(self, dock: MapflowDock) -> None:
        self.iface.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
        # Where the user had it, when the plugin is switched on later.
        self.iface.mainWindow().restoreDockWidget(dock)  # type: ignore[attr-defined]

    def _remove_dock(self) -> None:
        if self.dock is None:
            return
        self.dock.close()
        self.iface.removeDockWidget(self.dock)
        self.dock.deleteLater()
        self.dock = None

    def _add_actions(self, dock: MapflowDock) -> None:
        window = self.iface.mainWindow()
        icon = QIcon(str(ICONS / "mapflow_dock.svg"))
        toggle = QAction(icon, translate("Plugin", "Mapflow Dock"), window)
        toggle.setObjectName("mActionToggleMapflowDock")
        toggle.setToolTip(translate("Plugin", "Show or hide the Mapflow dock"))
        dock.setWindowIcon(icon)
        dock.setToggleVisibilityAction(toggle)
        self.iface.addPluginToWebMenu(MENU_TITLE, toggle)
        self.iface.addWebToolBarIcon(toggle)
        QgsGui.shortcutsManager().registerAction(toggle, SHORTCUT)
        self.toggle_action = toggle

        settings = QAction(translate("Plugin", "&Settings…"), window)
        settings.setObjectName("mActionMapflowDockSettings")
        settings.triggered.connect(dock.open_settings)
        self.iface.addPluginToWebMenu(MENU_TITLE, settings)
        self.settings_action = settings
        self._submenu = _submenu_of(self.iface.webMenu(), toggle)
        if self._submenu is not None:
            self._submenu.setObjectName("mMapflowDockMenu")  # interface customisation finds it by this

        help_action = QAction(icon, translate("Plugin", "&Mapflow Dock"), window)
        help_action.setObjectName("mActionMapflowDockHelp")
        help_action.triggered.connect(dock.open_help)
        self.iface.pluginHelpMenu().addAction(help_action)
        self.help_action = help_action

    def _remove_actions(self) -> None:
        # At its start QGIS registers every action of its window for shortcuts, and 3.22 keeps those that are deleted.
        for action in (self.help_action, self.settings_action, self.toggle_action):
            if action is not None:
                QgsGui.shortcutsManager().unregisterAction(action)
        if self.help_action is not None:
            self.iface.pluginHelpMenu().removeAction(self.help_action)
            self.help_action.deleteLater()
            self.help_action = None
        if self.settings_action is not None:
            self.iface.removePluginWebMenu(MENU_TITLE, self.settings_action)
            self.settings_action.deleteLater()
            self.settings_action = None
        if self.toggle_action is not None:
            self.iface.removeWebToolBarIcon(self.toggle_action)
            self.iface.removePluginWebMenu(MENU_TITLE, self.toggle_action)
            self.toggle_action.deleteLater()
            self.toggle_action = None
        if self._submenu is not None:
            self._submenu.deleteLater()  # QGIS takes an empty submenu out of its menu, but keeps it
            self._submenu = None

    def _add_options(self) -> None:
        self.options_factory = OptionsFactory(QIcon(str(ICONS / "mapflow_dock.svg")))
        self.iface.registerOptionsWidgetFactory(self.options_factory)

    def _remove_options(self) -> None:
        if self.options_factory is not None:
            self.iface.unregisterOptionsWidgetFactory(self.options_factory)
            self.options_factory = None

    def _add_layer_actions(self, dock: MapflowDock) -> None:
        icon = QIcon(str(ICONS / "mapflow_dock.svg"))
        requests = self.layer_requests = LayerRequests(dock)
        self.uploads = UploadRegistration(self.iface, icon, dock.may_quit, requests.upload)
        self.layer_actions = (*layer_actions(self.iface, icon, requests), *style_actions(self.iface, icon))

    def _remove_layer_actions(self) -> None:
        for each in self.layer_actions:
            each.close()
        self.layer_actions = ()
        if self.layer_requests is not None:
            self.layer_requests.close()
            self.layer_requests = None
        if self.uploads is not None:
            self.uploads.close()
            self.uploads = None

    def _add_tile_watch(self) -> None:
        self.tile_watch = TileWatch()
        self.tile_watch.told.connect(partial(self.iface.messageBar().pushWarning, MENU_TITLE))

    def _remove_tile_watch(self) -> None:
        if self.tile_watch is not None:
            self.tile_watch.close()
            self.tile_watch.deleteLater()
            self.tile_watch = None


def _submenu_of(menu: QMenu, action: QAction) -> Optional[QMenu]:
    """The submenu of `menu` that holds `action`; QGIS makes one for each plugin."""
    submenus = (entry.menu() for entry in menu.actions())
    return next((each for each in submenus if each is not None and action in each.actions()), None)
