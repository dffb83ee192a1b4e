"""Inside QGIS: switch the plugin off and on in the midst of work, and compare what QGIS holds."""

from __future__ import annotations

import gc
import threading
from collections import Counter

from qgis.core import QgsApplication, QgsNetworkAccessManager, QgsProject, QgsVectorLayer
from qgis.gui import QgsGui
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, Qt, QThread, QTimer
from qgis.PyQt.QtWidgets import QAction, QApplication, QDockWidget, QListView, QMenu, QToolBar, QTreeView
from qgis.utils import loadPlugin, plugins, startPlugin, unloadPlugin

from desktop import layer_steps, steps

PLUGIN = "mapflow_dock"


def run(desk):
    settings = desk.settings
    steps.arrange_window(desk)
    steps.open_dock(desk)
    steps.sign_in(desk, settings["url"], settings["pasted"])
    steps.show_imagery(desk, settings["bbox"])
    result = a_result(desk)
    offered = layer_steps.offered(desk, result)
    loaded = state(desk)
    switch_off(desk)
    before = state(desk)
    done = 0
    for turn in range(settings["times"]):
        if turn % 5 == 4:  # with a dock that is never looked at
            switch_on(desk, is_hidden=True)
            assert not plugins[PLUGIN].dock.is_filled
            switch_off(desk)
            done += 1
            continue
        switch_on(desk)
        steps.open_dock(desk)
        if turn % 4 == 0:  # with the map tool in use, a rubber band on the map and a question on its way
            desk.wait("signed in with the stored login", lambda: desk.sees("tabs"))
            desk.choose_tab("tabs", 0)
            steps.draw_area(desk)
            steps.draw_area(desk, finish=False)
        elif turn % 4 == 1:
            desk.wait("signed in with the stored login", lambda: desk.sees("tabs"))
            desk.choose_tab("tabs", 1)
        elif turn % 4 == 2:  # with one's own imagery on its way
            desk.wait("signed in with the stored login", lambda: desk.sees("tabs"))
            desk.choose_tab("tabs", 3)
        switch_off(desk)  # the other times at once, while signing in
        done += 1
    after = state(desk)
    watched = ("docks", "actions", "options pages", "python objects", "signals")
    return {
        "times": done,
        "offered": [offered, layer_steps.offered(desk, result)],
        "left_behind": {
            what: sorted((after[what] - before[what]).elements())
            for what in before
            if after[what] - before[what]
        },
        "missed_while_loaded": [what for what in watched if not loaded[what] - before[what]],
    }


def a_result(desk):
    """A layer as it came with a project; from a processing that nobody has."""
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326", "result", "memory")
    layer.setCustomProperty("mapflow_dock/processing_id", "p")
    QgsProject.instance().addMapLayer(layer)
    return layer


def switch_on(desk, is_hidden=False):
    assert loadPlugin(PLUGIN)
    assert startPlugin(PLUGIN)
    if is_hidden:  # as QGIS hides it again at its start
        plugins[PLUGIN].dock.hide()
    desk.settle()


def switch_off(desk):
    assert unloadPlugin(PLUGIN)
    assert PLUGIN not in plugins
    desk.settle()
    gc.collect()
    desk.settle()


def state(desk):
    """What there is, as counts by name: two of these are compared."""
    window = desk.window
    gc.collect()
    desk.settle()
    return {
        "windows": Counter(
            described(each) for each in QApplication.topLevelWidgets() if not sip.isdeleted(each)
        ),
        "docks": Counter(dock.objectName() for dock in window.findChildren(QDockWidget)),
        "actions": Counter(action.objectName() or action.text() for action in window.findChildren(QAction)),
        "menus": Counter(f"{menu.title()}: {len(menu.actions())}" for menu in window.findChildren(QMenu)),
        "toolbars": Counter(
            f"{bar.objectName()}: {len(bar.actions())}" for bar in window.findChildren(QToolBar)
        ),
        "shortcuts": Counter(action.text() for action in QgsGui.shortcutsManager().listActions()),
        "map tool": Counter([described(desk.canvas.mapTool())]),
        "map items": Counter(type(item).__name__ for item in desk.canvas.scene().items()),
        "timers": Counter(
            described(timer.parent()) for timer in QApplication.instance().findChildren(QTimer)
        ),
        "window timers": Counter(described(timer.parent()) for timer in window.findChildren(QTimer)),
        "threads": Counter(thread.name for thread in threading.enumerate()),
        "qt threads": Counter(described(thread) for thread in window.findChildren(QThread)),
        "options pages": Counter(options_pages(desk)),
        "python objects": Counter(own_objects()),
        "signals": Counter(connections(desk)),
        "modules' widgets": Counter(described(each) for each in QApplication.allWidgets() if is_own(each)),
    }


def described(thing):
    return "none" if thing is None else f"{type(thing).__name__} {thing.objectName()}".strip()


def is_own(thing):
    return type(thing).__module__.split(".")[0] == PLUGIN


def own_objects():
    """Objects of the plugin's own classes that Python still holds; enumerations and the like belong to its modules."""
    own = [each for each in gc.get_objects() if is_own(each) and isinstance(each, QObject)]
    return [type(each).__qualname__ for each in own]


def connections(desk):
    """How many listen to the long-lived objects of QGIS, a name for each listener."""
    project, canvas, network = QgsProject.instance(), desk.canvas, QgsNetworkAccessManager.instance()
    signals = {
        "project cleared": (project, project.cleared),
        "project read": (project, project.readProject),
        "layers added": (project, project.layersAdded),
        "layers removed": (project, project.layersRemoved),
        "map tool set": (canvas, canvas.mapToolSet),
        "map extent": (canvas, canvas.extentsChanged),
        "map crs": (canvas, canvas.destinationCrsChanged),
        "current layer": (canvas, canvas.currentLayerChanged),
        "network finished": (network, network.finished),
        "logged": (QgsApplication.messageLog(), QgsApplication.messageLog().messageReceived),
        "quitting": (QgsApplication.instance(), QgsApplication.instance().aboutToQuit),
    }
    return [name for name, (owner, signal) in signals.items() for _ in range(owner.receivers(signal))]


def options_pages(desk):
    """The entries of QGIS's options dialog, as its user reads them."""
    found = []

    def read_and_close():
        dialog = QApplication.activeModalWidget()
        for view in dialog.findChildren(QTreeView) + dialog.findChildren(QListView):
            if view.objectName() in ("mOptionsTreeView", "mOptionsListWidget"):
                found.extend(entries(view.model()))
        dialog.reject()

    def look():
        if QApplication.activeModalWidget() is not None:
            timer.stop()
            read_and_close()

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(20)
    desk.iface.showOptionsDialog(desk.window)  # returns when it is closed
    desk.settle()
    return found


def entries(model):
    return [str(model.index(row, 0).data(Qt.ItemDataRole.DisplayRole)) for row in range(model.rowCount())]
