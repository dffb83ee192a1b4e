"""The front door: what `initGui` registers, `unload` takes back; and what QGIS reads of the plugin."""

# ruff: noqa: N802 - a stand-in for QgisInterface has its method names

from __future__ import annotations

import configparser
import gc
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from qgis.core import (
    QgsApplication,
    QgsMapLayer,
    QgsProject,
    QgsRasterLayer,
    QgsSettings,
    QgsVectorLayer,
    QgsVectorTileLayer,
)
from qgis.gui import (
    QgsApplicationExitBlockerInterface,
    QgsGui,
    QgsMapCanvas,
    QgsMessageBar,
    QgsOptionsWidgetFactory,
)
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QObject, Qt
from qgis.PyQt.QtGui import QImage, QKeySequence
from qgis.PyQt.QtWidgets import QAction, QDockWidget, QLabel, QMainWindow, QMenu, QTextEdit

import mapflow_dock
import translations
from mapflow_dock.plugin import MapflowDockPlugin
from mapflow_dock.text.translation import translate
from mapflow_dock.ui.dock import MapflowDock

ROOT = Path(mapflow_dock.__file__).resolve().parent


class Window(QMainWindow):
    """The part of the QGIS interface the plugin registers with, on a real window with real menus and tool bars.

    Methods are named as those of QgisInterface.
    """

    def __init__(self) -> None:
        super().__init__()
        self.canvas = QgsMapCanvas(self)
        self.setCentralWidget(self.canvas)
        self.web_menu = self.menuBar().addMenu("Web")
        self.help_menu = QMenu("Plugins", self)
        self.tool_bar = self.addToolBar("Web")
        self.bar = QgsMessageBar(self)
        self.factories: list[QgsOptionsWidgetFactory] = []
        self.opened: list[str] = []
        self.current_layer_changed: list[Callable[..., None]] = []
        self.layer_actions: list[tuple[QAction, str, object, bool]] = []
        self.single_layer_actions: list[tuple[QAction, str]] = []
        self.exit_blockers: list[QgsApplicationExitBlockerInterface] = []
        self.chosen_layers: list[QgsMapLayer] = []

    def mainWindow(self) -> QMainWindow:
        return self

    def mapCanvas(self) -> QgsMapCanvas:
        return self.canvas

    def messageBar(self) -> QgsMessageBar:
        return self.bar

    def webMenu(self) -> QMenu:
        return self.web_menu

    def pluginHelpMenu(self) -> QMenu:
        return self.help_menu

    def _submenu(self, name: str) -> QMenu:
        for action in self.web_menu.actions():
            if action.menu() is not None and action.menu().title() == name:
                return action.menu()
        return self.web_menu.addMenu(name)

    def addPluginToWebMenu(self, name: str, action: QAction) -> None:
        self._submenu(name).addAction(action)

    def removePluginWebMenu(self, name: str, action: QAction) -> None:
        menu = self._submenu(name)
        menu.removeAction(action)
        if not menu.actions():
            self.web_menu.removeAction(menu.menuAction())  # and, as QGIS does, it keeps the menu itself

    def addWebToolBarIcon(self, action: QAction) -> None:
        self.tool_bar.addAction(action)

    def removeWebToolBarIcon(self, action: QAction) -> None:
        self.tool_bar.removeAction(action)

    def addDockWidget(self, area: Qt.DockWidgetArea, dock: QDockWidget) -> None:
        QMainWindow.addDockWidget(self, area, dock)

    def removeDockWidget(self, dock: QDockWidget) -> None:
        QMainWindow.removeDockWidget(self, dock)

    def registerOptionsWidgetFactory(self, factory: QgsOptionsWidgetFactory) -> None:
        self.factories.append(factory)

    def unregisterOptionsWidgetFactory(self, factory: QgsOptionsWidgetFactory) -> None:
        self.factories.remove(factory)

    def addCustomActionForLayerType(
        self, action: QAction, menu: str, kind: QgsMapLayer.LayerType, all_layers: bool
    ) -> None:
        self.layer_actions.append((action, menu, kind, all_layers))

    def addCustomActionForLayer(self, action: QAction, layer: QgsMapLayer) -> None:
        self.single_layer_actions.append((action, layer.id()))

    def removeCustomActionForLayerType(self, action: QAction) -> bool:
        self.layer_actions = [each for each in self.layer_actions if each[0] is not action]
        self.single_layer_actions = [each for each in self.single_layer_actions if each[0] is not action]
        return True

    def registerApplicationExitBlocker(self, blocker: QgsApplicationExitBlockerInterface) -> None:
        self.exit_blockers.append(blocker)

    def unregisterApplicationExitBlocker(self, blocker: QgsApplicationExitBlockerInterface) -> None:
        self.exit_blockers.remove(blocker)

    def layerTreeView(self) -> Window:
        return self

    def currentLayer(self) -> QgsMapLayer:
        return self.chosen_layers[0]

    def selectedLayers(self) -> list[QgsMapLayer]:
        return self.chosen_layers

    def showOptionsDialog(self, _parent: QObject, page: str) -> None:
        self.opened.append(page)


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[Window]:
    window = Window()
    qtbot.addWidget(window)
    window.resize(1200, 900)
    window.show()
    passing = QDockWidget(window)  # a window makes parts of its layout with its first dock, and keeps them
    QMainWindow.addDockWidget(window, Qt.DockWidgetArea.RightDockWidgetArea, passing)
    QMainWindow.removeDockWidget(window, passing)
    passing.deleteLater()
    qtbot.waitUntil(lambda: not window.findChildren(QDockWidget))
    yield window
    window.canvas.setMapTool(None)


def difference(before: dict[str, object], after: dict[str, object]) -> dict[str, object]:
    """What is there and was not, or is not there and was."""
    found: dict[str, object] = {}
    for key, former in before.items():
        present = after[key]
        if isinstance(former, Counter) and isinstance(present, Counter):
            if present != former:
                found[key] = (present - former, former - present)
        elif present != former:
            found[key] = (present, former)
    return found


def expect_nothing_left(qtbot: QtBot, window: Window, before: dict[str, object]) -> None:
    def check() -> None:
        assert difference(before, left_behind(window)) == {}

    qtbot.waitUntil(check)


def left_behind(window: Window) -> dict[str, object]:
    """All that a plugin could leave in a window and in QGIS, once what was to be deleted later is deleted."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return {
        "children": Counter(type(child).__name__ for child in window.findChildren(QObject)),
        "web menu": len(window.web_menu.actions()),
        "help menu": len(window.help_menu.actions()),
        "tool bar": len(window.tool_bar.actions()),
        "factories": len(window.factories),
        "layer actions": len(window.layer_actions) + len(window.single_layer_actions),
        "exit blockers": len(window.exit_blockers),
        "shortcuts": len(QgsGui.shortcutsManager().listActions()),
        "map tool": window.canvas.mapTool(),
        "providers of algorithms": len(QgsApplication.processingRegistry().providers()),
        "tasks": QgsApplication.taskManager().count(),
        "items on the map": len(window.canvas.scene().items()),
    }


def test_loading_and_unloading_twenty_times_leaves_nothing(qtbot: QtBot, window: Window) -> None:
    before = left_behind(window)
    for _round in range(20):
        plugin = MapflowDockPlugin(window)
        plugin.initGui()
        plugin.unload()
    gc.collect()
    expect_nothing_left(qtbot, window, before)


def test_unloading_while_shown_leaves_nothing(qtbot: QtBot, window: Window) -> None:
    before = left_behind(window)
    plugin = MapflowDockPlugin(window)
    plugin.initGui()
    assert plugin.dock is not None
    plugin.dock.show()
    qtbot.waitUntil(plugin.dock.isVisible)
    plugin.dock.contents.messageBar.pushMessage("Something to say")
    plugin.unload()
    del plugin
    gc.collect()
    expect_nothing_left(qtbot, window, before)


def test_what_is_said_of_layers_with_a_login_is_in_the_message_bar(window: Window) -> None:
    plugin = MapflowDockPlugin(window)
    plugin.initGui()
    assert plugin.tile_watch is not None
    plugin.tile_watch.told.emit("Pictures may be missing")
    assert any(
        "Pictures may be missing" in label.toPlainText() for label in window.bar.findChildren(QTextEdit)
    )
    plugin.unload()


def test_a_start_of_qgis_loads_no_page_and_nothing_that_works_with_the_service() -> None:
    code = (
        "import sys, qgis.core, qgis.gui; before = set(sys.modules);"  # QGIS 3.44 loads NumPy itself
        "import mapflow_dock.plugin; print(*(set(sys.modules) - before))"
    )
    path = os.pathsep.join(sys.path)
    told = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = [name.removeprefix("mapflow_dock.") for name in told.stdout.split() if "mapflow_dock" in name]
    assert "ui.dock" in loaded
    heavy = (
        "api.session",
        "api.monitor",
        "api.http",
        "jobs",
        "layers",
        "ui.contents",
        "ui.run",
        "ui.my_imagery",
    )
    assert [name for name in loaded if name.startswith(heavy)] == []
    assert [name for name in told.stdout.split() if name in ("numpy", "osgeo.gdal")] == []


def test_unload_twice_or_before_any_load_does_no_harm(window: Window) -> None:
    plugin = MapflowDockPlugin(window)
    plugin.unload()
    plugin.initGui()
    plugin.unload()
    plugin.unload()


@pytest.fixture
def plugin(window: Window) -> Iterator[MapflowDockPlugin]:
    plugin = MapflowDockPlugin(window)
    plugin.initGui()
    yield plugin
    plugin.unload()


def test_the_action_shows_and_hides_the_dock(qtbot: QtBot, window: Window, plugin: MapflowDockPlugin) -> None:
    dock = window.findChild(MapflowDock, "MapflowDock")
    action = plugin.toggle_action
    assert action is not None
    assert window.dockWidgetArea(dock) == Qt.DockWidgetArea.RightDockWidgetArea
    shown = dock.isVisible()
    action.trigger()
    qtbot.waitUntil(lambda: dock.isVisible() is not shown)
    action.trigger()
    qtbot.waitUntil(lambda: dock.isVisible() is shown)
    assert action.isChecked() is shown


def test_the_action_can_be_given_a_shortcut(plugin: MapflowDockPlugin) -> None:
    manager = QgsGui.shortcutsManager()
    action = plugin.toggle_action
    assert action is not None
    assert action in manager.listActions()
    assert manager.setKeySequence(action, "Ctrl+Alt+Shift+M")
    assert action.shortcut() == QKeySequence("Ctrl+Alt+Shift+M")
    manager.setKeySequence(action, "")


def test_everything_registered_has_a_name(window: Window, plugin: MapflowDockPlugin) -> None:
    submenu = window.web_menu.actions()[0].menu()
    for action in (*submenu.actions(), *window.help_menu.actions()):
        assert action.objectName()
    assert submenu.objectName()


def test_settings_open_on_the_plugin_s_page(window: Window, plugin: MapflowDockPlugin) -> None:
    assert plugin.settings_action is not None
    plugin.settings_action.trigger()
    page = window.factories[0].createWidget(None)
    assert window.opened == [page.objectName()]
    page.deleteLater()


RUSSIAN = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ru"><context><name>Plugin</name><message>
<source>Show or hide the Mapflow dock</source><translation>Показать или скрыть панель Mapflow</translation>
</message></context></TS>
"""


@pytest.mark.parametrize(
    ("overrides", "language", "is_russian"),
    [(True, "ru", True), (True, "ru_RU", True), (True, "de", False), (False, "ru", False)],
)
def test_it_speaks_the_language_qgis_is_set_to(
    window: Window,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    overrides: bool,
    language: str,
    is_russian: bool,
) -> None:
    source = tmp_path / "mapflow_dock_ru.ts"
    source.write_text(RUSSIAN, encoding="utf-8")
    translations.release(source)
    monkeypatch.setattr("mapflow_dock.plugin.TRANSLATIONS", tmp_path)
    settings = QgsSettings()
    settings.setValue("locale/overrideFlag", overrides)
    settings.setValue("locale/userLocale", language)
    plugin = MapflowDockPlugin(window)
    try:
        plugin.initGui()
        assert plugin.toggle_action is not None
        assert ("Показать" in plugin.toggle_action.toolTip()) is is_russian
    finally:
        plugin.unload()
        settings.remove("locale")
    assert translate("Plugin", "Show or hide the Mapflow dock") == "Show or hide the Mapflow dock"


@pytest.fixture
def general() -> configparser.SectionProxy:
    metadata = configparser.ConfigParser()
    metadata.read(ROOT / "metadata.txt", encoding="utf-8")
    return metadata["general"]


def test_a_raster_layer_s_menu_uploads_it(
    qtbot: QtBot, window: Window, plugin: MapflowDockPlugin, tmp_path: Path
) -> None:
    """Without a login it says so, where the user can see it."""
    (action, menu, kind, is_for_all) = window.layer_actions[0]
    assert action.text() == "&Upload to Mapflow"
    assert (menu, kind, is_for_all) == ("", QgsMapLayer.LayerType.RasterLayer, True)
    picture = QImage(20, 20, QImage.Format.Format_RGB32)
    picture.fill(0)
    picture.save(str(tmp_path / "a.png"))
    window.chosen_layers = [QgsRasterLayer(str(tmp_path / "a.png"), "Aerial")]
    assert plugin.dock is not None
    plugin.dock.hide()
    action.trigger()
    qtbot.waitUntil(plugin.dock.isVisible)
    told = [label.text() for label in plugin.dock.contents.messageBar.findChildren(QLabel)]
    assert any("Sign in" in text for text in told)
    assert window.exit_blockers[0].allowExit(), "nothing is under way"


def test_polygon_layers_alone_have_an_entry_that_makes_them_the_area(
    qtbot: QtBot, window: Window, plugin: MapflowDockPlugin, qgis_new_project: object
) -> None:
    layers = [
        QgsVectorLayer(f"{kind}?crs=EPSG:4326", kind, "memory")
        for kind in ("Point", "LineString", "MultiPolygon")
    ]
    QgsProject.instance().addMapLayers(layers)
    (action, menu, kind, is_for_all) = window.layer_actions[1]
    assert action.text() == "Use as Mapflow &Area"
    assert (menu, kind, is_for_all) == ("", QgsMapLayer.LayerType.VectorLayer, False)
    assert window.single_layer_actions == [(action, layers[2].id())]
    assert plugin.dock is not None
    plugin.dock.hide()
    window.chosen_layers = [layers[2]]
    action.trigger()
    qtbot.waitUntil(plugin.dock.isVisible)
    assert plugin.dock.contents.signed_in_page.run.area.areaLayerCombo.currentLayer() is layers[2]


def test_layers_of_a_processing_alone_have_an_entry_that_opens_it(
    qtbot: QtBot, window: Window, plugin: MapflowDockPlugin, qgis_new_project: object
) -> None:
    """Without a login it says so, where the user can see it."""
    layers = [QgsVectorLayer("Point?crs=EPSG:4326", name, "memory") for name in ("mine", "result")]
    tiles = QgsVectorTileLayer("type=xyz&url=http://127.0.0.1:9/%7Bz%7D/%7Bx%7D/%7By%7D.pbf", "tiles")
    for layer in (layers[1], tiles):
        layer.setCustomProperty("mapflow_dock/processing_id", "p")
        layer.setCustomProperty("mapflow_dock/server", "https://a.example")
    QgsProject.instance().addMapLayers([*layers, tiles])
    offered = [entry for entry in window.layer_actions if entry[0].text() == "Open Its &Processing"]
    action = offered[0][0]
    kinds = {entry[2] for entry in offered}
    assert kinds == {QgsMapLayer.LayerType.VectorLayer, QgsMapLayer.LayerType.VectorTileLayer}
    assert {layer for _action, layer in window.single_layer_actions} == {layers[1].id(), tiles.id()}
    assert plugin.dock is not None
    plugin.dock.hide()
    window.chosen_layers = [layers[1]]
    action.trigger()
    qtbot.waitUntil(plugin.dock.isVisible)
    told = [label.text() for label in plugin.dock.contents.messageBar.findChildren(QLabel)]
    assert any("Sign in to see the processing" in text for text in told)


def test_metadata_names_all_that_the_plugin_site_requires(general: configparser.SectionProxy) -> None:
    required = "name description version qgisMinimumVersion author email about tracker repository homepage"
    for key in required.split():
        assert general[key].strip(), key
    assert "/" not in general["author"]
    assert general["qgisMinimumVersion"] == "3.22"
    assert general["qgisMaximumVersion"] == "4.99"
    assert "supportsQt6" not in general


def test_the_icons_are_there_and_can_be_drawn(general: configparser.SectionProxy) -> None:
    picture = QImage(str(ROOT / general["icon"]))
    assert (picture.width(), picture.height()) == (128, 128)
    for name in ("mapflow_dock.svg", "account.svg"):
        assert not QImage(str(ROOT / "icons" / name)).isNull()


def test_the_front_door_stays_small() -> None:
    assert len((ROOT / "plugin.py").read_text(encoding="utf-8").splitlines()) < 200
