"""The front door: registers the dock, its actions and its options page with QGIS, and takes each one back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import QgsApplication
from qgis.gui import QgsGui
from qgis.PyQt.QtCore import QCoreApplication, Qt, QTranslator, QUrl
from qgis.PyQt.QtGui import QDesktopServices, QIcon
from qgis.PyQt.QtWidgets import QAction, QMenu

from .api.monitor import ProcessingMonitor
from .api.session import Session
from .text.translation import install_translation, translate
from .ui.dock import HELP_URL, MapflowDock
from .ui.options import OptionsFactory
from .ui.uploads.registration import UploadRegistration

if TYPE_CHECKING:
    from qgis.gui import QgisInterface

ICONS = Path(__file__).parent / "icons"
TRANSLATIONS = Path(__file__).parent / "i18n"
MENU_TITLE = "Mapflow Dock"  # a product's name: the same in every language


class MapflowDockPlugin:
    """What QGIS loads; `initGui` builds the rooms, `unload` is its mirror."""

    def __init__(
        self,
        iface: QgisInterface,
        make_session: Callable[[], Session] = Session,
        make_monitor: Callable[[Session], ProcessingMonitor] = ProcessingMonitor,
    ) -> None:
        self.iface = iface
        self._make_session = make_session
        self._make_monitor = make_monitor
        self._translator: Optional[QTranslator] = None
        self.session: Optional[Session] = None
        self.monitor: Optional[ProcessingMonitor] = None
        self.dock: Optional[MapflowDock] = None
        self.toggle_action: Optional[QAction] = None
        self.settings_action: Optional[QAction] = None
        self.help_action: Optional[QAction] = None
        self._submenu: Optional[QMenu] = None
        self.options_factory: Optional[OptionsFactory] = None
        self.uploads: Optional[UploadRegistration] = None

    def initGui(self) -> None:  # noqa: N802 - the name QGIS calls
        """Build everything and register it; QGIS calls this when the plugin is switched on."""
        # what QGIS shows itself in, then what its settings say
        language = QgsApplication.instance().translation() or QgsApplication.locale()
        self._translator = install_translation(TRANSLATIONS, language)
        self.session = self._make_session()
        self.monitor = self._make_monitor(self.session)
        self._add_dock(self.session, self.monitor)
        self._add_actions()
        self._add_options()
        self._add_uploads()

    def unload(self) -> None:
        """Take back all that `initGui` registered; QGIS calls this when the plugin is switched off or quits."""
        self._remove_uploads()
        self._remove_options()
        self._remove_actions()
        self._remove_dock()
        if self.monitor is not None:
            self.monitor.close()
            self.monitor.deleteLater()
            self.monitor = None
        if self.session is not None:
            self.session.close()
            self.session.deleteLater()
            self.session = None
        if self._translator is not None:
            QCoreApplication.removeTranslator(self._translator)
            self._translator = None

    def _add_dock(self, session: Session, monitor: ProcessingMonitor) -> None:
        window = self.iface.mainWindow()
        self.dock = MapflowDock(session, monitor, self.iface, window)
        self.iface.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.dock)
        window.restoreDockWidget(self.dock)  # type: ignore[attr-defined]  # where the user had it, when the plugin is switched on later

    def _remove_dock(self) -> None:
        if self.dock is None:
            return
        self.dock.close_pages()
        self.iface.removeDockWidget(self.dock)
        self.dock.deleteLater()
        self.dock = None

    def _add_actions(self) -> None:
        window = self.iface.mainWindow()
        icon = QIcon(str(ICONS / "mapflow_dock.svg"))
        toggle = QAction(icon, translate("Plugin", "Mapflow Dock"), window)
        toggle.setObjectName("mActionToggleMapflowDock")
        toggle.setToolTip(translate("Plugin", "Show or hide the Mapflow dock"))
        if self.dock is not None:
            self.dock.setWindowIcon(icon)
            self.dock.setToggleVisibilityAction(toggle)
        self.iface.addPluginToWebMenu(MENU_TITLE, toggle)
        self.iface.addWebToolBarIcon(toggle)
        QgsGui.shortcutsManager().registerAction(toggle)
        self.toggle_action = toggle

        settings = QAction(translate("Plugin", "Settings…"), window)
        settings.setObjectName("mActionMapflowDockSettings")
        settings.triggered.connect(self._open_settings)
        self.iface.addPluginToWebMenu(MENU_TITLE, settings)
        self.settings_action = settings
        self._submenu = _submenu_of(self.iface.webMenu(), toggle)
        if self._submenu is not None:
            self._submenu.setObjectName("mMapflowDockMenu")  # interface customisation finds it by this

        help_action = QAction(icon, translate("Plugin", "Mapflow Dock"), window)
        help_action.setObjectName("mActionMapflowDockHelp")
        help_action.triggered.connect(_open_help)
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

    def _add_uploads(self) -> None:
        if self.dock is not None:
            icon = QIcon(str(ICONS / "mapflow_dock.svg"))
            self.uploads = UploadRegistration(
                self.iface, icon, self.dock.uploads.leaving, self.dock.upload_layers
            )

    def _remove_uploads(self) -> None:
        if self.uploads is not None:
            self.uploads.take_back()
            self.uploads = None

    def _open_settings(self, _checked: bool = False) -> None:
        if self.dock is not None:
            self.dock.open_settings()


def _open_help(_checked: bool = False) -> None:
    QDesktopServices.openUrl(QUrl(HELP_URL))


def _submenu_of(menu: QMenu, action: QAction) -> Optional[QMenu]:
    """The submenu of `menu` that holds `action`; QGIS makes one for each plugin."""
    for entry in menu.actions():
        submenu = entry.menu()
        if submenu is not None and action in submenu.actions():
            return submenu
    return None
